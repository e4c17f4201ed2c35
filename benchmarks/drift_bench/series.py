"""Series of a drifting specimen with exact truth, of six kinds that are hard in six different ways.

Three come from :mod:`temstack.testing`: ``eftem`` (contrast fades, and inverts at an edge), ``focal`` (contrast
reverses with defocus), ``lattice`` (looks alike after each unit cell). Three are made here, and in another manner:

``dusty``
    A film with growing particles seen through an unevenly lit, dusty scintillator that does not move.
``particles``
    Bright particles on a dark, thin support as a scanning dark-field detector counts them; how brightly each
    diffracts changes slowly, as on tilting. No camera blur: noise is white, and strong only where it is bright.
``grains``
    A polycrystal whose grains turn bright and dark one by one; only their borders and a fine grain stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import scipy.ndimage
import scipy.spatial
from numpy.typing import NDArray

from drift_bench.attainable import attainable_px
from drift_bench.bound import known_template_bound
from drift_bench.paths import PATHS
from temstack.testing import (
    Detector,
    SimulatedSeries,
    drifting_eftem_series,
    drifting_focal_series,
    drifting_lattice_series,
)
from temstack.testing.imaging import RIM_PX, Canvas
from temstack.testing.specimens import STANDARD_DETECTOR

Floats = NDArray[np.float64]
Image = NDArray[np.float32]

COUNTING_DETECTOR = Detector(counts_per_electron=10.0, blur_px=0.0, gain_error=0.0, read_noise_counts=5.0)
LARGEST_DRIFT = 0.09
"""Largest drift along y or x, as a part of the field of view."""

DOSES = {
    "eftem": (20.0, 200.0, 2000.0),
    "focal": (20.0, 200.0, 1000.0),
    "lattice": (2.0, 10.0, 50.0),
    "dusty": (5.0, 50.0, 500.0),
    "particles": (0.5, 5.0, 50.0),
    "grains": (5.0, 50.0, 500.0),
}
"""Mean electrons per px of the first plane, from so few that one can hardly see anything to plenty."""

KINDS = tuple(DOSES)


@dataclass(frozen=True)
class Case:
    """One series to be made; the same case gives the same numbers.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    electrons_per_px : float
    n_planes, size : int
        Number of planes, and the length of their sides in px.
    seed : int
        Gives the specimen, the drift and the noise.
    """

    kind: str
    electrons_per_px: float
    n_planes: int
    size: int
    seed: int

    @property
    def name(self) -> str:
        """What the case is called in tables and files."""
        return f"{self.kind} {self.n_planes}×{self.size}² {self.electrons_per_px:g} e⁻ seed {self.seed}"


@dataclass(frozen=True)
class Series:
    """A recorded series, its truth, and how well it can be known.

    Parameters
    ----------
    counts : (n, y, x) int32
    true_drift_px : (n, 2) float64, px
    bound_px : float, px
        Least rms error of any unbiased estimate, the template being known; see :mod:`drift_bench.bound`.
    attainable_px : float, px
        The same, the template not being known; see :mod:`drift_bench.attainable`.
    """

    counts: NDArray[np.int32]
    true_drift_px: Floats
    bound_px: float
    attainable_px: float


WARM_UP = Case("eftem", 2000.0, 8, 128, 0)


def make_series(case: Case) -> Series:
    """Return the series of a case. Which way it drifts goes by turns with the seed."""
    path = PATHS[case.seed % len(PATHS)]
    drift_px = path(case.n_planes, LARGEST_DRIFT * case.size, case.seed)
    if case.kind in _LIBRARY:
        return _from_library(case, drift_px)
    return _made_here(case, drift_px)


_LIBRARY: dict[str, Callable[..., SimulatedSeries]] = {
    "eftem": drifting_eftem_series,
    "focal": drifting_focal_series,
    "lattice": drifting_lattice_series,
}


def _from_library(case: Case, drift_px: Floats) -> Series:
    make = _LIBRARY[case.kind]
    settings = (case.n_planes, case.size, case.electrons_per_px, case.seed)
    recorded = make(*settings, drift_px=drift_px)
    clean = make(*settings, drift_px=drift_px, detector=None)
    expected = clean.stack.values
    if "scale" in recorded.stack.coords:  # the clean series knows no exposures
        expected = expected / recorded.stack.coords["scale"].values[:, None, None].astype(np.float32)
    return _with_limits(recorded.stack.values, recorded.true_drift_px, expected, STANDARD_DETECTOR, None)


def _with_limits(
    counts: NDArray[np.int32], drift_px: Floats, moving: Image, detector: Detector, lighting: Image | None
) -> Series:
    bound_px = known_template_bound(moving, detector, lighting=lighting)
    return Series(counts, drift_px, bound_px, attainable_px(moving, detector, drift_px, lighting=lighting))


@dataclass(frozen=True)
class _Scene:
    """A specimen as a sum of maps whose weights change from plane to plane, and what stays with the detector."""

    maps: list[Image]
    weights: Floats
    lighting: Image
    detector: Detector


def _made_here(case: Case, drift_px: Floats) -> Series:
    drift_px = drift_px - drift_px[0]
    margin = ceil(float(np.abs(drift_px).max())) + RIM_PX + 8
    canvas = Canvas(case.size, margin)
    rng = np.random.default_rng([case.seed, 5])
    scene = _SCENES[case.kind](canvas, case.n_planes, rng)
    transforms = [canvas.transform(image) for image in scene.maps]
    first = sum(w * float(m.mean()) for w, m in zip(scene.weights[0], scene.maps, strict=True))
    dose = case.electrons_per_px / (first * float(scene.lighting.mean()))
    gain = scene.detector.gain_pattern((case.size, case.size), rng)
    inside = slice(RIM_PX, -RIM_PX)
    counts = np.empty((case.n_planes, case.size, case.size), np.int32)
    moving = np.empty(counts.shape, np.float32)
    for index, weights in enumerate(scene.weights):
        transform = np.asarray(sum(dose * w * t for w, t in zip(weights, transforms, strict=True)))
        view = np.maximum(canvas.view(transform, drift_px[index], rim=RIM_PX), 0)
        counts[index] = scene.detector.record(view * scene.lighting, gain, rng)
        moving[index] = view[inside, inside]
    return _with_limits(counts, drift_px, moving, scene.detector, scene.lighting[inside, inside])


def _dusty(canvas: Canvas, n_planes: int, rng: np.random.Generator) -> _Scene:
    film = 1 + 0.08 * _grain(canvas, rng, 1.2) + 0.05 * _grain(canvas, rng, canvas.size / 10)
    small = _discs(canvas, rng, 40, (canvas.size / 80, canvas.size / 30))
    late = _discs(canvas, rng, 40, (canvas.size / 80, canvas.size / 25))
    growth = np.linspace(0, 1, n_planes) ** 2
    weights = np.stack([np.ones(n_planes), np.full(n_planes, -0.35), -0.5 * growth], axis=1)
    side = canvas.size + 2 * RIM_PX
    y, x = np.mgrid[:side, :side] / side - 0.5
    centre = rng.uniform(-0.2, 0.2, 2)
    lighting = 1 - 0.5 * ((y - centre[0]) ** 2 + (x - centre[1]) ** 2)
    for _ in range(8):
        place, radius = rng.uniform(-0.5, 0.5, 2), rng.uniform(0.012, 0.05)
        lighting *= 1 - rng.uniform(0.1, 0.3) / (1 + np.exp((np.hypot(y - place[0], x - place[1]) - radius) / 0.004))
    return _Scene([_blurred(film), small, late], weights, lighting.astype(np.float32), STANDARD_DETECTOR)


def _particles(canvas: Canvas, n_planes: int, rng: np.random.Generator) -> _Scene:
    support = 0.12 * (1 + 0.15 * _grain(canvas, rng, 2.0))
    families = [_discs(canvas, rng, 14, (canvas.size / 50, canvas.size / 14)) for _ in range(5)]
    along = np.linspace(0, 1, n_planes)[:, None]
    weights = 1 + 0.6 * np.sin(2 * np.pi * rng.uniform(0.3, 1.0, 5) * along + rng.uniform(0, 2 * np.pi, 5))
    return _Scene(
        [_blurred(support), *families],
        np.hstack([np.ones((n_planes, 1)), weights]),
        _even_lighting(canvas),
        COUNTING_DETECTOR,
    )


def _grains(canvas: Canvas, n_planes: int, rng: np.random.Generator) -> _Scene:
    n_grains = round(120 * (canvas.side / canvas.size) ** 2)
    tree = scipy.spatial.cKDTree(rng.uniform(0, canvas.side, (n_grains, 2)), boxsize=canvas.side)
    pixels = np.stack(np.mgrid[: canvas.side, : canvas.side], axis=-1).reshape(-1, 2)
    family = rng.integers(0, 8, n_grains)[tree.query(pixels)[1]].reshape(canvas.side, canvas.side)
    maps = [_blurred((family == number).astype(np.float32)) for number in range(8)]
    texture = _blurred(0.06 * _grain(canvas, rng, 1.0))
    walk = rng.normal(0, 0.25, (1, 8)) + np.cumsum(rng.normal(0, 0.12, (n_planes, 8)), axis=0)
    weights = np.exp(np.clip(walk, -1, 1))
    return _Scene(
        [*maps, texture], np.hstack([weights, np.ones((n_planes, 1))]), _even_lighting(canvas), STANDARD_DETECTOR
    )


_SCENES: dict[str, Callable[[Canvas, int, np.random.Generator], _Scene]] = {
    "dusty": _dusty,
    "particles": _particles,
    "grains": _grains,
}


def _even_lighting(canvas: Canvas) -> Image:
    side = canvas.size + 2 * RIM_PX
    return np.ones((side, side), np.float32)


def _grain(canvas: Canvas, rng: np.random.Generator, grain_px: float) -> Image:
    """Return random hills of *grain_px*, mean 0, standard deviation 1."""
    noise = rng.standard_normal((canvas.side, canvas.side), dtype=np.float32)
    hills = scipy.ndimage.gaussian_filter(noise, grain_px, mode="wrap")
    return np.asarray(hills / hills.std())


def _discs(canvas: Canvas, rng: np.random.Generator, per_field: int, radii_px: tuple[float, float]) -> Image:
    """Return flat, soft-edged ellipses of height 0.3 … 1 strewn over the canvas, *per_field* in a field of view."""
    image = np.zeros((canvas.side, canvas.side), np.float32)
    for _ in range(round(per_field * (canvas.side / canvas.size) ** 2)):
        centre, radii = rng.uniform(0, canvas.side, 2), rng.uniform(*radii_px, 2)
        height, angle = rng.uniform(0.3, 1.0), rng.uniform(0, np.pi)
        reach = int(radii.max()) + 5
        rows, columns = (np.arange(int(c) - reach, int(c) + reach + 1) for c in centre)
        y, x = (rows - centre[0])[:, None], (columns - centre[1])[None, :]
        along, across = y * np.cos(angle) + x * np.sin(angle), x * np.cos(angle) - y * np.sin(angle)
        distance_px = (np.hypot(along / radii[0], across / radii[1]) - 1) * float(radii.min())
        image[np.ix_(rows % canvas.side, columns % canvas.side)] += height / (1 + np.exp(distance_px / 0.5))
    return _blurred(image)


def _blurred(image: Image) -> Image:
    """Return what a microscope shows of it: nothing sharper than 0.8 px, so that a shift by Fourier is exact."""
    return np.asarray(scipy.ndimage.gaussian_filter(image, 0.8, mode="wrap", truncate=6), np.float32)
