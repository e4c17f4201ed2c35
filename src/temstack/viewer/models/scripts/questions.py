"""Questions of a script: asked in its thread, answered in that of the windows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from psygnal import Signal

_LOOK_EVERY_S = 0.05


@dataclass(eq=False)
class Question:
    """One question.

    Parameters
    ----------
    kind : {"text", "number", "choice", "buttons", "open", "save", "folder", "message"}
        What is asked for.
    asker : str
        The title of the script.
    prompt : str
        The question.
    suggestion : str or float
        What stands in the field first.
    buttons : tuple of str
        For ``"buttons"``, their labels; for ``"choice"``, what there is to choose from.

    Examples
    --------
    >>> question = Question("number", "CM_example1", "Exposure time", 1.0)
    >>> question.answer(0.5)
    >>> question.wait(check=lambda: None)
    0.5
    """

    withdrawn = Signal()
    """Nobody waits for the answer any more."""

    kind: Literal["text", "number", "choice", "buttons", "open", "save", "folder", "message"]
    asker: str
    prompt: str
    suggestion: Any = ""
    buttons: tuple[str, ...] = ()
    _answer: Any = field(default=None, init=False, repr=False)
    _is_answered: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    @property
    def is_answered(self) -> bool:
        """Whether somebody answered."""
        return self._is_answered.is_set()

    def answer(self, answer: Any) -> None:
        """Answer it: text, number, index of a button, path; None for cancel. The first answer counts."""
        if not self.is_answered:
            self._answer = answer
            self._is_answered.set()

    def wait(self, check: Callable[[], None]) -> Any:
        """Wait for the answer; *check* is called now and then, and may raise to end the waiting."""
        while not self._is_answered.wait(_LOOK_EVERY_S):
            check()
        return self._answer
