"""Estimate the drift of a stack: the steps in order, and in words what was decided and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temstack.drift import checks, classic, kernels
from temstack.drift.cells import Cells, choose_cells
from temstack.drift.graph import Solution, connected_parts
from temstack.drift.hops import resolve_hops
from temstack.drift.linking import Linked, Report, correlate, correlate_and_link
from temstack.drift.noise import uneven_noise_factor
from temstack.drift.pairs import Candidates
from temstack.drift.planes import ReadPlane
from temstack.drift.prior import Prior, join_by_prior, prior_for
from temstack.drift.refine import Expected, Refined, refine_places
from temstack.drift.result import Drift
from temstack.drift.settings import Settings, checked_settings, recorded_settings
from temstack.drift.source import PlaneSource, plane_source
from temstack.drift.tiles import odd_tiles
from temstack.stack.progress import Progress, no_progress

if TYPE_CHECKING:
    import xarray as xr

_START_ERROR_STEPS = 0.35
_CLASSIC_WINDOW = 512

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def told(report: Report, drift: Drift, settings: Settings, stack: Any, source: PlaneSource) -> Drift:
    """Return the drift with what was collected, the settings, and the calibration of the stack."""
    size, units = _calibration(stack)
    for plane, count in sorted(source.not_finite.items()):
        report.warnings.append(
            f"plane {plane} has {count} pixels that are not finite numbers; they were taken as the plane's mean"
        )
    return replace(
        drift,
        pixel_size=size,
        pixel_units=units,
        settings=recorded_settings(settings),
        decisions=tuple(report.decisions),
        warnings=tuple(report.warnings),
    )


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
    prior: str | ArrayLike | None = None,
    prior_sigma_px: float | None = None,
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
        Planes whose drift relative to plane 0 is known: hard constraints of ``graph``, by which the others go; the
        classic estimators put only these planes there.
    prior : "linear" or (n, 2) array, px
        What is known of the drift beforehand: that it goes steadily one way, or what it should be in each plane
        (moves of the stage), ``NaN`` where nothing is known. It weighs what the planes show, and places planes that
        show nothing.
    prior_sigma_px : float, px
        Standard deviation of a plane from its prior.
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
        prior=prior,
        prior_sigma_px=prior_sigma_px,
        refine=refine,
        median=median,
        variance_stabilise=variance_stabilise,
        gaussian_px=gaussian_px,
        sobel=sobel,
        band_pass=band_pass,
        window=window,
    )
    report = Report()
    if not kernels.compiled_before():
        for done in (0, 1):  # announced at once: what is compiled first is used first
            progress("compiling the inner loops on first use, about 15 s, once on this machine", done, 1)
    if estimator == "graph":
        candidates, linked = correlate_and_link(source, settings, report, progress)
        drift = finish_graph(source, settings, candidates, linked, report, progress)
    else:
        drift = _by_classic(source, settings, report, progress)
    return told(report, drift, settings, stack, source)


def _calibration(stack: Any) -> tuple[tuple[float, float], str]:
    if not hasattr(stack, "dims"):
        return (1.0, 1.0), "px"
    from temstack.stack import pixel_size

    return pixel_size(stack)


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
    prior = prior_for(settings, source.n_planes, candidates)
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
        places, sigma = _refined(source, settings, prior, places, sigma, groups, step, report, progress)
        if resolved.rival is not None or resolved.moved:
            places, cells = _in_cells(source, settings, prior, places, groups, progress)
        if any(len(chosen.moved) for chosen in cells.values()):
            places, sigma = _refined(source, settings, prior, places, sigma, groups, step, Report(), progress)
    if prior is not None and groups.any():
        places, sigma, groups, placed = join_by_prior(places, sigma, groups, prior)
        checks.report_placed(placed, prior.sigma_px, report.warnings)
        linked = replace(linked, groups=groups)
    checks.report_groups(groups, report.warnings)
    _report_tiles(source, settings, places, groups, report)
    if cells:
        checks.report_cells(cells, groups, report.decisions, report.warnings)
    else:
        checks.report_ambiguity(resolved, report.decisions, report.warnings)
    checks.report_change(candidates, places, groups, linked.sure, step, report.warnings)
    return result_of(source.shape, settings, places, sigma, candidates, linked)


def _in_cells(
    source: PlaneSource,
    settings: Settings,
    prior: Prior | None,
    places: Floats,
    groups: Integers,
    progress: Progress,
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
            prior=None if prior is None else prior.for_planes(members),
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
    prior: Prior | None,
    places: Floats,
    sigma: Floats,
    groups: Integers,
    step_px: float,
    report: Report,
    progress: Progress,
) -> tuple[Floats, Floats]:
    """Refine every group of planes on its own."""
    places, sigma = places.copy(), sigma.copy()
    uneven = np.sqrt(uneven_noise_factor(source, source.n_planes, settings.region))
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
            expected=None if prior is None else Expected(prior.expected_px[members], prior.precision(members)),
            progress=progress,
        )
        if refined is None:
            report.decisions.append(
                f"{checks.planes_in_words(members)}: not refined, too little area is common to all; "
                "the drift comes from the pairs"
            )
            continue
        _tell_refined(refined, members, report)
        places[members], sigma[members] = refined.place_px, uneven * refined.sigma_px
    return places, sigma


def _members_of(source: PlaneSource, members: Integers) -> ReadPlane:
    return lambda row: source(int(members[row]))


def _tell_refined(refined: Refined, members: Integers, report: Report) -> None:
    if not refined.converged:
        report.decisions.append(
            f"{checks.planes_in_words(members)}: the joint refinement stopped before it stood still"
        )
    checks.report_pattern(refined.pattern_share, report.decisions, report.warnings)


def _by_classic(source: PlaneSource, settings: Settings, report: Report, progress: Progress) -> Drift:
    """Solve by one of the classic estimators: one normalised correlation per pair, its highest peak."""
    n = source.n_planes
    if settings.estimator == "cascade":
        settings = replace(settings, pairs=1)
    elif settings.pairs == "auto":
        settings = replace(settings, pairs="all")
    spectra, candidates = correlate(source, settings, progress, window_size=_CLASSIC_WINDOW, n_rings=1, signed=True)
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
    if settings.pinned:
        places = np.asarray(places - places[0])
        for plane, place in settings.pinned.items():
            places[plane] = place
        report.decisions.append(f"{settings.estimator} puts pinned planes where they are wanted, and only these")
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
