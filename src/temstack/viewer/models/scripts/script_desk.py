"""Dialogs, palettes and keys of one script, answered by a user at the screen.

A dialog beside the script is heard as soon as the script has nothing else to do: when it has come to its end, as in
DigitalMicrograph. An error in a method that a button calls ends this method, not the dialog.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from temstack.dmscript.desk import Desk, Frame, Key
from temstack.dmscript.errors import ScriptCancelled, ScriptExit, ScriptLimitError
from temstack.dmscript.places import as_script_error
from temstack.viewer.models.scripts.dialogs import Event, ScriptDialog, control

if TYPE_CHECKING:
    from temstack.dmscript.context import Run
    from temstack.dmscript.errors import ScriptError
    from temstack.dmscript.objects import ScriptObject

_LOOK_EVERY_S = 0.05


class ScreenDesk(Desk):
    """What stands on the desk of a run whose dialogs are windows.

    Parameters
    ----------
    run : Run
        The run.
    open_dialog, close_dialog : callable
        Get a :class:`ScriptDialog` that is to come up or to leave; called in the thread of the script.
    report : callable
        Gets the error of a method that a user called by a button.
    """

    def __init__(
        self,
        run: Run,
        open_dialog: Callable[[ScriptDialog], None],
        close_dialog: Callable[[ScriptDialog], None],
        report: Callable[[ScriptError], None],
    ) -> None:
        super().__init__(run)
        self._open_dialog, self._close_dialog, self._report = open_dialog, close_dialog, report
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._later: deque[Event] = deque()
        self._dialogs: list[ScriptDialog] = []

    # --- dialogs ----------------------------------------------------------------------------

    def display(self, owner: ScriptObject, title: str) -> None:
        """Show a dialog beside the script."""
        super().display(owner, title)
        self._waiting.clear()  # answered by a user, not in turns

    def pose(self, owner: ScriptObject) -> bool:
        """Show a dialog, let the user work with it, and return whether it was ended by OK."""
        frame = self._bring_up(owner, "", is_modal=True)
        dialog = self._dialogs[-1]
        frame.is_open = True
        try:
            while frame.is_open:
                event = self._next_of(dialog)
                if event is not None and event.ending:
                    return event.ending == "ok"
                if event is not None:
                    self._carry_out(event)
            return True
        finally:
            frame.is_open = False
            self._take_away(owner)

    def close(self, owner: ScriptObject) -> None:
        """Take a dialog off the screen; the object hears of it."""
        self._take_away(owner)
        super().close(owner)

    def _bring_up(self, owner: ScriptObject, title: str, *, is_modal: bool = False) -> Frame:
        frame = super()._bring_up(owner, title)
        if not any(dialog.owner is owner for dialog in self._dialogs):
            dialog = ScriptDialog(owner, frame, self._events, is_modal=is_modal)
            self._dialogs.append(dialog)
            self._open_dialog(dialog)
        return frame

    def _take_away(self, owner: ScriptObject) -> None:
        for dialog in [one for one in self._dialogs if one.owner is owner]:
            self._dialogs.remove(dialog)
            self._close_dialog(dialog)

    def abandon(self) -> None:
        """Take all dialogs off the screen without telling the script, which has ended."""
        for dialog in self._dialogs:
            self._close_dialog(dialog)
        self._dialogs.clear()

    # --- what the user does -----------------------------------------------------------------

    def play(self) -> None:
        """Do what the user wants until all dialogs are closed and nobody listens to keys any more."""
        while self._dialogs or self._hears_keys():
            event = self._next()
            if event is not None:
                self._carry_out(event)
            self._press_waiting_keys()

    def _hears_keys(self) -> bool:
        """Return whether some display with a listener to keys belongs to an image on the screen."""
        subjects = self.listeners.subjects("key_pressed")
        return any(getattr(one, "image", None) in self._run.shown for one in subjects)

    def _next(self) -> Event | None:
        self._run.check()
        if self._later:
            return self._later.popleft()
        try:
            return self._events.get(timeout=_LOOK_EVERY_S)
        except queue.Empty:
            return None

    def _next_of(self, dialog: ScriptDialog) -> Event | None:
        """Return the next event of one dialog; those of others wait until it is gone."""
        self._run.check()
        try:
            event = self._events.get(timeout=_LOOK_EVERY_S)
        except queue.Empty:
            return None
        if event.dialog is dialog:
            return event
        self._later.append(event)
        return None

    def _carry_out(self, event: Event) -> None:
        dialog = event.dialog
        if dialog not in self._dialogs:
            return
        if event.ending:
            self._guarded(lambda: self.close(dialog.owner))
        elif event.element is not None:
            pressed = control(event.element)
            self._guarded(lambda: self.change(dialog.owner, pressed, event.value))

    def _press_waiting_keys(self) -> None:
        if self.listeners.waits_for("key_pressed"):
            self._guarded(self._press_key)

    def _press_key(self) -> None:
        name = self._run.host.next_key()
        if name is None:
            return
        front = self._run.shown[-1] if self._run.shown else None
        for display in self.listeners.subjects("key_pressed"):
            if getattr(display, "image", None) is front:
                self.listeners.tell(display, "key_pressed", (display, Key(name)))

    def _guarded(self, work: Callable[[], object]) -> None:
        """Do what the user wanted; an error of it is told, and the dialog goes on."""
        try:
            work()
        except (ScriptCancelled, ScriptLimitError):
            raise
        except (Exception, ScriptExit) as err:
            error = as_script_error(err)
            if error is not None:
                self._report(error)
