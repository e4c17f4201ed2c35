"""Translate a script into Python on NumPy, xarray and temstack, as far as both have the same words.

Images become labelled arrays ``(plane, y, x)``; expressions over pixels become NumPy expressions in double
precision. What has no equivalent is left out with a comment that gives its line and the reason, and so is
everything that needs it; what is written runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from temstack.dmscript import nodes
from temstack.dmscript.declarations import Declarations, collect
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.parser import parse
from temstack.dmscript.scopes import Scope, Variable
from temstack.dmscript.signatures import load_registry
from temstack.dmscript.source import Source
from temstack.dmscript.translation_tables import HEADER, HELPERS, SETTING, STATEMENTS
from temstack.dmscript.translation_values import NotTranslatedError, ValueTranslator

_DEFAULTS = {"number": "0", "string": '""', "image": "None"}
INDENT = "    "
_IMPORTS = (
    ("np.", "import numpy as np"),
    ("xr.", "import xarray as xr\n"),
    ("ts.", "import temstack as ts"),
    ("set_tag(", "from temstack.stack.tags import set_tag"),
)


def translate(source: Source | str) -> str:
    r"""Return a script in Python.

    Parameters
    ----------
    source : Source or str
        The script.

    Returns
    -------
    str
        A Python program. Its arguments are the files of images on show at the start.

    Raises
    ------
    ScriptSyntaxError
        If it is no script.

    Examples
    --------
    >>> print(translate('number a = 2\nResult("twice: " + 2*a)').splitlines()[-1])
    print('twice: ' + f"{(2 * a):g}", end='')
    """
    if isinstance(source, str):
        source = Source(source)
    tree = parse(source)
    known = Declarations()
    collect(tree, known)
    translator = Translator(source, known)
    body = "\n".join(translator.body(tree.body))
    needed = _helpers_in(body)
    helpers = "".join(f"\n\n{HELPERS[name]}" for name in HELPERS if name in needed)
    imports = [line for word, line in _IMPORTS if f"{word}" in helpers + body or word == "ts."]
    header = HEADER.format(name=source.name.replace("\\", "/"), imports="\n".join(imports))
    return re.sub(r"\n{4,}", "\n\n\n", f"{header}{helpers}\n\n{body}\n")


def _helpers_in(text: str) -> set[str]:
    found = {name for name in HELPERS if re.search(rf"(?<![\w.]){name}\(", text)}
    more = {inner for name in found for inner in HELPERS if inner in re.findall(r"\b(\w+)\(", HELPERS[name])}
    return found if more <= found else found | more | _helpers_in("\n".join(HELPERS[name] for name in more))


class Translator(ValueTranslator):
    """Writes statements as Python text.

    Parameters
    ----------
    source : Source
        The script.
    known : Declarations
        Its functions.
    """

    def __init__(self, source: Source, known: Declarations) -> None:
        super().__init__(source, load_registry(), known)
        self.missing: set[str] = set()
        self.frame = ""
        self.bound: set[str] = set()
        self.left_out: list[tuple[int, str]] = []
        self.before: list[str] = []
        self.steps: list[list[str]] = []
        self.globals: set[str] = set()

    # --- bodies ---

    def body(self, statements: Sequence[Node]) -> list[str]:
        """Return the lines of a list of statements."""
        return [line for statement in statements for line in self.statement(statement)]

    def block(self, node: Node) -> list[str]:
        """Return the indented lines of a body, a scope of its own."""
        self.scope = Scope(self.scope)
        lines = self.body(node.body if isinstance(node, nodes.Block) else [node])
        self.scope.close()
        assert self.scope.parent is not None
        self.scope = self.scope.parent
        if all(line.lstrip().startswith("#") for line in lines):
            lines.append("pass")
        return [INDENT + line for line in lines]

    def statement(self, node: Node) -> list[str]:
        """Return the lines of a statement, or the comment that it is left out."""
        write = _STATEMENTS.get(type(node))
        outer, self.before = self.before, []
        try:
            if write is None:
                raise NotTranslatedError(f"a {type(node).__name__.lower()} has no equivalent here")
            made = write(self, node)
            return [*self.before, *made]
        except NotTranslatedError as error:
            return self._comment(node, str(error))
        finally:
            self.before = outer

    def _comment(self, node: Node, reason: str) -> list[str]:
        self.missing |= _set_by(node)
        for part in node.walk():
            if isinstance(part, nodes.Declare):
                self._know(part)
        line = self.source.position(node.at).line
        self.left_out.append((line, reason))
        return [f"# line {line}: left out, {reason}: {self.source.line(line).strip()}"]

    def _know(self, node: nodes.Declare) -> None:
        for one in node.names:
            kind = self.known.type_named(node.type)
            self.scope.declare(Variable(one.name, kind, one.at, one.name, is_global=self.scope.parent is None))

    # --- variables ---

    def _declare(self, node: nodes.Declare) -> list[str]:
        kind = self.known.type_named(node.type)
        if kind not in _DEFAULTS:
            raise NotTranslatedError(f"a {node.type} has no equivalent here")
        lines = []
        for one in node.names:
            value = None if one.value is None else self._first_value(kind, one.op, one.value)
            self._know(nodes.Declare(node.at, node.type, [one]))
            self.missing.discard(key(one.name))
            (self.bound.discard if value is None else self.bound.add)(key(one.name))
            lines.append(f"{self.python_name(one.name)} = {value or _DEFAULTS[kind]}")
        return lines

    def _first_value(self, kind: str, op: str, value: Node) -> str:
        if kind != "image":
            return self.text(value) if kind == "string" else self.value(value)
        if self.type_of(value) != "image":
            raise NotTranslatedError("an image of a number has no size")
        made = self.array(value)
        is_new = made.startswith("image(") or made.endswith(".copy(deep=True)")
        return made if op == ":=" or is_new else f"{made}.copy(deep=True)"

    def _assign(self, node: nodes.Assign) -> list[str]:
        target, op = node.target, node.op
        if isinstance(target, nodes.Name) and self.type_of(target) == "image":
            return self._assign_image(target, op, node.value)
        if isinstance(target, nodes.Name):
            name = self._target(target)
            if op == "=" or self.type_of(target) == "string":
                made = self.text(node.value) if self.type_of(target) == "string" else self.value(node.value)
                self.missing.discard(key(target.name))
                return [f"{name} {op} {made}"]
            return [f"{self.value(target)} {op} {self.value(node.value)}"]
        return self._assign_pixels(self._pixel_target(target), op, node.value)

    def _target(self, node: nodes.Name) -> str:
        if self.variable(node.name, node.at) is None:
            raise NotTranslatedError(f"'{node.name}' is no variable")
        return self.python_name(node.name)

    def _assign_image(self, target: nodes.Name, op: str, value: Node) -> list[str]:
        name = key(target.name)
        if op == ":=" or (op == "=" and name not in self.bound):
            if op == "=" and self.scope.own(target.name, target.at) is None:
                raise NotTranslatedError(f"whether '{target.name}' has an image yet depends on the run")
            made = self._first_value("image", op, value)
            self.bound.add(name)
            self.missing.discard(name)
            return [f"{self._target(target)} = {made}"]
        return self._assign_pixels(self._read(target), op, value)

    def _pixel_target(self, node: Node) -> str:
        if isinstance(node, nodes.Call):
            return self.array(node)
        if not isinstance(node, nodes.Index):
            raise NotTranslatedError("this cannot be assigned to")
        if not self.is_expression(node):
            return self.array(node)
        if not self.is_pixel(node):
            raise NotTranslatedError("index expressions on the left side")
        places = ", ".join(self.whole(index) for index in reversed(node.indices))
        return f"{self.array(node.operand)}[{places if len(node.indices) > 1 else '..., ' + places}]"

    def _assign_pixels(self, target: str, op: str, value: Node) -> list[str]:
        lines = []
        if not target.isidentifier():
            lines, target = [f"part = {target}"], "part"
        self.frame = target
        try:
            made = self.pixels(value)
        finally:
            self.frame = ""
        if op != "=":
            made = f"px({target}) {op.removesuffix('=')} {made}"
        return [*lines, f"put({target}, {made})"]

    def _step(self, node: nodes.Step) -> list[str]:
        if not isinstance(node.target, nodes.Name) or self.type_of(node.target) != "number":
            raise NotTranslatedError("it does not count a number")
        return [f"{self._read(node.target)} {node.op[0]}= 1"]

    # --- calls ---

    def _evaluate(self, node: nodes.Evaluate) -> list[str]:
        value = node.value
        if isinstance(value, nodes.Assign):
            return self._assign(value)
        if isinstance(value, nodes.Step):
            return self._step(value)
        if not isinstance(value, nodes.Call):
            raise NotTranslatedError("it does nothing")
        return self._called(value)

    def _called(self, node: nodes.Call) -> list[str]:
        arguments = [*([] if node.receiver is None else [node.receiver]), *node.arguments]
        where = (key(node.name), len(arguments))
        if key(node.name) in self.known.functions:
            return [self.value(node)]
        if where[0] == "exit":
            return ["raise SystemExit"]
        if where in SETTING:
            return [self._set(SETTING[where], arguments)]
        if where in STATEMENTS:
            made = self.fill(STATEMENTS[where], arguments)
            return [made] if made else []
        raise NotTranslatedError(f"'{node.name}' has no equivalent here")

    def _set(self, template: str, arguments: Sequence[Node]) -> str:
        """Return the assignment to variables that a function sets."""
        for index in re.findall(r"\{(\d)\}", template.split(" = ", maxsplit=1)[0]):
            target = arguments[int(index)]
            if not isinstance(target, nodes.Name):
                raise NotTranslatedError("it sets no variable")
            self._target(target)
            self.missing.discard(key(target.name))
        return self.fill(template, arguments)

    def condition(self, node: Node) -> str:
        """Return a condition; a question in it is asked in a line before."""
        if isinstance(node, nodes.Unary) and node.op == "!":
            return f"not {self.condition(node.operand)}"
        if isinstance(node, nodes.Call):
            arguments = [*([] if node.receiver is None else [node.receiver]), *node.arguments]
            template = SETTING.get((key(node.name), len(arguments)))
            if template is not None:
                self.before.append(self._set(template, arguments))
                return "True"
        if self.type_of(node) != "number":
            raise NotTranslatedError(f"a {self.type_of(node)} as condition")
        return self.value(node)

    # --- control ---

    def _if(self, node: nodes.If) -> list[str]:
        lines: list[str] = []
        for index, (condition, body) in enumerate(node.branches):
            asked = len(self.before)
            test = self.condition(condition)
            if test == "not True" and len(node.branches) == 1 and node.otherwise is None:
                # What follows a cancelled question: here there is no way to cancel.
                return []
            if index and len(self.before) > asked:
                raise NotTranslatedError("a question in a later branch")
            lines += [f"{'elif' if index else 'if'} {test}:", *self.block(body)]
        if node.otherwise is not None:
            lines += ["else:", *self.block(node.otherwise)]
        return lines

    def _loop(self, head: str, body: Node, step: list[str]) -> list[str]:
        """Return a loop; one whose body is not whole could go on for ever, so that all of it is left out."""
        before, missing = len(self.left_out), set(self.missing)
        self.steps.append(step)
        inside = self.block(body)
        self.steps.pop()
        if len(self.left_out) > before:
            line, reason = self.left_out[before]
            self.missing = missing
            del self.left_out[before:]
            raise NotTranslatedError(f"a part of the loop cannot be translated (line {line}, {reason})")
        return [head, *inside, *(INDENT + line for line in step)]

    def _while(self, node: nodes.While) -> list[str]:
        test = self.condition(node.condition)
        if self.before:
            raise NotTranslatedError("a question in the condition of a loop")
        return self._loop(f"while {test}:", node.body, [])

    def _for(self, node: nodes.For) -> list[str]:
        self.scope = Scope(self.scope)
        try:
            start = [line for part in node.start for line in self._start(part)]
            step = [line for part in node.step for line in self._part_of_for(part)]
            test = "True" if node.condition is None else self.condition(node.condition)
            return [*start, *self._loop(f"while {test}:", node.body, step)]
        finally:
            self.scope.close()
            self.scope = cast(Scope, self.scope.parent)

    def _start(self, node: Node) -> list[str]:
        return self._declare(node) if isinstance(node, nodes.Declare) else self._part_of_for(node)

    def _part_of_for(self, node: Node) -> list[str]:
        return self._evaluate(node if isinstance(node, nodes.Evaluate) else nodes.Evaluate(node.at, node))

    def _continue(self, node: Node) -> list[str]:
        return [*(self.steps[-1] if self.steps else []), "continue"]

    def _break(self, node: Node) -> list[str]:
        return ["break"]

    def _block(self, node: nodes.Block) -> list[str]:
        return ["if True:", *self.block(node)] if node.body else []

    def _throw(self, node: nodes.Throw) -> list[str]:
        return ["raise" if node.value is None else f"raise RuntimeError({self.text(node.value)})"]

    def _try(self, node: nodes.Try) -> list[str]:
        handler = node.handler.body if isinstance(node.handler, nodes.Block) else [node.handler]
        is_done = bool(handler) and isinstance(handler[-1], nodes.Break)
        inner = nodes.Block(node.handler.at, [one for one in handler if not isinstance(one, nodes.Break)])
        lines = ["try:", *self.block(node.body), "except Exception:", *self.block(inner)]
        return lines if is_done and not node.guard else [*lines, INDENT + "raise"]

    # --- functions ---

    def _function(self, node: nodes.Function) -> list[str]:
        if node.body is None:
            return []
        if len(self.known.functions.get(key(node.name), ())) > 1:
            raise NotTranslatedError(f"'{node.name}' is defined more than once")
        if any(one.is_reference for one in node.parameters):
            raise NotTranslatedError("a parameter by reference")
        kept = (self.scope, self.bound, self.steps)
        self.scope, self.bound, self.steps = Scope(self.scope, is_function=True), set(self.bound), []
        try:
            return self._function_lines(node)
        finally:
            self.scope, self.bound, self.steps = kept

    def _function_lines(self, node: nodes.Function) -> list[str]:
        assert node.body is not None
        for one in node.parameters:
            kind = self.known.type_named(one.type)
            if kind not in _DEFAULTS:
                raise NotTranslatedError(f"a {one.type} has no equivalent here")
            self.scope.declare(Variable(one.name, kind, one.at, one.name))
            self.bound.add(key(one.name))
        names = [self.python_name(one.name) for one in node.parameters]
        before = len(self.left_out)
        body = self.block(node.body)
        if len(self.left_out) > before:
            line, reason = self.left_out[before]
            del self.left_out[before:]
            raise NotTranslatedError(f"a part of '{node.name}' cannot be translated (line {line}, {reason})")
        local = {key(part.name) for one in node.body.walk() if isinstance(one, nodes.Declare) for part in one.names}
        outer = sorted(_set_by(node.body) - local - {key(one.name) for one in node.parameters})
        outside = [INDENT + "global " + ", ".join(map(self.python_name, outer))] if outer else []
        return ["", "", f"def {self.python_name(node.name)}({', '.join(names)}):", *outside, *body, "", ""]

    def _return(self, node: nodes.Return) -> list[str]:
        return ["return" if node.value is None else f"return {self.value(node.value)}"]


def _set_by(node: Node) -> set[str]:
    """Return the names that a statement declares, assigns, or hands to a function that may set them."""
    found: set[str] = set()
    for part in node.walk():
        if isinstance(part, nodes.Declare):
            found |= {key(one.name) for one in part.names}
        elif isinstance(part, nodes.Assign | nodes.Step):
            found |= _changed(part.target)
        elif isinstance(part, nodes.Function):
            found.add(key(part.name))
        elif isinstance(part, nodes.Call):
            ways = load_registry().find(part.name)
            given = [*([] if part.receiver is None else [part.receiver]), *part.arguments]
            for index, argument in enumerate(given):
                sets = any(way.takes(len(given)) and way.parameter(index).is_reference for way in ways)
                if sets and isinstance(argument, nodes.Name):
                    found.add(key(argument.name))
    return found


def _changed(target: Node) -> set[str]:
    """Return the variable that an assignment changes: also the image whose pixels it sets."""
    while not isinstance(target, nodes.Name):
        if isinstance(target, nodes.Index):
            target = target.operand
        elif isinstance(target, nodes.Call) and (target.receiver or target.arguments):
            target = target.receiver or target.arguments[0]
        else:
            return set()
    return {key(target.name)}


_STATEMENTS: dict[type, Callable[[Any, Any], list[str]]] = {
    nodes.Declare: Translator._declare,
    nodes.Evaluate: Translator._evaluate,
    nodes.If: Translator._if,
    nodes.While: Translator._while,
    nodes.For: Translator._for,
    nodes.Break: Translator._break,
    nodes.Continue: Translator._continue,
    nodes.Block: Translator._block,
    nodes.Return: Translator._return,
    nodes.Throw: Translator._throw,
    nodes.Try: Translator._try,
    nodes.Function: Translator._function,
}
