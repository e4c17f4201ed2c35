"""Parse expressions: operators by their strength, as in C, with ``**`` above ``*``."""

from __future__ import annotations

from typing import Any

from temstack.dmscript import nodes
from temstack.dmscript.errors import ScriptSyntaxError
from temstack.dmscript.nodes import Node
from temstack.dmscript.scanner import Words, number_value, string_value
from temstack.dmscript.source import Source

DEEPEST = 100
"""How deep parentheses, blocks and operators may nest; real scripts stay below 20."""

LONGEST = 500
"""How many operators, or calls by dot, may follow one another in one expression."""

ASSIGN = frozenset(("=", ":=", "+=", "-=", "*=", "/=", "%=", "**="))

STRENGTH = {
    "||": 2,
    "&&": 3,
    "|": 4,
    "^": 5,
    "&": 6,
    "==": 7,
    "!=": 7,
    "<": 8,
    "<=": 8,
    ">": 8,
    ">=": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "%": 10,
}
UNARY_STRENGTH = 11
"""``**`` is stronger, and its right side first: ``-2**2`` is -4, ``2**3**2`` is 512."""

_SPELLED = {"newline": "the end of the line", "end": "the end of the script"}


class ExpressionParser:
    """Reads expressions from the words of a script.

    Parameters
    ----------
    source : Source
        For the places and lines in messages.
    words : Words
        From :func:`~temstack.dmscript.scanner.scan`.
    """

    def __init__(self, source: Source, words: Words) -> None:
        self.source = source
        self.kinds = words.kinds
        self.texts = words.texts
        self.offsets = words.offsets
        self.index = 0
        self.depth = 0

    # --- words ---

    def error(self, problem: str, index: int | None = None, **facts: Any) -> ScriptSyntaxError:
        """Return an error at a word, the next one unless *index* says otherwise."""
        place = self.index if index is None else index
        error = ScriptSyntaxError(problem, self.source.position(self.offsets[place]), **facts)
        error.placed(self.source)
        return error

    def unexpected(self, expected: str) -> ScriptSyntaxError:
        """Return the error of a next word that cannot stand here."""
        kind = self.kinds[self.index]
        advice = None
        if kind == "newline" and expected != "the end of the statement":
            advice = "a line ends the statement, also inside parentheses; continue it with \\ at its end"
        got = _SPELLED.get(kind) or repr(self.texts[self.index])
        error = self.error(f"{got} cannot stand here", expected=expected, advice=advice)
        if kind in _SPELLED and self.index > 0 and self.kinds[self.index - 1] not in _SPELLED:
            # Right behind the last word, not behind the comment that may follow it.
            end = self.offsets[self.index - 1] + len(self.texts[self.index - 1])
            error = ScriptSyntaxError(error.problem, self.source.position(end), expected=expected, advice=advice)
            error.placed(self.source)
        return error

    def expect(self, kind: str) -> int:
        """Pass the next word, which must be of this kind; return its place."""
        if self.kinds[self.index] != kind:
            raise self.unexpected(kind if kind == "name" else f"'{kind}'")
        self.index += 1
        return self.offsets[self.index - 1]

    def skip_newlines(self) -> None:
        """Pass all ends of lines."""
        kinds = self.kinds
        while kinds[self.index] == "newline":
            self.index += 1

    def enter(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(
                "nested too deeply", expected=f"at most {DEEPEST} levels", advice="split it into functions"
            )

    # --- operators ---

    def expression(self) -> Node:
        """Read one expression, assignments included."""
        self.enter()
        left = self.conditional()
        kind = self.kinds[self.index]
        if kind in ASSIGN:
            at = self.offsets[self.index]
            self.index += 1
            left = nodes.Assign(at, kind, left, self.expression())
        self.depth -= 1
        return left

    def conditional(self) -> Node:
        """Read one expression without assignment."""
        condition = self.binary(2)
        if self.kinds[self.index] != "?":
            return condition
        at = self.offsets[self.index]
        self.index += 1
        yes = self.expression()
        self.expect(":")
        self.enter()
        no = self.conditional()
        self.depth -= 1
        if self.kinds[self.index] in ASSIGN:
            no = nodes.Assign(self.expect(self.kinds[self.index]), self.kinds[self.index - 1], no, self.expression())
        return nodes.Conditional(at, condition, yes, no)

    def binary(self, least: int) -> Node:
        """Read operators at least this strong, those of equal strength from left to right."""
        left = self.unary()
        kinds = self.kinds
        count = 0
        while (strength := STRENGTH.get(kinds[self.index], 0)) >= least:
            op, at = kinds[self.index], self.offsets[self.index]
            count += 1
            if count > LONGEST:
                raise self.error("the expression is too long", expected=f"at most {LONGEST} operators in a row")
            self.index += 1
            left = nodes.Binary(at, op, left, self.binary(strength + 1))
        return left

    def unary(self) -> Node:
        """Read a value with the signs before it."""
        kind = self.kinds[self.index]
        if kind in ("-", "+", "!", "~"):
            at = self.offsets[self.index]
            self.index += 1
            self.enter()
            operand = self.unary()
            self.depth -= 1
            return nodes.Unary(at, kind, operand)
        if kind in ("++", "--"):
            at = self.offsets[self.index]
            self.index += 1
            self.enter()
            target = self.unary()
            self.depth -= 1
            return nodes.Step(at, kind[0], target, True)
        base = self.postfix()
        if self.kinds[self.index] != "**":
            return base
        at = self.offsets[self.index]
        self.index += 1
        self.enter()
        exponent = self.unary()
        self.depth -= 1
        return nodes.Binary(at, "**", base, exponent)

    # --- values ---

    def postfix(self) -> Node:
        """Read a value with its calls, indices and steps."""
        value = self.primary()
        kinds = self.kinds
        count = 0
        while True:
            kind = kinds[self.index]
            if kind == ".":
                value = self.after_dot(value)
            elif kind == "[":
                at = self.offsets[self.index]
                self.index += 1
                value = nodes.Index(at, value, self.arguments("]"))
            elif kind in ("++", "--"):
                value = nodes.Step(self.offsets[self.index], kind[0], value, False)
                self.index += 1
            else:
                return value
            count += 1
            if count > DEEPEST:
                raise self.error("too many calls in a row", expected=f"at most {DEEPEST}", advice="use a variable")

    def after_dot(self, value: Node) -> Node:
        """Read ``.name`` or ``.name(…)``."""
        self.index += 1
        kind = self.kinds[self.index]
        if kind != "name" and not self.texts[self.index].isidentifier():
            raise self.unexpected("the name of a function")
        at, name = self.offsets[self.index], self.texts[self.index]
        self.index += 1
        if self.kinds[self.index] != "(":
            return nodes.Member(at, value, name)
        self.index += 1
        return nodes.Call(at, name, self.arguments(")"), value)

    def slice_of_display(self, at: int, name: str) -> Node:
        """Read ``display{which}``: the image of a line of a plot, by label, index or id."""
        self.index += 1
        which = self.arguments("}")
        return nodes.Call(at, "ImageDisplayGetSliceImage", [nodes.Name(at, name), *which])

    def primary(self) -> Node:
        """Read a value."""
        index = self.index
        kind = self.kinds[index]
        at = self.offsets[index]
        if kind == "name":
            self.index += 1
            if self.kinds[self.index] == "(":
                self.index += 1
                return nodes.Call(at, self.texts[index], self.arguments(")"))
            if self.kinds[self.index] == "{" and self.offsets[self.index] == at + len(self.texts[index]):
                return self.slice_of_display(at, self.texts[index])
            return nodes.Name(at, self.texts[index])
        if kind == "number":
            self.index += 1
            return nodes.Number(at, number_value(self.texts[index]), self.texts[index])
        if kind == "string":
            self.index += 1
            return nodes.String(at, string_value(self.texts[index]))
        if kind == "(":
            self.index += 1
            value = self.expression()
            self.expect(")")
            return value
        if kind == "[":
            return self.image_literal()
        if kind == "throw":
            # ``condition ? f() : Throw("…")`` and ``x = y && throw("…")`` are calls like any other.
            self.index += 1
            if self.kinds[self.index] == "(":
                self.index += 1
                return nodes.Call(at, self.texts[index], self.arguments(")"))
            self.index -= 1
        raise self.unexpected("a value")

    def arguments(self, closing: str) -> list[Node]:
        """Read what stands between parentheses or brackets, the closing one included."""
        found: list[Node] = []
        if self.kinds[self.index] == closing:
            self.index += 1
            return found
        while True:
            found.append(self.expression())
            kind = self.kinds[self.index]
            if kind == ",":
                self.index += 1
            elif kind == closing:
                self.index += 1
                return found
            else:
                raise self.unexpected(f"',' or '{closing}'")

    def image_literal(self) -> Node:
        """Read ``[2, 1]: { {1, 2} }``; newlines are free inside the braces."""
        at = self.expect("[")
        size = self.arguments("]")
        self.expect(":")
        self.skip_newlines()
        return nodes.ImageLiteral(at, size, self.rows())

    def rows(self) -> list[Any]:
        """Read the braces of an image literal, at any depth."""
        self.enter()
        self.expect("{")
        found: list[Any] = []
        while True:
            self.skip_newlines()
            kind = self.kinds[self.index]
            if kind == "}":
                break
            found.append(self.rows() if kind == "{" else self.expression())
            self.skip_newlines()
            if self.kinds[self.index] == ",":
                self.index += 1
            elif self.kinds[self.index] not in ("}", "{"):
                raise self.unexpected("',' or '}'")
        self.index += 1
        self.depth -= 1
        return found
