"""Focus, energy filter, beam, deflectors and stage of the virtual microscope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from math import isfinite

from temstack.errors import DeviceLimitError, NotSettledError, SettingError
from temstack.instrument.protocols import StagePosition
from temstack.instrument.simulated.column import Column
from temstack.instrument.simulated.faults import PATIENCE_S, Fault, raise_timeout

SETTLED_EV = 0.1
"""A filter counts as settled when no more than this is missing, eV."""


class _Device:
    """What all devices share: the column they sit in, and calls that may fail."""

    device = ""
    title = ""
    takes_s = 0.0

    def __init__(self, column: Column) -> None:
        self._column = column

    def _begin(self) -> dict[str, Fault]:
        """Begin a call that changes something; raise what is planned to go wrong."""
        due = self._column.faults.begin(self.device, self.title)
        if "times_out" in due:
            self._column.pass_time(PATIENCE_S)
            raise_timeout(self.title)
        self._column.pass_time(self.takes_s)
        return due

    def _look(self) -> Column:
        """Return the column to read a value from, if the connection is there."""
        self._column.faults.check_connection()
        return self._column


def _within(value: float, limits: tuple[float, float], subject: str, name: str, unit: str) -> float:
    if not (isfinite(value) and limits[0] <= value <= limits[1]):
        raise DeviceLimitError(
            subject,
            f"{name} is out of range",
            got=f"{value:g} {unit}",
            expected=f"{limits[0]:g} to {limits[1]:g} {unit}",
        )
    return float(value)


class SimulatedFocus(_Device):
    """The objective lens: whole DAC counts, a little backlash, and a true focus that only images show."""

    device, title, takes_s = "focus", "objective lens", 0.02
    nm_per_unit = 0.5
    defocus_range_nm = (-20000.0, 20000.0)

    @property
    def backlash_nm(self) -> float:
        """How far the true focus may lag behind, nm."""
        return self._look().imperfections.focus_backlash_nm

    @property
    def defocus_nm(self) -> float:
        """Defocus as the lens current says, nm."""
        return self._look().defocus_nm

    def set_defocus_nm(self, defocus_nm: float) -> float:
        """Go to the nearest count and return its defocus."""
        wanted = _within(defocus_nm, self.defocus_range_nm, self.title, "defocus", "nm")
        due = self._begin()
        if "off_by" in due:
            wanted += due["off_by"].size
        self._column.turn_focus(round(wanted / self.nm_per_unit) * self.nm_per_unit)
        return self.defocus_nm


class SimulatedEnergyFilter(_Device):
    """The filter: shifts the high tension, settles exponentially, remembers the side it came from."""

    device, title, takes_s = "energy_filter", "energy filter", 0.02
    method = "high_tension"
    energy_loss_range_ev = (-100.0, 3000.0)
    slit_width_range_ev = (1.0, 100.0)
    _STEP_EV = 0.01

    @property
    def hysteresis_ev(self) -> float:
        """How far the true energy may lag behind, eV."""
        return self._look().imperfections.filter_hysteresis_ev

    @property
    def energy_loss_ev(self) -> float:
        """The energy loss set, eV."""
        return self._look().energy_loss_ev

    def set_energy_loss_ev(self, energy_loss_ev: float, *, wait: bool = True) -> float:
        """Go to an energy loss and return the one read back."""
        wanted = _within(energy_loss_ev, self.energy_loss_range_ev, self.title, "energy loss", "eV")
        due = self._begin()
        if "off_by" in due:
            wanted += due["off_by"].size
        self._column.unsettled = False
        self._column.turn_energy(round(wanted / self._STEP_EV) * self._STEP_EV)
        self._column.unsettled = "does_not_settle" in due
        if wait:
            self.wait()
        return self.energy_loss_ev

    def wait(self) -> None:
        """Return when the filter has settled."""
        column = self._look()
        if column.unsettled:
            column.pass_time(PATIENCE_S)
            raise NotSettledError(
                self.title,
                f"did not settle within {PATIENCE_S:g} s at {column.energy_loss_ev:g} eV",
                advice="set the energy again, or look at the filter's power supply",
            )
        column.pass_time(column.settling_time(SETTLED_EV))

    @property
    def is_slit_in(self) -> bool:
        """Whether the slit is in."""
        return self._look().slit_in

    def set_slit_in(self, inserted: bool) -> bool:
        """Insert or retract the slit."""
        self._begin()
        self._column.slit_in = bool(inserted)
        return self.is_slit_in

    @property
    def slit_width_ev(self) -> float:
        """Width of the slit, eV."""
        return self._look().slit_width_ev

    def set_slit_width_ev(self, slit_width_ev: float) -> float:
        """Set the width of the slit."""
        wanted = _within(slit_width_ev, self.slit_width_range_ev, self.title, "slit width", "eV")
        self._begin()
        self._column.slit_width_ev = wanted
        return self.slit_width_ev


class SimulatedBeam(_Device):
    """Gun, condenser and blanker."""

    device, title, takes_s = "beam", "beam", 0.005
    _FULL_CURRENT_NA = 20.0

    @property
    def is_blanked(self) -> bool:
        """Whether the blanker is on."""
        return self._look().blanked

    def set_blanked(self, blanked: bool) -> bool:
        """Blank or unblank."""
        self._begin()
        self._column.blanked = bool(blanked)
        return self.is_blanked

    @property
    def brightness(self) -> float:
        """The condenser's setting, 0 to 1."""
        return self._look().brightness

    def set_brightness(self, brightness: float) -> float:
        """Set the condenser."""
        wanted = _within(brightness, (0.0, 1.0), self.title, "brightness", "(a fraction)")
        self._begin()
        self._column.brightness = wanted
        return self.brightness

    @property
    def current_na(self) -> float | None:
        """What the viewing screen measures, nA."""
        column = self._look()
        return 0.0 if column.blanked else self._FULL_CURRENT_NA * column.illumination


