"""Classes and objects of a script: members, methods with overloads, constructors and destructors."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from temstack.dmscript.errors import ScriptExit, ScriptRuntimeError
from temstack.dmscript.references import NULL, Cell, Reference
from temstack.dmscript.signatures import Signature, choose_leniently, type_of

_next_id = itertools.count(1)
_by_id: weakref.WeakValueDictionary[int, ScriptObject] = weakref.WeakValueDictionary()

DEEPEST_BASE = 100
"""How many classes may derive from one another; more is a circle."""


@dataclass
class Method:
    """A method with its signature, the object as first parameter."""

    signature: Signature
    function: Callable[..., Any]


@dataclass
class ScriptClass:
    """A class of a script.

    Parameters
    ----------
    name : str
        As written.
    base_name : str
        The class it derives from; ``""`` for none. One that no script defines is built in (``UIFrame``, ``Thread``).
    members : list of tuple
        ``(name, default)`` of its own member variables; a default is a function that makes the value.
    methods : dict
        Its own methods: lower-case name to overloads.
    """

    name: str
    base_name: str = ""
    base: ScriptClass | None = None
    members: list[tuple[str, Callable[[], Any]]] = field(default_factory=list)
    methods: dict[str, list[Method]] = field(default_factory=dict)

    def lineage(self) -> Iterator[ScriptClass]:
        """Yield this class, its base, and so on to the root."""
        here: ScriptClass | None = self
        for _ in range(DEEPEST_BASE):
            if here is None:
                return
            yield here
            here = here.base

    def find(self, name: str, arguments: Sequence[Any]) -> Method | None:
        """Return the method that fits the arguments best; one of a derived class hides those of its base."""
        types = [type_of(value.get() if isinstance(value, Reference) else value) for value in arguments]
        for owner in self.lineage():
            overloads = owner.methods.get(name)
            if overloads:
                chosen = choose_leniently([method.signature for method in overloads], types)
                if chosen is not None:
                    return next(method for method in overloads if method.signature is chosen)
        return None

    def has(self, name: str) -> bool:
        """Return whether it, or a base, has a method of this name."""
        return any(name in owner.methods for owner in self.lineage())

    def __str__(self) -> str:
        return f"class {self.name}"


class ScriptObject:
    """An object that ``alloc`` made; its destructor runs when the last variable lets go of it.

    Member variables are Python attributes ``m_name``.
    """

    dm_type = "object"

    def __init__(self, script_class: ScriptClass) -> None:
        self.script_class = script_class
        self.id = next(_next_id)
        self.is_alive = True
        self.ui: Any = None
        _by_id[self.id] = self
        for owner in reversed(list(script_class.lineage())):
            for name, default in owner.members:
                setattr(self, name, default())

    def construct(self) -> ScriptObject:
        """Run the constructors, that of the base first."""
        for owner in reversed(list(self.script_class.lineage())):
            for method in owner.methods.get(owner.name.lower(), ()):
                if len(method.signature.parameters) == 1:
                    method.function(self)
        return self

    def __del__(self) -> None:
        if not self.__dict__.get("is_alive"):
            return
        self.is_alive = False
        for owner in self.script_class.lineage():
            for method in owner.methods.get("~" + owner.name.lower(), ()):
                try:
                    method.function(self)
                except (Exception, ScriptExit):
                    # Nobody is left who could be told: Python would print a traceback to the terminal.
                    continue

    def __repr__(self) -> str:
        return f"<object of class {self.script_class.name}>"


def object_by_id(number: float) -> ScriptObject | None:
    """Return the object with an id, None if nothing holds it any more."""
    return _by_id.get(int(number))


class MemberReference(Reference):
    """A member variable of an object, as a parameter ``number &x`` sees it."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: ScriptObject, name: str, type: str) -> None:  # noqa: A002 - the word for it
        self.owner = owner
        self.name = name
        super().__init__(self._get, self._set, type)

    def _get(self) -> Any:
        return getattr(self.owner, self.name)

    def _set(self, value: Any) -> None:
        setattr(self.owner, self.name, value)

    @property
    def value(self) -> Any:
        """The value, as of a :class:`Cell`."""
        return self._get()

    @value.setter
    def value(self, value: Any) -> None:
        self._set(value)


def fit_arguments(signature: Signature, arguments: Sequence[Any], convert: Callable[[Any, str], Any]) -> list[Any]:
    """Return arguments as a function wants them: references where it has ``&``, else values of its types."""
    fitted = []
    for index, given in enumerate(arguments):
        parameter = signature.parameter(index)
        if parameter.is_reference:
            fitted.append(given if isinstance(given, Reference) else Cell(given, parameter.type))
        else:
            value = given.get() if isinstance(given, Reference) else given
            fitted.append(convert(value, parameter.type))
    return fitted


def no_such_method(receiver: Any, name: str, arguments: Sequence[Any]) -> ScriptRuntimeError:
    """Return the error for a method that an object does not have."""
    if receiver is NULL:
        return ScriptRuntimeError(f"'{name}' is called on an object that is not there (NULL)", advice="assign it first")
    types = ", ".join(type_of(value.get() if isinstance(value, Reference) else value) for value in arguments)
    if not isinstance(receiver, ScriptObject):
        return ScriptRuntimeError(f"no function '{name}' takes ({types})")
    return ScriptRuntimeError(f"class '{receiver.script_class.name}' has no method '{name}' that takes ({types})")
