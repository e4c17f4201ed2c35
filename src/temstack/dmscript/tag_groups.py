"""Tag groups and lists as a script holds them: one thing that several variables may share and change.

Single tags are the typed values of :mod:`temstack.stack.tags`, so that tags of a file pass through a script
unchanged; only groups and lists are wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from temstack.dmscript.errors import ScriptRuntimeError
from temstack.stack.tags import OddGroup, RawTag, Tag

MISSING = object()
"""What :meth:`TagGroup.find` returns where there is no tag."""

TYPE_CODES: dict[str, int] = {"i2": 2, "i4": 3, "u2": 4, "u4": 5, "f4": 6, "f8": 7, "b1": 8, "i1": 9, "u1": 10}
TYPE_CODES |= {"i8": 11, "u8": 12}
GROUP_TYPE, STRUCT_TYPE, TEXT_TYPE, ARRAY_TYPE = 0, 15, 20, 20


class TagGroup:
    """A group of named tags, or a list of unnamed ones.

    Parameters
    ----------
    is_list : bool
        Whether its tags have no names.

    Examples
    --------
    >>> tags = TagGroup()
    >>> tags.set("Meta Data:Signal", "EELS")
    >>> tags.find("Meta Data:Signal")
    'EELS'
    """

    dm_type = "taggroup"
    __slots__ = ("__weakref__", "is_list", "labels", "values")

    def __init__(self, *, is_list: bool = False) -> None:
        self.is_list = is_list
        self.labels: list[str] = []
        self.values: list[Tag] = []

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[tuple[str, Tag]]:
        return iter(zip(list(self.labels), list(self.values), strict=True))

    # --- by path ----------------------------------------------------------------------------

    def find(self, path: str) -> Tag:
        """Return the tag at *path*, :data:`MISSING` where there is none; an empty path is the group itself."""
        here: Tag = self
        for step in path_steps(path):
            index = here.index(step) if isinstance(here, TagGroup) else None
            if index is None:
                return MISSING
            here = here.values[index]
        return here

    def set(self, path: str, value: Tag) -> None:
        """Put *value* at *path*; groups on the way that are missing are made."""
        parent, step = self._parent(path)
        index = parent.index(step)
        if index is not None:
            parent.values[index] = value
        elif _list_index(step) is None:
            parent.insert(len(parent), value, step)
        else:
            parent.insert(len(parent), value)

    def delete(self, path: str) -> bool:
        """Remove the tag at *path* and return whether there was one."""
        *way, last = path_steps(path) or [""]
        parent = self.find(":".join(way))
        index = parent.index(last) if isinstance(parent, TagGroup) else None
        if index is None:
            return False
        parent.delete_at(index)
        return True

    def group(self, path: str, *, is_list: bool = False) -> TagGroup:
        """Return the group at *path*, made where it is missing or something else."""
        found = self.find(path)
        if not isinstance(found, TagGroup):
            found = TagGroup(is_list=is_list)
            self.set(path, found)
        return found

    def _parent(self, path: str) -> tuple[TagGroup, str]:
        steps = path_steps(path)
        if not steps:
            raise ScriptRuntimeError("the path of a tag is empty; expected names separated by colons")
        here = self
        for step, following in pairwise(steps):
            index = here.index(step)
            inside = MISSING if index is None else here.values[index]
            if not isinstance(inside, TagGroup):
                inside = TagGroup(is_list=_list_index(following) is not None)
                here._put(index, step, inside)
            here = inside
        return here, steps[-1]

    def _put(self, index: int | None, step: str, value: Tag) -> None:
        if index is None:
            self.insert(len(self), value, "" if _list_index(step) is not None else step)
        else:
            self.values[index] = value

    # --- by index ---------------------------------------------------------------------------

    def index(self, step: str) -> int | None:
        """Return where the tag of a name, or of an index such as ``[2]``, stands; None where there is none."""
        position = _list_index(step)
        if position is not None and step not in self.labels:
            return position if position < len(self.values) else None
        if step in self.labels:
            return self.labels.index(step)
        lower = step.lower()
        return next((index for index, label in enumerate(self.labels) if label and label.lower() == lower), None)

    def at(self, index: float) -> Tag:
        """Return the tag at an index, :data:`MISSING` outside."""
        return self.values[int(index)] if 0 <= index < len(self.values) else MISSING

    def insert(self, index: float, value: Tag, label: str = "") -> int:
        """Insert a tag before *index*; an index below 0 or beyond the end appends. Return where it stands."""
        place = int(index) if 0 <= index < len(self.values) else len(self.values)
        self.labels.insert(place, label)
        self.values.insert(place, value)
        return place

    def delete_at(self, index: float) -> bool:
        """Remove the tag at an index and return whether there was one."""
        if not 0 <= index < len(self.values):
            return False
        del self.labels[int(index)], self.values[int(index)]
        return True

    def clear(self) -> None:
        """Remove all tags."""
        self.labels.clear()
        self.values.clear()

    # --- as a whole -------------------------------------------------------------------------

    def clone(self) -> TagGroup:
        """Return a copy that shares nothing."""
        copy = TagGroup(is_list=self.is_list)
        copy.replace_with(self)
        return copy

    def replace_with(self, other: TagGroup) -> None:
        """Become a copy of another group."""
        values = [_copied(value) for value in other.values]
        self.labels[:], self.values[:], self.is_list = list(other.labels), values, other.is_list

    def merge(self, other: TagGroup) -> None:
        """Copy the tags of another group into this one; tags of the same name are replaced."""
        for label, value in other:
            index = self.index(label) if label else None
            if index is None:
                self.insert(len(self), _copied(value), label)
            elif isinstance(value, TagGroup) and isinstance(self.values[index], TagGroup):
                self.values[index].merge(value)
            else:
                self.values[index] = _copied(value)

    def __repr__(self) -> str:
        return f"<tag {'list' if self.is_list else 'group'} of {len(self)}>"


def path_steps(path: str) -> list[str]:
    """Return the names and indices of a path.

    Examples
    --------
    >>> path_steps("Meta Data:Keywords[0]:Label"), path_steps("[1]:x")
    (['Meta Data', 'Keywords', '[0]', 'Label'], ['[1]', 'x'])
    """
    parts = re.sub(r"(?<=[^:])(\[\d+\])(?=:|\[|$)", r":\1", path).split(":")
    return [part for part in parts if part.strip()]


def _list_index(step: str) -> int | None:
    match = re.fullmatch(r"\[(\d+)\]", step.strip())
    return int(match[1]) if match else None


def _copied(value: Tag) -> Tag:
    if isinstance(value, TagGroup):
        return value.clone()
    return value.copy() if isinstance(value, np.ndarray) else value


def from_tags(tags: Tag) -> TagGroup:
    """Return tags of a file (see :mod:`temstack.stack.tags`) as a tag group.

    Examples
    --------
    >>> from_tags({"Plans": [{"Name": "first"}]}).find("Plans[0]:Name")
    'first'
    """
    group = TagGroup(is_list=isinstance(tags, list))
    items: Any = enumerate(tags) if isinstance(tags, list) else []
    if isinstance(tags, dict):
        items = tags.items()
    elif isinstance(tags, OddGroup):
        items = tags.items
    for label, value in items:
        inside = from_tags(value) if isinstance(value, dict | list | OddGroup) else value
        group.insert(len(group), inside, "" if group.is_list else str(label))
    return group


def to_tags(group: TagGroup) -> Tag:
    """Return a tag group as tags of a file: dict, list, or OddGroup where names are missing or repeated."""
    values = [to_tags(value) if isinstance(value, TagGroup) else _storable(value) for value in group.values]
    if not any(group.labels) and (group.is_list or values):
        return values
    if all(group.labels) and len(set(group.labels)) == len(group.labels):
        return dict(zip(group.labels, values, strict=True))
    return OddGroup(tuple(zip(group.labels, values, strict=True)))


def _storable(value: Tag) -> Tag:
    """Return a tag that files can hold: an image in a tag becomes its pixels."""
    data = getattr(value, "data", None)
    if isinstance(data, np.ndarray) and not isinstance(value, np.ndarray | np.generic):
        return {"Data": data.ravel()}
    return value


def tag_type(value: Tag) -> int:
    """Return the type code of a tag: 0 group or list, 2 int16 … 12 uint64, 15 structure, 20 text or array.

    Examples
    --------
    >>> tag_type(np.float32(1)), tag_type("text"), tag_type(TagGroup())
    (6, 20, 0)
    """
    if isinstance(value, TagGroup):
        return GROUP_TYPE
    if isinstance(value, bool | np.bool_):
        return TYPE_CODES["b1"]
    if isinstance(value, tuple):
        return STRUCT_TYPE
    if isinstance(value, np.generic):
        return TYPE_CODES.get(f"{value.dtype.kind}{value.dtype.itemsize}", 0)
    if isinstance(value, int | float):
        return TYPE_CODES["f8"]
    if isinstance(value, RawTag):
        return value.info[0] if value.info else 0
    return TEXT_TYPE
