"""Look a script over without running it: what is wrong, and what is suspicious.

Errors are what the compiler finds: syntax, unknown names, wrong types. Suspicious code is what runs and does not
mean what it says; each finding gives the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from temstack.dmscript import checks_acquisition, checks_pixels, nodes
from temstack.dmscript.engine import compile_script
from temstack.dmscript.errors import ScriptError
from temstack.dmscript.execution import Options
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.parser import parse
from temstack.dmscript.printer import print_expression
from temstack.dmscript.signatures import Registry, load_registry
from temstack.dmscript.source import Position, Source


@dataclass(frozen=True)
class Finding:
    """Something wrong or suspicious in a script.

    Parameters
    ----------
    position : Position
        Where.
    severity : {"error", "warning"}
        Whether the script cannot run so, or probably does not mean it.
    code : str
        Kind of finding in one word, e.g. ``"syntax"``, ``"name"``, ``"unreachable"``.
    message : str
        The sentence.
    line_text : str
        The line of the script.
    """

    position: Position
    severity: Literal["error", "warning"]
    code: str
    message: str
    line_text: str

    def __str__(self) -> str:
        before = "".join(char if char == "\t" else " " for char in self.line_text[: self.position.column - 1])
        head = f"{self.position}: {self.severity} ({self.code}): {self.message}"
        return f"{head}\n    {self.line_text}\n    {before}^" if self.line_text.strip() else head


def check(source: Source | str, registry: Registry | None = None, options: Options | None = None) -> list[Finding]:
    """Return all that is wrong or suspicious in a script, in the order of the text.

    Parameters
    ----------
    source : Source or str
        The script.
    registry : Registry, optional
        Built-ins; all of ours if not given.
    options : Options, optional
        Open semantics.

    Examples
    --------
    >>> for finding in check("Rezult(1)"):
    ...     print(finding)
    <script>:1:1: error (name): unknown function 'Rezult'; did you mean 'Result'?
        Rezult(1)
        ^
    """
    if isinstance(source, str):
        source = Source(source)
    try:
        tree = parse(source)
    except ScriptError as error:
        return [_from_error(error, source)]
    registry = load_registry() if registry is None else registry
    made = compile_script(source, registry, options)
    found = [_from_error(error, source) for error in made.errors]
    found += [_warning(source, at, code, text) for at, code, text in made.warnings]
    found += [_warning(source, *what) for what in suspicious(tree, registry)]
    return sorted(set(found), key=lambda finding: (finding.position, finding.severity, finding.message))


def _from_error(error: ScriptError, source: Source) -> Finding:
    position = error.position or source.position(0)
    return Finding(position, "error", error.kind.split()[0], error.message, source.line(position.line))


def _warning(source: Source, at: int, code: str, text: str) -> Finding:
    position = source.position(at)
    return Finding(position, "warning", code, text, source.line(position.line))


Suspicion = tuple[int, str, str]


def suspicious(tree: nodes.Script, registry: Registry) -> Iterator[Suspicion]:
    """Yield ``(offset, code, sentence)`` of code that runs but probably is not meant."""
    for node in tree.walk():
        for look in _LOOKS.get(type(node), ()):
            yield from look(node)
    yield from checks_acquisition.look(tree)
    yield from checks_pixels.look(tree)


def _unreachable(body: Sequence[Node]) -> Iterator[Suspicion]:
    for index, statement in enumerate(body[:-1]):
        if _leaves(statement):
            after = body[index + 1]
            if isinstance(after, nodes.Function | nodes.Class | nodes.Module):
                continue
            yield after.at, "unreachable", "this is never reached: the statement before it leaves"
            return


def _leaves(node: Node) -> bool:
    if isinstance(node, nodes.Return | nodes.Break | nodes.Continue | nodes.Throw):
        return True
    return isinstance(node, nodes.Evaluate) and isinstance(node.value, nodes.Call) and key(node.value.name) == "exit"


def _look_at_block(node: Node) -> Iterator[Suspicion]:
    assert isinstance(node, nodes.Block | nodes.Script)
    yield from _unreachable(node.body)


def _look_at_try(node: Node) -> Iterator[Suspicion]:
    assert isinstance(node, nodes.Try)
    if node.guard:
        return
    leaving = (nodes.Break, nodes.Return, nodes.Throw, nodes.Continue)
    inside = list(node.handler.walk())
    if any(isinstance(part, leaving) for part in inside) or any(_is_call(part, ("exit", "throw")) for part in inside):
        return
    yield (
        node.handler.at,
        "catch",
        "without 'break' at its end, 'catch' passes the error on after the block; add 'break' to go on with the script",
    )


def _look_at_condition(node: Node) -> Iterator[Suspicion]:
    conditions: list[Node] = []
    if isinstance(node, nodes.If):
        conditions = [branch[0] for branch in node.branches]
    elif isinstance(node, nodes.While):
        conditions = [node.condition]
    for condition in conditions:
        if isinstance(condition, nodes.Assign) and condition.op == "=":
            yield condition.at, "assignment", "'=' sets a value here; '==' compares"


def _look_at_body(node: Node) -> Iterator[Suspicion]:
    """Find ``if (a);`` and ``while (a);``, whose next line does not belong to them."""
    if isinstance(node, nodes.If):
        for _, body in node.branches:
            if isinstance(body, nodes.Block) and not body.body:
                yield body.at, "empty", "this condition governs nothing"


def _look_at_operator(node: Node) -> Iterator[Suspicion]:
    assert isinstance(node, nodes.Binary)
    if node.op == "^":
        yield node.at, "power", "'^' works on bits; a power is '**'"


def _look_at_index(node: Node) -> Iterator[Suspicion]:
    """Find an area or volume whose indices are in the order of the other."""
    assert isinstance(node, nodes.Index)
    texts = [key(print_expression(index)) for index in node.indices]
    if len(texts) == 6:
        first, last = texts[:3], texts[3:]
        if last[2] in ("1", "0") or (first[2].isdigit() and last[2].isdigit() and int(first[2]) >= int(last[2])):
            if not (first[2] == "0" and last[2] == "1"):
                yield node.at, "index-order", (
                    "the order of six indices is left, top, front, right, bottom, back; back must be beyond front"
                )  # fmt: skip
        elif _is_height(last[0]) and _is_width(last[1]):
            yield node.at, "index-order", (
                "the order in a volume is left, top, front, right, bottom, back; this looks like top, left first"
            )  # fmt: skip
    if len(texts) == 4 and _is_width(texts[2]) and _is_height(texts[3]):
        yield node.at, "index-order", (
            "the order in an area is top, left, bottom, right; this looks like left, top, right, bottom"
        )  # fmt: skip


def _look_at_area(node: Node) -> Iterator[Suspicion]:
    """Find a camera's area whose ends are in the order of width and height."""
    assert isinstance(node, nodes.Call)
    if not key(node.name).startswith("ssc") or "acquire" not in key(node.name) or len(node.arguments) < 5:
        return
    texts = [key(print_expression(argument)) for argument in node.arguments[-2:]]
    if _is_width(texts[0]) and _is_height(texts[1]):
        yield node.at, "index-order", (
            f"the area of '{node.name}' is top, left, bottom, right; this looks like left, top, right, bottom"
        )  # fmt: skip


_WIDTHS = frozenset(("width", "w", "sx", "xsize", "sizex", "xdim", "nx", "imgwidth", "img_width", "right"))
_HEIGHTS = frozenset(("height", "h", "sy", "ysize", "sizey", "ydim", "ny", "imgheight", "img_height", "bottom"))


def _is_width(text: str) -> bool:
    return text in _WIDTHS


def _is_height(text: str) -> bool:
    return text in _HEIGHTS


def _is_call(node: Node, names: tuple[str, ...]) -> bool:
    return isinstance(node, nodes.Call) and key(node.name) in names


_LOOKS: dict[type, tuple[Callable[[Node], Iterator[Suspicion]], ...]] = {
    nodes.Script: (_look_at_block,),
    nodes.Block: (_look_at_block,),
    nodes.Try: (_look_at_try,),
    nodes.If: (_look_at_condition, _look_at_body),
    nodes.While: (_look_at_condition,),
    nodes.Binary: (_look_at_operator,),
    nodes.Index: (_look_at_index,),
    nodes.Call: (_look_at_area,),
}
