"""What can go wrong in a script, said with the place in it.

::

    ScriptError
    ├── ScriptSyntaxError   (ValueError)    the text is no script
    ├── ScriptNameError     (NameError)     nothing has this name
    ├── ScriptTypeError     (TypeError)     a value of the wrong type, or the wrong number of arguments
    ├── ScriptRuntimeError  (RuntimeError)  an operation that cannot be done: sizes that do not match, an invalid image
    │   ├── ScriptThrownError               the script's own ``Throw("text")``
    │   └── NotImplementedByUs              a built-in that is known by name only
    ├── ScriptLimitError    (RuntimeError)  too many steps, too long, too much memory, nested too deeply
    └── ScriptCancelled     (RuntimeError)  stopped from outside

A script can catch a :class:`ScriptRuntimeError`; the others end it.
"""

from __future__ import annotations

from typing import Any

from temstack.dmscript.source import Position, Source
from temstack.errors import TemstackError


class ScriptError(TemstackError):
    r"""Root of all errors of a script; knows its place, and shows the line with a pointer.

    Parameters
    ----------
    problem : str
        What is wrong.
    position : Position, optional
        Where; built-ins leave it out, the run fills in the line that called them.
    got, expected, advice : optional
        As in :class:`~temstack.errors.TemstackError`.

    Examples
    --------
    >>> source = Source("number a = 1\nRezult(a)", "first.s")
    >>> error = ScriptNameError("unknown function 'Rezult'", source.position(13), advice="did you mean 'Result'?")
    >>> print(error.placed(source))
    first.s:2:1: name error: unknown function 'Rezult'; did you mean 'Result'?
        Rezult(a)
        ^
    """

    kind = "error"

    def __init__(
        self,
        problem: str,
        position: Position | None = None,
        *,
        got: object = None,
        expected: object = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(self.kind, problem, got=got, expected=expected, advice=advice)
        self.position = position
        self.line_text = ""
        self.calls: list[Position] = []
        self.partial: Any = None

    def placed(self, source: Source, position: Position | None = None) -> ScriptError:
        """Return this error with the line of *source* to show; a place it already has is kept."""
        if self.position is None:
            self.position = position
        if self.position is not None and not self.line_text:
            self.line_text = source.line(self.position.line)
        return self

    @property
    def message(self) -> str:
        """The sentence without place and kind, which is what a script's ``GetExceptionString()`` gives."""
        return super().__str__().removeprefix(f"{self.subject}: ")

    @property
    def first_line(self) -> str:
        """Place, kind and sentence, without the line of the script."""
        place = f"{self.position}: " if self.position is not None else ""
        return f"{place}{self.kind}: {self.message}"

    def __str__(self) -> str:
        if self.position is None or not self.line_text.strip():
            return self.first_line
        # Tabs stay tabs, so that the pointer stands right whatever their width.
        before = "".join(char if char == "\t" else " " for char in self.line_text[: self.position.column - 1])
        called = "".join(f"\n    called from {place}" for place in self.calls)
        return f"{self.first_line}\n    {self.line_text}\n    {before}^{called}"


class ScriptSyntaxError(ScriptError, ValueError):
    """The text is no script: the parser cannot go on here."""

    kind = "syntax error"


class ScriptNameError(ScriptError, NameError):
    """Nothing has this name."""

    kind = "name error"


class ScriptTypeError(ScriptError, TypeError):
    """A value of the wrong type, or the wrong number of arguments."""

    kind = "type error"


class ScriptRuntimeError(ScriptError, RuntimeError):
    """An operation that cannot be done; a script can catch it."""

    kind = "runtime error"


class ScriptThrownError(ScriptRuntimeError):
    """The script's own ``Throw("text")``."""

    kind = "thrown"


class NotImplementedByUs(ScriptRuntimeError):  # noqa: N818 - it says whose fault it is
    """A built-in that is known by name only."""

    kind = "not implemented"


class ScriptLimitError(ScriptError, RuntimeError):
    """Too many steps, too long, too much memory, or nested too deeply; a script cannot catch it."""

    kind = "limit"


class ScriptCancelled(ScriptError, RuntimeError):  # noqa: N818 - nothing went wrong
    """The run was stopped from outside."""

    kind = "cancelled"


class ScriptExit(BaseException):
    """Raised by ``exit(code)``; the run ends without an error."""

    def __init__(self, code: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
