"""Dialogs of scripts: what is on show as plain values, and what the user did to it.

The script changes its tags in its own thread; windows look at them a few times a second, as a tree of
:class:`Element`, and draw what has become different.
"""

from __future__ import annotations

import queue
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.dmscript.dialogs import (
    BUTTONS,
    CHOICES,
    PAGES,
    Control,
    entries,
    inside,
    kind_of,
    number_of_tag,
    set_value,
    text_in,
    value_of,
)
from temstack.dmscript.images import Image
from temstack.dmscript.tag_groups import TagGroup

if TYPE_CHECKING:
    from temstack.dmscript.desk import Frame
    from temstack.dmscript.objects import ScriptObject

Place = tuple[int, ...]
"""Where an element stands in its dialog: its index in the dialog, in the box there, and so on."""

_HOLDERS = ("Dialog", "Box", "Tab", "Group", "Panel", "Graphic", *PAGES)


@dataclass(frozen=True)
class Element:
    """One element of a dialog as it is now.

    Parameters
    ----------
    place : tuple of int
        Where it stands.
    kind : str
        ``"Label"``, ``"PushButton"``, ``"RealField"``…
    title : str
        What stands on it.
    value : float or str
        Number, text, or the value of the chosen entry.
    entries : tuple of (str, float)
        Labels and values of what can be chosen.
    is_enabled, is_shown, is_invalid : bool
        Whether it can be used, is to be seen, is marked as wrong.
    width, height : float
        In characters and lines; 0 for what fits.
    digits : int
        Significant digits of a number.
    columns : int
        Of the table in which its inside is laid out; 0 for one below the other.
    inside : tuple of Element
        What it holds.
    picture : Image or None
        What is drawn on it.
    """

    place: Place
    kind: str
    title: str = ""
    identifier: str = ""
    value: float | str = 0.0
    entries: tuple[tuple[str, float], ...] = ()
    is_enabled: bool = True
    is_shown: bool = True
    is_invalid: bool = False
    width: float = 0.0
    height: float = 0.0
    digits: int = 0
    columns: int = 0
    fill: str = ""
    side: str = ""
    anchor: str = ""
    inside: tuple[Element, ...] = ()
    picture: Image | None = None

    @property
    def shape(self) -> Any:
        """What must stay the same for its widgets to be kept: kinds and entries, and those of its inside."""
        return self.kind, tuple(label for label, _ in self.entries), tuple(one.shape for one in self.inside)


def describe(group: TagGroup, place: Place = ()) -> Element:
    """Return an element and all that is inside as it is now."""
    kind = kind_of(group)
    is_holder = kind in _HOLDERS
    children = inside(group) if is_holder else []
    picture = group.find("Bitmap")
    return Element(
        place,
        kind,
        text_in(group, "Title"),
        text_in(group, "Identifier"),
        # What holds others has a value only as pages have; else it would be that of the first field inside.
        number_of_tag(group, "Value") if is_holder else value_of(group),
        tuple(entries(group)) if kind in CHOICES else (),
        number_of_tag(group, "Enabled", 1.0) != 0,
        number_of_tag(group, "Shown", 1.0) != 0,
        number_of_tag(group, "Invalid") != 0,
        number_of_tag(group, "Width"),
        number_of_tag(group, "Height"),
        int(number_of_tag(group, "Digits")),
        _columns(group, children),
        text_in(group, "Fill"),
        text_in(group, "Side"),
        text_in(group, "Anchor"),
        tuple(describe(one, (*place, index)) for index, one in enumerate(children)),
        picture if isinstance(picture, Image) else None,
    )


def _columns(group: TagGroup, children: list[TagGroup]) -> int:
    """Return in how many columns a group is laid out: as its table says, else as elements that belong together."""
    layout = group.find("Layout")
    if isinstance(layout, TagGroup):
        return max(int(number_of_tag(layout, "Columns", 1.0)), 1)
    kinds = [kind_of(one) for one in children]
    is_row = (kinds[:1] == ["Label"] and len(kinds) == 2) or all(kind in BUTTONS for kind in kinds)
    is_row = is_row or any(text_in(one, "Side").lower() == "left" for one in children)
    return len(kinds) if kind_of(group) in ("Group", "Graphic") and is_row else 0


@dataclass(frozen=True)
class Event:
    """What the user did: to an element (a value, or None for a button), or to a dialog (``ending``)."""

    dialog: ScriptDialog
    element: TagGroup | None = None
    value: float | str | None = None
    ending: str = ""


class ScriptDialog:
    """A dialog of a script on the screen.

    Parameters
    ----------
    owner : ScriptObject
        The object whose dialog it is.
    frame : Frame
        Its tags and title.
    is_modal : bool
        Whether the script waits for OK or Cancel.
    events : Queue
        Where the script hears what the user does.
    """

    closed = Signal()
    """It is to leave the screen."""

    def __init__(self, owner: ScriptObject, frame: Frame, events: queue.SimpleQueue[Event], *, is_modal: bool) -> None:
        self.owner, self.frame, self.is_modal = owner, frame, is_modal
        self._events = events

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.frame.title or text_in(self.frame.tags, "Title")

    def look(self) -> Element:
        """Return all of it as it is now."""
        return describe(self.frame.tags)

    def element(self, place: Place) -> TagGroup:
        """Return the element at a place."""
        here = self.frame.tags
        for index in place:
            here = inside(here)[index]
        return here

    def type_in(self, place: Place, value: float | str) -> None:
        """Keep a value while it is typed, so that a script that looks finds it; its method is not called yet."""
        set_value(self.element(place), value)

    def change(self, place: Place, value: float | str) -> None:
        """Give an element a value, and have the method called that it names."""
        element = self.element(place)
        set_value(element, value)
        self._events.put(Event(self, element, value))

    def press(self, place: Place) -> None:
        """Press a button."""
        self._events.put(Event(self, self.element(place)))

    def end(self, how: str) -> None:
        """End it: ``"ok"``, ``"cancel"``, or ``"close"`` for a dialog beside the script."""
        self._events.put(Event(self, ending=how))


def control(element: TagGroup) -> Control:
    """Return an element as what a user changes or presses."""
    return Control(element, text_in(element, "Identifier"), text_in(element, "Title"))
