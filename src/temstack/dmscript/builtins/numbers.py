"""Numbers as text and text as numbers."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.number_text import format_value, from_base, in_base, to_number
from temstack.dmscript.signatures import builtin


@builtin("number val(string text)", family="numbers", help="The number at the start of a text; 0 where there is none.")
def val(run: Run, text: str) -> float:
    return to_number(text)


@builtin(
    "string format(number value, string pattern)",
    "string format(complexnumber value, string pattern)",
    "string format(string value, string pattern)",
    family="numbers",
    help='Write a number as a C format says, e.g. "%5.2f", "%i", "%g", "%x", "%s".',
)
def format_number(run: Run, value: Any, pattern: str) -> str:
    return format_value(value, pattern)


@builtin(
    "string hex(number value)",
    "string hex(number value, number digits)",
    family="numbers",
    help="Hexadecimal digits of a whole number.",
)
def hexadecimal(run: Run, value: float, digits: float = 0) -> str:
    return in_base(value, 16, digits)


@builtin(
    "string binary(number value)",
    "string binary(number value, number digits)",
    family="numbers",
    help="Binary digits of a whole number.",
)
def binary(run: Run, value: float, digits: float = 0) -> str:
    return in_base(value, 2, digits)


@builtin(
    "string octal(number value)",
    "string octal(number value, number digits)",
    family="numbers",
    help="Octal digits of a whole number.",
)
def octal(run: Run, value: float, digits: float = 0) -> str:
    return in_base(value, 8, digits)


@builtin(
    "string decimal(number value)",
    "string decimal(number value, number digits)",
    family="numbers",
    help="Decimal digits of a whole number.",
)
def decimal(run: Run, value: float, digits: float = 0) -> str:
    return in_base(value, 10, digits)


@builtin(
    "string BaseN(number value, number base, number digits)",
    "string BaseN(number value, number base)",
    family="numbers",
    help="Digits of a whole number in a base of 2 to 36.",
    throws=True,
)
def base_n(run: Run, value: float, base: float, digits: float = 0) -> str:
    return in_base(value, base, digits)


def _reader(name: str, base: int, what: str) -> None:
    @builtin(f"number {name}(string digits)", family="numbers", help=f"The number of {what} digits.", throws=True)
    def read(run: Run, digits: str) -> float:
        return from_base(digits, base)


_reader("hex", 16, "hexadecimal")
_reader("binary", 2, "binary")
_reader("octal", 8, "octal")
