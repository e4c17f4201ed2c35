"""What is to be seen of a drift: curves by group, the matrix of pairs, the worst pairs, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

    from temstack.drift import Drift

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MATRICES = {
    "peak": "correlation peak",
    "residual": "distance from the solution / px",
    "weight": "weight in the solution",
}
_HIGH_PERCENT = 98


@dataclass(frozen=True, eq=False)
class Curve:
    """The drift of the planes that hang together.

    Parameters
    ----------
    group : int
        0 for the planes that hang together with plane 0.
    planes : (k,) int
    positions : (k,) float64
        On the plane axis.
    drift_px, sigma_px : (k, 2) float64, px
        (y, x); from the first plane of the group. Sigma is 0 where it is not known.
    """

    group: int
    planes: Integers
    positions: Floats
    drift_px: Floats
    sigma_px: Floats

    @property
    def in_words(self) -> str:
        """How it stands in the legend."""
        return f"group {self.group}, from its own first plane: planes {ranges_in_words(self.planes)}"


@dataclass(frozen=True)
class PairFacts:
    """One pair of planes, as a row of the list of pairs."""

    first: int
    second: int
    shift_px: tuple[float, float]
    residual_px: float
    peak: float
    weight: float


def curves(drift: Drift, stack: xr.DataArray) -> list[Curve]:
    """Return one curve for each group of planes, that of plane 0 first."""
    from temstack.stack import plane_dim

    positions = np.asarray(stack[plane_dim(stack)].values, np.float64)
    found = []
    for number, group in enumerate(_groups(drift)):
        planes = np.flatnonzero(drift.groups == group)
        sigma = np.nan_to_num(drift.sigma_px[planes], nan=0.0)
        found.append(Curve(number, planes, positions[planes], drift.within_group_px[planes], sigma))
    return found


def with_gaps(curve: Curve, n_planes: int, positions: Floats) -> tuple[Floats, Floats]:
    """Return positions and drift (n, 2) of all planes: ``NaN`` where a plane is not of the group, a gap in the line."""
    values = np.full((n_planes, 2), np.nan)
    values[curve.planes] = curve.drift_px
    return positions, values


def pair_matrix(drift: Drift, what: str) -> Floats:
    """Return a square matrix with one value per pair, ``NaN`` where there is no pair.

    Parameters
    ----------
    what : {"peak", "residual", "weight"}
    """
    values = {"peak": drift.correlation_peak, "residual": drift.pair_residual_px, "weight": drift.pair_weight}[what]
    return drift.matrix(values)


def matrix_limits(square: Floats, what: str) -> tuple[float, float]:
    """Return the values of the darkest and the brightest colour."""
    if what == "peak":
        return 0.0, 1.0
    finite = square[np.isfinite(square)]
    highest = float(np.percentile(finite, _HIGH_PERCENT)) if finite.size else 1.0
    return 0.0, highest or 1.0


def worst_pairs(drift: Drift, most: int = 50) -> list[PairFacts]:
    """Return the pairs that lie furthest from the solution, worst first; those between groups last."""
    order = np.argsort(-np.nan_to_num(drift.pair_residual_px, nan=-1.0), kind="stable")[:most]
    return [
        PairFacts(
            int(drift.pairs[k, 0]),
            int(drift.pairs[k, 1]),
            (float(drift.pair_shift_px[k, 0]), float(drift.pair_shift_px[k, 1])),
            float(drift.pair_residual_px[k]),
            float(drift.correlation_peak[k]),
            float(drift.pair_weight[k]),
        )
        for k in order
    ]


def pair_in_words(drift: Drift, stack: xr.DataArray, first: int, second: int) -> str:
    """Return what is known of one pair, a sentence for the status line."""
    from temstack.report.words import number, plane_name

    names = f"{plane_name(stack, first)} → {plane_name(stack, second)}"
    at = np.flatnonzero((drift.pairs == sorted((first, second))).all(axis=1))
    if not len(at):
        return f"{names}: not correlated"
    pair = int(at[0])
    sign = 1 if first < second else -1
    y, x = sign * drift.pair_shift_px[pair]
    residual = drift.pair_residual_px[pair]
    fit = f"{number(residual)} px from the solution" if np.isfinite(residual) else "not linked"
    return (
        f"{names}: shift y {number(y)}, x {number(x)} px · peak {number(drift.correlation_peak[pair], 3)} · {fit} · "
        f"weight {number(drift.pair_weight[pair])}"
    )


def ranges_in_words(planes: Integers) -> str:
    """Return plane numbers in short.

    Examples
    --------
    >>> ranges_in_words(np.array([0, 1, 2, 5, 7, 8]))
    '0–2, 5, 7–8'
    """
    runs = np.split(planes, np.flatnonzero(np.diff(planes) > 1) + 1)
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs if len(run))


def _groups(drift: Drift) -> list[int]:
    """Return the numbers of the groups, that of plane 0 first."""
    main = int(drift.groups[0])
    return [main, *(int(group) for group in np.unique(drift.groups) if group != main)]
