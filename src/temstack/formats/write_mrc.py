"""Writing MRC files: images and stacks for tomography programs.

The header is the one of MRC2014 [1]_: 1024 bytes, of which this is a table.

References
----------
.. [1] A. Cheng et al., J. Struct. Biol. 192 (2015) 146.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import UnsupportedDataError
from temstack.formats.counts import iter_images
from temstack.formats.hyperspy import even_axis
from temstack.stack import pixel_size
from temstack.stack.progress import Progress, no_progress
from temstack.stack.units import length_in_nm

HEADER = np.dtype(
    [
        ("size", "<i4", 3),  # columns, rows, sections
        ("mode", "<i4"),
        ("start", "<i4", 3),
        ("sampling", "<i4", 3),
        ("cell_angstrom", "<f4", 3),
        ("cell_angles_deg", "<f4", 3),
        ("axes", "<i4", 3),  # which axis columns, rows and sections run along
        ("minimum", "<f4"),
        ("maximum", "<f4"),
        ("mean", "<f4"),
        ("space_group", "<i4"),  # 0 a stack of images, 1 a volume
        ("extended_bytes", "<i4"),
        ("extra", "V8"),
        ("extended_type", "S4"),
        ("version", "<i4"),
        ("more_extra", "V84"),
        ("origin_angstrom", "<f4", 3),
        ("map", "S4"),
        ("machine_stamp", "u1", 4),
        ("rms", "<f4"),
        ("n_labels", "<i4"),
        ("labels", "S80", 10),
    ]
)
"""The header of an MRC file."""

_MODES = {"int16": 1, "float32": 2, "complex64": 4, "uint16": 6}
_STORED = {"bool": "uint16", "uint8": "uint16", "int8": "int16", "complex128": "complex64"}


def write_mrc(array: xr.DataArray, path: Path, *, progress: Progress = no_progress) -> None:
    """Write an image or stack as an MRC file, plane by plane.

    Parameters
    ----------
    array : (y, x) or (plane-like, y, x) DataArray
        16-bit integers, 32-bit floats and complex64 are stored as they are. 8-bit integers get 16 bits,
        because programs disagree whether 8 bits in MRC have a sign; all others become 32-bit floats.
    path : Path
        Where to.
    progress : Progress
        Told after every plane.

    Raises
    ------
    UnsupportedDataError
        If the array has colours or other dimensions.
    """
    dims = tuple(map(str, array.dims))
    if dims[-2:] != ("y", "x") or len(dims) > 3:
        raise UnsupportedDataError(
            path.name,
            "an MRC file holds an image or a stack of images, in grey",
            got="dimensions " + ", ".join(dims),
            expected="(…, y, x)",
            advice="write .zarr, .dm4 or .hspy",
        )
    dtype = stored_type(array.dtype)
    with path.open("wb") as file:
        header = _header(array, dtype)
        file.write(header.tobytes())
        statistics = _Statistics()
        for image in iter_images(array, progress):
            stored = np.ascontiguousarray(image, dtype=dtype.newbyteorder("<"))
            statistics.add(stored)
            file.write(stored.data)
        statistics.fill_in(header)
        file.seek(0)
        file.write(header.tobytes())


def stored_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that pixels of another type get in an MRC file.

    Examples
    --------
    >>> stored_type(np.dtype("uint8")), stored_type(np.dtype("int32"))
    (dtype('uint16'), dtype('float32'))
    """
    name = _STORED.get(dtype.name, dtype.name)
    return np.dtype(name if name in _MODES else "float32")


def _header(array: xr.DataArray, dtype: np.dtype[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    planes = array.shape[0] if array.ndim == 3 else 1
    depth_nm = _depth_nm(array)
    header = np.zeros((), dtype=HEADER)
    header["size"] = header["sampling"] = (array.sizes["x"], array.sizes["y"], planes)
    header["mode"] = _MODES[dtype.name]
    sizes_nm, origins_nm = _in_plane_nm(array)
    header["cell_angstrom"] = (
        sizes_nm[1] * array.sizes["x"] * 10,
        sizes_nm[0] * array.sizes["y"] * 10,
        (depth_nm or 0.0) * planes * 10,
    )
    header["origin_angstrom"] = (origins_nm[1] * 10, origins_nm[0] * 10, 0.0)
    header["cell_angles_deg"] = 90
    header["axes"] = (1, 2, 3)
    header["space_group"] = 0 if depth_nm is None else 1
    header["version"] = 20141
    header["map"] = b"MAP "
    header["machine_stamp"] = (0x44, 0x44, 0, 0)
    label = f"temstack: {array.attrs.get('title', '')}".encode("ascii", "replace")[:80]
    header["n_labels"], header["labels"][0] = 1, label
    return header


def _in_plane_nm(array: xr.DataArray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return pixel sizes and origins ``(y, x)`` in nm; zeros say that there is no calibration."""
    (dy, dx), units = pixel_size(array)
    in_nm = length_in_nm(units)
    if in_nm is None:
        return (0.0, 0.0), (0.0, 0.0)
    origins = [float(array.coords[dim].values[0]) for dim in ("y", "x")]
    factors = [length_in_nm(str(array.coords[dim].attrs.get("units"))) or in_nm for dim in ("y", "x")]
    return (dy * in_nm, dx * in_nm), (origins[0] * factors[0], origins[1] * factors[1])


def _depth_nm(array: xr.DataArray) -> float | None:
    """Return the distance of planes in nm where it is a length, that is, where the array is a volume."""
    if array.dims[0] != "plane":
        return None
    coord = array.coords["plane"]
    in_nm = length_in_nm(str(coord.attrs.get("units", "")))
    even = even_axis(coord.values)
    return even[1] * in_nm if in_nm is not None and even is not None else None


class _Statistics:
    """Minimum, maximum, mean and deviation of all pixels, taken as they pass."""

    def __init__(self) -> None:
        self._ranges: list[tuple[float, float]] = []
        self._n, self._sum, self._squares = 0, 0.0, 0.0

    def add(self, image: np.ndarray[Any, np.dtype[Any]]) -> None:
        if image.dtype.kind == "c" or image.size == 0:
            return
        self._ranges.append((float(image.min()), float(image.max())))
        self._n += image.size
        self._sum += float(image.sum(dtype=np.float64))
        self._squares += float(np.square(image, dtype=np.float64).sum())

    def fill_in(self, header: np.ndarray[Any, np.dtype[Any]]) -> None:
        if self._n == 0:
            # Minimum above maximum, and a mean below both, say that nobody took them.
            header["minimum"], header["maximum"], header["mean"], header["rms"] = 0, -1, -2, -1
            return
        mean = self._sum / self._n
        header["minimum"] = min(low for low, _ in self._ranges)
        header["maximum"] = max(high for _, high in self._ranges)
        header["mean"] = mean
        header["rms"] = np.sqrt(max(self._squares / self._n - mean**2, 0.0))
