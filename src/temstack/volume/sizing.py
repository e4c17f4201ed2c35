"""Volumes made smaller or larger: cropped, binned, padded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, per_plane_values, pixel_coordinate, plane_dim, with_history
from temstack.stack.axes import pixel_step
from temstack.stack.bounds import Region
from temstack.volume.blockwise import as_counts, refuse_colours
from temstack.volume.joining import is_counted, join
from temstack.volume.parts import sub_volume

PADDINGS = ("constant", "edge", "reflect")
"""What stands in the pixels that are put around: one value, the nearest pixel, or the mirror image."""

_SUMMED = ("exposure_s", "dose")
"""Values of planes that add up when planes do; other numbers are averaged."""


def crop(stack: xr.DataArray, region: Region, *, calibrated: bool = False) -> xr.DataArray:
    """Return the stack cut to an area of the image.

    Parameters
    ----------
    stack : (plane-like, y, x), (y, x) or (y, x, energy_loss) DataArray
    region : (top, left, bottom, right)
        Half-open, in px or with `calibrated` in the units of the axes.
    calibrated : bool
        Whether bounds are positions.

    Raises
    ------
    SettingError
        If the area reaches outside the image, or holds nothing.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> crop(label_stack(np.zeros((2, 8, 8))), (1, 2, 5, 8)).shape
    (2, 4, 6)
    """
    if len(tuple(region)) != 4:
        raise SettingError("region", "must be four numbers", got=region, expected="(top, left, bottom, right)")
    top, left, bottom, right = region
    part = sub_volume(stack, y=(top, bottom), x=(left, right), calibrated=calibrated)
    part.attrs["history"] = list(stack.attrs.get("history", []))
    return with_history(part, "crop", region=region, calibrated=calibrated)


def bin_stack(stack: xr.DataArray, *, planes: int = 1, y: int = 1, x: int = 1, how: str = "sum") -> xr.DataArray:
    """Return the stack with neighbouring pixels or planes made one.

    Pixels at the far end that do not fill a bin are left out. Positions are those of the middle of each bin.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    planes, y, x : int
        How many become one, along each axis.
    how : {"sum", "mean"}
        Counts are added or averaged.

    Returns
    -------
    stack : (n, y, x) DataArray
        Where planes stay apart and are added, the sums of what was recorded, integers for integers, with the
        ``scale`` of each plane; otherwise counts. Of planes that become one, ``exposure_s`` and ``dose`` are added
        with ``how="sum"``; other numbers are averaged; true is what was true of all; words, and whole numbers that
        differ, are joined by ``+``.

    Raises
    ------
    SettingError
        If a bin is larger than the stack.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.ones((1, 2, 6), np.uint16), pixel_size=0.5, pixel_units="nm")
    >>> binned = bin_stack(stack, y=2, x=3)
    >>> binned.values.tolist(), binned.x.values.tolist()
    ([[[6, 6]]], [0.5, 2.0])
    """
    check_stack(stack)
    refuse_colours(stack)
    if how not in ("sum", "mean"):
        raise SettingError("how", "is unknown", got=repr(how), expected="sum or mean")
    factors = dict(zip(map(str, stack.dims), (planes, y, x), strict=True))
    for dim, factor in factors.items():
        if not isinstance(factor, int | np.integer) or not 1 <= factor <= stack.sizes[dim]:
            name = "planes" if dim == stack.dims[0] else dim
            raise SettingError(name, "is no size of a bin", got=factor, expected=f"1 … {stack.sizes[dim]}")
    keeps_scale = planes == 1 and how == "sum"
    source = stack if keeps_scale else as_counts(stack)
    whole = source.isel({dim: slice(0, stack.sizes[dim] // factor * factor) for dim, factor in factors.items()})
    coords = {str(name): _binned(coord, factors, how) for name, coord in whole.coords.items()}
    pixels = _bin_pixels(whole, tuple(factors.values()), how)
    binned = xr.DataArray(pixels, dims=stack.dims, coords=coords, name=stack.name, attrs=stack.attrs)
    return with_history(binned, "bin_stack", planes=planes, y=y, x=x, how=how)


def pad(
    stack: xr.DataArray,
    *,
    planes: Sequence[int] = (0, 0),
    y: Sequence[int] = (0, 0),
    x: Sequence[int] = (0, 0),
    mode: str = "constant",
    fill_value: float = 0.0,
) -> xr.DataArray:
    """Return the stack with pixels and planes put around it.

    Axes go on as they begin and end. Planes that are added are marked as not recorded; with ``"edge"`` and
    ``"reflect"`` they take the values of the planes they are copies of.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    planes, y, x : (int, int)
        How many before the first and behind the last.
    mode : {"constant", "edge", "reflect"}
        What stands there.
    fill_value : float
        For ``"constant"``: the value, in pixels as recorded (before ``scale``).

    Returns
    -------
    stack : DataArray

    Raises
    ------
    SettingError
        If a number is negative, or more is to be mirrored than there is.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> padded = pad(label_stack(np.ones((1, 1, 2)), pixel_size=0.5, pixel_units="nm"), x=(1, 2))
    >>> padded.values.ravel(), padded.x.values
    (array([0., 1., 1., 0., 0.]), array([-0.5,  0. ,  0.5,  1. ,  1.5]))
    """
    check_stack(stack)
    _check_padding(stack, (planes, y, x), mode)
    around = [(0, 0), tuple(y), tuple(x), (0, 0)][: stack.ndim]
    pixels = _pad_pixels(stack, around, mode, fill_value)
    coords = {name: c for name, c in stack.coords.items() if not {"y", "x"} & set(c.dims)}
    coords |= {dim: _longer(stack.coords[dim], n) for dim, n in (("y", y), ("x", x))}
    wider = xr.DataArray(pixels, dims=stack.dims, coords=coords, name=stack.name, attrs=stack.attrs)
    result = _with_more_planes(wider, planes, mode, fill_value) if sum(planes) else wider
    options = {"planes": list(planes), "y": list(y), "x": list(x), "mode": mode, "fill_value": fill_value}
    return with_history(result, "pad", **options)


def _binned(coord: xr.DataArray, factors: dict[str, int], how: str) -> xr.Variable:
    """Return the values of an axis, or of what belongs to it, after binning."""
    if coord.ndim != 1 or factors.get(str(coord.dims[0]), 1) == 1:
        return coord.variable
    [dim] = map(str, coord.dims)
    groups = coord.values.reshape(-1, factors[dim])
    attrs = dict(coord.attrs)
    if coord.name in ("y", "x") and len(groups) == 1:
        attrs["step"] = (pixel_step(coord) or 1.0) * factors[dim]
    kind = coord.dtype.kind
    if kind == "b":
        return xr.Variable(dim, groups.all(axis=1), attrs)
    if kind in "fc":
        adds = how == "sum" and coord.name in _SUMMED
        return xr.Variable(dim, groups.sum(axis=1) if adds else groups.mean(axis=1), attrs)
    if (groups == groups[:, :1]).all():
        return xr.Variable(dim, groups[:, 0], attrs)
    if kind in "mM":
        return xr.Variable(dim, groups.min(axis=1), attrs)
    return xr.Variable(dim, np.array(["+".join(dict.fromkeys(map(str, group))) for group in groups]), attrs)


def _bin_pixels(stack: xr.DataArray, factors: tuple[int, ...], how: str) -> Any:
    dtype = _sum_type(stack.dtype)

    def each(block: NDArray[Any]) -> NDArray[Any]:
        shape = [part for n, factor in zip(block.shape, factors, strict=True) for part in (n // factor, factor)]
        # Pixels of a bin are added in wide numbers, and stored in those of the result.
        wide = np.complex128 if dtype.kind == "c" else np.float64 if dtype.kind == "f" else dtype
        total = block.reshape(shape).sum(axis=(1, 3, 5), dtype=wide)
        return np.asarray((total / np.prod(factors) if how == "mean" else total).astype(dtype))

    if stack.chunks is None:
        return each(stack.values)
    planes = factors[0]
    sizes = stack.chunks[0]
    fits = all(size % planes == 0 for size in sizes)
    at_once = max(planes, max(sizes) // planes * planes)
    whole = stack.data.rechunk({0: sizes if fits else at_once, 1: -1, 2: -1})
    chunks = tuple(tuple(n // factor for n in sizes) for sizes, factor in zip(whole.chunks, factors, strict=True))
    return whole.map_blocks(each, dtype=dtype, chunks=chunks, meta=np.empty((0, 0, 0), dtype))


def _sum_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that holds sums: 4 bytes for small integers, real for large ones."""
    if dtype.kind in "fc":
        return dtype
    if dtype.itemsize > 2:
        return np.dtype(np.float64)
    return np.dtype(np.int32 if dtype.kind == "i" else np.uint32)


