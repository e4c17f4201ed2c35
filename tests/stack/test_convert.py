"""What becomes of values that a type of pixel cannot hold."""

from __future__ import annotations

import warnings

import dask.array as da
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from temstack.errors import SettingError
from temstack.stack import (
    PIXEL_TYPES,
    StackRangeWarning,
    convert_type,
    create_stack,
    icol,
    iplane,
    irow,
    label_stack,
    value_range,
)

INTEGERS = [each.dtype for each in PIXEL_TYPES if each.kind == "integer"]
REALS = [np.dtype(np.float32), np.dtype(np.float64)]
SHAPES = hnp.array_shapes(min_dims=3, max_dims=3, max_side=4)

integers = st.sampled_from(INTEGERS)
reals = st.sampled_from(REALS)


def converted(values: np.ndarray, dtype: np.dtype, overflow: str = "clip") -> tuple[np.ndarray, list[str]]:
    """Return the converted values and what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = convert_type(label_stack(values), dtype, overflow)
    assert all(issubclass(each.category, StackRangeWarning) for each in caught)
    return result.values, [str(each.message) for each in caught]


def test_the_lectures_signed_byte() -> None:
    stack = create_stack("integer", (5, 100, 100), bytes=1)
    values = irow(stack) + icol(stack) * iplane(stack)
    assert int(values.max()) == 495
    with pytest.warns(StackRangeWarning, match=r"23956 of 50000 values lie outside the range -128 … 127 of int8"):
        filled = convert_type(values, stack.dtype)
    assert filled.values[4, 99, 99] == 127
    assert filled.values[1, 20, 30] == 50
    with pytest.warns(StackRangeWarning, match="were wrapped around"):
        wrapped = convert_type(values, stack.dtype, "wrap")
    assert wrapped.values[4, 99, 99] == 495 - 512
    with pytest.raises(SettingError, match=r"23956 of 50000 .* choose a wider type"):
        convert_type(values, stack.dtype, "error")


@given(integers, integers, st.data())
def test_integers_that_fit_stay_and_others_go_to_the_nearest_end(source, target, data) -> None:
    values = data.draw(hnp.arrays(source, SHAPES))
    result, said = converted(values, target)
    exact = values.astype(object)
    lowest, highest = value_range(target)
    np.testing.assert_array_equal(result.astype(object), np.clip(exact, lowest, highest))
    outside = int(((exact < lowest) | (exact > highest)).sum())
    assert bool(said) == (outside > 0)
    assert not said or said[0].startswith(f"{outside} of {values.size} values lie outside")


@given(integers, reals, st.data())
def test_reals_round_to_the_nearest_even_integer_and_clip(target, source, data) -> None:
    values = data.draw(hnp.arrays(source, SHAPES, elements={"allow_nan": False, "allow_infinity": True}))
    result, said = converted(values, target)
    lowest, highest = value_range(target)
    expected = [_nearest(value, lowest, highest) for value in values.ravel().tolist()]
    assert result.ravel().tolist() == expected
    outside = sum(abs(value) == np.inf or not lowest <= round(value) <= highest for value in values.ravel().tolist())
    assert bool(said) == (outside > 0)


def _nearest(value: float, lowest: int, highest: int) -> int:
    if abs(value) == np.inf:
        return highest if value > 0 else lowest
    return min(max(round(value), lowest), highest)


@given(integers, st.sampled_from([*INTEGERS, np.dtype(np.float64)]), st.data())
def test_wrapping_is_modular_arithmetic(target, source, data) -> None:
    elements = {"min_value": -(2.0**60), "max_value": 2.0**60} if source.kind == "f" else None
    values = data.draw(hnp.arrays(source, SHAPES, elements=elements))
    result, _ = converted(values, target, "wrap")
    lowest, highest = value_range(target)
    expected = [(round(value) - lowest) % (highest - lowest + 1) + lowest for value in values.ravel().tolist()]
    assert result.ravel().tolist() == expected


@given(integers, st.data())
def test_error_refuses_exactly_what_clip_warns_of(target, data) -> None:
    values = data.draw(hnp.arrays(np.float64, SHAPES))
    result, said = converted(values, target)
    if said:
        with pytest.raises(SettingError, match="pixels: "):
            convert_type(label_stack(values), target, "error")
    else:
        np.testing.assert_array_equal(convert_type(label_stack(values), target, "error").values, result)


@given(st.sampled_from(sorted({each.dtype for each in PIXEL_TYPES}, key=str)), st.data())
def test_converting_to_the_same_type_changes_nothing(dtype, data) -> None:
    values = data.draw(hnp.arrays(dtype, SHAPES))
    result, said = converted(values, dtype)
    assert not said
    np.testing.assert_array_equal(result, values)


@given(st.sampled_from(["clip", "wrap"]), integers, st.data())
def test_lazy_pixels_give_the_same_as_those_in_memory(overflow, target, data) -> None:
    values = data.draw(hnp.arrays(np.float32, SHAPES))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lazy = convert_type(label_stack(da.from_array(values, chunks=(1, -1, -1))), target, overflow)
        computed = lazy.data.compute(scheduler="synchronous")
    np.testing.assert_array_equal(computed, converted(values, target, overflow)[0])


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_values_at_the_very_ends_of_the_range(dtype: np.dtype) -> None:
    lowest, highest = value_range(dtype)
    values = np.array([[[lowest - 1, lowest - 0.5, lowest, highest, highest + 0.5, highest + 1]]], np.float64)
    result, said = converted(values, dtype)
    assert result.ravel().tolist() == [lowest, lowest, lowest, highest, highest, highest]
    # Halves go to the even neighbour: lowest - 0.5 to lowest, which fits; highest + 0.5 does not fit.
    assert said[0].startswith("3 of 6 values lie outside")


def test_nan_becomes_zero_and_is_counted() -> None:
    values = np.array([[[np.nan, 1.0, 300.0]]])
    result, said = converted(values, "uint8")
    assert result.ravel().tolist() == [0, 1, 255]
    assert said == [
        "1 of 3 values lie outside the range 0 … 255 of uint8 (1 … 300) and were clipped to it; "
        "1 of 3 values are NaN and became 0"
    ]
    assert converted(values[..., :2], "uint8")[1] == ["1 of 2 values are NaN and became 0"]


def test_infinity_cannot_wrap() -> None:
    result, said = converted(np.array([[[np.inf, 257.0]]]), "uint8", "wrap")
    assert result.ravel().tolist() == [0, 1]
    assert said[0].startswith("2 of 2")


def test_binary_is_true_where_a_value_is_not_zero() -> None:
    result, said = converted(np.array([[[0.0, 0.25, -3.0, np.nan]]]), bool)
    assert result.ravel().tolist() == [False, True, True, False]
    assert not said


def test_reals_clip_to_the_finite_range_and_keep_nan_and_infinity() -> None:
    values = np.array([[[1e39, -1e39, np.inf, np.nan, 1.5]]])
    result, said = converted(values, "float32")
    largest = np.finfo(np.float32).max
    np.testing.assert_array_equal(result.ravel(), np.float32([largest, -largest, np.inf, np.nan, 1.5]))
    assert said[0].startswith("2 of 5 values lie outside the range")
    with pytest.raises(SettingError, match="only integers wrap"):
        convert_type(label_stack(values), "float32", "wrap")


def test_complex_parts_are_not_dropped() -> None:
    stack = create_stack("complex", (1, 2, 2), bytes=16)
    assert convert_type(stack, "complex64").dtype == np.complex64
    with pytest.raises(SettingError, match=r"take abs\(stack\)"):
        convert_type(stack, "float32")
    assert convert_type(create_stack("real", (1, 2, 2)), "complex128").dtype == np.complex128


def test_colours_stay_bytes() -> None:
    with pytest.raises(SettingError, match="must stay uint8 for colours"):
        convert_type(create_stack("rgb", (1, 2, 2)), "float32")


@pytest.mark.parametrize("dtype", ["int64", "float16", "U3"])
def test_types_no_stack_has_are_refused(dtype: str) -> None:
    with pytest.raises(SettingError, match="dtype: is no type of pixel"):
        convert_type(create_stack("real", (1, 2, 2)), dtype)


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(SettingError, match="overflow: is no rule; got 'saturate'; expected one of clip, wrap, error"):
        convert_type(create_stack("real", (1, 2, 2)), "int8", "saturate")


def test_labels_scale_and_history_follow() -> None:
    stack = label_stack(np.ones((2, 3, 4)), per_plane={"scale": [1.0, 0.5]}, title="a", tags={"b": 1})
    result = convert_type(stack, "uint16")
    assert result.scale.values.tolist() == [1.0, 0.5]
    assert result.name == "a"
    assert result.attrs["tags"] == {"b": 1}
    assert result.attrs["history"][-1]["operation"] == "convert_type"
    assert result.attrs["history"][-1]["parameters"] == {"dtype": "uint16", "overflow": "clip"}


def test_lazy_pixels_warn_when_they_are_computed() -> None:
    stack = label_stack(da.full((2, 3, 4), 300.0, chunks=(1, 3, 4)))
    lazy = convert_type(stack, "uint8")
    with pytest.warns(StackRangeWarning, match="12 of 12 values lie outside"):
        lazy.data.compute(scheduler="synchronous")
