"""Specimens to try things on: particles on a film, a film alone, a crystal lattice, an interface."""

from __future__ import annotations

from math import ceil, floor, pi
from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.instrument.simulated.physics.materials import (
    CARBON,
    CARBON_ATOM_V_NM3,
    GOLD,
    IRON,
    IRON_OXIDE,
    SILICA,
    Material,
)
from temstack.instrument.simulated.physics.specimen import Map, Specimen

Shape = tuple[int, int]
_EDGE_NM = 0.4  # a real particle has no sharper edge in projection; nor does a grid of pixels hold one


class _Layers:
    """Materials piled up on one area, each as a map of its thickness in nm."""

    def __init__(self, shape: Shape, pixel_size_nm: float) -> None:
        if min(shape) < 16 or not pixel_size_nm > 0:
            raise SettingError("specimen", "is too small", got=f"{shape} px of {pixel_size_nm} nm", expected="16 px")
        self.shape, self.pixel_size_nm = shape, pixel_size_nm
        self.maps = {
            name: np.zeros(shape, np.float32) for name in ("potential_v_nm", "relative_thickness", "aperture_loss")
        }
        self.elements: dict[str, Map] = {}

    def add(self, material: Material, thickness_nm: Map, *, potential: bool = True) -> None:
        if potential:
            self.maps["potential_v_nm"] += material.mean_potential_v * thickness_nm
        self.maps["relative_thickness"] += thickness_nm / np.float32(material.inelastic_path_nm)
        self.maps["aperture_loss"] += thickness_nm / np.float32(material.aperture_path_nm)
        for symbol, density in material.atoms_per_nm3.items():
            atoms = np.float32(density) * thickness_nm
            self.elements[symbol] = self.elements[symbol] + atoms if symbol in self.elements else atoms

    def add_film(self, thickness_nm: Map, rng: np.random.Generator) -> None:
        """Add amorphous carbon, atom by atom: where they lie is chance, and that is its grain."""
        self.add(CARBON, thickness_nm, potential=False)
        area = self.pixel_size_nm**2
        atoms = rng.poisson(CARBON.atoms_per_nm3["C"] * thickness_nm * area)
        potential = smoothed((atoms * (CARBON_ATOM_V_NM3 / area)).astype(np.float32), 0.05 / self.pixel_size_nm)
        self.maps["potential_v_nm"] += potential

    def specimen(self, **properties: Any) -> Specimen:
        maps: dict[str, Any] = {**self.maps, **properties}
        return Specimen(self.pixel_size_nm, elements=self.elements, **maps)


def particles_on_film(
    seed: int = 1,
    *,
    shape: Shape = (1536, 1536),
    pixel_size_nm: float = 0.5,
    film_nm: float = 20.0,
    diameters_nm: tuple[float, float] = (8.0, 45.0),
    coverage: float = 0.18,
    contamination_per_dose: float = 0.0,
) -> Specimen:
    """Return particles of iron oxide, of iron and of silica, strewn over an amorphous carbon film.

    Parameters
    ----------
    seed : int
        Another number, another specimen.
    shape : (int, int), px
        Height and width of the whole area; make it larger than the camera, so that there is something to drift in.
    pixel_size_nm, film_nm : float, nm
    diameters_nm : (float, float), nm
        Of the smallest and the largest particles; sizes are spread evenly on a logarithmic scale.
    coverage : float, dimensionless
        Share of the area that particles cover.
    contamination_per_dose : float, nm²
        See :class:`Specimen`.

    Returns
    -------
    Specimen
        Elements C, O, Fe, Si.
    """
    rng = np.random.default_rng([seed, 11])
    layers = _Layers(shape, pixel_size_nm)
    hills = 1 + 0.08 * smooth_noise(shape, min(shape) / 12, rng)
    layers.add_film(np.maximum(film_nm * hills, 0).astype(np.float32), rng)
    for material, share in ((IRON_OXIDE, 0.55), (IRON, 0.2), (SILICA, 0.25)):
        layers.add(material, _spheres(shape, pixel_size_nm, diameters_nm, share * coverage, rng))
    return layers.specimen(contamination_per_dose=contamination_per_dose)