def _check_padding(stack: xr.DataArray, amounts: tuple[Sequence[int], ...], mode: str) -> None:
    if mode not in PADDINGS:
        raise SettingError("mode", "is unknown", got=repr(mode), expected="one of " + ", ".join(PADDINGS))
    for name, size, amount in zip(("planes", "y", "x"), stack.shape, amounts, strict=False):
        if len(tuple(amount)) != 2 or min(amount) < 0:
            raise SettingError(name, "must be two numbers, 0 or more", got=tuple(amount), expected="(before, behind)")
        if mode == "reflect" and max(amount) > size:
            raise SettingError(name, "is more than there is to mirror", got=max(amount), expected=f"at most {size}")


def _pad_pixels(stack: xr.DataArray, around: list[tuple[int, ...]], mode: str, fill_value: float) -> Any:
    # A mirror image that begins with the last pixel itself, so that lines one pixel long have one, too.
    how: dict[str, Any] = {"mode": {"reflect": "symmetric"}.get(mode, mode)}
    if mode == "constant":
        how["constant_values"] = fill_value
    if stack.chunks is None:
        return np.pad(stack.values, around, **how)
    grown = [n + sum(more) for n, more in zip(stack.shape, around, strict=True)]
    whole = stack.data.rechunk(dict.fromkeys(range(1, stack.ndim), -1))
    chunks = (whole.chunks[0], *((n,) for n in grown[1:]))
    meta = np.empty((0,) * stack.ndim, stack.dtype)
    return whole.map_blocks(lambda block: np.pad(block, around, **how), dtype=stack.dtype, chunks=chunks, meta=meta)


