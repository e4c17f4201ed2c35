"""Short ways to build Python syntax trees, and to give them places in a script.

Places travel into the code object, so that a running script knows its line and column at no cost.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any


def name(identifier: str) -> ast.Name:
    """Return the value of a Python variable."""
    return ast.Name(identifier, ast.Load())


def constant(value: Any) -> ast.expr:
    """Return a number, text or None."""
    return ast.Constant(value)


def call(function: str | ast.expr, *arguments: ast.expr) -> ast.Call:
    """Return a call."""
    target = name(function) if isinstance(function, str) else function
    return ast.Call(target, list(arguments), [])


def attribute(value: ast.expr, field: str) -> ast.Attribute:
    """Return ``value.field``."""
    return ast.Attribute(value, field, ast.Load())


def tuple_of(values: Sequence[ast.expr]) -> ast.Tuple:
    """Return a tuple."""
    return ast.Tuple(list(values), ast.Load())


def binary(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    """Return ``left op right`` for an operator of Python's arithmetic."""
    return ast.BinOp(left, _OPERATORS[op](), right)


def compare(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    """Return ``left op right`` for a comparison; its value is Python's True or False."""
    return ast.Compare(left, [_COMPARISONS[op]()], [right])


def if_else(condition: ast.expr, yes: ast.expr, no: ast.expr) -> ast.expr:
    """Return ``yes if condition else no``."""
    return ast.IfExp(condition, yes, no)


def walrus(identifier: str, value: ast.expr) -> ast.expr:
    """Return ``(identifier := value)``."""
    return ast.NamedExpr(ast.Name(identifier, ast.Store()), value)


def first_of(values: Sequence[ast.expr]) -> ast.expr:
    """Return all values evaluated in turn, and the first as result."""
    return ast.Subscript(tuple_of(values), constant(0), ast.Load())


def assign(target: str | ast.expr, value: ast.expr) -> ast.stmt:
    """Return ``target = value``."""
    if isinstance(target, str):
        target = ast.Name(target, ast.Store())
    elif isinstance(target, ast.Attribute):
        target = ast.Attribute(target.value, target.attr, ast.Store())
    return ast.Assign([target], value)


def augment(target: ast.expr, op: str, value: ast.expr) -> ast.stmt:
    """Return ``target op= value``."""
    stored: Any = (
        ast.Name(target.id, ast.Store())
        if isinstance(target, ast.Name)
        else ast.Attribute(target.value, target.attr, ast.Store())  # type: ignore[attr-defined]
    )
    return ast.AugAssign(stored, _OPERATORS[op](), value)


def function(identifier: str, parameters: Sequence[str], body: Sequence[ast.stmt]) -> ast.FunctionDef:
    """Return a definition of a Python function."""
    made: Any = ast.FunctionDef(
        name=identifier, args=_parameters(parameters), body=list(body), decorator_list=[], returns=None
    )
    made.type_params = []
    return made  # type: ignore[no-any-return]


def lambda_of(parameters: Sequence[str], value: ast.expr) -> ast.expr:
    """Return ``lambda parameters: value``."""
    return ast.Lambda(_parameters(parameters), value)


def _parameters(names: Sequence[str]) -> ast.arguments:
    return ast.arguments(
        posonlyargs=[], args=[ast.arg(one) for one in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )


def locate(node: Any, line: int, column: int) -> None:
    """Give a node its place; one that it has already is kept."""
    if not hasattr(node, "lineno"):
        node.lineno = node.end_lineno = line
        node.col_offset = column - 1
        node.end_col_offset = column


def locate_rest(tree: ast.AST) -> None:
    """Give every node without a place that of the node around it; deep trees are no problem."""
    waiting: list[tuple[Any, int, int]] = [(tree, 1, 1)]
    while waiting:
        node, line, column = waiting.pop()
        if hasattr(node, "lineno"):
            line, column = node.lineno, node.col_offset + 1
        elif "lineno" in node._attributes:
            locate(node, line, column)
        waiting.extend((child, line, column) for child in ast.iter_child_nodes(node))


_OPERATORS: dict[str, type[ast.operator]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "/": ast.Div,
}
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
