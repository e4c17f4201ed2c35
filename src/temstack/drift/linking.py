"""Correlate pairs and link the planes they show to share structure, before anything is refined."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift import checks
from temstack.drift.graph import Solution, choose_on_graph, connected_parts
from temstack.drift.merge import merge_groups
from temstack.drift.pairs import (
    Candidates,
    Spectra,
    choose_pairs,
    correlate_pairs,
    expected_by_chance,
    transform_planes,
)
from temstack.drift.planes import COARSE_SIZE, Area, choose_area
from temstack.drift.prior import prior_for, weigh
from temstack.drift.settings import Settings
from temstack.drift.source import PlaneSource
from temstack.errors import DriftError
from temstack.stack.progress import Progress

FALSE_LINKS = 1e-3
_TAPER = 0.6
_COARSE_WINDOW = 128
_FINER_WORK = 1e8

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class Report:
    """What is told to the user, collected on the way."""

    decisions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Linked:
    """Planes linked by their pairs, before anything is refined.

    Parameters
    ----------
    solution : Solution
        The choice among the candidates.
    places : (n, 2) float64, px
        Places, known within each group.
    groups : (n,) int
        Which planes hang together.
    sure : (m,) bool
        Pairs beyond chance that fit.
    step_px : float, px
        One pixel of the correlation.
    """

    solution: Solution
    places: Floats
    groups: Integers
    sure: NDArray[np.bool_]
    step_px: float


def correlate_and_link(
    source: PlaneSource, settings: Settings, report: Report, progress: Progress
) -> tuple[Candidates, Linked]:
    """Correlate and link the planes; once more with finer detail where some stay unlinked.

    The low frequencies link nearly every series at least cost. A fine lattice in a large image has nothing there.
    """
    candidates, linked, told = _correlated_and_linked(source, settings, _COARSE_WINDOW, progress)
    for size in _finer_windows(source, settings):
        if not linked.groups.any():
            break
        finer = _correlated_and_linked(source, settings, size, progress)
        if _most_together(finer[1]) > _most_together(linked):
            candidates, linked, told = finer
            told.decisions.append(f"planes stayed unlinked at low frequencies: correlated again, {size} pixels a side")
    report.decisions += told.decisions
    report.warnings += told.warnings
    return candidates, linked


def _correlated_and_linked(
    source: PlaneSource, settings: Settings, window_size: int, progress: Progress
) -> tuple[Candidates, Linked, Report]:
    told = Report()
    spectra, candidates = correlate(source, settings, progress, window_size=window_size)
    candidates = weighed(candidates, spectra, settings)
    return candidates, link_planes(spectra, candidates, settings, told, progress), told


def _finer_windows(source: PlaneSource, settings: Settings) -> list[int]:
    """Return the sizes of correlation to try beyond the first, as far as the planes, memory and patience allow."""
    side = max(coarse_area(source.shape, settings).shape)
    work = len(choose_pairs(source.n_planes, settings.pairs)) + source.n_planes
    sizes = [2 * _COARSE_WINDOW, 4 * _COARSE_WINDOW]
    return [s for s in sizes if s < 2 * side and work * s * s <= _FINER_WORK]


def _most_together(linked: Linked) -> int:
    """Return the number of planes in the largest group."""
    return int(np.bincount(linked.groups).max())


def correlate(
    source: PlaneSource, settings: Settings, progress: Progress, **spectra_options: Any
) -> tuple[Spectra, Candidates]:
    """Transform the planes and correlate the pairs."""
    area = coarse_area(source.shape, settings)
    spectra = transform_planes(source, source.n_planes, area, settings.filters, progress=progress, **spectra_options)
    _refuse_blank(spectra)
    chosen = choose_pairs(source.n_planes, settings.pairs)
    candidates = correlate_pairs(spectra, chosen, max_shift_px=settings.max_shift_px, progress=progress)
    return spectra, above_threshold(candidates, settings.threshold)


def coarse_area(shape: tuple[int, int], settings: Settings) -> Area:
    """Return the area of each plane that pairs are correlated in."""
    return choose_area(
        shape,
        region=settings.region,
        mask=settings.mask,
        window=settings.filters.window,
        taper=_TAPER,
        most_px=COARSE_SIZE,
    )


def _refuse_blank(spectra: Spectra) -> None:
    """Refuse a stack in which no plane shows anything."""
    if spectra.power.any():
        return
    raise DriftError(
        "stack",
        "shows nothing to align by: every plane has the same value everywhere",
        got=f"{len(spectra.power)} blank planes",
        advice="look at it with `temstack show`",
    )


def _blank_planes(spectra: Spectra, warnings: list[str]) -> None:
    """Name the planes that show nothing."""
    blank = np.flatnonzero(~spectra.power.any(axis=1))
    if len(blank):
        warnings.append(f"{checks.planes_in_words(blank)}: nothing to see, the same value everywhere")


def above_threshold(candidates: Candidates, threshold: float) -> Candidates:
    """Take away what speaks for a pair whose correlation maximum is below the threshold."""
    below = candidates.correlation_peak < threshold
    return replace(
        candidates,
        information=np.where(below[:, None], 0.0, candidates.information),
        chance=np.where(below, np.inf, candidates.chance),
    )


def weighed(candidates: Candidates, spectra: Spectra, settings: Settings) -> Candidates:
    """Return the candidates weighed by what is known beforehand."""
    prior = prior_for(settings, len(spectra.power), candidates)
    if prior is None:
        return candidates
    step = float(spectra.step_px.max())
    return weigh(candidates, prior, step, lambda seen: expected_by_chance(spectra, seen, settings.max_shift_px))


def link_planes(
    spectra: Spectra, candidates: Candidates, settings: Settings, report: Report, progress: Progress
) -> Linked:
    """Choose among all candidates together, and join groups by their averages."""
    n = len(spectra.power)
    _blank_planes(spectra, report.warnings)
    step = float(spectra.step_px.max())
    pinned = {0: (0.0, 0.0), **settings.pinned} if settings.pinned else {}
    solution = choose_on_graph(n, candidates, step, pinned_px=pinned)
    sure = (candidates.chance < FALSE_LINKS / len(candidates.pairs)) & (solution.residual_px < 2 * step)
    sure &= ~linked_by_pattern(candidates, solution, sure, step)
    groups = connected_parts(n, np.vstack([candidates.pairs[sure], _chain(sorted(pinned))]))
    report.decisions.append(
        f"{len(candidates.pairs)} pairs of {n} planes correlated; "
        f"{int(sure.sum())} are beyond chance and fit the others"
    )
    if settings.threshold or not groups.any():
        return Linked(solution, solution.place_px, groups, sure, step)
    places, joined = merge_groups(
        spectra,
        solution.place_px,
        groups,
        max_shift_px=settings.max_shift_px,
        chance=FALSE_LINKS,
        prior=prior_for(settings, n, candidates),
        progress=progress,
    )
    before, after = len(np.unique(groups)), len(np.unique(joined))
    if after < before:
        report.decisions.append(f"{before} groups of planes joined to {after} by correlating their averages")
    return Linked(solution, places, connected_parts(n, _chain_groups(joined)), sure, step)


def linked_by_pattern(
    candidates: Candidates, solution: Solution, fitting: NDArray[np.bool_], step_px: float
) -> NDArray[np.bool_]:
    """Return the pairs of planes that only a pattern fixed to the detector links to the others.

    Such a plane shows nothing of the specimen (a focal series near focus): whatever fits puts it where the other plane
    is, and at least as many pairs have their highest peak there too although those planes are elsewhere. Chance puts
    hardly any peak at zero.

    Parameters
    ----------
    fitting : (m,) bool
        Pairs beyond chance that fit the solution.
    """
    first, second = candidates.pairs.T
    still = np.linalg.norm(candidates.shift_px[:, 0], axis=1) < step_px
    elsewhere = np.linalg.norm(solution.place_px[second] - solution.place_px[first], axis=1) > step_px
    drop = np.zeros(len(fitting), bool)
    for plane in np.unique(candidates.pairs):
        own = (first == plane) | (second == plane)
        supports, against = own & fitting, own & still & elsewhere
        if against.sum() >= max(supports.sum(), 1) and still[supports].all():
            drop |= supports
    return drop


def _chain(planes: Sequence[int]) -> Integers:
    """Return pairs that link the planes one to the next."""
    return np.array(list(itertools.pairwise(planes)), np.int64).reshape(-1, 2)


def _chain_groups(groups: Integers) -> Integers:
    """Return pairs that link the planes of each group."""
    return np.vstack([_chain(np.flatnonzero(groups == g).tolist()) for g in np.unique(groups)])
