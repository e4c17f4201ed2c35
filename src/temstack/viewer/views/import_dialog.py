"""Opening files that need a word from their user: several as one stack, their axis, raw pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
)

from temstack.errors import TemstackError
from temstack.viewer.models.import_form import BYTE_ORDERS, RAW_TYPES, ImportForm

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class ImportDialog(QDialog):
    """Asks for files and what they do not say about themselves, and opens them as one stack.

    Parameters
    ----------
    main : MainWindow
    paths : sequence of Path
        Files to begin with.
    """

    def __init__(self, main: MainWindow, paths: Sequence[Path] = ()) -> None:
        super().__init__(main)
        self.setObjectName("open as one stack")
        self.setWindowTitle("Open files as one stack")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._main = main
        self._paths: list[Path] = []
        self._build()
        self.add(paths)

    @property
    def form(self) -> ImportForm:
        """What is said."""
        return ImportForm(
            tuple(self._paths),
            axis=str(self.axis.currentData()),
            start=self.start.text(),
            step=self.step.text(),
            shape=self.shape.text(),
            dtype=self.dtype.currentText(),
            order=str(self.order.currentData()),
            offset=self.offset.value(),
        )

    def add(self, paths: Sequence[Path]) -> None:
        """Add files; all are put in the order of the numbers in their names."""
        from temstack.formats.series import by_number

        self._paths = by_number({*self._paths, *paths})
        self._show_files()

    def accept(self) -> None:
        """Open them, and close."""
        if not self._open.isEnabled():
            return
        self._main.preferences.set("folder", str(self._paths[0].parent))
        self._main.desk.open_series(self._paths, **self.form.options())
        super().accept()

    def browse(self) -> QFileDialog:
        """Choose more files in a dialog; return it."""
        dialog = QFileDialog(self, "Add files", str(self._main.preferences.folder))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def remove(self) -> None:
        """Leave out the files that are selected."""
        gone = {index.row() for index in self.files.selectedIndexes()}
        self._paths = [path for row, path in enumerate(self._paths) if row not in gone]
        self._show_files()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.addLayout(self._files())
        layout.addWidget(self._axis())
        layout.addWidget(self._raw())
        self.problem = QLabel(objectName="problem", wordWrap=True)
        self.problem.setMinimumWidth(480)
        layout.addWidget(self.problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._open = buttons.button(QDialogButtonBox.StandardButton.Open)
        buttons.accepted.connect(lambda: self.accept())
        buttons.rejected.connect(lambda: self.reject())
        layout.addWidget(buttons)

    def _files(self) -> QVBoxLayout:
        self.files = QListWidget(objectName="files", toolTip="The planes, in this order")
        self.files.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.count = QLabel()
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        for text, do in (("Add…", self.browse), ("Leave out", self.remove)):
            button = QPushButton(text)
            button.clicked.connect(lambda _=False, do=do: do())
            row.addWidget(button)
        column = QVBoxLayout()
        column.addWidget(self.files, 1)
        column.addLayout(row)
        return column

    def _axis(self) -> QGroupBox:
        from temstack.stack import PLANE_UNITS

        box = QGroupBox("What was varied from plane to plane")
        self.axis = QComboBox(objectName="axis", toolTip="Only needed where the files do not say it")
        self.axis.addItem("as the files say", "")
        for dim, units in PLANE_UNITS.items():
            self.axis.addItem(dim.replace("_", " ") + ("" if dim == "plane" else f" / {units}"), dim)
        self.start = QLineEdit(objectName="start", toolTip="Value of the first plane", placeholderText="as in the file")
        self.step = QLineEdit(objectName="step", toolTip="From plane to plane", placeholderText="as in the file")
        row = QHBoxLayout(box)
        for widget in (self.axis, QLabel("from"), self.start, QLabel("step"), self.step):
            row.addWidget(widget)
        self.axis.currentIndexChanged.connect(lambda _: self._look())
        for line in (self.start, self.step):
            line.textChanged.connect(lambda _: self._look())
        return box

    def _raw(self) -> QGroupBox:
        self.raw = QGroupBox("Raw pixels")
        self.shape = QLineEdit(objectName="shape", placeholderText="rows, columns   or   planes, rows, columns")
        self.dtype = QComboBox(objectName="dtype", toolTip="What each pixel holds")
        self.dtype.addItems(RAW_TYPES)
        self.dtype.setCurrentText("uint16")
        self.order = QComboBox(toolTip="Which byte of a number comes first")
        for name, order in BYTE_ORDERS.items():
            self.order.addItem(name, order)
        self.offset = QSpinBox(maximum=2**31 - 1, suffix=" bytes", toolTip="Length of the header before the pixels")
        form = QFormLayout(self.raw)
        form.addRow("Size of one file", self.shape)
        form.addRow("Numbers", self.dtype)
        form.addRow("Byte order", self.order)
        form.addRow("Header", self.offset)
        self.shape.textChanged.connect(lambda _: self._look())
        return self.raw

    def _show_files(self) -> None:
        self.files.clear()
        self.files.addItems([path.name for path in self._paths])
        count = len(self._paths)
        self.count.setText("1 file" if count == 1 else f"{count} files")
        self.raw.setVisible(self.form.is_raw)
        self._look()

    def _look(self) -> None:
        """Say what is missing, and let the files be opened when nothing is."""
        problem = ""
        try:
            self.form.options()
        except TemstackError as error:
            problem = str(error)
        self.problem.setText(problem)
        self._open.setEnabled(not problem)
        for line in (self.start, self.step):
            line.setEnabled(bool(self.axis.currentData()))
