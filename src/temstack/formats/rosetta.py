"""Calling the readers of RosettaSciIO, and bringing what they give to one form."""

from __future__ import annotations

import datetime
import gc
import re
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from temstack.errors import DamagedFileError, StorageError, TemstackError, UnsupportedDataError
from temstack.formats.found import Axis, Found
from temstack.formats.kinds import Kind
from temstack.formats.units import unit_of


def read_found(path: Path, kind: Kind, *, lazy: bool, with_pixels: bool = True) -> list[Found]:
    """Return everything that a reader of RosettaSciIO finds in a file.

    Parameters
    ----------
    path : Path
        An existing file.
    kind : Kind
        Says which reader.
    lazy : bool
        Leave pixels on disk, as dask arrays.
    with_pixels : bool
        False gives, with `lazy`, an array of zeros that takes no memory: for readers whose lazy pixels
        would keep the file open.

    Raises
    ------
    DamagedFileError
        If the reader fails, whatever it raises.
    UnsupportedDataError
        If a package that only some files need is not installed.
    """
    with reading(path, kind.name):
        datasets = _call_reader(path, kind.reader, lazy, with_pixels)
        return [found_in(dataset) for dataset in datasets if getattr(dataset.get("data"), "size", 0)]


@contextmanager
def reading(path: Path, kind_name: str) -> Iterator[None]:
    """Turn whatever a reader raises into one sentence about the file."""
    try:
        yield
    except (TemstackError, MemoryError):
        raise
    except PermissionError as err:
        raise StorageError(str(path), "no permission to read this file") from err
    except ImportError as err:
        package = err.name or next(iter(re.findall(r"'([\w.-]+)'", str(err))), "")
        raise UnsupportedDataError(
            path.name,
            "needs a package that is not installed",
            got=f"no package {package!r}" if package else first_line(err),
            advice=f"install it with: pip install {package}" if package else None,
        ) from err
    except Exception as err:
        _close_what_is_open(err)
        raise DamagedFileError(
            path.name,
            f"cannot be read as {kind_name}: it is damaged, cut short, or not what its name says",
            got=first_line(err) or type(err).__name__,
        ) from err


def _close_what_is_open(err: BaseException) -> None:
    """Close the files that a reader had open when it failed, which its traceback would keep open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        cause: BaseException | None = err
        while cause is not None:
            traceback.clear_frames(cause.__traceback__)
            cause = cause.__cause__ or cause.__context__
        gc.collect()


def first_line(err: BaseException) -> str:
    """Return the first line of what an error says, short enough to go into a sentence."""
    text = str(err).strip().split("\n", 1)[0]
    return text if len(text) <= 160 else text[:157] + "…"


def plain(value: Any) -> Any:
    """Return a value of metadata with Python's own numbers, lists and texts, as tags can be stored."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.void):
        return value.tobytes()
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bool | int | float | str | bytes | type(None)):
        # An enumeration of integers is an int as well; keep the number alone.
        return int(value) if isinstance(value, int) and type(value) not in (int, bool) else value
    return str(value)


def _call_reader(path: Path, reader: str, lazy: bool, with_pixels: bool) -> Sequence[Mapping[str, Any]]:
    module = import_module(f"rsciio.{reader}")
    with warnings.catch_warnings():
        # Some readers leave the closing of files to the garbage collector, which would complain here or,
        # where there are reference cycles, at any later moment.
        warnings.simplefilter("ignore", ResourceWarning)
        # What a reader finds odd about a file but can read is of no use to a microscopist.
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        datasets: Sequence[Mapping[str, Any]] = module.file_reader(str(path), lazy=lazy)
        if not with_pixels:
            datasets = [{**dataset, "data": _nothing_like(dataset["data"])} for dataset in datasets]
            gc.collect()
    return datasets


def _nothing_like(data: Any) -> Any:
    return np.broadcast_to(np.zeros((), dtype=data.dtype), data.shape)


def found_in(dataset: Mapping[str, Any]) -> Found:
    """Return one of the dictionaries that RosettaSciIO gives, and HyperSpy makes signals of, in our form."""
    data = dataset["data"]
    original = dataset.get("original_metadata") or {}
    metadata = _mapped(dataset.get("metadata") or {}, original, dataset.get("mapping") or {})
    return Found(
        data=data,
        axes=tuple(_axis(axis, size) for axis, size in zip(dataset["axes"], data.shape, strict=True)),
        metadata=metadata,
        tags=plain(original),
    )


def _axis(axis: Mapping[str, Any], size: int) -> Axis:
    name, units = str(axis.get("name") or ""), unit_of(axis.get("units"))
    if axis.get("axis") is not None:
        values = np.asarray(axis["axis"], dtype=np.float64)
        return Axis(name, units, values)
    scale = _shortest(axis.get("scale", 1.0))
    return Axis.even(name, units, size, scale, float(axis.get("offset", 0.0)))


def _shortest(number: Any) -> float:
    """Return the double that was meant by a 32-bit float, which has 7 digits: 3.36, not 3.3600001335."""
    return float(f"{number:.7g}") if isinstance(number, np.float32) else float(number)


def _mapped(metadata: Mapping[str, Any], original: Mapping[str, Any], mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata with what RosettaSciIO says can be found in the original metadata."""
    result = _copied(metadata)
    for path, (target, convert) in mapping.items():
        value = _dig(original, path)
        if value is None:
            continue
        with suppress(Exception):  # a value that its own reader cannot convert is only left out
            _plant(result, target, value if convert is None else convert(value))
    return result


def _copied(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _copied(item) if isinstance(item, Mapping) else item for name, item in tree.items()}


def _dig(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree


def _plant(tree: dict[str, Any], path: str, value: Any) -> None:
    *groups, name = path.split(".")
    for group in groups:
        tree = tree.setdefault(group, {})
    tree[name] = value
