"""What TIFF files say that RosettaSciIO does not pass on: ImageJ's units and the labels of slices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.formats.found import Axis, Found
from temstack.formats.kinds import TIFF
from temstack.formats.labels import axis_of_labels, short_labels
from temstack.formats.on_disk import planes_on_disk
from temstack.formats.rosetta import read_found, reading
from temstack.formats.units import unit_of

if TYPE_CHECKING:
    from tifffile import TiffFile

_NAMES = {"width": "x", "height": "y"}
_TEXTS = {"title": "DocumentName", "intensity_units": "65022"}
"""Attributes, and the TIFF tags that say them."""


def read_tiff(path: Path, *, lazy: bool) -> list[Found]:
    """Return what is in a TIFF file, with calibrations and labels as ImageJ wrote them.

    ImageJ has one unit for x, y and the distance of slices, and a frame interval in seconds. Where every
    label says an energy or a tilt, these are the positions of the planes; all labels are kept as well.
    """
    from tifffile import TiffFile

    with reading(path, TIFF.name), TiffFile(path) as tiff:
        if _is_apart(tiff):
            return [_planes_apart(path, tiff, lazy=lazy)]
    found = [_named(one) for one in read_found(path, TIFF, lazy=lazy, with_pixels=not lazy)]
    with reading(path, TIFF.name), TiffFile(path) as tiff:
        description = tiff.imagej_metadata if tiff.is_imagej else None
        if lazy:
            found = [_on_disk(path, one, tiff, index) for index, one in enumerate(found)]
    if not description or len(found) != 1:
        return found
    return [_with_regions(_with_labels(_with_calibration(found[0], description), description), description)]


def _is_apart(tiff: TiffFile) -> bool:
    """Return whether three or four planes were taken for colours that are stored one after the other.

    Programs that write whatever array they are given declare a stack of three planes so.
    """
    return len(tiff.series) == 1 and tiff.series[0].axes == "SYX"


def _planes_apart(path: Path, tiff: TiffFile, *, lazy: bool) -> Found:
    series = tiff.series[0]
    axes = tuple(Axis.even(name, "", size) for name, size in zip(("", "y", "x"), series.shape, strict=True))
    if lazy and series.dataoffset is not None:
        dtype = series.dtype.newbyteorder(tiff.byteorder)
        return Found(planes_on_disk(path, dtype, series.shape, series.dataoffset), axes)
    return Found(series.asarray(), axes)


def _named(found: Found) -> Found:
    axes = tuple(replace(axis, name=_NAMES.get(axis.name, axis.name)) for axis in found.axes)
    texts = {name: found.tags.get(tag) for name, tag in _TEXTS.items()}
    return replace(found, axes=axes, attrs={name: text for name, text in texts.items() if isinstance(text, str)})


def _on_disk(path: Path, found: Found, tiff: TiffFile, index: int) -> Found:
    """Return pixels that are read when they are used, and that know their file only by its name."""
    if found.data.dtype.names:
        return read_found(path, TIFF, lazy=False)[index]
    import dask.array as da

    dtype, shape = found.data.dtype, found.data.shape
    series = tiff.series[index]
    if series.dataoffset is not None:
        pixels = planes_on_disk(path, dtype.newbyteorder(tiff.byteorder), shape, series.dataoffset)
        return replace(found, data=pixels)
    pages = range(int(np.prod(shape[:-2])))
    planes = [da.from_delayed(_delayed_page(path, index, page), shape[-2:], dtype) for page in pages]
    return replace(found, data=da.stack(planes).reshape(shape))


def _delayed_page(path: Path, series: int, page: int) -> Any:
    from dask import delayed
    from tifffile import imread

    return delayed(imread, pure=False)(path, series=series, key=page)


def _with_calibration(found: Found, description: Mapping[str, Any]) -> Found:
    units = unit_of(description.get("unit"))
    if "65009" in found.tags:  # DigitalMicrograph's tags: exact, and units for each axis
        return replace(found, axes=tuple(_calibrated_by_dm(axis, found.tags) for axis in found.axes))
    if not units:
        return found
    return replace(found, axes=tuple(_calibrated(axis, units, description) for axis in found.axes))


def _calibrated_by_dm(axis: Axis, tags: Mapping[str, Any]) -> Axis:
    if axis.name not in ("x", "y"):
        return axis
    units, origin, step = (tags.get(str(first + (axis.name == "y"))) for first in (65003, 65006, 65009))
    return Axis.even(axis.name, unit_of(units), len(axis.values), float(step or 1.0), float(origin or 0.0))


def _calibrated(axis: Axis, units: str, description: Mapping[str, Any]) -> Axis:
    if axis.name in ("x", "y"):
        return replace(axis, units=units)
    if axis.name == "depth" and "spacing" in description:
        return Axis.even("depth", units, len(axis.values), float(description["spacing"]))
    if axis.name == "time" and description.get("finterval"):
        return Axis.even("time", "s", len(axis.values), float(description["finterval"]))
    return axis


def _with_regions(found: Found, description: Mapping[str, Any]) -> Found:
    try:
        regions = json.loads(str(description["regions"]))
    except (KeyError, ValueError):
        return found
    return replace(found, attrs={**found.attrs, "regions": regions})


def _with_labels(found: Found, description: Mapping[str, Any]) -> Found:
    labels = description.get("Labels")
    planes = len(found.axes[0].values)
    if len(found.axes) != 3 or not isinstance(labels, list) or len(labels) != planes or not any(labels):
        return found
    positions = axis_of_labels(labels)
    axes = found.axes if positions is None else (positions, *found.axes[1:])
    return replace(found, axes=axes, plane_values={"label": (np.array(short_labels(labels)), "")})
