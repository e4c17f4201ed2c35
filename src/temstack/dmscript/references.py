"""Values that stand for other things: NULL, and the variables that by-reference parameters fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final


class Null:
    """The value of a handle (image, tag group, object…) that is bound to nothing; false in a condition."""

    dm_type = "null"
    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NULL"


NULL: Final = Null()
"""The only :class:`Null`."""


class Reference:
    """A variable of the caller, as a parameter ``number &x`` sees it.

    Parameters
    ----------
    get : callable
        Returns the value of the variable.
    set : callable
        Gives it another value.
    type : str
        Its type as :func:`~temstack.dmscript.signatures.canonical_type` names it.
    """

    __slots__ = ("get", "set", "type")

    def __init__(
        self,
        get: Callable[[], Any],
        set: Callable[[Any], None],  # noqa: A002 - the word for it
        type: str = "any",  # noqa: A002
    ) -> None:
        self.get = get
        self.set = set
        self.type = type


class Cell(Reference):
    """A reference that holds its value itself.

    Examples
    --------
    >>> width = Cell(0.0, "number")
    >>> width.set(512.0)
    >>> width.get()
    512.0
    """

    __slots__ = ("value",)

    def __init__(self, value: Any = NULL, type: str = "any") -> None:  # noqa: A002
        self.value = value
        super().__init__(self._get, self._set, type)

    def _get(self) -> Any:
        return self.value

    def _set(self, value: Any) -> None:
        self.value = value
