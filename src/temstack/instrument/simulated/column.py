"""The hidden state of a virtual microscope: what its knobs say, and what is really the case."""

from __future__ import annotations

from math import exp, inf

import numpy as np

from temstack.instrument.protocols import StagePosition
from temstack.instrument.simulated.clock import SimulatedClock
from temstack.instrument.simulated.faults import FaultPlan
from temstack.instrument.simulated.imperfections import Imperfections, Lag, Wander

START_DEFOCUS_NM = 100.0
"""Where the microscope stands when a session begins: Scherzer-like, at the zero loss, slit in."""


class Column:
    """Everything between gun and camera, on one clock.

    The devices turn the knobs and read them; the cameras ask what is the case.

    Parameters
    ----------
    seed : int
    clock : SimulatedClock
    faults : FaultPlan
    imperfections : Imperfections
    full_dose_rate : float, electrons per nm² and s
        At full brightness.
    brightness : float, 0 to 1
        Where the condenser stands.
    """

    def __init__(
        self,
        seed: int,
        clock: SimulatedClock,
        faults: FaultPlan,
        imperfections: Imperfections,
        *,
        full_dose_rate: float,
        brightness: float,
    ) -> None:
        self.clock, self.faults, self.imperfections = clock, faults, imperfections
        self.full_dose_rate = full_dose_rate
        self.blanked = False
        self.brightness = brightness
        self.beam_lost_until = -inf
        self.stage = StagePosition(0.0, 0.0, 0.0, 0.0)
        self.image_shift_nm = self.beam_shift_nm = (0.0, 0.0)
        self.defocus_nm = START_DEFOCUS_NM
        self.energy_loss_ev, self.slit_in, self.slit_width_ev = 0.0, True, 10.0
        self.unsettled = False
        self.dose = 0.0
        self._left_over_ev, self._left_over_since = 0.0, clock.elapsed_s
        self._lens = Lag(imperfections.focus_backlash_nm, self.defocus_nm)
        self._filter = Lag(imperfections.filter_hysteresis_ev, self.energy_loss_ev)
        self._start_wandering(seed)

    def _start_wandering(self, seed: int) -> None:
        made = self.imperfections
        rngs = [np.random.default_rng([seed, 77, number]) for number in range(5)]
        settling_s = made.drift_settling_s
        self._drift_y = Wander(made.drift_nm, made.drift_swing_nm, settling_s, rngs[0])
        self._drift_x = Wander(made.drift_nm, made.drift_swing_nm, settling_s, rngs[1])
        self._focus = Wander(0.0, made.focus_swing_nm, settling_s, rngs[2])
        self._zero_loss = Wander(made.zero_loss_drift_ev, made.zero_loss_swing_ev, settling_s, rngs[3])
        self._focus_error_nm = made.focus_error_nm * float(rngs[4].uniform(-1, 1))

    # --- time ---------------------------------------------------------------------------------------

    def pass_time(self, duration_s: float) -> None:
        """Let time pass; the specimen takes its dose unless the beam is blanked."""
        passed_s = max(duration_s, 0.0)
        self.dose += self.dose_rate * passed_s
        self.clock.sleep(passed_s)

    @property
    def dose_rate(self) -> float:
        """Electrons that hit the specimen, per nm² and s."""
        return 0.0 if self.blanked else self.full_dose_rate * self.illumination

    @property
    def illumination(self) -> float:
        """What comes through the condenser, as a fraction of full brightness."""
        return 0.0 if self.clock.elapsed_s < self.beam_lost_until else self.brightness

    # --- knobs ----------------------------------------------------------------------------------------

    def turn_focus(self, defocus_nm: float) -> None:
        """Change the lens current."""
        self.defocus_nm = defocus_nm
        self._lens.follow(defocus_nm)

    def turn_energy(self, energy_loss_ev: float) -> None:
        """Change the energy; the filter needs time to follow."""
        before = self._filter.value - self._energy_left_over()
        self.energy_loss_ev = energy_loss_ev
        self._left_over_ev = self._filter.follow(energy_loss_ev) - before
        self._left_over_since = self.clock.elapsed_s

    def _energy_left_over(self) -> float:
        """What is still missing of the last change of energy, eV."""
        settling_s = self.imperfections.filter_settling_s
        passed_s = self.clock.elapsed_s - self._left_over_since
        if self.unsettled:
            return self._left_over_ev * 0.5 + 2.0
        return self._left_over_ev * exp(-passed_s / settling_s) if settling_s > 0 else 0.0

    def settling_time(self, tolerance_ev: float) -> float:
        """Return how long the filter still takes until no more than that is missing, s."""
        missing = abs(self._energy_left_over())
        settling_s = self.imperfections.filter_settling_s
        return settling_s * float(np.log(missing / tolerance_ev)) if missing > tolerance_ev else 0.0

    # --- what is the case --------------------------------------------------------------------------

    @property
    def specimen_nm(self) -> tuple[float, float]:
        """Where the specimen's image lies, nm ``(y, x)``: drift, stage and image shift together."""
        now = self.clock.elapsed_s
        return (
            self._drift_y.at(now) + self.stage.y_nm + self.image_shift_nm[0],
            self._drift_x.at(now) + self.stage.x_nm + self.image_shift_nm[1],
        )

    @property
    def true_defocus_nm(self) -> float:
        """The defocus that the image has, nm."""
        wander = self._focus_error_nm + self._focus.at(self.clock.elapsed_s)
        return self._lens.value + wander - self.stage.z_nm

    @property
    def true_energy_loss_ev(self) -> float:
        """The energy loss in the middle of the slit, eV."""
        return self._filter.value - self._energy_left_over() - self._zero_loss.at(self.clock.elapsed_s)


class ColumnClock:
    """The microscope's clock as its user has it: while one sleeps, the specimen takes its dose.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self._column = column

    def now(self) -> float:
        """Return the time, seconds since 1970 (UTC)."""
        return self._column.clock.now()

    def sleep(self, duration_s: float) -> None:
        """Return when that much time has passed."""
        self._column.pass_time(duration_s)
