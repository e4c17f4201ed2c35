"""Suspicious pixels: whole numbers that wrap round, or lose what makes the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from temstack.dmscript import nodes
from temstack.dmscript.nodes import Node, key

Suspicion = tuple[int, str, str]

_ROUNDING = frozenset(("round", "trunc", "floor", "ceil", "nearest"))
_EXTENT = {"icol": 0, "icolumn": 0, "irow": 1, "iplane": 2}


@dataclass(frozen=True)
class Whole:
    """An image of whole numbers that a variable holds: bytes, sign, and its sizes where they are written out."""

    size: int
    is_signed: bool
    lengths: tuple[float | None, ...]

    @property
    def limits(self) -> tuple[float, float]:
        """Smallest and largest value."""
        bits = 8 * self.size
        return (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if self.is_signed else (0.0, 2.0**bits - 1)

    def __str__(self) -> str:
        return f"{self.size}-byte {'signed' if self.is_signed else 'unsigned'} integers, {_range(*self.limits)}"


def _range(low: float, high: float) -> str:
    return f"{low:.0f} to {high:.0f}"


def look(tree: nodes.Script) -> Iterator[Suspicion]:
    """Yield what is suspicious in the integer images of a script."""
    held = _integer_images(tree)
    if not held:
        return
    yield from _sums(tree, held)
    for node in tree.walk():
        if isinstance(node, nodes.Assign) and node.op != ":=":
            image = held.get(_image_of(node.target))
            if image is not None:
                yield from _overflow(node, image)
                yield from _scaling(node, image)


def _integer_images(tree: nodes.Script) -> dict[str, Whole]:
    """Return the variables that hold integer images and never anything else."""
    found: dict[str, Whole | None] = {}
    for node in tree.walk():
        for name, value in _bindings(node):
            image = _whole(value)
            found[name] = image if name not in found or found[name] == image else None
    parameters = {key(one.name) for node in tree.walk() if isinstance(node, nodes.Function) for one in node.parameters}
    return {name: image for name, image in found.items() if image is not None and name not in parameters}


def _bindings(node: Node) -> Iterator[tuple[str, Node | None]]:
    if isinstance(node, nodes.Assign) and node.op == ":=" and isinstance(node.target, nodes.Name):
        yield key(node.target.name), node.value
    elif isinstance(node, nodes.Declare):
        yield from ((key(one.name), one.value) for one in node.names if one.value is not None)


def _whole(value: Node | None) -> Whole | None:
    if not isinstance(value, nodes.Call) or key(value.name) != "integerimage" or len(value.arguments) < 4:
        return None
    size, sign, *lengths = value.arguments[1:]
    if not isinstance(size, nodes.Number) or not isinstance(sign, nodes.Number) or size.value not in (1, 2, 4):
        return None
    written = tuple(one.value if isinstance(one, nodes.Number) else None for one in lengths)
    return Whole(int(size.value), bool(sign.value), written)


def _image_of(target: Node) -> str:
    """Return the variable whose pixels an assignment sets, ``""`` where it is none."""
    while isinstance(target, nodes.Index):
        target = target.operand
    return key(target.name) if isinstance(target, nodes.Name) else ""


# --- sums -------------------------------------------------------------------------------------


def _sums(tree: nodes.Script, held: dict[str, Whole]) -> Iterator[Suspicion]:
    """Find images added up in a loop in whole numbers of one or two bytes."""
    seen = set()
    for loop in tree.walk():
        if not isinstance(loop, nodes.While | nodes.For | nodes.ForEach):
            continue
        for node in loop.walk():
            if not isinstance(node, nodes.Assign) or node.op != "+=" or node.at in seen:
                continue
            image = held.get(_image_of(node.target))
            if image is not None and image.size < 4 and not _is_small(node.value):
                seen.add(node.at)
                yield (
                    node.at,
                    "overflow",
                    f"a sum that grows in {image}, wraps round beyond them; add up in a RealImage",
                )


def _is_small(value: Node) -> bool:
    """Return whether a value is a plain number: a counter, which stays small."""
    return isinstance(value, nodes.Number)


# --- values -----------------------------------------------------------------------------------


def _overflow(node: nodes.Assign, image: Whole) -> Iterator[Suspicion]:
    span = _span(node.value, image.lengths) if node.op == "=" else None
    if span is None:
        return
    low, high = image.limits
    if span[0] < low or span[1] > high:
        yield (
            node.at,
            "overflow",
            f"values from {_range(*span)} do not fit into {image}; those beyond wrap round",
        )


def _span(node: Node, lengths: tuple[float | None, ...]) -> tuple[float, float] | None:
    """Return the smallest and largest value of an expression of places and numbers, None where that is not known."""
    match node:
        case nodes.Number():
            return node.value, node.value
        case nodes.Name() if key(node.name) in _EXTENT:
            dimension = _EXTENT[key(node.name)]
            length = lengths[dimension] if dimension < len(lengths) else 1.0
            return None if length is None else (0.0, length - 1)
        case nodes.Unary(op="-"):
            inner = _span(node.operand, lengths)
            return None if inner is None else (-inner[1], -inner[0])
        case nodes.Binary():
            left, right = _span(node.left, lengths), _span(node.right, lengths)
            return None if left is None or right is None else _joined(node.op, left, right)
    return None


def _joined(op: str, left: tuple[float, float], right: tuple[float, float]) -> tuple[float, float] | None:
    if op == "+":
        return left[0] + right[0], left[1] + right[1]
    if op == "-":
        return left[0] - right[1], left[1] - right[0]
    if op == "*":
        products = [one * other for one in left for other in right]
        return min(products), max(products)
    if op == "/" and right[0] == right[1] != 0:
        quotients = [one / right[0] for one in left]
        return min(quotients), max(quotients)
    return None


def _scaling(node: nodes.Assign, image: Whole) -> Iterator[Suspicion]:
    """Find integer images multiplied by fractions or divided, which drops what is behind the point."""
    value = node.value
    is_fraction = isinstance(value, nodes.Number) and value.value != int(value.value)
    divides = node.op == "/=" and not (isinstance(value, nodes.Number) and value.value in (1, -1))
    if (node.op == "*=" and is_fraction) or divides or (node.op == "=" and _scales(value)):
        yield (
            node.at,
            "scaling",
            f"pixels that are {image.size}-byte integers lose their fraction here; scale a RealImage, or use round()",
        )


def _scales(value: Node) -> bool:
    """Return whether an expression is a product with a fraction, or a quotient."""
    if isinstance(value, nodes.Call) and key(value.name) in _ROUNDING:
        return False
    if not isinstance(value, nodes.Binary):
        return False
    if value.op in ("+", "-"):
        return _scales(value.left) or _scales(value.right)
    if value.op == "/":
        return True
    parts = (value.left, value.right)
    return value.op == "*" and any(
        _scales(part) or (isinstance(part, nodes.Number) and part.value != int(part.value)) for part in parts
    )
