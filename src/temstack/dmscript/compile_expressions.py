"""Compile expressions on numbers, texts and handles to Python; those on pixels go to the next file."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from temstack.dmscript import nodes
from temstack.dmscript import py_nodes as py
from temstack.dmscript.compile_pixels import PixelCompiler
from temstack.dmscript.declarations import BUILT_IN_CLASSES
from temstack.dmscript.errors import NotImplementedByUs, ScriptNameError, ScriptTypeError
from temstack.dmscript.inference import COMPARISONS, CONSTANTS, Resolution
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.objects import ScriptClass
from temstack.dmscript.runtime import DEFAULTS
from temstack.dmscript.scopes import Variable
from temstack.dmscript.signatures import Parameter, Signature

PLAIN_NUMBERS = frozenset(("number", "complexnumber"))


class ExpressionCompiler(PixelCompiler):
    """Makes Python expressions of the expressions of a script."""

    # --- values ---

    def value(self, node: Node) -> ast.expr:
        """Return the Python expression of a value; truth values are 1.0 and 0.0."""
        made = self._value(node)
        line, column = self.source.line_and_column(node.at)
        py.locate(made, line, column)
        return made

    def _value(self, node: Node) -> ast.expr:
        if self.is_expression(node) and not (isinstance(node, nodes.Index) and self.is_pixel(node)):
            return self.image_of_expression(node)
        match node:
            case nodes.Number() | nodes.String():
                return py.constant(node.value)
            case nodes.Name():
                return self._name(node)
            case nodes.Unary():
                return self._unary(node)
            case nodes.Binary():
                return self._binary(node)
            case nodes.Conditional():
                return self.choice(node.condition, node.yes, node.no, self.type_of(node))
            case nodes.Assign():
                return self.assignment_value(node)
            case nodes.Step():
                return self._step(node)
            case nodes.Call() | nodes.Member():
                return self.call_of(node, self.resolve(node))
            case nodes.Index():
                return self._index(node)
            case nodes.ImageLiteral():
                sizes = py.tuple_of([self.number(size) for size in node.size])
                return py.call("literal_", sizes, self._rows(node.rows))
        raise AssertionError(node)

    def converted(self, node: Node, wanted: str) -> ast.expr:
        """Return a value as a variable or parameter of type *wanted* takes it; notes an error if it cannot."""
        given = self.type_of(node)
        return self.fitted(self.value(node), given, wanted, node.at)

    def number(self, node: Node) -> ast.expr:
        """Return a value that must be a number."""
        return self.converted(node, "number")

    def fitted(self, value: ast.expr, given: str, wanted: str, at: int) -> ast.expr:
        """Return a Python value of type *given* as type *wanted*."""
        if given == wanted or wanted in ("any", "void") or (given == "null" and wanted not in DEFAULTS):
            return value
        if wanted not in DEFAULTS:
            if given in DEFAULTS and given != "string" and wanted == "image":
                return py.call("number_image_", value)
            if given in DEFAULTS:
                self.report(ScriptTypeError, at, f"{given} given where {wanted} is needed")
            return value
        if given == "image":
            advice = "an image expression is no number, even of one pixel: use sum(…) or GetPixel(image, x, y)"
            self.report(ScriptTypeError, at, f"image given where {wanted} is needed", advice=advice)
            return value
        if given in ("any", "void") or (given, wanted) in _CONVERTS:
            return py.call("fit_", value, py.constant(wanted))
        self.report(ScriptTypeError, at, f"{given} given where {wanted} is needed")
        return value

    def _rows(self, rows: Sequence[Any]) -> ast.expr:
        return py.tuple_of([self._rows(row) if isinstance(row, list) else self.value(row) for row in rows])

    def _name(self, node: nodes.Name) -> ast.expr:
        variable = self.variable(node.name, node.at)
        if variable is not None:
            return self.load(variable)
        name = key(node.name)
        if name in CONSTANTS:
            return py.constant(CONSTANTS[name])
        if name == "null":
            return py.name("NULL")
        return self.call_of(node, self.resolve(node))

    def load(self, variable: Variable) -> ast.expr:
        """Return the value of a variable."""
        self.use(variable)
        if variable.kind == "cell":
            return py.attribute(py.name(variable.python), "value")
        if variable.kind == "member":
            return py.attribute(py.name(self.self_name), variable.python)
        return py.name(variable.python)

    def store_value(self, variable: Variable, value: ast.expr) -> ast.expr:
        """Return an expression that sets a variable and gives the value."""
        self.use(variable)
        if variable.kind == "local":
            return py.walrus(variable.python, value)
        owner = py.name(variable.python if variable.kind == "cell" else self.self_name)
        return py.call("put_", owner, py.constant("value" if variable.kind == "cell" else variable.python), value)

    # --- operators ---

    def _unary(self, node: nodes.Unary) -> ast.expr:
        if node.op == "!":
            return _as_number(ast.UnaryOp(ast.Not(), self.condition(node.operand)))
        kind, operand = self.type_of(node.operand), self.value(node.operand)
        if kind not in PLAIN_NUMBERS and kind != "any":
            self.report(ScriptTypeError, node.at, f"'{node.op}' cannot be done with {kind}", expected="a number")
        if node.op == "~":
            return py.call("complement_", operand)
        return operand if node.op == "+" else ast.UnaryOp(ast.USub(), operand)

    def _binary(self, node: nodes.Binary) -> ast.expr:
        chain: list[nodes.Binary] = []
        here: Node = node
        while isinstance(here, nodes.Binary) and here.op in ("+", "-", "*") and not self.is_expression(here):
            chain.append(here)
            here = here.left
        if not chain:
            return self._one_binary(node, None)
        made = self.value(here)
        for link in reversed(chain):
            made = self._one_binary(link, made)
            line, column = self.source.line_and_column(link.at)
            py.locate(made, line, column)
        return made

    def _one_binary(self, node: nodes.Binary, left: ast.expr | None) -> ast.expr:
        op = node.op
        if op in ("&&", "||") or op in COMPARISONS:
            return _as_number(self.condition(node))
        types = (self.type_of(node.left), self.type_of(node.right))
        left = self.value(node.left) if left is None else left
        right = self.value(node.right)
        return self.arithmetic(op, left, right, types, node.right)

    def arithmetic(
        self, op: str, left: ast.expr, right: ast.expr, types: tuple[str, str], divisor: Node | None = None
    ) -> ast.expr:
        """Return ``left op right`` for values of known types."""
        if op == "+" and "string" in types:
            texts = [side if kind == "string" else py.call("text_", side)
                     for side, kind in zip((left, right), types, strict=True)]  # fmt: skip
            return py.binary(texts[0], "+", texts[1])
        if not PLAIN_NUMBERS.issuperset(types):
            return py.call("calculate_", py.constant(op), left, right)
        if op in ("+", "-", "*"):
            return py.binary(left, op, right)
        if op == "/":
            if isinstance(divisor, nodes.Number) and divisor.value:
                return py.binary(left, "/", right)
            if isinstance(right, ast.Name):
                return py.if_else(right, py.binary(left, "/", right), py.call("divide_by_zero_", left, right))
            return py.call("divide_", left, right)
        if op == "%":
            return py.call("remainder_", left, right)
        if op == "**":
            return py.call("power_", left, right)
        return py.call("bits_", py.constant(op), left, right)

    def condition(self, node: Node) -> ast.expr:
        """Return a Python expression that is true where the value of *node* holds."""
        made = self._condition(node)
        line, column = self.source.line_and_column(node.at)
        py.locate(made, line, column)
        return made

    def _condition(self, node: Node) -> ast.expr:
        kind = self.type_of(node)
        if isinstance(node, nodes.Unary) and node.op == "!" and kind != "image":
            return ast.UnaryOp(ast.Not(), self.condition(node.operand))
        if isinstance(node, nodes.Binary) and kind != "image":
            if node.op in ("&&", "||"):
                return self._both(node)
            if node.op in COMPARISONS:
                return self._comparison(node)
        if kind in PLAIN_NUMBERS:
            return self.value(node)
        if kind == "image" and (self.is_expression(node) or isinstance(node, nodes.Index)):
            return py.call("one_value_", self.value(node))
        return py.call("is_valid_", self.value(node))

    def _both(self, node: nodes.Binary) -> ast.expr:
        left, right = self.condition(node.left), self.condition(node.right)
        operator = ast.And() if node.op == "&&" else ast.Or()
        if self.options.short_circuit:
            return ast.BoolOp(operator, [left, right])
        both = [py.call("is_valid_", left), py.call("is_valid_", right)]
        return py.call("all" if node.op == "&&" else "any", py.tuple_of(both))

    def _comparison(self, node: nodes.Binary) -> ast.expr:
        types = (self.type_of(node.left), self.type_of(node.right))
        left, right = self.value(node.left), self.value(node.right)
        same = types[0] == types[1] and types[0] in ("number", "string")
        equality = node.op in ("==", "!=")
        if same or (equality and PLAIN_NUMBERS.issuperset(types)):
            return py.compare(left, node.op, right)
        if "string" in types and {"number", "complexnumber", "rgbnumber"}.intersection(types):
            self.report(ScriptTypeError, node.at, f"'{node.op}' cannot compare {types[0]} with {types[1]}")
        return py.call("order_", py.constant(node.op), left, right)

    def choice(self, condition: Node, yes: Node, no: Node, kind: str) -> ast.expr:
        """Return ``condition ? yes : no`` where the condition is one value."""
        ways = [self.fitted(self.value(way), self.type_of(way), kind, way.at) for way in (yes, no)]
        return py.if_else(self.condition(condition), ways[0], ways[1])

    def _step(self, node: nodes.Step) -> ast.expr:
        one = nodes.Number(node.at, 1.0, "1")
        changed = self.assignment_value(nodes.Assign(node.at, node.op + "=", node.target, one))
        if node.is_prefix or self.type_of(node.target) != "number":
            return changed
        return py.binary(changed, "-" if node.op == "+" else "+", py.constant(1.0))

    def _index(self, node: nodes.Index) -> ast.expr:
        kind = self.type_of(node.operand)
        if kind == "string":
            if len(node.indices) != 1:
                self.report(ScriptTypeError, node.at, "a text has one index", got=len(node.indices), expected=1)
                return py.constant(0.0)
            return py.call("char_code_", self.value(node.operand), self.number(node.indices[0]))
        if kind not in ("image", "any"):
            self.report(ScriptTypeError, node.at, f"{kind} has no [ ]", expected="an image or a text")
        return self.part_of(node)

    def part_of(self, node: nodes.Index) -> ast.expr:
        """Return the part of an image that numbers between brackets name, as a live view."""
        if len(node.indices) not in (0, 1, 2, 3, 4, 6, 8):
            self.report(
                ScriptTypeError, node.at, "no part of an image has so many indices", got=len(node.indices),
                expected="[x,y], [x,y,z], [top,left,bottom,right] or [x0,y0,z0,x1,y1,z1]",
            )  # fmt: skip
        indices = py.tuple_of([self.number(index) for index in node.indices])
        return py.call("part_", py.call("image_", self.value(node.operand)), indices)

    # --- calls ---

    def call_of(self, node: Node, found: Resolution) -> ast.expr:
        """Return the call that a resolution means."""
        match found.kind:
            case "special":
                return self._special(node, found)
            case "function":
                assert found.signature is not None
                values, after = self._arguments(found.arguments, found.signature)
                return _with(py.call(found.python, *values), after)
            case "builtin":
                assert found.signature is not None
                return self._built_in(found.signature, found.arguments)
            case "method" | "super":
                return self._method(node, found)
            case "self":
                return self.value(found.arguments[0])
        return py.constant(None)

    def _built_in(self, signature: Signature, arguments: Sequence[Node]) -> ast.expr:
        if signature.function is None:
            return py.call("not_implemented_", py.constant(signature.name), py.constant(signature.help))
        values, after = self._arguments(arguments, signature)
        return _with(py.call(self.constant_name(signature.function), py.name("run_"), *values), after)

    def _arguments(self, arguments: Sequence[Node], signature: Signature) -> tuple[list[ast.expr], list[ast.expr]]:
        values: list[ast.expr] = []
        after: list[ast.expr] = []
        for index, argument in enumerate(arguments):
            parameter = signature.parameter(index)
            if parameter.is_reference:
                values.append(self._reference(argument, parameter, after))
            else:
                values.append(self.converted(argument, parameter.type))
        return values, after

    def _reference(self, argument: Node, parameter: Parameter, after: list[ast.expr]) -> ast.expr:
        """Return the reference for a parameter ``type &name``; a plain variable is read back after the call."""
        kind = self.type_of(argument)
        variable = self.variable(argument.name, argument.at) if isinstance(argument, nodes.Name) else None
        if variable is None:
            return py.call("Cell", self.value(argument), py.constant(kind))
        self.use(variable)
        if variable.kind == "cell":
            return py.name(variable.python)
        if variable.kind == "member":
            return py.call("MemberReference", py.name(self.self_name), py.constant(variable.python), py.constant(kind))
        temporary = self.temporary()
        after.append(self.store_value(variable, py.attribute(py.name(temporary), "value")))
        return py.walrus(temporary, py.call("Cell", py.name(variable.python), py.constant(kind)))

    def _method(self, node: Node, found: Resolution) -> ast.expr:
        assert isinstance(node, nodes.Call | nodes.Member)
        places = self.known.reference_places(node.name, len(found.arguments))
        values: list[ast.expr] = []
        after: list[ast.expr] = []
        for index, argument in enumerate(found.arguments):
            if index in places and index > 0:
                values.append(self._reference(argument, Parameter("any", ""), after))
            else:
                values.append(self.value(argument))
        name = py.constant(key(node.name))
        if found.kind == "super":
            return _with(py.call("call_class_method_", py.name(found.python), values[0], name, *values[1:]), after)
        return _with(py.call("call_method_", values[0], name, *values[1:]), after)

    def _special(self, node: Node, found: Resolution) -> ast.expr:
        name = key(node.name) if isinstance(node, nodes.Call | nodes.Name | nodes.Member) else ""
        if name == "tert":
            condition, yes, no = found.arguments
            return self.choice(condition, yes, no, self.type_of(node))
        if name == "exprsize":
            return self.sized_expression(found.arguments)
        if name == "alloc":
            return self._alloc(found.arguments[0])
        function = "leave_" if name == "exit" else "throw_"
        return py.call(function, *(self.value(argument) for argument in found.arguments))

    def _alloc(self, node: Node) -> ast.expr:
        if isinstance(node, nodes.Name):
            made = self.known.classes.get(key(node.name))
            if made is not None:
                return py.call("allocate_", py.name(made.python))
            if key(node.name) in BUILT_IN_CLASSES:
                return py.call("allocate_", py.name(self.constant_name(_built_in_class(key(node.name)))))
            near = self.registry.nearest(node.name, [one.name for one in self.known.classes.values()])
            advice = f"did you mean '{near[0]}'?" if near else "define it, or add the script that does"
            self.report(ScriptNameError, node.at, f"unknown class '{node.name}'", advice=advice)
        else:
            self.report(ScriptTypeError, node.at, "alloc needs the name of a class")
        return py.constant(None)


_CONVERTS = frozenset(
    [
        ("number", "string"),
        ("complexnumber", "string"),
        ("rgbnumber", "string"),
        ("number", "complexnumber"),
        ("number", "rgbnumber"),
        ("rgbnumber", "number"),
    ]
)
_built_in_classes: dict[str, ScriptClass] = {}


def _built_in_class(name: str) -> ScriptClass:
    return _built_in_classes.setdefault(name, ScriptClass(BUILT_IN_CLASSES[name]))


def not_implemented(name: str, reason: str = "") -> Any:
    """Raise the error for a built-in that is known by name only, with the reason that its declaration gives."""
    raise NotImplementedByUs(name, advice=reason.rstrip(".") or "it is known by name, but does nothing here yet")


def _as_number(condition: ast.expr) -> ast.expr:
    return py.if_else(condition, py.constant(1.0), py.constant(0.0))


def _with(value: ast.expr, after: Sequence[ast.expr]) -> ast.expr:
    return py.first_of([value, *after]) if after else value
