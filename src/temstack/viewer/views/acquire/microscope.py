"""Choosing a microscope, and its state in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from temstack.errors import SettingError
from temstack.viewer.models import virtual_microscope
from temstack.viewer.models.background import Background
from temstack.viewer.models.bench import Choice, options_from
from temstack.viewer.models.virtual_microscope import RunningMicroscope, VirtualSetup
from temstack.viewer.views.acquire.fields import NumberBox
from temstack.viewer.views.acquire.late import while_alive

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class MicroscopeDialog(QDialog):
    """Asks which microscope to connect.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        super().__init__(main)
        self.main = main
        self.setObjectName("microscope")
        self.setWindowTitle("Microscope")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._kinds = QButtonGroup(self)
        self._running: RunningMicroscope | None = None
        layout = QVBoxLayout(self)
        self.left = self._add_kind(layout, "The virtual microscope that an earlier session left running", QWidget())
        self.left.setVisible(False)
        self.virtual = self._add_kind(layout, "A new virtual microscope", self._virtual())
        self.served = self._add_kind(layout, "A microscope that is served on this computer", self._address())
        self.driver = self._add_kind(layout, "A microscope with a driver of another package", self._driver())
        self.virtual.setChecked(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        connect = buttons.addButton("Connect", QDialogButtonBox.ButtonRole.AcceptRole)
        connect.setObjectName("connect")
        buttons.accepted.connect(lambda: main.try_to(self.connect))
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._look_for_one_left()

    def choice(self) -> Choice:
        """Return what is chosen.

        Raises
        ------
        SettingError
            If it cannot be meant.
        """
        if self.left.isChecked() and self._running is not None:
            return Choice(name=self._running.address)
        if self.virtual.isChecked():
            setup = VirtualSetup(
                seed=self.seed.value(),
                specimen=self.specimen.currentText(),
                size_px=int(self.size_px.currentText()),
                speed=self.speed.currentText(),
                brightness=self.brightness.value(),
            )
            return Choice(virtual=setup)
        name = self.address.text() if self.served.isChecked() else self.driver_name.currentText()
        if not name.strip():
            raise SettingError("microscope", "has no name or address", expected="such as simulated://127.0.0.1:43210")
        return Choice(name=name.strip(), options=options_from(self.options.text()) if self.driver.isChecked() else {})

    def connect(self) -> None:
        """Connect to what is chosen, and close."""
        self.main.desk.bench.connect(self.choice())
        self.accept()

    def _add_kind(self, layout: QVBoxLayout, title: str, body: QWidget) -> QRadioButton:
        button = QRadioButton(title)
        self._kinds.addButton(button)
        button.toggled.connect(body.setEnabled)
        body.setEnabled(False)
        layout.addWidget(button)
        layout.addWidget(body)
        return button

    def _virtual(self) -> QWidget:
        body, layout = _form()
        self.seed = QSpinBox()
        self.seed.setRange(0, 1_000_000)
        self.seed.setValue(1)
        self.seed.setObjectName("seed")
        self.specimen, self.speed, self.size_px = QComboBox(), QComboBox(), QComboBox()
        self.specimen.addItems(virtual_microscope.SPECIMENS)
        self.speed.addItems(list(virtual_microscope.SPEEDS))
        self.size_px.addItems(["256", "512", "1024", "2048"])
        self.size_px.setCurrentText("1024")
        self.size_px.setObjectName("size")
        self.brightness = NumberBox(0.0, 1.0)
        self.brightness.setValue(1.0)
        for name, widget, tip in (
            ("Seed", self.seed, "Another number gives another specimen, drift and noise."),
            ("Specimen", self.specimen, "Particles: iron, iron oxide and silica on carbon."),
            ("Camera", self.size_px, "Height and width of the chip, px."),
            ("Time", self.speed, "How fast the time of the microscope passes."),
            ("Brightness", self.brightness, "0 to 1. Images at zero loss want 0.01, losses of some 100 eV want 1."),
        ):
            widget.setToolTip(tip)
            layout.addRow(name, widget)
        layout.addRow(_remark("It runs in a process of its own, and survives if this program dies."))
        return body

    def _address(self) -> QWidget:
        body, layout = _form()
        self.address = QLineEdit()
        self.address.setObjectName("address")
        self.address.setPlaceholderText("simulated://127.0.0.1:43210")
        self.address.setToolTip("What `temstack microscope serve` prints.")
        layout.addRow("Address", self.address)
        return body

    def _driver(self) -> QWidget:
        from temstack.instrument.registry import driver_names

        body, layout = _form()
        self.driver_name = QComboBox()
        self.driver_name.setEditable(True)
        self.driver_name.addItems([name for name in driver_names() if name != "simulated"])
        self.driver_name.setToolTip("NAME, or NAME://PLACE")
        self.options = QLineEdit()
        self.options.setPlaceholderText("name=value, name=value")
        layout.addRow("Driver", self.driver_name)
        layout.addRow("Options", self.options)
        if self.driver_name.count() == 0:
            layout.addRow(_remark("No driver is installed yet."))
        return body

    def _look_for_one_left(self) -> None:
        """Offer the microscope that a viewer that died left behind; looked for beside the windows."""
        beside = Background(self.main.desk.jobs.deliver)
        beside.ask("left", virtual_microscope.still_running, while_alive(self, self._offer))

    def _offer(self, running: RunningMicroscope | None) -> None:
        bench = self.main.desk.bench
        if running is None or bench.is_connected:
            return
        self._running = running
        self.left.setText(f"The {running.setup.title} that is still running")
        self.left.setVisible(True)
        self.left.setChecked(True)


def add_status(main: MainWindow) -> QLabel:
    """Put the state of the microscope into the status bar."""
    label = QLabel()
    label.setObjectName("microscope state")
    label.setToolTip("The microscope; choose another by Acquire > Microscope…")
    bench = main.desk.bench

    def show() -> None:
        recorder = bench.recorder
        busy = " · recording" if recorder is not None and recorder.is_running else ""
        label.setText(f"{bench.about}{busy}")

    bench.changed.connect(show)
    bench.recording_began.connect(lambda recorder: recorder.changed.connect(show))
    main.statusBar().addPermanentWidget(label)
    show()
    return label


def _form() -> tuple[QWidget, QFormLayout]:
    body = QWidget()
    layout = QFormLayout(body)
    layout.setContentsMargins(28, 0, 0, 8)
    return body, layout


def _remark(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setEnabled(False)
    return label
