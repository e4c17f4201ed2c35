"""What DigitalMicrograph has no place for, kept in the group ``temstack`` of an image's tags.

::

    temstack
    ├── Attributes   title, history, signal type…, as typed JSON text
    ├── Axes         for each dimension as it lies in the file, slowest first
    │   └── [0]      Name, Units, and Start and Step, or Positions where these are not exact
    ├── Order        names of the dimensions in the order of the array, separated by commas
    ├── Planes       values that belong to each plane
    │   └── <name>   Axis, Values, Units, Type
    ├── Version      of temstack
    └── Channels     names of the colours, for colour only

DigitalMicrograph keeps calibrations as 32-bit numbers and cannot keep an uneven axis at all. What is here
counts only as long as it agrees with the calibration beside it, so that a file that was calibrated anew or
cut in DigitalMicrograph reads as it is there.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from temstack.formats.dm.images import Calibration, Image
from temstack.stack.tags import Tag, get_tag, tags_from_json, tags_to_json
from temstack.version import __version__

GROUP_NAME = "temstack"

_UNEVENNESS = 1e-3
"""How far positions may stray from an even axis, in steps, for a calibration to be written."""

_NOT_STORED = ("tags", "source")
"""Attributes that have a place of their own, or that belong to the session and not to the data."""


def calibration_of(coord: xr.DataArray) -> Calibration:
    """Return the calibration that DigitalMicrograph is given for an axis; none if the axis is uneven.

    Parameters
    ----------
    coord : (n,) DataArray
        Positions, with ``attrs["units"]``.

    Examples
    --------
    >>> calibration_of(xr.DataArray([480.0, 485.0, 490.0], dims="e", attrs={"units": "eV"}))
    Calibration(origin=-96.0, scale=5.0, units='eV')
    >>> calibration_of(xr.DataArray([480.0, 485.0, 500.0], dims="e", attrs={"units": "eV"}))
    Calibration(origin=0.0, scale=1.0, units='')
    """
    if coord.dtype.kind not in "iuf" or coord.size == 0:
        return Calibration()
    values = coord.values.astype(np.float64)
    step = _step(values, coord.attrs)
    even = values[0] + np.arange(values.size) * step
    if not np.isfinite(even).all() or step == 0 or np.abs(values - even).max() > _UNEVENNESS * abs(step):
        return Calibration()
    units = str(coord.attrs.get("units", ""))
    # The file has 32 bits; 0.0 is added because a negated zero would be written as -0.
    return Calibration(
        float(np.float32(-values[0] / step + 0.0)), float(np.float32(step)), "" if units == "px" else units
    )


def _step(values: np.ndarray[Any, Any], attrs: Mapping[Hashable, Any]) -> float:
    if values.size > 1:
        return float((values[-1] - values[0]) / (values.size - 1))
    return float(attrs.get("step", 1.0)) or 1.0


def own_tags(array: xr.DataArray, disk_dims: tuple[str, ...]) -> dict[str, Tag]:
    """Return the group ``temstack`` for an array.

    Parameters
    ----------
    array : DataArray
        What is written.
    disk_dims : tuple of str
        Its dimensions in the order of the file, slowest first, without ``channel``.
    """
    attrs = {str(name): value for name, value in array.attrs.items() if name not in _NOT_STORED}
    planes = {
        str(name): _plane_tags(coord)
        for name, coord in sorted(array.coords.items(), key=lambda item: str(item[0]).lower())
        if name not in array.dims and coord.ndim <= 1
    }
    colours = array.coords["channel"].values if "channel" in array.coords else range(array.sizes.get("channel", 0))
    return {
        "Attributes": tags_to_json(attrs),
        "Axes": [_axis_tags(array[dim] if dim in array.coords else None, dim) for dim in disk_dims],
        **({"Channels": [str(name) for name in colours]} if "channel" in array.dims else {}),
        "Order": ",".join(map(str, array.dims)),
        "Planes": planes,
        "Version": __version__,
    }


def _axis_tags(coord: xr.DataArray | None, dim: str) -> dict[str, Tag]:
    if coord is None:
        return {"Name": dim}
    tags = _extra_attributes(coord)
    if coord.dtype.kind in "iuf" and coord.size:
        values = coord.values.astype(np.float64)
        step = _step(values, coord.attrs)
        if np.array_equal(values, values[0] + np.arange(values.size) * step):
            place: dict[str, Tag] = {"Start": np.float64(values[0]), "Step": np.float64(step)}
        else:
            place = {"Positions": values}
    else:
        place = {"Positions": [str(value) for value in coord.values]}
    units = {"Units": str(coord.attrs["units"])} if "units" in coord.attrs else {}
    return dict(sorted({"Name": dim, **place, **tags, **units}.items()))


def _plane_tags(coord: xr.DataArray) -> dict[str, Tag]:
    values, dtype = _storable(coord.values.reshape(-1))
    tags = {"Axis": str(coord.dims[0]) if coord.dims else "", "Type": dtype, "Values": values}
    if "units" in coord.attrs:
        tags["Units"] = str(coord.attrs["units"])
    return dict(sorted({**tags, **_extra_attributes(coord)}.items()))


def _extra_attributes(coord: xr.DataArray) -> dict[str, Tag]:
    extra = {str(name): value for name, value in coord.attrs.items() if name != "units"}
    return {"Attributes": tags_to_json(extra)} if extra else {}


def _storable(values: np.ndarray[Any, Any]) -> tuple[Tag, str]:
    """Return values in a type that every reader knows, and their own type.

    Never uint16: an array of these would be taken for text. Never int64 where int32 will do: DM3 lacks it.
    """
    kind = values.dtype.kind
    if kind == "b" or (kind == "f" and values.dtype.itemsize <= 8):
        return values.astype(bool if kind == "b" else np.float64), values.dtype.str
    if kind in "iuM":
        whole = values.astype(np.int64)
        fits = values.size == 0 or (whole.min() >= -(2**31) and whole.max() < 2**31)
        return whole.astype(np.int32) if fits else whole, values.dtype.str
    return [str(value) for value in values.tolist()], "text"


def foreign_tags(image: Image) -> dict[str, Tag]:
    """Return the tags of an image that others wrote: all but the group ``temstack``."""
    return {name: tag for name, tag in image.tags.items() if name != GROUP_NAME}


def restore(array: xr.DataArray, image: Image) -> xr.DataArray:
    """Return an array that was read from a file as it was before temstack wrote it.

    Parameters
    ----------
    array : DataArray
        The pixels in the order of the file, labelled by whatever reader. The height of a spectrum may be
        left out, and ``channel`` comes last.
    image : Image
        The image that they belong to.

    Returns
    -------
    DataArray
        With the names and order of dimensions, positions, values of planes and attributes that the file
        keeps in its group ``temstack``, as far as they still agree with the calibration in the file.
        ``attrs["tags"]`` is what others wrote. An image from elsewhere comes back with its tags only, and
        with ``intensity_origin`` and ``intensity_scale`` where its pixels have a calibration.
    """
    array = array.copy(deep=False)
    array.attrs = {**array.attrs, **_intensity(image.intensity), "tags": foreign_tags(image)}
    own = image.tags.get(GROUP_NAME)
    axes = get_tag(own, "Axes")
    if not isinstance(axes, list) or len(axes) != len(image.shape):
        return array
    array.attrs |= _stored_attributes(own)
    if image.name:  # a title given in DigitalMicrograph is the later one
        array.attrs["title"] = image.name
    array.name = array.attrs.get("title")
    labelled = _relabelled(array, axes, image, str(get_tag(own, "Order", "")).split(","))
    planes = get_tag(own, "Planes")
    return labelled.assign_coords(_plane_coords(labelled, planes if isinstance(planes, dict) else {}))


def _intensity(calibration: Calibration) -> dict[str, float]:
    """Return how pixels are to be read, where that is not as they are."""
    if (calibration.origin, calibration.scale) == (0, 1):
        return {}
    return {"intensity_origin": calibration.origin, "intensity_scale": calibration.scale}


def _stored_attributes(tags: Tag) -> dict[str, Any]:
    text = get_tag(tags, "Attributes")
    return dict(tags_from_json(text)) if isinstance(text, str) else {}


def _relabelled(array: xr.DataArray, axes: list[Tag], image: Image, order: list[str]) -> xr.DataArray:
    """Return the array with the dimensions that were written, if it still has as many."""
    names = [str(get_tag(axis, "Name", "")) for axis in axes]
    if len(names) == 2 and len(order) == 1 and array.ndim == 2:  # a spectrum is an image of height 1
        array = array.squeeze(array.dims[0], drop=True)
    channels = get_tag(image.tags, f"{GROUP_NAME}:Channels", [])
    axis_of = {name: index for index, name in enumerate(names)}
    dims = [name for name in names if name in order] + ["channel"] * ("channel" in order)
    if sorted(dims) != sorted(order) or len(dims) != array.ndim:
        return array
    coords: dict[str, Any] = {}
    for name, old in zip(dims, map(str, array.dims), strict=True):
        index = axis_of.get(name)
        stored = None if index is None else _stored_axis(axes[index], image.axes[index], image.shape[index], name)
        found = array.coords.get(old)
        coords[name] = stored if stored is not None or found is None else (name, found.values, found.attrs)
    coords = {name: coord for name, coord in coords.items() if coord is not None}
    if channels:  # the file always has an alpha channel
        array = array[..., : len(channels)]
        coords["channel"] = ("channel", channels)
    return xr.DataArray(array.data, coords, dims, array.name, array.attrs).transpose(*order)


def _stored_axis(tags: Tag, calibration: Calibration, size: int, name: str) -> xr.Variable | None:
    """Return the coordinate that was written, or None if the file was calibrated anew or cut since."""
    positions = get_tag(tags, "Positions")
    if positions is None:
        start, step = get_tag(tags, "Start"), get_tag(tags, "Step")
        if start is None or step is None:
            return None
        positions = float(start) + np.arange(size) * float(step)
    if len(positions) != size:
        return None
    units = {"units": get_tag(tags, "Units")} if get_tag(tags, "Units") is not None else {}
    coord = xr.DataArray(np.asarray(positions), dims=name, attrs={**units, **_stored_attributes(tags)})
    return coord.variable if calibration_of(coord) == calibration else None


def _plane_coords(array: xr.DataArray, planes: dict[str, Tag]) -> dict[str, xr.Variable]:
    coords = {}
    for name, tags in planes.items():
        axis, values = get_tag(tags, "Axis"), get_tag(tags, "Values")
        size = 1 if axis == "" else array.sizes.get(axis, -1)
        if values is None or len(values) != size or name in array.dims:
            continue
        stored = np.asarray(values) if get_tag(tags, "Type") == "text" else np.asarray(values).astype(tags["Type"])
        units = {"units": get_tag(tags, "Units")} if get_tag(tags, "Units") is not None else {}
        attrs = {**units, **_stored_attributes(tags)}
        coords[name] = xr.Variable(axis, stored, attrs) if axis else xr.Variable((), stored[0], attrs)
    return coords
