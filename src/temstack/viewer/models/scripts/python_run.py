"""One run of a Python script at the desk, in a thread of its own.

It finds ``ts`` (temstack), ``np`` (NumPy), ``stacks`` (what is open, by title), ``front()`` (what is in front),
``show(data, title)`` and ``ask(prompt, suggestion)``. What it prints goes to the results window.
"""

from __future__ import annotations

import ctypes
import linecache
import threading
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from temstack.viewer.models.scripts.namespace import desk_names
from temstack.viewer.models.scripts.output import printing_to
from temstack.viewer.models.scripts.script import Problem, Script

if TYPE_CHECKING:
    from temstack.viewer.models.scripts.scripting import Scripting


class Stopped(BaseException):
    """Raised in a thread whose script is to end; scripts that catch ``Exception`` do not catch it."""


class PythonRun:
    """One run of a Python script.

    Parameters
    ----------
    script : Script
        The script.
    scripting : Scripting
        What belongs to all scripts.
    """

    def __init__(self, script: Script, scripting: Scripting) -> None:
        self._script, self._scripting = script, scripting
        self._stopping = Stopping()

    def stop(self) -> None:
        """End it at its next line of Python; may be called from any thread."""
        self._stopping.ask()

    def carry_out(self) -> Problem | None:
        """Run to the end; return what ended it early, None for nothing."""
        script = self._script
        name = str(script.path or f"<{script.title}>")
        text = "\n" * (script.first_line - 1) + script.text
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        names = {"__name__": "__main__", "__file__": name, **desk_names(self._scripting, script.title)}
        names["ask"] = partial(ask, self._scripting, script.title)
        names["input"] = lambda prompt="": ask(self._scripting, script.title, prompt) or ""

        def run() -> None:
            exec(compile(text, name, "exec"), names)

        try:
            with printing_to(self._scripting.write):
                self._stopping.guard(run)
        except SystemExit:
            return None
        except BaseException as error:
            return problem_of(error, name)
        finally:
            linecache.cache.pop(name, None)
        return None


def ask(scripting: Scripting, title: str, prompt: str, suggestion: Any = "") -> Any:
    """Ask the user for a number or a text, as the suggestion is; None for cancel."""
    from temstack.viewer.models.scripts.questions import Question

    is_number = isinstance(suggestion, int | float) and not isinstance(suggestion, bool)
    question = Question("number" if is_number else "text", title, str(prompt), suggestion)
    scripting.do(lambda: scripting.asked.emit(question))
    try:
        given = question.wait(lambda: None)
        return int(given) if isinstance(suggestion, int) and isinstance(given, float) and given.is_integer() else given
    except BaseException:
        scripting.do(question.withdrawn.emit)
        raise


class Stopping:
    """Ends work in a thread from another, also in a loop that never looks whether it should end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._is_wanted = False

    def guard(self, work: Callable[[], object]) -> None:
        """Do the work, which :meth:`ask` ends; then it ends silently."""
        with self._lock:
            self._thread = threading.get_ident()
        try:
            if not self._is_wanted:
                work()
        except Stopped:
            pass
        finally:
            with self._lock:
                self._thread = None
            _withdraw_exception()

    def ask(self) -> None:
        """Have the work end at its next line of Python."""
        with self._lock:
            self._is_wanted = True
            if self._thread is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(Stopped))


def _withdraw_exception() -> None:
    """Take back an exception that was to be raised here and was not yet, or it would strike what comes next."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), None)


def problem_of(error: BaseException, name: str) -> Problem:
    """Return an exception as a problem at the innermost line of the script that it went through."""
    sentence = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename == name:
        return Problem(f"syntax error: {error.msg}", error.lineno or 0, error.offset or 1, details=sentence)
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != name:
        trace = trace.tb_next  # what lies above the script is ours
    frames = [frame for frame in traceback.extract_tb(trace) if frame.filename == name]
    line = (frames[-1].lineno or 0) if frames else 0
    column = (frames[-1].colno or 0) + 1 if frames else 1
    return Problem(
        sentence, line, column, details="".join(traceback.format_exception(type(error), error, trace)).rstrip()
    )
