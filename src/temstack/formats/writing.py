"""Writing one array to one file: which writer, and what the format cannot keep."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import UnsupportedDataError
from temstack.formats import write_mrc as mrc
from temstack.formats import write_tiff as tiff
from temstack.formats.counts import pixels_to_write
from temstack.formats.dm import write_dm
from temstack.formats.hyperspy import even_axis, signal_dictionary
from temstack.formats.kinds import DM, HSPY, IMAGE, MRC, MSA, TIFF, Kind
from temstack.stack.axes import PLANE_UNITS
from temstack.stack.durable import require_room
from temstack.stack.progress import Progress, no_progress


def write_file(
    array: xr.DataArray,
    path: Path,
    kind: Kind,
    *,
    name: str,
    raw: bool = False,
    progress: Progress = no_progress,
) -> None:
    """Write an array to a file in place.

    Parameters
    ----------
    array : DataArray
        Of any layout that the format can hold.
    path : Path
        Where to; the caller makes it whole or nothing.
    kind : Kind
        One that is written, other than Zarr.
    name : str
        What to call the file in messages.
    raw : bool
        Store pixels as recorded and, where the format keeps it, their scale. Otherwise counts are stored.
    progress : Progress
        Told as planes are written.

    Raises
    ------
    UnsupportedDataError
        If the format cannot hold such data.
    """
    if kind is DM:
        write_dm(array, path, raw=raw, name=name, progress=progress)
        lost = _values_of_pixels(array)
    else:
        pixels = pixels_to_write(array, raw=raw)
        _WRITERS[kind](pixels, path, progress)
        lost = _losses(pixels, kind)
    if lost:
        warnings.warn(f"{name}: files of this kind ({kind.name}) do not keep {', '.join(lost)}", stacklevel=3)


def _write_hspy(array: xr.DataArray, path: Path, progress: Progress) -> None:
    from rsciio.hspy import file_writer

    signal = signal_dictionary(array)
    require_room(path, array.nbytes)
    file_writer(str(path), signal, show_progressbar=False)
    progress("writing the signal", 1, 1)


def _write_msa(array: xr.DataArray, path: Path, progress: Progress) -> None:
    from rsciio.msa import file_writer

    if array.ndim != 1 or array.dtype.kind == "c":
        raise UnsupportedDataError(
            path.name,
            "an MSA file holds one spectrum of real numbers",
            got="dimensions " + ", ".join(map(str, array.dims)),
            expected="one axis",
            advice="write .dm4 or .hspy",
        )
    if even_axis(array.coords[str(array.dims[0])].values) is None:
        raise UnsupportedDataError(
            path.name, "an MSA file holds an even axis only", advice="interpolate first, or write .hspy"
        )
    signal = signal_dictionary(array)
    signal["original_metadata"] = {}
    signal["data"] = np.asarray(signal["data"], dtype=np.float64)
    file_writer(str(path), signal, format="Y")
    progress("writing the spectrum", 1, 1)


def _write_image(array: xr.DataArray, path: Path, progress: Progress) -> None:
    from imageio.v3 import imwrite

    dims = tuple(dim for dim in array.dims if dim != "channel")
    values = array.values.astype(np.uint8) * 255 if array.dtype == bool else array.values
    if dims != ("y", "x") or values.dtype not in (np.uint8, np.uint16):
        raise UnsupportedDataError(
            path.name,
            "a picture holds one image of 8- or 16-bit unsigned integers",
            got=f"{array.dtype} with dimensions {', '.join(map(str, array.dims))}",
            advice="write .tif, or make a picture with `temstack show`",
        )
    imwrite(path, values)
    progress("writing the picture", 1, 1)


_WRITERS: dict[Kind, Callable[[xr.DataArray, Path, Progress], None]] = {
    HSPY: _write_hspy,
    MRC: lambda array, path, progress: mrc.write_mrc(array, path, progress=progress),
    TIFF: lambda array, path, progress: tiff.write_tiff(array, path, progress=progress),
    MSA: _write_msa,
    IMAGE: _write_image,
}


def _values_of_pixels(array: xr.DataArray) -> list[str]:
    """Return in words which values each pixel has beside its own; a DM file has tags for values of planes only."""
    names = sorted(str(name) for name, coord in array.coords.items() if coord.ndim > 1)
    return [f"the values of {', '.join(names)}, one for each pixel"] if names else []


def _losses(array: xr.DataArray, kind: Kind) -> list[str]:
    """Return in words what a file of this kind does not keep of an array."""
    if kind is HSPY:
        return []
    lost = []
    if array.attrs.get("tags"):
        lost.append("tags")
    if array.attrs.get("history"):
        lost.append("the history")
    lost += _lost_axes(array, kind)
    stored = {TIFF: tiff.stored_type, MRC: mrc.stored_type}.get(kind)
    if stored is not None and not _holds(stored(array.dtype), array.dtype):
        lost.append(f"all digits of {array.dtype} numbers")
    return lost


def _lost_axes(array: xr.DataArray, kind: Kind) -> list[str]:
    planes = next((str(dim) for dim in array.dims if dim in PLANE_UNITS), None)
    kept = {"label"} if kind is TIFF and planes == "plane" else set()
    names = [str(name) for name in array.coords if name not in array.dims and name not in kept]
    lost = ["the values of " + ", ".join(names)] if names else []
    if kind is IMAGE and any(array.coords[dim].attrs.get("units") != "px" for dim in ("y", "x")):
        lost.append("the pixel size")
    if kind is MRC and planes not in ("tilt", "plane", None):
        lost.append(f"the axis {planes}")
    if kind is TIFF and planes == "plane" and even_axis(array.coords["plane"].values) is None:
        lost.append("the uneven axis plane")
    return lost


def _holds(stored: np.dtype[Any], given: np.dtype[Any]) -> bool:
    return given.kind == "b" or np.can_cast(given, stored, "safe")
