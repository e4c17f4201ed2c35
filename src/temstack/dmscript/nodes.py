"""The parts of a script after parsing. Each knows its place as `at`, an offset into the text.

Names are kept as written; :func:`key` makes the form in which names are equal.
Nothing here is checked: a tree may call names that are not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any


def key(name: str) -> str:
    """Return the form in which names are compared: the case of letters does not matter."""
    return name.lower()


@dataclass(slots=True)
class Node:
    """Any part of a script; equal to another that says the same elsewhere."""

    at: int = field(compare=False)

    def children(self) -> Iterator[Node]:
        """Yield the parts directly inside."""
        for entry in fields(self):
            yield from _nodes_in(getattr(self, entry.name))

    def walk(self) -> Iterator[Node]:
        """Yield this and all parts inside, in the order of the text; deep trees are no problem."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(list(node.children())))


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _nodes_in(item)


# --- expressions ------------------------------------------------------------------------------


@dataclass(slots=True)
class Number(Node):
    """``1``, ``1.5e-3``, ``0xFF``."""

    value: float
    text: str = field(compare=False)


@dataclass(slots=True)
class String(Node):
    """``"text"``; `value` has its escapes resolved."""

    value: str


@dataclass(slots=True)
class Name(Node):
    """A variable, an intrinsic such as ``icol``, ``self``, or a call without parentheses."""

    name: str


@dataclass(slots=True)
class Unary(Node):
    """``-a``, ``+a``, ``!a``, ``~a``."""

    op: str
    operand: Node


@dataclass(slots=True)
class Step(Node):
    """``++i``, ``i--``: `op` is ``+`` or ``-``."""

    op: str
    target: Node
    is_prefix: bool


@dataclass(slots=True)
class Binary(Node):
    """``a + b``; `at` is the place of the operator."""

    op: str
    left: Node
    right: Node


@dataclass(slots=True)
class Conditional(Node):
    """``condition ? yes : no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(slots=True)
class Assign(Node):
    """``a = b``, ``a := b``, ``a += b``: `op` is the sign as written."""

    op: str
    target: Node
    value: Node


@dataclass(slots=True)
class Call(Node):
    """``f(a, b)``, or ``a.f(b)`` with a as `receiver`; `at` is the place of the name."""

    name: str
    arguments: list[Node]
    receiver: Node | None = None


@dataclass(slots=True)
class Member(Node):
    """``self.super``: a name after a dot that nothing calls."""

    operand: Node
    name: str


@dataclass(slots=True)
class Index(Node):
    """``a[i, j]``; ``a[]`` has no indices."""

    operand: Node
    indices: list[Node]


@dataclass(slots=True)
class ImageLiteral(Node):
    """``[2, 1]: { {1, 2} }``: the sizes, and the values as nested lists."""

    size: list[Node]
    rows: list[Any]


# --- statements -------------------------------------------------------------------------------


@dataclass(slots=True)
class Declarator(Node):
    """One name of a declaration; `op` is ``""``, ``"="`` or ``":="``."""

    name: str
    op: str = ""
    value: Node | None = None


@dataclass(slots=True)
class Declare(Node):
    """``number a, b = 1``."""

    type: str
    names: list[Declarator]


@dataclass(slots=True)
class Evaluate(Node):
    """An expression that stands alone."""

    value: Node


@dataclass(slots=True)
class Block(Node):
    """``{ … }``, a scope of its own."""

    body: list[Node]


@dataclass(slots=True)
class If(Node):
    """``if (c) … else if (d) … else …``; a chain is flat, so that long ones do not nest."""

    branches: list[list[Node]]
    otherwise: Node | None


@dataclass(slots=True)
class While(Node):
    """``while (c) …``."""

    condition: Node
    body: Node


@dataclass(slots=True)
class For(Node):
    """``for (start; c; step) …``; each part may be empty."""

    start: list[Node]
    condition: Node | None
    step: list[Node]
    body: Node


@dataclass(slots=True)
class ForEach(Node):
    """``foreach (object o; list) …``; `type` is empty where the variable is declared elsewhere."""

    type: str
    name: str
    values: Node
    body: Node


@dataclass(slots=True)
class Return(Node):
    """``return``, ``return x``."""

    value: Node | None


@dataclass(slots=True)
class Break(Node):
    """``break``."""


@dataclass(slots=True)
class Continue(Node):
    """``continue``."""


@dataclass(slots=True)
class Throw(Node):
    """``throw("text")``."""

    value: Node | None


@dataclass(slots=True)
class Try(Node):
    """``try … catch …``; with `guard` it is ``tryguard … recover …``."""

    body: Node
    handler: Node
    guard: bool = False


@dataclass(slots=True)
class Parameter(Node):
    """One parameter of a function of the script."""

    type: str
    name: str
    is_reference: bool


@dataclass(slots=True)
class Function(Node):
    """A function or method; without `body` only announced. A destructor's name starts with ``~``."""

    returns: str
    name: str
    parameters: list[Parameter]
    body: Block | None


@dataclass(slots=True)
class Class(Node):
    """``class A : B { … }``, or an interface; members are :class:`Declare` and :class:`Function`."""

    name: str
    base: str
    members: list[Node]
    is_interface: bool = False


@dataclass(slots=True)
class Module(Node):
    """``module a.b`` or ``uses a.b``: `word` says which."""

    word: str
    name: str


@dataclass(slots=True)
class Script(Node):
    """A whole script."""

    body: list[Node]
