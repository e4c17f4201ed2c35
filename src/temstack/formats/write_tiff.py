"""Writing TIFF stacks that ImageJ and DigitalMicrograph open with their calibrations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import UnsupportedDataError
from temstack.formats.counts import iter_images
from temstack.formats.hyperspy import even_axis
from temstack.stack.axes import PLANE_UNITS
from temstack.stack.progress import Progress, no_progress

_IMAGEJ_LIMIT = 2**32 - 2**20
_COMMON_LABELS = {"energy_loss", "tilt", "time"}
"""Axes whose positions stand alone as the labels of slices; labels also keep uneven axes."""

_DM_TAGS = {"units": (65003, 65004, 65005), "origin": (65006, 65007, 65008), "scale": (65009, 65010, 65011)}
"""DigitalMicrograph's own TIFF tags for the calibrations of x, y and the third axis.
An origin is where pixel 0 lies, in those units."""

_INTENSITY_UNITS_TAG = 65022
_TITLE_TAG = 269


def write_tiff(array: xr.DataArray, path: Path, *, progress: Progress = no_progress) -> None:
    """Write an image or stack as a TIFF file, plane by plane.

    Parameters
    ----------
    array : (y, x) or (plane-like, y, x) DataArray, also with channel
        8- and 16-bit unsigned integers and 32-bit floats are stored as they are, other real types as 32-bit
        floats: ImageJ has no others.
    path : Path
        Where to.
    progress : Progress
        Told after every plane.

    Raises
    ------
    UnsupportedDataError
        If the array is complex, has other dimensions, or is larger than 4 GiB.
    """
    _check(array, path)
    dtype = stored_type(array.dtype)
    if array.size * dtype.itemsize > _IMAGEJ_LIMIT:
        raise UnsupportedDataError(
            path.name,
            "is larger than a TIFF file that ImageJ reads",
            got=f"{array.size * dtype.itemsize} bytes",
            expected="less than 4 GiB",
            advice="write a .zarr or .dm4 file",
        )
    from tifffile import TiffWriter

    is_colour = "channel" in array.dims
    images = (np.ascontiguousarray(image, dtype=dtype) for image in _shown(array, progress))
    shape = (*array.shape[:-1], 3) if is_colour else array.shape
    with TiffWriter(path, imagej=True) as tiff:
        tiff.write(
            images,
            shape=shape,
            dtype=dtype,
            photometric="rgb" if is_colour else "minisblack",
            software="temstack",
            metadata=_imagej_metadata(array),
            extratags=_dm_tags(array),
            **_resolution(array),
        )


def stored_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that pixels of another type get in a TIFF file.

    Examples
    --------
    >>> stored_type(np.dtype("int16")), stored_type(np.dtype("uint16"))
    (dtype('float32'), dtype('uint16'))
    """
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    return dtype if dtype in (np.uint8, np.uint16, np.float32) else np.dtype(np.float32)


def _check(array: xr.DataArray, path: Path) -> None:
    dims = tuple(str(dim) for dim in array.dims if dim != "channel")
    if array.dtype.kind == "c":
        raise UnsupportedDataError(
            path.name,
            "a TIFF file cannot hold complex numbers",
            got=array.dtype,
            advice="write .zarr or .dm4",
        )
    if dims[-2:] != ("y", "x") or len(dims) > 3:
        raise UnsupportedDataError(
            path.name,
            "a TIFF file holds an image or a stack of images",
            got="dimensions " + ", ".join(map(str, array.dims)),
            expected="(…, y, x)",
            advice="write .zarr, .dm4 or .hspy",
        )


def _shown(array: xr.DataArray, progress: Progress) -> Any:
    """Yield images without transparency, which ImageJ takes for a fourth plane."""
    if "channel" in array.dims:
        array = array.isel(channel=slice(3))
    return iter_images(array, progress)


def _imagej_metadata(array: xr.DataArray) -> dict[str, Any]:
    is_stack = array.ndim - ("channel" in array.dims) == 3
    metadata: dict[str, Any] = {"axes": "ZYX" if is_stack else "YX"}
    if "channel" in array.dims:
        metadata["axes"] += "S"
    units = str(array.coords["x"].attrs.get("units", "px"))
    if units != "px":
        metadata["unit"] = units.replace("µ", "\\u00B5").replace("Å", "\\u00C5")
    if is_stack:
        if labels := _labels(array):
            metadata["Labels"] = labels
        spacing = _plane_step(array)
        if spacing is not None:
            metadata["spacing"] = spacing
    if "regions" in array.attrs:  # ImageJ passes over names that it does not know
        metadata["regions"] = json.dumps(array.attrs["regions"], separators=(",", ":"))
    return metadata


def _labels(array: xr.DataArray) -> list[str]:
    dim = str(array.dims[0])
    coord = array.coords[dim]
    if dim == "plane":
        return [str(label) for label in array.coords["label"].values] if "label" in array.coords else []
    # Other programs read "617 eV" and "-35 deg"; the rest only we read back.
    name = "" if dim in _COMMON_LABELS else f"{dim} "
    return [f"{name}{position:.12g} {coord.attrs['units']}" for position in coord.values]


def _plane_step(array: xr.DataArray) -> float | None:
    """Return the distance of slices where it is one: a volume in the units of its pixels."""
    coord = array.coords[str(array.dims[0])]
    if coord.name != "plane" or not coord.attrs.get("units"):
        return None
    even = even_axis(coord.values)
    return even[1] if even and coord.attrs["units"] == array.coords["x"].attrs.get("units") else None


def _resolution(array: xr.DataArray) -> dict[str, Any]:
    """Return pixels per unit, which is how TIFF says pixel sizes."""
    steps = [_even(array.coords[dim])[1] for dim in ("x", "y")]
    if str(array.coords["x"].attrs.get("units", "px")) == "px":
        return {}
    return {"resolution": (1 / abs(steps[0]), 1 / abs(steps[1]))}


def _even(coord: xr.DataArray) -> tuple[float, float]:
    values: NDArray[np.float64] = coord.values
    even = even_axis(values, coord.attrs.get("step"))
    return even or (float(values[0]), float((values[-1] - values[0]) / (len(values) - 1)))


def _dm_tags(array: xr.DataArray) -> list[tuple[int, str, int, Any, bool]]:
    dims = ["x", "y", *(str(dim) for dim in array.dims if dim in PLANE_UNITS)]
    tags: list[tuple[int, str, int, Any, bool]] = []
    for index, dim in enumerate(dims):
        coord = array.coords[dim]
        if len(dims) > 2 and index == 2 and even_axis(coord.values, coord.attrs.get("step")) is None:
            continue
        origin, step = _even(coord)
        units = str(coord.attrs.get("units", ""))
        tags += [
            (_DM_TAGS["units"][index], "s", 0, _latin("" if units == "px" else units), True),
            (_DM_TAGS["origin"][index], "d", 1, origin, True),
            (_DM_TAGS["scale"][index], "d", 1, step, True),
        ]
    if array.attrs.get("intensity_units"):
        tags.append((_INTENSITY_UNITS_TAG, "s", 0, _latin(str(array.attrs["intensity_units"])), True))
    if array.attrs.get("title"):
        tags.append((_TITLE_TAG, "s", 0, _latin(str(array.attrs["title"])), True))
    return sorted(tags)


def _latin(text: str) -> bytes:
    return text.encode("latin-1", "replace") or b" "  # a TIFF text is never empty