def amorphous_film(
    seed: int = 1, *, shape: Shape = (1536, 1536), pixel_size_nm: float = 0.1, film_nm: float = 8.0
) -> Specimen:
    """Return a thin, even carbon film, whose diffractogram shows the contrast transfer of the lens.

    Parameters
    ----------
    seed : int
    shape : (int, int), px
    pixel_size_nm, film_nm : float, nm

    Returns
    -------
    Specimen
        Element C.
    """
    rng = np.random.default_rng([seed, 12])
    layers = _Layers(shape, pixel_size_nm)
    layers.add_film(np.full(shape, film_nm, np.float32), rng)
    return layers.specimen()


def lattice(
    seed: int = 1,
    *,
    shape: Shape = (1536, 1536),
    pixel_size_nm: float = 0.04,
    spacing_nm: float = 0.204,
    thickness_nm: float = 1.8,
    film_nm: float = 1.5,
) -> Specimen:
    """Return islands of a gold crystal, seen along a cube axis, on a thin carbon film.

    The atomic columns form a square lattice that is turned until it fits the area without a seam. The projected
    potential acts as a whole (no multiple scattering along the beam), which is why the crystal is thin.

    Parameters
    ----------
    seed : int
    shape : (int, int), px
    pixel_size_nm : float, nm
        At most a third of `spacing_nm`, or there would be no lattice to see.
    spacing_nm : float, nm
        Distance between columns; moved by a little so that the area closes on itself.
    thickness_nm, film_nm : float, nm

    Returns
    -------
    Specimen
        Elements Au, C.
    """
    if pixel_size_nm > spacing_nm / 3:
        raise SettingError(
            "pixel_size_nm", "is too coarse for the lattice", got=pixel_size_nm, expected=f"up to {spacing_nm / 3:.3g}"
        )
    rng = np.random.default_rng([seed, 13])
    layers = _Layers(shape, pixel_size_nm)
    layers.add_film(np.full(shape, film_nm, np.float32), rng)
    islands = 0.6 * smooth_noise(shape, min(shape) / 14, rng)
    thickness = np.asarray(thickness_nm * np.clip(2.5 * islands, 0, 1), np.float32)
    layers.add(GOLD, thickness, potential=False)
    columns = _columns(shape, pixel_size_nm, spacing_nm, float(rng.uniform(0.1, 0.6)))
    layers.maps["potential_v_nm"] += GOLD.mean_potential_v * thickness * columns
    return layers.specimen()


def interface(
    seed: int = 1, *, shape: Shape = (1536, 1536), pixel_size_nm: float = 0.25, thickness_nm: float = 40.0
) -> Specimen:
    """Return a section through an oxide layer between iron and silica, with rough boundaries.

    Parameters
    ----------
    seed : int
    shape : (int, int), px
    pixel_size_nm, thickness_nm : float, nm

    Returns
    -------
    Specimen
        Elements Fe, O, Si, C.
    """
    rng = np.random.default_rng([seed, 14])
    layers = _Layers(shape, pixel_size_nm)
    height, width = shape
    x = np.arange(width, dtype=np.float32)[None, :]
    sides = [
        place * width
        + width * 0.008 * smooth_noise((height, 1), height / 40, rng)
        + width * 0.012 * smooth_noise((height, 1), height / 10, rng)
        for place in (0.30, 0.42, 0.78, 0.90)
    ]  # four boundaries, so that the area closes on itself
    step = 1.2 / pixel_size_nm
    beyond = [0.5 * (1 + np.tanh((x - side) / step)).astype(np.float32) for side in sides]
    silica = beyond[1] - beyond[2]
    oxide = beyond[0] - beyond[1] + beyond[2] - beyond[3]
    foil = thickness_nm * (1 + 0.04 * smooth_noise(shape, min(shape) / 10, rng))
    for material, share in ((IRON, 1 - oxide - silica), (IRON_OXIDE, oxide), (SILICA, silica)):
        layers.add(material, np.asarray(foil * np.maximum(share, 0), np.float32))
    layers.add_film(np.full(shape, 4.0, np.float32), rng)  # what sputtering and air leave on a section
    return layers.specimen()


