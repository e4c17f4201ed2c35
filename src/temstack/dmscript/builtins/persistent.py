"""Persistent tags: what scripts keep from one run to the next."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup
from temstack.dmscript.tag_values import fields_in, give, must_have, number_in, text_in

_FAMILY = "persistent"


@builtin("taggroup GetPersistentTagGroup()", family=_FAMILY, help="All persistent tags.")
def get_persistent_tag_group(run: Run) -> TagGroup:
    return run.persistent.group


@builtin("void ApplicationSavePreferences()", family=_FAMILY, help="Write the persistent tags now.", throws=True)
def save_preferences(run: Run) -> None:
    run.persistent.save()


@builtin("void SetPersistentNumberNote(string path, number value)", family=_FAMILY, help="Keep a number.")
def set_number(run: Run, path: str, value: float) -> None:
    run.persistent.group.set(path, np.float64(value))


@builtin("void SetPersistentStringNote(string path, string value)", family=_FAMILY, help="Keep a text.")
def set_string(run: Run, path: str, value: str) -> None:
    run.persistent.group.set(path, value)


@builtin(
    "void SetPersistentRectNote(string path, number t, number l, number b, number r)",
    family=_FAMILY,
    help="Keep an area.",
)
def set_rect(run: Run, path: str, *values: float) -> None:
    run.persistent.group.set(path, tuple(np.float32(value) for value in values))


@builtin("void SetPersistentTagGroupNote(string path, taggroup tags)", family=_FAMILY, help="Keep a group of tags.")
def set_group(run: Run, path: str, tags: TagGroup) -> None:
    run.persistent.group.set(path, tags.clone())


@builtin(
    "number GetPersistentNumberNote(string path, number &value)",
    family=_FAMILY,
    help="Get a kept number; returns whether it is there.",
)
def get_number(run: Run, path: str, value: Reference) -> float:
    return give(run.persistent.group.find(path), number_in, (value,))


@builtin(
    "number GetPersistentStringNote(string path, string &value)",
    family=_FAMILY,
    help="Get a kept text; returns whether it is there.",
)
def get_string(run: Run, path: str, value: Reference) -> float:
    return give(run.persistent.group.find(path), text_in, (value,))


@builtin(
    "number GetPersistentNumberNote(string path)", family=_FAMILY, help="A kept number; throws if missing.", throws=True
)
def number_of(run: Run, path: str) -> float:
    return float(must_have(run.persistent.group, path, number_in))


@builtin(
    "string GetPersistentStringNote(string path)", family=_FAMILY, help="A kept text; throws if missing.", throws=True
)
def string_of(run: Run, path: str) -> str:
    return str(must_have(run.persistent.group, path, text_in))


@builtin(
    "number GetPersistentRectNote(string path, number &t, number &l, number &b, number &r)",
    family=_FAMILY,
    help="Get a kept area; returns whether it is there.",
)
def get_rect(run: Run, path: str, *values: Reference) -> float:
    return give(run.persistent.group.find(path), fields_in(4), values)


@builtin("number DeletePersistentNote(string path)", family=_FAMILY, help="Forget a kept tag.")
def delete(run: Run, path: str) -> float:
    return float(run.persistent.group.delete(path))
