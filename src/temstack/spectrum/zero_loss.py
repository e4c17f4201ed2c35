"""Where the zero-loss peak lies at each pixel, and spectra put right by it.

Sign: the position is where the peak was found on the energy axis. :func:`correct_energies` reads every pixel at
``E + shift``, so a peak found at +2 eV comes to lie at 0 when the shift is +2 eV.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError, StackError
from temstack.spectrum.counting import scales_of
from temstack.spectrum.sums import Floats, bands, energy_last, image_like, row_blocks
from temstack.spectrum.windows import Windows, as_said, energies_of, planes_in
from temstack.stack import counts, with_history
from temstack.stack.progress import Progress, no_progress

Interpolation = Literal["cubic", "linear", "whole-channel"]
INTERPOLATIONS: tuple[Interpolation, ...] = ("cubic", "linear", "whole-channel")

_AT_ONCE = 2**18
"""In so many numbers at a time peaks are looked for."""

_WIDE = 5
"""From so many channels above half height on, a centre of mass is better than a parabola through three."""


def zero_loss_position(
    stack: xr.DataArray, *, window: Windows | None = None, progress: Progress = no_progress
) -> xr.DataArray:
    """Return where the zero-loss peak lies at each pixel.

    A narrow peak is placed by a parabola through the logarithms of its three highest channels, exact for a
    Gaussian; a wide one, and the flat top that a slit gives, by the centre of mass of what rises above half
    its height.

    Parameters
    ----------
    stack : (y, x, energy_loss) or (energy_loss, y, x) DataArray
        Low-loss spectra, or a zero-loss fine series.
    window : (from, to), eV
        Where to look for the peak; left out, everywhere.

    Returns
    -------
    position : (y, x) DataArray of float64, eV
        NaN where nothing was counted.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> energies = np.arange(-5.0, 6.0)
    >>> peak = np.exp(-0.5 * (energies - 0.3) ** 2)[:, None, None]
    >>> round(zero_loss_position(label_stack(peak, "energy_loss", plane_values=energies)).item(), 3)
    0.3
    """
    everything = np.arange(stack.sizes["energy_loss"]) if window is None else planes_in(stack, window, "window")
    energies = energies_of(stack)
    order = everything[np.argsort(energies[everything])]
    if len(order) < 3:
        raise SettingError("window", "holds too few planes to find a peak", got=len(order), expected="three or more")
    scale = scales_of(stack, "energy_loss")[order]
    spectra = energy_last(stack)
    position = np.empty(spectra.shape[:-1])
    if position.ndim == 0:
        position = _peaks(np.asarray(spectra.values[order] * scale)[None], energies[order])[0]
    else:
        for rows, block in row_blocks(spectra, progress=progress, step="finding zero-loss peaks"):
            flat, found = block.reshape(-1, block.shape[-1]), np.empty(block.shape[:-1])
            few = max(1, _AT_ONCE // len(order))  # finding peaks takes several times the memory of the spectra
            for start in range(0, len(flat), few):
                values = flat[start : start + few, order] * scale
                found.reshape(-1)[start : start + few] = _peaks(values, energies[order])
            position[rows] = found
    image = image_like(stack, position)
    image.attrs["intensity_units"] = "eV"
    return with_history(image, "zero_loss_position", window=as_said(window))


def align_zero_loss(
    stack: xr.DataArray,
    *,
    window: Windows | None = None,
    interpolation: Interpolation = "cubic",
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the spectra with the zero-loss peak of every pixel at 0 eV.

    Parameters
    ----------
    stack, window
        As in :func:`zero_loss_position`.
    interpolation : {"cubic", "linear", "whole-channel"}
        As in :func:`correct_energies`.

    Returns
    -------
    aligned : DataArray
        Of the same layout; see :func:`correct_energies`.
    """
    position = zero_loss_position(stack, window=window, progress=progress)
    if bool(np.isnan(position.values).any()):
        missing = int(np.isnan(position.values).sum())
        position = position.fillna(float(position.median()))
        if missing == position.size:
            raise StackError("stack", "has no zero-loss peak at any pixel", advice="give a window that holds it")
    aligned = correct_energies(stack, position, interpolation=interpolation, progress=progress)
    aligned.attrs["history"] = list(stack.attrs.get("history", []))
    return with_history(aligned, "align_zero_loss", window=as_said(window), interpolation=interpolation)


