"""Compare what a method says with the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drift_bench.measure import Outcome
from drift_bench.series import Case

GROSS_PX = 1.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """How well one method did on one series.

    Parameters
    ----------
    error_px : float, px
        Rms distance from the truth, the mean offset of each group removed.
    bound_px : float, px
        The limit for this series.
    unlinked : int
        Planes which the method says do not hang together with most others.
    within_sigma, n_sigma : int
        How many errors along y or x are below one standard deviation, of how many.
    """

    method: str
    case: Case
    error_px: float
    bound_px: float
    unlinked: int
    within_sigma: int
    n_sigma: int
    cpu_s: float
    wall_s: float
    extra_mb: float
    problem: str

    @property
    def ratio(self) -> float:
        """Error over bound."""
        return self.error_px / self.bound_px

    @property
    def is_gross(self) -> bool:
        """Whether it failed, or is wrong by more than a pixel without saying so."""
        return bool(self.problem) or not self.error_px <= GROSS_PX

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {**asdict(self), "ratio": self.ratio, "is_gross": self.is_gross}


def score(method: str, case: Case, truth_px: Floats, bound_px: float, outcome: Outcome) -> Score:
    """Return the score of an outcome."""
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
    return Score(method, case, error_px, bound_px, unlinked, within, n_sigma, *times, outcome.problem)


def errors_px(drift_px: Floats, truth_px: Floats, groups: NDArray[np.int64]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the errors (n, 2) about the mean of each group, px, and which planes count: those not alone."""
    errors = drift_px - truth_px
    counted = np.zeros(len(groups), bool)
    for group in np.unique(groups):
        members = groups == group
        errors[members] -= errors[members].mean(axis=0)
        counted |= members & (members.sum() > 1)
    return errors, counted
