"""Threads of a script, and what they wait for.

A thread runs the method ``RunThread`` of its object. All threads of a run end with it, and an error in one is
reported when the script ends.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import threading
from collections.abc import Callable

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.objects import ScriptObject
from temstack.dmscript.signatures import builtin

WAIT_FOREVER = 1e9


class Signal:
    """A flag that threads set and wait for."""

    dm_type = "signal"

    def __init__(self, *, is_set: bool) -> None:
        self.event = threading.Event()
        if is_set:
            self.event.set()


class Mutex:
    """What only one thread may hold at a time."""

    dm_type = "mutex"

    def __init__(self) -> None:
        self.lock = threading.RLock()


@builtin("void StartThread(object thing)", family="threads", help="Run the method RunThread in a thread.", throws=True)
def start_thread(run: Run, thing: object) -> None:
    start_method(run, thing, "RunThread")


@builtin(
    "void StartThread(object thing, string method)",
    "void StartThread(string method, object thing)",
    family="threads",
    help="Run a method in a thread.",
    throws=True,
)
def start_named(run: Run, first: object, second: object) -> None:
    thing, name = (second, first) if isinstance(first, str) else (first, second)
    start_method(run, thing, str(name))


def start_method(run: Run, thing: object, name: str) -> None:
    """Start a thread that runs a method of an object."""
    if not isinstance(thing, ScriptObject) or run.execution is None:
        raise ScriptRuntimeError("StartThread needs an object", got=repr(thing))
    run.execution.start_method(thing, name)


@builtin("signal NewSignal(number isSet)", family="threads", help="New flag to wait for.")
def new_signal(run: Run, is_set: float) -> Signal:
    return Signal(is_set=bool(is_set))


@builtin("void SetSignal(signal flag)", family="threads", help="Let those go on that wait for it.")
def set_signal(run: Run, flag: Signal) -> None:
    flag.event.set()


@builtin("void ResetSignal(signal flag)", family="threads", help="Let those wait that come to it.")
def reset_signal(run: Run, flag: Signal) -> None:
    flag.event.clear()


@builtin(
    "number WaitOnSignal(signal flag, number seconds, signal stop)",
    family="threads",
    help="Wait until the flag is set; throws when stop is set before, returns 0 when the time is over.",
    throws=True,
)
def wait_on_signal(run: Run, flag: Signal, seconds: float, stop: object) -> float:
    def is_there(rest: float) -> bool:
        if isinstance(stop, Signal) and stop.event.is_set():
            raise ScriptRuntimeError("the wait was stopped by a signal")
        return flag.event.wait(rest)

    return float(_wait(run, is_there, seconds))


def _wait(run: Run, is_there: Callable[[float], bool], seconds: float) -> bool:
    if run.execution is None:
        raise ScriptRuntimeError("nothing can be waited for outside a running script")
    return run.execution.wait_for(is_there, None if seconds >= WAIT_FOREVER else max(seconds, 0.0))


@builtin("number WaitOnSignal(signal flag)", family="threads", help="Wait until the flag is set.")
def wait_for_ever(run: Run, flag: Signal) -> float:
    return float(_wait(run, flag.event.wait, WAIT_FOREVER))


@builtin("mutex NewMutex()", family="threads", help="New lock that only one thread may hold.")
def new_mutex(run: Run) -> Mutex:
    return Mutex()


@builtin("void LockMutex(mutex lock)", "void Lock(mutex lock)", family="threads", help="Wait for the lock and hold it.")
def lock_mutex(run: Run, lock: Mutex) -> None:
    _wait(run, lambda rest: lock.lock.acquire(timeout=rest), WAIT_FOREVER)


@builtin("void UnlockMutex(mutex lock)", "void Unlock(mutex lock)", family="threads", help="Let go of the lock.")
def unlock_mutex(run: Run, lock: Mutex) -> None:
    try:
        lock.lock.release()
    except RuntimeError:
        raise ScriptRuntimeError("this thread does not hold the lock") from None
