"""Simulated series of a drifting specimen, with the drift that was put in.

Three kinds, for the three things that make alignment hard: an EFTEM series, whose contrast fades and
inverts at edges; a focal series, whose contrast reverses with defocus; a crystal lattice, which looks
alike after each unit cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, floor, log2, pi
from typing import Any

import numpy as np
import scipy.ndimage
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError
from temstack.stack import label_stack
from temstack.testing.imaging import (
    EDGE_ONSETS_EV,
    RIM_PX,
    Canvas,
    Detector,
    Image,
    Spectrum,
    edge_mean,
    phase_contrast_transfer,
    power_law_mean,
)

BACKGROUND_EXPONENT = 3.0
LARGEST_DOUBLINGS = 6
STANDARD_DETECTOR = Detector()
_SPECIMEN_BLUR_PX = 0.8  # a microscope shows nothing sharper; and a shift by Fourier needs a band-limited image
_WAVELENGTH_200_KV_NM = 0.00250793


@dataclass(frozen=True)
class SimulatedSeries:
    """A recorded series and the truth about it.

    Parameters
    ----------
    stack : DataArray (plane, y, x)
        int32 counts with an exact ``scale`` per plane; or float32 mean electrons where ``detector=None``.
    true_drift_px : (n, 2) float64, px
        Where the specimen was in each plane (y, x), relative to plane 0.
    element_maps : dict of (y, x) arrays, nm
        Thickness of each element's particles as plane 0 sees them; empty where there are no elements.
    """

    stack: xr.DataArray
    true_drift_px: NDArray[np.float64]
    element_maps: dict[str, NDArray[np.float32]] = field(default_factory=dict)


def drift_path(n_planes: int, largest_px: float = 20.0, *, seed: int = 1) -> NDArray[np.float64]:
    """Return how a stage drifts: fast at first, then settling, with small random steps all the time.

    Parameters
    ----------
    n_planes : int
    largest_px : float, px
        The largest distance from plane 0 along y or x; the path is scaled to reach it.
    seed : int

    Returns
    -------
    (n_planes, 2) float64, px
        Where the specimen is (y, x), relative to plane 0.

    Examples
    --------
    >>> drift_path(5, 10.0).shape
    (5, 2)
    """
    rng = np.random.default_rng([seed, 1])
    along = np.arange(n_planes)[:, None] / max(n_planes - 1, 1)
    settling = rng.choice([-1.0, 1.0], 2) * rng.uniform(0.4, 1.0, 2) * (1 - np.exp(-2 * along))
    walk = np.cumsum(rng.normal(0, 0.1, (n_planes, 2)), axis=0)
    path = settling + walk
    path -= path[0]
    furthest = float(np.abs(path).max())
    return np.asarray(path * (largest_px / furthest) if furthest > 0 else path)


def drifting_eftem_series(
    n_planes: int = 20,
    size: int = 256,
    electrons_per_px: float = 200.0,
    seed: int = 1,
    *,
    start_ev: float = 480.0,
    step_ev: float = 15.0,
    slit_width_ev: float = 15.0,
    largest_drift_px: float = 20.0,
    drift_px: ArrayLike | None = None,
    first_exposure_s: float = 0.5,
    automatic_exposure: bool = True,
    detector: Detector | None = STANDARD_DETECTOR,
    pixel_nm: float = 0.5,
) -> SimulatedSeries:
    """Return an EFTEM series of iron and oxide particles on an amorphous film, recorded while it drifts.

    Below the edges particles are dark (they scatter electrons out of the aperture); above its edge each
    kind turns bright. The background falls as ``E^-3``, and the exposure is doubled whenever the camera
    has room for it.

    Parameters
    ----------
    n_planes, size : int
        Number of planes, and the length of their sides in px.
    electrons_per_px : float, electrons
        Mean dose of plane 0; the others get less or more, as the spectrum and their exposure have it.
    seed : int
        The same seed gives the same specimen, drift and noise.
    start_ev, step_ev, slit_width_ev : float, eV
        Energy loss of plane 0, distance between planes, and the slit.
    largest_drift_px : float, px
        The largest drift along y or x (see :func:`drift_path`).
    drift_px : (n, 2), px, optional
        Use this drift instead, taken relative to its first plane.
    first_exposure_s : float, s
    automatic_exposure : bool
        Double the exposure, by a power of two, where the mean falls below half; ``scale`` undoes it exactly.
    detector : Detector or None
        ``None`` returns the mean electrons without any noise, as float32, all scales 1.
    pixel_nm : float, nm

    Returns
    -------
    SimulatedSeries
        ``stack`` has dimensions (energy_loss, y, x) and per plane ``exposure_s`` and ``scale``.

    Examples
    --------
    >>> series = drifting_eftem_series(n_planes=3, size=64, largest_drift_px=5)
    >>> series.stack.sizes["energy_loss"], series.true_drift_px.shape
    (3, (3, 2))
    """
    truth = _path_or_given(drift_px, n_planes, largest_drift_px, seed)
    canvas = _canvas_for(size, truth)
    rng = np.random.default_rng([seed, 2])
    energies_ev = start_ev + np.arange(n_planes) * step_ev
    scattering, elements = _particles_on_film(canvas, pixel_nm, rng)
    weights = _eftem_weights(energies_ev, slit_width_ev, start_ev, tuple(elements))
    transforms = [canvas.transform(image) for image in scattering]
    brightness = weights @ [float(image.mean()) for image in scattering]
    doublings = _doublings(brightness, automatic_exposure and detector is not None)
    dose = electrons_per_px / brightness[0] * 2.0**doublings

    def plane(index: int) -> Spectrum:
        return np.asarray(sum(w * t for w, t in zip(weights[index] * dose[index], transforms, strict=True)))

    stack = label_stack(
        _expose(canvas, plane, truth, detector, rng),
        "energy_loss",
        plane_values=energies_ev,
        plane_units="eV",
        pixel_size=pixel_nm,
        pixel_units="nm",
        per_plane={"exposure_s": (first_exposure_s * 2.0**doublings, "s"), "scale": 2.0**-doublings},
        title="simulated EFTEM series",
        **_attributes(detector, signal_type="EELS", slit_width_ev=slit_width_ev),
    )
    inside = slice(canvas.margin, canvas.margin + size)
    return SimulatedSeries(stack, truth, {name: nm[inside, inside] for name, nm in elements.items()})


def drifting_focal_series(
    n_planes: int = 20,
    size: int = 256,
    electrons_per_px: float = 200.0,
    seed: int = 1,
    *,
    start_nm: float = -200.0,
    step_nm: float = 20.0,
    largest_drift_px: float = 20.0,
    drift_px: ArrayLike | None = None,
    detector: Detector | None = STANDARD_DETECTOR,
    pixel_nm: float = 0.1,
) -> SimulatedSeries:
    """Return a focal series of small clusters on an amorphous film at 200 kV, recorded while it drifts.

    A weak phase object: the contrast of each detail goes as ``sin(chi)`` and reverses through focus
    (underfocus is positive). The other parameters are those of :func:`drifting_eftem_series`.

    Parameters
    ----------
    n_planes, size, electrons_per_px, seed, largest_drift_px, drift_px, detector, pixel_nm
        As in :func:`drifting_eftem_series`.
    start_nm, step_nm : float, nm
        Defocus of plane 0 and step, underfocus positive.

    Returns
    -------
    SimulatedSeries
        ``stack`` has dimensions (defocus, y, x).

    Examples
    --------
    >>> float(drifting_focal_series(n_planes=3, size=64).stack.defocus[1])
    -180.0
    """
    truth = _path_or_given(drift_px, n_planes, largest_drift_px, seed)
    canvas = _canvas_for(size, truth)
    rng = np.random.default_rng([seed, 3])
    defoci_nm = start_nm + np.arange(n_planes) * step_nm
    phase = 0.06 * _film(canvas, rng, grain_px=1.0) + 0.02 * _spheres(canvas, rng, count=40, radii_px=(4, 12))
    transform = canvas.transform(_softened(phase - phase.mean()))
    ky, kx = canvas.frequencies()
    frequency_per_nm = np.hypot(ky, kx) / pixel_nm

    def plane(index: int) -> Spectrum:
        transfer = phase_contrast_transfer(
            frequency_per_nm,
            float(defoci_nm[index]),
            wavelength_nm=_WAVELENGTH_200_KV_NM,
            cs_nm=1.2e6,
            focal_spread_nm=4.0,
        )
        image = (electrons_per_px * transfer).astype(np.float32) * transform
        image[0, 0] += electrons_per_px * canvas.side**2
        return np.asarray(image)

    stack = label_stack(
        _expose(canvas, plane, truth, detector, rng),
        "defocus",
        plane_values=defoci_nm,
        plane_units="nm",
        pixel_size=pixel_nm,
        pixel_units="nm",
        title="simulated focal series",
        **_attributes(detector),
    )
    return SimulatedSeries(stack, truth)


def drifting_lattice_series(
    n_planes: int = 20,
    size: int = 256,
    electrons_per_px: float = 50.0,
    seed: int = 1,
    *,
    spacing_px: float = 8.0,
    largest_drift_px: float = 20.0,
    drift_px: ArrayLike | None = None,
    detector: Detector | None = STANDARD_DETECTOR,
    pixel_nm: float = 0.05,
) -> SimulatedSeries:
    """Return a time series of a crystal lattice that drifts further than its unit cell.

    Only the crystal's uneven thickness and a few contamination spots tell one unit cell from the next.

    Parameters
    ----------
    n_planes, size, electrons_per_px, seed, largest_drift_px, drift_px, detector, pixel_nm
        As in :func:`drifting_eftem_series`.
    spacing_px : float, px
        Distance between lattice planes.

    Returns
    -------
    SimulatedSeries
        ``stack`` has dimensions (time, y, x), one plane each second.

    Examples
    --------
    >>> drifting_lattice_series(n_planes=2, size=64).stack.dims
    ('time', 'y', 'x')
    """
    truth = _path_or_given(drift_px, n_planes, largest_drift_px, seed)
    canvas = _canvas_for(size, truth)
    rng = np.random.default_rng([seed, 4])
    y, x = canvas.positions()
    turn = rng.uniform(0, pi)
    lattice = sum(
        np.cos(2 * pi * (y * np.sin(angle) + x * np.cos(angle)) / spacing_px)
        for angle in (turn, turn + pi / 3, turn + 2 * pi / 3)
    )
    thickness = 1 + 0.4 * _smooth_noise(canvas, rng, grain_px=size / 12)
    spots = 0.03 * _spheres(canvas, rng, count=8, radii_px=(5, 10))
    image = _softened((1 + 0.15 * thickness * lattice - spots).astype(np.float32))
    transform = canvas.transform(electrons_per_px * image)
    stack = label_stack(
        _expose(canvas, lambda _: transform, truth, detector, rng),
        "time",
        plane_values=np.arange(n_planes, dtype=float),
        plane_units="s",
        pixel_size=pixel_nm,
        pixel_units="nm",
        title="simulated lattice",
        **_attributes(detector),
    )
    return SimulatedSeries(stack, truth)


def _path_or_given(drift_px: ArrayLike | None, n_planes: int, largest_px: float, seed: int) -> NDArray[np.float64]:
    if drift_px is None:
        return drift_path(n_planes, largest_px, seed=seed)
    given = np.asarray(drift_px, dtype=np.float64)
    if given.shape != (n_planes, 2):
        raise SettingError("drift_px", "does not fit the series", got=given.shape, expected=f"shape ({n_planes}, 2)")
    return np.asarray(given - given[0])


def _canvas_for(size: int, drift_px: NDArray[np.float64]) -> Canvas:
    return Canvas(size, margin=ceil(float(np.abs(drift_px).max(initial=0.0))) + RIM_PX + 8)


def _expose(
    canvas: Canvas,
    plane: Callable[[int], Spectrum],
    drift_px: NDArray[np.float64],
    detector: Detector | None,
    rng: np.random.Generator,
) -> NDArray[np.float32] | NDArray[np.int32]:
    """Return all planes as the detector records them; without a detector, the mean electrons."""
    if detector is None:
        return np.stack([canvas.view(plane(i), d).astype(np.float32) for i, d in enumerate(drift_px)])
    gain = detector.gain_pattern((canvas.size, canvas.size), rng)
    views = (canvas.view(plane(i), d, rim=RIM_PX) for i, d in enumerate(drift_px))
    return np.stack([detector.record(view, gain, rng) for view in views])


def _particles_on_film(
    canvas: Canvas, pixel_nm: float, rng: np.random.Generator
) -> tuple[list[Image], dict[str, NDArray[np.float32]]]:
    """Return the maps whose weighted sum is the intensity (background first), and each element's thickness.

    Electrons scattered by a particle out of the aperture are lost at every energy: all maps carry that
    absorption.
    """
    film = 1 + 0.12 * _film(canvas, rng, grain_px=1.5)
    radii_px = (canvas.size / 64, canvas.size / 16)
    count = max(6, round(60 * (canvas.side / canvas.size) ** 2 / 2))
    elements = {
        name: (pixel_nm * _spheres(canvas, rng, count=count, radii_px=radii_px)).astype(np.float32)
        for name in EDGE_ONSETS_EV
    }
    largest_nm = pixel_nm * 2 * radii_px[1]
    thickness = sum(elements.values()) / largest_nm
    transmitted = np.exp(-0.9 * thickness)
    background = film * (1 + 0.5 * thickness) * transmitted
    maps = [background, *(transmitted * nm / largest_nm for nm in elements.values())]
    return [_softened(image.astype(np.float32)) for image in maps], elements


def _eftem_weights(
    energies_ev: Image, slit_width_ev: float, reference_ev: float, elements: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return (n, 1 + elements) weights: a power law, and edges that jump to one and a half of it."""
    half = slit_width_ev / 2
    background = [power_law_mean(e - half, e + half, reference_ev, BACKGROUND_EXPONENT) for e in energies_ev]
    columns = [background]
    for name in elements:
        onset_ev = EDGE_ONSETS_EV[name]
        jump = 1.5 * (onset_ev / reference_ev) ** -BACKGROUND_EXPONENT
        columns.append([jump * edge_mean(e, slit_width_ev, onset_ev) for e in energies_ev])
    return np.array(columns).T


