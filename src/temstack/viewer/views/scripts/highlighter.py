"""Colours of a script that is being written.

The whole text is cut into spans at once, since a comment may reach over many lines; a line is drawn again only when
its own spans have changed.
"""

from __future__ import annotations

from bisect import bisect_right

from qtpy.QtCore import QTimer
from qtpy.QtGui import QPalette, QSyntaxHighlighter, QTextDocument

from temstack.viewer.models.scripts.highlighting import SPANS, Span
from temstack.viewer.models.scripts.script import Language
from temstack.viewer.views.scripts.code_colours import formats


class ScriptHighlighter(QSyntaxHighlighter):
    """Colours the code of a document.

    Parameters
    ----------
    document : QTextDocument
        The document.
    language : {"DM-script", "Python"}
        Its language.
    palette : QPalette
        Of the editor.
    """

    def __init__(self, document: QTextDocument, language: Language, palette: QPalette) -> None:
        super().__init__(document.parent())
        self._language = language
        self._formats = formats(palette)
        self._is_cut = False
        self._spans: list[Span] = []
        self._starts: list[int] = []
        self._drawn: dict[int, tuple[Span, ...]] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._draw_changed_lines)
        # Heard before the highlighter itself hears of a change. (The revision of a document may stay the same.)
        document.contentsChange.connect(self._forget)
        self.setDocument(document)

    def set_language(self, language: Language) -> None:
        """Colour another language."""
        self._language = language
        self._is_cut = False
        self.rehighlight()

    def set_palette(self, palette: QPalette) -> None:
        """Take the colours for another palette."""
        self._formats = formats(palette)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Colour one line."""
        if not self._is_cut:
            self._is_cut = True
            # Qt counts in UTF-16; a character beyond it would shift all that follows on its line.
            self._spans = list(SPANS[self._language](self.document().toPlainText()))
            self._starts = [start for start, _, _ in self._spans]
            self._later.start(0)
        block = self.currentBlock()
        own = self._spans_of(block.position(), len(text))
        self._drawn[block.blockNumber()] = own
        for start, length, kind in own:
            self.setFormat(start, length, self._formats[kind])

    def _forget(self, place: int, removed: int, added: int) -> None:
        self._is_cut = False

    def _spans_of(self, start: int, length: int) -> tuple[Span, ...]:
        """Return the spans in a line, counted from its start and cut to it."""
        found = []
        index = max(bisect_right(self._starts, start) - 1, 0)
        for at, size, kind in self._spans[index:]:
            if at >= start + length:
                break
            first, last = max(at, start), min(at + size, start + length)
            if last > first:
                found.append((first - start, last - first, kind))
        return tuple(found)

    def _draw_changed_lines(self) -> None:
        block = self.document().begin()
        while block.isValid():
            own = self._spans_of(block.position(), block.length() - 1)
            if self._drawn.get(block.blockNumber()) != own:
                self.rehighlightBlock(block)
            block = block.next()
