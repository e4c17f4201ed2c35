"""What is declared of an operation, and what every door asks of the declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from temstack.errors import SettingError
from temstack.operations.kinds import Flag, Kind


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED: Any = _Required()
"""The default of a parameter that must be given."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation, named as the function names it."""

    name: str
    kind: Kind
    help: str
    default: Any = REQUIRED

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")

    def help_line(self) -> str:
        """Return its help with units and default, as command line and dialogs show it."""
        units = {"": "", "axis": ""}.get(self.kind.units, f" In {self.kind.units}.")
        shown = self.default is REQUIRED or self.default is None or isinstance(self.kind, Flag)
        return self.help + units + ("" if shown else f" [default: {as_text(self.default)}]")

    def check(self, value: Any, name: str) -> Any:
        """Return the value as the function wants it; None means the default where that is None."""
        return None if value is None and self.default is None else self.kind.check(value, name)


@dataclass(frozen=True)
class Operation:
    """One operation on a stack: everything that API, command line, viewer, history and papers need."""

    name: str
    """Words joined by underscores; what stands in the history."""
    menu: tuple[str, ...]
    """Where it stands: the menu, then its part."""
    summary: str
    """One sentence: what it does."""
    function: str
    """``"module:function"``, imported when it is first used; called with the stack and the parameters."""
    parameters: tuple[Parameter, ...] = ()
    methods: str = ""
    """What a paper says: ``"planes {planes} were extracted"``."""
    inputs: tuple[str, ...] = ("stack",)
    """What it works on: ``stack``, ``spectrum image``, ``image``, ``spectrum``; or ``several`` of them."""
    output: str = "same"
    """What comes out: ``same`` kind, or ``stack``, ``spectrum image``, ``image``, ``spectrum``."""
    streams: bool = True
    """Whether a stack larger than memory goes through plane by plane or block by block."""
    whole_stack_reason: str = ""
    """Why it needs the whole stack in memory, where it does not stream."""

    @property
    def command(self) -> str:
        """Its name on the command line."""
        return self.name.replace("_", "-")

    def load(self) -> Callable[..., Any]:
        """Return the function."""
        module, _, name = self.function.partition(":")
        function: Callable[..., Any] = getattr(import_module(module), name)
        return function

    def parameter(self, name: str) -> Parameter:
        """Return one parameter.

        Raises
        ------
        SettingError
            If the operation has no such parameter.
        """
        for each in self.parameters:
            if each.name == name:
                return each
        names = ", ".join(each.name for each in self.parameters)
        raise SettingError(name, f"is no parameter of {self.name}", expected=f"one of {names}" if names else "none")

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters with their defaults, not yet checked.

        Raises
        ------
        SettingError
            If one is unknown, or one that is needed is missing.
        """
        for name in given:
            self.parameter(name)
        values = {each.name: given.get(each.name, each.default) for each in self.parameters}
        for each in self.parameters:
            if values[each.name] is REQUIRED:
                raise SettingError(f"{self.name}: {each.name}", "is missing", expected=each.kind.describe())
        return values

    def parse(self, words: Mapping[str, str]) -> dict[str, Any]:
        """Return the values that the words of a command line mean, by name of parameter."""
        return {name: _parsed(self.parameter(name), text) for name, text in words.items()}


def as_text(value: Any) -> str:
    """Return a value as a user would type it.

    >>> as_text((1.0, None)), as_text(((1, 2), (3, 4))), as_text(True)
    ('1,', '1,2 3,4', 'true')
    """
    if isinstance(value, list | tuple):
        nested = any(isinstance(item, list | tuple) for item in value)
        return (" " if nested else ",").join(as_text(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _parsed(parameter: Parameter, text: str) -> Any:
    return parameter.kind.parse(text, parameter.option)
