"""Values of tags by type: how each goes into a tag group, and comes out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from temstack.dmscript.conversion import AS_DM, convert
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.number_text import text_of, to_number
from temstack.dmscript.references import Reference
from temstack.dmscript.tag_groups import MISSING, TagGroup

Pack = Callable[..., Any]
Unpack = Callable[[Any], "list[Any] | None"]


def _whole(name: str) -> Pack:
    return lambda value: convert(value, np.dtype(name), AS_DM)[()]


def number_in(tag: Any) -> list[Any] | None:
    """Return a single number of any type, also one that was stored as text."""
    if isinstance(tag, bool | int | float | np.number | np.bool_) and not np.iscomplexobj(tag):
        return [float(tag)]
    return [to_number(tag)] if isinstance(tag, str) and tag.strip()[:1] in "+-.0123456789" and tag.strip() else None


def text_in(tag: Any) -> list[Any] | None:
    """Return text, or a number as text."""
    if isinstance(tag, str):
        return [tag]
    if isinstance(tag, np.ndarray) and tag.dtype == np.uint16:
        return [tag.tobytes().decode("utf-16-le", "replace")]
    if isinstance(tag, bool | np.bool_):
        return ["true" if tag else "false"]
    if isinstance(tag, np.generic | int | float):
        return [text_of(complex(tag) if np.iscomplexobj(tag) else float(tag))]
    return None


def _complex_in(tag: Any) -> list[Any] | None:
    return [complex(tag)] if isinstance(tag, int | float | complex | np.number) else None


def fields_in(count: int) -> Unpack:
    """Return what takes the numbers out of a structure of so many."""

    def fields(tag: Any) -> list[Any] | None:
        if isinstance(tag, np.ndarray):
            tag = tuple(tag.ravel())
        return [float(field) for field in tag] if isinstance(tag, tuple) and len(tag) == count else None

    return fields


def _group_in(tag: Any) -> list[Any] | None:
    return [tag] if isinstance(tag, TagGroup) else None


def _structure(name: str) -> Pack:
    return lambda *values: tuple(_whole(name)(value) for value in values)


_WHOLE_TYPES = {"Short": "i2", "Long": "i4", "UInt16": "u2", "UInt32": "u4", "LongLong": "i8", "UInt64": "u8"}
TYPES: dict[str, tuple[list[str], Pack, Unpack]] = {
    "Number": (["number value"], np.float64, number_in),
    "Double": (["number value"], np.float64, number_in),
    "Float": (["number value"], np.float32, number_in),
    "Boolean": (["number value"], bool, number_in),
    "EightBitColor": (["number value"], _whole("u1"), number_in),
    **{name: (["number value"], _whole(code), number_in) for name, code in _WHOLE_TYPES.items()},
    "String": (["string value"], str, text_in),
    "Text": (["string value"], str, text_in),
    "FloatComplex": (["complexnumber value"], np.complex64, _complex_in),
    "DoubleComplex": (["complexnumber value"], np.complex128, _complex_in),
    "ShortPoint": (["number x", "number y"], _structure("i2"), fields_in(2)),
    "LongPoint": (["number x", "number y"], _structure("i4"), fields_in(2)),
    "FloatPoint": (["number x", "number y"], _structure("f4"), fields_in(2)),
    "ShortRect": (["number t", "number l", "number b", "number r"], _structure("i2"), fields_in(4)),
    "LongRect": (["number t", "number l", "number b", "number r"], _structure("i4"), fields_in(4)),
    "FloatRect": (["number t", "number l", "number b", "number r"], _structure("f4"), fields_in(4)),
    "RGBUInt16": (["number red", "number green", "number blue"], _structure("u2"), fields_in(3)),
    "TagGroup": (["taggroup value"], lambda group: group, _group_in),
}


def give(tag: Any, unpack: Unpack, targets: Sequence[Reference]) -> float:
    """Set variables to what a tag holds; return 1, or 0 and leave them alone where it does not hold that."""
    found = None if tag is MISSING else unpack(tag)
    if found is None:
        return 0.0
    for target, value in zip(targets, found, strict=True):
        target.set(value)
    return 1.0


def must_have(tags: TagGroup, path: str, unpack: Unpack) -> Any:
    """Return what the tag at *path* holds; ScriptRuntimeError where it does not hold that."""
    found = tags.find(path)
    values = None if found is MISSING else unpack(found)
    if values is None:
        raise ScriptRuntimeError(f"there is no such tag: {path!r}")
    return values[0]