def _doublings(brightness: NDArray[np.float64], automatic: bool) -> NDArray[np.float64]:
    """Return how often the exposure of each plane is doubled to come near, and not above, plane 0."""
    if not automatic:
        return np.zeros(len(brightness))
    return np.array([float(np.clip(floor(log2(brightness[0] / b)), 0, LARGEST_DOUBLINGS)) for b in brightness])


def _attributes(detector: Detector | None, **more: Any) -> dict[str, Any]:
    if detector is None:
        return {"intensity_units": "electrons", "high_tension_kv": 200.0, **more}
    counts_per_electron = float(detector.counts_per_electron)
    return {"intensity_units": "counts", "counts_per_electron": counts_per_electron, "high_tension_kv": 200.0, **more}


def _smooth_noise(canvas: Canvas, rng: np.random.Generator, grain_px: float) -> NDArray[np.float32]:
    """Return random hills of *grain_px*, mean 0, standard deviation 1."""
    noise = rng.standard_normal((canvas.side, canvas.side), dtype=np.float32)
    hills = scipy.ndimage.gaussian_filter(noise, grain_px, mode="wrap")
    return np.asarray((hills - hills.mean()) / hills.std())


def _film(canvas: Canvas, rng: np.random.Generator, grain_px: float) -> NDArray[np.float32]:
    """Return the relative thickness of an amorphous film: fine grain on slow unevenness."""
    fine, slow = _smooth_noise(canvas, rng, grain_px), _smooth_noise(canvas, rng, canvas.size / 16)
    return np.asarray(0.8 * fine + 0.6 * slow)


def _spheres(
    canvas: Canvas, rng: np.random.Generator, *, count: int, radii_px: tuple[float, float]
) -> NDArray[np.float32]:
    """Return the summed thickness of spheres strewn over the canvas, px."""
    thickness = np.zeros((canvas.side, canvas.side), dtype=np.float32)
    for _ in range(count):
        radius = rng.uniform(*radii_px)
        centre_y, centre_x = rng.uniform(0, canvas.side, 2)
        rows = slice(max(0, floor(centre_y - radius)), ceil(centre_y + radius) + 1)
        columns = slice(max(0, floor(centre_x - radius)), ceil(centre_x + radius) + 1)
        part = thickness[rows, columns]
        y, x = np.mgrid[rows.start : rows.start + part.shape[0], columns.start : columns.start + part.shape[1]]
        part += 2 * np.sqrt(np.maximum(radius**2 - (y - centre_y) ** 2 - (x - centre_x) ** 2, 0))
    return thickness


def _softened(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(scipy.ndimage.gaussian_filter(image, _SPECIMEN_BLUR_PX, mode="wrap"))
