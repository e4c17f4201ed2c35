"""Dialogs as scripts build them: trees of elements, each a tag group that the script may also read and change.

What comes in: elements made by ``DLGCreate…``. What goes out: the tree as text, the values of its elements, and
what an answer such as ``0.5``, ``yes`` or the label of a choice means to one of them. Always true: an element that
a script looks up in a dialog is the one on show, so that a change of it is a change of the dialog.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.number_text import text_of
from temstack.dmscript.tag_groups import MISSING, TagGroup

BUTTONS = {"PushButton": "button", "BevelButton": "button", "DualStateBevelButton": "button"}
NUMBER_FIELDS = {"IntegerField": "whole number", "RealField": "number", "ProgressBar": "progress"}
TEXT_FIELDS = {"StringField": "text", "TextBox": "text"}
CHOICES = {"Popup": "choice", "Choice": "choice", "RadioList": "choice", "List": "list"}
PAGES = {"PanelList": "panels", "TabList": "tabs"}
_WORDS = {**BUTTONS, **NUMBER_FIELDS, **TEXT_FIELDS, **CHOICES, **PAGES, "CheckBox": "check box"}
_FIRST_VALUE = {"Popup": 1.0}
_YES, _NO = frozenset(("yes", "true", "on", "1", "checked")), frozenset(("no", "false", "off", "0", "unchecked"))


def new_element(kind: str, **tags: Any) -> TagGroup:
    """Return an element; *tags* are its first ones, e.g. ``Title="OK"``."""
    element = TagGroup()
    element.set("Type", kind)
    for name, value in tags.items():
        element.set(name, value)
    return element


def new_container(kind: str, *inside: TagGroup, **tags: Any) -> TagGroup:
    """Return an element that holds others."""
    element = new_element(kind, **tags)
    items = element.group("Items", is_list=True)
    for one in inside:
        items.insert(-1, one)
    return element


def kind_of(element: TagGroup) -> str:
    """Return what an element is, e.g. ``"PushButton"``; a list of items is nothing by itself."""
    found = element.find("Type")
    return found if isinstance(found, str) else ""


def text_in(element: TagGroup, name: str) -> str:
    """Return a text of an element, e.g. its ``"Title"`` or ``"Identifier"``; ``""`` where it has none."""
    found = element.find(name)
    return found if isinstance(found, str) else ""


def items_of(element: TagGroup) -> TagGroup:
    """Return the list of what an element holds; the list itself may be given too."""
    if element.is_list:
        return element
    return element.group("Items", is_list=True)


def inside(element: TagGroup) -> list[TagGroup]:
    """Return the elements right inside one."""
    found = element if element.is_list else element.find("Items")
    return [one for _, one in found if isinstance(one, TagGroup)] if isinstance(found, TagGroup) else []


def walk(element: TagGroup, depth: int = 0) -> Iterator[tuple[int, TagGroup]]:
    """Yield ``(depth, element)`` of an element and all that is inside, in the order of the screen."""
    yield depth, element
    if kind_of(element) in CHOICES:
        return
    for one in inside(element):
        yield from walk(one, depth + 1)


def find_element(root: TagGroup, identifier: str) -> TagGroup | None:
    """Return the element with an identifier, None where there is none."""
    wanted = identifier.lower()
    return next((one for _, one in walk(root) if text_in(one, "Identifier").lower() == wanted), None)


# --- values -----------------------------------------------------------------------------------


def holder(element: TagGroup) -> TagGroup:
    """Return what has the value: the element, or the first field inside a group of label and field."""
    if kind_of(element) in _WORDS and kind_of(element) not in BUTTONS:
        return element
    fields = (one for _, one in walk(element) if kind_of(one) in _WORDS and kind_of(one) not in BUTTONS)
    return next(fields, element)


def value_of(element: TagGroup) -> float | str:
    """Return the value of an element: a number, or the text of a text field."""
    field = holder(element)
    found = field.find("Value")
    if kind_of(field) in TEXT_FIELDS:
        return text_of(found) if isinstance(found, str | int | float) else ""
    if isinstance(found, str):
        return found
    return _FIRST_VALUE.get(kind_of(field), 0.0) if found is MISSING else float(found)


def number_of(element: TagGroup) -> float:
    """Return the value as a number; a text that is none counts 0."""
    value = value_of(element)
    try:
        return float(value)
    except ValueError:
        return 0.0


def set_value(element: TagGroup, value: float | str) -> None:
    """Give an element a value, as a script does; a number field takes the number in a text."""
    field = holder(element)
    kind = kind_of(field)
    if kind in TEXT_FIELDS:
        value = text_of(value)
    elif kind in NUMBER_FIELDS and isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = 0.0
    if kind == "IntegerField":
        value = float(int(value))
    field.set("Value", value)


def entries(element: TagGroup) -> list[tuple[str, float]]:
    """Return ``(label, value)`` of each entry of a choice, or of each page of tabs."""
    kind = kind_of(element)
    if kind == "RadioList":
        return [(text_in(one, "Title"), number_of_tag(one, "Value")) for one in inside(element)]
    first = int(_FIRST_VALUE.get(kind, 0.0))
    return [
        (text_in(one, "Label") or text_in(one, "Title"), float(index))
        for index, one in enumerate(inside(element), start=first)
    ]


def number_of_tag(element: TagGroup, name: str, default: float = 0.0) -> float:
    """Return a number of an element, e.g. its ``"Enabled"``."""
    found = element.find(name)
    return float(found) if isinstance(found, int | float) else default


# --- answers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Control:
    """One element that a user can change or press.

    Parameters
    ----------
    element : TagGroup
        The element.
    identifier : str
        What the script calls it; often ``""``.
    label : str
        What stands on it or before it.
    """

    element: TagGroup
    identifier: str
    label: str


def controls(root: TagGroup) -> list[Control]:
    """Return all that a user can change or press, in the order of the screen."""
    found = []
    before = ""
    for _, one in walk(root):
        kind = kind_of(one)
        if kind == "Label":
            before = text_in(one, "Title")
        elif kind in _WORDS and kind != "ProgressBar":
            found.append(Control(one, text_in(one, "Identifier"), text_in(one, "Title") or before))
            before = ""
    return found


def understand(element: TagGroup, answer: str) -> float | str:
    """Return the value that an answer means for an element.

    Raises
    ------
    ScriptRuntimeError
        If it means none.
    """
    kind, word = kind_of(element), answer.strip()
    if kind in TEXT_FIELDS:
        return answer
    if kind == "CheckBox" and word.lower() in _YES | _NO:
        return float(word.lower() in _YES)
    known = entries(element) if kind in CHOICES or kind in PAGES else []
    for label, value in known:
        if label.strip().lower() == word.lower():
            return value
    try:
        number = float(word)
    except ValueError:
        expected = " or ".join(repr(label) for label, _ in known) or ("yes or no" if kind == "CheckBox" else "a number")
        name = text_in(element, "Identifier") or text_in(element, "Title")
        raise ScriptRuntimeError(
            f"the answer to element {name!r} of a dialog means nothing", got=repr(answer), expected=expected
        ) from None
    if known and number not in [value for _, value in known]:
        values = ", ".join(f"{value:g} ({label})" for label, value in known)
        name = text_in(element, "Identifier") or text_in(element, "Title")
        raise ScriptRuntimeError(f"element {name!r} has no such choice", got=repr(answer), expected=f"one of {values}")
    return float(int(number)) if kind == "IntegerField" else number


# --- as text ----------------------------------------------------------------------------------


def tree_text(root: TagGroup, title: str = "") -> str:
    """Return the tree of elements, one a line, with identifiers, values and the methods they call.

    Examples
    --------
    >>> field = new_element("RealField", Identifier="exposure", Value=0.5)
    >>> print(tree_text(new_container("Dialog", field, Title="Record")), end="")
    dialog "Record"
        number [exposure] = 0.5
    """
    lines = [f'dialog "{title or text_in(root, "Title")}"']
    for depth, one in walk(root):
        line = _line(one) if depth else ""
        if line:
            lines.append("    " * depth + line)
    return "\n".join(lines) + "\n"


def _line(element: TagGroup) -> str:
    kind = kind_of(element)
    title, identifier = text_in(element, "Title"), text_in(element, "Identifier")
    words = [_WORDS.get(kind, kind.lower())]
    if title:
        words.append(f'"{title}"')
    if identifier:
        words.append(f"[{identifier}]")
    if kind in _WORDS and kind not in BUTTONS:
        value = value_of(element)
        words.append(f'= "{value}"' if isinstance(value, str) else f"= {text_of(value)}")
    if kind in CHOICES:
        words.append("(" + " | ".join(f"{value:g} {label}".strip() for label, value in entries(element)) + ")")
    if method := text_in(element, "Method"):
        words.append(f"→ {method}")
    if number_of_tag(element, "Enabled", 1.0) == 0:
        words.append("(disabled)")
    return " ".join(words) if len(words) > 1 or inside(element) else ""
