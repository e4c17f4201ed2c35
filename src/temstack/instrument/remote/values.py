"""What travels: arguments, results and errors as JSON, arrays beside it.

Lists arrive as tuples. Nothing else is made from a message than what stands here.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from temstack import errors
from temstack.errors import ConnectionLostError, InstrumentError, TemstackError
from temstack.instrument.frames import Frame, FrameTruth
from temstack.instrument.protocols import StagePosition
from temstack.instrument.remote.wire import Arrays

_RECORDS: dict[str, type] = {kind.__name__: kind for kind in (Frame, FrameTruth, StagePosition)}
_KIND = "is a"


def pack(value: Any, arrays: Arrays) -> Any:
    """Return a value as JSON can hold it; arrays are appended to *arrays*."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {_KIND: "array", "at": len(arrays) - 1}
    if isinstance(value, np.dtype):
        return {_KIND: "dtype", "name": value.str}
    if isinstance(value, np.generic):
        return value.item()
    if type(value).__name__ in _RECORDS:
        packed = {field.name: pack(getattr(value, field.name), arrays) for field in fields(value)}
        return {_KIND: type(value).__name__, **packed}
    if isinstance(value, tuple | list):
        return [pack(item, arrays) for item in value]
    if isinstance(value, dict):
        return {_KIND: "dict", "items": {str(key): pack(item, arrays) for key, item in value.items()}}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"cannot be sent: {value!r}")


def unpack(value: Any, arrays: Arrays) -> Any:
    """Return the value that :func:`pack` was given."""
    if isinstance(value, list):
        return tuple(unpack(item, arrays) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value[_KIND]
    if kind == "array":
        return arrays[value["at"]]
    if kind == "dtype":
        return np.dtype(value["name"])
    if kind == "dict":
        return {key: unpack(item, arrays) for key, item in value["items"].items()}
    return _RECORDS[kind](**{name: unpack(item, arrays) for name, item in value.items() if name != _KIND})


def without_pictures(value: Any) -> Any:
    """Return a frame without the image of its true electrons, which is twice as long as the frame itself."""
    if isinstance(value, Frame) and value.truth is not None:
        return replace(value, truth=replace(value.truth, electrons=None))
    return value


def pack_error(error: Exception) -> dict[str, Any]:
    """Return an error as JSON can hold it; one that is not ours becomes an :class:`InstrumentError`."""
    if not isinstance(error, TemstackError):
        error = InstrumentError("microscope", f"failed ({type(error).__name__}: {error})")
    texts = {name: None if (text := getattr(error, name)) is None else str(text) for name in ("got", "expected")}
    return {
        "kind": type(error).__name__,
        "subject": error.subject,
        "problem": error.problem,
        "advice": error.advice,
        **texts,
    }


def unpack_error(packed: dict[str, Any]) -> TemstackError:
    """Return the error that :func:`pack_error` was given."""
    kind = getattr(errors, str(packed.pop("kind", "")), None)
    if not (isinstance(kind, type) and issubclass(kind, TemstackError)):
        return ConnectionLostError("connection", "sent an error that is not known here", got=packed)
    return kind(packed.pop("subject"), packed.pop("problem"), **packed)
