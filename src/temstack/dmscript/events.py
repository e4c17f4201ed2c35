"""Listeners: objects of a script that want to hear when an image, a display or a window changes.

A map such as ``"roi_changed,roi_added:OnChange"`` names events and the method that is called. A listener that is at
work hears nothing of what it does itself, or it would never end.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temstack.dmscript.errors import ScriptRuntimeError

if TYPE_CHECKING:
    from temstack.dmscript.context import Run

_tokens = itertools.count(1)


@dataclass
class Listener:
    """One listener: what it listens to, the object that hears, and which method hears what.

    Parameters
    ----------
    subject : object
        The image, display or window; None for the application.
    hearer : ScriptObject
        The object that is called.
    methods : dict of str to str
        Event in small letters → name of the method.
    """

    subject: Any
    hearer: Any
    methods: dict[str, str]
    is_busy: bool = False


def read_map(text: str) -> dict[str, str]:
    """Return which method hears which event.

    Raises
    ------
    ScriptRuntimeError
        If the text is no map.

    Examples
    --------
    >>> read_map("roi_changed,roi_added:OnChange;roi_removed:OnEnd")
    {'roi_changed': 'OnChange', 'roi_added': 'OnChange', 'roi_removed': 'OnEnd'}
    """
    methods = {}
    for part in text.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        events, colon, method = part.partition(":")
        if not colon or not method.strip():
            raise ScriptRuntimeError(
                "the map of a listener names no method", got=repr(text), expected='"event,event:method"'
            )
        for event in events.split(","):
            methods[event.strip().lower()] = method.strip()
    return methods


class Listeners:
    """All listeners of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._by_token: dict[int, Listener] = {}

    def add(self, subject: Any, hearer: Any, text: str) -> float:
        """Add a listener and return its token."""
        token = next(_tokens)
        self._by_token[token] = Listener(subject, hearer, read_map(text))
        return float(token)

    def add_keys(self, subject: Any, hearer: Any, method: str) -> float:
        """Add a listener to keys and return its token."""
        return self.add(subject, hearer, f"key_pressed:{method}")

    def remove(self, token: float) -> bool:
        """Remove a listener; return whether it was there."""
        return self._by_token.pop(int(token), None) is not None

    def clear(self) -> None:
        """Remove all."""
        self._by_token.clear()

    def tell(self, subject: Any, event: str, arguments: Sequence[Any]) -> None:
        """Call all who listen to an event of a subject, each with *arguments*."""
        for listener in list(self._by_token.values()):
            method = listener.methods.get(event)
            if listener.subject is not subject or method is None or listener.is_busy:
                continue
            listener.is_busy = True
            try:
                self._run.call(listener.hearer, method, arguments)
            finally:
                listener.is_busy = False

    def waits_for(self, event: str) -> bool:
        """Return whether anything listens to an event."""
        return any(event in listener.methods for listener in self._by_token.values())

    def subjects(self, event: str) -> list[Any]:
        """Return what is listened to for an event."""
        return list({id(one.subject): one.subject for one in self._by_token.values() if event in one.methods}.values())