class SimulatedShift(_Device):
    """A pair of deflectors.

    Parameters
    ----------
    column : Column
    what : str
        ``"image_shift"`` or ``"beam_shift"``.
    """

    takes_s = 0.02
    largest_shift_nm = 2000.0

    def __init__(self, column: Column, what: str) -> None:
        super().__init__(column)
        self.device, self.title = what, what.replace("_", " ")
        self._knob = f"{what}_nm"

    @property
    def shift_nm(self) -> tuple[float, float]:
        """The shift, nm ``(y, x)``."""
        y, x = getattr(self._look(), self._knob)
        return y, x

    def set_shift_nm(self, shift_nm: Sequence[float]) -> tuple[float, float]:
        """Go to a shift."""
        if len(shift_nm) != 2:
            raise SettingError(self.title, "needs two numbers", got=tuple(shift_nm), expected="(y, x) in nm")
        limits = (-self.largest_shift_nm, self.largest_shift_nm)
        y, x = (_within(value, limits, self.title, "the shift", "nm") for value in shift_nm)
        self._begin()
        setattr(self._column, self._knob, (y, x))
        return self.shift_nm


class SimulatedStage(_Device):
    """The goniometer. It moves the flat specimen; a tilt is read back but does not foreshorten it."""

    device, title, takes_s = "stage", "stage", 0.5
    limits = (StagePosition(-1e6, -1e6, -2e5, -70.0), StagePosition(1e6, 1e6, 2e5, 70.0))

    @property
    def position(self) -> StagePosition:
        """Where it is."""
        return self._look().stage

    def move_to(
        self,
        *,
        x_nm: float | None = None,
        y_nm: float | None = None,
        z_nm: float | None = None,
        tilt_deg: float | None = None,
    ) -> StagePosition:
        """Go there; an axis left out stays."""
        given = {"x_nm": x_nm, "y_nm": y_nm, "z_nm": z_nm, "tilt_deg": tilt_deg}
        now, (lowest, highest) = self.position, self.limits
        wanted = {}
        for axis in (field.name for field in fields(StagePosition)):
            value, unit = given[axis], axis.rpartition("_")[2]
            wanted[axis] = getattr(now, axis)
            if value is not None:
                between = getattr(lowest, axis), getattr(highest, axis)
                wanted[axis] = _within(value, between, self.title, axis.rpartition("_")[0], unit)
        due = self._begin()
        if "off_by" in due:
            wanted["x_nm"] += due["off_by"].size
        self._column.stage = StagePosition(**wanted)
        return self.position
