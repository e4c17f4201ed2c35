"""Reading one file: which reader, how much at once, and which of several sets of data."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import DTypeLike

from temstack.errors import (
    DamagedFileError,
    InputMissingError,
    SettingError,
    StorageError,
    UnknownFormatError,
    UnsupportedDataError,
)
from temstack.formats.dm_files import read_dm
from temstack.formats.found import Found
from temstack.formats.hyperspy import label_signal
from temstack.formats.images import read_image
from temstack.formats.kinds import (
    BCF,
    DM,
    EMD,
    HSPY,
    IMAGE,
    KINDS,
    MRC,
    RAW,
    TIA,
    TIFF,
    ZARR,
    Kind,
    find_kind,
)
from temstack.formats.labelling import label_found
from temstack.formats.mrc import read_mrc
from temstack.formats.raw import read_raw
from temstack.formats.rosetta import read_found, reading
from temstack.formats.tia import read_tia
from temstack.formats.tiff import read_tiff

LAZY_ABOVE_BYTES = 2**28
"""Data larger than this (256 MiB) stay on disk until they are used, unless ``lazy`` says otherwise."""

_BCF_EXPANSION = 40
"""Bruker's maps list X-ray counts one by one: in memory they are some forty times larger."""


@dataclass(frozen=True)
class RawLayout:
    """What a raw file does not say about itself.

    Parameters
    ----------
    shape : sequence of int, or None
        Of one file, slowest axis first.
    dtype : dtype, or None
        With byte order, e.g. ``"<f4"``.
    offset : int
        Bytes of a header to skip.
    """

    shape: Sequence[int] | None = None
    dtype: DTypeLike | None = None
    offset: int = 0

    @property
    def is_given(self) -> bool:
        """Whether shape or type say that the file is to be read as a raw one."""
        return self.shape is not None or self.dtype is not None


NOT_RAW = RawLayout()


def read_arrays(path: Path, *, raw: RawLayout = NOT_RAW, lazy: bool | None = None) -> list[xr.DataArray]:
    """Return all sets of data in a file, in its order.

    Parameters
    ----------
    path : Path
        One file.
    raw : RawLayout
        Shape and type of a raw file; given, the file is taken for one whatever its name.
    lazy : bool
        Leave pixels on disk. None decides by :data:`LAZY_ABOVE_BYTES`.

    Returns
    -------
    list of DataArray
        At least one.
    """
    kind = check_readable(path, raw)
    wanted = lazy if lazy is not None else size_in_memory(path, kind) > LAZY_ABOVE_BYTES
    arrays = _read(path, kind, raw, lazy=wanted)
    if not arrays:
        raise UnsupportedDataError(path.name, "holds no image, spectrum or stack")
    return arrays


def choose(arrays: Sequence[xr.DataArray], path: Path, dataset: int | str | None = None) -> xr.DataArray:
    """Return one of several sets of data in a file.

    Parameters
    ----------
    arrays : sequence of DataArray
        All that the file holds.
    path : Path
        The file, for messages.
    dataset : int or str
        Index or title of the wanted one. Left out, it is the one with most dimensions, then most pixels, then
        the first; a warning names the others.
    """
    if dataset is not None:
        return _named(arrays, path, dataset)
    ranks = [(array.ndim - ("channel" in array.dims), array.size) for array in arrays]
    main = ranks.index(max(ranks))
    if len(arrays) > 1:
        others = ", ".join(_described(index, array) for index, array in enumerate(arrays) if index != main)
        warnings.warn(
            f"{path.name}: holds {len(arrays)} sets of data; read is {_described(main, arrays[main])}, "
            f"left out {others} (choose with dataset, by index or title)",
            stacklevel=2,
        )
    return arrays[main]


