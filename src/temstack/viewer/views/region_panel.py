"""The numbers of regions beside their image: a list, the place of the selected one, and what it measures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QColor, QPixmap
from qtpy.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.background import Background
from temstack.viewer.models.region_fields import Field, fields_of, with_numbers
from temstack.viewer.models.region_values import Values, in_words, size_in_words, values_of
from temstack.viewer.models.regions import Region

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView

_LATER_MS = 30
"""How long changes are gathered before a region is measured again."""


class RegionPanel(QWidget):
    """Lists the regions of a stack view, and shows and takes the numbers of the selected one."""

    def __init__(self, view: StackView) -> None:
        super().__init__()
        self.setObjectName("region panel")
        self.view = view
        self.regions = view.document.regions
        self._background = Background(view.main.desk.jobs.deliver)
        self._is_filling = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self._measure)
        self.list, self.values, self._numbers = QListWidget(), QFormLayout(), NumberGrid()
        self._lay_out()
        self._connect()
        self._fill_list()
        self.refresh()

    def _lay_out(self) -> None:
        self.list.setObjectName("regions")
        self.list.setToolTip("Click to select, double click to rename")
        self.list.setMaximumHeight(112)
        self.values.setContentsMargins(2, 2, 2, 2)
        self.values.setHorizontalSpacing(10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        layout.addWidget(self._numbers)
        layout.addLayout(self.values)

    def _connect(self) -> None:
        self.regions.edited.connect(self._edited)
        self.regions.selection_changed.connect(self._selected)
        self.view.display.changed.connect(self._later_again)
        self.list.currentRowChanged.connect(self._pick_row)
        self.list.itemChanged.connect(self._rename)
        self._numbers.entered = self._enter

    def close_model(self) -> None:
        """Stop watching the document."""
        self.regions.edited.disconnect(self._edited, missing_ok=True)
        self.regions.selection_changed.disconnect(self._selected, missing_ok=True)
        self.view.display.changed.disconnect(self._later_again, missing_ok=True)
        self._later.stop()
        self._background.close()

    def refresh(self) -> None:
        """Show the numbers of the selected region."""
        region, info = self.regions.selected, self.view.display.info
        self._numbers.show_fields([] if region is None else fields_of(region, info.y, info.x))
        self._later_again()

    def _edited(self) -> None:
        self._fill_list()
        self.refresh()

    def _selected(self, _: Region | None) -> None:
        self._mark_row()
        self.refresh()

    def _fill_list(self) -> None:
        self._is_filling = True
        wanted = list(self.regions)
        while self.list.count() > len(wanted):
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < len(wanted):
            item = QListWidgetItem()
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        for row, region in enumerate(wanted):
            item = self.list.item(row)
            item.setText(region.name)
            item.setData(Qt.ItemDataRole.UserRole, region.number)
            swatch = QPixmap(10, 10)
            swatch.fill(QColor(region.colour))
            item.setData(Qt.ItemDataRole.DecorationRole, swatch)
        self._is_filling = False
        self._mark_row()

    def _mark_row(self) -> None:
        selected = self.regions.selected
        numbers = [each.number for each in self.regions]
        self._is_filling = True
        self.list.setCurrentRow(-1 if selected is None else numbers.index(selected.number))
        self._is_filling = False

    def _pick_row(self, row: int) -> None:
        if not self._is_filling and row >= 0:
            self.regions.select(self.list.item(row).data(Qt.ItemDataRole.UserRole))

    def _rename(self, item: QListWidgetItem) -> None:
        if not self._is_filling:
            self.regions.rename(item.data(Qt.ItemDataRole.UserRole), item.text())
            self._fill_list()

    def _enter(self, numbers: list[float]) -> None:
        region = self.regions.selected
        if region is not None:
            self.regions.change(with_numbers(region, numbers))
            self.refresh()

    def _later_again(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _measure(self) -> None:
        region, display = self.regions.selected, self.view.display
        if region is None or display.values is None or display.values.ndim != 2:
            self._show_values(region, None)
            return
        pixels, scale = display.values, display.scale
        self._background.ask(
            "values",
            lambda: values_of(region, pixels, scale),
            lambda values: self._show_values(region, values),
        )

    def _show_values(self, region: Region | None, values: Values | None) -> None:
        info = self.view.display.info
        lines = [] if region is None else size_in_words(region, self.regions.shape, info.y, info.x)
        if values is not None:
            lines += in_words(values, info.intensity_units or "counts")
        while self.values.rowCount() > len(lines):
            self.values.removeRow(self.values.rowCount() - 1)
        for row, (name, said) in enumerate(lines):
            if row == self.values.rowCount():
                self.values.addRow(QLabel(), _value_label())
            for role, text in ((QFormLayout.ItemRole.LabelRole, name), (QFormLayout.ItemRole.FieldRole, said)):
                self.values.itemAt(row, role).widget().setText(text)

    def words(self) -> dict[str, str]:
        """Return what is said of the selected region."""
        said = {}
        for row in range(self.values.rowCount()):
            name, value = (
                self.values.itemAt(row, role).widget().text()
                for role in (QFormLayout.ItemRole.LabelRole, QFormLayout.ItemRole.FieldRole)
            )
            said[name] = value
        return said


class NumberGrid(QWidget):
    """The numbers of one region, in px and, where the image is calibrated, in its units."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self.entered: Callable[[list[float]], None] = lambda numbers: None
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(4)
        self._layout.setVerticalSpacing(2)
        self.setMinimumWidth(236)
        self._boxes: list[tuple[QDoubleSpinBox, QDoubleSpinBox | None]] = []

    def show_fields(self, fields: list[Field]) -> None:
        """Show other numbers; the boxes stay where the same kind of region is shown."""
        if [_look(field) for field in fields] != [_look(field) for field in self.fields]:
            self._build(fields)
        self.fields = fields
        for field, (px, value) in zip(fields, self._boxes, strict=True):
            _set(px, field.px)
            if value is not None:
                _set(value, field.value)

    def _build(self, fields: list[Field]) -> None:
        while self._layout.count():
            widget = self._layout.takeAt(0).widget()
            widget.setParent(None)  # out of sight at once, not when Qt has the time to delete it
            widget.deleteLater()
        self._boxes = []
        for row, field in enumerate(fields):
            px = _spin_box(f"{field.name} px", "px", 0 if field.is_whole else 2, 1.0)
            px.valueChanged.connect(lambda number, row=row: self._enter(row, number))
            value = None
            if field.axis.is_calibrated:
                step = abs(field.axis.step)
                value = _spin_box(f"{field.name} {field.axis.units}", field.axis.units, _decimals(step), step)
                value.valueChanged.connect(lambda number, row=row: self._enter(row, self.fields[row].px_of(number)))
            self._layout.addWidget(QLabel(field.name), row, 0)
            self._layout.addWidget(px, row, 1)
            if value is not None:
                self._layout.addWidget(value, row, 2)
            self._boxes.append((px, value))

    def _enter(self, row: int, number: float) -> None:
        numbers = [field.px for field in self.fields]
        numbers[row] = number
        self.entered(numbers)


def _look(field: Field) -> tuple[str, str, bool]:
    return field.name, field.axis.units, field.is_whole


def _spin_box(name: str, units: str, decimals: int, step: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setObjectName(name)
    box.setToolTip(f"{name.rsplit(' ', 1)[0]} of the selected region, {units}")
    box.setRange(-1e9, 1e9)
    box.setDecimals(decimals)
    box.setSingleStep(step)
    box.setSuffix(f" {units}")
    box.setKeyboardTracking(False)
    box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    box.setMinimumWidth(82)
    return box


def _set(box: QDoubleSpinBox, number: float) -> None:
    box.blockSignals(True)
    box.setValue(number)
    box.blockSignals(False)


def _decimals(step: float) -> int:
    """Return how many decimals tell tenths of a step apart."""
    return max(0, min(9, 1 - math.floor(math.log10(step)))) if step else 2


def _value_label() -> QLabel:
    label = QLabel()
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
