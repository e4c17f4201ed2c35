"""What is not ideal about a virtual microscope, and how it changes with time."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np


@dataclass(frozen=True)
class Imperfections:
    """How much is wrong with a microscope; the defaults are those of a decent one an hour after the specimen went in.

    Parameters
    ----------
    drift_nm : float, nm
        How far the specimen creeps in the end, along y and along x at most.
    drift_settling_s : float, s
        In this time the creep slows down to 1/e; the fastest drift is their ratio.
    drift_swing_nm : float, nm
        Standard deviation of slow swings to and fro.
    focus_error_nm : float, nm
        The true defocus lies beside the one read back by up to this much.
    focus_swing_nm : float, nm
        Standard deviation of slow swings of the true defocus.
    focus_backlash_nm : float, nm
        How far the true defocus lags behind, depending on the side it was approached from.
    zero_loss_drift_ev : float, eV
        How far the zero loss creeps in the end, at most.
    zero_loss_swing_ev : float, eV
        Standard deviation of its slow swings.
    filter_settling_s : float, s
        After a change of energy, what is left of it falls to 1/e in this time.
    filter_hysteresis_ev : float, eV
        How far the true energy lags behind, depending on the side it was approached from.
    """

    drift_nm: float = 15.0
    drift_settling_s: float = 600.0
    drift_swing_nm: float = 0.3
    focus_error_nm: float = 25.0
    focus_swing_nm: float = 1.0
    focus_backlash_nm: float = 1.0
    zero_loss_drift_ev: float = 1.0
    zero_loss_swing_ev: float = 0.1
    filter_settling_s: float = 0.15
    filter_hysteresis_ev: float = 0.5

    @classmethod
    def none(cls) -> Imperfections:
        """Return those of an ideal microscope.

        >>> Imperfections.none().drift_nm
        0.0
        """
        return cls(0.0, 600.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Wander:
    """A quantity that creeps away, ever more slowly, while it swings slowly to and fro; 0 at the start.

    Parameters
    ----------
    creep, swing : float
        How far it gets by creeping, and the standard deviation of the swings, in the unit of the quantity.
    settling_s : float, s
    rng : numpy.random.Generator
        Decides on direction, periods (2 to 20 minutes) and phases.
    """

    _SWINGS = 6

    def __init__(self, creep: float, swing: float, settling_s: float, rng: np.random.Generator) -> None:
        self._creep = creep * float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.0))
        self._settling_s = settling_s
        self._amplitudes = swing * np.sqrt(2 / self._SWINGS) * np.ones(self._SWINGS)
        self._periods_s = rng.uniform(120.0, 1200.0, self._SWINGS)
        self._phases = rng.uniform(0, 2 * np.pi, self._SWINGS)

    def at(self, elapsed_s: float) -> float:
        """Return how far it is at that time."""
        angles = 2 * np.pi * elapsed_s / self._periods_s + self._phases
        swing = self._amplitudes @ (np.sin(angles) - np.sin(self._phases))
        return float(self._creep * (1 - exp(-elapsed_s / self._settling_s)) + swing)


class Lag:
    """Play between a knob and what it moves: the thing follows only when the play is used up.

    Examples
    --------
    >>> lag = Lag(width=1.0, start=0.0)
    >>> lag.follow(10.0), lag.follow(5.0), lag.follow(5.5)
    (9.5, 5.5, 5.5)
    """

    def __init__(self, width: float, start: float) -> None:
        self._half = width / 2
        self.value = start

    def follow(self, knob: float) -> float:
        """Return where the thing ends when the knob goes there in one go."""
        self.value = min(max(self.value, knob - self._half), knob + self._half)
        return self.value
