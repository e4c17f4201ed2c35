"""Every built-in is declared once and well, and the one that fits is chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from temstack.dmscript.conversion import DTYPE_OF_CODE, ConversionRule, convert
from temstack.dmscript.listing import function_page, matching
from temstack.dmscript.signatures import FAMILIES, builtin, choose, load_registry, parse_signature
from temstack.dmscript.tag_groups import from_tags, to_tags
from temstack.stack.tags import same_tags

ROOT = Path(__file__).parents[3]


def test_each_declaration_says_what_the_function_does():
    for signature in load_registry():
        assert signature.family in FAMILIES, signature
        assert signature.help.endswith((".", "…")), signature
        assert parse_signature(str(signature)).parameters == signature.parameters


def test_the_core_names_are_implemented():
    assert len({one.name.lower() for one in load_registry() if one.is_implemented}) >= 500


def test_the_page_of_functions_is_what_the_command_makes():
    page = ROOT / "docs" / "reference" / "dm-functions.md"
    assert page.read_text(encoding="utf-8") == function_page(matching())


def test_names_are_found_in_any_case():
    assert load_registry().find("getfrontIMAGE") == load_registry().find("GetFrontImage")


def test_the_same_types_cannot_be_declared_twice():
    with pytest.raises(ValueError, match="declared twice"):
        builtin("number sum(image picture)", family="statistics", help="Twice.")(lambda run, picture: 0.0)


@pytest.mark.parametrize(
    ("name", "types", "chosen"),
    [
        ("max", ["image"], "number max(image img)"),
        ("max", ["number", "number"], "number max(number a, number b)"),
        ("max", ["image", "number", "number"], "number max(image img, number &x, number &y)"),
        ("max", ["image", "image"], "number max(number a, number b)"),
        ("abs", ["complexnumber"], "number abs(complexnumber z)"),
        ("sqrt", ["number"], "number sqrt(number x)"),
        ("sqrt", ["complexnumber"], "complexnumber sqrt(complexnumber z)"),
        ("GetPixel", ["image", "number", "number"], "number GetPixel(image img, number x, number y)"),
        ("hex", ["string"], "number hex(string digits)"),
        ("hex", ["number"], "string hex(number value)"),
        ("Result", ["number"], "void Result(number value)"),
    ],
)
def test_the_overload_that_fits_is_chosen(name, types, chosen):
    assert str(choose(load_registry().find(name), types)) == chosen


@pytest.mark.parametrize(
    ("name", "types"), [("sum", ["string"]), ("GetSize", ["image", "string", "number"]), ("Pi", ["number"])]
)
def test_nothing_is_chosen_where_nothing_fits(name, types):
    assert choose(load_registry().find(name), types) is None


# --- conversion -------------------------------------------------------------------------------

WHOLE = [dtype for dtype in DTYPE_OF_CODE.values() if dtype.kind in "iu" and dtype.itemsize < 8]


@given(npst.arrays(np.float64, 20, elements=st.floats(-1e12, 1e12)), st.sampled_from(WHOLE))
def test_real_numbers_wrap_as_their_whole_part_modulo_the_range(values, dtype):
    wanted = [int(value) % 2 ** (8 * dtype.itemsize) for value in values]
    assert [int(value) % 2 ** (8 * dtype.itemsize) for value in convert(values, dtype)] == wanted


@given(npst.arrays(np.float64, 20, elements=st.floats(allow_nan=False)), st.sampled_from(WHOLE))
def test_clipping_stays_nearest(values, dtype):
    limits = np.iinfo(dtype)
    wanted = np.clip(np.rint(values), limits.min, limits.max)
    np.testing.assert_array_equal(convert(values, dtype, ConversionRule("nearest", "clip")), wanted)


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPE_OF_CODE.values() if dtype.kind in "iu"])
def test_what_is_no_number_becomes_zero_and_infinity_the_end_of_the_range_when_clipped(dtype):
    rule = ConversionRule("truncate", "clip")
    limits = np.iinfo(dtype)
    found = convert([np.nan, -np.inf], dtype, rule)
    assert found.tolist() == [0, limits.min]
    assert convert([np.inf], dtype, rule)[0] > limits.max * 0.99


# --- tags -------------------------------------------------------------------------------------

LEAVES = st.one_of(
    st.text(max_size=5),
    st.booleans(),
    st.integers(-1000, 1000).map(np.int16),
    st.floats(allow_nan=False, width=32).map(np.float32),
)
NAMES = st.text("abc .", min_size=1, max_size=4)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.dictionaries(NAMES, inner, max_size=4), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, TREES, max_size=5))
def test_tags_of_a_file_pass_through_a_script_unchanged(tags):
    assert same_tags(to_tags(from_tags(tags)), tags)
