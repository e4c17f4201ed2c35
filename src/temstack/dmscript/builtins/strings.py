"""Text: parts of it, searching in it, its characters."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin


@builtin("number len(string text)", family="strings", help="Number of characters.")
def length(run: Run, text: str) -> float:
    return float(len(text))


@builtin("string left(string text, number count)", family="strings", help="The first characters.")
def left(run: Run, text: str, count: float) -> str:
    return text[: max(_count(count, text), 0)]


@builtin("string right(string text, number count)", family="strings", help="The last characters.")
def right(run: Run, text: str, count: float) -> str:
    wanted = max(_count(count, text), 0)
    return text[len(text) - wanted :] if wanted else ""


@builtin(
    "string mid(string text, number offset, number count)",
    family="strings",
    help="Characters from an offset on, which counts from 0.",
)
def mid(run: Run, text: str, offset: float, count: float) -> str:
    start = max(_count(offset, text), 0)
    return text[start : start + max(_count(count, text), 0)]


def _count(value: float, text: str) -> int:
    """Return a number of characters; more than there are (also infinity) means all of them."""
    return int(min(value, len(text))) if value == value else 0


@builtin(
    "number find(string text, string part)",
    family="strings",
    help="Where a part is first found, counting from 0; -1 where it is not.",
)
def find(run: Run, text: str, part: str) -> float:
    return float(text.find(part))


@builtin("number asc(string text)", family="strings", help="Code of the first character; 0 for an empty text.")
def asc(run: Run, text: str) -> float:
    return float(ord(text[0])) if text else 0.0


@builtin("string chr(number code)", family="strings", help="The character of a code.", throws=True)
def chr_of(run: Run, code: float) -> str:
    return chr(int(code) % 0x110000)


@builtin("string StringToLower(string text)", family="strings", help="The text in small letters.")
def string_to_lower(run: Run, text: str) -> str:
    return text.lower()


@builtin("string StringToUpper(string text)", family="strings", help="The text in capital letters.")
def string_to_upper(run: Run, text: str) -> str:
    return text.upper()


@builtin("void StringAppend(string &text, string more)", family="strings", help="Add to the end of a variable.")
def string_append(run: Run, text: Reference, more: str) -> None:
    text.set(text.get() + more)


@builtin(
    "number StringCompare(string a, string b)",
    family="strings",
    help="-1, 0 or 1: whether a comes before b, is the same, or comes after it.",
)
def string_compare(run: Run, a: str, b: str) -> float:
    return float((a > b) - (a < b))


@builtin(
    "string StringReplace(string text, string old, string new)",
    family="strings",
    help="The text with every old part replaced.",
)
def string_replace(run: Run, text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


@builtin("string StringTrim(string text)", family="strings", help="The text without blanks at its ends.")
def string_trim(run: Run, text: str) -> str:
    return text.strip()
