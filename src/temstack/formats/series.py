"""Many files as one stack: which files, in which order, and what is known about each plane."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import FormatError, InputMissingError, StorageError, UnsupportedDataError
from temstack.formats.kinds import IMAGE, RAW, TIFF, ZARR, Kind, find_kind
from temstack.formats.reading import (
    LAZY_ABOVE_BYTES,
    NOT_RAW,
    RawLayout,
    check_readable,
    choose,
    read_arrays,
    size_in_memory,
)
from temstack.stack.axes import PLANE_UNITS

_FACTS = {
    "energy_loss_ev": ("energy_loss", "eV", 0.0),
    "defocus_nm": ("defocus", "nm", 0.5),
    "tilt_deg": ("tilt", "deg", 0.2),
}
"""What single images say that can make the axis of a series, most telling first, with the units and how far
apart planes must lie: the readings of an idle lens or stage are not quite the same each time. Energies may
repeat, since windows are often recorded twice."""

_PIXEL_SIZE_TOLERANCE = 0.01


def files_of(source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], raw: RawLayout = NOT_RAW) -> list[Path]:
    """Return the files that a user means, in the order of their planes.

    Parameters
    ----------
    source : path, pattern, folder, or several paths
        A pattern such as ``"series_*.dm3"`` and a folder are taken in the order of the numbers in the names.
        A list keeps its order, unless that is the plain alphabetical one that a shell makes of a pattern,
        where ``img_10`` stands before ``img_2``; it is then sorted by number, too.
    raw : RawLayout
        Given, a folder means its raw files.

    Returns
    -------
    list of Path
        At least one.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if not path.exists() and re.search(r"[*?\[]", str(source)):
            return _matching(str(source))
        if path.is_dir() and find_kind(path) is not ZARR:
            return _inside(path, raw)
        return [path]
    paths = [Path(item) for item in source]
    if not paths:
        raise InputMissingError("the list of files", "is empty")
    return by_number(paths) if paths == sorted(paths) else paths


def by_number(paths: Iterable[Path]) -> list[Path]:
    """Return paths sorted by name, with numbers compared as numbers.

    Examples
    --------
    >>> [path.name for path in by_number([Path("a10.png"), Path("a9.png"), Path("a1.png")])]
    ['a1.png', 'a9.png', 'a10.png']
    """

    def key(path: Path) -> list[tuple[int, int, str]]:
        # Numbers before text, so that the two are never compared with each other.
        parts = re.split(r"(\d+)", str(path).casefold())
        return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]

    return sorted(paths, key=key)


def read_series(paths: Sequence[Path], *, raw: RawLayout = NOT_RAW, lazy: bool | None = None) -> xr.DataArray:
    """Return single images as the planes of one stack.

    Where every file says an energy loss (or defocus, or tilt) and these differ, they are the positions of the
    planes; where every file says when it was taken, the times in seconds after the first are. Otherwise
    planes are counted. The names of the files are kept as ``label``.

    Parameters
    ----------
    paths : sequence of Path
        One image each, of the same size, in the order of the planes.
    raw : RawLayout
        Shape and type of each raw file.
    lazy : bool
        Leave pixels on disk. None decides by the size of all files together.

    Raises
    ------
    FormatError
        If two images have different sizes, or a file is not a single image; names the files.
    """
    kinds = [check_readable(path, raw) for path in paths]
    _check_same_kind(paths, kinds)
    if lazy is None:
        lazy = sum(size_in_memory(path, kind) for path, kind in zip(paths, kinds, strict=True)) > LAZY_ABOVE_BYTES
    if lazy and kinds[0] in _SAY_NOTHING:
        images = _images_later(paths)
    else:
        images = [_single_image(path, raw, lazy) for path in paths]
    _check_same_size(paths, images)
    return _stacked(paths, images)


def _matching(pattern: str) -> list[Path]:
    anchor = Path(pattern).anchor
    found = Path(anchor or ".").glob(os.path.relpath(pattern, anchor) if anchor else pattern)
    paths = [path for path in found if not path.name.startswith(".")]
    if not paths:
        raise InputMissingError(pattern, "no file has a name of this pattern")
    return by_number(paths)


