"""The state of one run of a script that the language itself needs: options, limits, and how it is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptCancelled, ScriptError, ScriptLimitError


@dataclass(frozen=True)
class Options:
    """Decisions where public sources leave the language open; `docs/dm-language.md` gives the reasons.

    Parameters
    ----------
    catch : {"rethrow", "continue"}
        What follows a ``catch`` block that is not left by ``break``: the error goes on, or the script does.
    short_circuit : bool
        Whether ``&&`` and ``||`` leave out their right side when the left one decides.
    """

    catch: Literal["rethrow", "continue"] = "rethrow"
    short_circuit: bool = True


@dataclass(frozen=True)
class Limits:
    """How far a script may go; None is no limit.

    Parameters
    ----------
    steps : int, optional
        Turns of loops and calls of functions.
    seconds : float, optional, s
        Wall time.
    memory_bytes : int, optional, bytes
        Pixels of all its images together.
    """

    steps: int | None = None
    seconds: float | None = None
    memory_bytes: int | None = None


@dataclass
class StopFlag:
    """What the compiled loops look at in each turn."""

    asked: bool = False
    why: Callable[[], ScriptError] = field(default=lambda: ScriptCancelled("the script was cancelled"))
    event: threading.Event = field(default_factory=threading.Event)

    def ask(self, why: Callable[[], ScriptError]) -> None:
        """Have the script stopped; the first reason stays."""
        if not self.asked:
            self.why = why
            self.asked = True
            self.event.set()


def _not_running(_receiver: Any, method: str) -> None:
    raise ScriptLimitError(f"'{method}' cannot run as a thread outside a running script")


class Execution:
    """One run of a compiled script: how it is stopped, what it may use, and what it leaves.

    Parameters
    ----------
    run : Run
        What built-ins get: the way to everything outside.
    options : Options, optional
        Open semantics.
    limits : Limits, optional
        How far the script may go.
    """

    def __init__(self, run: Run, options: Options | None = None, limits: Limits | None = None) -> None:
        self.run = run
        self.options = options or Options()
        self.limits = limits or Limits()
        self.stop = StopFlag()
        self.variables: dict[str, Any] = {}
        self.threads: list[threading.Thread] = []
        self.thread_errors: list[ScriptError] = []
        # The engine says how a method is run beside the rest.
        self.start_method: Callable[[Any, str], None] = _not_running
        self._steps = 0
        self._timer: threading.Timer | None = None
        run.check = self.check
        run.execution = self

    # --- stopping ---

    def cancel(self) -> None:
        """Stop the script at its next turn; may be called from any thread."""
        self.stop.ask(lambda: ScriptCancelled("the script was cancelled"))

    def halt(self) -> None:
        """Raise the reason why the script is to stop."""
        raise self.stop.why()

    def check(self) -> None:
        """Stop here if that was asked; built-ins that take long call it."""
        if self.stop.asked:
            self.halt()

    def count(self) -> None:
        """Count one step; compiled in only where steps are limited."""
        self._steps += 1
        limit = self.limits.steps
        if limit is not None and self._steps > limit:
            self.stop.ask(lambda: ScriptLimitError("too many steps", expected=f"at most {limit}"))
        if self.stop.asked:
            self.halt()

    def sleep(self, seconds: float) -> None:
        """Wait, unless the script is stopped meanwhile."""
        self.stop.event.wait(max(0.0, min(seconds, threading.TIMEOUT_MAX)))
        self.check()

    def wait_for(self, is_there: Callable[[float], bool], seconds: float | None = None) -> bool:
        """Wait until ``is_there(seconds)`` returns true; return whether it did in time."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            self.check()
            rest = 0.05 if end is None else min(0.05, max(0.0, end - time.monotonic()))
            if is_there(rest):
                return True
            if end is not None and time.monotonic() >= end:
                return False

    # --- threads ---

    def start_thread(self, work: Callable[[], Any], place: Callable[[BaseException], ScriptError | None]) -> None:
        """Run a function of the script beside the rest; its error is kept until the script ends.

        Parameters
        ----------
        work : callable
            What to do.
        place : callable
            Gives the error of the script that an exception means, None for a silent end.
        """

        def guarded() -> None:
            try:
                work()
            except BaseException as err:
                error = place(err)
                if error is not None:
                    self.thread_errors.append(error)

        thread = threading.Thread(target=guarded, name="script thread", daemon=True)
        self.threads.append(thread)
        thread.start()

    def threads_end_within(self, seconds: float) -> bool:
        """Wait for all threads of the script for a while; return whether they have ended."""
        end = time.monotonic() + seconds
        while any(thread.is_alive() for thread in self.threads):
            if time.monotonic() >= end:
                return False
            for thread in list(self.threads):
                thread.join(0.05)
        return True

    def join_threads(self) -> None:
        """Wait for all threads of the script; raise the first error of one.

        Raises
        ------
        ScriptError
            What ended a thread.
        """
        # A thread may start others, so the list can grow meanwhile; short waits let Ctrl-C through.
        while any(thread.is_alive() for thread in self.threads):
            for thread in list(self.threads):
                thread.join(0.1)
        self.threads.clear()
        if self.thread_errors:
            raise self.thread_errors.pop(0)

    # --- limits ---

    def start_clock(self) -> None:
        """Begin to measure the time that the script may take."""
        seconds = self.limits.seconds
        if seconds is None:
            return

        def over() -> None:
            self.stop.ask(lambda: ScriptLimitError("the script takes too long", expected=f"at most {seconds:g} s"))

        self._timer = threading.Timer(seconds, over)
        self._timer.daemon = True
        self._timer.start()

    def stop_clock(self) -> None:
        """End the measurement of time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def require_memory(self, wanted_bytes: int) -> None:
        """Refuse an image for which there is no room.

        Raises
        ------
        ScriptLimitError
            If the script's images would take more than its limit.
        """
        limit = self.limits.memory_bytes
        if limit is None:
            return
        used = self.memory_used()
        if used + wanted_bytes > limit:
            raise ScriptLimitError(
                "too much memory for images", got=f"{used + wanted_bytes} bytes", expected=f"at most {limit}"
            )

    def memory_used(self) -> int:
        """Return the bytes that all images take which some variable holds."""
        from temstack.dmscript.images import live_images

        return sum(image.data.nbytes for image in live_images() if image.data.base is None)
