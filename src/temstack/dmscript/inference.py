"""Which type every expression has, and which function every call means. Both are known before the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temstack.dmscript import nodes
from temstack.dmscript.declarations import Declarations, UserClass, UserFunction
from temstack.dmscript.errors import ScriptError, ScriptNameError, ScriptTypeError
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.scopes import Scope, Variable
from temstack.dmscript.signatures import Registry, Signature, choose_leniently
from temstack.dmscript.source import Source

INTRINSICS = frozenset(
    ("icol", "icolumn", "irow", "iplane", "iradius", "itheta", "iwidth", "iheight", "idepth", "ipoints")
)
"""Variables that have a value in every pixel of an expression."""

CONSTANTS = {"true": 1.0, "false": 0.0}
COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
SPECIAL = frozenset(("alloc", "tert", "exprsize", "exit", "throw"))
"""Names that the language itself gives a meaning, not a function."""


@dataclass(slots=True)
class Resolution:
    """What a call means.

    Parameters
    ----------
    kind : {"function", "builtin", "method", "super", "special", "pixels", "unknown"}
        A function of the script, a built-in, a method found at run time, a method of a base class, a special form,
        an element-wise built-in over images, or nothing.
    returns : str
        Type of the value.
    arguments : list of Node
        The receiver first, if there is one.
    signature : Signature, optional
        Of functions and built-ins.
    python : str
        Python function of a function of the script.
    """

    kind: str
    returns: str
    arguments: list[Node]
    signature: Signature | None = None
    python: str = ""


class Inference:
    """Finds types and functions; collects what is wrong instead of stopping at the first error.

    Parameters
    ----------
    source : Source
        The script.
    registry : Registry
        The built-ins.
    known : Declarations
        Functions and classes of the script.
    """

    def __init__(self, source: Source, registry: Registry, known: Declarations) -> None:
        self.source = source
        self.registry = registry
        self.known = known
        self.scope = Scope()
        self.errors: list[ScriptError] = []
        self.warnings: list[tuple[int, str, str]] = []
        self.current_class: UserClass | None = None
        # The nodes stand beside the answers so that they stay alive: a new node could get the id of a dead one.
        self._types: dict[int, tuple[Node, str]] = {}
        self._resolutions: dict[int, tuple[Node, Resolution]] = {}
        self._reported: set[tuple[int, str]] = set()

    # --- messages ---

    def report(self, kind: type[ScriptError], at: int, problem: str, **facts: Any) -> None:
        """Note an error, once."""
        if (at, problem) in self._reported:
            return
        self._reported.add((at, problem))
        error = kind(problem, self.source.position(at), **facts)
        self.errors.append(error.placed(self.source))

    def warn(self, at: int, code: str, text: str) -> None:
        """Note suspicious code."""
        if (at, text) not in self._reported:
            self._reported.add((at, text))
            self.warnings.append((at, code, text))

    # --- names ---

    def variable(self, name: str, at: int) -> Variable | None:
        """Return the variable that a name means here."""
        found = self.scope.find(name, at)
        if found is not None:
            return found
        found = self.scope.find_closed(name)
        if found is not None:
            self.warn(at, "closed-block", f"'{name}' was declared in a block that has ended")
        return found

    def unknown_name(self, name: str, at: int, what: str = "name") -> None:
        """Note that nothing has this name."""
        others = [*self.scope.visible(), *self.known.functions, *INTRINSICS]
        near = self.registry.nearest(name, others)
        advice = f"did you mean {' or '.join(repr(one) for one in near)}?" if near else "declare it first"
        if what == "function" and not near:
            advice = "define it, or add the script that does"
        self.report(ScriptNameError, at, f"unknown {what} '{name}'", advice=advice)

    # --- types ---

    def type_of(self, node: Node) -> str:
        """Return the type of an expression."""
        found = self._types.get(id(node))
        if found is None:
            found = self._types[id(node)] = (node, self._infer(node))
        return found[1]

    def _infer(self, node: Node) -> str:
        match node:
            case nodes.Number():
                return "number"
            case nodes.String():
                return "string"
            case nodes.Name():
                return self._name_type(node)
            case nodes.Binary():
                return self._binary_type(node)
            case nodes.Unary():
                inner = self.type_of(node.operand)
                # Of an image as such, `!` asks whether it is there.
                return inner if node.op != "!" or self.is_expression(node.operand) else "number"
            case nodes.Step():
                return self.type_of(node.target)
            case nodes.Conditional():
                return self._conditional_type(node.condition, node.yes, node.no)
            case nodes.Assign():
                return self.type_of(node.target)
            case nodes.Call() | nodes.Member():
                return self.resolve(node).returns
            case nodes.Index():
                inner = self.type_of(node.operand)
                return "number" if inner == "string" else "image" if inner in ("image", "any") else "any"
            case _:
                return "image"

    def _name_type(self, node: nodes.Name) -> str:
        variable = self.variable(node.name, node.at)
        name = key(node.name)
        if variable is not None:
            return variable.type
        if name in INTRINSICS:
            return "image"
        if name in CONSTANTS:
            return "number"
        if name == "null":
            return "null"
        return self.resolve(node).returns

    def _binary_type(self, node: nodes.Binary) -> str:
        # Long sums lean to the left: typed from the left end, so that they do not recurse.
        chain: list[nodes.Binary] = []
        here: Node = node
        while isinstance(here, nodes.Binary) and id(here) not in self._types:
            chain.append(here)
            here = here.left
        left = self.type_of(here)
        for link in reversed(chain):
            left = self._joined(link, left, self.type_of(link.right))
            self._types[id(link)] = (link, left)
        return left

    def _joined(self, node: nodes.Binary, left: str, right: str) -> str:
        op, both = node.op, (left, right)
        if op in COMPARISONS:
            return "image" if "image" in both and "null" not in both else "number"
        if op in ("&&", "||"):
            by_pixel = self.is_expression(node.left) or self.is_expression(node.right)
            return "image" if by_pixel else "number"
        if op == "+" and "string" in both:
            return "string"
        for wider in ("image", "any", "rgbnumber", "complexnumber"):
            if wider in both:
                self._check_operands(node, both)
                return wider
        self._check_operands(node, both)
        return "number"

    def _check_operands(self, node: nodes.Binary, both: tuple[str, str]) -> None:
        wrong = [one for one in both if one not in ("number", "complexnumber", "rgbnumber", "image", "any", "void")]
        if wrong:
            self.report(
                ScriptTypeError, node.at, f"'{node.op}' cannot be done with {both[0]} and {both[1]}",
                expected="numbers or images",
            )  # fmt: skip

    def _conditional_type(self, condition: Node, yes: Node, no: Node) -> str:
        one, other = self.type_of(yes), self.type_of(no)
        if self.type_of(condition) == "image" and self.is_expression(condition):
            return "image"
        if one == other or other == "null":
            return one
        if "image" in (one, other):
            return "image"
        if one == "null":
            return other
        if {one, other} == {"number", "complexnumber"}:
            return "complexnumber"
        return "any"

    # --- pixel expressions ---

    def is_expression(self, node: Node) -> bool:
        """Return whether an expression is worked out pixel by pixel, rather than an image that exists."""
        if self.type_of(node) != "image":
            return False
        match node:
            case nodes.Binary() | nodes.Unary():
                return True
            case nodes.Conditional():
                parts = (node.condition, node.yes, node.no)
                return self.type_of(node.condition) == "image" or any(self.is_expression(part) for part in parts)
            case nodes.Name():
                return self.variable(node.name, node.at) is None and key(node.name) in INTRINSICS
            case nodes.Call():
                found = self.resolve(node)
                if found.kind == "special" and key(node.name) == "tert":
                    return any(self.is_expression(part) for part in found.arguments) or (
                        self.type_of(found.arguments[0]) == "image"
                    )
                return found.kind == "pixels"
            case nodes.Index():
                return self.is_pixel(node) or any(self.type_of(index) == "image" for index in node.indices)
            case _:
                return False

    def is_drawn(self, node: Node) -> bool:
        """Return whether a number is drawn anew for each pixel: ``img = random()``."""
        match node:
            case nodes.Binary():
                return self.is_drawn(node.left) or self.is_drawn(node.right)
            case nodes.Unary():
                return self.is_drawn(node.operand)
            case nodes.Conditional():
                return any(map(self.is_drawn, (node.condition, node.yes, node.no)))
            case nodes.Call():
                found = self.resolve(node)
                if found.kind == "builtin" and found.signature is not None and found.signature.is_random:
                    return True
                by_pixel = found.kind == "special" or (found.signature is not None and found.signature.elementwise)
                return by_pixel and any(map(self.is_drawn, found.arguments))
            case _:
                return False

    def is_pixel(self, node: nodes.Index) -> bool:
        """Return whether an index names one pixel by numbers, which in an expression is a number for all pixels."""
        return 1 <= len(node.indices) <= 3 and all(self.type_of(index) != "image" for index in node.indices)

    # --- calls ---

    def resolve(self, node: Node) -> Resolution:
        """Return what a call, or a name used like one, means."""
        found = self._resolutions.get(id(node))
        if found is None:
            found = self._resolutions[id(node)] = (node, self._resolve(node))
        return found[1]

    def _resolve(self, node: Node) -> Resolution:
        match node:
            case nodes.Call():
                if node.receiver is None:
                    return self._resolve_call(node, node.name, list(node.arguments))
                if self._is_super(node.receiver):
                    return self._resolve_super(node)
                return self._resolve_call(node, node.name, [node.receiver, *node.arguments])
            case nodes.Member():
                return self._resolve_call(node, node.name, [node.operand])
            case nodes.Name():
                return self._resolve_bare(node)
        raise AssertionError(node)

    def _is_super(self, node: Node) -> bool:
        return isinstance(node, nodes.Member) and key(node.name) == "super"

    def _resolve_bare(self, node: nodes.Name) -> Resolution:
        """Return what a name without parentheses means when it is no variable: a function without parameters."""
        name = key(node.name)
        if name == "exit":
            return Resolution("special", "void", [])
        if name in self.known.functions or self.registry.find(name):
            signatures = [made.signature for made in self.known.functions.get(name, ())]
            if any(one.takes(0) for one in (*signatures, *self.registry.find(name))):
                return self._resolve_call(node, node.name, [])
        self.unknown_name(node.name, node.at)
        return Resolution("unknown", "any", [])

    def _resolve_call(self, node: Node, name: str, arguments: list[Node]) -> Resolution:
        lower = key(name)
        types = [self.type_of(argument) for argument in arguments] if lower != "alloc" else []
        special = self._resolve_special(node, lower, arguments)
        if special is not None:
            return special
        is_method = bool(arguments) and types[0] in ("object", "any", "void") and lower in self.known.methods
        if is_method and (
            (isinstance(node, nodes.Call) and node.receiver is not None) or lower not in self.known.functions
        ):
            returns = self.known.method_returns(name, len(arguments))
            return Resolution("method", returns, arguments)
        user = self._choose_user(lower, types, node.at)
        if user is not None:
            return Resolution("function", user.signature.returns, arguments, user.signature, user.python)
        built_in = choose_leniently(self.registry.find(lower), types)
        if built_in is not None:
            over_pixels = built_in.elementwise and any(
                kind == "image" and built_in.parameter(index).type != "image" for index, kind in enumerate(types)
            )
            if over_pixels:
                return Resolution("pixels", "image", arguments, built_in)
            return Resolution("builtin", built_in.returns, arguments, built_in)
        self._report_call(node, name, types)
        return Resolution("unknown", "any", arguments)

    def _resolve_special(self, node: Node, lower: str, arguments: list[Node]) -> Resolution | None:
        if lower not in SPECIAL or lower in self.known.functions:
            return None
        if lower == "tert" and len(arguments) == 3:
            return Resolution("special", self._conditional_type(*arguments), arguments)
        if lower == "exprsize" and len(arguments) in (2, 3, 4, 5):
            return Resolution("special", "image", arguments)
        if lower == "alloc" and len(arguments) == 1:
            if isinstance(arguments[0], nodes.Name) and key(arguments[0].name) == "objectlist":
                return self._resolve_call(node, "NewObjectList", [])
            return Resolution("special", "object", arguments)
        if lower in ("exit", "throw") and len(arguments) <= 1:
            return Resolution("special", "void", arguments)
        expected = {"tert": 3, "exprsize": "2 to 5", "alloc": 1}.get(lower, "0 or 1")
        self.report(
            ScriptTypeError, node.at, f"wrong number of arguments for '{lower}'", got=len(arguments), expected=expected
        )
        return Resolution("unknown", "any", arguments)

    def _resolve_super(self, node: nodes.Call) -> Resolution:
        """Return what ``self.super.f(…)`` means: a method of the base class, else a built-in on the object."""
        assert isinstance(node.receiver, nodes.Member)
        arguments = [node.receiver.operand, *node.arguments]
        owner = self.current_class
        base = self.known.classes.get(key(owner.base)) if owner is not None else None
        if base is not None and any(
            key(method.node.name) == key(node.name) for one in self.known.lineage(base) for method in one.methods
        ):
            return Resolution(
                "super", self.known.method_returns(node.name, len(arguments)), arguments, python=base.python
            )
        types = [self.type_of(argument) for argument in arguments]
        built_in = choose_leniently(self.registry.find(node.name), types)
        if built_in is not None:
            return Resolution("builtin", built_in.returns, arguments, built_in)
        if key(node.name) == "init" and not node.arguments:
            return Resolution("self", "object", arguments)
        self._report_call(node, node.name, types)
        return Resolution("unknown", "any", arguments)

    def _choose_user(self, lower: str, types: Sequence[str], at: int) -> UserFunction | None:
        """Return the script's own function that fits; of two with the same types, the last defined before."""
        overloads = self.known.functions.get(lower, ())
        before = [made for made in overloads if made.node.at <= at]
        for group in (before, overloads):
            chosen = choose_leniently([made.signature for made in reversed(group)], types)
            if chosen is not None:
                return next(made for made in reversed(group) if made.signature is chosen)
        return None

    def _report_call(self, node: Node, name: str, types: list[str]) -> None:
        lower = key(name)
        ways = [made.signature for made in self.known.functions.get(lower, ())] + list(self.registry.find(lower))
        if not ways:
            if lower in self.known.methods:
                self.report(
                    ScriptTypeError, node.at, f"'{name}' is a method, and is not called on an object",
                    got=", ".join(types) or "nothing",
                )  # fmt: skip
            else:
                self.unknown_name(name, node.at, "function")
            return
        shown = "; or ".join(str(way) for way in ways[:4]) + (f"; or {len(ways) - 4} more" if len(ways) > 4 else "")
        if not any(way.takes(len(types)) for way in ways):
            self.report(
                ScriptTypeError, node.at, f"wrong number of arguments for '{name}'", got=len(types), expected=shown
            )
        else:
            self.report(
                ScriptTypeError, node.at, f"'{name}' does not take these types",
                got=f"({', '.join(types)})", expected=shown,
            )  # fmt: skip
