"""Elemental maps: what an edge adds to the background, at every pixel, and how sure that is."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.spectrum.background import BackgroundFit, Fit, Model, background_fit
from temstack.spectrum.counting import counts_per_electron_of_pixels, scales_of
from temstack.spectrum.removal import Less
from temstack.spectrum.sums import Floats, bands, image_like, row_blocks, weighted_sums
from temstack.spectrum.windows import Windows, as_said, energies_of, planes_in, pre_and_post
from temstack.stack import counts, with_history
from temstack.stack.progress import Progress, no_progress

_PLANES_AT_ONCE = 16
_WORTH_COMPILING = 2**14
"""Images below this size are done by NumPy before numba is imported."""


def elemental_map(
    stack: xr.DataArray,
    *,
    pre: Windows,
    post: Windows,
    model: Model = "power_law",
    fit: Fit = "likelihood",
    mean: bool = False,
    counts_per_electron: float | None = None,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the net map of an element: the counts behind its edge less the background fitted before it.

    The three-window method where two planes lie before the edge and one behind it, and the same with as many
    planes as there are.

    Parameters
    ----------
    stack : (energy_loss, y, x) or (y, x, energy_loss) DataArray
        An EFTEM stack, aligned, or a spectrum image; NumPy or dask. Energies may be uneven, and the slit may
        differ from plane to plane (``slit_width_ev``).
    pre, post : float, (from, to), or a list of these; eV
        Windows before and behind the edge. A number means the plane nearest to it, a pair all planes from the
        one to the other, both included: ``pre=[617, 694]`` is two planes, ``pre=(617, 694)`` every plane between.
    model : {"power_law", "exponential"}
        How the background falls: ``A E^-r`` or ``A exp(-E / b)``.
    fit : {"likelihood", "two_areas"}
        The maximum of the likelihood for counted electrons, or Egerton's closed form from the sums of the lower
        and of the upper half of the window. The same where the window has two planes.
    mean : bool
        Net counts per plane behind the edge instead of their sum.
    counts_per_electron : float, optional
        How many counts one electron gives, where the stack does not say it.

    Returns
    -------
    net : (y, x) DataArray of float64, counts
        In memory; a value below 0 is noise, and is kept. The coordinate ``standard_error`` is what counting
        statistics leave open, of the counts behind the edge and of the extrapolated background together; it is
        there where pixels are counts (by their units, or because they are whole numbers), or where
        `counts_per_electron` is given. Then the small bias is taken off, too, that noise gives an extrapolation.

    Raises
    ------
    SettingError
        If a window is reversed, lies outside the axis or holds no plane, if the windows overlap, or if fewer
        than two planes lie before the edge.

    See Also
    --------
    temstack.spectrum.signal_to_noise : net counts in standard errors.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> energies = np.array([600.0, 650, 690, 720])
    >>> planes = 1e9 * energies[:, None, None] ** -2.0 + [[[0]], [[0]], [[0]], [[50]]]
    >>> stack = label_stack(planes, "energy_loss", plane_values=energies)
    >>> round(elemental_map(stack, pre=(600, 690), post=720).item(), 6)
    50.0
    """
    before, behind = pre_and_post(stack, pre, post)
    background = background_fit(stack, before, model, fit)
    gain = _gain(stack, counts_per_electron)
    scale = scales_of(stack, "energy_loss")
    share = 1 / len(behind) if mean else 1.0
    behind_weights = np.zeros(len(scale))
    behind_weights[behind] = share
    weights = [*background.sum_weights, behind_weights * scale, (behind_weights * scale) ** 2]
    sums = weighted_sums(stack, weights, progress=progress)
    values = sums[:2]  # results take the place of what they are made of
    for rows in bands(values[0]):
        s0, s1, total, squares = sums[:, rows]
        below, variance = background.extrapolated(s0, s1, behind_weights, gain or 0.0)
        values[0, rows], values[1, rows] = total - below, np.sqrt((gain or 0.0) * np.maximum(squares, 0) + variance)
    net = image_like(stack, values[0], standard_error=None if gain is None else values[1])
    history = {"pre": as_said(pre), "post": as_said(post), "model": model, "fit": fit, "mean": mean}
    return with_history(net, "elemental_map", **history, counts_per_electron=counts_per_electron)


