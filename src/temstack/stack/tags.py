"""Foreign tags in memory: what another program wrote about an image, byte-true and typed.

=====================  =====================================================================
in memory              stands for
=====================  =====================================================================
``dict``               a group of named tags, in the order of the file; names keep their dots
``list``               a list of unnamed tags
``OddGroup``           a group that fits neither: repeated names, names on some, unusual flags
``np.float32(1)`` …    a number, in exactly its type on disk; ``bool`` for a Boolean
``str``                text
``np.ndarray``         an array of numbers, or of structures (a structured dtype)
``tuple``              one structure, its fields in order
``RawTag``             anything else: its type as the file describes it, and its bytes
=====================  =====================================================================

Formats other than DigitalMicrograph may also give plain ``int``, ``float``, ``None`` and ``bytes``.
:func:`tags_to_json` keeps all of this in one line of text, and :func:`tags_from_json` gives it back.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from temstack.errors import FormatError, SettingError, StackError

Tag: TypeAlias = Any
"""One tag or group of the table above; too recursive for a useful static type."""


@dataclass(frozen=True)
class OddGroup:
    """A group of tags that neither a dict nor a list can hold without losing something.

    Parameters
    ----------
    items : tuple of (str, tag)
        Names, possibly repeated or empty, and what they name, in the order of the file.
    is_sorted, is_open : int
        The two flags that DigitalMicrograph keeps with each group, 0…255.
    """

    items: tuple[tuple[str, Tag], ...]
    is_sorted: int = 1
    is_open: int = 0


@dataclass(frozen=True)
class RawTag:
    """A tag kept as it was found, because its type has no counterpart in Python.

    Parameters
    ----------
    info : tuple of int
        The type as the file describes it.
    data : bytes
        What follows in the file.
    """

    info: tuple[int, ...]
    data: bytes


# --- as text ----------------------------------------------------------------------------------

_TYPE = "$"  # marks a JSON object that is a typed value; a group that has a tag of this name is spelled out


def tags_to_json(tags: Tag) -> str:
    """Return a tree of tags as one line of JSON text from which it can be restored exactly.

    Parameters
    ----------
    tags : dict
        As described at the top of this module.

    Returns
    -------
    str
        Groups, lists, text and Booleans are plain JSON; other values are objects that name their type.

    Raises
    ------
    StackError
        If a value is of a kind that cannot be stored.

    Examples
    --------
    >>> tags_to_json({"Voltage": np.float32(300000), "Name": "Titan"})
    '{"Voltage":{"$":"<f4","value":300000.0},"Name":"Titan"}'
    """
    return json.dumps(_encode(tags, ""), separators=(",", ":"), allow_nan=False)


def tags_from_json(text: str) -> Tag:
    """Return the tree of tags that :func:`tags_to_json` turned into *text*.

    Raises
    ------
    FormatError
        If the text was not written by :func:`tags_to_json`.

    Examples
    --------
    >>> tags_from_json('{"Voltage":{"$":"<f4","value":300000.0}}')
    {'Voltage': np.float32(300000.0)}
    """
    try:
        return _decode(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise FormatError("tags", "are not text that temstack wrote", got=repr(text[:60])) from err


def _encode(tag: Tag, path: str) -> Any:
    if tag is None or isinstance(tag, str):
        return tag
    for kind, encode in _ENCODERS:
        if isinstance(tag, kind):
            return encode(tag, path)
    raise StackError(
        f"tags at {path!r}",
        "are of a kind that cannot be stored",
        got=type(tag).__name__,
        expected="groups, lists, text, numbers, Booleans, arrays or bytes",
    )


def _encode_group(group: dict[str, Tag], path: str) -> dict[str, Any]:
    if _TYPE in group:
        return {_TYPE: "group", "items": _encode_items(group.items(), path)}
    for name in group:
        if not isinstance(name, str):
            raise StackError(f"tags at {path!r}", "have a name that is not text", got=repr(name))
    return {name: _encode(tag, f"{path}:{name}".lstrip(":")) for name, tag in group.items()}


def _encode_odd_group(group: OddGroup, path: str) -> dict[str, Any]:
    flags = [group.is_sorted, group.is_open]
    return {_TYPE: "odd group", "flags": flags, "items": _encode_items(group.items, path)}


def _encode_items(items: Any, path: str) -> list[list[Any]]:
    return [[name, _encode(tag, f"{path}:{name}".lstrip(":"))] for name, tag in items]


def _encode_list(tags: list[Tag] | tuple[Tag, ...], path: str) -> Any:
    encoded = [_encode(tag, f"{path}:[{index}]".lstrip(":")) for index, tag in enumerate(tags)]
    return {_TYPE: "struct", "fields": encoded} if isinstance(tags, tuple) else encoded


def _encode_scalar(scalar: np.generic, path: str) -> dict[str, Any]:
    kind = scalar.dtype.kind
    if kind == "b" or (kind in "iu"):
        return {_TYPE: scalar.dtype.str, "value": scalar.item()}
    if kind == "f" and scalar.dtype.itemsize <= 8 and np.isfinite(scalar):
        return {_TYPE: scalar.dtype.str, "value": _short_float(scalar)}
    if kind in "OV":
        raise StackError(f"tags at {path!r}", "are of a kind that cannot be stored", got=scalar.dtype)
    return {_TYPE: scalar.dtype.str, "base64": _to_text(scalar.tobytes())}


def _short_float(scalar: np.generic) -> float:
    """Return the double with the fewest digits that is rounded back to *scalar*: 0.1, not 0.10000000149."""
    short = float(str(scalar))
    return short if scalar.dtype.type(short) == scalar else float(scalar)


def _encode_array(array: np.ndarray[Any, Any], path: str) -> dict[str, Any]:
    if array.dtype.hasobject:
        raise StackError(f"tags at {path!r}", "are of a kind that cannot be stored", got=array.dtype)
    dtype = array.dtype.str if array.dtype.names is None else array.dtype.descr
    return {_TYPE: "array", "dtype": dtype, "shape": array.shape, "base64": _to_text(array.tobytes())}


def _encode_float(number: float, path: str) -> Any:
    return number if np.isfinite(number) else {_TYPE: "float", "value": repr(number)}


# np.float64 is also a float, and a Boolean is also an int: the first that fits is used.
_ENCODERS: tuple[tuple[type, Callable[[Any, str], Any]], ...] = (
    (dict, _encode_group),
    (list, _encode_list),
    (tuple, _encode_list),
    (np.ndarray, _encode_array),
    (np.generic, _encode_scalar),
    (bool, lambda tag, path: tag),
    (int, lambda tag, path: tag),
    (float, _encode_float),
    (bytes, lambda tag, path: {_TYPE: "bytes", "base64": _to_text(tag)}),
    (OddGroup, _encode_odd_group),
    (RawTag, lambda tag, path: {_TYPE: "raw", "info": tag.info, "base64": _to_text(tag.data)}),
)


def _decode(value: Any) -> Tag:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _TYPE not in value:
        return {name: _decode(item) for name, item in value.items()}
    decode = _DECODERS.get(value[_TYPE], _decode_scalar)
    return decode(value)


def _decode_items(value: dict[str, Any]) -> list[tuple[str, Tag]]:
    return [(name, _decode(item)) for name, item in value["items"]]


def _decode_array(value: dict[str, Any]) -> np.ndarray[Any, Any]:
    described = value["dtype"]
    dtype = np.dtype(described if isinstance(described, str) else [tuple(field) for field in described])
    return np.frombuffer(_from_text(value["base64"]), dtype).reshape(value["shape"]).copy()


def _decode_scalar(value: dict[str, Any]) -> Tag:
    dtype = np.dtype(value[_TYPE])
    if "base64" in value:
        return np.frombuffer(_from_text(value["base64"]), dtype)[0]
    return dtype.type(value["value"])


_DECODERS: dict[str, Callable[[dict[str, Any]], Tag]] = {
    "group": lambda value: dict(_decode_items(value)),
    "odd group": lambda value: OddGroup(tuple(_decode_items(value)), *value["flags"]),
    "struct": lambda value: tuple(_decode(item) for item in value["fields"]),
    "array": _decode_array,
    "float": lambda value: float(value["value"]),
    "bytes": lambda value: _from_text(value["base64"]),
    "raw": lambda value: RawTag(tuple(value["info"]), _from_text(value["base64"])),
}


def _to_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_text(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


# --- by path ----------------------------------------------------------------------------------


def get_tag(tags: Tag, path: str, default: Tag = None) -> Tag:
    """Return the tag at *path*, or *default* where there is none.

    Parameters
    ----------
    tags : dict
        A tree of tags.
    path : str
        Names separated by colons, as DigitalMicrograph writes them, and ``[0]`` for the first of a list.

    Examples
    --------
    >>> tags = {"Meta Data": {"Format": "Spectrum image"}, "Plans": [{"Name": "first"}]}
    >>> get_tag(tags, "Meta Data:Format")
    'Spectrum image'
    >>> get_tag(tags, "Plans:[0]:Name"), get_tag(tags, "Plans[0]:Name")
    ('first', 'first')
    >>> get_tag(tags, "Meta Data:Signal", "unknown")
    'unknown'
    """
    if not path:
        return tags
    for name, rest in _ways_to_split(path):
        inside, there = _child(tags, name)
        if there:
            found = get_tag(inside, rest, _NOTHING)
            if found is not _NOTHING:
                return found
    return default


def set_tag(tags: Tag, path: str, value: Tag) -> Tag:
    """Return the tree with *value* at *path*; *tags* itself is not changed.

    A tag that is there keeps its type: text is read as a number where a number was. A new tag given as a
    plain number becomes an int32 or a float64. Groups on the way that are missing are made.

    Parameters
    ----------
    tags : dict
        A tree of tags.
    path : str
        As in :func:`get_tag`. An index one past the end of a list appends to it.
    value : tag, int, float or str
        What to store.

    Raises
    ------
    SettingError
        If the path leads through something that is not a group, past the end of a list, or if the value does
        not fit the type of the tag that is there.

    Examples
    --------
    >>> set_tag({"Voltage": np.float32(200000)}, "Voltage", "300000")
    {'Voltage': np.float32(300000.0)}
    >>> set_tag({}, "Meta Data:Signal", "EELS")
    {'Meta Data': {'Signal': 'EELS'}}
    """
    if not path.strip(":"):
        raise SettingError("path of a tag", "is empty", expected="names separated by colons")
    return _set(tags, path, value, path)


def put_in_order(group: dict[str, Tag], name: str, tag: Tag) -> dict[str, Tag]:
    """Return *group* with *tag* under *name*; a new name goes where the alphabet puts it.

    DigitalMicrograph marks its groups as sorted (letters of either case alike), so order may matter to it.
    """
    if name in group:
        return {**group, name: tag}
    before = [key for key in group if key.lower() < name.lower()]
    if [*before] != list(group)[: len(before)]:
        return {**group, name: tag}
    after = {key: group[key] for key in group if key not in set(before)}
    return {**{key: group[key] for key in before}, name: tag, **after}


_NOTHING = object()


def _ways_to_split(path: str) -> Iterator[tuple[str, str]]:
    """Yield first name and rest, the longest first name first: a name may contain a colon itself."""
    parts = re.sub(r"(?<=[^:])(\[\d+\])(?=:|$)", r":\1", path).split(":")
    if parts != path.split(":"):
        yield path, ""  # a name that ends in what looks like an index
    for length in range(len(parts), 0, -1):
        yield ":".join(parts[:length]), ":".join(parts[length:])


def _child(tags: Tag, name: str) -> tuple[Tag, bool]:
    if isinstance(tags, dict):
        return tags.get(name), name in tags
    if isinstance(tags, OddGroup):
        for key, tag in tags.items:
            if key == name:
                return tag, True
    index = _index(name)
    items = _as_list(tags)
    if index is not None and index < len(items):
        return items[index], True
    return None, False


def _as_list(tags: Tag) -> list[Tag]:
    if isinstance(tags, list):
        return tags
    return [tag for _, tag in tags.items] if isinstance(tags, OddGroup) else []


def _index(name: str) -> int | None:
    match = re.fullmatch(r"\[(\d+)\]", name)
    return int(match[1]) if match else None


def _set(tags: Tag, path: str, value: Tag, whole_path: str) -> Tag:
    if not path:
        return _like(value, tags, whole_path)
    name, rest = _next_step(tags, path)
    inside, _ = _child(tags, name)
    new = _set(inside, rest, value, whole_path)
    index = _index(name)
    if tags is None:
        tags = [] if index == 0 else {}
    if isinstance(tags, list) and index is not None and index <= len(tags):
        return [*tags[:index], new, *tags[index + 1 :]]
    if isinstance(tags, OddGroup):
        return _set_in_odd_group(tags, name, new)
    if isinstance(tags, dict):
        return put_in_order(tags, name, new)
    problem = "leads past the end of a list" if isinstance(tags, list) else "leads through a single value"
    raise SettingError(f"tag {whole_path!r}", problem, got=f"{name!r} in {_short(tags)}")


def _set_in_odd_group(group: OddGroup, name: str, new: Tag) -> OddGroup:
    index = _index(name)
    names = [key for key, _ in group.items]
    place = names.index(name) if name in names else len(names) if index is None else index
    items = [*group.items[:place], (names[place] if place < len(names) else name, new)]
    return OddGroup((*items, *group.items[place + 1 :]), group.is_sorted, group.is_open)


def _next_step(tags: Tag, path: str) -> tuple[str, str]:
    """Return the first name that is there, or else the name up to the first colon."""
    ways = list(_ways_to_split(path))
    return next((way for way in ways if _child(tags, way[0])[1]), ways[-1])


def _like(value: Tag, old: Tag, path: str) -> Tag:
    """Return *value* in the type of the tag that it replaces."""
    if isinstance(old, (dict, list, OddGroup)) and not isinstance(value, (dict, list, OddGroup)):
        raise SettingError(f"tag {path!r}", "is a group, not a single value", advice="name a tag inside it")
    if not isinstance(value, (bool, int, float, str)) or isinstance(value, np.generic):
        return value
    if isinstance(old, (bool, np.bool_)):
        return _as_bool(value, path)
    if isinstance(old, np.generic):
        return _as_number(value, old.dtype, path)
    if isinstance(value, (str, bool)):
        return value
    return np.float64(value) if isinstance(value, float) else _smallest_int(value, path)


def _as_bool(value: bool | int | float | str, path: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    word = str(value).strip().lower()
    if word not in words:
        raise SettingError(f"tag {path!r}", "is a Boolean", got=repr(value), expected="true or false")
    return words[word]


def _as_number(value: bool | int | float | str, dtype: np.dtype[Any], path: str) -> np.generic:
    try:
        number: np.generic = dtype.type(float(value) if dtype.kind == "f" else int(value))
    except (ValueError, OverflowError) as err:
        raise SettingError(
            f"tag {path!r}", "does not fit the type of this tag", got=repr(value), expected=dtype.name
        ) from err
    if dtype.kind in "iu" and isinstance(value, float) and number != value:
        raise SettingError(f"tag {path!r}", "is a whole number", got=value, expected=dtype.name)
    return number


def _smallest_int(value: int, path: str) -> np.generic:
    for dtype in (np.int32, np.int64, np.uint64):
        if np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
            return dtype(value)
    raise SettingError(f"tag {path!r}", "is too large a number", got=value)


def _short(tag: Tag) -> str:
    text = repr(tag)
    return text if len(text) <= 60 else f"{text[:57]}..."


# --- compared ---------------------------------------------------------------------------------


def same_tags(first: Tag, second: Tag) -> bool:
    """Return whether two trees of tags are the same, type by type and bit by bit; order does not matter.

    Examples
    --------
    >>> same_tags({"a": np.float32(np.nan)}, {"a": np.float32(np.nan)})
    True
    >>> same_tags({"a": np.int16(1)}, {"a": np.int32(1)})
    False
    """
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same_tags(first[name], second[name]) for name in first)
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(map(same_tags, first, second))
    if isinstance(first, OddGroup):
        flags = (first.is_sorted, first.is_open) == (second.is_sorted, second.is_open)
        return flags and same_tags(first.items, second.items)
    if isinstance(first, (np.ndarray, np.generic)):
        same_kind = first.dtype == second.dtype and first.shape == second.shape
        return bool(same_kind and first.tobytes() == second.tobytes())
    if isinstance(first, float):
        return repr(first) == repr(second)
    return bool(first == second)
