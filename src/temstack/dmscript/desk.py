"""The desk of a run: dialogs on show, listeners, windows of text, workspaces; and what the user does with them.

Without a screen a dialog is printed when it comes up. A modal one is answered at once; one that stays beside the
script is answered when the script has come to its end, as at a microscope, where nothing can be pressed before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from temstack.dmscript.dialogs import (
    BUTTONS,
    Control,
    controls,
    find_element,
    number_of_tag,
    set_value,
    text_in,
    tree_text,
    understand,
)
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.events import Listeners
from temstack.dmscript.tag_groups import TagGroup

if TYPE_CHECKING:
    from temstack.dmscript.context import Run
    from temstack.dmscript.objects import ScriptObject
    from temstack.dmscript.windows import FrameWindow

_tokens = itertools.count(1)

MOST_ROUNDS = 10_000
"""How many dialogs and callbacks may follow one another at the end; more is a circle."""


class Frame:
    """The dialog of an object of class ``UIFrame``.

    Parameters
    ----------
    tags : TagGroup
        What ``DLGCreateDialog`` made.
    """

    def __init__(self, tags: TagGroup) -> None:
        self.tags = tags
        self.title = text_in(tags, "Title")
        self.is_open = False
        self.window: FrameWindow | None = None

    def find(self, identifier: str) -> TagGroup | None:
        """Return the element with an identifier."""
        return find_element(self.tags, identifier)


def frame_of(owner: Any) -> Frame:
    """Return the dialog of an object.

    Raises
    ------
    ScriptRuntimeError
        If it was not made yet.
    """
    frame = getattr(owner, "ui", None)
    if not isinstance(frame, Frame):
        raise ScriptRuntimeError(f"{owner!r} has no dialog yet; call Init with what DLGCreateDialog made")
    return frame


class Workspace:
    """A page of windows.

    Parameters
    ----------
    name : str
        What stands on its tab.
    """

    def __init__(self, name: str) -> None:
        self.id = next(_tokens)
        self.name = name


class Key:
    """A key that was pressed.

    Parameters
    ----------
    name : str
        Its name in small letters, e.g. ``"space"``.
    """

    dm_type = "object"

    def __init__(self, name: str) -> None:
        self.name = name.strip().lower()


class Desk:
    """What stands on the desk of one run.

    Parameters
    ----------
    run : Run
        The run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.listeners = Listeners(run)
        self.palettes: dict[int, ScriptObject] = {}
        self.workspaces = [Workspace("Workspace 1")]
        self.active_workspace = self.workspaces[0]
        self._waiting: list[ScriptObject] = []
        self._open: list[ScriptObject] = []
        self._is_playing = False

    # --- dialogs ----------------------------------------------------------------------------

    def display(self, owner: ScriptObject, title: str) -> None:
        """Show a dialog beside the script."""
        frame = self._bring_up(owner, title)
        if not any(other is owner for other in self._open):
            self._open.append(owner)
            self._waiting.append(owner)
        frame.is_open = True

    def pose(self, owner: ScriptObject) -> bool:
        """Show a dialog, have it answered, and return whether it was ended by OK."""
        frame = self._bring_up(owner, "")
        frame.is_open = True
        is_accepted = self._use(owner, frame, is_modal=True)
        frame.is_open = False
        return is_accepted

    def close(self, owner: ScriptObject) -> None:
        """Take a dialog off the screen; the object hears of it if it has ``AboutToCloseDocument``."""
        frame = frame_of(owner)
        if not frame.is_open:
            return
        frame.is_open = False
        self._open[:] = [other for other in self._open if other is not owner]
        self._waiting[:] = [other for other in self._waiting if other is not owner]
        if not self.call_if_there(owner, "AboutToCloseDocument", (0.0,)):
            self.call_if_there(owner, "AboutToCloseDocument", ())

    def register_palette(self, owner: ScriptObject, title: str) -> int:
        """Keep an object as a palette, and show its dialog; return a token."""
        token = next(_tokens)
        self.palettes[token] = owner
        if isinstance(owner.ui, Frame):
            self.display(owner, title)
        return token

    def unregister_palette(self, token: float) -> bool:
        """Take a palette away; return whether it was there."""
        owner = self.palettes.pop(int(token), None)
        if owner is not None and isinstance(owner.ui, Frame):
            self.close(owner)
        return owner is not None

    def _bring_up(self, owner: ScriptObject, title: str) -> Frame:
        frame = frame_of(owner)
        frame.title = title or frame.title
        self._run.host.notify("dialog", tree_text(frame.tags, frame.title))
        return frame

    # --- what the user does -----------------------------------------------------------------

    def play(self) -> None:
        """Have all dialogs answered that wait for it, those included that come up meanwhile."""
        if self._is_playing:
            return
        self._is_playing = True
        try:
            for _ in range(MOST_ROUNDS):
                if self._waiting:
                    self._run.check()
                    owner = self._waiting.pop(0)
                    self._use(owner, frame_of(owner), is_modal=False)
                elif not self._press_keys():
                    return
        finally:
            self._is_playing = False

    def _press_keys(self) -> bool:
        """Press the keys that the user presses, if anything waits for one; return whether there was a key."""
        if not self.listeners.waits_for("key_pressed"):
            return False
        name = self._run.host.next_key()
        if name is None:
            return False
        for display in self.listeners.subjects("key_pressed"):
            self.listeners.tell(display, "key_pressed", (display, Key(name)))
        return True

    def close_dialogs(self) -> None:
        """Close all dialogs."""
        while self._open:
            self.close(self._open[-1])

    def clear(self) -> None:
        """Close everything at the end of a run."""
        self.close_dialogs()
        self.palettes.clear()
        self.listeners.clear()

    def _use(self, owner: ScriptObject, frame: Frame, *, is_modal: bool) -> bool:
        present = controls(frame.tags)
        names = [(control.identifier, control.label) for control in present]
        for index, answer in self._run.host.use_dialog(frame.title, names, is_modal=is_modal):
            if index < 0:
                return answer != "cancel"
            self._act(owner, present[index], answer)
            if not frame.is_open:
                return True
        return True

    def _act(self, owner: ScriptObject, control: Control, answer: str) -> None:
        """Change or press one element, and call the method it names."""
        element = control.element
        if number_of_tag(element, "Enabled", 1.0) == 0:
            name = control.identifier or control.label
            raise ScriptRuntimeError(f"element {name!r} of the dialog is disabled, and cannot be used")
        is_button = text_in(element, "Type") in BUTTONS
        self.change(owner, control, None if is_button else understand(element, answer))

    def change(self, owner: ScriptObject, control: Control, value: float | str | None) -> None:
        """Give an element a value, or press a button (None); and call the method that it names."""
        element = control.element
        method = text_in(element, "Method")
        if value is None:
            self._press(owner, method, control)
            return
        set_value(element, value)
        if method:
            self._call_either(owner, method, ((element,), ()))

    def _press(self, owner: ScriptObject, method: str, control: Control) -> None:
        if not method:
            raise ScriptRuntimeError(f"button {control.label!r} of the dialog names no method to call")
        self._call_either(owner, method, ((), (control.element,)))

    def _call_either(self, owner: ScriptObject, method: str, ways: Iterable[Sequence[Any]]) -> None:
        """Call a method with the first arguments that it takes."""
        for arguments in ways:
            if self.call_if_there(owner, method, arguments):
                return
        raise ScriptRuntimeError(
            f"class '{owner.script_class.name}' has no method '{method}', which an element of its dialog names"
        )

    def call_if_there(self, owner: ScriptObject, method: str, arguments: Sequence[Any]) -> bool:
        """Call a method of an object if it has one that takes these arguments; return whether it has."""
        if owner.script_class.find(method.lower(), (owner, *arguments)) is None:
            return False
        self._run.call(owner, method, arguments)
        return True
