"""Where in a script an exception of its Python code comes from, and what it means there.

The code objects carry lines and columns of the script; a traceback goes through them like through any Python code.
"""

from __future__ import annotations

import itertools
import weakref
from types import TracebackType

from temstack.dmscript.errors import ScriptError, ScriptExit, ScriptLimitError, ScriptRuntimeError
from temstack.dmscript.source import Source
from temstack.errors import TemstackError

MOST_CALLS = 8
"""How many calls an error shows."""

# A source lives as long as its code: an editor that checks while somebody types compiles the script again and again.
_sources: weakref.WeakValueDictionary[str, Source] = weakref.WeakValueDictionary()


def remember_source(label: str, source: Source) -> None:
    """Find the text of a script under the file name that its code object bears, as long as somebody holds it."""
    _sources[label] = source


def as_script_error(err: BaseException) -> ScriptError | None:
    """Return the error of a script that an exception means, with its place; None for ``exit``."""
    if isinstance(err, ScriptExit):
        return None
    found = err if isinstance(err, ScriptError) else _translated(err)
    _place(found, err.__traceback__)
    return found


def _translated(err: BaseException) -> ScriptError:
    if isinstance(err, RecursionError):
        return ScriptLimitError("functions call each other too deeply", advice="look for a function that calls itself")
    if isinstance(err, MemoryError):
        return ScriptLimitError("there is not enough memory", advice="use smaller images, or delete some")
    if isinstance(err, NameError):
        return ScriptRuntimeError("a variable is used before the line that declares it has run")
    if isinstance(err, TemstackError | OSError):
        return ScriptRuntimeError(str(err))
    if isinstance(err, TypeError) and "NoneType" in str(err):
        return ScriptRuntimeError("a value is used that a function without value should have given")
    if isinstance(err, TypeError | AttributeError) and "Null" in str(err):
        return ScriptRuntimeError("something is used that is not there (NULL)", advice="assign it first")
    if isinstance(err, AttributeError):
        return ScriptRuntimeError("a handle stands for something of another type than is needed here")
    return ScriptRuntimeError(f"{err}" or type(err).__name__)


def _place(error: ScriptError, trace: TracebackType | None) -> None:
    """Give an error the innermost place in a script that its traceback goes through, and the calls above."""
    if error.position is not None:
        return
    frames = []
    while trace is not None:
        source = _sources.get(trace.tb_frame.f_code.co_filename)
        if source is not None:
            frames.append((source, trace.tb_frame.f_code.co_name, *_line_and_column(trace)))
        trace = trace.tb_next
    if not frames:
        return
    source, _, line, column = frames[-1]
    error.placed(source, source.position(0)._replace(line=line, column=column))
    # Only functions and methods of the script are calls to its author, not the frames we put around expressions.
    calls = [
        outer.position(0)._replace(line=line, column=column)
        for (outer, _, line, column), (_, inner, _, _) in itertools.pairwise(frames)
        if inner.startswith(("f_", "m_"))
    ]
    error.calls = calls[::-1][:MOST_CALLS]


def _line_and_column(trace: TracebackType) -> tuple[int, int]:
    positions = next(itertools.islice(trace.tb_frame.f_code.co_positions(), trace.tb_lasti // 2, None), None)
    line = trace.tb_lineno or 1
    column = positions[2] if positions is not None and positions[2] is not None else 0
    return line, column + 1
