"""Annotations by their number, as older scripts use them, and the scale bar.

Areas are ``top, left, bottom, right`` in px of the image.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.builtins.annotations import get_rect, new_text, put, remove, set_rect
from temstack.dmscript.components import ARROW, BOX, DISPLAY, DOUBLE_ARROW, LINE, OVAL, SCALE_BAR, Component
from temstack.dmscript.context import Run
from temstack.dmscript.displays import ImageDisplay, display_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "numbered_annotations"
_AREA = ("t", "l", "b", "r")
_GIVEN = ", ".join(f"number {name}" for name in _AREA)
_WANTED = ", ".join(f"number &{name}" for name in _AREA)


def _annotation(img: Image, number: float) -> Component:
    found = next((one for one in display_of(img).walk() if one.id == int(number) and one.kind != DISPLAY), None)
    if found is None:
        raise ScriptRuntimeError(f"image {img.name!r} has no annotation with id {number:g}")
    return found


@builtin("number CountAnnotations(image img)", family=_FAMILY, help="Number of annotations on an image.")
def count_annotations(run: Run, img: Image) -> float:
    return float(len(display_of(img).children))


@builtin("number GetNthAnnotationID(image img, number index)", family=_FAMILY, help="Its id; 0 if there is none.")
def nth_annotation_id(run: Run, img: Image, index: float) -> float:
    found = display_of(img).children
    return float(found[int(index)].id) if 0 <= index < len(found) else 0.0


@builtin("number AnnotationType(image img, number id)", family=_FAMILY, help="2 line, 3 arrow, 5 box…", throws=True)
def annotation_type(run: Run, img: Image, number: float) -> float:
    return float(_annotation(img, number).kind)


@builtin(f"void GetAnnotationRect(image img, number id, {_WANTED})", family=_FAMILY, help="Where it is.", throws=True)
def get_annotation_rect(run: Run, img: Image, number: float, *area: Reference) -> None:
    get_rect(run, _annotation(img, number), *area)


@builtin(f"void SetAnnotationRect(image img, number id, {_GIVEN})", family=_FAMILY, help="Put it there.", throws=True)
def set_annotation_rect(run: Run, img: Image, number: float, *area: float) -> None:
    set_rect(run, _annotation(img, number), *area)


@builtin("void DeleteAnnotation(image img, number id)", family=_FAMILY, help="Take it away.", throws=True)
def delete_annotation(run: Run, img: Image, number: float) -> None:
    remove(run, _annotation(img, number))


@builtin("number IsAnnotationSelected(image img, number id)", family=_FAMILY, help="Whether it is.", throws=True)
def is_annotation_selected(run: Run, img: Image, number: float) -> float:
    return float(_annotation(img, number).properties.get("Selected", 0.0))


def _declare_create(name: str, kind: int, what: str) -> None:
    @builtin(f"number Create{name}Annotation(image img, {_GIVEN})", family=_FAMILY, help=f"New {what}; returns its id.")
    def create(run: Run, img: Image, *area: float) -> float:
        made = Component(kind, (area[0], area[1], area[2], area[3]))
        put(run, display_of(img), made)
        return float(made.id)


for _name, _kind, _what in (
    ("Line", LINE, "line"), ("Arrow", ARROW, "arrow"), ("DoubleArrow", DOUBLE_ARROW, "arrow with two heads"),
    ("Box", BOX, "box"), ("Oval", OVAL, "oval"),
):  # fmt: skip
    _declare_create(_name, _kind, _what)


@builtin(
    "number CreateTextAnnotation(image img, number top, number left, string text)",
    family=_FAMILY,
    help="New text; returns its id.",
)
def create_text(run: Run, img: Image, top: float, left: float, text: str) -> float:
    made = new_text(run, left, top, text, 12.0)
    put(run, display_of(img), made)
    return float(made.id)


@builtin(
    "void ApplyDataBar(imagedisplay display)",
    "void ApplyDataBar(imagedisplay display, number all)",
    family=_FAMILY,
    help="Put a scale bar on it, if there is none.",
)
def apply_data_bar(run: Run, display: ImageDisplay, everything: float = 0.0) -> None:
    if display.of_type(SCALE_BAR):
        return
    height, width = display.image.length(1), display.image.length(0)
    bar = Component(SCALE_BAR, (0.88 * height, 0.05 * width, 0.95 * height, 0.35 * width))
    bar.foreground = (1.0, 1.0, 1.0)
    put(run, display, bar)