def _longer(coord: xr.DataArray, amount: Sequence[int]) -> xr.Variable:
    """Return an image axis that goes on at both ends; even axes stay exact."""
    values = coord.values
    step = (values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else float(coord.attrs.get("step", 1.0))
    size = len(values) + sum(amount)
    axis = pixel_coordinate(str(coord.name), size, step, values[0] - amount[0] * step)
    axis.attrs = {**coord.attrs, **({"step": step} if size == 1 else {})}
    return axis


def _with_more_planes(stack: xr.DataArray, amount: Sequence[int], mode: str, fill_value: float) -> xr.DataArray:
    dim, size = plane_dim(stack), len(stack)
    if "is_recorded" not in per_plane_values(stack):
        stack = stack.assign_coords(is_recorded=(dim, np.ones(size, dtype=bool)))
    indices = np.pad(np.arange(size), tuple(amount), mode="symmetric" if mode == "reflect" else "edge")
    positions = _further(stack.coords[dim].values, amount)
    parts = [stack]
    for place, which in ((0, slice(0, amount[0])), (1, slice(size + amount[0], None))):
        more = stack.isel({dim: indices[which]}).assign_coords({dim: (dim, positions[which], stack[dim].attrs)})
        if mode == "constant":
            more = more.drop_vars(per_plane_values(more))
            more = more.copy(data=_full_like(more, fill_value))
        more = more.assign_coords(is_recorded=(dim, np.zeros(len(more), dtype=bool)))
        parts.insert(place if place == 0 else len(parts), more)
    joined = join(parts, stack)
    return joined if is_counted(stack) else joined.assign_coords({dim: (dim, positions, stack[dim].attrs)})


def _full_like(stack: xr.DataArray, value: float) -> Any:
    if stack.chunks is None:
        return np.full(stack.shape, value, stack.dtype)
    import dask.array as da

    return da.full(stack.shape, value, dtype=stack.dtype, chunks=stack.chunks)


def _further(values: NDArray[np.float64], amount: Sequence[int]) -> NDArray[np.float64]:
    """Return positions that go on at both ends with the distance of the last two planes there."""
    first, last = (values[1] - values[0], values[-1] - values[-2]) if len(values) > 1 else (1.0, 1.0)
    before = values[0] - first * np.arange(amount[0], 0, -1)
    return np.concatenate([before, values, values[-1] + last * np.arange(1, amount[1] + 1)])
