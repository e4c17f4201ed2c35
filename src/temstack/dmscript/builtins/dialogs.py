"""Elements of dialogs: how they are made, laid out, and what they hold.

Functions of layout return the element, so that they can be chained. Elements are tag groups with ``Type``,
``Title``, ``Identifier``, ``Value``, ``Items``, ``Method`` and ``Enabled``. A popup counts its entries from 1, a choice
from 0.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.dialogs import (
    find_element,
    inside,
    items_of,
    kind_of,
    new_container,
    new_element,
    number_of,
    number_of_tag,
    set_value,
    text_in,
    value_of,
)
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.number_text import text_of
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup

_FAMILY = "dialogs"

# --- what holds others ------------------------------------------------------------------------


def _declare_container(kind: str, what: str, *, has_title: bool) -> None:
    first = "string title" if has_title else ""
    comma = ", " if has_title else ""

    @builtin(f"taggroup DLGCreate{kind}({first})", family=_FAMILY, help=f"New {what}.")
    def create(run: Run, title: str = "") -> TagGroup:
        return new_container(kind, **({"Title": title} if has_title else {}))

    @builtin(
        f"taggroup DLGCreate{kind}({first}{comma}taggroup &items)",
        family=_FAMILY,
        help=f"New {what}, and the list of what it holds.",
    )
    def create_with_items(run: Run, *given: Any) -> TagGroup:
        made = create(run, *given[:-1])
        given[-1].set(items_of(made))
        return made


for _kind, _what, _has_title in (
    ("Dialog", "dialog", True),
    ("Box", "box with a frame and a title", True),
    ("Tab", "page of a list of tabs", True),
    ("Group", "group without a frame", False),
    ("Panel", "panel, one of several in one place", False),
):
    _declare_container(_kind, _what, has_title=_has_title)


@builtin("taggroup DLGCreateDialog()", family=_FAMILY, help="New dialog.")
def create_untitled_dialog(run: Run) -> TagGroup:
    return new_container("Dialog", Title="")


@builtin(
    "taggroup DLGGroupItems(taggroup first, taggroup others, ...)", family=_FAMILY, help="New group of these elements."
)
def group_items(run: Run, *elements: TagGroup) -> TagGroup:
    return new_container("Group", *elements)


def _declare_pages(kind: str, page: str, what: str) -> None:
    @builtin(
        f"taggroup DLGCreate{kind}()", f"taggroup DLGCreate{kind}(number shown)", family=_FAMILY, help=f"New {what}."
    )
    def create(run: Run, shown: float = 0.0) -> TagGroup:
        return new_container(kind, Value=shown)

    @builtin(f"taggroup DLGAdd{page}(taggroup list, taggroup page)", family=_FAMILY, help=f"Add to a {what}.")
    def add(run: Run, container: TagGroup, added: TagGroup) -> TagGroup:
        return add_element(run, container, added)


_declare_pages("PanelList", "Panel", "list of panels, of which one shows")
_declare_pages("TabList", "Tab", "list of tabs")


@builtin("taggroup DLGAddTab(taggroup list, string title)", family=_FAMILY, help="Add a page, and return it.")
def add_titled_tab(run: Run, container: TagGroup, title: str) -> TagGroup:
    return add_element(run, container, new_container("Tab", Title=title))


@builtin(
    "taggroup DLGAddElement(taggroup container, taggroup element)",
    family=_FAMILY,
    help="Put an element into a dialog, a box or a list of items; returns the element.",
)
def add_element(run: Run, container: TagGroup, element: TagGroup) -> TagGroup:
    if not isinstance(container, TagGroup) or not isinstance(element, TagGroup):
        raise ScriptRuntimeError("DLGAddElement needs what DLGCreate… made", got=repr((container, element)))
    if any(one is container for one in (element, *inside(element))):
        raise ScriptRuntimeError("an element of a dialog cannot be put into itself")
    items_of(container).insert(-1, element)
    return element


@builtin("taggroup DLGGetElement(taggroup container, number index)", family=_FAMILY, help="An element; NULL if none.")
def get_element(run: Run, container: TagGroup, index: float) -> object:
    found = inside(container)
    return found[int(index)] if 0 <= index < len(found) else NULL


@builtin("taggroup DLGGetElement(taggroup container, string id)", family=_FAMILY, help="An element; NULL if none.")
def get_element_named(run: Run, container: TagGroup, identifier: str) -> object:
    found = find_element(container, identifier)
    return NULL if found is None else found


@builtin("number DLGCountElements(taggroup container)", family=_FAMILY, help="How many elements it holds.")
def count_elements(run: Run, container: TagGroup) -> float:
    return float(len(inside(container)))


@builtin("void DLGRemoveElement(taggroup container, number index)", family=_FAMILY, help="Take an element out.")
def remove_element(run: Run, container: TagGroup, index: float) -> None:
    items_of(container).delete_at(index)


# --- labels and buttons -----------------------------------------------------------------------


@builtin(
    "taggroup DLGCreateLabel(string text)",
    "taggroup DLGCreateLabel(string text, number width)",
    family=_FAMILY,
    help="New line of text.",
)
def create_label(run: Run, text: str, width: float | None = None) -> TagGroup:
    made = new_element("Label", Title=text)
    return made if width is None else _lay_out(made, "Width", width)


@builtin(
    "taggroup DLGCreatePushButton(string title, string method)",
    family=_FAMILY,
    help="New button that calls a method.",
)
def create_push_button(run: Run, title: str, method: str) -> TagGroup:
    return new_element("PushButton", Title=title, Method=method)


@builtin(
    "taggroup DLGCreateBevelButton(image on, image off, string method)",
    family=_FAMILY,
    help="New button with two pictures.",
)
def create_bevel_button(run: Run, on: Image, off: Image, method: str) -> TagGroup:
    return new_element("BevelButton", Method=method, Bitmap=on)


@builtin(
    "taggroup DLGCreateDualStateBevelButton(string id, image on, image off, string method)",
    family=_FAMILY,
    help="New button with two pictures, and an identifier.",
)
def create_dual_state_button(run: Run, identifier: str, on: Image, off: Image, method: str) -> TagGroup:
    return new_element("DualStateBevelButton", Identifier=identifier, Method=method, Bitmap=on)


@builtin("taggroup DLGCreateGraphic(number width, number height)", family=_FAMILY, help="New place for pictures.")
def create_graphic(run: Run, width: float, height: float) -> TagGroup:
    return new_container("Graphic", Width=width, Height=height)


@builtin("taggroup DLGCreateBitmap(image picture)", family=_FAMILY, help="New picture.")
def create_bitmap(run: Run, picture: Image) -> TagGroup:
    return new_element("Bitmap", Bitmap=picture)


@builtin("taggroup DLGAddBitmap(taggroup graphic, taggroup bitmap)", family=_FAMILY, help="Put a picture in place.")
def add_bitmap(run: Run, graphic: TagGroup, bitmap: TagGroup) -> TagGroup:
    return add_element(run, graphic, bitmap)


@builtin("taggroup DLGBitmapData(taggroup element, image picture)", family=_FAMILY, help="Set its picture.")
def bitmap_data(run: Run, element: TagGroup, picture: Image) -> TagGroup:
    return _lay_out(element, "Bitmap", picture)


@builtin("taggroup DLGCreateProgressBar(string id)", family=_FAMILY, help="New bar that shows progress, 0 to 1.")
def create_progress_bar(run: Run, identifier: str) -> TagGroup:
    return new_element("ProgressBar", Identifier=identifier, Value=0.0)


# --- fields -----------------------------------------------------------------------------------


def _labelled(label: str, field: Reference, made: TagGroup) -> TagGroup:
    """Return a label and a field side by side; the variable of the caller gets the field."""
    field.set(made)
    return new_container("Group", new_element("Label", Title=label), made)


def _field(
    kind: str, value: Any, width: float | None = None, method: str = "", digits: float | None = None
) -> TagGroup:
    made = new_element(kind, Value=0.0)
    set_value(made, value)
    for name, given in (("Width", width), ("Digits", digits), ("Method", method or None)):
        if given is not None:
            made.set(name, given)
    return made


@builtin(
    "taggroup DLGCreateRealField(number value)",
    "taggroup DLGCreateRealField(number value, number width)",
    "taggroup DLGCreateRealField(number value, number width, number digits)",
    "taggroup DLGCreateRealField(number value, number width, number digits, string method)",
    family=_FAMILY,
    help="New field for a number.",
)
def create_real_field(
    run: Run, value: float, width: float | None = None, digits: float | None = None, method: str = ""
) -> TagGroup:
    return _field("RealField", value, width, method, digits)


@builtin(
    "taggroup DLGCreateRealField(string label, taggroup &field, number value, number width, number digits)",
    "taggroup DLGCreateRealField(string label, taggroup &field, number value, number width, number digits, "
    "string method)",
    family=_FAMILY,
    help="New label with a field for a number.",
)
def create_labelled_real_field(
    run: Run, label: str, field: Reference, value: float, width: float, digits: float, method: str = ""
) -> TagGroup:
    return _labelled(label, field, _field("RealField", value, width, method, digits))


@builtin(
    "taggroup DLGCreateIntegerField(number value)",
    "taggroup DLGCreateIntegerField(number value, number width)",
    "taggroup DLGCreateIntegerField(number value, number width, string method)",
    family=_FAMILY,
    help="New field for a whole number.",
)
def create_integer_field(run: Run, value: float, width: float | None = None, method: str = "") -> TagGroup:
    return _field("IntegerField", value, width, method)


@builtin(
    "taggroup DLGCreateIntegerField(string label, taggroup &field, number value, number width)",
    "taggroup DLGCreateIntegerField(string label, taggroup &field, number value, number width, string method)",
    family=_FAMILY,
    help="New label with a field for a whole number.",
)
def create_labelled_integer_field(
    run: Run, label: str, field: Reference, value: float, width: float, method: str = ""
) -> TagGroup:
    return _labelled(label, field, _field("IntegerField", value, width, method))


@builtin(
    "taggroup DLGCreateStringField(string value)",
    "taggroup DLGCreateStringField(string value, number width)",
    "taggroup DLGCreateStringField(string value, number width, string method)",
    family=_FAMILY,
    help="New field for a text.",
)
def create_string_field(run: Run, value: str, width: float | None = None, method: str = "") -> TagGroup:
    return _field("StringField", value, width, method)


@builtin(
    "taggroup DLGCreateStringField(string label, taggroup &field, string value, number width)",
    "taggroup DLGCreateStringField(string label, taggroup &field, string value, number width, string method)",
    family=_FAMILY,
    help="New label with a field for a text.",
)
def create_labelled_string_field(
    run: Run, label: str, field: Reference, value: str, width: float, method: str = ""
) -> TagGroup:
    return _labelled(label, field, _field("StringField", value, width, method))


@builtin(
    "taggroup DLGCreateTextBox(number width, number height, number length)",
    family=_FAMILY,
    help="New field for lines of text.",
)
def create_text_box(run: Run, width: float, height: float, length: float) -> TagGroup:
    made = _field("TextBox", "", width)
    made.set("Height", height)
    return _lay_out(made, "Length", length)


@builtin(
    "taggroup DLGCreateCheckBox(string title)",
    "taggroup DLGCreateCheckBox(string title, number isOn)",
    "taggroup DLGCreateCheckBox(string title, number isOn, string method)",
    family=_FAMILY,
    help="New box to be checked or not.",
)
def create_check_box(run: Run, title: str, is_on: float = 0.0, method: str = "") -> TagGroup:
    made = new_element("CheckBox", Title=title, Value=float(bool(is_on)))
    return _lay_out(made, "Method", method) if method else made


# --- layout -----------------------------------------------------------------------------------


def _lay_out(element: TagGroup, name: str, value: Any) -> TagGroup:
    if not isinstance(element, TagGroup):
        raise ScriptRuntimeError(f"an element of a dialog is needed to set its {name}", got=repr(element))
    element.set(name, value)
    return element


def _declare_layout(name: str, tag: str, kind: str, what: str) -> None:
    @builtin(f"taggroup DLG{name}(taggroup element, {kind} value)", family=_FAMILY, help=f"Set {what}; returns it.")
    def set_one(run: Run, element: TagGroup, value: Any) -> TagGroup:
        return _lay_out(element, tag, value)


for _name, _tag, _kind, _what in (
    ("Identifier", "Identifier", "string", "by which name the script finds it"),
    ("ChangedMethod", "Method", "string", "which method is called when it changes"),
    ("ActionMethod", "Action Method", "string", "which method is called on a double click"),
    ("Title", "Title", "string", "its text"),
    ("Label", "Label", "string", "its label"),
    ("Anchor", "Anchor", "string", "to which side of its place it goes"),
    ("Side", "Side", "string", "to which side of the others it goes"),
    ("Fill", "Fill", "string", "in which directions it fills its place"),
    ("Expand", "Expand", "string", "in which directions its place grows"),
    ("Width", "Width", "number", "its width"),
    ("Height", "Height", "number", "its height"),
    ("Enabled", "Enabled", "number", "whether it can be used"),
    ("Invalid", "Invalid", "number", "whether it is marked as wrong"),
    ("Layout", "Layout", "taggroup", "how what it holds is laid out"),
    ("Position", "Position", "taggroup", "where on the screen it comes up"),
):
    _declare_layout(_name, _tag, _kind, _what)


def _declare_padding(name: str) -> None:
    @builtin(
        f"taggroup DLG{name}Padding(taggroup element, number x, number y)",
        f"taggroup DLG{name}Padding(taggroup element, number left, number right, number top, number bottom)",
        family=_FAMILY,
        help=f"Set the {name.lower()} padding; returns the element.",
    )
    def set_padding(run: Run, element: TagGroup, *sides: float) -> TagGroup:
        return _lay_out(element, f"{name} Padding", " ".join(text_of(side) for side in sides))


for _name in ("External", "Internal"):
    _declare_padding(_name)


@builtin(
    "taggroup DLGCreateTableLayout(number columns, number rows, number isUniform)",
    family=_FAMILY,
    help="New layout in a table.",
)
def create_table_layout(run: Run, columns: float, rows: float, is_uniform: float) -> TagGroup:
    return new_element("Table", Columns=columns, Rows=rows, Uniform=is_uniform)


@builtin(
    "taggroup DLGTableLayout(taggroup element, number columns, number rows, number isUniform)",
    family=_FAMILY,
    help="Lay out what it holds in a table; returns it.",
)
def table_layout(run: Run, element: TagGroup, columns: float, rows: float, is_uniform: float) -> TagGroup:
    return _lay_out(element, "Layout", create_table_layout(run, columns, rows, is_uniform))


@builtin("taggroup DLGBuildPositionFromApplication()", family=_FAMILY, help="A place relative to the application.")
def position_from_application(run: Run) -> TagGroup:
    return new_element("Application")


@builtin("taggroup DLGBuildAutoSize()", family=_FAMILY, help="A size that fits what is inside.")
def auto_size(run: Run) -> TagGroup:
    return new_element("Auto Size")


@builtin(
    "taggroup DLGBuildRelativePosition(string where, number place)",
    family=_FAMILY,
    help="A place: -1 is left or top, 1 right or bottom.",
)
def relative_position(run: Run, where: str, place: float) -> TagGroup:
    return new_element("Relative", Where=where, Place=place)


# --- what an element holds --------------------------------------------------------------------


@builtin("number DLGGetValue(taggroup element)", family=_FAMILY, help="Its number.")
def get_value(run: Run, element: TagGroup) -> float:
    return number_of(element)


@builtin("number DLGGetValue(taggroup element, number &value)", family=_FAMILY, help="Get its number.")
def get_value_into(run: Run, element: TagGroup, value: Reference) -> float:
    value.set(number_of(element))
    return 1.0


@builtin("number DLGGetValue(taggroup element, string &value)", family=_FAMILY, help="Get its text.")
def get_text_into(run: Run, element: TagGroup, value: Reference) -> float:
    value.set(text_of(value_of(element)))
    return 1.0


@builtin("string DLGGetStringValue(taggroup element)", family=_FAMILY, help="Its text.")
def get_string_value(run: Run, element: TagGroup) -> str:
    return text_of(value_of(element))


@builtin(
    "taggroup DLGValue(taggroup element, number value)",
    "taggroup DLGValue(taggroup element, string value)",
    family=_FAMILY,
    help="Set its value; returns it.",
)
def set_element_value(run: Run, element: TagGroup, value: float | str) -> TagGroup:
    set_value(element, value)
    return element


@builtin("string DLGGetTitle(taggroup element)", family=_FAMILY, help="Its text.")
def get_title(run: Run, element: TagGroup) -> str:
    return text_in(element, "Title")


@builtin("void DLGGetTitle(taggroup element, string &title)", family=_FAMILY, help="Get its text.")
def get_title_into(run: Run, element: TagGroup, title: Reference) -> None:
    title.set(text_in(element, "Title"))


@builtin("string DLGGetType(taggroup element)", family=_FAMILY, help='What it is, e.g. "PushButton".')
def get_type(run: Run, element: TagGroup) -> str:
    return kind_of(element)


@builtin("string DLGGetIdentifier(taggroup element)", family=_FAMILY, help="By which name the script finds it.")
def get_identifier(run: Run, element: TagGroup) -> str:
    return text_in(element, "Identifier")


@builtin("number DLGGetIdentifier(taggroup element, string &id)", family=_FAMILY, help="Get its identifier.")
def get_identifier_into(run: Run, element: TagGroup, identifier: Reference) -> float:
    identifier.set(text_in(element, "Identifier"))
    return float(bool(text_in(element, "Identifier")))


@builtin("number DLGGetEnabled(taggroup element)", family=_FAMILY, help="Whether it can be used.")
def get_enabled(run: Run, element: TagGroup) -> float:
    return number_of_tag(element, "Enabled", 1.0)
