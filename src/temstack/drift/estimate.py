"""Estimate the drift of a stack: the steps in order, and in words what was decided and why."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift import checks, classic
from temstack.drift.cells import Cells, choose_cells
from temstack.drift.graph import Solution, choose_on_graph, connected_parts
from temstack.drift.hops import resolve_hops
from temstack.drift.merge import merge_groups
from temstack.drift.pairs import Candidates, Spectra, choose_pairs, correlate_pairs, transform_planes
from temstack.drift.planes import COARSE_SIZE, Area, ReadPlane, choose_area
from temstack.drift.refine import Refined, refine_places
from temstack.drift.result import Drift
from temstack.drift.settings import Settings, checked_settings, recorded_settings
from temstack.drift.source import PlaneSource, plane_source
from temstack.drift.tiles import odd_tiles
from temstack.errors import DriftError
from temstack.stack.progress import Progress, no_progress

if TYPE_CHECKING:
    import xarray as xr

FALSE_LINKS = 1e-3
_TAPER = 0.6
_START_ERROR_STEPS = 0.35
_CLASSIC_WINDOW = 512
_COARSE_WINDOW = 128
_FINER_WORK = 1e8

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class Report:
    """What is told to the user, collected on the way."""

    decisions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def on(self, drift: Drift, settings: Settings, stack: Any, source: PlaneSource) -> Drift:
        """Return the drift with what was collected, the settings, and the calibration of the stack."""
        size, units = _calibration(stack)
        for plane, count in sorted(source.not_finite.items()):
            self.warnings.append(
                f"plane {plane} has {count} pixels that are not finite numbers; they were taken as the plane's mean"
            )
        return replace(
            drift,
            pixel_size=size,
            pixel_units=units,
            settings=recorded_settings(settings),
            decisions=tuple(self.decisions),
            warnings=tuple(self.warnings),
        )


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


def estimate_drift(
    stack: xr.DataArray | Any,
    *,
    estimator: str = "graph",
    reference: int = 0,
    pairs: str | int = "auto",
    median: bool = False,
    variance_stabilise: bool = False,
    gaussian_px: float = 0.0,
    sobel: bool = False,
    band_pass: tuple[float, float] | None = None,
    window: str = "tukey",
    region: tuple[int, int, int, int] | None = None,
    mask: NDArray[np.bool_] | None = None,
    max_shift_px: float | None = None,
    threshold: float = 0.0,
    pinned: Mapping[int, tuple[float, float]] | None = None,
    refine: bool = True,
    progress: Progress = no_progress,
) -> Drift:
    """Return where the specimen moved in each plane of a stack, with a standard deviation for each.

    Parameters
    ----------
    stack : DataArray or (n, y, x) array
        Two planes or more, real or complex (its modulus is used); read one plane at a time.
    estimator : {"graph", "path", "cascade", "reference"}
        ``graph``: all pairs, several candidates each, the choice on which they agree, then all planes refined
        together. ``path``: SDSD as published, the mean over all ways by one other plane. ``cascade``: neighbour to
        neighbour. ``reference``: each plane against one.
    reference : int
        Reference plane of ``path`` and ``reference``.
    pairs : "auto", "all" or int
        Pairs of planes to correlate: all up to 1500, beyond it near ones and distant ones ever more sparsely; all
        N(N−1)/2; or planes at most so many apart.
    median, variance_stabilise, gaussian_px, sobel, band_pass, window
        Filters, see :class:`~temstack.drift.planes.Filters`.
    region : (top, left, bottom, right), px, half-open
        Look here only.
    mask : (y, x) bool
        Look only where it is true.
    max_shift_px : float, px
        Largest displacement between two planes; 0.4 of the field if not given.
    threshold : float, 0 … 1
        Pairs whose correlation maximum is lower are dropped.
    pinned : mapping of plane to (y, x), px
        Planes whose drift relative to plane 0 is known: hard constraints of ``graph``.
    refine : bool
        Whether ``graph`` refines all planes together; without it the drift is good to about a quarter of a
        correlation pixel.
    progress : callable
        Told of each step, see :mod:`temstack.stack.progress`.

    Returns
    -------
    drift : Drift
        Where the specimen moved to, (y, x) px, relative to plane 0; ``NaN`` for planes that share no structure with
        it. Subtract it to align.

    Raises
    ------
    DriftError
        If there are fewer than two planes, or all are blank, or a classic estimator finds a plane linked to nothing.
    SettingError
        If an option cannot be meant.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> field = rng.poisson(20, (80, 80))
    >>> planes = np.stack([field[8:72, 8:72], field[5:69, 10:74]])
    >>> estimate_drift(planes).drift_px.round(1).tolist()
    [[0.0, 0.0], [3.0, -2.0]]

    References
    ----------
    .. [1] B. Schaffer, W. Grogger, G. Kothleitner, Ultramicroscopy 102 (2004) 27.
    """
    source = plane_source(stack)
    settings = checked_settings(
        source.shape,
        source.n_planes,
        estimator=estimator,
        reference=reference,
        pairs=pairs,
        region=region,
        mask=mask,
        max_shift_px=max_shift_px,
        threshold=threshold,
        pinned=pinned,
        refine=refine,
        median=median,
        variance_stabilise=variance_stabilise,
        gaussian_px=gaussian_px,
        sobel=sobel,
        band_pass=band_pass,
        window=window,
    )
    report = Report()
    if estimator == "graph":
        candidates, linked = _linked_in_detail(source, settings, report, progress)
        drift = finish_graph(source, settings, candidates, linked, report, progress)
    else:
        drift = _by_classic(source, settings, report, progress)
    return report.on(drift, settings, stack, source)


def _calibration(stack: Any) -> tuple[tuple[float, float], str]:
    if not hasattr(stack, "dims"):
        return (1.0, 1.0), "px"
    from temstack.stack import pixel_size

    return pixel_size(stack)


def _linked_in_detail(
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
    spectra, candidates = _correlated(source, settings, progress, window_size=window_size)
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


def _correlated(
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
        warnings.append(f"{_planes_in_words(blank)}: nothing to see, the same value everywhere")


def above_threshold(candidates: Candidates, threshold: float) -> Candidates:
    """Take away what speaks for a pair whose correlation maximum is below the threshold."""
    below = candidates.correlation_peak < threshold
    return replace(
        candidates,
        information=np.where(below[:, None], 0.0, candidates.information),
        chance=np.where(below, np.inf, candidates.chance),
    )


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


def finish_graph(
    source: PlaneSource,
    settings: Settings,
    candidates: Candidates,
    linked: Linked,
    report: Report,
    progress: Progress,
) -> Drift:
    """Tell unit cells apart, refine each group, and say what is not known."""
    groups, step = linked.groups, linked.step_px
    resolved = resolve_hops(
        source,
        source.shape,
        candidates,
        linked.places,
        groups,
        step,
        region=settings.region,
        filters=settings.filters,
        progress=progress,
    )
    places = resolved.place_px
    sigma = sigma_of_pairs(len(places), candidates, linked.solution, groups, step)
    cells: dict[int, Cells] = {}
    if settings.refine:
        places, sigma = _refined(source, settings, places, sigma, groups, step, report, progress)
        if resolved.rival is not None or resolved.moved:
            places, cells = _in_cells(source, settings, places, groups, progress)
        if any(len(chosen.moved) for chosen in cells.values()):
            places, sigma = _refined(source, settings, places, sigma, groups, step, Report(), progress)
    checks.report_groups(groups, report.warnings)
    _report_tiles(source, settings, places, groups, report)
    if cells:
        checks.report_cells(cells, groups, report.decisions, report.warnings)
    else:
        checks.report_ambiguity(resolved, report.decisions, report.warnings)
    checks.report_change(candidates, places, groups, linked.sure, step, report.warnings)
    return result_of(source.shape, settings, places, sigma, candidates, linked)


def _in_cells(
    source: PlaneSource, settings: Settings, places: Floats, groups: Integers, progress: Progress
) -> tuple[Floats, dict[int, Cells]]:
    """Choose the unit cells of every group in which a lattice is seen."""
    places, cells = places.copy(), {}
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        if len(members) < 2:
            continue
        chosen = choose_cells(
            _members_of(source, members),
            source.shape,
            places[members],
            region=settings.region,
            filters=settings.filters,
            max_shift_px=settings.max_shift_px,
            held=_held(settings, members),
            progress=progress,
        )
        if chosen is not None:
            cells[int(group)] = chosen
            places[members] = chosen.place_px
    return places, cells


def _held(settings: Settings, members: Integers) -> NDArray[np.bool_]:
    """Return which planes have a given place."""
    return np.array([plane in settings.pinned or (plane == 0 and bool(settings.pinned)) for plane in members])


def _report_tiles(source: PlaneSource, settings: Settings, places: Floats, groups: Integers, report: Report) -> None:
    """Warn where parts of the picture move differently from the whole."""
    members = np.flatnonzero(groups == groups[0])
    if len(members) < 2:
        return
    odd, seen = odd_tiles(
        source,
        source.shape,
        places,
        members,
        region=settings.region,
        mask=settings.mask,
        filters=settings.filters,
    )
    checks.report_disagreement(odd, seen, places[members], report.warnings)


def _chain(planes: Sequence[int]) -> Integers:
    """Return pairs that link the planes one to the next."""
    return np.array(list(itertools.pairwise(planes)), np.int64).reshape(-1, 2)


def _chain_groups(groups: Integers) -> Integers:
    """Return pairs that link the planes of each group."""
    return np.vstack([_chain(np.flatnonzero(groups == g).tolist()) for g in np.unique(groups)])


def sigma_of_pairs(n: int, candidates: Candidates, solution: Solution, groups: Integers, step_px: float) -> Floats:
    """Return standard deviations from how well the pairs of each plane fit: used where nothing was refined."""
    sigma = np.full((n, 2), np.nan)
    for plane in range(n):
        own = (candidates.pairs == plane).any(axis=1) & (solution.weight > 0)
        own &= groups[candidates.pairs[:, 0]] == groups[candidates.pairs[:, 1]]
        if own.any():
            spread = np.sqrt(np.mean(np.minimum(solution.residual_px[own], 2 * step_px) ** 2) / 2)
            sigma[plane] = max(spread, 0.05 * step_px) / np.sqrt(own.sum())
    return sigma


def _refined(
    source: PlaneSource,
    settings: Settings,
    places: Floats,
    sigma: Floats,
    groups: Integers,
    step_px: float,
    report: Report,
    progress: Progress,
) -> tuple[Floats, Floats]:
    """Refine every group of planes on its own."""
    places, sigma = places.copy(), sigma.copy()
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        if len(members) < 2:
            continue
        held = _held(settings, members)
        for row in np.flatnonzero(held):
            places[members[row]] = settings.pinned.get(int(members[row]), (0.0, 0.0))
        refined = refine_places(
            _members_of(source, members),
            source.shape,
            places[members],
            region=settings.region,
            mask=settings.mask,
            filters=settings.filters,
            start_error_px=max(_START_ERROR_STEPS * step_px, 0.5),
            held=held,
            progress=progress,
        )
        if refined is None:
            report.decisions.append(
                f"{_planes_in_words(members)}: not refined, too little area is common to all; "
                "the drift comes from the pairs"
            )
            continue
        _tell_refined(refined, members, report)
        places[members], sigma[members] = refined.place_px, refined.sigma_px
    return places, sigma


def _members_of(source: PlaneSource, members: Integers) -> ReadPlane:
    return lambda row: source(int(members[row]))


def _tell_refined(refined: Refined, members: Integers, report: Report) -> None:
    if not refined.converged:
        report.decisions.append(f"{_planes_in_words(members)}: the joint refinement stopped before it stood still")
    checks.report_pattern(refined.pattern_share, report.decisions, report.warnings)


def _planes_in_words(members: Integers) -> str:
    return f"planes {checks.ranges_in_words(members)}"


def _by_classic(source: PlaneSource, settings: Settings, report: Report, progress: Progress) -> Drift:
    """Solve by one of the classic estimators: one normalised correlation per pair, its highest peak."""
    n = source.n_planes
    if settings.estimator == "cascade":
        settings = replace(settings, pairs=1)
    elif settings.pairs == "auto":
        settings = replace(settings, pairs="all")
    spectra, candidates = _correlated(source, settings, progress, window_size=_CLASSIC_WINDOW, n_rings=1, signed=True)
    shift, height = candidates.shift_px[:, 0], candidates.correlation_peak
    weight = np.where(np.isfinite(candidates.chance), height, 0.0)
    if settings.estimator == "cascade":
        places = classic.solve_cascade(n, candidates.pairs, shift, weight)
    elif settings.estimator == "path":
        places = classic.solve_path(n, candidates.pairs, shift, weight, settings.reference)
    else:
        places = classic.solve_reference(n, candidates.pairs, shift, weight, settings.reference)
    report.decisions.append(
        f"solved by {settings.estimator}: highest correlation maximum of {len(candidates.pairs)} pairs, none questioned"
    )
    groups = connected_parts(n, candidates.pairs[weight > 0])
    step = float(spectra.step_px.max())
    residual = _residual(candidates.pairs, shift, places)
    solution = Solution(places, np.zeros(len(shift), np.int64), residual, weight)
    sigma = sigma_of_pairs(n, candidates, solution, groups, step)
    linked = Linked(solution, places, groups, weight > 0, step)
    return result_of(source.shape, settings, places, sigma, candidates, linked)


def _residual(pairs: Integers, shift_px: Floats, places: Floats) -> Floats:
    return np.asarray(np.linalg.norm(places[pairs[:, 1]] - places[pairs[:, 0]] - shift_px, axis=1))


def result_of(
    shape: tuple[int, int], settings: Settings, places: Floats, sigma: Floats, candidates: Candidates, linked: Linked
) -> Drift:
    """Put the result together: relative to plane 0, and ``NaN`` where the way to plane 0 is not known."""
    groups, weight = linked.groups, linked.solution.weight
    first_of = {g: int(np.flatnonzero(groups == g)[0]) for g in np.unique(groups)}
    within = places - places[[first_of[g] for g in groups]]
    drift = np.where((groups == groups[0])[:, None], within, np.nan)
    alone = np.array([(groups == g).sum() == 1 for g in groups])
    pairs = candidates.pairs
    together = groups[pairs[:, 0]] == groups[pairs[:, 1]]
    distance = np.linalg.norm(candidates.shift_px - (places[pairs[:, 1]] - places[pairs[:, 0]])[:, None], axis=2)
    distance[candidates.information <= 0] = np.inf
    nearest = distance.argmin(axis=1)
    shift = candidates.shift_px[np.arange(len(pairs)), np.where(together, nearest, 0)]
    residual = np.where(together, _residual(pairs, shift, places), np.nan)
    top = max(float(weight.max(initial=0.0)), 1e-300)
    return Drift(
        drift_px=drift,
        sigma_px=np.where(alone[:, None], np.nan, sigma),
        groups=groups,
        within_group_px=within,
        pairs=pairs,
        pair_shift_px=shift,
        pair_residual_px=residual,
        correlation_peak=np.minimum(candidates.correlation_peak, 1.0),
        pair_weight=np.where(linked.sure & together, weight / top, 0.0),
        shape=shape,
        estimator=settings.estimator,
    )
