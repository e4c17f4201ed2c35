"""Annotations on displays: lines, arrows, boxes, ovals, texts, scale bars; drawn into saved pictures.

Areas are ``top, left, bottom, right`` in px of the image. Colours are 0 to 1 each; values up to 255 are understood.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.components import (
    ARROW,
    BOX,
    DOUBLE_ARROW,
    GROUP,
    LINE,
    LINES,
    OVAL,
    TEXT,
    Component,
)
from temstack.dmscript.context import Run
from temstack.dmscript.displays import ImageDisplay, ImageDocument, display_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup

_FAMILY = "annotations"
_AREA = ("t", "l", "b", "r")
_GIVEN = ", ".join(f"number {name}" for name in _AREA)
_WANTED = ", ".join(f"number &{name}" for name in _AREA)
_START, _END = 4, 5
_CORNERS = {0: (0, 1), 1: (0, 3), 2: (2, 3), 3: (2, 1)}

# --- made -------------------------------------------------------------------------------------


def _declare_new(name: str, kind: int, what: str) -> None:
    @builtin(f"component New{name}Annotation({_GIVEN})", family=_FAMILY, help=f"New {what}, on no display yet.")
    def create(run: Run, *area: float) -> Component:
        return Component(kind, (area[0], area[1], area[2], area[3]))


for _name, _kind, _what in (
    ("Line", LINE, "line from (t, l) to (b, r)"),
    ("Arrow", ARROW, "arrow from (t, l) to (b, r)"),
    ("DoubleArrow", DOUBLE_ARROW, "arrow with two heads"),
    ("Box", BOX, "box"),
    ("Oval", OVAL, "oval"),
):
    _declare_new(_name, _kind, _what)


@builtin(
    "component NewTextAnnotation(number left, number top, string text, number size)",
    family=_FAMILY,
    help="New text, on no display yet.",
)
def new_text(run: Run, left: float, top: float, text: str, size: float) -> Component:
    # About as large as the letters will be: without a font nobody can know.
    lines = text.split("\n")
    width = 0.6 * size * max(len(line) for line in lines)
    made = Component(TEXT, (top, left, top + 1.2 * size * len(lines), left + width), text)
    made.font = (made.font[0], made.font[1], size)
    return made


@builtin("component NewGroupAnnotation()", family=_FAMILY, help="New group of annotations.")
def new_group(run: Run) -> Component:
    return Component(GROUP)


@builtin(
    f"component NewComponent(number type, {_GIVEN})", family=_FAMILY, help="New annotation; type 31 is a scale bar."
)
def new_component(run: Run, kind: float, *area: float) -> Component:
    return Component(int(kind), (area[0], area[1], area[2], area[3]))


@builtin(
    f"component ComponentAddNewComponent(component parent, number type, {_GIVEN})",
    family=_FAMILY,
    help="New annotation in a component.",
)
def add_new(run: Run, parent: Component, kind: float, *area: float) -> Component:
    made = new_component(run, kind, *area)
    put(run, parent, made)
    return made


@builtin("component ComponentClone(component comp, number isDeep)", family=_FAMILY, help="Copy that is on no display.")
def clone(run: Run, comp: Component, is_deep: float) -> Component:
    return valid(comp).clone()


@builtin("number ComponentIsValid(component comp)", family=_FAMILY, help="Whether it is one.")
def is_valid(run: Run, comp: object) -> float:
    return float(isinstance(comp, Component))


def valid(comp: object) -> Component:
    """Return an annotation; ScriptRuntimeError where it is none."""
    if not isinstance(comp, Component):
        raise ScriptRuntimeError("this annotation is not valid", got=repr(comp), expected="one that is there")
    return comp


# --- the tree ---------------------------------------------------------------------------------


def put(run: Run, parent: object, child: object, index: int | None = None) -> None:
    """Put an annotation into a component, before the child at *index*, or at the end."""
    if valid(child).holds(valid(parent)):
        raise ScriptRuntimeError("an annotation cannot be put into itself")
    valid(parent).add(valid(child), index)
    _tell(run, valid(child), "component_added")


def _tell(run: Run, comp: Component, event: str) -> None:
    display = _display_around(comp)
    if display is not None:
        run.desk.listeners.tell(display, event, (0.0, display, 0.0, 0.0, comp))


def _display_around(comp: Component) -> ImageDisplay | None:
    here: Component | None = comp.parent
    while here is not None:
        if isinstance(here, ImageDisplay):
            return here
        here = here.parent
    return None


@builtin(
    "void ComponentAddChildAtEnd(component parent, component child)",
    family=_FAMILY,
    help="Put an annotation on a display, or into a group, above the others.",
)
def add_at_end(run: Run, parent: object, child: object) -> None:
    put(run, parent, child)


@builtin(
    "void ComponentAddChildAtBeginning(component parent, component child)",
    family=_FAMILY,
    help="Put an annotation on a display, below the others.",
)
def add_at_beginning(run: Run, parent: object, child: object) -> None:
    put(run, parent, child, 0)


def _place_of(parent: Component, child: object) -> int:
    for index, other in enumerate(parent.children):
        if other is child:
            return index
    raise ScriptRuntimeError("the annotation to stand beside is not in that component")


@builtin(
    "void ComponentAddChildBefore(component parent, component child, component other)",
    family=_FAMILY,
    help="Put an annotation right below another.",
)
def add_before(run: Run, parent: object, child: object, other: object) -> None:
    valid(child).leave()
    put(run, parent, child, _place_of(valid(parent), other))


@builtin(
    "void ComponentAddChildAfter(component parent, component child, component other)",
    family=_FAMILY,
    help="Put an annotation right above another.",
)
def add_after(run: Run, parent: object, child: object, other: object) -> None:
    valid(child).leave()
    put(run, parent, child, _place_of(valid(parent), other) + 1)


@builtin("void ComponentRemoveFromParent(component comp)", family=_FAMILY, help="Take it away.")
def remove(run: Run, comp: object) -> None:
    display = _display_around(valid(comp))
    valid(comp).leave()
    if display is not None:
        run.desk.listeners.tell(display, "component_removed", (0.0, display, 0.0, 0.0, comp))


@builtin("number ComponentCountChildren(component comp)", family=_FAMILY, help="Number of annotations on it.")
def count_children(run: Run, comp: object) -> float:
    return float(len(valid(comp).children))


@builtin(
    "number ComponentCountChildrenOfType(component comp, number type)",
    family=_FAMILY,
    help="Number of them; 2 line, 3 arrow, 5 box, 6 oval, 13 text, 31 scale bar.",
)
def count_of_type(run: Run, comp: object, kind: float) -> float:
    return float(len(valid(comp).of_type(kind)))


def _at(found: list[Component], index: float, what: str) -> Component:
    if not 0 <= index < len(found):
        raise ScriptRuntimeError(f"there is no {what} {index:g}; there are {len(found)}")
    return found[int(index)]


@builtin("component ComponentGetChild(component comp, number index)", family=_FAMILY, help="One of them.", throws=True)
def get_child(run: Run, comp: object, index: float) -> Component:
    return _at(valid(comp).children, index, "annotation")


@builtin(
    "component ComponentGetNthChildOfType(component comp, number type, number index)",
    family=_FAMILY,
    help="One of a type.",
    throws=True,
)
def get_of_type(run: Run, comp: object, kind: float, index: float) -> Component:
    return _at(valid(comp).of_type(kind), index, f"annotation of type {kind:g} with index")


@builtin(
    "component ComponentGetChildByID(component comp, number id)",
    "component ComponentGetDescendentByID(component comp, number id)",
    family=_FAMILY,
    help="One of them; not valid if none.",
)
def get_by_id(run: Run, comp: object, number: float) -> object:
    return next((one for one in valid(comp).walk() if one.id == int(number) and one is not comp), NULL)


@builtin("component ComponentGetParentComponent(component comp)", family=_FAMILY, help="What it is in.")
def get_parent(run: Run, comp: object) -> object:
    return valid(comp).parent or NULL


@builtin(
    "imagedisplay ComponentGetParentImageDisplay(component comp)",
    family=_FAMILY,
    help="The display that it is on; not valid if none.",
)
def get_display(run: Run, comp: object) -> object:
    return _display_around(valid(comp)) or NULL


@builtin(
    "imagedocument ComponentGetImageDocument(component comp)",
    family=_FAMILY,
    help="The document that it is in; not valid if none.",
)
def get_document(run: Run, comp: object) -> object:
    display = comp if isinstance(comp, ImageDisplay) else _display_around(valid(comp))
    return run.document(display.image) if isinstance(display, ImageDisplay) else NULL


@builtin(
    "component ImageDocumentGetRootComponent(imagedocument document)",
    family=_FAMILY,
    help="What holds the displays of a document.",
)
def get_root(run: Run, document: ImageDocument) -> Component:
    for image in document.images:
        display = display_of(image)
        if display.parent is None:
            document.root.add(display)
    return document.root


@builtin(
    "component ImageDocumentGetComponentByID(imagedocument document, number id)",
    family=_FAMILY,
    help="An annotation; not valid if none.",
)
def get_from_document(run: Run, document: ImageDocument, number: float) -> object:
    return next((one for one in get_root(run, document).walk() if one.id == int(number)), NULL)


# --- what it is -------------------------------------------------------------------------------


@builtin("number ComponentGetID(component comp)", family=_FAMILY, help="A number that no other has.")
def get_id(run: Run, comp: object) -> float:
    return float(valid(comp).id)


@builtin("number ComponentGetType(component comp)", family=_FAMILY, help="2 line, 3 arrow, 5 box, 6 oval, 13 text…")
def get_type(run: Run, comp: object) -> float:
    return float(valid(comp).kind)


@builtin("number ComponentIsOfType(component comp, number type)", family=_FAMILY, help="Whether it is of a type.")
def is_of_type(run: Run, comp: object, kind: float) -> float:
    return float(valid(comp).kind == kind)


@builtin("taggroup ComponentGetTagGroup(component comp)", family=_FAMILY, help="Its tags.")
def get_tags(run: Run, comp: object) -> TagGroup:
    return valid(comp).tags


@builtin(
    "void ComponentExternalizeProperties(component comp, taggroup tags)",
    family=_FAMILY,
    help="Write what it is into tags.",
)
def externalize(run: Run, comp: object, tags: TagGroup) -> None:
    one = valid(comp)
    tags.set("AnnotationType", float(one.kind))
    for name, value in zip(("Top", "Left", "Bottom", "Right"), one.rect, strict=True):
        tags.set(f"Rectangle:{name}", float(value))
    if one.kind == TEXT:
        tags.set("Text", one.text)


# --- where it is ------------------------------------------------------------------------------


@builtin(f"void ComponentSetRect(component comp, {_GIVEN})", family=_FAMILY, help="Put it there.")
def set_rect(run: Run, comp: object, *area: float) -> None:
    valid(comp).rect = (area[0], area[1], area[2], area[3])
    _tell(run, valid(comp), "component_changed")


@builtin(
    f"void ComponentGetRect(component comp, {_WANTED})",
    f"void ComponentGetRectInView(component comp, {_WANTED})",
    family=_FAMILY,
    help="Where it lies.",
)
def get_rect(run: Run, comp: object, *area: Reference) -> None:
    for reference, value in zip(area, valid(comp).rect, strict=True):
        reference.set(float(value))


@builtin(
    f"void ComponentGetBoundingRect(component comp, {_WANTED})",
    f"void ComponentGetBoundingRectInView(component comp, {_WANTED})",
    family=_FAMILY,
    help="The rectangle around it.",
)
def get_bounding_rect(run: Run, comp: object, *area: Reference) -> None:
    for reference, value in zip(area, valid(comp).bounds, strict=True):
        reference.set(float(value))


def _places(comp: Component, point: float) -> tuple[int, int] | None:
    """Return where in its rectangle the y and x of a control point stand, None where it has no such point."""
    if comp.kind in LINES:
        return {_START: (0, 1), _END: (2, 3)}.get(int(point))
    return _CORNERS.get(int(point))


@builtin(
    "number ComponentGetControlPoint(component comp, number point, number &x, number &y)",
    family=_FAMILY,
    help="A point of it: 4 and 5 are the ends of a line, 0 to 3 the corners of others; returns whether it is there.",
)
def get_control_point(run: Run, comp: object, point: float, x: Reference, y: Reference) -> float:
    places = _places(valid(comp), point)
    if places is None:
        return 0.0
    y.set(float(valid(comp).rect[places[0]]))
    x.set(float(valid(comp).rect[places[1]]))
    return 1.0


@builtin(
    "void ComponentSetControlPoint(component comp, number point, number x, number y, number restriction)",
    family=_FAMILY,
    help="Move a point of it: 4 and 5 are the ends of a line, 0 to 3 the corners of others.",
    throws=True,
)
def set_control_point(run: Run, comp: object, point: float, x: float, y: float, restriction: float) -> None:
    places = _places(valid(comp), point)
    if places is None:
        raise ScriptRuntimeError(f"annotations of type {valid(comp).kind} have no control point {point:g}")
    rect = list(valid(comp).rect)
    rect[places[0]], rect[places[1]] = y, x
    set_rect(run, comp, *rect)


@builtin(
    "void ComponentPositionAroundPoint(component comp, number x, number y, number partX, number partY, "
    "number movesX, number movesY)",
    family=_FAMILY,
    help="Move it so that the point at these parts of its rectangle comes to (x, y).",
)
def position_around(
    run: Run, comp: object, x: float, y: float, part_x: float, part_y: float, moves_x: float, moves_y: float
) -> None:
    top, left, bottom, right = valid(comp).bounds
    down = y - (top + part_y * (bottom - top)) if moves_y else 0.0
    across = x - (left + part_x * (right - left)) if moves_x else 0.0
    valid(comp).move(down, across)
    _tell(run, valid(comp), "component_changed")


@builtin(
    "void ComponentTransformCoordinates(component comp, number offsetX, number offsetY, number scaleX, number scaleY)",
    family=_FAMILY,
    help="Stretch it about (0, 0), then shift it.",
)
def transform(run: Run, comp: object, offset_x: float, offset_y: float, scale_x: float, scale_y: float) -> None:
    for one in valid(comp).walk():
        top, left, bottom, right = one.rect
        one.rect = (
            top * scale_y + offset_y,
            left * scale_x + offset_x,
            bottom * scale_y + offset_y,
            right * scale_x + offset_x,
        )


@builtin(
    "void ComponentGetChildToViewTransform(component comp, number &offsetX, number &offsetY, number &scaleX, "
    "number &scaleY)",
    "void ComponentGetChildToWindowTransform(component comp, number &offsetX, number &offsetY, number &scaleX, "
    "number &scaleY)",
    "void ImageDocumentGetViewToWindowTransform(imagedocument document, number &offsetX, number &offsetY, "
    "number &scaleX, number &scaleY)",
    family=_FAMILY,
    help="From px of the image to px of the window, which are the same without a screen.",
)
def get_transform(run: Run, comp: Any, *numbers: Reference) -> None:
    for reference, value in zip(numbers, (0.0, 0.0, 1.0, 1.0), strict=True):
        reference.set(value)
