"""Compile assignments: ``:=`` binds, ``=`` sets pixels, and what stands on the left may be a part of an image."""

from __future__ import annotations

import ast

from temstack.dmscript import nodes
from temstack.dmscript import py_nodes as py
from temstack.dmscript.compile_expressions import PLAIN_NUMBERS, ExpressionCompiler
from temstack.dmscript.compile_pixels import Leaves
from temstack.dmscript.errors import ScriptSyntaxError, ScriptTypeError
from temstack.dmscript.inference import CONSTANTS, INTRINSICS
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.runtime import DEFAULTS
from temstack.dmscript.scopes import Variable


class AssignmentCompiler(ExpressionCompiler):
    """Makes Python of assignments and of what declarations give as first value."""

    def assignment_value(self, node: nodes.Assign) -> ast.expr:
        """Return an assignment as an expression with the new value."""
        target = node.target
        if isinstance(target, nodes.Name):
            variable = self.target_variable(target)
            if variable is None:
                self.type_of(node.value)
                return self.value(node.value)
            return self.store_value(variable, self.new_value(node, variable))
        if isinstance(target, nodes.Index) and self.type_of(target) == "image":
            return self._assign_part(node, target)
        if self.type_of(target) in ("image", "any") and not self.is_expression(target) and node.op != ":=":
            return self._assign_pixels(node.op, self.value(target), target, node.value)
        self.report(
            ScriptSyntaxError, node.at, f"nothing can be assigned to what stands left of '{node.op}'",
            expected="a variable, or a part of an image",
        )  # fmt: skip
        return self.value(node.value)

    def target_variable(self, target: nodes.Name) -> Variable | None:
        """Return the variable that is assigned to; notes an error if there is none."""
        variable = self.variable(target.name, target.at)
        if variable is None:
            if key(target.name) in INTRINSICS or key(target.name) in CONSTANTS:
                self.report(ScriptTypeError, target.at, f"'{target.name}' cannot be assigned to")
            else:
                self.unknown_name(target.name, target.at, "variable")
        return variable

    def new_value(self, node: nodes.Assign, variable: Variable) -> ast.expr:
        """Return what a variable holds after an assignment."""
        made = self._new_value(node, variable)
        line, column = self.source.line_and_column(node.at)
        py.locate(made, line, column)
        return made

    def _new_value(self, node: nodes.Assign, variable: Variable) -> ast.expr:
        kind = variable.type
        if kind == "image":
            if node.op == ":=":
                return self.bound_image(node.value)
            return self._assign_pixels(node.op, self.load(variable), node.target, node.value, variable.name)
        if node.op in ("=", ":="):
            return self.converted(node.value, kind)
        op = node.op[:-1]
        types = (kind, self.type_of(node.value))
        if kind in DEFAULTS and types[1] == "image":
            return self.converted(node.value, kind)
        if kind not in DEFAULTS and kind != "any":
            self.report(ScriptTypeError, node.at, f"'{node.op}' cannot be done with {kind}", expected="a number")
        value = self.arithmetic(op, self.load(variable), self.value(node.value), types, node.value)
        result = "string" if "string" in types else "complexnumber" if "complexnumber" in types else types[0]
        if PLAIN_NUMBERS.issuperset(types) and result == kind:
            return value
        return self.fitted(value, result, kind, node.at)

    def bound_image(self, value: Node) -> ast.expr:
        """Return the image that ``:=`` binds."""
        given = self.type_of(value)
        if given in ("image", "null", "any", "void"):
            return self.value(value)
        self.report(ScriptTypeError, value.at, f"':=' binds an image, not a {given}", advice="use = to set pixels")
        return self.value(value)

    # --- pixels ---

    def _assign_pixels(self, op: str, image: ast.expr, target: Node, value: Node, name: str = "") -> ast.expr:
        """Return the image after ``image op value``."""
        if op != "=":
            at = target.at
            return self._assign_expression(image, nodes.Binary(at, op[:-1], target, value), name)
        given = self.type_of(value)
        if given == "null":
            return py.name("NULL")
        if given in ("number", "complexnumber", "rgbnumber"):
            if self.is_drawn(value):
                return self._assign_expression(image, value, name)
            return py.call("set_all_", image, self.value(value), py.name("rule_"))
        if given not in ("image", "any", "void"):
            self.report(ScriptTypeError, value.at, f"{given} given where an image is needed")
            return image
        if given != "image":
            return py.call("assign_any_", image, self.value(value), py.name("rule_"), py.constant(name))
        if self.is_expression(value):
            return self._assign_expression(image, value, name)
        return py.call("copy_pixels_", image, self.value(value), py.name("rule_"), py.constant(name))

    def _assign_expression(self, image: ast.expr, value: Node, name: str) -> ast.expr:
        function, leaves = self.pixel_function(value)
        return py.call("assign_", image, function, leaves, py.name("rule_"), py.constant(name))

    def _assign_part(self, node: nodes.Assign, target: nodes.Index) -> ast.expr:
        if node.op == ":=":
            self.report(ScriptSyntaxError, node.at, "':=' binds a variable, not a part of an image", advice="use =")
        op = "=" if node.op == ":=" else node.op
        if any(self.type_of(index) == "image" for index in target.indices):
            return self.scatter(target, op, node.value)
        if op == "=" and self.is_pixel(target) and self.type_of(node.value) in PLAIN_NUMBERS:
            indices = py.tuple_of([self.number(index) for index in target.indices])
            image, value = self.value(target.operand), self.value(node.value)
            return py.call("set_pixel_", image, indices, value, py.name("rule_"))
        if op == "=":
            return self._assign_pixels(op, self.part_of(target), target, node.value)
        function, leaves = self._compound(target, op, node.value)
        return py.call("assign_", self.part_of(target), function, leaves, py.name("rule_"))

    def _compound(self, target: nodes.Index, op: str, value: Node) -> tuple[ast.expr, ast.expr]:
        """Return the pixel function of ``part op value``, where the part has a size even if it is one pixel."""
        leaves = Leaves()
        part = leaves.add(self.part_of(target))
        right = self.as_numbers(value, leaves)
        sign = op[:-1]
        if sign in ("+", "-", "*"):
            body = py.binary(part, sign, right)
        else:
            body = py.call({"/": "array_divide_", "%": "array_remainder_"}.get(sign, "array_power_"), part, right)
        return leaves.function(body), leaves.tuple()

    # --- declarations ---

    def first_value(self, type_name: str, one: nodes.Declarator) -> ast.expr:
        """Return what a declared variable holds first."""
        if one.value is None:
            return self.default(type_name)
        made = self._given_value(type_name, one)
        line, column = self.source.line_and_column(one.value.at)
        py.locate(made, line, column)
        return made

    def _given_value(self, type_name: str, one: nodes.Declarator) -> ast.expr:
        assert one.value is not None
        if type_name != "image":
            return self.converted(one.value, type_name)
        if one.op == ":=":
            return self.bound_image(one.value)
        if self.type_of(one.value) == "image" and not self.is_expression(one.value):
            return py.call("duplicate_", self.value(one.value), py.constant(one.name))
        return self._assign_pixels("=", py.name("NULL"), one.value, one.value, one.name)

    def default(self, type_name: str) -> ast.expr:
        """Return what a variable without first value holds."""
        if type_name in ("number", "string"):
            return py.constant(DEFAULTS[type_name])
        if type_name in DEFAULTS:
            return py.call("default_of_", py.constant(type_name))
        return py.name("NULL")
