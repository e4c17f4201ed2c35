"""Refine the places of all planes at once by maximum likelihood, with a standard deviation for each.

The likelihood is in :mod:`~temstack.drift.likelihood`. It is climbed by Fisher scoring, low frequencies first, so
that a start a few pixels off does not end on the flank of a wrong fringe. Planes are cut out again where they were
found if the window would otherwise pull them towards where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from temstack.drift.likelihood import Slope, likelihood_slope
from temstack.drift.modes import STEEP_TAPER, PlaneModes, choose_modes, choose_taper, gather_modes
from temstack.drift.planes import Area, Filters, ReadPlane, choose_area, soften_mask, taper_window
from temstack.stack.progress import Progress, no_progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROUNDS = 40
_CLOSE_ENOUGH = 0.06
_STILL_PX = 1e-3
_STILL = 0.1
_NEARLY_STILL = 1.0
_LEAST_SIDE = 32
_MOST_LOOKS = 2
_STEP = "refining all planes together"


@dataclass(frozen=True)
class Refined:
    """The joint estimate for planes that hang together.

    Parameters
    ----------
    place_px : (n, 2) float64, px
        Where the specimen is in each plane.
    sigma_px : (n, 2) float64, px
        Standard deviation about the mean place, or about the held planes.
    pattern_share : float, 0 … 1
        Share of the planes' common power that stays with the detector.
    converged : bool
        Whether the last step was smaller than a tenth of the standard deviations.
    """

    place_px: Floats
    sigma_px: Floats
    pattern_share: float
    converged: bool


@dataclass(frozen=True)
class Expected:
    """What is known of the places before looking.

    Parameters
    ----------
    place_px : (n, 2) float64, px
        Expected places; ``NaN`` where nothing is known.
    precision : (n, n) float64, 1/px²
        Inverse of their covariance along one axis.
    """

    place_px: Floats
    precision: Floats

    def seen_from(self, centre: Integers) -> Expected:
        """Return the same with places counted from another point."""
        return replace(self, place_px=self.place_px - centre)


def common_area(shape: tuple[int, int], region: tuple[int, int, int, int] | None, whole: Integers) -> Area | None:
    """Return the area that stays inside the region in every plane, or None where too little is left.

    Parameters
    ----------
    whole : (n, 2) int, px
        Whole-pixel places of the planes; the area moves along.
    """
    top, left, bottom, right = region or (0, 0, *shape)
    low, high = whole.min(axis=0), whole.max(axis=0)
    inner = (top - int(low[0]), left - int(low[1]), bottom - int(high[0]), right - int(high[1]))
    for size, full in ((inner[2] - inner[0], bottom - top), (inner[3] - inner[1], right - left)):
        if size < min(_LEAST_SIDE, full / 2):
            return None
    return choose_area(shape, region=inner, mask=None, window="tukey", taper=STEEP_TAPER)


def refine_places(
    read: ReadPlane,
    shape: tuple[int, int],
    start_px: Floats,
    *,
    region: tuple[int, int, int, int] | None = None,
    mask: NDArray[np.bool_] | None = None,
    filters: Filters | None = None,
    start_error_px: float = 1.0,
    held: NDArray[np.bool_] | None = None,
    expected: Expected | None = None,
    progress: Progress = no_progress,
) -> Refined | None:
    """Return the joint maximum-likelihood places of planes that hang together.

    Parameters
    ----------
    read : callable
        ``read(i)`` gives plane i, (y, x) float32.
    start_px : (n, 2) float64, px
        Places known to about ``start_error_px``.
    held : (n,) bool, optional
        Planes whose place is given and stays: hard constraints.
    expected : Expected, optional
        What is known of the places beforehand.

    Returns
    -------
    refined : Refined or None
        None where the planes have too little area in common, or carry nothing that can be refined.
    """
    filters = filters or Filters()
    held = np.zeros(len(start_px), bool) if held is None else held
    whole = np.rint(start_px).astype(np.int64)
    whole -= (whole.min(axis=0) + whole.max(axis=0)) // 2
    centre = np.rint(start_px[0]).astype(np.int64) - whole[0]
    area = common_area(shape, region, whole)
    if area is None:
        return None
    taper, highest = choose_taper(read(len(whole) // 2), area, filters)
    area = replace(area, taper=taper)
    if mask is not None:
        area = _masked(area, mask, whole)
    choice = choose_modes(read, area, whole, filters, highest)
    if choice is None:
        return None
    place = start_px - centre
    refined: Refined | None = None
    for look in range(_MOST_LOOKS):
        modes = gather_modes(read, area, whole, place - whole, filters, choice, progress)
        if modes is None:
            return None
        climb = _Climb(modes, whole, held, progress, None if expected is None else expected.seen_from(centre))
        last = look == _MOST_LOOKS - 1
        refined, pull = climb.up(place, start_error_px, _STILL if last else _NEARLY_STILL)
        if refined is None:
            return None
        moved = refined.place_px - place
        moved = float(np.abs(moved - moved.mean(axis=0)).max())
        place, start_error_px = refined.place_px, 0.1 * start_error_px
        if not last and pull * moved < max(0.2 * float(np.median(refined.sigma_px)), _STILL_PX):
            refined, _ = climb.up(place, start_error_px, _STILL)
            break
    return None if refined is None else replace(refined, place_px=refined.place_px + centre)


def _masked(area: Area, mask: NDArray[np.bool_], whole: Integers) -> Area:
    """Return the area with what the mask leaves in every plane, seen from the specimen."""
    kept = np.ones(mask.shape, bool)
    for y, x in np.unique(whole, axis=0):
        kept &= np.roll(mask, (-y, -x), axis=(0, 1))
    return replace(area, mask=soften_mask(kept, area))


@dataclass(frozen=True)
class _Climb:
    """Climbs the likelihood of planes cut out at ``whole``, (n, 2) px."""

    modes: PlaneModes
    whole: Integers
    held: NDArray[np.bool_]
    progress: Progress
    expected: Expected | None = None

    def up(self, place_px: Floats, start_error_px: float, still: float) -> tuple[Refined | None, float]:
        """Climb until a step is shorter than *still* standard deviations.

        Return also by what share of a displacement the window pulls it back.
        """
        modes, place = self.modes, place_px - self.whole
        sizes = modes.choice.size
        highest = float(sizes.max())
        reach = 1 / (4 * max(start_error_px, 0.25 / highest))
        momentum = _Momentum()
        converged, at = False, _nothing(len(place))
        with threadpool_limits(1, user_api="blas"):
            for turn in range(_ROUNDS):
                self.progress(_STEP, turn, _ROUNDS)
                final = reach >= highest
                groups = modes.fine if final else _below(sizes, modes.wide, reach)
                at = self._slope(groups, place, use_pattern=final, exact_fisher=False)
                if not at.fisher.any():
                    return None, 0.0
                covariance = _invert(at.fisher, self.held)
                step = (covariance @ at.slope.T.reshape(-1)).reshape(2, -1).T
                longest = float(np.abs(step).max())
                step *= min(1.0, 1 / (4 * reach * max(longest, 1e-30)))
                place = place + (momentum.lengthen(step) if final else step)
                converged = final and longest < max(still * float(np.median(_sigma(covariance, modes))), _STILL_PX)
                if converged:
                    break
                if longest * reach < _CLOSE_ENOUGH:
                    reach *= 2
            if at.pattern_share > 0 and still <= _STILL:
                at = self._slope(modes.fine, place, use_pattern=True, exact_fisher=True)
        sigma = _sigma(_invert(at.fisher, self.held), modes)
        self.progress(_STEP, _ROUNDS, _ROUNDS)
        return Refined(place + self.whole, sigma, at.pattern_share, converged), _pull(modes, at)

    def _slope(self, groups: list[slice], place: Floats, *, use_pattern: bool, exact_fisher: bool) -> Slope:
        """Return the slope of the likelihood, and of what was known beforehand.

        Modes that the window has made dependent count fully here, so what was known must weigh more by the same.
        """
        at = likelihood_slope(self.modes, groups, place, self.whole, use_pattern=use_pattern, exact_fisher=exact_fisher)
        if self.expected is None or not at.fisher.any():
            return at
        precision = self.expected.precision / self.modes.independent_share
        away = place + self.whole - self.expected.place_px
        return replace(
            at,
            slope=at.slope - precision @ np.nan_to_num(away),
            fisher=at.fisher + np.kron(np.eye(2), precision),
        )


def _nothing(n: int) -> Slope:
    return Slope(np.zeros((n, 2)), np.zeros((2 * n, 2 * n)), 0.0, 1.0)


def _sigma(covariance: Floats, modes: PlaneModes) -> Floats:
    """Return standard deviations (n, 2) from the covariance of independent modes."""
    variance = np.diag(covariance).reshape(2, -1).T / modes.independent_share
    return np.asarray(np.sqrt(np.maximum(variance, 0)))


def _pull(modes: PlaneModes, at: Slope) -> float:
    """Return the share of a displacement that is lost because the window's own flanks stand still.

    It is the mean square slope of the window over that of the structure, ``<w'²> / (<w²> <q²>)``.
    """
    slopes = []
    for length in modes.shape:
        window = taper_window(length, modes.taper).astype(np.float64)
        slopes.append(float((np.diff(window) ** 2).sum() / (window**2).sum()))
    return max(slopes) / max(at.mean_square_frequency, 1e-30)


class _Momentum:
    """Lengthens steps that keep pointing the same way, and forgets it as soon as they turn."""

    def __init__(self) -> None:
        self.last: Floats | None = None
        self.factor = 1.0

    def lengthen(self, step: Floats) -> Floats:
        """Return the step, up to five times as long."""
        if self.last is not None:
            along = float((step * self.last).sum())
            sizes = float(np.linalg.norm(step) * np.linalg.norm(self.last))
            self.factor = min(1.5 * self.factor, 5.0) if along > 0.7 * sizes else 1.0
        self.last = step
        return self.factor * step


def _below(sizes: NDArray[np.float32], groups: list[slice], frequency: float) -> list[slice]:
    """Return the classes whose mean frequency is low enough, at least the lowest ring."""
    means = [float(sizes[part].mean()) for part in groups]
    return [part for part, mean in zip(groups, means, strict=True) if mean <= max(frequency, min(means) * 1.2)]


def _invert(fisher: Floats, held: NDArray[np.bool_]) -> Floats:
    """Return the covariance of the places: the inverse of the (2n, 2n) Fisher matrix.

    Where no plane is held nothing tells the common shift: it is left out (pseudo-inverse).
    """
    size = len(fisher) // 2
    scale = float(np.trace(fisher)) / len(fisher)
    if held.any():
        result = np.zeros_like(fisher)
        free = np.flatnonzero(np.tile(~held, 2))
        inner = fisher[np.ix_(free, free)]
        result[np.ix_(free, free)] = np.linalg.inv(inner + 1e-9 * scale * np.eye(len(free)))
        return result
    lifted = fisher.copy()
    _add_to_all(lifted, scale / size)
    lifted[np.diag_indices_from(lifted)] += 1e-9 * scale
    inverse = np.asarray(np.linalg.inv(lifted), np.float64)
    _add_to_all(inverse, -1 / (scale * size))
    return inverse


def _add_to_all(matrix: Floats, value: float) -> None:
    """Add a number to all elements that belong to one axis, y or x, in place: a step common to all planes."""
    size = len(matrix) // 2
    matrix[:size, :size] += value
    matrix[size:, size:] += value
