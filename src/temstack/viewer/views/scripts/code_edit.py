"""The text of a script: line numbers, colours, marks of problems, indents, comments, completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import QEvent, QRect, QSize, Qt
from qtpy.QtGui import (
    QFontDatabase,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from qtpy.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from temstack.viewer.models.scripts import editing
from temstack.viewer.models.scripts.completion import help_for
from temstack.viewer.models.scripts.script import Language, Problem
from temstack.viewer.views.scripts.code_colours import ERROR, WARNING, current_line
from temstack.viewer.views.scripts.code_completer import CodeCompleter
from temstack.viewer.views.scripts.highlighter import ScriptHighlighter

_PAIRS = {"(": ")", "[": "]", "{": "}"}


class CodeEdit(QPlainTextEdit):
    """The text of a script.

    Parameters
    ----------
    language : {"DM-script", "Python"}
        What it is written in.
    """

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setObjectName("code")
        self.language: Language = language
        self.problems: list[Problem] = []
        self.commands: dict[str, Callable[[], object]] = {}
        """What keys do here, whatever they do elsewhere: ``"Ctrl+Return"`` and what it calls."""
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.margin = Margin(self)
        self._highlighter = ScriptHighlighter(self.document(), language, self.palette())
        self.completer = CodeCompleter(self)
        self.blockCountChanged.connect(lambda count: self._make_room())
        self.updateRequest.connect(self._scroll_margin)
        self.cursorPositionChanged.connect(self._mark)
        self._make_room()
        self._mark()

    def set_language(self, language: Language) -> None:
        """Write in another language."""
        self.language = language
        self._highlighter.set_language(language)

    # --- problems ---------------------------------------------------------------------------

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Underline what is wrong, and mark it at the margin."""
        self.problems = list(problems)
        self._mark()
        self.margin.update()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor somewhere, counted from 1, and bring it into sight."""
        block = self.document().findBlockByNumber(max(line, 1) - 1)
        if not block.isValid():
            block = self.document().lastBlock()
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(column - 1, 0), max(block.length() - 1, 0)))
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    def _mark(self) -> None:
        line = QTextEdit.ExtraSelection()
        line.format.setBackground(current_line(self.palette()))
        line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        line.cursor = self.textCursor()
        line.cursor.clearSelection()
        underlined = [self._underline(problem) for problem in self.problems if problem.line]
        self.setExtraSelections([line, *underlined, *self._brackets()])

    def _underline(self, problem: Problem) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        mark.format.setUnderlineColor(ERROR if problem.severity == "error" else WARNING)
        block = self.document().findBlockByNumber(problem.line - 1)
        cursor = QTextCursor(block)
        start = min(problem.column - 1, max(block.length() - 2, 0))
        cursor.setPosition(block.position() + start)
        text = block.text()
        end = start
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        end = max(end, min(start + 1, len(text)))
        cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
        mark.cursor = cursor
        return mark

    def _brackets(self) -> list[QTextEdit.ExtraSelection]:
        """Return marks of the bracket before the cursor and its partner."""
        text, at = self.toPlainText(), self.textCursor().position() - 1
        partner = partner_of(text, at) if 0 <= at < len(text) else None
        marks = []
        for place in () if partner is None else (at, partner):
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(self.palette().brush(QPalette.ColorRole.Highlight))
            mark.format.setForeground(self.palette().brush(QPalette.ColorRole.HighlightedText))
            mark.cursor = self.textCursor()
            mark.cursor.setPosition(place)
            mark.cursor.setPosition(place + 1, QTextCursor.MoveMode.KeepAnchor)
            marks.append(mark)
        return marks

    # --- changes of lines -------------------------------------------------------------------

    def toggle_comment(self) -> None:
        """Comment out the selected lines, or put them back in use."""
        self._change_lines(lambda lines: editing.toggled_comment(lines, self.language))

    def indent(self) -> None:
        """Move the selected lines to the right."""
        self._change_lines(lambda lines: editing.indented(lines, self.language))

    def dedent(self) -> None:
        """Move the selected lines to the left."""
        self._change_lines(lambda lines: editing.dedented(lines, self.language))

    def _change_lines(self, change: Callable[[list[str]], list[str]]) -> None:
        cursor = self.textCursor()
        first = self.document().findBlock(cursor.selectionStart())
        last = self.document().findBlock(cursor.selectionEnd())
        if last.position() == cursor.selectionEnd() and last != first:
            last = last.previous()  # a selection that ends before a line does not mean that line
        cursor.setPosition(first.position())
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        start = cursor.selectionStart()
        changed = "\n".join(change(cursor.selection().toPlainText().split("\n")))
        cursor.insertText(changed)
        cursor.setPosition(start)
        cursor.setPosition(start + len(changed), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    # --- events -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Write, indent, complete."""
        if self.completer.takes(event):
            return
        command = self.commands.get(_keys(event))
        if command is not None:
            command()
            return
        key, has_lines = event.key(), "\u2029" in self.textCursor().selectedText()
        if key == Qt.Key.Key_Tab and has_lines:
            self.indent()
        elif key == Qt.Key.Key_Backtab:
            self.dedent()
        elif key == Qt.Key.Key_Tab:
            self.textCursor().insertText(editing.INDENTS[self.language])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
            self.textCursor().insertText("\n" + editing.next_indent(before, self.language))
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)
            self.completer.follow(event)

    def event(self, event: QEvent) -> bool:
        """Say what is wrong, or what a function does, where the mouse rests; take keys that menus have too."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _keys(event) in self.commands
        ):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip_at(self.cursorForPosition(event.pos())), self)
            return True
        return bool(super().event(event))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow a change from light to dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._highlighter.set_palette(self.palette())
            self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the margin at the side."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self.margin.setGeometry(QRect(inside.left(), inside.top(), self.margin.sizeHint().width(), inside.height()))

    def _tip_at(self, cursor: QTextCursor) -> str:
        line, column = cursor.blockNumber() + 1, cursor.positionInBlock() + 1
        here = [one.message for one in self.problems if one.line == line and one.column <= column]
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        function = help_for(cursor.selectedText()) if self.language == "DM-script" else None
        return "\n".join([*here, *([] if function is None else [function.signature, function.help])])

    def _make_room(self) -> None:
        self.setViewportMargins(self.margin.sizeHint().width(), 0, 0, 0)

    def _scroll_margin(self, area: QRect, dy: int) -> None:
        if dy:
            self.margin.scroll(0, dy)
        else:
            self.margin.update(0, area.y(), self.margin.width(), area.height())


class Margin(QWidget):
    """Line numbers, and a mark where something is wrong.

    Parameters
    ----------
    code : CodeEdit
        Beside which it stands.
    """

    def __init__(self, code: CodeEdit) -> None:
        super().__init__(code)
        self._code = code

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the largest line number, and a mark."""
        digits = max(len(str(self._code.blockCount())), 2)
        return QSize(20 + self._code.fontMetrics().horizontalAdvance("9") * digits, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the numbers that are in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self.palette().alternateBase())
        painter.setFont(self._code.font())
        marked = {one.line: WARNING for one in self._code.problems}
        marked |= {one.line: ERROR for one in self._code.problems if one.severity == "error"}
        block = self._code.firstVisibleBlock()
        top = self._code.blockBoundingGeometry(block).translated(self._code.contentOffset()).top()
        height = self._code.fontMetrics().height()
        while block.isValid() and top <= event.rect().bottom():
            number = block.blockNumber() + 1
            is_current = block == self._code.textCursor().block()
            role = QPalette.ColorRole.Text if is_current else QPalette.ColorRole.PlaceholderText
            painter.setPen(self.palette().color(role))
            painter.drawText(0, int(top), self.width() - 8, height, Qt.AlignmentFlag.AlignRight, str(number))
            if number in marked:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(marked[number])
                painter.drawEllipse(3, int(top) + height // 2 - 4, 8, 8)
            top += self._code.blockBoundingRect(block).height()
            block = block.next()


def _keys(event: QKeyEvent) -> str:
    """Return a key with those held down, as ``"Ctrl+Return"``."""
    return str(QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText))


def partner_of(text: str, at: int) -> int | None:
    """Return where the bracket is that belongs to the one at a place, None where there is none.

    >>> partner_of("f(a, (b))", 1), partner_of("f(a, (b))", 8), partner_of("(", 0)
    (8, 1, None)
    """
    opening, closing = text[at], _PAIRS.get(text[at])
    step = 1
    if closing is None:
        closing = next((left for left, right in _PAIRS.items() if right == text[at]), None)
        step = -1
    if closing is None:
        return None
    depth, place = 0, at
    while 0 <= place < len(text):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place
        place += step
    return None
