"""Compare what a method says with the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drift_bench.measure import Outcome
from drift_bench.series import Case, Series

GROSS_PX = 1.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """How well one method did on one series.

    Parameters
    ----------
    error_px : float, px
        Rms distance from the truth, the mean offset of each group removed.
    bound_px, attainable_px : float, px
        The limits for this series, the template being known or not.
    unlinked : int
        Planes which the method says do not hang together with most others.
    within_sigma, n_sigma : int
        How many errors along y or x are below one standard deviation, of how many.
    warnings : tuple of str
        What the method asked to be careful about.
    problem : str
        Why there is no result.
    """

    method: str
    case: Case
    error_px: float
    bound_px: float
    attainable_px: float
    unlinked: int
    within_sigma: int
    n_sigma: int
    cpu_s: float
    wall_s: float
    extra_mb: float
    warnings: tuple[str, ...]
    problem: str

    @property
    def ratio(self) -> float:
        """Error over the limit of who knows the template; a method without a result is infinitely wrong."""
        return float("inf") if self.problem else self.error_px / self.bound_px

    @property
    def attained(self) -> float:
        """Error over the limit of who does not know it."""
        return float("inf") if self.problem else self.error_px / self.attainable_px

    @property
    def is_gross(self) -> bool:
        """Whether it failed, or is wrong by more than a pixel; not if it says that nothing can be known."""
        return bool(self.problem) or self.error_px > GROSS_PX

    @property
    def said_so(self) -> bool:
        """Whether the method said itself that something may be wrong."""
        return bool(self.problem or self.unlinked or self.warnings)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        values = {**asdict(self), "ratio": self.ratio, "attained": self.attained, "is_gross": self.is_gross}
        # JSON has no word for infinity, nor for what is no number.
        return {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in values.items()}


def score(method: str, case: Case, series: Series, outcome: Outcome) -> Score:
    """Return the score of an outcome."""
    truth_px = series.true_drift_px
    error_px, unlinked, within, n_sigma = float("nan"), 0, 0, 0
    if outcome.drift_px is not None:
        groups = outcome.groups if outcome.groups is not None else np.zeros(len(truth_px), int)
        errors, counted = errors_px(outcome.drift_px, truth_px, groups)
        unlinked = len(groups) - int(np.bincount(groups).max())
        if counted.any():
            error_px = float(np.sqrt((errors[counted] ** 2).sum(axis=1).mean()))
        if outcome.sigma_px is not None:
            within = int((np.abs(errors) < outcome.sigma_px)[counted].sum())
            n_sigma = 2 * int(counted.sum())
    times = (outcome.cpu_s, outcome.wall_s, outcome.extra_mb)
    said = (outcome.warnings, outcome.problem)
    limits = (series.bound_px, series.attainable_px)
    return Score(method, case, error_px, *limits, unlinked, within, n_sigma, *times, *said)


def errors_px(drift_px: Floats, truth_px: Floats, groups: NDArray[np.int64]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the errors (n, 2) about the mean of each group, px, and which planes count: those not alone."""
    errors = drift_px - truth_px
    counted = np.zeros(len(groups), bool)
    for group in np.unique(groups):
        members = groups == group
        errors[members] -= errors[members].mean(axis=0)
        counted |= members & (members.sum() > 1)
    return errors, counted
