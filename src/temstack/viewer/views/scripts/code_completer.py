"""The list of words that comes up while a script is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QPoint, Qt, Signal
from qtpy.QtGui import QKeyEvent, QTextCursor
from qtpy.QtWidgets import QFrame, QListWidget

from temstack.viewer.models.scripts.completion import Word, completions, word_start

if TYPE_CHECKING:
    from temstack.viewer.views.scripts.code_edit import CodeEdit

_MOST_ROWS = 10


class CodeCompleter(QObject):
    """Offers words, and puts in the one that is chosen.

    Parameters
    ----------
    code : CodeEdit
        Where words are put in.
    """

    highlighted = Signal(object)
    """The word in the list that is marked, None when the list goes."""

    def __init__(self, code: CodeEdit) -> None:
        super().__init__(code)
        self._code = code
        self._words: list[Word] = []
        self.list = QListWidget(code)
        self.list.setObjectName("completions")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.Box)
        self.list.setFont(code.font())
        self.list.hide()
        self.list.itemClicked.connect(lambda item: self.put_in())
        self.list.currentRowChanged.connect(self._tell)
        code.verticalScrollBar().valueChanged.connect(lambda value: self.hide())

    @property
    def is_open(self) -> bool:
        """Whether the list is on the screen."""
        return not self.list.isHidden()

    def takes(self, event: QKeyEvent) -> bool:
        """Return whether a key was meant for the list, and act on it."""
        key = event.key()
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.offer(fewest=0)
            return True
        if not self.is_open:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.put_in()
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        else:
            return False
        return True

    def follow(self, event: QKeyEvent) -> None:
        """Bring the list up, or up to date, after something was typed."""
        if event.text() and (event.text().isalnum() or event.text() == "_"):
            self.offer(fewest=3)
        elif event.key() == Qt.Key.Key_Backspace and self.is_open:
            self.offer(fewest=2)
        elif event.text() or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            self.hide()

    def offer(self, fewest: int) -> None:
        """Show what the word before the cursor may become, if it has so many letters."""
        text, at = self._code.toPlainText(), self._code.textCursor().position()
        typed = text[word_start(text, at) : at]
        words = completions(text, at, self._code.language) if len(typed) >= fewest else []
        if not words or (len(words) == 1 and words[0].text == typed) or typed[:1].isdigit():
            self.hide()
            return
        self._words = words
        self.list.clear()
        self.list.addItems([word.text for word in words])
        self.list.setCurrentRow(0)
        self._place(len(typed))
        self.list.show()
        self.list.raise_()

    def put_in(self) -> None:
        """Put in the word that is marked."""
        word = self._words[max(self.list.currentRow(), 0)]
        cursor = self._code.textCursor()
        start = word_start(self._code.toPlainText(), cursor.position())
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(word.text)
        self.hide()

    def hide(self) -> None:
        """Take the list off the screen."""
        if self.is_open:
            self.list.hide()
            self.highlighted.emit(None)

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._words):
            self.highlighted.emit(self._words[row])

    def _place(self, typed: int) -> None:
        metrics = self._code.fontMetrics()
        caret = self._code.cursorRect()
        left = self._code.viewport().x() + caret.left() - typed * metrics.horizontalAdvance("m")
        rows = min(len(self._words), _MOST_ROWS)
        size = (self.list.sizeHintForColumn(0) + 30, rows * max(self.list.sizeHintForRow(0), 1) + 6)
        below = caret.bottom() + 4
        if below + size[1] > self._code.height():
            below = max(caret.top() - size[1] - 4, 0)
        corner = QPoint(max(min(left, self._code.width() - size[0] - 4), 0), below)
        self.list.setGeometry(corner.x(), corner.y(), max(size[0], 120), size[1])
