"""Focus, energy, slit and beam: set here, read back beside."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from temstack.viewer.models.bench import Abilities
from temstack.viewer.models.live_frames import Readings
from temstack.viewer.models.live_view import LiveView
from temstack.viewer.views.acquire.fields import NumberBox

_TOLERANCE = {"defocus_nm": 5.0, "energy_loss_ev": 0.5, "slit_width_ev": 0.5, "brightness": 0.01}
"""How far a reading may lie beside what was set here before it counts as set by somebody else."""


class KnobEdit(QWidget):
    """One number of the microscope: to be set, with what it reads back.

    Parameters
    ----------
    knob : str
        A field of :class:`Readings`.
    unit : str
    limits : (float, float)
    step : float
        Of the wheel, the arrows and the keys.
    turn : callable
        Called with a value that the user wants.
    """

    def __init__(
        self, knob: str, unit: str, limits: tuple[float, float], step: float, turn: Callable[[float], None]
    ) -> None:
        super().__init__()
        self.knob = knob
        self.box = NumberBox(*limits, unit)
        self.box.setObjectName(knob)
        self.box.setStepType(NumberBox.StepType.DefaultStepType)
        self.box.setSingleStep(step)
        self.box.valueChanged.connect(self._turn)
        self.reading = QLabel("–")
        self.reading.setObjectName(f"{knob} reading")
        self.reading.setMinimumWidth(58)
        self.reading.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reading.setToolTip("As read back from the microscope")
        self._call, self._unit, self._is_known = turn, unit, False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box, 1)
        layout.addWidget(self.reading)

    def show_reading(self, value: float | None) -> None:
        """Show what was read back; take it over where somebody else has set it."""
        if value is None:
            return
        self.reading.setText(f"{value:.5g} {self._unit}".strip())
        is_ours = abs(value - self.box.value()) <= _TOLERANCE[self.knob]
        if not self._is_known or not (is_ours or self.box.hasFocus()):
            self._is_known = True
            self.box.blockSignals(True)
            self.box.setValue(value)
            self.box.blockSignals(False)

    def _turn(self, value: float) -> None:
        self._is_known = True
        self._call(value)


class Knobs(QGroupBox):
    """What can be turned while the camera is live.

    Parameters
    ----------
    live : LiveView
    abilities : Abilities
        What the microscope has.
    """

    def __init__(self, live: LiveView, abilities: Abilities) -> None:
        super().__init__("Microscope")
        self._live = live
        self.edits: dict[str, KnobEdit] = {}
        self.ticks: dict[str, QCheckBox] = {}
        self._layout = QFormLayout()
        whole = QVBoxLayout(self)
        whole.addLayout(self._layout)
        if abilities.defocus_range_nm is not None:
            self._add("Defocus", "defocus_nm", "nm", abilities.defocus_range_nm, 10.0, ("-", "+"))
        if abilities.energy_loss_range_ev is not None:
            self._add("Energy loss", "energy_loss_ev", "eV", abilities.energy_loss_range_ev, 5.0, ("[", "]"))
            assert abilities.slit_width_range_ev is not None
            self._add("Slit width", "slit_width_ev", "eV", abilities.slit_width_range_ev, 1.0)
            self._add_tick("Slit in", "is_slit_in", "Without the slit electrons of all energies pass")
        if abilities.has_beam:
            self._add("Brightness", "brightness", "", (0.0, 1.0), 0.05)
            self._add_tick("Beam blanked", "is_blanked", "Keep the beam off the specimen")
        live.read.connect(self._show)

    def _add(
        self,
        title: str,
        knob: str,
        unit: str,
        limits: tuple[float, float],
        step: float,
        keys: tuple[str, str] | None = None,
    ) -> None:
        edit = self.edits[knob] = KnobEdit(knob, unit, limits, step, lambda value: self._live.set(knob, value))
        tip = f"{limits[0]:g} to {limits[1]:g} {unit}".strip() + "; wheel and arrow keys step"
        if keys is not None:
            tip += f", and {keys[0]} and {keys[1]} anywhere in this window"
            for key, do in zip(keys, (edit.box.stepDown, edit.box.stepUp), strict=True):
                shortcut = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WindowShortcut)
                shortcut.activated.connect(do)
        edit.box.setToolTip(tip)
        label = QLabel(title)
        label.setToolTip(tip)
        self._layout.addRow(label, edit)

    def _add_tick(self, title: str, knob: str, tip: str) -> None:
        tick = self.ticks[knob] = QCheckBox(title)
        tick.setObjectName(knob)
        tick.setToolTip(tip)
        tick.clicked.connect(lambda is_on: self._live.set(knob, bool(is_on)))
        self._layout.addRow("", tick)

    def _show(self, readings: Readings) -> None:
        for knob, edit in self.edits.items():
            edit.show_reading(getattr(readings, knob))
        for knob, tick in self.ticks.items():
            value = getattr(readings, knob)
            if value is not None:
                tick.setChecked(value)