def non_isochromaticity(
    stack: xr.DataArray, *, window: Windows | None = None, order: int | None = 2, progress: Progress = no_progress
) -> xr.DataArray:
    """Return by how much the energy of each pixel differs from the mean of the image.

    An energy filter does not pass the same energy everywhere in the image. A series of planes across the
    zero-loss peak in fine steps, without a specimen, shows it: the peak comes at another nominal energy at
    each pixel.

    Parameters
    ----------
    stack : (energy_loss, y, x) DataArray
        The fine series.
    window
        As in :func:`zero_loss_position`.
    order : int or None
        Degree of the polynomial surface that is fitted to the peaks, 2 by default, as aberrations of the filter
        are smooth; None returns them as found.

    Returns
    -------
    difference : (y, x) DataArray of float64, eV
        What to give to :func:`correct_energies`; its mean is 0.
    """
    if order is not None and not 0 <= order <= 6:
        raise SettingError("order", "must lie between 0 and 6", got=order)
    position = zero_loss_position(stack, window=window, progress=progress)
    values = position.values if order is None else _surface(position.values, order)
    image = position.copy(data=values - np.nanmean(values))
    image.attrs["history"] = list(stack.attrs.get("history", []))
    return with_history(image, "non_isochromaticity", window=as_said(window), order=order)


