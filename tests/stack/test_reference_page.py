"""The reference page says what the code does."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

from temstack.stack import PIXEL_TYPES, PLANE_UNITS, StackRangeWarning, value_range

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "stack.md").read_text(encoding="utf-8")


def test_every_type_of_pixel_is_on_the_page_with_its_range() -> None:
    for each in PIXEL_TYPES:
        row = f"| {each.kind} | {each.bytes} | {'yes' if each.signed else 'no'} | {each.dtype} |"
        assert row in PAGE
        if each.kind in ("integer", "binary", "rgb"):
            lowest, highest = value_range(each.dtype)
            assert f"{row} {lowest} | {highest} |" in PAGE
        elif each.kind == "real":
            lowest, highest = value_range(each.dtype)
            assert f"{row} {lowest:.7e} | {highest:.7e} |" in PAGE


def test_every_plane_dimension_is_on_the_page_with_its_units() -> None:
    for dim, units in PLANE_UNITS.items():
        assert f"| `{dim}` | `{units}` |" in PAGE or (dim == "plane" and "| `plane` | none, or its own |" in PAGE)


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_run(code: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(code, "stack.md", "exec"), {})
    said = [f"# StackRangeWarning: {each.message}" for each in caught if each.category is StackRangeWarning]
    assert all(line in code for line in said)
    assert len(said) == code.count("# StackRangeWarning")