def _inside(folder: Path, raw: RawLayout) -> list[Path]:
    """Return the readable files in a folder, which must be of one kind."""
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    except PermissionError as err:
        raise StorageError(str(folder), "no permission to read this folder") from err
    wanted = [entry for entry in entries if _is_wanted(entry, raw)]
    # A .emi file brings its .ser files along.
    stems = {entry.stem for entry in wanted if entry.suffix.lower() == ".emi"}
    wanted = [
        entry for entry in wanted if not (entry.suffix.lower() == ".ser" and entry.stem.rsplit("_", 1)[0] in stems)
    ]
    if not wanted:
        raise FormatError(
            str(folder),
            "holds no file that can be read",
            got=_suffixes(entries) or "nothing",
            advice="say their shape and dtype, e.g. --shape 512,512 --dtype uint16" if _has_raw(entries) else None,
        )
    if len({find_kind(entry) for entry in wanted}) > 1:
        raise FormatError(
            str(folder),
            "holds files of several kinds",
            got=_suffixes(wanted),
            advice=f"name the files of one kind with a pattern, e.g. {folder / ('*' + wanted[0].suffix)}",
        )
    return by_number(wanted)


def _is_wanted(entry: Path, raw: RawLayout) -> bool:
    kind = find_kind(entry)
    if kind is None or (entry.is_dir() and kind is not ZARR):
        return False
    return (kind is RAW) == raw.is_given


def _has_raw(entries: Iterable[Path]) -> bool:
    return any(find_kind(entry) is RAW for entry in entries)


def _suffixes(entries: Sequence[Path]) -> str:
    names = [entry.suffix or entry.name for entry in entries]
    return ", ".join(f"{names.count(name)} × {name}" for name in sorted(set(names)))


def _check_same_kind(paths: Sequence[Path], kinds: Sequence[Kind]) -> None:
    for path, kind in zip(paths, kinds, strict=True):
        if kind is not kinds[0]:
            raise FormatError(
                "series of files",
                "has files of different kinds",
                got=f"{paths[0].name} ({kinds[0].name}) and {path.name} ({kind.name})",
            )


def _single_image(path: Path, raw: RawLayout, lazy: bool) -> xr.DataArray:
    array = choose(read_arrays(path, raw=raw, lazy=lazy), path)
    if array.ndim == 3 and array.shape[0] == 1 and array.dims[1:] == ("y", "x"):
        array = array[0]
    if array.dims != ("y", "x"):
        raise UnsupportedDataError(
            path.name,
            "cannot be one plane of a series",
            got="dimensions " + ", ".join(f"{dim} {extent}" for dim, extent in array.sizes.items()),
            expected="a single image (y, x)",
            advice="read it on its own",
        )
    return array


_SAY_NOTHING = (IMAGE, TIFF)
"""Kinds of files that say nothing about their plane, and need not be opened before they are used."""


def _images_later(paths: Sequence[Path]) -> list[xr.DataArray]:
    """Return images of which only the first has been read; the others are, when they are used."""
    import dask.array as da
    from dask import delayed

    first = _single_image(paths[0], NOT_RAW, lazy=False)

    def read_like_first(path: Path) -> Any:
        image = _single_image(path, NOT_RAW, lazy=False)
        _check_same_size([paths[0], path], [first, image])
        return image.values.astype(first.dtype, copy=False)

    lazy = [da.from_delayed(delayed(read_like_first)(path), first.shape, first.dtype) for path in paths]
    return [first.copy(data=pixels) for pixels in lazy]


def _check_same_size(paths: Sequence[Path], images: Sequence[xr.DataArray]) -> None:
    first = images[0]
    for path, image in zip(paths, images, strict=True):
        if image.shape != first.shape:
            raise FormatError(
                "series of files",
                "has images of different sizes",
                got=f"{paths[0].name} with {_size(first)} and {path.name} with {_size(image)} pixels",
                advice="leave out the one that does not belong",
            )


def _size(image: xr.DataArray) -> str:
    return " × ".join(str(extent) for extent in image.shape)


