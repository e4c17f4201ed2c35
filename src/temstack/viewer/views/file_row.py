"""A line for the name of a file that is to be written, with a button to choose it."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

_MINIMUM_PX = 420


class FileRow(QWidget):
    """Asks where something is written.

    Parameters
    ----------
    folder : Path
        Where a name alone lies.
    path : Path
        What is suggested.
    tip : str
        What the end of the name says.
    """

    changed = Signal()

    def __init__(self, folder: Path, path: Path, *, tip: str) -> None:
        super().__init__()
        self._folder = folder
        self.line = QLineEdit(str(path), objectName="file", toolTip=tip)
        self.line.setMinimumWidth(_MINIMUM_PX)
        self.line.textChanged.connect(lambda _: self.changed.emit())
        self.button = QPushButton("Browse…", toolTip="Choose a folder and a name")
        self.button.clicked.connect(lambda: self.browse())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)

    @property
    def path(self) -> Path:
        """The file that is named."""
        return self._folder / Path(self.line.text().strip()).expanduser()

    @path.setter
    def path(self, path: Path) -> None:
        self.line.setText(str(path))

    def browse(self) -> QFileDialog:
        """Choose the file in a dialog; return it."""
        dialog = QFileDialog(self, "Save as", str(self.path))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # A name without an end keeps that of the format; what is replaced is said beside the button that does it.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self._take(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _take(self, path: Path) -> None:
        self.path = path if path.suffix else path.with_suffix(self.path.suffix)
