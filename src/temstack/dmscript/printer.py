"""Write the tree of a script as text again. What is printed parses to the same tree.

Parentheses stand only where the strength of operators needs them; comments and layout are not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temstack.dmscript import nodes
from temstack.dmscript.nodes import Node
from temstack.dmscript.parser_expressions import STRENGTH, UNARY_STRENGTH

INDENT = "    "
_POWER_STRENGTH = UNARY_STRENGTH + 1
_POSTFIX_STRENGTH = UNARY_STRENGTH + 2
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def print_script(tree: nodes.Script) -> str:
    r"""Return the text of a script.

    Examples
    --------
    >>> from temstack.dmscript.parser import parse
    >>> print_script(parse("number a=(1+2)*3;if(a>1)Result(a)"))
    'number a = (1 + 2) * 3\nif (a > 1)\n    Result(a)\n'
    """
    return "".join(line + "\n" for statement in tree.body for line in _statement(statement))


def print_expression(node: Node) -> str:
    """Return the text of an expression."""
    return _expression(node, 0)


# --- expressions ------------------------------------------------------------------------------


def _strength(node: Node) -> int:
    match node:
        case nodes.Assign():
            return 0
        case nodes.Conditional():
            return 1
        case nodes.Binary():
            return _POWER_STRENGTH if node.op == "**" else STRENGTH[node.op]
        case nodes.Unary():
            return UNARY_STRENGTH
        case nodes.Step():
            return UNARY_STRENGTH if node.is_prefix else _POSTFIX_STRENGTH
        case _:
            return _POSTFIX_STRENGTH


def _expression(node: Node, least: int) -> str:
    text = _plain(node)
    return f"({text})" if _strength(node) < least else text


def _plain(node: Node) -> str:
    match node:
        case nodes.Number():
            return _number(node.value)
        case nodes.String():
            return '"' + "".join(map(_character, node.value)) + '"'
        case nodes.Name():
            return node.name
        case nodes.Binary():
            return _binary(node)
        case nodes.Unary():
            return node.op + _apart(node.op, _expression(node.operand, UNARY_STRENGTH))
        case nodes.Step():
            target = _expression(node.target, UNARY_STRENGTH if node.is_prefix else _POSTFIX_STRENGTH)
            return f"{node.op * 2}{_apart(node.op, target)}" if node.is_prefix else f"{target}{node.op * 2}"
        case nodes.Conditional():
            return f"{_expression(node.condition, 2)} ? {_expression(node.yes, 0)} : {_expression(node.no, 0)}"
        case nodes.Assign():
            return f"{_expression(node.target, 1)} {node.op} {_expression(node.value, 0)}"
        case nodes.ImageLiteral():
            return f"[{_list(node.size)}]: {_rows(node.rows)}"
    return _postfix(node)


def _postfix(node: Node) -> str:
    match node:
        case nodes.Call():
            receiver = "" if node.receiver is None else _receiver(node.receiver) + "."
            return f"{receiver}{node.name}({_list(node.arguments)})"
        case nodes.Member():
            return f"{_receiver(node.operand)}.{node.name}"
        case nodes.Index():
            return f"{_receiver(node.operand)}[{_list(node.indices)}]"
    raise AssertionError(node)


def _receiver(node: Node) -> str:
    return _expression(node, _POSTFIX_STRENGTH)


def _binary(node: nodes.Binary) -> str:
    if node.op == "**":
        return f"{_expression(node.left, _POSTFIX_STRENGTH)} ** {_expression(node.right, UNARY_STRENGTH)}"
    # Long sums lean to the left; written from the left end, so that they do not recurse.
    parts: list[str] = []
    here: Node = node
    while isinstance(here, nodes.Binary) and here.op != "**":
        strength = STRENGTH[here.op]
        parts.append(f" {here.op} {_expression(here.right, strength + 1)}")
        if _strength(here.left) < strength:
            here = here.left
            parts.append(f"({_plain(here)})")
            return "".join(reversed(parts))
        here = here.left
    return _plain(here) + "".join(reversed(parts))


def _apart(sign: str, text: str) -> str:
    """Return text to follow a sign: ``- -a`` must not become ``--a``."""
    return f" {text}" if text.startswith(sign) else text


def _number(value: float) -> str:
    if value == int(value) if abs(value) < 1e15 else False:
        return str(int(value))
    # What is too large to be a number is infinite, and is written so that it reads as infinite again.
    return "1e999" if value == float("inf") else repr(value)


def _character(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\{ord(char):03o}" if char < " " or char == "\x7f" else char


def _list(values: list[Node]) -> str:
    return ", ".join(_expression(value, 0) for value in values)


def _rows(rows: list[Any]) -> str:
    inside = ", ".join(_rows(row) if isinstance(row, list) else _expression(row, 0) for row in rows)
    return f"{{{inside}}}"


# --- statements -------------------------------------------------------------------------------


def _statement(node: Node) -> list[str]:
    return _STATEMENTS[type(node)](node)


def _indented(lines: list[str]) -> list[str]:
    return [INDENT + line for line in lines]


def _body(node: Node) -> list[str]:
    """Return the lines of what a condition or loop governs."""
    if isinstance(node, nodes.Block):
        return _block(node)
    return _indented(_statement(node))


def _block(node: nodes.Block) -> list[str]:
    return ["{", *_indented([line for statement in node.body for line in _statement(statement)]), "}"]


def _declare(node: nodes.Declare) -> list[str]:
    return [f"{node.type} " + ", ".join(_declarator(one) for one in node.names)]


def _declarator(one: nodes.Declarator) -> str:
    return one.name if one.value is None else f"{one.name} {one.op} {_expression(one.value, 0)}"


def _if(node: nodes.If) -> list[str]:
    lines: list[str] = []
    for index, (condition, body) in enumerate(node.branches):
        lines.append(f"{'else ' if index else ''}if ({_expression(condition, 0)})")
        lines += _body(body)
    if node.otherwise is not None:
        lines += ["else", *_body(node.otherwise)]
    return lines


def _for(node: nodes.For) -> list[str]:
    start = ", ".join(line for part in node.start for line in _statement(part))
    condition = "" if node.condition is None else _expression(node.condition, 0)
    step = ", ".join(line for part in node.step for line in _statement(part))
    return [f"for ({start}; {condition}; {step})", *_body(node.body)]


def _foreach(node: nodes.ForEach) -> list[str]:
    type_name = f"{node.type} " if node.type else ""
    return [f"foreach ({type_name}{node.name}; {_expression(node.values, 0)})", *_body(node.body)]


def _word(word: str) -> Callable[[Any], list[str]]:
    def write(node: nodes.Return | nodes.Throw) -> list[str]:
        return [word if node.value is None else f"{word} {_expression(node.value, 0)}"]

    return write


def _try(node: nodes.Try) -> list[str]:
    words = ("tryguard", "recover") if node.guard else ("try", "catch")
    return [words[0], *_body(node.body), words[1], *_body(node.handler)]


def _parameter(one: nodes.Parameter) -> str:
    sign = " &" if one.is_reference else " " if one.name else ""
    return f"{one.type}{sign}{one.name}"


def _function(node: nodes.Function) -> list[str]:
    head = f"{node.name}({', '.join(map(_parameter, node.parameters))})"
    lines = [head if node.name.startswith("~") else f"{node.returns} {head}"]
    return lines if node.body is None else lines + _block(node.body)


def _class(node: nodes.Class) -> list[str]:
    head = f"{'interface' if node.is_interface else 'class'} {node.name}" + (f" : {node.base}" if node.base else "")
    return [head, "{", *_indented([line for member in node.members for line in _statement(member)]), "}"]


_STATEMENTS: dict[type, Callable[[Any], list[str]]] = {
    nodes.Block: _block,
    nodes.Declare: _declare,
    nodes.Evaluate: lambda node: [_expression(node.value, 0)],
    nodes.If: _if,
    nodes.While: lambda node: [f"while ({_expression(node.condition, 0)})", *_body(node.body)],
    nodes.For: _for,
    nodes.ForEach: _foreach,
    nodes.Return: _word("return"),
    nodes.Throw: _word("throw"),
    nodes.Break: lambda node: ["break"],
    nodes.Continue: lambda node: ["continue"],
    nodes.Try: _try,
    nodes.Function: _function,
    nodes.Class: _class,
    nodes.Module: lambda node: [f"{node.word} {node.name}"],
}
