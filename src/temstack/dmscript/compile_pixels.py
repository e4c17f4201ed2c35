"""Compile expressions over images: to a function of a block of pixels, and the images and numbers it needs."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence

from temstack.dmscript import nodes
from temstack.dmscript import py_nodes as py
from temstack.dmscript.errors import ScriptTypeError
from temstack.dmscript.execution import Options
from temstack.dmscript.inference import COMPARISONS, Inference
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.scopes import Variable


class Leaves:
    """What a pixel function gets beside the block: images, and numbers worked out before."""

    def __init__(self) -> None:
        self.values: list[ast.expr] = []

    def add(self, value: ast.expr) -> ast.expr:
        """Add one value; return its name within the function."""
        self.values.append(value)
        return py.name(f"x{len(self.values) - 1}")

    def function(self, body: ast.expr) -> ast.expr:
        """Return the pixel function."""
        return py.lambda_of(["block", *(f"x{index}" for index in range(len(self.values)))], body)

    def tuple(self) -> ast.expr:
        """Return the values."""
        return py.tuple_of(self.values)


class PixelCompiler(Inference, ABC):
    """Makes pixel functions of expressions over images."""

    options: Options
    self_name: str

    # Supplied by the classes that extend this one.

    @abstractmethod
    def value(self, node: Node) -> ast.expr:
        """Return the Python expression of a value."""

    @abstractmethod
    def number(self, node: Node) -> ast.expr:
        """Return a value that must be a number."""

    @abstractmethod
    def part_of(self, node: nodes.Index) -> ast.expr:
        """Return a part of an image."""

    @abstractmethod
    def assignment_value(self, node: nodes.Assign) -> ast.expr:
        """Return an assignment as an expression."""

    @abstractmethod
    def use(self, variable: Variable) -> None:
        """Note that the function being compiled uses a variable."""

    @abstractmethod
    def temporary(self) -> str:
        """Return a new Python name."""

    @abstractmethod
    def constant_name(self, value: object) -> str:
        """Return the Python name of a value that is given to the code."""

    # --- whole expressions ---

    def pixel_function(self, node: Node) -> tuple[ast.expr, ast.expr]:
        """Return the pixel function of an expression and the tuple of its leaves."""
        leaves = Leaves()
        body = self.as_numbers(node, leaves)
        return leaves.function(body), leaves.tuple()

    def image_of_expression(self, node: Node) -> ast.expr:
        """Return a new image of the values of an expression."""
        return py.call("expression_image_", *self.pixel_function(node))

    def sized_expression(self, arguments: Sequence[Node]) -> ast.expr:
        """Return ``ExprSize(w, h, expression)``; without an expression an image of zeros."""
        has_value = len(arguments) > 2 or self.type_of(arguments[-1]) == "image"
        sizes = py.tuple_of([self.number(size) for size in (arguments[:-1] if has_value else arguments)])
        value: Node = arguments[-1] if has_value else nodes.Number(arguments[0].at, 0.0, "0")
        return py.call("expression_image_", *self.pixel_function(value), sizes)

    def scatter(self, target: nodes.Index, op: str, value: Node) -> ast.expr:
        """Return ``img[index, expressions] op value``."""
        leaves = Leaves()
        places = py.tuple_of([self.as_numbers(index, leaves) for index in target.indices])
        body = self.as_numbers(value, leaves)
        functions = leaves.function(places), leaves.function(body)
        image = self.value(target.operand)
        return py.call(
            "scatter_into_", image, functions[0], py.constant(op), functions[1], leaves.tuple(), py.name("rule_")
        )

    # --- pixel by pixel ---

    def as_numbers(self, node: Node, leaves: Leaves) -> ast.expr:
        """Return an expression of a block whose truth values are numbers."""
        made, is_truth = self.pixels(node, leaves)
        return py.call("as_number_", made) if is_truth else made

    def pixels(self, node: Node, leaves: Leaves) -> tuple[ast.expr, bool]:
        """Return an expression of a block, and whether its values are truth values."""
        made, is_truth = self._pixels(node, leaves)
        line, column = self.source.line_and_column(node.at)
        py.locate(made, line, column)
        return made, is_truth

    def _pixels(self, node: Node, leaves: Leaves) -> tuple[ast.expr, bool]:
        if isinstance(node, nodes.Number):
            return py.constant(node.value), False
        if not self.is_expression(node) and not self.is_drawn(node):
            return self._leaf(node, leaves), False
        match node:
            case nodes.Name():
                name = key(node.name)
                return py.attribute(py.name("block"), "icol" if name == "icolumn" else name), False
            case nodes.Binary():
                return self._pixel_binary(node, leaves)
            case nodes.Unary():
                return self._pixel_unary(node, leaves)
            case nodes.Conditional():
                return self._pixel_choice(node.condition, node.yes, node.no, leaves), False
            case nodes.Call():
                return self._pixel_call(node, leaves), False
            case nodes.Index():
                return self._pixel_index(node, leaves), False
        raise AssertionError(node)

    def _is_by_pixel(self, node: Node) -> bool:
        return self.is_expression(node) or self.is_drawn(node)

    def _leaf(self, node: Node, leaves: Leaves) -> ast.expr:
        kind = self.type_of(node)
        if kind == "string" or kind == "null":
            self.report(ScriptTypeError, node.at, f"{kind} in an expression of images", expected="a number or an image")
        return leaves.add(self.value(node))

    def _pixel_binary(self, node: nodes.Binary, leaves: Leaves) -> tuple[ast.expr, bool]:
        chain: list[nodes.Binary] = []
        here: Node = node
        while isinstance(here, nodes.Binary) and here.op in ("+", "-", "*", "/") and self._is_by_pixel(here):
            chain.append(here)
            here = here.left
        if not chain:
            return self._pixel_operator(node, leaves)
        made = self.as_numbers(here, leaves)
        for link in reversed(chain):
            right = self.as_numbers(link.right, leaves)
            # Two numbers can meet here as leaves; NumPy's division then gives infinity as C does.
            made = py.call("array_divide_", made, right) if link.op == "/" else py.binary(made, link.op, right)
            line, column = self.source.line_and_column(link.at)
            py.locate(made, line, column)
        return made, False

    def _pixel_operator(self, node: nodes.Binary, leaves: Leaves) -> tuple[ast.expr, bool]:
        op = node.op
        left, right = self.as_numbers(node.left, leaves), self.as_numbers(node.right, leaves)
        if op in COMPARISONS:
            return py.compare(left, op, right), True
        if op in ("&&", "||"):
            return py.call("logical_and_" if op == "&&" else "logical_or_", left, right), True
        if op == "%":
            return py.call("array_remainder_", left, right), False
        if op == "**":
            return py.call("array_power_", left, right), False
        return py.call("array_bits_", py.constant(op), left, right), False

    def _pixel_unary(self, node: nodes.Unary, leaves: Leaves) -> tuple[ast.expr, bool]:
        operand = self.as_numbers(node.operand, leaves)
        if node.op == "!":
            return py.call("logical_not_", operand), True
        if node.op == "~":
            return py.binary(ast.UnaryOp(ast.USub(), operand), "-", py.constant(1.0)), False
        return (operand if node.op == "+" else ast.UnaryOp(ast.USub(), operand)), False

    def _pixel_choice(self, condition: Node, yes: Node, no: Node, leaves: Leaves) -> ast.expr:
        test, _ = self.pixels(condition, leaves)
        return py.call("choose_pixels_", test, self.as_numbers(yes, leaves), self.as_numbers(no, leaves))

    def _pixel_call(self, node: nodes.Call, leaves: Leaves) -> ast.expr:
        found = self.resolve(node)
        if found.kind == "special":
            condition, yes, no = found.arguments
            return self._pixel_choice(condition, yes, no, leaves)
        assert found.signature is not None
        if found.signature.function is None:
            return py.call("not_implemented_", py.constant(found.signature.name), py.constant(found.signature.help))
        arguments = [
            leaves.add(py.call("WholeImage", py.call("image_", self.value(argument))))
            if found.signature.parameter(index).type == "image"
            else self.as_numbers(argument, leaves)
            for index, argument in enumerate(found.arguments)
        ]
        if found.signature.is_random:
            arguments.append(py.attribute(py.name("block"), "own_shape"))
        return py.call(self.constant_name(found.signature.function), py.name("run_"), *arguments)

    def _pixel_index(self, node: nodes.Index, leaves: Leaves) -> ast.expr:
        image = py.call("image_", self.value(node.operand))
        if self.is_pixel(node):
            indices = py.tuple_of([self.number(index) for index in node.indices])
            return leaves.add(py.call("OnePixel", image, indices))
        whole = leaves.add(py.call("WholeImage", image))
        places = py.tuple_of([self.as_numbers(index, leaves) for index in node.indices])
        return py.call("wide_", py.call("gather_", whole, places))
