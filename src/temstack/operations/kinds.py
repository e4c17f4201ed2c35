"""The kinds of value a parameter may have: how each is read from text, checked, and said in words.

``kind.parse(text, name)`` reads what a user typed; ``kind.check(value, name)`` accepts what a program gave. Both
return the value as the function wants it, or raise :class:`~temstack.errors.SettingError` with one sentence.
"""

# ruff: noqa: D102 - what the methods of each kind do is said once, in Kind

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temstack.errors import SettingError


@dataclass(frozen=True)
class Kind:
    """What all kinds have: a word for the help, and units."""

    units: str = ""
    """``"px"``, ``"deg"``…; ``"axis"`` where they are those of the axis."""

    @property
    def metavar(self) -> str:
        """What stands for the value in a line of help."""
        return "VALUE"

    def describe(self) -> str:
        """Return what may be given, for help and for messages."""
        return "a value"

    def parse(self, text: str, name: str) -> Any:
        """Return the value that a text means."""
        return self.check(text, name)

    def check(self, value: Any, name: str) -> Any:
        """Return the value as the function wants it."""
        return value

    def _refuse(self, name: str, value: Any, problem: str | None = None) -> SettingError:
        what = self.describe()
        return SettingError(name, problem or f"is not {what}", got=repr(value), expected=what if problem else None)


@dataclass(frozen=True)
class Number(Kind):
    """A real number in a range."""

    lowest: float | None = None
    highest: float | None = None
    above: float | None = None
    """The number must be larger than this."""

    @property
    def metavar(self) -> str:
        return "NUMBER"

    def describe(self) -> str:
        return _ranged("a number", self.lowest, self.highest, self.above, self.units)

    def parse(self, text: str, name: str) -> Any:
        return self.check(_number(text), name)

    def check(self, value: Any, name: str) -> Any:
        number = _as_number(value)
        if number is None or not _within(number, self.lowest, self.highest, self.above):
            raise self._refuse(name, value)
        return number


