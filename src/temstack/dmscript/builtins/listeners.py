"""Listeners to images, displays, windows and the application, and to keys.

A map names events and methods: ``"roi_changed,roi_added:OnChange"``. Functions that add one return a token that
removes it. What a script does itself is heard; a mouse or a key is nobody's without a screen.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "listeners"


def _declare(name: str, subject: str, what: str) -> None:
    @builtin(
        f"number {name}Listener({subject} subject, object hearer, string map)",
        family=_FAMILY,
        help=f"Have an object hear what happens to {what}; returns a token.",
    )
    def add(run: Run, thing: Any, hearer: object, text: str) -> float:
        return run.desk.listeners.add(thing, hearer, text)

    @builtin(
        f"void {name.replace('Add', 'Remove', 1)}Listener({subject} subject, number token)",
        family=_FAMILY,
        help=f"Remove a listener to {what}.",
    )
    def remove(run: Run, thing: Any, token: float) -> None:
        run.desk.listeners.remove(token)


_declare("ImageAddEvent", "image", "an image")
_declare("ImageDisplayAddEvent", "imagedisplay", "a display")
_declare("ImageDocumentAddEvent", "imagedocument", "a document")
_declare("WindowAddWindow", "documentwindow", "a window")


@builtin(
    "number ApplicationAddEventListener(object hearer, string map)",
    family=_FAMILY,
    help="Have an object hear what happens to all images; returns a token.",
)
def add_to_application(run: Run, hearer: object, text: str) -> float:
    return run.desk.listeners.add(None, hearer, text)


@builtin("void ApplicationRemoveEventListener(number token)", family=_FAMILY, help="Remove such a listener.")
def remove_from_application(run: Run, token: float) -> None:
    run.desk.listeners.remove(token)


# --- what events are called -------------------------------------------------------------------


class EventMap:
    """The names of the events of one kind of thing, one bit each."""

    dm_type = "object"

    def __init__(self, *names: str) -> None:
        self.names = names


@builtin("object ImageGetEventMap()", family=_FAMILY, help="The names of the events of images.")
def image_event_map(run: Run) -> EventMap:
    return EventMap("data_changed", "data_value_changed", "calibration_changed", "tags_changed")


@builtin("object ImageDisplayGetEventMap()", family=_FAMILY, help="The names of the events of displays.")
def display_event_map(run: Run) -> EventMap:
    return EventMap("roi_added", "roi_removed", "roi_changed", "component_added", "component_removed")


@builtin(
    "void DeconstructEventFlags(object map, number flags, string &names)",
    family=_FAMILY,
    help="The names of the events in flags.",
)
def deconstruct(run: Run, names: Any, flags: float, text: Reference) -> None:
    known = names.names if isinstance(names, EventMap) else ()
    text.set(", ".join(name for bit, name in enumerate(known) if int(flags) >> bit & 1))


# --- keys -------------------------------------------------------------------------------------


@builtin(
    "number ImageDisplayAddKeyHandler(imagedisplay display, object hearer, string method)",
    family=_FAMILY,
    help="Have a method called when a key is pressed over a display; returns a token.",
)
def add_key_handler(run: Run, display: Any, hearer: object, method: str) -> float:
    return run.desk.listeners.add_keys(display, hearer, method)


@builtin("void ImageDisplayRemoveKeyHandler(imagedisplay display, number token)", family=_FAMILY, help="Remove one.")
def remove_key_handler(run: Run, display: Any, token: float) -> None:
    run.desk.listeners.remove(token)


@builtin(
    "number MatchesKeyDescriptor(object key, string name)", family=_FAMILY, help='Whether a key is "space", "esc", "a"…'
)
def matches_key(run: Run, key: Any, name: str) -> float:
    return float(getattr(key, "name", "") == name.strip().lower())


@builtin(
    "string GetKeyDescriptor(object key)", "string GetDescription(object key)", family=_FAMILY, help="Name of a key."
)
def key_name(run: Run, key: Any) -> str:
    return str(getattr(key, "name", ""))
