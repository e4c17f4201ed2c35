"""Expressions of a script as Python text: numbers and texts, labelled arrays, and pixels in double precision."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from temstack.dmscript import nodes
from temstack.dmscript.inference import COMPARISONS, INTRINSICS, Inference
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.translation_tables import DTYPES, ELEMENTWISE, FUNCTIONS, REDUCTIONS

_TAKEN = frozenset(
    [
        *("np", "xr", "ts", "sys", "shown", "image", "px", "put", "gather", "calibrate", "calibration", "ask", "part"),
        *("print", "input", "float", "int", "len", "type", "str", "zip", "tuple", "reversed", "set_tag"),
    ]
)
"""Names that the translation itself uses."""
_SLOT = re.compile(r"\{(\d)([pins]?)\}")


class NotTranslatedError(Exception):
    """A part of a script that this translation does not know; its text is the reason."""


class ValueTranslator(Inference):
    """Writes expressions as Python text."""

    missing: set[str]
    """Names that a left-out statement should have set."""
    frame: str
    """The labelled array whose pixels an expression fills, which gives ``icol`` its length; ``""`` for none."""

    # --- names ---

    def python_name(self, name: str) -> str:
        """Return the Python name of a variable or function, spelled as it was declared."""
        found = self.scope.find(name, 2**60) or self.scope.find_closed(name)
        made = self.known.functions.get(key(name))
        word = found.name if found is not None else made[0].node.name if made else name
        return f"{word}_" if keyword.iskeyword(word) or word in _TAKEN else word

    def _read(self, node: nodes.Name) -> str:
        name = key(node.name)
        if self.variable(node.name, node.at) is None:
            if name in ("true", "false"):
                return name.capitalize()
            if name in INTRINSICS:
                raise NotTranslatedError(f"'{node.name}' outside an expression of pixels")
            return self._call(node, node.name, [])
        if name in self.missing:
            raise NotTranslatedError(f"it needs '{node.name}', which was left out")
        return self.python_name(node.name)

    # --- numbers and texts ---

    def value(self, node: Node) -> str:
        """Return a number or text; an image as a labelled array."""
        if self.type_of(node) == "image":
            return self.array(node)
        match node:
            case nodes.Number():
                return node.text if node.text and not node.text.startswith(".") else repr(node.value)
            case nodes.String():
                return repr(node.value)
            case nodes.Name():
                return self._read(node)
            case nodes.Unary():
                return f"(not {self.value(node.operand)})" if node.op == "!" else f"{node.op}{self.value(node.operand)}"
            case nodes.Binary():
                return self._binary(node, self.value)
            case nodes.Conditional():
                return f"({self.value(node.yes)} if {self.value(node.condition)} else {self.value(node.no)})"
            case nodes.Call():
                receiver = [] if node.receiver is None else [node.receiver]
                return self._call(node, node.name, [*receiver, *node.arguments])
            case nodes.Member():
                return self._call(node, node.name, [node.operand])
        raise NotTranslatedError("it has no equivalent here")

    def text(self, node: Node) -> str:
        """Return a value as text, numbers as a script writes them."""
        if self.type_of(node) == "string":
            return self.value(node)
        if self.type_of(node) != "number":
            raise NotTranslatedError(f"a {self.type_of(node)} as text")
        return f'f"{{{self._plain(node)}:g}}"'

    def _plain(self, node: Node) -> str:
        made = self.value(node).replace('"', "'")
        is_truth = isinstance(node, nodes.Binary) and node.op in (*COMPARISONS, "&&", "||")
        return f"float({made})" if is_truth or isinstance(node, nodes.Unary) else made

    def whole(self, node: Node) -> str:
        """Return a number as Python's whole one, to index with."""
        if isinstance(node, nodes.Number) and node.value == int(node.value):
            return str(int(node.value))
        return f"int({self.value(node)})"

    def _binary(self, node: nodes.Binary, part: object) -> str:
        of = part if callable(part) else self.value
        if self.type_of(node) == "string":
            return f"{self.text(node.left)} + {self.text(node.right)}"
        if node.op in ("&&", "||") and part == self.value:
            return f"({of(node.left)} {'and' if node.op == '&&' else 'or'} {of(node.right)})"
        if node.op in ("&&", "||"):
            joined = "&" if node.op == "&&" else "|"
            return f"(({of(node.left)} != 0) {joined} ({of(node.right)} != 0))"
        if node.op in ("&", "|", "^"):
            return f"(int({of(node.left)}) {node.op} int({of(node.right)}))"
        if node.op == "%":
            return f"np.fmod({of(node.left)}, {of(node.right)})"
        return f"({of(node.left)} {node.op} {of(node.right)})"

    # --- calls ---

    def _call(self, node: Node, name: str, arguments: Sequence[Node]) -> str:
        lower, count = key(name), len(arguments)
        if lower in self.known.functions:
            if lower in self.missing:
                raise NotTranslatedError(f"it calls '{name}', which was left out")
            return f"{self.python_name(name)}({', '.join(self.value(argument) for argument in arguments)})"
        if lower == "tert" and count == 3:
            return f"({self.value(arguments[1])} if {self.value(arguments[0])} else {self.value(arguments[2])})"
        if lower in ("realimage", "compleximage", "integerimage", "newimage"):
            return self._new_image(lower, arguments)
        template = FUNCTIONS.get((lower, count))
        if template is None and count == 1 and lower in REDUCTIONS and self.type_of(arguments[0]) == "image":
            template = REDUCTIONS[lower]
        if template is None and lower in ELEMENTWISE and self.resolve(node).kind != "unknown":
            template = ELEMENTWISE[lower]
        if template is None or len({slot[0] for slot in _SLOT.findall(template)}) > count:
            raise NotTranslatedError(f"'{name}' has no equivalent here")
        return self.fill(template, arguments)

    def fill(self, template: str, arguments: Sequence[Node]) -> str:
        """Return a template with the arguments in it."""

        def written(slot: re.Match[str]) -> str:
            argument, way = arguments[int(slot[1])], slot[2]
            ways = {"p": self._operand, "i": self.array, "n": self.whole, "s": self.text, "": self.value}
            return ways[way](argument)

        return _SLOT.sub(written, template)

    def _new_image(self, lower: str, arguments: Sequence[Node]) -> str:
        skip = {"integerimage": 3}.get(lower, 2)
        code = ",".join(str(int(one.value)) for one in arguments[1:skip] if isinstance(one, nodes.Number))
        dtype = DTYPES.get((lower, code))
        if dtype is None or not 1 <= len(arguments) - skip <= 3:
            raise NotTranslatedError("an image of this type")
        shape = ", ".join(self.whole(size) for size in reversed(arguments[skip:]))
        return f"image(np.zeros(({shape},)), {self.value(arguments[0])}, {dtype})"

    # --- labelled arrays ---

    def array(self, node: Node) -> str:
        """Return an image as a labelled array: one that exists, or a new one of an expression."""
        if self.type_of(node) != "image":
            raise NotTranslatedError("an image is needed")
        match node:
            case nodes.Name() if key(node.name) not in INTRINSICS or self.variable(node.name, node.at) is not None:
                return self._read(node)
            case nodes.Index() if not self.is_expression(node):
                return self._part(node)
            case nodes.Call() if not self.is_expression(node):
                arguments = [*([] if node.receiver is None else [node.receiver]), *node.arguments]
                if re.fullmatch("slice[123]", key(node.name)):
                    return self._slice(arguments)
                made = self._call(node, node.name, arguments)
                return f"image({made})" if made.startswith("gather(") else made
        return f"image({self.expression(node)})"

    def _part(self, node: nodes.Index) -> str:
        of = self.array(node.operand)
        if not node.indices:
            return of
        if len(node.indices) == 4:
            top, left, bottom, right = (self.whole(index) for index in node.indices)
            return f"{of}[..., {top}:{bottom}, {left}:{right}]"
        if len(node.indices) == 6:
            x0, y0, z0, x1, y1, z1 = (self.whole(index) for index in node.indices)
            return f"{of}[{z0}:{z1}, {y0}:{y1}, {x0}:{x1}]"
        raise NotTranslatedError(f"{len(node.indices)} indices")

    def _slice(self, arguments: Sequence[Node]) -> str:
        """Return ``slice2(img, x, y, z, dim, length, step, …)``: a view of lines or planes."""
        start, ways = [self.whole(one) for one in arguments[1:4]], arguments[4:]
        index, kept = list(start), []
        for place in range(0, len(ways), 3):
            dimension, step = ways[place], ways[place + 2]
            if not isinstance(dimension, nodes.Number) or not isinstance(step, nodes.Number) or step.value < 1:
                raise NotTranslatedError("a slice whose dimension or step is not a plain number")
            d, s = int(dimension.value), int(step.value)
            count = self.whole(ways[place + 1])
            index[d] = f"{start[d]}:{start[d]} + {count}" + (f" * {s}:{s}" if s > 1 else "")
            kept.append(d)
        if kept != sorted(kept):
            raise NotTranslatedError("a slice that exchanges dimensions")
        return f"{self.array(arguments[0])}[{', '.join(reversed(index))}]"

    # --- pixels ---

    def _operand(self, node: Node) -> str:
        if self.type_of(node) != "image":
            return self.value(node)
        return self.expression(node) if self._draws_places(node) else self.pixels(node)

    def _draws_places(self, node: Node) -> bool:
        names = [part for part in node.walk() if isinstance(part, nodes.Name)]
        return any(key(part.name) in INTRINSICS and self.variable(part.name, part.at) is None for part in names)

    def expression(self, node: Node) -> str:
        """Return pixels of an expression whose size an image in it gives, if none is assigned to."""
        if self.frame:
            return self.pixels(node)
        self.frame = self._image_in(node)
        try:
            made = self.pixels(node)
        finally:
            frame, self.frame = self.frame, ""
        if not frame:
            raise NotTranslatedError("the size of this expression is not known")
        return f"np.broadcast_to({made}, {frame}.shape)" if self._draws_places(node) else made

    def _image_in(self, node: Node) -> str:
        for part in node.walk():
            if isinstance(part, nodes.Name) and self.type_of(part) == "image" and not self.is_expression(part):
                return self._read(part)
        return ""

    def pixels(self, node: Node) -> str:
        """Return the pixels of an image or expression as an array of double precision."""
        if self.type_of(node) != "image":
            return self.value(node)
        match node:
            case nodes.Name() if self.variable(node.name, node.at) is None:
                return self._intrinsic(key(node.name))
            case nodes.Binary():
                made = self._binary(node, self.pixels)
                return f"{made}.astype(float)" if node.op in (*COMPARISONS, "&&", "||") and "px(" in made else made
            case nodes.Unary():
                return (
                    f"({self.pixels(node.operand)} == 0)" if node.op == "!" else f"{node.op}{self.pixels(node.operand)}"
                )
            case nodes.Conditional():
                return self._where(node.condition, node.yes, node.no)
            case nodes.Index() if self.is_expression(node):
                return self._pixel(node)
            case nodes.Call() if self.is_expression(node):
                arguments = [*([] if node.receiver is None else [node.receiver]), *node.arguments]
                if key(node.name) == "tert":
                    return self._where(*arguments)
                return self._call(node, node.name, arguments)
        return f"px({self.array(node)})"

    def _where(self, condition: Node, yes: Node, no: Node) -> str:
        return f"np.where({self.pixels(condition)}, {self.pixels(yes)}, {self.pixels(no)})"

    def _pixel(self, node: nodes.Index) -> str:
        of = self.array(node.operand)
        if self.is_pixel(node):
            places = ", ".join(self.whole(index) for index in reversed(node.indices))
            return f"px({of})[{places if len(node.indices) > 1 else '..., ' + places}]"
        return f"gather({of}, {', '.join(self.pixels(index) for index in node.indices)})"

    def _intrinsic(self, name: str) -> str:
        frame = self.frame
        if not frame:
            raise NotTranslatedError("the size of this expression is not known")
        column, row = f"np.arange({frame}.shape[-1])", f"np.arange({frame}.shape[-2])[:, None]"
        x, y = f"({column} - {frame}.shape[-1] // 2)", f"({row} - {frame}.shape[-2] // 2)"
        ways = {
            "icol": column,
            "icolumn": column,
            "irow": row,
            "iplane": f"np.arange((1, *{frame}.shape)[-3])[:, None, None]",
            "iradius": f"np.hypot({x}, {y})",
            "itheta": f"np.arctan2({y}, {x})",
            "iwidth": f"{frame}.shape[-1]",
            "iheight": f"{frame}.shape[-2]",
            "ipoints": f"{frame}.size",
        }
        if name not in ways:
            raise NotTranslatedError(f"'{name}'")
        return ways[name]
