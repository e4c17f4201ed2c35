"""Tags survive as text, and are found and changed by DigitalMicrograph's paths."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from temstack.errors import FormatError, SettingError, StackError
from temstack.stack.tags import (
    OddGroup,
    RawTag,
    get_tag,
    put_in_order,
    same_tags,
    set_tag,
    tags_from_json,
    tags_to_json,
)

NUMBERS = ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "?", "f16")

scalars = st.sampled_from(NUMBERS).flatmap(lambda code: hnp.arrays(np.dtype(code), 1).map(lambda array: array[0]))
arrays = st.one_of(
    st.sampled_from(NUMBERS).flatmap(lambda code: hnp.arrays(np.dtype(code), hnp.array_shapes(min_side=0))),
    hnp.arrays(np.dtype([("f0", "<i2"), ("f1", "<f4")]), st.integers(0, 4)),
)
leaves = st.one_of(
    scalars,
    arrays,
    st.text(st.characters(), max_size=8),  # lone surrogates too
    st.booleans(),
    st.none(),
    st.integers(),
    st.floats(),
    st.binary(max_size=6),
    st.tuples(scalars, scalars),
    st.builds(RawTag, st.tuples(st.integers(0, 99)), st.binary(max_size=6)),
)
names = st.one_of(st.text(max_size=6), st.sampled_from(["$", "value", "a.b", "", "[0]"]))
flags = st.integers(0, 255)
trees = st.recursive(
    leaves,
    lambda inside: st.one_of(
        st.dictionaries(names, inside, max_size=4),
        st.lists(inside, max_size=4),
        st.builds(OddGroup, st.lists(st.tuples(names, inside), max_size=3).map(tuple), flags, flags),
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(names, trees, max_size=4))
def test_any_tree_survives_as_text(tags: dict[str, Any]) -> None:
    text = tags_to_json(tags)
    assert "\n" not in text
    assert same_tags(tags_from_json(text), tags)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.int16(1), np.int32(1)),
        (True, np.bool_(True)),
        (1, 1.0),
        (0.0, -0.0),
        (np.float32(0), np.float32(-0.0)),
        ([], {}),
        ([1], (1,)),
        ({"a": 1}, {"b": 1}),
        (np.zeros(2), np.zeros((2, 1))),
        (RawTag((8,), b"2"), RawTag((8,), b"3")),
        (OddGroup(()), OddGroup((), is_open=1)),
    ],
)
def test_different_tags_are_told_apart(first: Any, second: Any) -> None:
    assert not same_tags(first, second)
    assert same_tags(first, copy.deepcopy(first))


def test_the_text_is_readable() -> None:
    tags = {"Meta Data": {"Format": "Spectrum image"}, "Slit in": True, "Slit (eV)": np.float32(0.1)}
    assert tags_to_json(tags) == (
        '{"Meta Data":{"Format":"Spectrum image"},"Slit in":true,"Slit (eV)":{"$":"<f4","value":0.1}}'
    )


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array([None]), {"deep": [1, object()]}])
def test_what_cannot_be_stored_is_named(value: object) -> None:
    with pytest.raises(StackError, match=r"tags at 'Meta:.*cannot be stored; got"):
        tags_to_json({"Meta": {"a.b": value}})


def test_a_name_that_is_no_text_is_named() -> None:
    with pytest.raises(StackError, match=r"have a name that is not text; got 7"):
        tags_to_json({7: "seven"})


@pytest.mark.parametrize("text", ["", "{", '{"$":"nonsense","value":1}', '{"a":{"$":"array"}}', '{"$":[]}'])
def test_text_of_others_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="are not text that temstack wrote"):
        tags_from_json(text)


TREE = {
    "Meta Data": {"Format": "Spectrum image", "Signal": "EELS"},
    "Microscope Info": {"Voltage": np.float64(200000.0), "Name.of": "a dot"},
    "Plans": [{"Name": "first"}, {"Name": "second"}],
    "Calib: image": {"x": np.int16(3)},
    "odd[0]": "a name that looks like an index",
    "Twice": OddGroup((("same", np.int32(1)), ("same", np.int32(2)), ("", {"in": "side"}))),
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Meta Data:Signal", "EELS"),
        ("Microscope Info:Name.of", "a dot"),
        ("Plans:[1]:Name", "second"),
        ("Plans[1]:Name", "second"),
        ("Calib: image:x", np.int16(3)),
        ("odd[0]", "a name that looks like an index"),
        ("Twice:same", np.int32(1)),
        ("Twice:[1]", np.int32(2)),
        ("Twice:[2]:in", "side"),
        ("Plans:[7]:Name", None),
        ("Meta Data:Format:deeper", None),
        ("nothing", None),
    ],
)
def test_get_tag(path: str, value: Any) -> None:
    assert same_tags(get_tag(TREE, path), value)


@pytest.mark.parametrize(
    ("path", "given", "stored"),
    [
        ("Microscope Info:Voltage", "300e3", np.float64(300000.0)),
        ("Microscope Info:Voltage", 300000, np.float64(300000.0)),
        ("Calib: image:x", "-4", np.int16(-4)),
        ("Plans[0]:Name", "new", "new"),
        ("Plans[2]", {"Name": "third"}, {"Name": "third"}),
        ("New:group:deep", 7, np.int32(7)),
        ("New:long", 2**40, np.int64(2**40)),
        ("New:real", 0.5, np.float64(0.5)),
        ("New:flag", True, True),
        ("New:list:[0]:Name", "x", "x"),
        ("Twice:same", 5, np.int32(5)),
        ("Twice:[1]", 6, np.int32(6)),
        ("Twice:new", "n", "n"),
        ("New:typed", np.uint8(9), np.uint8(9)),
    ],
)
def test_set_tag_keeps_types_and_leaves_the_old_tree_alone(path: str, given: Any, stored: Any) -> None:
    before = copy.deepcopy(TREE)
    changed = set_tag(TREE, path, given)
    assert same_tags(get_tag(changed, path), stored)
    assert same_tags(TREE, before)


def test_set_tag_changes_a_boolean_by_word() -> None:
    assert set_tag({"Slit in": True}, "Slit in", "no") == {"Slit in": False}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("", 1, "is empty"),
        ("Meta Data", "text", "is a group, not a single value; name a tag inside it"),
        ("Meta Data:Format:deeper", 1, "leads through a single value; got 'deeper' in 'Spectrum image'"),
        ("Plans:[9]", 1, "leads past the end of a list"),
        ("Calib: image:x", "wide", "does not fit the type of this tag; got 'wide'; expected int16"),
        ("Calib: image:x", 70000, "does not fit the type of this tag; got 70000; expected int16"),
        ("Calib: image:x", 1.5, "is a whole number; got 1.5"),
        ("New", 2**70, "is too large a number"),
    ],
)
def test_set_tag_says_what_is_wrong(path: str, value: Any, message: str) -> None:
    with pytest.raises(SettingError, match=message.replace("(", r"\(")):
        set_tag(TREE, path, value)


def test_new_names_go_where_the_alphabet_puts_them() -> None:
    assert list(put_in_order({"alpha": 1, "Gamma": 2}, "beta", 3)) == ["alpha", "beta", "Gamma"]
    assert list(put_in_order({"z": 1, "a": 2}, "m", 3)) == ["z", "a", "m"]
