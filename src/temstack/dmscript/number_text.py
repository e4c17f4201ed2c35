"""Numbers as text and back, as the language writes them."""

from __future__ import annotations

import math
import re
from typing import Any

from temstack.dmscript.conversion import RGB
from temstack.dmscript.errors import ScriptRuntimeError

_DIRECTIVE = re.compile(r"%([-+ #0]*)(\d*)(?:\.(\d*))?(?:hh|h|ll|l|L|q|I64)?([diouxXeEfFgGcsaA%])")
_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")


def text_of(value: Any) -> str:
    """Return a value as ``"text" + value`` shows it: numbers with six digits, like C's ``%g``.

    Examples
    --------
    >>> text_of(1 / 3), text_of(5.0), text_of(1234567.0), text_of(1 + 2j)
    ('0.333333', '5', '1.23457e+06', '1 + 2 i')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, complex):
        sign = "-" if math.copysign(1.0, value.imag) < 0 else "+"
        return f"{value.real:g} {sign} {abs(value.imag):g} i"
    if isinstance(value, RGB):
        return f"({value.red}, {value.green}, {value.blue})"
    if isinstance(value, bool | int | float):
        return f"{float(value):g}"
    return str(value)


def format_value(value: Any, pattern: str) -> str:
    """Return a number or text as a C format writes it: ``format(x, "%5.2f")``.

    Parameters
    ----------
    value : float, complex or str
        What to write; of a complex number, each part.
    pattern : str
        Text with one directive; ``%%`` is a percent sign.

    Examples
    --------
    >>> format_value(3.14159, "%5.2f nm"), format_value(255.0, "%#x"), format_value(7.9, "%03i")
    (' 3.14 nm', '0xff', '007')
    """

    def one(match: re.Match[str]) -> str:
        if match[4] == "%":
            return "%"
        flags, width, precision, kind = match[1], match[2], match[3], match[4]
        spec = f"%{flags}{width}" + ("" if precision is None else f".{precision or 0}")
        return _written(value, spec, kind)

    return _DIRECTIVE.sub(one, pattern)


def _written(value: Any, spec: str, kind: str) -> str:
    if isinstance(value, complex):
        sign = "-" if math.copysign(1.0, value.imag) < 0 else "+"
        return f"{_written(value.real, spec, kind)} {sign} {_written(abs(value.imag), spec, kind)} i"
    if isinstance(value, str):
        if kind == "s":
            return (spec + "s") % value
        value = to_number(value)
    number = float(value)
    if kind == "s":
        return (spec.split(".")[0] + "s") % text_of(number)
    if kind in "diouxXc" and not math.isfinite(number):
        return (spec.split(".")[0].replace("0", "") + "s") % f"{number:g}"
    if kind == "c":
        return chr(int(number) & 0xFF)
    if kind in "oxX" or kind == "u":
        return (spec + kind.replace("u", "d")) % (int(number) % 2**32 if number < 0 else int(number))
    if kind in "di":
        return (spec + "d") % int(number)
    return (spec + kind.replace("a", "e").replace("A", "E")) % number


def to_number(text: str) -> float:
    """Return the number at the start of a text, 0 where there is none; ``0x`` starts a hexadecimal one.

    Examples
    --------
    >>> to_number(" 2.5 nm"), to_number("0xFF"), to_number("nothing"), to_number("1e3")
    (2.5, 255.0, 0.0, 1000.0)
    """
    if match := re.match(r"\s*([-+]?)0[xX]([0-9a-fA-F]+)", text):
        return float(int(match[2], 16)) * (-1 if match[1] == "-" else 1)
    match = _NUMBER.match(text)
    if match:
        return float(match[1])
    word = text.strip().lower().lstrip("+-")
    if word.startswith(("inf", "nan")):
        return float(text.strip()[: 4 if text.strip()[0] in "+-" else 3])
    return 0.0


def in_base(value: float, base: float, digits: float = 0) -> str:
    """Return a whole number written in another base, filled up with zeros to *digits*.

    Examples
    --------
    >>> in_base(10, 2, 8), in_base(255, 16)
    ('00001010', 'FF')
    """
    if not 2 <= base <= 36:
        raise ScriptRuntimeError(f"numbers cannot be written in base {base:g}; expected 2 to 36")
    if not math.isfinite(value):
        raise ScriptRuntimeError(f"{value:g} cannot be written in base {base:g}")
    number, text = abs(int(value)), ""
    while number:
        number, digit = divmod(number, int(base))
        text = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + text
    return ("-" if value <= -1 else "") + text.rjust(max(int(digits), 1), "0")


def from_base(text: str, base: int) -> float:
    """Return the number that a text means in another base.

    Examples
    --------
    >>> from_base("1010", 2)
    10.0
    """
    try:
        return float(int(text.strip(), base))
    except ValueError:
        raise ScriptRuntimeError(f"{text!r} is no number in base {base}") from None
