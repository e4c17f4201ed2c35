"""A new, empty stack: how large, of which pixels, along which axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from temstack.viewer.models.new_stack import NewStack, type_names

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress
    from temstack.viewer.views.main_window import MainWindow

_MOST = 1_000_000


class NewStackDialog(QDialog):
    """Asks for a new stack, and puts it on the desk.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        super().__init__(main)
        self.setObjectName("new stack")
        self.setWindowTitle("New stack")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._main = main
        usual = NewStack()
        self.name = QLineEdit(usual.title, toolTip="Title of the stack")
        self.planes = _whole(usual.planes, "planes", "Number of planes")
        self.rows = _whole(usual.height, "height", "Height of a plane in pixels")
        self.columns = _whole(usual.width, "width", "Width of a plane in pixels")
        self.pixel = QComboBox(objectName="pixels", toolTip="What each pixel holds")
        self.pixel.addItems(type_names())
        self.axis = QComboBox(objectName="axis", toolTip="What is varied from plane to plane")
        self.start, self.step = _number("start", "Value of the first plane"), _number("step", "From plane to plane")
        self.step.setValue(usual.step)
        self.pixel_size = _number("pixel size", "Width of a pixel; 0 where it is not known", least=0.0)
        self.pixel_size.setSpecialValueText("not known")
        self.pixel_size.setSuffix(" nm")
        self.words = QLabel(objectName="memory")
        self._lay_out()
        for spin in (self.planes, self.rows, self.columns):
            spin.valueChanged.connect(lambda _: self._look())
        self.pixel.currentIndexChanged.connect(lambda _: self._look())
        self.axis.currentIndexChanged.connect(lambda _: self._look())
        self._look()

    @property
    def wish(self) -> NewStack:
        """What is asked for."""
        return NewStack(
            title=self.name.text().strip() or NewStack.title,
            planes=self.planes.value(),
            height=self.rows.value(),
            width=self.columns.value(),
            type_index=self.pixel.currentIndex(),
            plane_dim=str(self.axis.currentData()),
            start=self.start.value(),
            step=self.step.value(),
            pixel_nm=self.pixel_size.value(),
        )

    def accept(self) -> None:
        """Make it, and close."""
        wish, desk = self.wish, self._main.desk

        def make(progress: Progress) -> xr.DataArray:
            return wish.make()

        desk.jobs.start(f"New {wish.title}", make).finished.connect(lambda data: desk.add(data, title=wish.title))
        super().accept()

    def _lay_out(self) -> None:
        from temstack.stack import PLANE_UNITS

        for dim, units in PLANE_UNITS.items():
            self.axis.addItem(f"{dim.replace('_', ' ')} / {units}" if dim != "plane" else "planes are counted", dim)
        self.axis.setCurrentIndex(self.axis.findData("plane"))
        size = QHBoxLayout()
        for widget in (self.planes, QLabel("×"), self.rows, QLabel("×"), self.columns):
            size.addWidget(widget)
        size.addStretch(1)
        along = QHBoxLayout()
        for widget in (self.axis, QLabel("from"), self.start, QLabel("step"), self.step):
            along.addWidget(widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Create")
        buttons.accepted.connect(lambda: self.accept())
        buttons.rejected.connect(lambda: self.reject())
        form = QFormLayout(self)
        form.addRow("Title", self.name)
        form.addRow("Planes × height × width", _boxed(size))
        form.addRow("Pixels", self.pixel)
        form.addRow("Planes lie along", _boxed(along))
        form.addRow("Pixel size", self.pixel_size)
        form.addRow("Memory", self.words)
        form.addRow(buttons)

    def _look(self) -> None:
        wish = self.wish
        self.words.setText(wish.words)
        for spin in (self.start, self.step):
            spin.setEnabled(wish.plane_dim != "plane")


def _whole(value: int, name: str, tip: str) -> QSpinBox:
    return QSpinBox(minimum=1, maximum=_MOST, value=value, objectName=name, toolTip=tip, accelerated=True)


def _number(name: str, tip: str, least: float = -1e9) -> QDoubleSpinBox:
    return QDoubleSpinBox(minimum=least, maximum=1e9, decimals=4, objectName=name, toolTip=tip)


def _boxed(layout: QHBoxLayout) -> QWidget:
    layout.setContentsMargins(0, 0, 0, 0)
    box = QWidget()
    box.setLayout(layout)
    return box
