"""How annotations look: colours, fills, fonts, texts, and whether they can be seen, moved or selected."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.builtins.annotations import valid
from temstack.dmscript.components import TEXT, Component
from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "annotation_style"


def as_parts(colour: tuple[float, ...]) -> tuple[float, float, float]:
    """Return a colour as parts of 1; numbers beyond 1 are taken for parts of 255, as some scripts write them."""
    most = 255.0 if max(colour) > 1 else 1.0
    red, green, blue = (min(max(part / most, 0.0), 1.0) for part in colour[:3])
    return red, green, blue


def _declare_colour(name: str, attribute: str, what: str) -> None:
    @builtin(
        f"void ComponentSet{name}Color(component comp, number red, number green, number blue)",
        family=_FAMILY,
        help=f"Set the {what}, 0 to 1 each.",
    )
    def set_colour(run: Run, comp: object, *colour: float) -> None:
        setattr(valid(comp), attribute, as_parts(colour))

    @builtin(
        f"void ComponentGet{name}Color(component comp, number &red, number &green, number &blue)",
        family=_FAMILY,
        help=f"Get the {what}, 0 to 1 each.",
    )
    def get_colour(run: Run, comp: object, *colour: Reference) -> None:
        for reference, value in zip(colour, getattr(valid(comp), attribute), strict=True):
            reference.set(float(value))


_declare_colour("Foreground", "foreground", "colour that it is drawn with")
_declare_colour("Background", "background", "colour behind it")


def _declare_property(name: str, default: float, what: str) -> None:
    @builtin(f"void ComponentSet{name}(component comp, number value)", family=_FAMILY, help=f"Set {what}.")
    def set_property(run: Run, comp: object, value: float) -> None:
        valid(comp).properties[name] = float(value)

    @builtin(f"number ComponentGet{name}(component comp)", family=_FAMILY, help=f"Get {what}.")
    def get_property(run: Run, comp: object) -> float:
        return float(valid(comp).properties.get(name, default))


for _name, _default, _what in (
    ("FillMode", 2.0, "how it is filled: 1 filled, 2 not"),
    ("DrawingMode", 2.0, "how it is drawn: 1 outlined in the background colour, 2 plain"),
    ("Selectable", 1.0, "whether it can be selected"),
    ("Selected", 0.0, "whether it is selected"),
    ("Deletable", 1.0, "whether it can be removed by hand"),
    ("Moveable", 1.0, "whether it can be moved by hand"),
    ("Resizable", 1.0, "whether its size can be changed by hand"),
    ("LineWidth", 1.0, "the width of its lines, px"),
):
    _declare_property(_name, _default, _what)


@builtin("number ComponentIsSelected(component comp)", family=_FAMILY, help="Whether it is selected.")
def is_selected(run: Run, comp: object) -> float:
    return float(valid(comp).properties.get("Selected", 0.0))


@builtin("void ComponentSetVisible(component comp, number isVisible)", family=_FAMILY, help="Draw it, or not.")
def set_visible(run: Run, comp: object, is_visible: float) -> None:
    valid(comp).is_visible = bool(is_visible)


@builtin("number ComponentGetVisible(component comp)", family=_FAMILY, help="Whether it is drawn.")
def get_visible(run: Run, comp: object) -> float:
    return float(valid(comp).is_visible)


# --- texts ------------------------------------------------------------------------------------


def _set_font(comp: object, **changes: Any) -> None:
    face, attributes, size = valid(comp).font
    valid(comp).font = (changes.get("face", face), changes.get("attributes", attributes), changes.get("size", size))


@builtin("void ComponentSetFontFaceName(component comp, string face)", family=_FAMILY, help="Set its font.")
def set_face(run: Run, comp: object, face: str) -> None:
    _set_font(comp, face=face)


@builtin("string ComponentGetFontFaceName(component comp)", family=_FAMILY, help="Its font.")
def get_face(run: Run, comp: object) -> str:
    return valid(comp).font[0]


@builtin("void ComponentSetFontSize(component comp, number size)", family=_FAMILY, help="Set the size of its letters.")
def set_size(run: Run, comp: object, size: float) -> None:
    _set_font(comp, size=size)


@builtin("number ComponentGetFontSize(component comp)", family=_FAMILY, help="The size of its letters.")
def get_size(run: Run, comp: object) -> float:
    return valid(comp).font[2]


@builtin(
    "void ComponentSetFontAttributes(component comp, number attributes)",
    family=_FAMILY,
    help="Set how its letters look: 8 bold, 16 italic.",
)
def set_attributes(run: Run, comp: object, attributes: float) -> None:
    _set_font(comp, attributes=attributes)


@builtin("number ComponentGetFontAttributes(component comp)", family=_FAMILY, help="8 bold, 16 italic.")
def get_attributes(run: Run, comp: object) -> float:
    return valid(comp).font[1]


@builtin(
    "void ComponentSetFontInfo(component comp, string face, number attributes, number size)",
    family=_FAMILY,
    help="Set its font.",
)
def set_font_info(run: Run, comp: object, face: str, attributes: float, size: float) -> None:
    valid(comp).font = (face, attributes, size)


@builtin(
    "void ComponentGetFontInfo(component comp, string &face, number &attributes, number &size)",
    "void ComponentGetFontInfo(component comp, string &face, number &attributes, number &size, number &encoding)",
    family=_FAMILY,
    help="Get its font.",
)
def get_font_info(
    run: Run, comp: object, face: Reference, attributes: Reference, size: Reference, encoding: Reference | None = None
) -> None:
    for reference, value in zip((face, attributes, size), valid(comp).font, strict=True):
        reference.set(value)
    if encoding is not None:
        encoding.set(0.0)


def _text(comp: object) -> Component:
    if valid(comp).kind != TEXT:
        raise ScriptRuntimeError(f"this annotation is no text; its type is {valid(comp).kind}, not {TEXT}")
    return valid(comp)


@builtin("void TextAnnotationSetText(component comp, string text)", family=_FAMILY, help="Set its text.", throws=True)
def set_text(run: Run, comp: object, text: str) -> None:
    _text(comp).text = text


@builtin("string TextAnnotationGetText(component comp)", family=_FAMILY, help="Its text.", throws=True)
def get_text(run: Run, comp: object) -> str:
    return _text(comp).text


@builtin(
    "void TextAnnotationSetAlignment(component comp, number alignment)",
    family=_FAMILY,
    help="1 left, 2 centre, 3 right.",
    throws=True,
)
def set_alignment(run: Run, comp: object, alignment: float) -> None:
    _text(comp).properties["Alignment"] = alignment


@builtin("number TextAnnotationGetAlignment(component comp)", family=_FAMILY, help="1 left, 2 centre…", throws=True)
def get_alignment(run: Run, comp: object) -> float:
    return float(_text(comp).properties.get("Alignment", 1.0))


@builtin(
    "void TextAnnotationSetFixedPoint(component comp, number x, number y)",
    family=_FAMILY,
    help="Move it so that its upper left corner is there.",
    throws=True,
)
def set_fixed_point(run: Run, comp: object, x: float, y: float) -> None:
    top, left = _text(comp).rect[:2]
    _text(comp).move(y - top, x - left)


@builtin(
    "void TextAnnotationGetFixedPoint(component comp, number &x, number &y)",
    family=_FAMILY,
    help="Its upper left corner.",
    throws=True,
)
def get_fixed_point(run: Run, comp: object, x: Reference, y: Reference) -> None:
    x.set(_text(comp).rect[1])
    y.set(_text(comp).rect[0])