def _stacked(paths: Sequence[Path], images: Sequence[xr.DataArray]) -> xr.DataArray:
    first = images[0]
    _warn_of_other_pixel_sizes(paths, images)
    dim, positions = _plane_axis(images)
    coords: dict[str, Any] = {dim: xr.Variable(dim, positions, {"units": PLANE_UNITS[dim]})}
    coords |= {name: first.coords[name].variable for name in ("y", "x")}
    coords |= {name: xr.Variable(dim, *column) for name, column in _columns(images, dim).items()}
    coords["label"] = xr.Variable(dim, np.array([path.name for path in paths]))
    dtype = np.result_type(*{image.dtype for image in images})
    attrs = {name: value for name, value in first.attrs.items() if name not in _PER_IMAGE}
    attrs |= {"source": str(paths[0].parent), "title": _title(paths)}
    if dim == "energy_loss":
        attrs["signal_type"] = attrs.get("signal_type") or "EELS"
    data = _joined([image.data for image in images], dtype)
    return xr.DataArray(data, dims=(dim, "y", "x"), coords=coords, name=attrs["title"], attrs=attrs)


def _joined(planes: list[Any], dtype: np.dtype[Any]) -> Any:
    if all(isinstance(plane, np.ndarray) for plane in planes):
        return np.stack(planes, dtype=dtype)
    import dask.array as da

    return da.stack([plane.rechunk(-1) for plane in planes]).astype(dtype)


_PER_IMAGE = {*_FACTS, "exposure_s", "acquired", "time_s", "history"}


def _plane_axis(images: Sequence[xr.DataArray]) -> tuple[str, NDArray[np.float64]]:
    for name, (dim, _, apart) in _FACTS.items():
        values = _fact(images, name)
        if values is not None and np.ptp(values) > 0 and np.diff(np.sort(values)).min() >= apart:
            return dim, values
    times = _times(images)
    if times is not None and (np.diff(times) > 0).all():
        return "time", times
    return "plane", np.arange(len(images), dtype=np.float64)


def _columns(images: Sequence[xr.DataArray], dim: str) -> dict[str, tuple[Any, dict[str, str]]]:
    """Return what is known about each plane besides its position."""
    columns: dict[str, tuple[Any, dict[str, str]]] = {}
    exposures, times = _fact(images, "exposure_s"), _times(images)
    if exposures is not None:
        columns["exposure_s"] = (exposures, {"units": "s"})
    if times is not None and dim != "time":
        columns["time"] = (times, {"units": "s"})
    for name, (other, units, _) in _FACTS.items():
        values = _fact(images, name)
        if values is not None and other != dim:
            columns[name] = (values, {"units": units})
    return columns


def _fact(images: Sequence[xr.DataArray], name: str) -> NDArray[np.float64] | None:
    values = [image.attrs.get(name) for image in images]
    return None if len(images) < 2 or None in values else np.array(values, dtype=np.float64)


def _times(images: Sequence[xr.DataArray]) -> NDArray[np.float64] | None:
    """Return when each image was taken in seconds after the first, None unless all say it."""
    clock = _fact(images, "time_s")
    if clock is not None:
        return np.asarray(clock - clock[0])
    acquired = [image.attrs.get("acquired") for image in images]
    if len(images) < 2 or None in acquired:
        return None
    moments = np.array(acquired, dtype="datetime64[us]")
    return np.asarray((moments - moments[0]) / np.timedelta64(1, "s"), dtype=np.float64)


def _title(paths: Sequence[Path]) -> str:
    """Return what the names of the files have in common, else the name of their folder."""
    first, *others = (path.stem for path in paths)
    same = next((n for n, c in enumerate(first) if any(o[n : n + 1] != c for o in others)), len(first))
    return first[:same].rstrip("0123456789").rstrip(" _-.") or paths[0].resolve().parent.name


def _warn_of_other_pixel_sizes(paths: Sequence[Path], images: Sequence[xr.DataArray]) -> None:
    first = images[0]
    for path, image in zip(paths, images, strict=True):
        if not all(_same_calibration(first.coords[dim], image.coords[dim]) for dim in ("y", "x")):
            warnings.warn(
                f"{path.name}: its pixel size differs from that of {paths[0].name}, which is used for all",
                stacklevel=3,
            )
            return


def _same_calibration(first: xr.DataArray, other: xr.DataArray) -> bool:
    if first.attrs.get("units") != other.attrs.get("units"):
        return False
    extents = [float(np.ptp(coord.values)) for coord in (first, other)]
    return abs(extents[0] - extents[1]) <= _PIXEL_SIZE_TOLERANCE * abs(extents[0])
