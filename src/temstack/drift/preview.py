"""What the estimate sees: one plane as it is correlated, and the correlation of one pair, to choose settings by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.linking import coarse_area
from temstack.drift.pairs import (
    Spectra,
    correlate_pairs,
    expected_by_chance,
    inverse_rings,
    search_reach,
    transform_planes,
)
from temstack.drift.planes import Area, Plane, prepare_plane
from temstack.drift.settings import Settings, checked_settings
from temstack.drift.source import plane_source
from temstack.stack.progress import no_progress

_CLASSIC: dict[str, Any] = {"window_size": 512, "n_rings": 1, "signed": True}


@dataclass(frozen=True, eq=False)
class PlaneSeen:
    """One plane as it is correlated.

    Parameters
    ----------
    picture : (rows, columns) float32
        Filtered, binned, free of its mean, faded out towards its borders.
    box : (top, left, bottom, right), px
        The part of the plane that it shows.
    """

    picture: Plane
    box: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class PairSeen:
    """The correlation of two planes.

    Parameters
    ----------
    correlation : (rows, columns) float32, 0 … 1
        Of every displacement that is searched, zero in the middle: root mean square over the rings for ``graph``.
    step_px : (float, float), px
        Displacement from one row, and from one column, to the next.
    shift_px : (p, 2) float64, px
        Displacement ``(y, x)`` of the second plane relative to the first at the highest maxima, best first.
    peak : float, 0 … 1
        Height of the best.
    is_beyond_chance : bool
        Whether noise alone hardly makes such a maximum.
    """

    correlation: Plane
    step_px: tuple[float, float]
    shift_px: NDArray[np.float64]
    peak: float
    is_beyond_chance: bool


def see_plane(stack: Any, plane: int, **options: Any) -> PlaneSeen:
    """Return one plane as it is correlated.

    Parameters
    ----------
    stack : DataArray or (n, y, x) array
        One plane of it is read.
    plane : int
    **options
        See :func:`~temstack.drift.estimate.estimate_drift`.

    Examples
    --------
    >>> seen = see_plane(np.random.default_rng(1).poisson(20, (2, 64, 80)), 0, sobel=True)
    >>> seen.picture.shape, seen.box
    ((64, 80), (0, 0, 64, 80))
    """
    source = plane_source(stack)
    settings = checked_settings(source.shape, source.n_planes, **options)
    area = coarse_area(source.shape, settings)
    picture = prepare_plane(source(plane), area, settings.filters)
    box = (area.top, area.left, area.top + area.height, area.left + area.width)
    return PlaneSeen(_in_band(picture, area, settings.filters.band_pass), box)


def see_pair(stack: Any, first: int, second: int, **options: Any) -> PairSeen:
    """Return the correlation of two planes as the estimate sees it.

    Parameters
    ----------
    stack : DataArray or (n, y, x) array
        Two planes of it are read.
    first, second : int
    **options
        See :func:`~temstack.drift.estimate.estimate_drift`.

    Examples
    --------
    >>> field = np.random.default_rng(1).poisson(20, (80, 80))
    >>> seen = see_pair(np.stack([field[8:72, 8:72], field[5:69, 10:74]]), 0, 1)
    >>> seen.shift_px[0].round().tolist(), seen.is_beyond_chance
    ([3.0, -2.0], True)
    """
    source = plane_source(stack)
    settings = checked_settings(source.shape, source.n_planes, **options)
    order = (first, second)
    spectra = transform_planes(
        lambda index: source(order[index]),
        2,
        coarse_area(source.shape, settings),
        settings.filters,
        progress=no_progress,
        **({} if settings.estimator == "graph" else _CLASSIC),
    )
    found = correlate_pairs(spectra, np.array([[0, 1]]), max_shift_px=settings.max_shift_px, progress=no_progress)
    speaks = found.information[0] > 0
    chance = expected_by_chance(spectra, found.information[:, 0], settings.max_shift_px)
    return PairSeen(
        correlation=_searched(_surface(spectra), search_reach(spectra, settings.max_shift_px)),
        step_px=(float(spectra.step_px[0]), float(spectra.step_px[1])),
        shift_px=found.shift_px[0][speaks],
        peak=float(min(found.correlation_peak[0], 1.0)) if speaks.any() else 0.0,
        is_beyond_chance=bool(chance[0] < _surely_chance(settings)),
    )


def _surely_chance(settings: Settings) -> float:
    """Return how many such maxima noise may make of one pair, at most."""
    from temstack.drift.linking import FALSE_LINKS

    return FALSE_LINKS if settings.estimator == "graph" else 1.0


def _in_band(picture: Plane, area: Area, band: tuple[float, float] | None) -> Plane:
    """Return the picture with its band-pass, which the estimate does on the coefficients."""
    if band is None:
        return picture
    rows = scipy.fft.fftfreq(picture.shape[0], area.bin_y)[:, None]
    columns = scipy.fft.rfftfreq(picture.shape[1], area.bin_x)
    frequency = np.hypot(rows, columns)
    spectrum = scipy.fft.rfft2(picture)
    spectrum[(frequency < band[0]) | (frequency > band[1])] = 0
    return np.asarray(scipy.fft.irfft2(spectrum, s=picture.shape), np.float32)


def _surface(spectra: Spectra) -> Plane:
    """Return the correlation of plane 0 and 1 at every displacement, 0 … 1, zero displacement first."""
    norm = 1 / np.sqrt(np.maximum(spectra.power, 1e-30))
    product = np.empty((len(spectra.modes), *spectra.ring.shape), np.complex64)
    correlation = np.empty((len(spectra.modes), *spectra.shape), np.float32)
    first, second = spectra.coefficients
    kernels.ring_products(first, second, spectra.ring, norm[0], norm[1], product)
    inverse_rings(product, spectra.shape, correlation)
    if spectra.signed:
        np.maximum(correlation, 0, out=correlation)
    weight = spectra.modes / max(float(spectra.modes.sum()), 1e-30)
    mean_square = np.tensordot(weight, np.minimum(correlation**2, 1.0), axes=1)
    return np.asarray(np.sqrt(mean_square), np.float32)


def _searched(surface: Plane, reach: tuple[int, int]) -> Plane:
    """Return the part that is searched, zero displacement in its middle."""
    rows, columns = (np.arange(-steps, steps + 1) for steps in reach)
    return np.ascontiguousarray(surface[np.ix_(rows, columns)])
