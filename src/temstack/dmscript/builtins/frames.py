"""Dialogs on show: objects of class ``UIFrame``, and palettes.

Without a screen a dialog is printed as a tree of its elements. ``Pose`` is answered at once; a dialog that
``Display`` puts beside the script is answered when the script has come to its end.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.desk import Frame, frame_of
from temstack.dmscript.dialogs import find_element, number_of, number_of_tag, set_value, text_in, value_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.number_text import text_of
from temstack.dmscript.objects import ScriptObject
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup
from temstack.dmscript.windows import FrameWindow

_FAMILY = "frames"


def _owner(thing: object) -> ScriptObject:
    if not isinstance(thing, ScriptObject):
        raise ScriptRuntimeError("an object of class UIFrame is needed", got=repr(thing), expected="alloc(UIFrame)")
    return thing


def _element(run: Run, frame: object, identifier: str) -> TagGroup | None:
    """Return an element of a dialog; one that is not there is noted once, as it hurts nothing at a microscope."""
    found = frame_of(frame).find(identifier)
    if found is None:
        note = f"dialog {frame_of(frame).title!r} has no element {identifier!r}"
        if ("missing element", note) not in getattr(run.host, "notices", ()):
            run.host.notify("missing element", note)
    return found


# --- the dialog as a whole --------------------------------------------------------------------


@builtin("object Init(object frame, taggroup dialog)", family=_FAMILY, help="Make it the dialog; returns the object.")
def init(run: Run, frame: object, dialog: TagGroup) -> object:
    if not isinstance(dialog, TagGroup):
        raise ScriptRuntimeError("Init needs what DLGCreateDialog made", got=repr(dialog))
    _owner(frame).ui = Frame(dialog)
    return frame


@builtin("object Init(object frame)", family=_FAMILY, help="Returns the object.")
def init_empty(run: Run, frame: object) -> object:
    return frame


@builtin(
    "documentwindow Display(object frame, string title)",
    family=_FAMILY,
    help="Show it beside the script; returns its window.",
    throws=True,
)
def display(run: Run, frame: object, title: str) -> object:
    run.desk.display(_owner(frame), title)
    return get_frame_window(run, frame)


@builtin("number Pose(object frame)", family=_FAMILY, help="Show it, and wait; 1 for OK, 0 for Cancel.", throws=True)
def pose(run: Run, frame: object) -> float:
    return float(run.desk.pose(_owner(frame)))


@builtin("void Close(object frame)", "void CloseFrame(object frame)", family=_FAMILY, help="Take it off the screen.")
def close(run: Run, frame: object) -> None:
    run.desk.close(_owner(frame))


@builtin("documentwindow GetFrameWindow(object frame)", family=_FAMILY, help="Its window.")
def get_frame_window(run: Run, frame: object) -> object:
    ui = _owner(frame).ui
    if not isinstance(ui, Frame):
        return NULL
    ui.window = ui.window or FrameWindow(_owner(frame))
    return ui.window


@builtin("void ValidateView(object frame)", "void InvalidateView(object frame)", family=_FAMILY, help="Draw it again.")
def validate_view(run: Run, frame: object) -> None:
    run.check()
    run.host.notify("redraw", frame_of(frame).title)


@builtin("number IsDisplayed(object frame)", family=_FAMILY, help="Whether it is on the screen.")
def is_displayed(run: Run, frame: object) -> float:
    ui = _owner(frame).ui
    return float(isinstance(ui, Frame) and ui.is_open)


# --- its elements -----------------------------------------------------------------------------


@builtin("taggroup LookUpElement(object frame, string id)", family=_FAMILY, help="An element; not valid if none.")
def look_up_element(run: Run, frame: object, identifier: str) -> object:
    found = frame_of(frame).find(identifier)
    return NULL if found is None else found


@builtin("taggroup LookUpElement(taggroup dialog, string id)", family=_FAMILY, help="An element; not valid if none.")
def look_up_in_tags(run: Run, dialog: TagGroup, identifier: str) -> object:
    found = find_element(dialog, identifier)
    return NULL if found is None else found


def _declare_state(name: str, tag: str, what: str) -> None:
    @builtin(f"void Set{name}(object frame, string id, number value)", family=_FAMILY, help=f"Set {what}.")
    def set_state(run: Run, frame: object, identifier: str, value: float) -> None:
        element = _element(run, frame, identifier)
        if element is not None:
            element.set(tag, float(bool(value)))

    @builtin(f"number Get{name}(object frame, string id)", family=_FAMILY, help=f"Get {what}.")
    def get_state(run: Run, frame: object, identifier: str) -> float:
        element = _element(run, frame, identifier)
        return 0.0 if element is None else number_of_tag(element, tag, 1.0)


_declare_state("ElementIsEnabled", "Enabled", "whether an element can be used")
_declare_state("ElementIsShown", "Shown", "whether an element is on the screen")


@builtin(
    "number DLGGetValue(object frame, string id, number &value)",
    family=_FAMILY,
    help="Get the number of an element; returns whether it is there.",
)
def get_value(run: Run, frame: object, identifier: str, value: Reference) -> float:
    element = _element(run, frame, identifier)
    if element is not None:
        value.set(number_of(element))
    return float(element is not None)


@builtin(
    "number DLGGetValue(object frame, string id, string &value)",
    family=_FAMILY,
    help="Get the text of an element; returns whether it is there.",
)
def get_text(run: Run, frame: object, identifier: str, value: Reference) -> float:
    element = _element(run, frame, identifier)
    if element is not None:
        value.set(text_of(value_of(element)))
    return float(element is not None)


@builtin("number DLGGetValue(object frame, string id)", family=_FAMILY, help="The number of an element.", throws=True)
def get_value_of(run: Run, frame: object, identifier: str) -> float:
    element = frame_of(frame).find(identifier)
    if element is None:
        raise ScriptRuntimeError(f"dialog {frame_of(frame).title!r} has no element {identifier!r}")
    return number_of(element)


@builtin(
    "number DLGValue(object frame, string id, number value)",
    "number DLGValue(object frame, string id, string value)",
    family=_FAMILY,
    help="Set the value of an element; returns whether it is there.",
)
def set_element_value(run: Run, frame: object, identifier: str, value: float | str) -> float:
    element = _element(run, frame, identifier)
    if element is not None:
        set_value(element, value)
    return float(element is not None)


@builtin(
    "number DLGSetProgress(object frame, string id, number part)",
    family=_FAMILY,
    help="Set a bar of progress, 0 to 1; returns whether it is there.",
)
def set_progress(run: Run, frame: object, identifier: str, part: float) -> float:
    run.check()
    return set_element_value(run, frame, identifier, min(max(part, 0.0), 1.0))


@builtin("number DLGTitle(object frame, string id, string title)", family=_FAMILY, help="Set the text of an element.")
def set_title(run: Run, frame: object, identifier: str, title: str) -> float:
    element = _element(run, frame, identifier)
    if element is not None:
        element.set("Title", title)
    return float(element is not None)


@builtin(
    "number DLGGetTitle(object frame, string id, string &title)", family=_FAMILY, help="Get the text of an element."
)
def get_title(run: Run, frame: object, identifier: str, title: Reference) -> float:
    element = _element(run, frame, identifier)
    if element is not None:
        title.set(text_in(element, "Title"))
    return float(element is not None)


# --- palettes ---------------------------------------------------------------------------------


@builtin(
    "number RegisterScriptPalette(object frame, string type, string title)",
    family=_FAMILY,
    help="Keep it as a palette; returns a token.",
)
def register_palette(run: Run, frame: object, kind: str, title: str) -> float:
    return float(run.desk.register_palette(_owner(frame), title))


@builtin("void UnregisterScriptPalette(number token)", family=_FAMILY, help="Take a palette away.", throws=True)
def unregister_palette(run: Run, token: Any) -> None:
    if not run.desk.unregister_palette(token):
        raise ScriptRuntimeError(f"there is no palette {token:g}")
