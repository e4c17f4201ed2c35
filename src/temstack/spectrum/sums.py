"""Weighted sums of planes, from which every map is made: one pass over the stack, a block in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError
from temstack.spectrum.counting import counts_per_electron, scales_of
from temstack.spectrum.windows import Windows, as_said, energies_of, planes_in
from temstack.stack import with_history
from temstack.stack.across import blocks_across, is_across
from temstack.stack.progress import Progress, no_progress

_BLOCK_BYTES = 2**25
_BAND_ROWS = 128
_WORTH_COMPILING = 2**22
"""Below this many numbers NumPy is done before numba is imported."""
Floats = NDArray[np.float64]


def energy_window_image(
    stack: xr.DataArray, window: Windows, *, mean: bool = False, progress: Progress = no_progress
) -> xr.DataArray:
    """Return the image that an energy window shows: its planes added up, in counts.

    Parameters
    ----------
    stack : (energy_loss, y, x) or (y, x, energy_loss) DataArray
        An EFTEM stack or a spectrum image, NumPy or dask; also a line of spectra.
    window : float, (from, to), or a list of these; eV
        A number means the plane nearest to it, a pair all planes from the one to the other, both included.
    mean : bool
        The mean plane instead of the sum.

    Returns
    -------
    image : (y, x) DataArray of float64, counts
        In memory. Where pixels are counts, the coordinate ``standard_error`` is their standard deviation.

    Raises
    ------
    SettingError
        If the window is reversed, lies outside the axis or holds no plane.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.full((3, 1, 2), 8), "energy_loss", plane_values=[700, 710, 720])
    >>> image = energy_window_image(stack, (705, 720))
    >>> image.values, image.standard_error.values
    (array([[16., 16.]]), array([[4., 4.]]))
    """
    planes = planes_in(stack, window, "window")
    scale = scales_of(stack, "energy_loss")
    weights = np.zeros(len(scale))
    weights[planes] = scale[planes] / (len(planes) if mean else 1)
    gain = counts_per_electron(stack)
    total, squares = weighted_sums(stack, [weights, weights**2 * (gain or 0.0)], progress=progress)
    image = image_like(stack, total, standard_error=None if gain is None else _root(squares))
    return with_history(image, "energy_window_image", window=as_said(window), mean=mean)


def weighted_sums(
    stack: xr.DataArray, weights: ArrayLike, *, progress: Progress = no_progress, step: str = "adding planes"
) -> Floats:
    """Return sums of the raw planes, each multiplied by a weight, in double precision.

    Parameters
    ----------
    stack : DataArray with dimension energy_loss
        Of any layout. Planes without weight are not read.
    weights : (k, n) float
        A row for each sum, a column for each plane.

    Returns
    -------
    sums : (k, …) float64
        The dots are the other dimensions of the stack, in its order.
    """
    table = np.asarray(weights, dtype=np.float64)
    axis = stack.get_axis_num("energy_loss")
    used = np.flatnonzero((table != 0).any(axis=0))
    shape = tuple(size for place, size in enumerate(stack.shape) if place != axis)
    sums = np.zeros((len(table), *shape))
    if not len(used):
        return sums
    if axis == 0:
        done = 0
        # Reading from disk takes longer than adding up, and numba takes memory.
        compiled = stack.chunks is None and stack.size >= _WORTH_COMPILING
        for group in _groups(stack, used):
            _add_planes(stack.variable[_as_slice(group)].values, table[:, group], sums, compiled=compiled)
            done += len(group)
            progress(step, done, len(used))
        return sums
    if _is_one_block_of_spectra(stack, axis, used):  # nothing needs to be copied
        return _sums_of_spectra(stack.values, int(used[0]), table[:, used])
    narrow = stack.isel(energy_loss=_as_slice(used))
    for rows, block in row_blocks(narrow, progress=progress, step=step):
        sums[:, rows] = _sums_of_spectra(np.moveaxis(block, axis, -1), 0, table[:, used])
    return sums


def _groups(stack: xr.DataArray, used: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the planes that are used, as many together as can be held, each chunk of a lazy stack read once."""
    planes = np.arange(stack.shape[0])
    at_once = max(1, 4 * _BLOCK_BYTES * len(planes) // max(stack.nbytes, 1))
    sizes = (len(planes),) if stack.chunks is None else stack.chunks[0]
    group = np.concatenate([k * len(planes) + np.arange(size) // at_once for k, size in enumerate(sizes)])
    return np.split(used, np.flatnonzero(np.diff(group[used])) + 1)


def _add_planes(planes: NDArray[Any], weights: Floats, sums: Floats, *, compiled: bool) -> None:
    """Add planes (n, …), multiplied by weights (k, n), to *sums* (k, …)."""
    if not compiled:
        for plane, of_plane in zip(planes, weights.T, strict=True):
            for rows in bands(np.asarray(plane)):
                exact = np.asarray(plane[rows], dtype=np.float64)
                for row in np.flatnonzero(of_plane):
                    sums[row, rows] += of_plane[row] * exact
        return
    from temstack.spectrum.kernels import add_planes, plain

    flat = np.ascontiguousarray(plain(planes)).reshape(len(planes), -1)
    add_planes(flat, np.ascontiguousarray(weights), sums.reshape(len(sums), -1))


def bands(plane: NDArray[Any]) -> list[Any]:
    """Return the rows of a plane a few at a time, so that what is calculated of them on the way stays small."""
    if plane.ndim < 2:
        return [...]
    return [slice(top, top + _BAND_ROWS) for top in range(0, len(plane), _BAND_ROWS)]


def _is_one_block_of_spectra(stack: xr.DataArray, axis: int, used: NDArray[np.intp]) -> bool:
    """Return whether spectra lie in memory one after the other, and the channels that count hang together."""
    together = used[-1] - used[0] + 1 == len(used)
    in_memory = stack.chunks is None and axis == stack.ndim - 1 and stack.values.flags.c_contiguous
    return bool(together and in_memory and stack.size >= _WORTH_COMPILING)


def _sums_of_spectra(spectra: NDArray[Any], start: int, weights: Floats) -> Floats:
    """Return the weighted sums (k, …) of spectra (…, n); weights (k, w) are of channels from *start* on."""
    if spectra.size < _WORTH_COMPILING:
        return np.asarray(np.moveaxis(spectra[..., start : start + weights.shape[1]] @ weights.T, -1, 0))
    from temstack.spectrum.kernels import plain, sum_spectra

    full = np.ascontiguousarray(plain(spectra)).reshape(-1, spectra.shape[-1])
    sums = np.empty((len(weights), *spectra.shape[:-1]))
    sum_spectra(full, start, np.ascontiguousarray(weights), sums.reshape(len(weights), -1))
    return sums


def row_blocks(
    array: xr.DataArray, *, progress: Progress = no_progress, step: str = "reading spectra"
) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Yield an array in blocks along its first dimension, each small enough to be held several times."""
    rows = max(1, _BLOCK_BYTES * len(array) // max(array.size * 8, 1))
    if is_across(array):
        for start, block in blocks_across(array, rows, progress=progress, step="putting spectra together"):
            yield slice(start, start + len(block)), block
            progress(step, start + len(block), len(array))
        return
    if array.chunks is not None:  # a chunk is read whole for each block that it lies in
        most = max(1, 2 * _BLOCK_BYTES * len(array) // max(array.nbytes, 1))
        rows = min(most, max(rows, *array.chunks[0]))
    for start in range(0, len(array), rows):
        stop = min(start + rows, len(array))
        yield slice(start, stop), array.variable[start:stop].values
        progress(step, stop, len(array))


def image_like(stack: xr.DataArray, values: ArrayLike, *, standard_error: ArrayLike | None = None) -> xr.DataArray:
    """Return an image made from a stack, with what is known of the stack, and how sure its values are."""
    coords = {n: c.variable for n, c in stack.coords.items() if "energy_loss" not in c.dims and n != "scale"}
    dims = tuple(dim for dim in stack.dims if dim != "energy_loss")
    image = xr.DataArray(np.asarray(values), dims=dims, coords=coords, name=stack.name, attrs=dict(stack.attrs))
    if standard_error is None:
        return image
    units = {"units": stack.attrs["intensity_units"]} if "intensity_units" in stack.attrs else {}
    return image.assign_coords(standard_error=(dims, np.asarray(standard_error), units))


def signal_to_noise(image: xr.DataArray) -> xr.DataArray:
    """Return how many standard errors each pixel of a map lies above zero.

    Parameters
    ----------
    image : DataArray with the coordinate ``standard_error``
        What :func:`~temstack.spectrum.elemental_map` and its kin return.

    Raises
    ------
    SettingError
        If the standard error is not known, because the pixels of the stack were not counts.
    """
    if "standard_error" not in image.coords:
        raise SettingError(
            "signal to noise",
            "is not known, because the pixels are not known to be counts",
            expected='integers, or attrs["intensity_units"] = "counts"',
            advice="give counts_per_electron",
        )
    error = image.coords["standard_error"].values
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error > 0, image.values / error, 0.0)
    result = image.drop_vars("standard_error").copy(data=ratio)
    result.attrs["intensity_units"] = ""
    return with_history(result, "signal_to_noise")


def energy_last(stack: xr.DataArray) -> xr.DataArray:
    """Return the array with its spectra along the last axis; a view."""
    energies_of(stack)
    return stack.transpose(..., "energy_loss")


def _root(variance: Floats) -> Floats:
    """Return the square root, in the place of the variance; NaN where dark-subtracted noise made it negative."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(variance, out=variance))


def _as_slice(indices: NDArray[np.intp]) -> Any:
    """Return indices as a slice where they hang together, so that nothing is copied."""
    if indices[-1] - indices[0] + 1 == len(indices):
        return slice(int(indices[0]), int(indices[-1]) + 1)
    return indices
