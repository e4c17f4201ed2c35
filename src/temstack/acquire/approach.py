"""Going to an energy or a focus always from the same side, and finding out whether one arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite

from temstack.errors import NotSettledError
from temstack.instrument import EnergyFilter, Focus

ENERGY_TOLERANCE_EV = 0.2
"""How far the energy read back may lie beside the one asked for, eV."""

_LAGS_BELOW = 3.0


@dataclass
class Approach:
    """One value of the microscope that lags behind its knob, approached from below every time.

    The thing that moves follows its knob with some play: at the same reading it stands elsewhere after a
    move up than after a move down. Coming from below each time, the play cancels between planes.

    Parameters
    ----------
    name, unit : str
        For messages.
    read : callable
        Returns the value as read back.
    put : callable
        Goes to a value, waits, and returns the one read back.
    pass_by : callable
        Goes to a value on the way to another, without waiting.
    lag, tolerance : float, in *unit*
        Play between knob and thing; how far the value read back may lie beside the target.
    limits : (float, float), in *unit*
    """

    name: str
    unit: str
    read: Callable[[], float]
    put: Callable[[float], float]
    pass_by: Callable[[float], object]
    lag: float
    tolerance: float
    limits: tuple[float, float]
    _reached_from_below: float | None = field(default=None, init=False)

    def go_to(self, target: float) -> float:
        """Go there from below and return the value read back.

        Raises
        ------
        NotSettledError
            If the value read back is not the one asked for.
        InstrumentError
            If the device says no.
        """
        known, self._reached_from_below = self._reached_from_below, None
        if self.lag > 0 and not (known is not None and known <= target and self.read() == known):
            below = max(target - _LAGS_BELOW * self.lag, self.limits[0])
            if below < target:
                self.pass_by(below)
        arrived = self.put(target)
        if not isfinite(arrived) or abs(arrived - target) > self.tolerance:
            raise NotSettledError(
                self.name,
                "is not where it was sent",
                got=f"{arrived:g} {self.unit} read back",
                expected=f"{target:g} {self.unit}, within {self.tolerance:g}",
                advice="look at the device; the planes so far are kept, and `temstack resume` goes on",
            )
        self._reached_from_below = arrived
        return arrived


def energy_approach(energy_filter: EnergyFilter) -> Approach:
    """Return how to go to energy losses, eV."""
    return Approach(
        name="energy filter",
        unit="eV",
        read=lambda: energy_filter.energy_loss_ev,
        put=energy_filter.set_energy_loss_ev,
        pass_by=lambda energy_ev: energy_filter.set_energy_loss_ev(energy_ev, wait=False),
        lag=energy_filter.hysteresis_ev,
        tolerance=ENERGY_TOLERANCE_EV,
        limits=energy_filter.energy_loss_range_ev,
    )


def focus_approach(focus: Focus) -> Approach:
    """Return how to go to defoci, nm; the lens has only whole steps of its DAC, so half of one is no error."""
    return Approach(
        name="objective lens",
        unit="nm",
        read=lambda: focus.defocus_nm,
        put=focus.set_defocus_nm,
        pass_by=focus.set_defocus_nm,
        lag=focus.backlash_nm,
        tolerance=0.55 * abs(focus.nm_per_unit) + 0.05,
        limits=focus.defocus_range_nm,
    )
