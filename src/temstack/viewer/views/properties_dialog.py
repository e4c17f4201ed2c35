"""Edit › Properties: title, pixel size, third axis, high tension, and the values of the planes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from temstack.errors import SettingError, TemstackError
from temstack.stack.axes import PLANE_DIMS
from temstack.viewer.models.changes import change_properties
from temstack.viewer.models.document import Document
from temstack.viewer.models.properties import (
    Properties,
    axis_units,
    length_units,
    plane_table,
    properties_of,
    with_properties,
)
from temstack.viewer.views.operation_form import warning_palette

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class PropertiesDialog(QDialog):
    """What is known about a document beside its pixels, to be corrected; this can be undone.

    Parameters
    ----------
    main : MainWindow
    document : Document
    """

    def __init__(self, main: MainWindow, document: Document) -> None:
        super().__init__(main)
        self.main, self.document = main, document
        self.found = properties_of(document.data, document.title)
        self.setWindowTitle(f"Properties – {document.title}")
        self.setObjectName("properties")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 560)
        self._lay_out()
        main.desk.closed.connect(self._close_with)
        self.check()

    def wanted(self) -> Properties:
        """Return what stands in the fields.

        Raises
        ------
        SettingError
            If a number cannot be read.
        """
        tension = self.tension.text().strip()
        return replace(
            self.found,
            title=self.title.text().strip(),
            pixel_size=(_number(self.height, "pixel height"), _number(self.width_, "pixel width"))
            if self.found.pixel_units
            else self.found.pixel_size,
            pixel_units=self.pixel_units.currentText() if self.found.pixel_units else "",
            axis=self.axis.currentData() if self.found.axis else "",
            positions=self._positions() if self.found.axis else (),
            high_tension_kv=_number(self.tension, "high tension") if tension else None,
        )

    def check(self) -> bool:
        """Say what cannot be meant, and forbid OK then."""
        try:
            with_properties(self.document.data, self.wanted())
        except TemstackError as error:
            self.sentence.setText(str(error))
        else:
            self.sentence.clear()
        is_right = not self.sentence.text()
        self.ok.setEnabled(is_right)
        return is_right

    def accept(self) -> None:
        """Correct the document."""
        if self.check():
            change_properties(self.main.desk, self.document, self.wanted())
            self.done(QDialog.DialogCode.Accepted)

    def done(self, result: int) -> None:
        """Close."""
        self.main.desk.closed.disconnect(self._close_with)
        super().done(result)

    def _lay_out(self) -> None:
        form = QFormLayout()
        self.title = _line(self.found.title, "What stands over the window and in files")
        form.addRow("Title", self.title)
        if self.found.pixel_units:
            form.addRow("Pixel size", self._pixel_row())
        tension = self.found.high_tension_kv
        self.tension = _line("" if tension is None else f"{tension:g}", "High tension of the microscope in kV", "kV")
        form.addRow("High tension, kV", self.tension)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        if self.found.axis:
            self._add_axis_rows(form)
            layout.addWidget(QLabel("Planes"))
            layout.addWidget(self._table(), 1)
        else:
            layout.addStretch()
        self.sentence = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.sentence.setPalette(warning_palette(self))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(lambda: self.accept())
        buttons.rejected.connect(lambda: self.reject())
        layout.addWidget(self.sentence)
        layout.addWidget(buttons)
        for line in self.findChildren(QLineEdit):
            line.textChanged.connect(lambda text: self.check())

    def _pixel_row(self) -> QHBoxLayout:
        height, width = self.found.pixel_size
        self.height = _line(f"{height:.10g}", "Height of a pixel")
        self.width_ = _line(f"{width:.10g}", "Width of a pixel")
        self.pixel_units = QComboBox()
        self.pixel_units.addItems(length_units(self.found.pixel_units))
        self.pixel_units.setCurrentText(self.found.pixel_units)
        self.pixel_units.setToolTip("px: not calibrated")
        self.pixel_units.currentTextChanged.connect(lambda text: self.check())
        row = QHBoxLayout()
        for widget in (QLabel("height"), self.height, QLabel("width"), self.width_, self.pixel_units):
            row.addWidget(widget)
        return row

    def _add_axis_rows(self, form: QFormLayout) -> None:
        self.axis = QComboBox()
        self.axis.setToolTip("What the planes differ in")
        for name in PLANE_DIMS:
            self.axis.addItem(name.replace("_", " "), name)
        self.axis.setCurrentIndex(self.axis.findData(self.found.axis))
        self.axis.currentIndexChanged.connect(lambda index: self._rename_axis())
        form.addRow("Third axis", self.axis)
        even = self.found.even_axis
        start, step = even if even is not None else (self.found.positions[0], 1.0)
        self.is_even, self.is_table = QRadioButton("even"), QRadioButton("as in the table")
        (self.is_even if even is not None else self.is_table).setChecked(True)
        self.start, self.step = (
            _line(f"{start:.10g}", "Position of the first plane"),
            _line(f"{step:.10g}", "Distance to the next plane"),
        )
        self.axis_units = QLabel(axis_units(self.found.axis, self.document.data))
        row = QHBoxLayout()
        for widget in (self.is_even, QLabel("start"), self.start, QLabel("step"), self.step, self.axis_units):
            row.addWidget(widget)
        form.addRow("Positions", row)
        form.addRow("", self.is_table)
        self.is_even.toggled.connect(lambda on: self._choose_way())

    def _table(self) -> QTableWidget:
        heads, rows = plane_table(self.document.data)
        self.table = QTableWidget(len(rows), len(heads))
        self.table.setObjectName("planes")
        self.table.setHorizontalHeaderLabels(heads)
        self.table.verticalHeader().hide()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                item = QTableWidgetItem(f"{value:.8g}" if isinstance(value, float) else str(value))
                if column != 1:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.table.setItem(number, column, item)
        self.table.resizeColumnsToContents()
        self.table.resizeRowsToContents()
        self.table.itemChanged.connect(lambda item: self.check())
        self._choose_way(is_checked=False)
        return self.table

    def _choose_way(self, *, is_checked: bool = True) -> None:
        for line in (self.start, self.step):
            line.setEnabled(self.is_even.isChecked())
        triggers = QTableWidget.EditTrigger
        may_edit = triggers.NoEditTriggers if self.is_even.isChecked() else triggers.AllEditTriggers
        self.table.setEditTriggers(may_edit)
        self.table.setToolTip("" if self.is_table.isChecked() else "To give each position, choose “as in the table”")
        if is_checked:
            self.check()

    def _rename_axis(self) -> None:
        name = self.axis.currentData()
        units = axis_units(name, self.document.data)
        self.axis_units.setText(units)
        self.table.setHorizontalHeaderItem(
            1, QTableWidgetItem(f"{name.replace('_', ' ')}{', ' + units if units else ''}")
        )
        self.check()

    def _positions(self) -> tuple[float, ...]:
        if self.is_even.isChecked():
            start, step = _number(self.start, "start"), _number(self.step, "step")
            if (start, step) == self.found.even_axis:
                return self.found.positions
            return tuple(start + number * step for number in range(len(self.found.positions)))
        texts = [self.table.item(row, 1).text() for row in range(self.table.rowCount())]
        shown = [f"{value:.8g}" for value in self.found.positions]
        return tuple(
            old if text == before else _as_number(text, f"plane {number}")
            for number, (text, before, old) in enumerate(zip(texts, shown, self.found.positions, strict=True))
        )

    def _close_with(self, document: Document) -> None:
        if document is self.document:
            self.reject()


def _line(text: str, tip: str, placeholder: str = "") -> QLineEdit:
    line = QLineEdit(text)
    line.setToolTip(tip)
    line.setPlaceholderText(placeholder)
    return line


def _number(line: QLineEdit, name: str) -> float:
    return _as_number(line.text(), name)


def _as_number(text: str, name: str) -> float:
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        raise SettingError(name, "is not a number", got=repr(text)) from None
