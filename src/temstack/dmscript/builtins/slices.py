"""Live slices through images: what is written to a slice is written to the image.

A slice starts at a pixel and goes along chosen dimensions (0 x, 1 y, 2 z), each with a length in pixels and a
step, which may be negative.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError, ScriptTypeError
from temstack.dmscript.images import Image
from temstack.dmscript.indexing import sliced
from temstack.dmscript.signatures import builtin

_AXES = [f"number dim{letter}, number length{letter}, number step{letter}" for letter in "ABC"]


def _declaration(count: int) -> str:
    return f"image Slice{count}(image img, number x, number y, number z, {', '.join(_AXES[:count])})"


@builtin(*map(_declaration, (1, 2, 3)), family="slices", help="Live slice from (x, y, z) on.", throws=True)
def slice_n(run: Run, img: Image, x: float, y: float, z: float, *axes: float) -> Image:
    groups = [(axes[index], axes[index + 1], axes[index + 2]) for index in range(0, len(axes), 3)]
    return sliced(img, (x, y, z), groups)


@builtin(
    "image SliceN(image img, number dimsIn, number dimsOut, number value, ...)",
    family="slices",
    help="Live slice: dimsIn start pixels, then dimsOut times dimension, length, step.",
    throws=True,
)
def slice_any(run: Run, img: Image, dims_in: float, dims_out: float, *values: float) -> Image:
    expected = dims_in + 3 * dims_out
    if len(values) != expected:
        raise ScriptTypeError(
            f"SliceN of {dims_in:g} dimensions in and {dims_out:g} out needs {expected:g} numbers after them",
            got=len(values),
        )
    if dims_out < 1:
        raise ScriptRuntimeError(f"SliceN cannot give an image of {dims_out:g} dimensions; expected 1 or more")
    start, rest = values[: int(dims_in)], values[int(dims_in) :]
    return sliced(img, start, [(rest[i], rest[i + 1], rest[i + 2]) for i in range(0, len(rest), 3)])
