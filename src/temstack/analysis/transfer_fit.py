"""Defocus and astigmatism of each plane, fitted to the rings of its power spectrum.

A weak phase object gives the power ``S(k) sin^2(γ + φ) + B(k)`` with ``γ = -χ = π λ Δf k^2 - π/2 Cs λ^3 k^4``,
Δf > 0 for underfocus, and φ = asin of the amplitude contrast. S and B are unknown but smooth, so the spectrum divided
by its own smooth course is ``c(k) + d(k) cos 2(γ + φ)`` with polynomials c and d. For a given defocus these are linear
least squares; what is left is a search over the defocus, then a refinement together with the astigmatism,
``Δf(θ) = Δf + A cos 2(θ - α)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.analysis.diffractograms import mean_power
from temstack.errors import SettingError, StackError
from temstack.stack import check_stack, counts, iter_planes, pixel_size
from temstack.stack.progress import Progress, no_progress
from temstack.stack.units import length_in_nm

Floats = NDArray[np.float64]

_SECTORS = 12
_SMOOTH, _RINGS = 4, 3  # terms of the polynomials c and d
_COURSE = 3

LEAST_SCORE = 0.1
"""Noise alone, and crystals without amorphous material, come near it."""

LEAST_RINGS = 2.5
"""The polynomial c follows one and a half rings, and d one more by turning the sign of the contrast: with fewer in the
spectrum, other defoci explain it as well. So it is near focus, where tests find errors of 30 nm with high scores."""


@dataclass(frozen=True)
class Optics:
    """What is known of the microscope: wavelength and Cs in nm, and the phase of the amplitude contrast."""

    wavelength_nm: float
    cs_nm: float
    phase: float

    def gamma(self, k: Floats, defocus_nm: Floats | float) -> Floats:
        """Return ``γ + φ`` at frequencies in 1/nm; radians."""
        wave = np.pi * self.wavelength_nm * defocus_nm * k**2
        return np.asarray(wave - 0.5 * np.pi * self.cs_nm * self.wavelength_nm**3 * k**4 + self.phase)


@dataclass(frozen=True)
class TransferFits:
    """What was fitted to each plane.

    Parameters
    ----------
    defocus_nm : (n,) float64, nm
        Mean of both axes of the astigmatism, underfocus positive.
    defocus_error_nm : (n,) float64, nm
        Its standard error, as far as the scatter of the spectrum tells. Infinite where the fit is not to be believed:
        see :attr:`is_sure`.
    astigmatism_nm : (n,) float64, nm
        A >= 0: the defocus lies between ``defocus - A`` and ``defocus + A``.
    astigmatism_deg : (n,) float64, deg, 0 … 180
        Direction α of the strongest underfocus, from x to the right towards y downwards.
    score : (n,) float64, 0 … 1
        Share of the ripple in the spectrum that the rings explain.
    ring_count : (n,) float64
        Rings between the lowest and the highest frequency that took part, ``∫ |dγ| / π``.
    nominal_nm : (n,) float64, nm
        What the stack says; NaN where it does not.
    optics : Optics
        What was assumed of the microscope.
    """

    defocus_nm: Floats
    defocus_error_nm: Floats
    astigmatism_nm: Floats
    astigmatism_deg: Floats
    score: Floats
    ring_count: Floats
    nominal_nm: Floats
    optics: Optics

    @property
    def is_sure(self) -> NDArray[np.bool_]:
        """Whether each fit can be believed: there are rings enough to tell the defocus, and they are seen."""
        return np.asarray(_are_sure(self.score, self.ring_count))

    def rings(self, plane: int, side: int, step_nm: tuple[float, float]) -> Floats:
        """Return ``sin^2`` of the fitted phase over a power spectrum of *side* px, zero frequency in the middle."""
        ky, kx = ((np.arange(side) - side // 2) / (side * step) for step in step_nm)
        theta = np.arctan2(ky[:, None], kx[None, :])
        swing = self.astigmatism_nm[plane] * np.cos(2 * (theta - np.deg2rad(self.astigmatism_deg[plane])))
        k = np.hypot(ky[:, None], kx[None, :])
        return np.asarray(np.sin(self.optics.gamma(k, self.defocus_nm[plane] + swing)) ** 2)


def electron_wavelength_nm(high_tension_kv: float) -> float:
    """Return the relativistic wavelength of electrons.

    >>> round(electron_wavelength_nm(200), 6)
    0.002508
    """
    volts = high_tension_kv * 1e3
    return float(1.226426 / np.sqrt(volts * (1 + 0.978476e-6 * volts)))


def fit_contrast_transfer(
    stack: xr.DataArray,
    *,
    high_tension_kv: float | None = None,
    cs_mm: float = 1.2,
    amplitude_contrast: float = 0.07,
    search_nm: tuple[float, float] | None = None,
    band_per_nm: tuple[float, float] | None = None,
    tile_px: int = 256,
    progress: Progress = no_progress,
) -> TransferFits:
    """Return defocus and astigmatism of each plane of a focal series.

    Parameters
    ----------
    stack : (defocus, y, x) DataArray
        With a pixel size; any plane axis will do. Amorphous material must be in view.
    high_tension_kv : float, kV
        Left out, ``attrs["high_tension_kv"]``.
    cs_mm : float, mm
        Spherical aberration.
    amplitude_contrast : float, 0 … 1
    search_nm : (lowest, highest), nm
        Where to look for the defocus, underfocus positive. Left out, about the nominal defocus as far as half its
        size and 100 nm more; without one, from 0 to 3000 nm. Rings say little about the sign of a defocus: if the
        range holds both signs, the one that explains more is taken.
    band_per_nm : (lowest, highest), 1/nm
        Frequencies that take part; left out, from a tenth to seven tenths of the highest.
    tile_px : int, px
        Side of the tiles whose spectra are averaged: larger ones for strong defocus, smaller ones for noise.

    Raises
    ------
    StackError
        If the stack has no pixel size in a unit of length.
    SettingError
        If the voltage is not known, or a range cannot be meant.
    """
    optics = _optics(stack, high_tension_kv, cs_mm, amplitude_contrast)
    step_nm = _pixel_nm(stack)
    band = _band(band_per_nm, step_nm)
    nominal = _nominal(stack)
    side = min(tile_px, stack.sizes["y"], stack.sizes["x"])
    rows = []
    for index, plane in iter_planes(counts(stack)):
        power = mean_power(np.asarray(plane, dtype=np.float64), side)
        spectrum = _Sectors.of(power, step_nm, band)
        rows.append(_fitted(spectrum, optics, _search_range(search_nm, nominal[index])))
        progress("fitting rings", index + 1, len(stack))
    defocus, error, size, angle, score = np.array(rows).T
    rings = np.array([_ring_count(optics, each, band) for each in defocus])
    error = np.where(_are_sure(score, rings), error, np.inf)
    return TransferFits(defocus, error, size, angle, score, rings, nominal, optics)


def _are_sure(score: Floats, rings: Floats) -> NDArray[np.bool_]:
    return (score >= LEAST_SCORE) & (rings >= LEAST_RINGS)


def _ring_count(optics: Optics, defocus: float, band: tuple[float, float]) -> float:
    phase = optics.gamma(np.linspace(*band, 500), defocus)
    return float(np.abs(np.diff(phase)).sum() / np.pi)


@dataclass(frozen=True)
class _Sectors:
    """A power spectrum averaged in rings and sectors, divided by its smooth course.

    ``k`` (m,) in 1/nm, ``theta`` (m,) rad, ``value`` (m,), ``weight`` (m,): root of the number of pixels; ``basis`` the
    polynomials in k, (m, terms).
    """

    k: Floats
    theta: Floats
    value: Floats
    weight: Floats
    basis: Floats

    @classmethod
    def of(cls, power: Floats, step_nm: tuple[float, float], band: tuple[float, float]) -> _Sectors:
        side = len(power)
        middle = side // 2
        ky, kx = ((np.arange(side) - middle) / (side * step) for step in step_nm)
        radius, angle = np.hypot(ky[:, None], kx[None, :]), np.arctan2(ky[:, None], kx[None, :]) % np.pi
        width = 1 / (side * max(step_nm))
        ring = np.rint(radius / width).astype(int)
        sector = np.minimum((angle / np.pi * _SECTORS).astype(int), _SECTORS - 1)
        inside = (radius >= band[0]) & (radius <= band[1])
        # A cross of row and column 0 comes from the camera's readout, not from the specimen.
        inside[middle, :] = inside[:, middle] = False
        place = (ring * _SECTORS + sector)[inside]
        count = np.bincount(place)
        used = np.flatnonzero(count)
        n = count[used].astype(np.float64)

        def averaged(values: Floats) -> Floats:
            return np.asarray(np.bincount(place, values[inside])[used] / n)

        k, value = averaged(radius), averaged(power)
        # The middle of the sector's pixels, as directions: 0 and π are neighbours.
        theta = (0.5 * np.arctan2(averaged(np.sin(2 * angle)), averaged(np.cos(2 * angle)))) % np.pi
        x = 2 * (k - band[0]) / (band[1] - band[0]) - 1
        basis = np.asarray(np.polynomial.chebyshev.chebvander(x, max(_SMOOTH, _RINGS) + 1), dtype=np.float64)
        weight = np.sqrt(n / 2)
        course = _smooth(basis[:, :_COURSE], np.log(np.maximum(value, value.max() * 1e-12)), weight)
        return cls(k, theta, value * np.exp(-course), weight, basis)

    def residual(self, optics: Optics, defocus: Floats | float) -> tuple[Floats, float]:
        """Return what smooth courses and rings do not explain, and the mean factor of the rings (below 0 if right)."""
        rings = np.cos(2 * optics.gamma(self.k, defocus))
        design = np.hstack([self.basis[:, :_SMOOTH], self.basis[:, :_RINGS] * rings[:, None]]) * self.weight[:, None]
        target = self.value * self.weight
        factors, *_ = np.linalg.lstsq(design, target, rcond=None)
        amplitude = self.basis[:, :_RINGS] @ factors[_SMOOTH:]
        return target - design @ factors, float(np.average(amplitude, weights=self.weight**2))

    def smooth_residual(self) -> Floats:
        """Return what smooth courses alone do not explain."""
        design = self.basis[:, :_SMOOTH] * self.weight[:, None]
        target = self.value * self.weight
        factors, *_ = np.linalg.lstsq(design, target, rcond=None)
        return np.asarray(target - design @ factors)


def _fitted(spectrum: _Sectors, optics: Optics, search: tuple[float, float]) -> list[float]:
    """Return defocus, its error, astigmatism, its angle, and the score of one plane."""
    from scipy.optimize import least_squares

    highest = spectrum.k.max()
    # A step changes the phase at the highest frequency by a quarter of a turn of sin^2.
    step = 0.25 / (optics.wavelength_nm * highest**2)
    candidates = np.linspace(*search, max(3, int(np.ceil((search[1] - search[0]) / step)) + 1))
    best = min(candidates, key=lambda defocus: _badness(spectrum, optics, float(defocus)))

    def residual(p: Floats) -> Floats:
        local = p[0] + p[1] * np.cos(2 * spectrum.theta) + p[2] * np.sin(2 * spectrum.theta)
        return spectrum.residual(optics, local)[0]

    found = least_squares(
        residual, [best, 0.0, 0.0], x_scale=step, diff_step=1e-3 * step / max(abs(best), step), max_nfev=60
    )
    defocus, a, b = (float(value) for value in found.x)
    left = float(np.sum(found.fun**2))
    whole = float(np.sum(spectrum.smooth_residual() ** 2))
    freedom = max(len(found.fun) - 3 - _SMOOTH - _RINGS, 1)
    slopes = np.asarray(found.jac)
    error = float(np.sqrt(np.linalg.pinv(slopes.T @ slopes)[0, 0] * left / freedom))
    score = max(0.0, 1 - left / whole) if whole > 0 else 0.0
    return [defocus, error, float(np.hypot(a, b)), float(np.rad2deg(np.arctan2(b, a)) / 2 % 180), score]


def _badness(spectrum: _Sectors, optics: Optics, defocus: float) -> float:
    left, amplitude = spectrum.residual(optics, defocus)
    # Rings of the wrong sign are bright where this defocus wants them dark.
    return float(np.sum(left**2)) if amplitude < 0 else float(np.sum(spectrum.smooth_residual() ** 2))


def _smooth(basis: Floats, values: Floats, weight: Floats) -> Floats:
    factors, *_ = np.linalg.lstsq(basis * weight[:, None], values * weight, rcond=None)
    return np.asarray(basis @ factors)


def _optics(stack: xr.DataArray, high_tension_kv: float | None, cs_mm: float, amplitude_contrast: float) -> Optics:
    check_stack(stack)
    kv = stack.attrs.get("high_tension_kv") if high_tension_kv is None else high_tension_kv
    if kv is None:
        raise SettingError(
            "high_tension_kv", "is not known", expected="the acceleration voltage in kV", advice="give it"
        )
    if not 1 <= float(kv) <= 5000:
        raise SettingError("high_tension_kv", "cannot be meant", got=kv, expected="1 … 5000 kV")
    if not 0 <= amplitude_contrast <= 1:
        raise SettingError("amplitude_contrast", "must lie between 0 and 1", got=amplitude_contrast)
    return Optics(electron_wavelength_nm(float(kv)), cs_mm * 1e6, float(np.arcsin(amplitude_contrast)))


def _pixel_nm(stack: xr.DataArray) -> tuple[float, float]:
    (dy, dx), units = pixel_size(stack)
    factor = length_in_nm(units)
    if factor is None:
        raise StackError(
            "stack", "has no pixel size", got=f"units {units!r}", expected="a length", advice="temstack set --pixel-nm"
        )
    return dy * factor, dx * factor


def _band(given: tuple[float, float] | None, step_nm: tuple[float, float]) -> tuple[float, float]:
    nyquist = 0.5 / max(step_nm)
    if given is None:
        return 0.1 * nyquist, 0.7 * nyquist
    low, high = given
    if not 0 < low < high <= nyquist * (1 + 1e-6):
        raise SettingError(
            "band_per_nm",
            "cannot be meant",
            got=f"{low:g} … {high:g}",
            expected=f"within 0 … {nyquist:.4g} /nm, the lower first",
        )
    return float(low), float(high)


def _nominal(stack: xr.DataArray) -> Floats:
    for name in ("defocus_read_nm", "defocus"):
        if name in stack.coords:
            return np.broadcast_to(np.asarray(stack.coords[name].values, dtype=np.float64), len(stack)).copy()
    return np.full(len(stack), np.nan)


def _search_range(given: tuple[float, float] | None, nominal: float) -> tuple[float, float]:
    if given is not None:
        low, high = given
        if not low < high:
            raise SettingError("search_nm", "is reversed", got=f"{low:g} … {high:g}", expected="the lower first")
        return float(low), float(high)
    if not np.isfinite(nominal):
        return 0.0, 3000.0
    reach = 100.0 + abs(nominal) / 2
    return nominal - reach, nominal + reach
