"""Parse the statements of a script: words in, :class:`~temstack.dmscript.nodes.Script` out."""

from __future__ import annotations

from collections.abc import Callable

from temstack.dmscript import nodes
from temstack.dmscript.nodes import Node
from temstack.dmscript.parser_expressions import ExpressionParser
from temstack.dmscript.scanner import scan
from temstack.dmscript.source import Source


def parse(source: Source | str) -> nodes.Script:
    """Return the tree of a script.

    Raises
    ------
    ScriptSyntaxError
        At the first word that cannot stand where it does.

    Examples
    --------
    >>> tree = parse("number a = 1; Result(a)")
    >>> [type(statement).__name__ for statement in tree.body]
    ['Declare', 'Evaluate']
    """
    if isinstance(source, str):
        source = Source(source)
    parser = StatementParser(source, scan(source))
    try:
        return parser.script()
    except RecursionError as err:
        raise parser.error("nested too deeply", advice="split it into functions") from err


class StatementParser(ExpressionParser):
    """Reads statements from the words of a script."""

    def script(self) -> nodes.Script:
        """Read all statements."""
        body: list[Node] = []
        self.pass_separators()
        while self.kinds[self.index] != "end":
            body.append(self.statement())
            self.pass_separators()
        return nodes.Script(0, body)

    def pass_separators(self) -> None:
        """Pass newlines and semicolons."""
        kinds = self.kinds
        while kinds[self.index] in ("newline", ";"):
            self.index += 1

    def statement(self) -> Node:
        """Read one statement and its end."""
        special = _STATEMENTS.get(self.kinds[self.index])
        self.enter()
        found = special(self) if special is not None else self.simple_statement()
        self.depth -= 1
        return found

    def simple_statement(self) -> Node:
        """Read a declaration, a definition or an expression."""
        kinds = self.kinds
        if kinds[self.index] == "name" and kinds[self.index + 1] == "name":
            word = self.texts[self.index].lower()
            if word in ("module", "uses"):
                return self.module(word)
            if word == "interface":
                return self.class_()
            if kinds[self.index + 2] == "(":
                return self.function()
            found: Node = self.declaration()
        else:
            found = nodes.Evaluate(self.offsets[self.index], self.expression())
        self.end_of_statement()
        return found

    def end_of_statement(self) -> None:
        """Pass the end of a statement: a newline, a semicolon, or what closes or continues the block around."""
        kind = self.kinds[self.index]
        if kind in ("newline", ";"):
            self.index += 1
        elif kind not in ("}", "end", "else", "catch", "recover"):
            raise self.unexpected("the end of the statement")

    # --- declarations ---

    def declaration(self) -> nodes.Declare:
        """Read ``number a, b = 1``."""
        at, type_name = self.offsets[self.index], self.texts[self.index]
        self.index += 1
        names = [self.declarator()]
        while self.kinds[self.index] == ",":
            self.index += 1
            # A list may go on in the next line: nothing else can follow a comma.
            self.skip_newlines()
            # ``number a, number b`` is written, and means the same.
            if self.kinds[self.index] == "name" and self.kinds[self.index + 1] == "name":
                self.index += 1
            names.append(self.declarator())
        return nodes.Declare(at, type_name, names)

    def declarator(self) -> nodes.Declarator:
        """Read one name of a declaration with its value."""
        at = self.expect("name")
        name = self.texts[self.index - 1]
        op = self.kinds[self.index]
        if op not in ("=", ":="):
            return nodes.Declarator(at, name)
        self.index += 1
        return nodes.Declarator(at, name, op, self.expression())

    def function(self) -> nodes.Function:
        """Read ``type name(parameters) { … }``, or the same announced without a body."""
        returns = self.texts[self.index]
        self.index += 1
        return self.function_after_type(returns, "")

    def function_after_type(self, returns: str, prefix: str) -> nodes.Function:
        """Read the name of a function and all after it."""
        at = self.expect("name")
        name = prefix + self.texts[self.index - 1]
        parameters = self.parameters()
        return nodes.Function(at, returns, name, parameters, self.function_body())

    def function_body(self) -> nodes.Block | None:
        """Read a body; None where the function is only announced. One statement on the same line is a body too."""
        start = self.index
        if self.kinds[start] not in ("newline", ";", "{", "}", "end"):
            return nodes.Block(self.offsets[start], [self.statement()])
        self.skip_newlines()
        if self.kinds[self.index] == "{":
            return self.block()
        self.index = start
        self.end_of_statement()
        return None

    def parameters(self) -> list[nodes.Parameter]:
        """Read ``(type a, type &b)``; ``(void)`` and ``()`` are none."""
        self.expect("(")
        found: list[nodes.Parameter] = []
        if self.kinds[self.index] == "name" and self.kinds[self.index + 1] == ")":
            # ``(void)``; a type alone is met in announcements.
            if self.texts[self.index].lower() != "void":
                found.append(nodes.Parameter(self.offsets[self.index], self.texts[self.index], "", False))
            self.index += 1
        while self.kinds[self.index] != ")":
            found.append(self.parameter())
            if self.kinds[self.index] == ",":
                self.index += 1
            elif self.kinds[self.index] != ")":
                raise self.unexpected("',' or ')'")
        self.index += 1
        return found

    def parameter(self) -> nodes.Parameter:
        """Read ``type name`` or ``type &name``."""
        at = self.expect("name")
        type_name = self.texts[self.index - 1]
        is_reference = self.kinds[self.index] == "&"
        if is_reference:
            self.index += 1
        name = ""
        if self.kinds[self.index] == "name":
            name = self.texts[self.index]
            self.index += 1
            if self.kinds[self.index] == "name":
                raise self.unexpected("',' or ')'")
        return nodes.Parameter(at, type_name, name, is_reference)

    def module(self, word: str) -> nodes.Module:
        """Read ``module a.b.c`` or ``uses a.b.c``."""
        at = self.expect("name")
        self.expect("name")
        name = self.texts[self.index - 1]
        while self.kinds[self.index] == ".":
            self.index += 1
            self.expect("name")
            name += "." + self.texts[self.index - 1]
        self.end_of_statement()
        return nodes.Module(at, word, name)

    def class_(self) -> nodes.Class:
        """Read a class or an interface."""
        at = self.offsets[self.index]
        is_interface = self.kinds[self.index] == "interface"
        self.index += 1
        self.expect("name")
        name, base = self.texts[self.index - 1], ""
        self.skip_newlines()
        if self.kinds[self.index] == ":":
            self.index += 1
            self.skip_newlines()
            self.expect("name")
            base = self.texts[self.index - 1]
            self.skip_newlines()
        opening = self.index
        self.expect("{")
        members: list[Node] = []
        self.pass_separators()
        while self.kinds[self.index] != "}":
            if self.kinds[self.index] == "end":
                raise self.error("the class does not end", opening, expected="a closing '}'", advice="close it with }")
            members.append(self.class_member())
            self.pass_separators()
        self.index += 1
        return nodes.Class(at, name, base, members, is_interface)

    def class_member(self) -> Node:
        """Read a member variable, a method, a constructor or a destructor."""
        kinds = self.kinds
        if kinds[self.index] == "~":
            self.index += 1
            return self.function_after_type("void", "~")
        if kinds[self.index] == "name" and kinds[self.index + 1] == "(":
            return self.function_after_type("void", "")
        if kinds[self.index] == "name" and kinds[self.index + 1] == "name":
            if kinds[self.index + 2] == "(":
                return self.function()
            found = self.declaration()
            self.end_of_statement()
            return found
        raise self.unexpected("a member variable or a method")

    # --- control ---

    def block(self) -> nodes.Block:
        """Read ``{ … }``."""
        opening = self.index
        at = self.expect("{")
        body: list[Node] = []
        self.pass_separators()
        while self.kinds[self.index] != "}":
            if self.kinds[self.index] == "end":
                raise self.error("the block does not end", opening, expected="a closing '}'", advice="close it with }")
            body.append(self.statement())
            self.pass_separators()
        self.index += 1
        return nodes.Block(at, body)

    def body(self) -> Node:
        """Read what a condition or loop governs: the next statement, on this line or a later one."""
        self.skip_newlines()
        if self.kinds[self.index] == ";":
            at = self.offsets[self.index]
            self.index += 1
            return nodes.Block(at, [])
        return self.statement()

    def condition(self) -> Node:
        """Read the condition of ``if`` or ``while`` with its parentheses."""
        self.expect("(")
        found = self.expression()
        self.expect(")")
        # ``if (a) && (b)`` is met, and cannot mean anything else.
        while (op := self.kinds[self.index]) in ("&&", "||"):
            at = self.expect(op)
            found = nodes.Binary(at, op, found, self.binary(3))
        return found

    def passes_to(self, word: str) -> bool:
        """Pass newlines and *word* if it follows them; stay where we are if not."""
        start = self.index
        self.pass_separators()
        if self.kinds[self.index] == word:
            self.index += 1
            return True
        self.index = start
        return False

    def if_(self) -> Node:
        """Read ``if … else if … else …``."""
        at = self.expect("if")
        branches: list[list[Node]] = [[self.condition(), self.body()]]
        otherwise: Node | None = None
        while self.passes_to("else"):
            start = self.index
            self.skip_newlines()
            if self.kinds[self.index] == "if":
                self.index += 1
                branches.append([self.condition(), self.body()])
                continue
            self.index = start
            otherwise = self.body()
            break
        return nodes.If(at, branches, otherwise)

    def while_(self) -> Node:
        """Read ``while (c) …``."""
        at = self.expect("while")
        return nodes.While(at, self.condition(), self.body())

    def for_(self) -> Node:
        """Read ``for (start; c; step) …``."""
        at = self.expect("for")
        self.expect("(")
        start = self.for_part(";")
        self.expect(";")
        condition = None if self.kinds[self.index] == ";" else self.expression()
        self.expect(";")
        step = self.for_part(")")
        self.expect(")")
        return nodes.For(at, start, condition, step, self.body())

    def for_part(self, closing: str) -> list[Node]:
        """Read the first or last part of ``for``, several with commas between."""
        found: list[Node] = []
        if self.kinds[self.index] == closing:
            return found
        if self.kinds[self.index] == "name" and self.kinds[self.index + 1] == "name":
            return [self.declaration()]
        while True:
            found.append(nodes.Evaluate(self.offsets[self.index], self.expression()))
            if self.kinds[self.index] != ",":
                return found
            self.index += 1

    def foreach(self) -> Node:
        """Read ``foreach (object o; list) …``."""
        at = self.expect("foreach")
        self.expect("(")
        type_name = ""
        if self.kinds[self.index + 1] == "name":
            self.expect("name")
            type_name = self.texts[self.index - 1]
        self.expect("name")
        name = self.texts[self.index - 1]
        self.expect(";")
        values = self.expression()
        self.expect(")")
        return nodes.ForEach(at, type_name, name, values, self.body())

    def value_or_nothing(self) -> Node | None:
        """Read an expression if the statement has one."""
        if self.kinds[self.index] in ("newline", ";", "}", "end", "else", "catch", "recover"):
            return None
        return self.expression()

    def return_(self) -> Node:
        """Read ``return x``."""
        at = self.expect("return")
        found = nodes.Return(at, self.value_or_nothing())
        self.end_of_statement()
        return found

    def throw(self) -> Node:
        """Read ``throw("text")``."""
        at = self.expect("throw")
        if self.kinds[self.index] == "(" and self.kinds[self.index + 1] == ")":
            self.index += 2
        found = nodes.Throw(at, self.value_or_nothing())
        self.end_of_statement()
        return found

    def break_(self) -> Node:
        """Read ``break``."""
        found = nodes.Break(self.expect("break"))
        self.end_of_statement()
        return found

    def continue_(self) -> Node:
        """Read ``continue``."""
        found = nodes.Continue(self.expect("continue"))
        self.end_of_statement()
        return found

    def try_(self) -> Node:
        """Read ``try … catch …`` or ``tryguard … recover …``; braces may be left out."""
        start = self.index
        word = self.kinds[start]
        at = self.expect(word)
        body = self.body()
        ending = "catch" if word == "try" else "recover"
        if not self.passes_to(ending) and not self.passes_to("recover" if word == "try" else "catch"):
            raise self.error(f"'{word}' without '{ending}'", start, expected=f"'{ending}' after its block")
        return nodes.Try(at, body, self.body(), word == "tryguard")


_STATEMENTS: dict[str, Callable[[StatementParser], Node]] = {
    "{": StatementParser.block,
    "if": StatementParser.if_,
    "while": StatementParser.while_,
    "for": StatementParser.for_,
    "foreach": StatementParser.foreach,
    "return": StatementParser.return_,
    "throw": StatementParser.throw,
    "break": StatementParser.break_,
    "continue": StatementParser.continue_,
    "try": StatementParser.try_,
    "tryguard": StatementParser.try_,
    "class": StatementParser.class_,
    "interface": StatementParser.class_,
}
