"""The results window: what scripts write, to be read, copied, saved and cleared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QSize
from qtpy.QtGui import QFontDatabase, QTextCursor
from qtpy.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QToolBar, QVBoxLayout, QWidget

from temstack.viewer.models.scripts.results import Results

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class ResultsWindow(QWidget):
    """The text that scripts have written.

    Parameters
    ----------
    results : Results
        The text.
    main : MainWindow
        Says what went wrong.
    """

    def __init__(self, results: Results, main: MainWindow) -> None:
        super().__init__()
        self.setObjectName("results")
        self._results, self._main = results, main
        self.text = QPlainTextEdit()
        self.text.setObjectName("results text")
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setPlaceholderText("What scripts write with Result() or print() stands here.")
        self.text.setPlainText(results.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar())
        layout.addWidget(self.text)
        self._added = results.written.connect(lambda text: self._add(text))
        self._cleared = results.cleared.connect(lambda: self.text.clear())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for some lines."""
        return QSize(560, 240)

    def disconnect_model(self) -> None:
        """Let go of the text, when this window closes."""
        self._results.written.disconnect(self._added, missing_ok=True)
        self._results.cleared.disconnect(self._cleared, missing_ok=True)

    def copy(self) -> None:
        """Copy what is selected, or all of it."""
        cursor = self.text.textCursor()
        chosen = cursor.selection().toPlainText() if cursor.hasSelection() else self._results.text
        QApplication.clipboard().setText(chosen)

    def save(self) -> None:
        """Ask for a file, and write the text to it."""
        dialog = QFileDialog(self, "Save results", "results.txt", "Text (*.txt);;All files (*)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self._main.try_to(lambda: self.save_to(Path(path))))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the text to a file."""
        from temstack.stack.durable import replace_when_done

        with replace_when_done(path, overwrite=True) as unfinished:
            unfinished.write_text(self._results.text, encoding="utf-8")

    def _bar(self) -> QToolBar:
        bar = QToolBar()
        for word, do, tip in (
            ("Clear", self._results.clear, "Remove all text"),
            ("Copy", self.copy, "Copy what is selected, or all of it"),
            ("Save…", self.save, "Write the text to a file"),
        ):
            action = bar.addAction(word)
            action.setToolTip(tip)
            action.triggered.connect(lambda _is_on=False, do=do: do())
        return bar

    def _add(self, text: str) -> None:
        bar = self.text.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        if is_at_end:
            bar.setValue(bar.maximum())