def jump_ratio(stack: xr.DataArray, *, pre: Windows, post: Windows, progress: Progress = no_progress) -> xr.DataArray:
    """Return the jump-ratio image: the mean plane behind the edge divided by the mean plane before it.

    It shows where an element is, less noisy than a net map and free of diffraction contrast, but does not
    measure how much there is.

    Parameters
    ----------
    stack, pre, post
        As in :func:`elemental_map`; one plane before the edge is enough.

    Returns
    -------
    ratio : (y, x) DataArray of float64
        NaN where nothing was counted before the edge; ``standard_error`` as in :func:`elemental_map`.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.array([100, 150])[:, None, None], "energy_loss", plane_values=[690, 720])
    >>> jump_ratio(stack, pre=690, post=720).item()
    1.5
    """
    before, behind = pre_and_post(stack, pre, post, least=1)
    scale, gain = scales_of(stack, "energy_loss"), _gain(stack, None)
    weights = np.zeros((2, len(scale)))
    for row, planes in zip(weights, (behind, before), strict=True):
        row[planes] = scale[planes] / len(planes)
    sums = weighted_sums(stack, [*weights, *weights**2], progress=progress)
    values = sums[:2]  # results take the place of what they are made of
    for rows in bands(values[0]):
        values[0, rows], values[1, rows] = _ratio(*sums[:, rows])
    values[1] *= np.sqrt(gain or 0.0)
    image = image_like(stack, values[0], standard_error=None if gain is None else values[1])
    image.attrs["intensity_units"] = ""
    return with_history(image, "jump_ratio", pre=as_said(pre), post=as_said(post))


def _ratio(above: Floats, below: Floats, above_squared: Floats, below_squared: Floats) -> tuple[Floats, Floats]:
    """Return ``above / below`` and its standard error for counts of single electrons."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(below > 0, above / below, np.nan)
        relative = above_squared / above**2 + below_squared / below**2
        return ratio, np.abs(ratio) * np.sqrt(np.maximum(relative, 0))


def fit_background(
    stack: xr.DataArray,
    window: Windows,
    *,
    model: Model = "power_law",
    fit: Fit = "likelihood",
    progress: Progress = no_progress,
) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the background's amplitude and its slope at each pixel.

    Parameters
    ----------
    stack, model, fit
        As in :func:`elemental_map`.
    window : float, (from, to), or a list of these; eV
        Where there is nothing but background; two planes or more.

    Returns
    -------
    reference : (y, x) DataArray of float64, counts
        The background of a plane in the middle of the window: at the geometric mean of its first and last
        energy for a power law, at the arithmetic mean for an exponential; ``attrs["reference_ev"]`` is where.
    slope : (y, x) DataArray of float64
        The exponent r of ``E^-r``; or 1/b, in 1/eV, of ``exp(-E / b)``.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> energies = np.array([400.0, 500, 600])
    >>> stack = label_stack(energies[:, None, None] ** -3.0, "energy_loss", plane_values=energies)
    >>> round(fit_background(stack, (400, 600))[1].item(), 6)
    3.0
    """
    planes = _window_planes(stack, window)
    background = background_fit(stack, planes, model, fit)
    s0, s1 = weighted_sums(stack, background.sum_weights, progress=progress)
    slope, log_height = background.slope(s0, s1)
    ends = energies_of(stack)[planes].min(), energies_of(stack)[planes].max()
    middle = float(np.sqrt(ends[0] * ends[1]) if model == "power_law" else np.mean(ends))
    reference = image_like(stack, np.exp(log_height)).assign_attrs(reference_ev=middle)
    exponent = image_like(stack, slope * background.slope_scale)
    exponent.attrs["intensity_units"] = "" if model == "power_law" else "1/eV"
    history = {"window": as_said(window), "model": model, "fit": fit}
    return with_history(reference, "fit_background", **history), with_history(exponent, "fit_background", **history)