def correct_energies(
    stack: xr.DataArray,
    shift_ev: xr.DataArray,
    *,
    interpolation: Interpolation = "cubic",
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the stack with every pixel read at its own energies, ``E + shift``.

    Parameters
    ----------
    stack : (energy_loss, y, x) or (y, x, energy_loss) DataArray
        Energies may be uneven.
    shift_ev : (y, x) DataArray, eV
        What :func:`non_isochromaticity` or :func:`zero_loss_position` returned.
    interpolation : {"cubic", "linear", "whole-channel"}
        Through the four channels about an energy, through two, or none: the nearest one.

    Returns
    -------
    corrected : DataArray, float, counts
        In memory. Only energies that every pixel has seen are left.

    Raises
    ------
    StackError
        If the shifts have another shape than the image.
    SettingError
        If no energy is left that every pixel has seen.
    """
    if interpolation not in INTERPOLATIONS:
        raise SettingError("interpolation", "is unknown", got=repr(interpolation), expected=", ".join(INTERPOLATIONS))
    energies = energies_of(stack)
    spectra = energy_last(stack)
    shifts = np.asarray(shift_ev.transpose(*spectra.dims[:-1]).values, dtype=np.float64)
    if shifts.shape != spectra.shape[:-1] or not np.isfinite(shifts).all():
        raise StackError("shift_ev", "needs one number for each pixel", got=shifts.shape, expected=spectra.shape[:-1])
    order = np.argsort(energies)
    axis = energies[order]
    kept = (axis + shifts.min() >= axis[0] - 1e-9) & (axis + shifts.max() <= axis[-1] + 1e-9)
    if not kept.any():
        got = f"shifts from {shifts.min():g} to {shifts.max():g} eV"
        raise SettingError("shift_ev", "no energy is left that every pixel has seen", got=got)
    scaled = counts(spectra)
    out = np.empty((*spectra.shape[:-1], int(kept.sum())), scaled.dtype)
    for rows, block in row_blocks(scaled, progress=progress, step="correcting energies"):
        out[rows] = _read_at(block[..., order], axis, axis[kept], shifts[rows], interpolation)
    where = order[kept]
    corrected = spectra.isel(energy_loss=where).copy(data=out).transpose(*stack.dims)
    if "scale" in corrected.coords:
        corrected = corrected.assign_coords(scale=xr.ones_like(corrected.coords["scale"], dtype=np.float64))
    about = {"source": shift_ev.attrs.get("source"), "title": str(shift_ev.name or ""), "shape": list(shifts.shape)}
    return with_history(corrected, "correct_energies", shift_ev=about, interpolation=interpolation)


def _peaks(values: NDArray[Any], energies: Floats) -> Floats:
    """Return the position of the highest peak of each spectrum (m, n)."""
    v = np.asarray(values, dtype=np.float64)
    m, n = v.shape
    rows, channel = np.arange(m), np.arange(n)
    top = np.argmax(np.nan_to_num(v, nan=-np.inf), axis=1)
    height = v[rows, top]
    low = v < height[:, None] / 2
    left = np.where(low & (channel < top[:, None]), channel, -1).max(axis=1)
    right = np.where(low & (channel > top[:, None]), channel, n).min(axis=1)
    inside = (channel > left[:, None]) & (channel < right[:, None])
    rise = np.where(inside, v - height[:, None] / 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mass = (rise * energies).sum(axis=1) / rise.sum(axis=1)
    position = np.where(inside.sum(axis=1) >= _WIDE, mass, _parabola(v, top, energies))
    return np.where(height > 0, position, np.nan)


def _parabola(v: Floats, top: NDArray[np.intp], energies: Floats) -> Floats:
    """Return the vertex of the parabola through the logarithms of the highest channel and its neighbours."""
    k = np.clip(top, 1, v.shape[1] - 2)
    rows = np.arange(len(v))
    smallest = np.maximum(v[rows, top], 1e-300) * 1e-6
    a, b, c = (np.log(np.maximum(v[rows, k + step], smallest)) for step in (-1, 0, 1))
    before, after = energies[k] - energies[k - 1], energies[k + 1] - energies[k]
    slope_before, slope_after = (b - a) / before, (c - b) / after
    bend = (slope_after - slope_before) / (before + after)
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = -(slope_before + bend * before) / (2 * bend)
    usable = (k == top) & (bend < 0)
    return energies[top] + np.where(usable, np.clip(np.where(usable, offset, 0), -before, after), 0)


def _surface(position: Floats, order: int) -> Floats:
    """Return a polynomial surface through the positions, those far from it left out in a second round."""
    fitted, good = np.zeros_like(position), np.isfinite(position)
    for _ in range(3):
        fitted = _fitted_surface(position, good, order)
        away = np.subtract(position, fitted)
        np.abs(away, out=away)
        middle = np.median(away[np.isfinite(away)], overwrite_input=True)
        good = away <= 4 * 1.4826 * middle + 1e-12  # what is NaN is not
    return fitted


def _fitted_surface(position: Floats, good: NDArray[np.bool_], order: int) -> Floats:
    """Return the polynomial surface closest to the good positions; some rows are looked at at a time."""
    # Legendre's polynomials differ so much that the normal equations, which need no memory, are good enough.
    along_y, along_x = (
        np.polynomial.legendre.legvander(np.linspace(-1, 1, n) if n > 1 else np.zeros(1), order) for n in position.shape
    )
    chosen = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    normal, right = np.zeros((len(chosen), len(chosen))), np.zeros(len(chosen))
    for rows in bands(position):
        terms = np.stack([np.outer(along_y[rows, i], along_x[:, j])[good[rows]] for i, j in chosen])
        normal += terms @ terms.T
        right += terms @ position[rows][good[rows]]
    factors = np.zeros((order + 1, order + 1))
    factors[tuple(zip(*chosen, strict=True))] = np.linalg.lstsq(normal, right, rcond=None)[0]
    return np.asarray(along_y @ factors @ along_x.T)


def _read_at(block: NDArray[Any], axis: Floats, wanted: Floats, shift: Floats, how: Interpolation) -> NDArray[Any]:
    """Return spectra (…, n) read at ``wanted + shift``, by Lagrange's polynomial through the nearest channels."""
    place = wanted + shift[..., None]
    points = {"cubic": 4, "linear": 2, "whole-channel": 1}[how]
    points = min(points, len(axis))
    right = np.clip(np.searchsorted(axis, place), 1, max(len(axis) - 1, 1))
    if points == 1:
        nearest = right - (place - axis[right - 1] < axis[right] - place)
        return np.take_along_axis(block, nearest, axis=-1)
    start = np.clip(right - points // 2, 0, len(axis) - points)
    out = np.zeros(place.shape, dtype=np.float64)
    for i in range(points):
        weight = np.ones(place.shape)
        for j in range(points):
            if j != i:
                weight *= (place - axis[start + j]) / (axis[start + i] - axis[start + j])
        out += weight * np.take_along_axis(block, start + i, axis=-1)
    return out
