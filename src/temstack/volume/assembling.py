"""A volume made of images and stacks: put in order, brought to one size, one behind the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError, StackError
from temstack.stack import PLANE_UNITS, is_stack, pixel_coordinate, pixel_size, with_history
from temstack.stack.axes import named, plane_coordinate
from temstack.stack.tags import get_tag
from temstack.volume.blockwise import map_planes
from temstack.volume.joining import join

SIZES = ("same", "pad", "crop", "resample")
"""What becomes of images of different size."""

_ACROSS = 1e-3


def assemble(
    images: Sequence[xr.DataArray],
    *,
    order_by: str | None = None,
    size: str = "same",
    axis: str = "plane",
    plane_values: Sequence[float] | None = None,
    is_descending: bool = False,
) -> xr.DataArray:
    """Return one volume of images and stacks.

    Parameters
    ----------
    images : sequence of (y, x) or (plane-like, y, x) DataArrays
    order_by : str, optional
        ``"name"`` is that of the file, numbers by their value; ``"time"`` when it was recorded (a coordinate or
        attribute of this name); else a coordinate, an attribute, or the path of a tag (``Microscope Info:Voltage``).
        Left out, as given.
    size : {"same", "pad", "crop", "resample"}
        ``"same"`` refuses images of different size; ``"pad"`` puts zeros around smaller ones and ``"crop"`` cuts larger
        ones, both about the middle; ``"resample"`` brings all to the pixels of the first, linearly.
    axis : str
        What the planes differ in: ``plane``, ``energy_loss``, ``defocus``, ``time``, ``exposure`` or ``tilt``.
    plane_values : (n,) float, optional
        Where the planes lie, in the order of the volume. Left out, the number that they were ordered by, the position
        that each image says of itself (a coordinate or attribute named like the axis), or, along ``plane``, a count.
    is_descending : bool
        Whether the largest comes first.

    Returns
    -------
    volume : (n, y, x) DataArray
        Of a type that holds all pixels, with the axes of the first image. ``label`` says where each plane came from.
        Values, tags and attributes of the volume are those of the first; what differs from plane to plane stays as
        values of planes.

    Raises
    ------
    SettingError
        If nothing says how to order them, or where they lie.
    StackError
        If sizes or pixel sizes differ and `size` does not allow it.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> images = [label_stack(np.full((1, 2, 2), n))[0].assign_attrs(source=f"a_{n}.tif") for n in (10, 9)]
    >>> volume = assemble(images, order_by="name")
    >>> volume.values[:, 0, 0].tolist(), volume.label.values.tolist()
    ([9, 10], ['a_9', 'a_10'])
    """
    if not images:
        raise SettingError("images", "are none: there is nothing to make a volume of")
    if axis not in PLANE_UNITS:
        raise SettingError("axis", "is no axis of planes", got=repr(axis), expected="one of " + ", ".join(PLANE_UNITS))
    single = [plane for image in images for plane in _planes_of(image)]
    keys = [] if order_by is None else [_key(plane, order_by) for plane in single]
    if keys:
        order = sorted(range(len(single)), key=lambda n: keys[n], reverse=is_descending)
        single, keys = [single[n] for n in order], [keys[n] for n in order]
    positions = _positions(single, axis, plane_values, keys)
    fitted = _of_one_size(single, size)
    dtype = np.result_type(*(plane.dtype for plane in fitted))
    parts = [_as_part(plane.astype(dtype), fitted[0], axis, n, positions) for n, plane in enumerate(fitted)]
    attrs = {key: value for key, value in single[0].attrs.items() if key != "source"}
    first = parts[0].assign_attrs({**attrs, **({"signal_type": "EELS"} if axis == "energy_loss" else {})})
    volume = join(parts, first)
    options = {"order_by": order_by, "size": size, "axis": axis, "plane_values": plane_values}
    return with_history(volume, "assemble", **options, is_descending=is_descending)


def _planes_of(image: xr.DataArray) -> list[xr.DataArray]:
    if set(image.dims) - {"channel"} == {"y", "x"}:
        return [image]
    if not is_stack(image):
        raise StackError(named(image), "is neither an image nor a stack", got=f"dimensions {image.dims}")
    return list(image)


def _key(plane: xr.DataArray, order_by: str) -> Any:
    """Return what a plane is ordered by."""
    if order_by == "name":
        name = Path(str(plane.attrs.get("source") or plane.attrs.get("title") or plane.name or "")).stem
        return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
    value = _told(plane, order_by)
    if value is None:
        raise SettingError(
            "order_by",
            f"is not known for {plane.attrs.get('source') or named(plane, 'image')}",
            got=repr(order_by),
            expected="name, or a value or tag that every image has",
        )
    return value


def _told(plane: xr.DataArray, name: str) -> Any:
    """Return what an image says of itself under a name: a coordinate, an attribute or a tag."""
    if name in plane.coords and plane.coords[name].ndim == 0:
        return plane.coords[name].values[()]
    if name in plane.attrs:
        return plane.attrs[name]
    return get_tag(plane.attrs.get("tags", {}), name)


def _positions(
    planes: list[xr.DataArray], axis: str, given: Sequence[float] | None, keys: list[Any]
) -> NDArray[np.float64]:
    if given is not None:
        if len(given) != len(planes):
            raise SettingError("plane_values", "must be one for each plane", got=len(given), expected=len(planes))
        return np.asarray(given, dtype=np.float64)
    if axis == "plane":
        return np.arange(len(planes), dtype=np.float64)
    told = [_told(plane, axis) for plane in planes]
    for values in (told, keys):
        if values and all(isinstance(value, int | float | np.number) for value in values):
            return np.asarray(values, dtype=np.float64)
    raise SettingError(
        "plane_values",
        f"are missing: the images do not say where they lie along {axis}",
        expected=f"{len(planes)} numbers in {PLANE_UNITS[axis]}",
    )


def _of_one_size(planes: list[xr.DataArray], size: str) -> list[xr.DataArray]:
    if size not in SIZES:
        raise SettingError("size", "is unknown", got=repr(size), expected="one of " + ", ".join(SIZES))
    shapes = {(plane.sizes["y"], plane.sizes["x"]) for plane in planes}
    if size == "resample":
        return [_resampled(plane, planes[0]) for plane in planes]
    for plane in planes:
        _refuse_other_pixels(plane, planes[0])
    if len(shapes) == 1:
        return planes
    if size == "same":
        found = ", ".join(f"{height} × {width}" for height, width in sorted(shapes))
        raise StackError("images", "are of different size", got=found, advice="choose size pad, crop or resample")
    target = tuple((max if size == "pad" else min)(lengths) for lengths in zip(*shapes, strict=True))
    return [_about_the_middle(plane, (int(target[0]), int(target[1]))) for plane in planes]


def _refuse_other_pixels(plane: xr.DataArray, first: xr.DataArray) -> None:
    (sizes, units), (own, own_units) = pixel_size(first), pixel_size(plane)
    if "px" in (units, own_units) or (units == own_units and np.allclose(sizes, own, rtol=_ACROSS, atol=0)):
        return
    raise StackError(
        "images",
        "have pixels of different size",
        got=f"{own[1]:g} {own_units}",
        expected=f"{sizes[1]:g} {units}",
        advice="choose size resample",
    )


def _about_the_middle(plane: xr.DataArray, target: tuple[int, int]) -> xr.DataArray:
    """Return an image cut, or with zeros around it, so that its middle stays in the middle."""
    (dy, dx), units = pixel_size(plane)
    result = plane
    for dim, wanted, step in (("y", target[0], dy), ("x", target[1], dx)):
        have = result.sizes[dim]
        before = (have - wanted) // 2
        if wanted <= have:
            result = result.isel({dim: slice(before, before + wanted)})
            continue
        pixels = result.variable.pad({dim: (-before, wanted - have + before)}, constant_values=0)
        kept = {n: c for n, c in result.coords.items() if dim not in c.dims}
        origin = float(result.coords[dim].values[0]) + before * step
        axis = pixel_coordinate(dim, wanted, step, origin, units)
        result = xr.DataArray(pixels, coords={**kept, dim: axis}, name=result.name, attrs=result.attrs)
    return result


def _resampled(plane: xr.DataArray, first: xr.DataArray) -> xr.DataArray:
    """Return an image on the pixels of another: of the same calibrated place, or of the same whole field."""
    if plane.sizes == first.sizes and all(np.array_equal(plane[dim], first[dim]) for dim in ("y", "x")):
        return plane
    maps = [_map_axis(plane, first, dim) for dim in ("y", "x")]
    shape = first.sizes["y"], first.sizes["x"]

    def resample(pixels: NDArray[Any]) -> NDArray[Any]:
        from scipy.ndimage import affine_transform

        matrix, offset = np.array([m[0] for m in maps]), np.array([m[1] for m in maps])
        return np.asarray(affine_transform(pixels.astype(dtype), matrix, offset, shape, order=1, mode="nearest"))

    dtype = np.result_type(plane.dtype, np.float32)
    coords: dict[str, Any] = {str(n): c for n, c in plane.coords.items() if c.ndim == 0}
    coords |= {dim: first.coords[dim].variable for dim in ("y", "x")}
    pixels = map_planes(plane, resample, dtype, shape)
    return xr.DataArray(pixels, dims=("y", "x"), coords=coords, name=plane.name, attrs=plane.attrs)


def _map_axis(plane: xr.DataArray, first: xr.DataArray, dim: str) -> tuple[float, float]:
    """Return where pixel ``i`` of the first image lies in the other: ``factor * i + offset``, px."""
    (own, own_units), (target, units) = (pixel_size(each) for each in (plane, first))
    index = ("y", "x").index(dim)
    if own_units == units != "px":
        start = float(first.coords[dim].values[0] - plane.coords[dim].values[0])
        return target[index] / own[index], start / own[index]
    factor = plane.sizes[dim] / first.sizes[dim]  # uncalibrated: both show the same field
    return factor, factor / 2 - 0.5


def _as_part(
    plane: xr.DataArray, first: xr.DataArray, axis: str, index: int, positions: NDArray[np.float64]
) -> xr.DataArray:
    """Return an image as a stack of one plane at its position, with the axes of the first image."""
    own = {str(n): c.variable.expand_dims(axis) for n, c in plane.coords.items() if c.ndim == 0 and n != axis}
    source = plane.attrs.get("source") or plane.attrs.get("title") or plane.name
    own.setdefault("label", xr.Variable(axis, [Path(str(source)).stem if source else f"image {index}"]))
    own.pop("plane", None) if axis != "plane" else None
    place = plane_coordinate(axis, [positions[index]], None, 1)
    grid = {name: first.coords[name].variable for name in ("y", "x", "channel") if name in first.coords}
    dims = (axis, *plane.dims)
    bare = xr.DataArray(plane.data[None], dims=dims, coords={**grid, **own, axis: place}, name=first.name)
    return bare.assign_attrs(first.attrs)
