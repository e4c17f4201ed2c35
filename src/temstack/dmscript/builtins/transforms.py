"""Transformations of places: ``new = offset + scale * old`` along x and y, as windows and displays use them."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "transforms"
_TRANSFORM = "number offsetX, number offsetY, number scaleX, number scaleY"


def _set(references: tuple[Reference, ...], values: tuple[float, ...]) -> None:
    for reference, value in zip(references, values, strict=True):
        reference.set(value)


@builtin(
    f"void ObjectTransformTransformPoint({_TRANSFORM}, number x, number y, number &newX, number &newY)",
    family=_FAMILY,
    help="Where a point comes to.",
)
def transform_point(
    run: Run, off_x: float, off_y: float, scale_x: float, scale_y: float, x: float, y: float, *new: Reference
) -> None:
    _set(new, (off_x + scale_x * x, off_y + scale_y * y))


@builtin(
    f"void ObjectTransformUntransformPoint({_TRANSFORM}, number x, number y, number &oldX, number &oldY)",
    family=_FAMILY,
    help="Where a point comes from.",
    throws=True,
)
def untransform_point(
    run: Run, off_x: float, off_y: float, scale_x: float, scale_y: float, x: float, y: float, *old: Reference
) -> None:
    if scale_x == 0 or scale_y == 0:
        raise ScriptRuntimeError("a scale of 0 cannot be undone", got=f"{scale_x:g}, {scale_y:g}")
    _set(old, ((x - off_x) / scale_x, (y - off_y) / scale_y))


@builtin(
    f"void ObjectTransformTransformRect({_TRANSFORM}, number t, number l, number b, number r, number &newT, "
    "number &newL, number &newB, number &newR)",
    family=_FAMILY,
    help="Where an area comes to.",
)
def transform_rect(
    run: Run,
    off_x: float,
    off_y: float,
    scale_x: float,
    scale_y: float,
    t: float,
    left: float,
    b: float,
    r: float,
    *new: Reference,
) -> None:
    _set(new, (off_y + scale_y * t, off_x + scale_x * left, off_y + scale_y * b, off_x + scale_x * r))


@builtin(
    "void ObjectTransformCompose(number offsetX, number offsetY, number scaleX, number scaleY, number innerOffsetX, "
    "number innerOffsetY, number innerScaleX, number innerScaleY, number &newOffsetX, number &newOffsetY, "
    "number &newScaleX, number &newScaleY)",
    family=_FAMILY,
    help="The transformation that does the inner one first, then the outer.",
)
def compose(
    run: Run,
    off_x: float,
    off_y: float,
    scale_x: float,
    scale_y: float,
    in_x: float,
    in_y: float,
    in_scale_x: float,
    in_scale_y: float,
    *new: Reference,
) -> None:
    _set(new, (off_x + scale_x * in_x, off_y + scale_y * in_y, scale_x * in_scale_x, scale_y * in_scale_y))
