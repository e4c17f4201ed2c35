"""Elements of dialogs from which one entry is chosen: popups, choices, radio buttons, lists."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.dialogs import inside, items_of, kind_of, new_container, new_element, text_in
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup

_FAMILY = "choices"


def _declare_choice(kind: str, first: float, what: str) -> None:
    def made(value: float, method: str) -> TagGroup:
        element = new_container(kind, Value=value)
        if method:
            element.set("Method", method)
        return element

    @builtin(f"taggroup DLGCreate{kind}()", family=_FAMILY, help=f"New {what}.")
    def create(run: Run) -> TagGroup:
        return made(first, "")

    @builtin(
        f"taggroup DLGCreate{kind}(number chosen)",
        f"taggroup DLGCreate{kind}(number chosen, string method)",
        family=_FAMILY,
        help=f"New {what}, with its first value and the method called when it changes.",
    )
    def create_with_value(run: Run, chosen: float, method: str = "") -> TagGroup:
        return made(chosen, method)

    @builtin(
        f"taggroup DLGCreate{kind}(taggroup &items)",
        f"taggroup DLGCreate{kind}(taggroup &items, number chosen)",
        f"taggroup DLGCreate{kind}(taggroup &items, number chosen, string method)",
        family=_FAMILY,
        help=f"New {what}, and the list of its entries.",
    )
    def create_with_items(run: Run, items: Reference, chosen: float = first, method: str = "") -> TagGroup:
        element = made(chosen, method)
        items.set(items_of(element))
        return element


_declare_choice("Popup", 1.0, "menu of entries, counted from 1")
_declare_choice("Choice", 0.0, "menu of entries, counted from 0")
_declare_choice("RadioList", 0.0, "list of radio buttons")


@builtin("taggroup DLGCreateRadioItem(string title, number value)", family=_FAMILY, help="New radio button.")
def create_radio_item(run: Run, title: str, value: float) -> TagGroup:
    return new_element("RadioItem", Title=title, Value=value)


@builtin(
    "taggroup DLGAddRadioItem(taggroup items, string title, number value)",
    family=_FAMILY,
    help="Add a radio button, and return it.",
)
def add_radio_item(run: Run, items: TagGroup, title: str, value: float) -> TagGroup:
    return _added(items, create_radio_item(run, title, value))


@builtin(
    "taggroup DLGAddPopupItemEntry(taggroup items, string label)",
    "taggroup DLGAddPopupItemEntry(taggroup items, string label, number isEnabled)",
    "taggroup DLGAddChoiceItemEntry(taggroup items, string label)",
    "taggroup DLGAddChoiceItemEntry(taggroup items, string label, number isEnabled)",
    "taggroup DLGAddListItem(taggroup items, string label, number isSelected)",
    "taggroup DLGAddListItem(taggroup items, string label)",
    family=_FAMILY,
    help="Add an entry, and return it.",
)
def add_entry(run: Run, items: TagGroup, label: str, state: float = 1.0) -> TagGroup:
    name = "Selected" if kind_of(items) == "List" else "Enabled"
    return _added(items, new_element("Entry", Label=label, **{name: state}))


def _added(container: TagGroup, element: TagGroup) -> TagGroup:
    items_of(container).insert(-1, element)
    return element


@builtin(
    "taggroup DLGCreateList(number width, number height)",
    family=_FAMILY,
    help="New list of entries, of which one is chosen.",
)
def create_list(run: Run, width: float, height: float) -> TagGroup:
    return new_container("List", Value=0.0, Width=width, Height=height)


@builtin(
    "taggroup DLGCreateList(taggroup &items, number width, number height)",
    family=_FAMILY,
    help="New list, and the list of its entries.",
)
def create_list_with_items(run: Run, items: Reference, width: float, height: float) -> TagGroup:
    made = create_list(run, width, height)
    items.set(items_of(made))
    return made


@builtin(
    "taggroup DLGCreateList(string method, number width, number height)",
    family=_FAMILY,
    help="New list that calls a method when another entry is chosen.",
)
def create_list_with_method(run: Run, method: str, width: float, height: float) -> TagGroup:
    made = create_list(run, width, height)
    made.set("Method", method)
    return made


@builtin(
    "number DLGGetNthLabel(taggroup element, number index, string &label)",
    family=_FAMILY,
    help="Get the text of an entry, counted from 0; returns whether it is there.",
)
def get_nth_label(run: Run, element: TagGroup, index: float, label: Reference) -> float:
    found = inside(element)
    if not 0 <= index < len(found):
        return 0.0
    label.set(text_in(found[int(index)], "Label") or text_in(found[int(index)], "Title"))
    return 1.0


@builtin("void DLGRemoveAllItems(taggroup items)", family=_FAMILY, help="Remove all entries.")
def remove_all_items(run: Run, items: TagGroup) -> None:
    items_of(items).clear()
