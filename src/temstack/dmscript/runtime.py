"""What the compiled code of a script calls for numbers, texts, handles and methods.

Arithmetic on numbers is Python's own, inlined, except where C gives a number and Python an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from temstack.dmscript.conversion import RGB
from temstack.dmscript.errors import ScriptExit, ScriptRuntimeError, ScriptThrownError
from temstack.dmscript.images import Image
from temstack.dmscript.number_text import text_of
from temstack.dmscript.objects import ScriptClass, ScriptObject, fit_arguments, no_such_method
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import HANDLES, type_of

DEFAULTS: dict[str, Any] = {"number": 0.0, "complexnumber": 0j, "string": "", "rgbnumber": RGB(0, 0, 0)}
"""What a variable holds before anything is assigned; handles of all other types hold NULL."""


def default_of(type_name: str) -> Any:
    """Return what a new variable of a type holds."""
    return DEFAULTS.get(type_name, NULL)


# --- arithmetic -------------------------------------------------------------------------------


def divide_by_zero(left: Any, right: Any) -> Any:
    """Return ``left / right`` for a right side of 0 as C does: infinite, or no number."""
    if isinstance(left, complex) or isinstance(right, complex):
        return complex(math.nan, math.nan) if left == 0 else complex(math.inf, math.nan)
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """Return ``left % right`` with the sign of the left side, as C's ``fmod``.

    Examples
    --------
    >>> remainder(7.0, 3.0), remainder(-7.0, 3.0)
    (1.0, -1.0)
    """
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


def power(base: Any, exponent: Any) -> Any:
    """Return ``base ** exponent`` as C's ``pow``: a negative base and a fraction give no number.

    Examples
    --------
    >>> power(2.0, 10.0), power(-1.0, 0.5), power(0.0, -1.0)
    (1024.0, nan, inf)
    """
    try:
        if isinstance(base, complex) or isinstance(exponent, complex):
            return complex(base) ** exponent
        return math.pow(base, exponent)
    except ValueError:
        return math.inf if base == 0 else math.nan
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ZeroDivisionError:
        return complex(math.inf, math.nan)


def bits(op: str, left: float, right: float) -> float:
    """Return ``left & right`` and the like of the whole parts.

    Examples
    --------
    >>> bits("&", 6.0, 3.0), bits("|", 6.0, 3.0), bits("^", 6.0, 3.0)
    (2.0, 7.0, 5.0)
    """
    if not (math.isfinite(left) and math.isfinite(right)):
        raise ScriptRuntimeError(f"'{op}' needs whole numbers; got {text_of(left)} and {text_of(right)}")
    one, other = int(left), int(right)
    return float(one & other if op == "&" else one | other if op == "|" else one ^ other)


def complement(value: float) -> float:
    """Return ``~value`` of the whole part."""
    return float(~int(value))


def order(op: str, left: Any, right: Any) -> float:
    """Return whether two values are equal, or one before the other, where types are known only now."""
    try:
        if op in ("==", "!="):
            same = left is right if isinstance(left, Image) or isinstance(right, Image) else left == right
            return 1.0 if same == (op == "==") else 0.0
        if isinstance(left, complex) or isinstance(right, complex):
            raise TypeError
        answer = left < right if op == "<" else left <= right if op == "<=" else left > right
        return 1.0 if (left >= right if op == ">=" else answer) else 0.0
    except TypeError:
        raise ScriptRuntimeError(f"'{op}' cannot compare {type_of(left)} with {type_of(right)}") from None


def calculate(op: str, left: Any, right: Any) -> Any:
    """Return ``left op right`` where the types are known only now, or are colours."""
    if op == "+" and (isinstance(left, str) or isinstance(right, str)):
        return text_of(left) + text_of(right)
    if isinstance(left, RGB) or isinstance(right, RGB):
        return RGB(*(_level(_CALCULATE[op](a, b)) for a, b in zip(_colours(left), _colours(right), strict=True)))
    if not isinstance(left, int | float | complex) or not isinstance(right, int | float | complex):
        raise ScriptRuntimeError(f"'{op}' cannot be done with {type_of(left)} and {type_of(right)}")
    return _CALCULATE[op](left, right)


def divide(left: Any, right: Any) -> Any:
    """Return ``left / right``; 0 on the right gives infinity, not an error."""
    return left / right if right else divide_by_zero(left, right)


_CALCULATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "%": remainder,
    "**": power,
    "&": lambda a, b: bits("&", a, b),
    "|": lambda a, b: bits("|", a, b),
    "^": lambda a, b: bits("^", a, b),
}


def _colours(value: Any) -> Sequence[float]:
    return value[:3] if isinstance(value, RGB) else (value, value, value)


def _level(value: float) -> int:
    return int(min(255.0, max(0.0, value))) if value == value else 0


# --- types ------------------------------------------------------------------------------------


def fit(value: Any, wanted: str) -> Any:
    """Return a value as a variable of type *wanted* takes it.

    Raises
    ------
    ScriptRuntimeError
        If it cannot stand for one.
    """
    if wanted == "number":
        if isinstance(value, float | int):
            return float(value)
        if isinstance(value, RGB):
            return sum(value[:3]) / 3
    elif wanted == "string":
        if isinstance(value, str | float | int | complex | RGB):
            return text_of(value)
    elif wanted == "complexnumber":
        if isinstance(value, float | int | complex):
            return complex(value)
    elif wanted == "rgbnumber":
        if isinstance(value, RGB):
            return value
        if isinstance(value, float | int):
            return RGB(*(_level(value),) * 3)
    elif not isinstance(value, str | float | int | complex):
        return value
    raise ScriptRuntimeError(f"{type_of(value)} given where {wanted} is needed")


def is_valid(value: Any) -> bool:
    """Return whether a condition with this value holds: a number that is not 0, a handle that stands for something."""
    if isinstance(value, float | int | complex | str):
        return bool(value)
    return value is not NULL and value is not None and not getattr(value, "is_deleted", False)


def char_code(text: str, index: float) -> float:
    """Return the code of a character: ``text[n]``."""
    if not 0 <= index < len(text):
        raise ScriptRuntimeError(f"character {text_of(index)} of a text of {len(text)}")
    return float(ord(text[int(index)]))


def put(owner: Any, name: str, value: Any) -> Any:
    """Set an attribute, and return the value: an assignment within an expression."""
    setattr(owner, name, value)
    return value


# --- control ----------------------------------------------------------------------------------


def throw(value: Any = "") -> Any:
    """Raise the script's own error."""
    raise ScriptThrownError(text_of(value))