def check_readable(path: Path, raw: RawLayout = NOT_RAW) -> Kind:
    """Return the kind of a file, or say why it cannot be read."""
    _check_exists(path)
    kind = RAW if raw.is_given else find_kind(path)
    if kind is None:
        raise UnknownFormatError(
            path.name,
            "files of this kind cannot be read",
            got=repr(path.suffix) if path.suffix else "a name without an end such as .dm4",
            expected="one of " + ", ".join(suffix for known in KINDS for suffix in known.suffixes),
            advice="say its shape and dtype, e.g. --shape 512,512 --dtype uint16",
        )
    if kind is RAW and (raw.shape is None or raw.dtype is None):
        raise SettingError(
            path.name,
            "is a raw file, which does not say its own shape and type",
            got=f"{path.stat().st_size} bytes",
            advice="give both, e.g. shape=(512, 512), dtype='<f4'",
        )
    return kind


def size_in_memory(path: Path, kind: Kind) -> int:
    """Return about how many bytes the data of a file take when it is read, without reading them."""
    on_disk = path.stat().st_size
    if kind is BCF:
        return on_disk * _BCF_EXPANSION
    if kind in (HSPY, EMD):
        return max(on_disk, _size_of_hdf5(path))
    if kind is TIFF:
        from tifffile import TiffFile

        with reading(path, kind.name), TiffFile(path) as tiff:
            return int(sum(series.nbytes for series in tiff.series))
    return on_disk


def _size_of_hdf5(path: Path) -> int:
    import h5py

    sizes = [0]

    def add(_: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            sizes.append(int(item.size or 0) * item.dtype.itemsize)

    with reading(path, "HDF5"), h5py.File(path, "r") as file:
        file.visititems(add)
    return sum(sizes)


def _read(path: Path, kind: Kind, raw: RawLayout, *, lazy: bool) -> list[xr.DataArray]:
    if kind is DM:
        return read_dm(path, lazy=lazy)
    if kind is HSPY:
        arrays = [label_signal(one, path) for one in read_found(path, kind, lazy=lazy)]
        return [array.assign_attrs(source=str(path)) for array in arrays]
    return [label_found(one, path) for one in _find(path, kind, raw, lazy=lazy)]


def _find(path: Path, kind: Kind, raw: RawLayout, *, lazy: bool) -> list[Found]:
    if kind is RAW:
        assert raw.shape is not None
        assert raw.dtype is not None
        return read_raw(path, raw.shape, raw.dtype, offset=raw.offset, lazy=lazy)
    if kind is IMAGE:
        return read_image(path)
    if kind is ZARR:
        raise UnsupportedDataError(path.name, "is a Zarr folder", advice="read it with temstack.read")
    lazy = lazy and kind.is_read_lazily
    if kind in _OWN_READERS:
        return _OWN_READERS[kind](path, lazy=lazy)
    return read_found(path, kind, lazy=lazy)


_OWN_READERS = {MRC: read_mrc, TIA: read_tia, TIFF: read_tiff}
"""Readers that add to what RosettaSciIO says."""


def _check_exists(path: Path) -> None:
    try:
        size = path.stat().st_size
    except PermissionError as err:
        raise StorageError(str(path), "no permission to look into its folder") from err
    except OSError as err:
        raise InputMissingError(str(path), "there is no such file or folder") from err
    if not os.access(path, os.R_OK):
        raise StorageError(str(path), "no permission to read this file", advice="ask its owner to allow it")
    if size == 0:
        raise DamagedFileError(path.name, "is empty", advice="copy it again from where it was recorded")


def _named(arrays: Sequence[xr.DataArray], path: Path, dataset: int | str) -> xr.DataArray:
    for index, array in enumerate(arrays):
        if dataset in (index, index - len(arrays)) or (isinstance(dataset, str) and dataset == array.name):
            return array
    raise SettingError(
        "dataset",
        f"is not in {path.name}",
        got=repr(dataset),
        expected="one of " + ", ".join(_described(index, array) for index, array in enumerate(arrays)),
    )


def _described(index: int, array: xr.DataArray) -> str:
    """Return how to call a set of data in a sentence, e.g. ``1 'Plot' (512)``."""
    title = f" {str(array.name)!r}" if array.name else ""
    return f"{index}{title} ({' × '.join(str(extent) for extent in np.shape(array))})"