def subtract_background(
    stack: xr.DataArray,
    window: Windows,
    *,
    model: Model = "power_law",
    fit: Fit = "likelihood",
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the stack less the background fitted at every pixel, in counts.

    Parameters
    ----------
    stack, model, fit
        As in :func:`elemental_map`.
    window : float, (from, to), or a list of these; eV
        Where there is nothing but background; two planes or more.

    Returns
    -------
    net : DataArray
        Of the same layout; lazy where the stack is (the fit itself is made at once, and keeps two images in
        memory). Planes below the window are the extrapolation's error more than anything else.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> energies = np.array([400.0, 500, 600, 700])
    >>> stack = label_stack(1e9 * energies[:, None, None] ** -3.0, "energy_loss", plane_values=energies)
    >>> bool((abs(subtract_background(stack, (400, 600))) < 1e-6).all())
    True
    """
    planes = _window_planes(stack, window)
    background = background_fit(stack, planes, model, fit)
    s0, s1 = weighted_sums(stack, background.sum_weights, progress=progress, step="fitting the background")
    is_single = np.result_type(stack.dtype, np.float32) == np.float32 and s0.size >= _WORTH_COMPILING
    found: tuple[NDArray[Any], NDArray[Any]] = (
        background.single_slope(s0, s1) if is_single else background.slope(s0, s1)
    )
    slope, log_height = found
    axis = stack.get_axis_num("energy_loss")
    if stack.chunks is None:
        data = _subtracted(stack, background, slope, log_height, progress)
    else:
        data = _subtracted_lazily(counts(stack).data, axis, background, slope, log_height)
    coords = {"scale": xr.ones_like(stack.coords["scale"], dtype=np.float64)} if "scale" in stack.coords else {}
    result = stack.copy(deep=False, data=data)
    history = {"window": as_said(window), "model": model, "fit": fit}
    return with_history(result.assign_coords(coords), "subtract_background", **history)


def _subtracted(
    stack: xr.DataArray, fit: BackgroundFit, slope: Floats, log_height: Floats, progress: Progress
) -> NDArray[Any]:
    """Return counts less background, plane by plane or in blocks of spectra."""
    dtype = np.result_type(stack.dtype, np.float32)
    axis = stack.get_axis_num("energy_loss")
    out = np.empty(stack.shape, dtype)
    less = Less(fit, dtype, scales_of(stack, "energy_loss"))
    if axis == 0:
        slope, log_height = (each.astype(dtype, copy=False) for each in (slope, log_height))
        for start in range(0, len(out), _PLANES_AT_ONCE):
            few = slice(start, min(start + _PLANES_AT_ONCE, len(out)))
            less.from_block(stack.values[few], 0, slope, log_height, few, out[few])
            progress("subtracting the background", few.stop, len(out))
        return out
    for rows, block in row_blocks(stack, progress=progress, step="subtracting the background"):
        less.from_block(block, axis, slope[rows], log_height[rows], slice(None), out[rows])
    return out


def _subtracted_lazily(pixels: Any, axis: int, fit: BackgroundFit, slope: Floats, log_height: Floats) -> Any:
    import dask.array as da

    less = Less(fit, pixels.dtype, np.ones(len(fit.t)))

    def block_of(block: NDArray[Any], block_info: Any = None) -> NDArray[Any]:
        place = [slice(*ends) for ends in block_info[0]["array-location"]]
        planes = place.pop(axis)
        out = np.empty(block.shape, pixels.dtype)
        less.from_block(block, axis, slope[tuple(place)], log_height[tuple(place)], planes, out)
        return out

    return da.map_blocks(block_of, pixels, dtype=pixels.dtype, meta=np.empty((0,) * pixels.ndim, pixels.dtype))


def _window_planes(stack: xr.DataArray, window: Windows) -> Any:
    planes = planes_in(stack, window, "window")
    if len(np.unique(energies_of(stack)[planes])) < 2:
        raise SettingError(
            "window",
            "holds too few planes to fit a background",
            got=len(planes),
            expected="two or more",
            advice="widen it",
        )
    return planes


def _gain(stack: xr.DataArray, counts_per_electron: float | None) -> float | None:
    if counts_per_electron is None:
        return counts_per_electron_of_pixels(stack, "energy_loss")
    if not (np.isfinite(counts_per_electron) and counts_per_electron > 0):
        raise SettingError("counts_per_electron", "must be above 0", got=counts_per_electron)
    return float(counts_per_electron)
