"""Questions of scripts as dialogs: a number, a text, one of several, a button, a path, a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from temstack.dmscript.number_text import text_of
from temstack.viewer.models.scripts.questions import Question


def ask(question: Question, parent: QWidget) -> QDialog:
    """Show a question over a window; it is answered when its dialog ends. Return the dialog."""
    dialog = _MAKERS[question.kind](question, parent)
    dialog.setObjectName("script question")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda _result: question.answer(None))  # unless it was answered before
    # A dialog that was answered may be gone already.
    question.withdrawn.connect(lambda: None if question.is_answered else dialog.reject())
    dialog.open()
    return dialog


class FieldDialog(QDialog):
    """A question with one field, OK and Cancel.

    Parameters
    ----------
    question : Question
        For a number, a text or a choice.
    parent : QWidget
        The window it stands over.
    """

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(question.asker)
        self.question = question
        label = QLabel(question.prompt)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.field, self._read = _field(question)
        self.field.setObjectName("answer")
        self.field.setMinimumWidth(260)
        label.setBuddy(self.field)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        if isinstance(self.field, QLineEdit):
            self.field.textChanged.connect(lambda text: self._ok.setEnabled(self._is_acceptable()))
            self.field.selectAll()
        layout = QVBoxLayout(self)
        for part in (label, self.field, buttons):
            layout.addWidget(part)
        self.field.setFocus()

    def _is_acceptable(self) -> bool:
        return self.question.kind != "number" or _number(self.field.text()) is not None

    def accept(self) -> None:
        """Answer the question, if what stands in the field is an answer."""
        if self._is_acceptable():
            self.question.answer(self._read())
            super().accept()


def _field(question: Question) -> tuple[QWidget, Callable[[], Any]]:
    if question.kind == "choice":
        box = QComboBox()
        box.addItems(list(question.buttons))
        box.setCurrentText(str(question.suggestion))
        return box, box.currentText
    line = QLineEdit()
    if question.kind == "number":
        line.setText(text_of(float(question.suggestion)))
        # Both points and commas are typed at microscopes; `_number` understands both.
        line.setPlaceholderText("a number")
        return line, lambda: _number(line.text())
    line.setText(str(question.suggestion))
    return line, line.text


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _buttons(question: Question, parent: QWidget) -> QDialog:
    box = QMessageBox(QMessageBox.Icon.Question, question.asker, question.prompt, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    roles = (QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.RejectRole)
    made = [box.addButton(label, roles[index > 0]) for index, label in enumerate(question.buttons)]
    box.setDefaultButton(made[0])
    box.setEscapeButton(made[-1])
    box.buttonClicked.connect(lambda pressed: question.answer(made.index(pressed)))
    return box


def _message(question: Question, parent: QWidget) -> QDialog:
    box = QMessageBox(QMessageBox.Icon.Information, question.asker, question.prompt, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    return box


def _path(question: Question, parent: QWidget) -> QDialog:
    start = Path(str(question.suggestion))
    dialog = QFileDialog(parent, f"{question.asker}: {question.prompt}")
    if question.kind == "folder":
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(start))
    elif question.kind == "save":
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDirectory(str(start if start.is_dir() else start.parent))
        if not start.is_dir():
            dialog.selectFile(start.name)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory(str(start if start.is_dir() else start.parent))
    dialog.fileSelected.connect(lambda path: question.answer(path))
    return dialog


_MAKERS: dict[str, Callable[[Question, QWidget], QDialog]] = {
    "number": FieldDialog,
    "text": FieldDialog,
    "choice": FieldDialog,
    "buttons": _buttons,
    "message": _message,
    "open": _path,
    "save": _path,
    "folder": _path,
}
