"""Find and replace in the text of a script."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeyEvent, QTextCursor, QTextDocument
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget


class FindBar(QWidget):
    """A line below the text: what to find, what to put in its place.

    Parameters
    ----------
    code : QPlainTextEdit
        Where to look.
    """

    def __init__(self, code: QPlainTextEdit) -> None:
        super().__init__()
        self.setObjectName("find bar")
        self._code = code
        self.wanted, self.instead = QLineEdit(), QLineEdit()
        self.wanted.setObjectName("find")
        self.instead.setObjectName("replace with")
        self.wanted.setPlaceholderText("Find")
        self.instead.setPlaceholderText("Replace with")
        self.case = QCheckBox("Aa")
        self.case.setToolTip("Tell capital from small letters")
        self.said = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 2)
        layout.addWidget(self.wanted, 2)
        for word, tip, do in (
            ("↑", "Find the one before (Shift+F3)", self.previous),
            ("↓", "Find the next (F3)", self.next),
        ):
            layout.addWidget(_button(word, tip, do))
        layout.addWidget(self.case)
        layout.addWidget(self.instead, 2)
        layout.addWidget(_button("Replace", "Replace this one and find the next", self.replace))
        layout.addWidget(_button("All", "Replace all", self.replace_all))
        layout.addWidget(self.said, 1)
        layout.addWidget(_button("✕", "Close (Esc)", self.hide))
        self.wanted.returnPressed.connect(self.next)
        self.instead.returnPressed.connect(self.replace)
        self.hide()

    def open(self) -> None:
        """Come up with what is selected."""
        chosen = self._code.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.wanted.setText(chosen)
        self.show()
        self.wanted.setFocus()
        self.wanted.selectAll()

    def next(self) -> bool:
        """Select the next one, from the top again after the last; return whether there is one."""
        return self._find(QTextDocument.FindFlag(0))

    def previous(self) -> bool:
        """Select the one before."""
        return self._find(QTextDocument.FindFlag.FindBackward)

    def replace(self) -> None:
        """Replace the one that is selected, and select the next."""
        cursor = self._code.textCursor()
        if self._is_wanted(cursor.selectedText()):
            cursor.insertText(self.instead.text())
        self.next()

    def replace_all(self) -> None:
        """Replace all of them, as one step of undo."""
        wanted = self.wanted.text()
        if not wanted:
            return
        edit = QTextCursor(self._code.document())
        edit.beginEditBlock()
        found = self._code.document().find(wanted, 0, self._flags())
        count = 0
        while not found.isNull():
            found.insertText(self.instead.text())
            count += 1
            found = self._code.document().find(wanted, found.position(), self._flags())
        edit.endEditBlock()
        self.said.setText(f"{count} replaced")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self._code.setFocus()
            return
        super().keyPressEvent(event)

    def _find(self, direction: QTextDocument.FindFlag) -> bool:
        wanted = self.wanted.text()
        if not wanted:
            return False
        flags = self._flags() | direction
        is_found = self._code.find(wanted, flags)
        if not is_found:
            here = self._code.textCursor()
            again = QTextCursor(here)
            is_back = bool(direction & QTextDocument.FindFlag.FindBackward)
            again.movePosition(QTextCursor.MoveOperation.End if is_back else QTextCursor.MoveOperation.Start)
            self._code.setTextCursor(again)
            is_found = self._code.find(wanted, flags)
            if not is_found:
                self._code.setTextCursor(here)
        self.said.setText("" if is_found else "not found")
        return bool(is_found)

    def _flags(self) -> QTextDocument.FindFlag:
        return QTextDocument.FindFlag.FindCaseSensitively if self.case.isChecked() else QTextDocument.FindFlag(0)

    def _is_wanted(self, text: str) -> bool:
        wanted = self.wanted.text()
        return bool(text == wanted if self.case.isChecked() else text.lower() == wanted.lower()) and bool(wanted)


def _button(word: str, tip: str, do: object) -> QPushButton:
    button = QPushButton(word)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.setMaximumWidth(button.fontMetrics().horizontalAdvance(word) + 24)
    button.clicked.connect(lambda: do())  # type: ignore[operator]  # a method without arguments
    return button