def leave(code: Any = 0.0) -> Any:
    """End the script silently."""
    raise ScriptExit(float(code) if isinstance(code, int | float) else 0.0)


def values_of(container: Any) -> Iterable[Any]:
    """Yield what ``foreach`` goes through: a list of objects, or an object with methods of a list."""
    if isinstance(container, ScriptObject):
        for size_name, item_name in (("sizeoflist", "objectat"), ("size", "at"), ("count", "get"), ("length", "get")):
            if container.script_class.has(size_name) and container.script_class.has(item_name):
                count = call_method(container, size_name)
                return [call_method(container, item_name, float(index)) for index in range(int(count))]
        raise ScriptRuntimeError(
            f"foreach cannot go through an object of class '{container.script_class.name}'",
            expected="methods SizeOfList() and ObjectAt(index)",
        )
    if container is NULL or isinstance(container, float | int | complex):
        raise ScriptRuntimeError(f"foreach cannot go through {type_of(container)}", expected="a list")
    # A copy, so that the script may change the list meanwhile.
    return list(container)


# --- objects ----------------------------------------------------------------------------------


def allocate(script_class: ScriptClass) -> ScriptObject:
    """Return a new object: ``alloc(A)``."""
    return ScriptObject(script_class).construct()


def call_method(receiver: Any, name: str, *arguments: Any) -> Any:
    """Call a method of an object that is known only now.

    Raises
    ------
    ScriptRuntimeError
        If it has none that takes these arguments.
    """
    if isinstance(receiver, ScriptObject):
        found = receiver.script_class.find(name, (receiver, *arguments))
        if found is not None:
            return found.function(*fit_arguments(found.signature, (receiver, *arguments), fit))
    raise no_such_method(receiver, name, (receiver, *arguments))


def call_class_method(script_class: ScriptClass, receiver: Any, name: str, *arguments: Any) -> Any:
    """Call the method of a base class: ``self.super.f()``."""
    found = script_class.find(name, (receiver, *arguments))
    if found is None:
        raise no_such_method(receiver, name, (receiver, *arguments))
    return found.function(*fit_arguments(found.signature, (receiver, *arguments), fit))


def plain(value: Any) -> Any:
    """Return the value of a variable passed by reference, or the value itself."""
    return value.get() if isinstance(value, Reference) else value


def is_handle(type_name: str) -> bool:
    """Return whether variables of a type stand for something else, so that they may be NULL."""
    return type_name in HANDLES or type_name not in DEFAULTS