@dataclass(frozen=True)
class Whole(Number):
    """A whole number in a range."""

    def describe(self) -> str:
        return _ranged("a whole number", self.lowest, self.highest, self.above, self.units)

    def check(self, value: Any, name: str) -> Any:
        number = super().check(value, name)
        if number != int(number):
            raise self._refuse(name, value)
        return int(number)


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no."""

    @property
    def metavar(self) -> str:
        return ""

    def describe(self) -> str:
        return "true or false"

    def parse(self, text: str, name: str) -> Any:
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        return self.check(known.get(text.strip().lower(), text), name)

    def check(self, value: Any, name: str) -> Any:
        if not isinstance(value, bool):
            raise self._refuse(name, value)
        return value


@dataclass(frozen=True)
class Choice(Kind):
    """One of some words."""

    options: tuple[str, ...] = ()

    @property
    def metavar(self) -> str:
        return "|".join(self.options)

    def describe(self) -> str:
        return "one of " + ", ".join(self.options)

    def check(self, value: Any, name: str) -> Any:
        if value not in self.options:
            raise self._refuse(name, value)
        return value


@dataclass(frozen=True)
class Text(Kind):
    """Any words, such as the name of a per-plane value."""

    what: str = "TEXT"

    @property
    def metavar(self) -> str:
        return self.what

    def describe(self) -> str:
        return "text"

    def check(self, value: Any, name: str) -> Any:
        if not isinstance(value, str):
            raise self._refuse(name, value)
        return value


@dataclass(frozen=True)
class Numbers(Kind):
    """Several real numbers, ``1,2.5,4``."""

    count: int | None = None
    lowest: float | None = None

    @property
    def metavar(self) -> str:
        return ",".join("V" * (self.count or 2)) + ("" if self.count else ",…")

    def describe(self) -> str:
        noun = "numbers" if self.count is None else f"{self.count} numbers"
        return _ranged(noun, self.lowest, None, None, self.units) + f" such as {self._example}"

    @property
    def _example(self) -> str:
        return ",".join(str(each) for each in range(1, (self.count or 3) + 1))

    def parse(self, text: str, name: str) -> Any:
        numbers = [_number(part) for part in text.replace(";", ",").split(",")]
        if any(number is None for number in numbers):
            raise self._refuse(name, text)
        return self.check(numbers, name)

    def check(self, value: Any, name: str) -> Any:
        items = _as_list(value)
        numbers = [_as_number(item) for item in items] if items is not None else []
        right_count = bool(numbers) and self.count in (None, len(numbers))
        if not right_count or any(n is None or not _within(n, self.lowest, None, None) for n in numbers):
            raise self._refuse(name, value)
        return tuple(numbers)


@dataclass(frozen=True)
class Wholes(Numbers):
    """Several whole numbers, ``1,2,4``."""

    def describe(self) -> str:
        return super().describe().replace("numbers", "whole numbers", 1)

    def check(self, value: Any, name: str) -> Any:
        numbers = super().check(value, name)
        if any(number != int(number) for number in numbers):
            raise self._refuse(name, value)
        return tuple(int(number) for number in numbers)


@dataclass(frozen=True)
class Span(Kind):
    """A half-open range ``start,stop``; an end that is left out is the end of the axis: ``,10``."""

    @property
    def metavar(self) -> str:
        return "START,STOP"

    def describe(self) -> str:
        return "a range START,STOP; the stop does not belong to it, and an end may be left out: 5,"

    def parse(self, text: str, name: str) -> Any:
        words = text.split(":") if ":" in text else text.split(",")
        ends = [None if not word.strip() else _number(word) for word in words]
        if len(ends) != 2 or any(end is None and word.strip() for end, word in zip(ends, words, strict=True)):
            raise self._refuse(name, text)
        return self.check(ends, name)

    def check(self, value: Any, name: str) -> Any:
        ends = _as_list(value)
        if ends is None or len(ends) != 2:
            raise self._refuse(name, value)
        numbers = [None if end is None else _as_number(end) for end in ends]
        if any(number is None and end is not None for number, end in zip(numbers, ends, strict=True)):
            raise self._refuse(name, value)
        # Counts stay whole numbers, as NumPy wants them.
        start, stop = (int(end) if end is not None and end == int(end) else end for end in numbers)
        if start is not None and stop is not None and start >= stop:
            raise SettingError(
                name, "its start must lie before its stop", got=f"{start:g} … {stop:g}", expected="START,STOP"
            )
        return start, stop


@dataclass(frozen=True)
class Planes(Span):
    """One plane, or a range of planes."""

    @property
    def metavar(self) -> str:
        return "PLANE or START,STOP"

    def describe(self) -> str:
        return "one plane, or a range START,STOP whose stop does not belong to it"

    def parse(self, text: str, name: str) -> Any:
        number = _number(text)
        return super().parse(text, name) if number is None else self.check(number, name)

    def check(self, value: Any, name: str) -> Any:
        number = _as_number(value)
        if number is None:
            return super().check(value, name)
        if number != int(number):
            raise self._refuse(name, value)
        return int(number)


@dataclass(frozen=True)
class Points(Kind):
    """Places in the image, ``y,x y,x …``."""

    least: int = 2
    axes: tuple[str, ...] = ("y", "x")

    @property
    def metavar(self) -> str:
        one = ",".join(axis.upper() for axis in self.axes)
        return f"'{one} {one} …'"

    def describe(self) -> str:
        return f"at least {self.least} points, {self.metavar}"

    def parse(self, text: str, name: str) -> Any:
        places = [[_number(number) for number in place.split(",")] for place in text.replace(";", " ").split()]
        if any(number is None for place in places for number in place):
            raise self._refuse(name, text)
        return self.check(places, name)

    def check(self, value: Any, name: str) -> Any:
        places = [_as_list(place) for place in _as_list(value) or ()]
        if len(places) < self.least or any(place is None or len(place) != len(self.axes) for place in places):
            raise self._refuse(name, value)
        numbers = [tuple(_as_number(number) for number in place or ()) for place in places]
        if any(number is None for place in numbers for number in place):
            raise self._refuse(name, value)
        return tuple(numbers)


@dataclass(frozen=True)
class StackInput(Kind):
    """Another stack or image: a file, or an array already in memory. The history names the file."""

    @property
    def metavar(self) -> str:
        return "FILE"

    def describe(self) -> str:
        return "a file with a stack or an image"

    def check(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):  # what the history says of an array: the file it came from
            value = _file_of(value, name)
        if isinstance(value, str | Path):
            from temstack.files import read

            return read(value)
        if not hasattr(value, "shape"):
            raise self._refuse(name, value)
        return value

    @staticmethod
    def remember(given: Any) -> Any:
        """Return what the history keeps of a stack: its file and title."""
        if isinstance(given, str | Path):
            return {"source": str(given)}
        if isinstance(given, dict):
            return given
        from temstack.volume.joining import about

        return about(given)


def _file_of(known: dict[str, Any], name: str) -> str:
    if not known.get("source"):
        raise SettingError(
            name,
            "is not known by its file, so that this step cannot be done again",
            got=known.get("title") or f"an array of shape {known.get('shape')}",
            advice=f"give the file for {name!r}",
        )
    return str(known["source"])


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace("−", "-"))
    except ValueError:
        return None


def _as_number(value: Any) -> float | None:
    """Return a finite number, None for anything else; truth values are no numbers."""
    if value is None or isinstance(value, bool | str) or hasattr(value, "dims"):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):  # lists, arrays
        return None
    return number if abs(number) < float("inf") else None


def _as_list(value: Any) -> list[Any] | None:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else None


def _within(number: float, lowest: float | None, highest: float | None, above: float | None) -> bool:
    return (
        (lowest is None or number >= lowest)
        and (highest is None or number <= highest)
        and (above is None or number > above)
    )


def _ranged(noun: str, lowest: float | None, highest: float | None, above: float | None, units: str) -> str:
    unit = f" {units}" if units and units != "axis" else ""
    if above is not None:
        return f"{noun} above {above:g}{unit}"
    if lowest is not None and highest is not None:
        return f"{noun}, {lowest:g} … {highest:g}{unit}"
    if lowest is not None:
        return f"{noun}, {lowest:g} or more{unit}"
    if highest is not None:
        return f"{noun}, {highest:g} or less{unit}"
    return f"{noun}{' in' + unit if unit else ''}"
