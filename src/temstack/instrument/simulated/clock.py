"""The one clock of a virtual microscope: it counts what actions take, and may hurry."""

from __future__ import annotations

import time
from math import inf, isfinite

from temstack.errors import SettingError

START_S = 1_750_000_000.0
"""When every session begins, seconds since 1970: the same each time, so that the same calls give the same frames."""


class SimulatedClock:
    """A clock that only exposures, moves and waiting move on.

    Nothing happens between two calls, however long the caller thinks: so a session can be repeated exactly, on a
    slow computer too.

    Parameters
    ----------
    speed : float, dimensionless
        Seconds of the microscope in one of ours. 1: real time; 60: a minute passes in a second; inf: no waiting.

    Examples
    --------
    >>> clock = SimulatedClock()
    >>> before = clock.now()
    >>> clock.sleep(3600)
    >>> clock.now() - before
    3600.0
    """

    def __init__(self, speed: float = inf) -> None:
        if not speed > 0:
            raise SettingError("speed", "must be above 0", got=speed, expected="1 for real time, inf for no waiting")
        self.speed = speed
        self._now = START_S

    @property
    def elapsed_s(self) -> float:
        """Time since the session began, s."""
        return self._now - START_S

    def now(self) -> float:
        """Return the time, seconds since 1970 (UTC)."""
        return self._now

    def sleep(self, duration_s: float) -> None:
        """Let time pass."""
        passed = max(float(duration_s), 0.0)
        if isfinite(self.speed):
            time.sleep(passed / self.speed)
        self._now += passed
