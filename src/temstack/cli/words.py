"""Words of the command line that mean several numbers: regions, pairs, lists."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from temstack.errors import SettingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_typed: ContextVar[tuple[str, ...]] = ContextVar("typed", default=())


def remember_command(arguments: Sequence[str]) -> None:
    """Keep the words of the command line for reports, which say how to do it again."""
    _typed.set(tuple(arguments))


def command_line() -> str:
    """Return the command as it was typed."""
    return shlex.join(["temstack", *_typed.get()])


def numbers(text: str, option: str, *, count: int | None = None, like: str = "numbers such as 1,2.5,4") -> list[float]:
    """Return the numbers of ``"1,2.5,4"``.

    >>> numbers("1, 2.5", "--values")
    [1.0, 2.5]
    """
    try:
        found = [float(part) for part in text.replace(";", ",").split(",")]
    except ValueError:
        raise SettingError(option, "is not a list of numbers", got=repr(text), expected=like) from None
    if count is not None and len(found) != count:
        raise SettingError(option, f"needs {count} numbers", got=repr(text), expected=like)
    return found


def whole_numbers(text: str, option: str, *, count: int | None = None, like: str = "such as 512,512") -> list[int]:
    """Return the whole numbers of ``"512,512"`` or ``"512x512"``.

    >>> whole_numbers("3x512x512", "--shape")
    [3, 512, 512]
    """
    found = numbers(text.replace("x", ","), option, count=count, like=like)
    if any(value != int(value) for value in found):
        raise SettingError(option, "needs whole numbers", got=repr(text), expected=like)
    return [int(value) for value in found]


def region(text: str | None) -> tuple[int, int, int, int] | None:
    """Return the area ``top,left,bottom,right`` in px, half-open.

    >>> region("0,0,100,120")
    (0, 0, 100, 120)
    """
    if text is None:
        return None
    like = "top,left,bottom,right in px, such as 0,0,480,640"
    top, left, bottom, right = whole_numbers(text, "--region", count=4, like=like)
    return top, left, bottom, right


def band(text: str) -> tuple[float, float]:
    """Return the two frequencies ``low,high`` of a band-pass, cycles per px.

    >>> band("0.01,0.25")
    (0.01, 0.25)
    """
    low, high = numbers(text, "--band-pass", count=2, like="LOW,HIGH in cycles per px, such as 0.01,0.25")
    return low, high


def pins(words: list[str]) -> dict[int, tuple[float, float]] | None:
    """Return the planes whose drift is given by hand, ``PLANE=Y,X`` each.

    >>> pins(["3=1.5,-2"])
    {3: (1.5, -2.0)}
    """
    like = "PLANE=Y,X in px, such as 3=1.5,-2"
    found = {}
    for word in words:
        plane, equals, where = word.partition("=")
        if not equals:
            raise SettingError("--pin", "is not a plane and its drift", got=repr(word), expected=like)
        [index] = whole_numbers(plane, "--pin", count=1, like=like)
        y, x = numbers(where, "--pin", count=2, like=like)
        found[index] = (y, x)
    return found or None


def prior(word: str | None) -> str | NDArray[np.float64] | None:
    """Return what is known of the drift beforehand: ``linear``, or the drift of each plane from a file."""
    if word is None or word == "linear":
        return word
    import numpy as np

    from temstack.drift import load_drift

    path = Path(word)
    if not path.exists():
        raise SettingError("--prior", "is no file", got=repr(word), expected="linear, or a text file of y and x in px")
    if path.read_bytes().startswith(b"# temstack drift"):
        return load_drift(path).drift_px
    try:
        return np.loadtxt(path, delimiter="," if "," in path.read_text() else None, ndmin=2)
    except ValueError as err:
        raise SettingError(
            "--prior", f"cannot be read: {err}", got=repr(word), expected="two numbers a line, y and x in px"
        ) from err


def name_and_value(word: str, option: str) -> tuple[str, str]:
    """Return the two sides of ``NAME=VALUE``.

    >>> name_and_value("Session Info:Operator=Ada", "--tag")
    ('Session Info:Operator', 'Ada')
    """
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise SettingError(option, "is not a name and its value", got=repr(word), expected="NAME=VALUE")
    return name, value
