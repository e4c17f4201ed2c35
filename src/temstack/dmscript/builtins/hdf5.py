"""HDF5 files, by the names of the plug-in that published scripts use.

Locations are paths within the file; an image of width, height, depth is a dataset (depth, height, width).
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import code_of, dtype_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup

MOST_DIMENSIONS = 4


def _opened(run: Run, path: str, mode: str = "r") -> Any:
    """Open a file of the folders that the script may use."""
    import h5py

    place = run.host.path(path, writing=mode != "r")
    try:
        return h5py.File(place, mode)
    except OSError as err:
        raise ScriptRuntimeError(f"HDF5 file {path!r} cannot be opened ({err})") from None


def _found(file: Any, location: str, path: str) -> Any:
    if location not in file:
        raise ScriptRuntimeError(f"HDF5 file {path!r} has nothing at {location!r}")
    return file[location]


@builtin("string h5_version()", family="hdf5", help="What reads and writes HDF5.")
def h5_version(run: Run) -> str:
    import h5py

    return f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}"


@builtin("number h5_is_file(string path)", family="hdf5", help="Whether it is an HDF5 file.", throws=True)
def h5_is_file(run: Run, path: str) -> float:
    import h5py

    place: Path = run.host.path(path, writing=False)
    return float(place.is_file() and bool(h5py.is_hdf5(place)))


@builtin(
    "number h5_exists(string path, string location)",
    family="hdf5",
    help="Whether there is something at a location.",
    throws=True,
)
def h5_exists(run: Run, path: str, location: str) -> float:
    if not h5_is_file(run, path):
        return 0.0
    with _opened(run, path) as file:
        return float(location in file)


@builtin(
    "number h5_exists_attr(string path, string location, string name)",
    family="hdf5",
    help="Whether something has an attribute.",
    throws=True,
)
def h5_exists_attr(run: Run, path: str, location: str, name: str) -> float:
    with _opened(run, path) as file:
        return float(location in file and name in file[location].attrs)


@builtin(
    "number h5_delete(string path, string location)",
    family="hdf5",
    help="Remove what is at a location; 1 if it was there.",
    throws=True,
)
def h5_delete(run: Run, path: str, location: str) -> float:
    with _opened(run, path, "r+") as file:
        if location not in file:
            return 0.0
        del file[location]
    return 1.0


@builtin(
    "number h5_delete_attr(string path, string location, string name)",
    family="hdf5",
    help="Remove an attribute; 1 if it was there.",
    throws=True,
)
def h5_delete_attr(run: Run, path: str, location: str, name: str) -> float:
    with _opened(run, path, "r+") as file:
        if location not in file or name not in file[location].attrs:
            return 0.0
        del file[location].attrs[name]
    return 1.0


# --- what a file holds ------------------------------------------------------------------------


@builtin(
    "taggroup h5_info(string path)",
    "taggroup h5_info(string path, string location)",
    family="hdf5",
    help='What a location holds: "Name", "Type", and "Contents" of a group or "Size", "Rank", "DataType" of a dataset.',
    throws=True,
)
def h5_info(run: Run, path: str, location: str = "/") -> TagGroup:
    with _opened(run, path) as file:
        return _description(_found(file, location, path), location)


def _description(thing: Any, name: str) -> TagGroup:
    import h5py

    tags = TagGroup()
    tags.set("Name", name)
    if isinstance(thing, h5py.Group):
        tags.set("Type", "Group")
        contents = TagGroup(is_list=True)
        for inner in thing:
            contents.insert(-1, _member(thing, inner))
        tags.set("Contents", contents)
    elif isinstance(thing, h5py.Dataset):
        tags.set("Type", "DataSet")
        _describe_dataset(thing, tags)
    else:
        tags.set("Type", "NamedDataType")
    return tags


def _member(group: Any, name: str) -> TagGroup:
    import h5py

    link = group.get(name, getlink=True)
    if isinstance(link, h5py.HardLink):
        return _description(group[name], name)
    tags = TagGroup()
    tags.set("Name", name)
    tags.set("Type", "SoftLink" if isinstance(link, h5py.SoftLink) else "ExternalLink")
    tags.set("Path", str(link.path))
    if isinstance(link, h5py.ExternalLink):
        tags.set("Filename", str(link.filename))
    return tags


def _describe_dataset(data: Any, tags: TagGroup) -> None:
    tags.set("DataSpaceClass", "SIMPLE" if data.shape else "SCALAR")
    tags.set("Rank", np.int32(len(data.shape)))
    for label, lengths in (("Size", data.shape), ("MaxSize", data.maxshape), ("ChunkSize", data.chunks)):
        if lengths:
            values = TagGroup(is_list=True)
            for length in reversed(lengths):
                values.insert(-1, np.int32(-1 if length is None else length))
            tags.set(label, values)
    kinds = {"i": "INTEGER", "u": "INTEGER", "f": "FLOAT", "S": "STRING", "O": "STRING", "b": "ENUM"}
    tags.set("DataTypeClass", kinds.get(data.dtype.kind, "COMPOUND"))
    code = _type_code(data.dtype)
    if code is not None:
        tags.set("DataType", np.int32(code))


def _type_code(dtype: np.dtype[Any]) -> int | None:
    try:
        return code_of(dtype.newbyteorder("="))
    except ScriptRuntimeError:
        return None


@builtin(
    "taggroup h5_read_attr(string path, string location)",
    family="hdf5",
    help="The attributes of a location, as tags.",
    throws=True,
)
def h5_read_attr(run: Run, path: str, location: str) -> TagGroup:
    tags = TagGroup()
    with _opened(run, path) as file:
        for name, value in _found(file, location, path).attrs.items():
            tag = _attribute(value)
            if tag is not None and not set(name) & set("[]"):
                tags.set(name, tag)
    return tags


def _attribute(value: Any) -> Any:
    """Return an attribute as a tag, None where tags have no such type."""
    if isinstance(value, bytes | str):
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    array = np.asarray(value)
    if array.ndim == 0:
        return np.float64(array) if array.dtype.kind in "iufb" else None
    if array.dtype.kind in "OSU":
        texts = TagGroup(is_list=True)
        for text in array.ravel():
            texts.insert(-1, text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))
        return texts
    return array if array.dtype.kind in "iufc" and array.ndim <= MOST_DIMENSIONS else None


# --- datasets ---------------------------------------------------------------------------------


@builtin(
    "image h5_read_dataset(string path, string location)",
    family="hdf5",
    help="A dataset as an image; an invalid image where it is none.",
    throws=True,
)
def h5_read_dataset(run: Run, path: str, location: str) -> Any:
    with _opened(run, path) as file:
        return _image_of(file, location, path, ())


def _image_of(file: Any, location: str, path: str, part: tuple[slice | int, ...]) -> Any:
    import h5py

    data = _found(file, location, path)
    if not isinstance(data, h5py.Dataset) or _type_code(data.dtype) is None or len(data.shape) > MOST_DIMENSIONS:
        return NULL
    values = np.atleast_1d(data[part if part else ()])
    return Image(np.ascontiguousarray(values.astype(values.dtype.newbyteorder("="))), location.rsplit("/", 1)[-1])


def _dims(count: int) -> str:
    return "".join(f", number dim{index}, number count{index}, number stride{index}" for index in range(count))


@builtin(
    *(
        f"image h5_read_dataset_slice{count}(string path, string location, taggroup offset{_dims(count)})"
        for count in (1, 2, 3)
    ),
    family="hdf5",
    help="Part of a dataset from an offset (x first): for each dimension kept its number, count and stride.",
    throws=True,
)
def h5_read_slice(run: Run, path: str, location: str, offset: TagGroup, *ways: float) -> Any:
    with _opened(run, path) as file:
        shape = _found(file, location, path).shape
        if len(offset) != len(shape):
            raise ScriptRuntimeError(f"{len(offset)} offsets for a dataset of {len(shape)} dimensions")
        part: list[slice | int] = [int(float(value)) for value in reversed(offset.values)]
        for dimension, count, stride in zip(ways[::3], ways[1::3], ways[2::3], strict=True):
            part[_axis(dimension, shape)] = _range(part[_axis(dimension, shape)], count, stride)
        for wanted, length in zip(part, shape, strict=True):
            first, end = (wanted.start, wanted.stop) if isinstance(wanted, slice) else (wanted, wanted + 1)
            if not 0 <= first < end <= length:
                raise ScriptRuntimeError(f"pixels {first} to {end - 1} of a dataset of size {length}")
        return _image_of(file, location, path, tuple(part))


def _axis(dimension: float, shape: tuple[int, ...]) -> int:
    if not 0 <= dimension < len(shape):
        raise ScriptRuntimeError(f"dimension {dimension:g} of a dataset of {len(shape)} dimensions")
    return len(shape) - 1 - int(dimension)


def _range(start: slice | int, count: float, stride: float) -> slice:
    if isinstance(start, slice):
        raise ScriptRuntimeError("the same dimension is given twice")
    if count < 1 or stride < 1:
        raise ScriptRuntimeError(f"{count:g} pixels in steps of {stride:g}", expected="1 or more of both")
    return slice(start, start + (int(count) - 1) * int(stride) + 1, int(stride))


@builtin(
    "number h5_create_dataset(string path, string location, image data)",
    family="hdf5",
    help="Write an image as a new dataset, in a new file or one that is there; 0 where the location is taken.",
    throws=True,
)
def h5_create_dataset(run: Run, path: str, location: str, data: Image) -> float:
    with _opened(run, path, "a") as file:
        if location in file:
            return 0.0
        file.create_dataset(location, data=data.data)
    return 1.0


@builtin(
    "number h5_create_dataset(string path, string location, number dataType, taggroup size)",
    family="hdf5",
    help="Make a new dataset of zeros; size is a list, x first. 0 where the location is taken.",
    throws=True,
)
def h5_create_empty(run: Run, path: str, location: str, data_type: float, size: TagGroup) -> float:
    shape = tuple(int(float(value)) for value in reversed(size.values))
    if not shape or min(shape) < 1:
        raise ScriptRuntimeError(f"a dataset of size {shape}", expected="1 or more in each dimension")
    with _opened(run, path, "a") as file:
        if location in file:
            return 0.0
        file.create_dataset(location, shape=shape, dtype=dtype_of(data_type))
    return 1.0
