"""New stacks of every type, and the intrinsic arrays."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from temstack.errors import SettingError, StackError
from temstack.stack import (
    PIXEL_TYPES,
    check_stack,
    create_stack,
    icol,
    iplane,
    iradius,
    irow,
    itheta,
    label_stack,
    value_range,
)
from temstack.stack.types import PixelType


@pytest.mark.parametrize("wanted", PIXEL_TYPES, ids=lambda each: f"{each.kind}-{each.bytes}-{each.signed}")
def test_every_type_is_created_with_its_range(wanted: PixelType) -> None:
    stack = create_stack(wanted.kind, (2, 3, 4), bytes=wanted.bytes, signed=wanted.signed)
    assert stack.dtype == wanted.dtype
    assert check_stack(stack).shape[:3] == (2, 3, 4)
    assert not stack.values.any()
    pixel_bytes = stack.dtype.itemsize * stack.sizes.get("channel", 1)
    assert pixel_bytes == wanted.bytes
    for limit in value_range(stack.dtype):
        stack[0, 0, 0] = limit
        assert stack.values[0, 0, 0].flat[0] == limit


def test_ranges_are_those_of_the_lecture() -> None:
    assert value_range("int8") == (-128, 127)
    assert value_range("uint32") == (0, 2**32 - 1)
    assert value_range("complex64") == value_range("float32")
    with pytest.raises(SettingError, match="is no type of pixel"):
        value_range(str)


def test_usual_sizes() -> None:
    kinds = ("real", "complex", "integer", "binary", "rgb")
    types = [create_stack(kind, (1, 2, 2)).dtype for kind in kinds]
    assert types == [np.float32, np.complex64, np.int16, np.bool_, np.uint8]


def test_labels_go_to_the_stack() -> None:
    stack = create_stack("real", (2, 3, 4), plane_dim="defocus", plane_values=[-50, 50], title="focal series")
    assert stack.defocus.values.tolist() == [-50, 50]
    assert stack.name == "focal series"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("float", (1, 2, 3)), "is no kind of pixel; got 'float'; expected one of real, complex"),
        (("real", (1, 2)), "must be three whole numbers above 0"),
        (("real", (0, 2, 3)), "must be three whole numbers above 0"),
        (("real", (1, 2.5, 3)), "must be three whole numbers above 0"),
    ],
)
def test_wrong_wishes_are_refused(arguments: tuple[str, tuple[int, ...]], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        create_stack(*arguments)


def test_wrong_sizes_are_refused() -> None:
    with pytest.raises(SettingError, match="is no size of integer pixels; got 3; expected 1 or 2 or 4"):
        create_stack("integer", (1, 2, 3), bytes=3)


def test_intrinsic_arrays_follow_every_layout() -> None:
    stack = create_stack("real", (2, 3, 4))
    image = stack.transpose("y", "x", "plane")
    assert iplane(image).dims == ("y", "x", "plane")
    np.testing.assert_array_equal(iplane(image).transpose(*stack.dims), iplane(stack))
    np.testing.assert_array_equal(icol(stack[0]), icol(stack)[0])
    with pytest.raises(StackError, match="has no plane dimension"):
        iplane(stack[0])
    with pytest.raises(StackError, match="has no dimension 'y'"):
        irow(stack[:, 0])


def test_row_column_and_plane_multiply_in_the_order_of_the_stack() -> None:
    stack = create_stack("real", (2, 3, 4))
    formula = irow(stack) + icol(stack) * iplane(stack)
    plane, row, column = np.ogrid[:2, :3, :4]
    assert formula.dims == stack.dims
    np.testing.assert_array_equal(formula, row + column * plane)


def test_radius_and_angle_about_the_centre() -> None:
    stack = create_stack("real", (1, 6, 8))
    assert float(iradius(stack)[0, 3, 4]) == 0
    assert float(iradius(stack)[0, 0, 0]) == 5
    # A physical case: what lies below the centre on the screen is at +90 degrees, what lies above at -90.
    assert float(itheta(stack)[0, 5, 4]) == np.pi / 2
    assert float(itheta(stack)[0, 0, 4]) == -np.pi / 2
    assert float(itheta(stack)[0, 3, 7]) == 0
    assert float(itheta(stack)[0, 3, 0]) == np.pi


def test_intrinsic_arrays_take_no_memory() -> None:
    stack = create_stack("integer", (50, 64, 64), bytes=1)
    assert np.shares_memory(icol(stack).values[0], icol(stack).values[-1]) or icol(stack).values.strides[0] == 0
    lazy = label_stack(da.zeros((50, 64, 64), chunks=(1, 64, 64)))
    assert icol(lazy).chunks == lazy.chunks
    assert icol(lazy).name is None
    np.testing.assert_array_equal(iradius(lazy)[7], iradius(stack)[7])