def smoothed(image: Map, sigma_px: float) -> Map:
    """Return an image that closes on itself, blurred by a normal distribution."""
    if sigma_px <= 0:
        return image
    ky, kx = np.fft.fftfreq(image.shape[0])[:, None], np.fft.rfftfreq(image.shape[1])[None, :]
    row, column = (np.exp(-2 * (pi * sigma_px * k) ** 2).astype(np.float32) for k in (ky, kx))
    transform = scipy.fft.rfft2(image) * row * column
    return np.asarray(scipy.fft.irfft2(transform, s=image.shape), np.float32)


def smooth_noise(shape: Shape, grain_px: float, rng: np.random.Generator) -> Map:
    """Return random hills of about *grain_px* that close on themselves, mean 0 and standard deviation 1."""
    hills = smoothed(rng.standard_normal(shape, dtype=np.float32), grain_px)
    return np.asarray((hills - hills.mean()) / hills.std(), np.float32)


def _spheres(
    shape: Shape, pixel_size_nm: float, diameters_nm: tuple[float, float], coverage: float, rng: np.random.Generator
) -> Map:
    """Return the thickness (nm) of spheres strewn over the area, covering about a share of it."""
    thickness = np.zeros(shape, np.float32)
    wanted_px = coverage * thickness.size
    while wanted_px > 0:
        radius = float(np.exp(rng.uniform(*np.log(diameters_nm)))) / 2 / pixel_size_nm
        _add_sphere(thickness, rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), radius)
        wanted_px -= pi * radius**2
    return np.asarray(np.maximum(smoothed(thickness, _EDGE_NM / pixel_size_nm), 0) * pixel_size_nm, np.float32)


def _add_sphere(thickness: Map, centre_y: float, centre_x: float, radius: float) -> None:
    rows = np.arange(floor(centre_y - radius), ceil(centre_y + radius) + 1)
    columns = np.arange(floor(centre_x - radius), ceil(centre_x + radius) + 1)
    inside = radius**2 - (rows[:, None] - centre_y) ** 2 - (columns[None, :] - centre_x) ** 2
    height, width = thickness.shape
    np.add.at(thickness, (rows[:, None] % height, columns[None, :] % width), 2 * np.sqrt(np.maximum(inside, 0)))


def _columns(shape: Shape, pixel_size_nm: float, spacing_nm: float, turn_rad: float) -> NDArray[np.float32]:
    """Return a square lattice of columns, mean 1, as the waves that fit the area and the aperture can resolve.

    Each reflection is damped as a column of 0.035 nm standard deviation damps it (atom and thermal motion).
    """
    side_nm = np.array(shape) * pixel_size_nm
    first = np.rint(side_nm / spacing_nm * [np.sin(turn_rad), np.cos(turn_rad)])
    second = np.rint(side_nm / spacing_nm * [np.cos(turn_rad), -np.sin(turn_rad)])
    transform = np.zeros((shape[0], shape[1] // 2 + 1), np.complex64)
    for h in range(-5, 6):
        for k in range(-5, 6):
            along_y, along_x = (int(v) for v in h * first + k * second)
            if 0 <= along_x < shape[1] // 2 and abs(along_y) < shape[0] // 2:
                g2 = float((np.array([along_y, along_x]) / side_nm) @ (np.array([along_y, along_x]) / side_nm))
                transform[along_y, along_x] = np.exp(-2 * (pi * 0.035) ** 2 * g2)
    return np.asarray(scipy.fft.irfft2(transform, s=shape) * (shape[0] * shape[1]), np.float32)
