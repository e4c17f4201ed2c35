"""From an array to the tags of a file that holds it: pixels, calibrations, and how it is to be shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import UnsupportedDataError
from temstack.formats.dm.facts import plane_facts
from temstack.formats.dm.images import Calibration
from temstack.formats.dm.layout import COLOUR, PIXEL_TYPES, PixelType
from temstack.formats.dm.own_tags import GROUP_NAME, calibration_of, own_tags
from temstack.formats.dm.writing import PixelSource
from temstack.stack import counts
from temstack.stack.progress import Progress
from temstack.stack.tags import Tag, get_tag, put_in_order, set_tag

_TYPES = {np.dtype(kind.dtype): kind for kind in PIXEL_TYPES}

_SPECTRAL_DIMS = ("energy_loss", "energy")

_NEVER_SPECTRAL_DIMS = ("defocus", "time", "exposure", "tilt")

_SPECTRAL_FORMATS = ("Spectrum", "Spectrum image")

_HEIGHT = ""
"""The dimension of size 1 that makes a spectrum an image."""

# DigitalMicrograph's numbers.
_IMAGE_OBJECT = 20
_OBJECT_ID = 8
_SHOW_GREY, _SHOW_LINES, _SHOW_COLOUR = 1, 3, 4

_BLOCK_BYTES = 2**24
"""How much is written at once."""

_CHUNK_BYTES = 2**28
"""Largest chunk of a dask array that is computed whole; a larger one is computed again for each of its parts."""


def document(array: xr.DataArray, *, version: int, raw: bool, subject: str, progress: Progress) -> dict[str, Tag]:
    """Return the tags of a file that holds an array.

    Parameters
    ----------
    array : DataArray, 1-D to 4-D, and ``channel`` for colour
        The pixels are read only while the file is written, block by block.
    version : int
        3 or 4.
    raw : bool
        Store pixels as they are, with their ``scale`` beside them, instead of counts.
    subject : str
        Name of the file, for errors.
    progress : Progress
        Told as blocks are written.

    Returns
    -------
    tags : dict
        The whole tree, its groups sorted as DigitalMicrograph sorts them.

    Raises
    ------
    UnsupportedDataError
        If the format has no such pixels or so many dimensions.
    """
    pixels = array if raw else _as_counts(array)
    dims = _dims_in_file(pixels, subject)
    kind = _pixel_type(pixels, subject)
    image = {
        "ImageData": {
            "Calibrations": _calibrations(pixels, dims),
            "Data": _pixel_source(pixels, dims, kind, progress),
            "DataType": np.uint32(kind.code),
            "Dimensions": [np.uint32(pixels.sizes.get(dim, 1)) for dim in reversed(dims)],
            "PixelDepth": np.uint32(4 if kind is COLOUR else np.dtype(kind.dtype).itemsize),
        },
        "ImageTags": _image_tags(pixels, dims),
        "Name": str(array.attrs.get("title") or array.name or ""),
    }
    return {
        "DocumentObjectList": [_image_object(dims, kind, version)],
        "Image Behavior": {"ViewDisplayID": np.uint32(_OBJECT_ID)},
        "ImageList": [image],
        "ImageSourceList": [_image_source(dims, kind)],
        "InImageMode": True,
    }


def _as_counts(array: xr.DataArray) -> xr.DataArray:
    """Return counts where planes are scaled: real 4-byte, which DigitalMicrograph needs to analyse them."""
    scale = array.coords.get("scale")
    if scale is None or bool(np.all(scale.values == 1)):
        return array
    scaled = counts(array)
    return scaled.astype(np.float32) if array.dtype.kind in "biu" else scaled


def _dims_in_file(array: xr.DataArray, subject: str) -> tuple[str, ...]:
    """Return the dimensions from the slowest to the fastest in the file, without ``channel``.

    A spectrum image ``(y, x, energy)`` lies in the file as the stack ``(energy, y, x)`` does, and a spectrum
    as an image of height 1, whose other dimension has no name.
    """
    dims = tuple(str(dim) for dim in array.dims if dim != "channel")
    if not 1 <= len(dims) <= 4:
        raise UnsupportedDataError(
            subject, "DM3 and DM4 hold 1 to 4 dimensions", got=f"{len(dims)}", advice="write a .zarr store"
        )
    if len(dims) == 1:
        return (_HEIGHT, *dims)
    return (dims[2], *dims[:2]) if dims[:2] == ("y", "x") and len(dims) == 3 else dims


def _pixel_type(array: xr.DataArray, subject: str) -> PixelType:
    if "channel" in array.dims:
        if array.dtype == np.uint8 and array.dims[-1] == "channel" and array.sizes["channel"] in (3, 4):
            return COLOUR
        raise UnsupportedDataError(
            subject,
            "DM3 and DM4 hold colour of 3 or 4 channels of uint8",
            got=f"{array.sizes['channel']} channels of {array.dtype}",
        )
    kind = _TYPES.get(array.dtype.newbyteorder("="))
    if kind is None:
        raise UnsupportedDataError(
            subject,
            "DM3 and DM4 have no such pixels",
            got=str(array.dtype),
            expected="real 4 or 8 bytes, complex 8 or 16 bytes, integer 1, 2 or 4 bytes, or binary",
            advice="convert the type first (to int32, say) or write a .zarr store",
        )
    return kind


def _calibrations(array: xr.DataArray, dims: tuple[str, ...]) -> dict[str, Tag]:
    axes = [calibration_of(array[dim]) if dim in array.coords else Calibration() for dim in reversed(dims)]
    intensity = Calibration(
        origin=float(array.attrs.get("intensity_origin", 0.0)),
        scale=float(array.attrs.get("intensity_scale", 1.0)),
        units=str(array.attrs.get("intensity_units", "")),
    )
    return {
        "Brightness": _calibration_tags(intensity),
        "Dimension": [_calibration_tags(axis) for axis in axes],
        "DisplayCalibratedUnits": True,
    }


def _calibration_tags(calibration: Calibration) -> dict[str, Tag]:
    return {
        "Origin": np.float32(calibration.origin),
        "Scale": np.float32(calibration.scale),
        "Units": calibration.units,
    }


def _image_object(dims: tuple[str, ...], kind: PixelType, version: int) -> dict[str, Tag]:
    shown = _SHOW_COLOUR if kind is COLOUR else _SHOW_LINES if dims[0] == _HEIGHT else _SHOW_GREY
    return {
        "AnnotationType": np.int32(_IMAGE_OBJECT),
        "ImageDisplayType": np.int32(shown),
        "ImageSource": np.uint64(0) if version == 4 else np.uint32(0),
        "UniqueID": np.uint32(_OBJECT_ID),
    }


def _image_source(dims: tuple[str, ...], kind: PixelType) -> dict[str, Tag]:
    """Return where the display takes its plane from: a stack shows the sum of one layer."""
    first = np.uint32(0)
    simple = {"ClassName": "ImageSource:Simple", "Id": [first], "ImageRef": first}
    if len(dims) != 3:
        return simple
    return {
        "ClassName": "ImageSource:Summed",
        "Do Sum": kind is not COLOUR,
        "Id": [first],
        "ImageRef": first,
        "LayerEnd": first,
        "LayerStart": first,
        "Summed Dimension": np.uint32(2),
    }


def _image_tags(array: xr.DataArray, dims: tuple[str, ...]) -> dict[str, Tag]:
    """Return the tags of others with ours among them; theirs stay as they are unless they would be false."""
    tags = array.attrs.get("tags", {})
    tags = dict(tags) if isinstance(tags, dict) else {"Tags": tags}
    for path, value in _what_it_is(array, dims, tags).items():
        if get_tag(tags, path) != value:
            tags = set_tag(tags, path, value)
    return put_in_order(tags, GROUP_NAME, own_tags(array, dims))


def _what_it_is(array: xr.DataArray, dims: tuple[str, ...], tags: dict[str, Tag]) -> dict[str, Tag]:
    """Return the tags by which DigitalMicrograph and other readers know what they are looking at."""
    facts: dict[str, Tag] = {}
    if "high_tension_kv" in array.attrs:
        high_tension_kv = float(array.attrs["high_tension_kv"])
        told = plane_facts(tags).get("high_tension_kv", 0.0)
        if abs(float(told) - high_tension_kv) > 1e-6 * abs(high_tension_kv):
            facts["Microscope Info:Voltage"] = np.float32(high_tension_kv * 1e3)
    found = get_tag(tags, "Meta Data:Format")
    wanted = _format_of(array, dims, found)
    if wanted is not None:
        facts["Meta Data:Format"] = wanted
    if wanted in _SPECTRAL_FORMATS:
        facts["Meta Data:Signal"] = _signal_of(array)
    return facts


def _format_of(array: xr.DataArray, dims: tuple[str, ...], found: Tag) -> str | None:
    """Return what ``Meta Data:Format`` must say; None where it may stay as it is.

    An EFTEM stack is a spectrum image if its energies are even and its pixels are real 4-byte, or if it was
    one already: only such are analysed in DigitalMicrograph, and readers turn all others into wrong spectra.
    """
    spectral = next((dim for dim in dims if dim in _SPECTRAL_DIMS), None)
    if spectral is None:
        return "Image" if found in _SPECTRAL_FORMATS and _is_no_spectrum(array, dims, found) else None
    if spectral in array.coords and not calibration_of(array[spectral]).units:
        return "Image" if found in _SPECTRAL_FORMATS else None
    if len(array.dims) == 1:
        return "Spectrum"
    is_spectrum_image = array.dims[-1] == spectral
    if is_spectrum_image or (len(dims) == 3 and (array.dtype == np.float32 or found == "Spectrum image")):
        return "Spectrum image"
    return "Image" if found in _SPECTRAL_FORMATS else None


def _is_no_spectrum(array: xr.DataArray, dims: tuple[str, ...], found: Tag) -> bool:
    """Return whether the mark of a source is false now; spectra along other axes, light say, keep theirs."""
    if len(array.dims) == 1:
        return bool(found != "Spectrum")
    return len(dims) == 2 or dims[0] in _NEVER_SPECTRAL_DIMS


def _signal_of(array: xr.DataArray) -> str:
    signal_type = str(array.attrs.get("signal_type", ""))
    if signal_type.startswith("EDS") or "energy" in array.dims:
        return "X-ray"
    return "CL" if signal_type.startswith("CL") else "EELS"


def _pixel_source(array: xr.DataArray, dims: tuple[str, ...], kind: PixelType, progress: Progress) -> PixelSource:
    count = math.prod(array.sizes.get(dim, 1) for dim in dims)
    order = [dim for dim in (*dims, "channel") if dim in array.dims]
    variable = array.variable.transpose(*order)
    dtype = np.dtype(kind.dtype).newbyteorder("<")

    def blocks() -> Iterator[np.ndarray[Any, Any]]:
        for start, stop in _ranges(variable):
            block = np.asarray(variable[start:stop].values)
            yield _blue_first(block) if kind is COLOUR else block.astype(dtype, copy=False)
            progress("writing", stop, len(variable))

    return PixelSource(count, kind.info, count * (4 if kind is COLOUR else dtype.itemsize), blocks)


def _blue_first(block: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return colours as the file has them: blue, green, red and alpha, 0 where there is none."""
    ordered = np.zeros((*block.shape[:-1], 4), np.uint8)
    ordered[..., : block.shape[-1]] = block
    ordered[..., :3] = block[..., 2::-1]
    return ordered


def _ranges(variable: xr.Variable) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of the slowest dimension in the file that are read and written at once."""
    limit = _BLOCK_BYTES if variable.chunks is None else _CHUNK_BYTES
    rows = max(1, limit * len(variable) // max(variable.nbytes, 1))
    edge = 0
    for size in (variable.chunks or ((len(variable),),))[0]:
        for start in range(edge, edge + size, rows):
            yield start, min(start + rows, edge + size)
        edge += size
