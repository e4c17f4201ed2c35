"""Curves fitted to pixels: a formula in the language itself, its parameters found by least squares."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript import nodes
from temstack.dmscript.array_operators import array_divide, array_power
from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptError, ScriptRuntimeError
from temstack.dmscript.images import Image, sizes_differ
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.parser import parse
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin, choose, load_registry

Array = NDArray[Any]

_PARAMETER = re.compile(r"p(\d+)")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": array_divide,
    "**": array_power,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "&&": np.logical_and,
    "||": np.logical_or,
}


class Formula:
    """A formula of ``x``, ``y`` and parameters ``p0``, ``p1`` …, as a script would write it.

    Parameters
    ----------
    text : str
        E.g. ``"p0 + p1*exp(-x/p2)"``; ``^`` is a power here, too.
    run : Run
        For the built-ins that it calls.

    Raises
    ------
    ScriptRuntimeError
        If it is no formula.
    """

    def __init__(self, text: str, run: Run) -> None:
        self.text, self.run = text, run
        try:
            # A power is the only use of '^' in a formula; in the language it binds otherwise.
            statements = parse(text.replace("^", "**")).body
        except ScriptError as error:
            raise ScriptRuntimeError(f"formula {text!r}: {error.message}") from None
        if len(statements) != 1 or not isinstance(statements[0], nodes.Evaluate):
            raise ScriptRuntimeError(f"{text!r} is no formula", expected="one expression of x, y and p0, p1, …")
        self.tree = statements[0].value
        found = [_PARAMETER.fullmatch(key(part.name)) for part in self.tree.walk() if isinstance(part, nodes.Name)]
        self.count = max((int(match[1]) + 1 for match in found if match), default=0)

    def values(self, places: dict[str, Array], parameters: Array) -> Array:
        """Return the value in each pixel, broadcast to all of them."""
        names = places | {f"p{index}": value for index, value in enumerate(parameters)}
        with np.errstate(all="ignore"):
            found = np.asarray(self._value(self.tree, names), np.float64)
        return np.broadcast_to(found, np.broadcast(*places.values()).shape)

    def _value(self, node: Node, names: dict[str, Any]) -> Any:
        match node:
            case nodes.Number():
                return node.value
            case nodes.Name() if key(node.name) in names:
                return names[key(node.name)]
            case nodes.Unary(op="-"):
                return -self._value(node.operand, names)
            case nodes.Unary(op="+"):
                return self._value(node.operand, names)
            case nodes.Binary() if node.op in _OPERATORS:
                return _OPERATORS[node.op](self._value(node.left, names), self._value(node.right, names))
            case nodes.Conditional():
                parts = (node.condition, node.yes, node.no)
                return np.where(*(self._value(part, names) for part in parts))
            case nodes.Call():
                return self._called(node, [self._value(part, names) for part in node.arguments])
        name = f"{node.name!r}" if isinstance(node, nodes.Name) else "a part"
        raise ScriptRuntimeError(f"formula {self.text!r}: {name} has no meaning in it", expected="x, y, p0, p1, …")

    def _called(self, node: nodes.Call, arguments: list[Any]) -> Any:
        if key(node.name) == "tert" and len(arguments) == 3:
            return np.where(*arguments)
        found = choose(load_registry().find(node.name), ["number"] * len(arguments))
        if found is None or found.function is None or not found.elementwise or found.is_random:
            raise ScriptRuntimeError(f"formula {self.text!r}: there is no function {node.name!r} of numbers for it")
        return found.function(self.run, *arguments)


def _places(img: Image) -> dict[str, Array]:
    """Return the pixel numbers along x and y."""
    rows, columns = np.indices((img.data.size // img.length(0), img.length(0)), np.float64)
    return {"x": columns.ravel(), "y": rows.ravel()}


def _line(img: Image) -> Array:
    return np.asarray(img.data, np.float64).ravel()


@builtin(
    "number FitFormula(string formula, image data, image errors, image parameters, image toFit, "
    "number &chiSquare, number convergence)",
    family="fitting",
    help="Fit a formula of x, y (pixel numbers) and p0, p1, … by least squares from the parameters given, which are "
    "set; errors weigh the pixels (0 leaves one out), toFit says which parameters move. 1 if it converged.",
    throws=True,
)
def fit_formula(
    run: Run,
    text: str,
    data: Image,
    errors: Image,
    parameters: Image,
    to_fit: Image,
    chi_square: Reference,
    convergence: float,
) -> float:
    from scipy.optimize import least_squares

    formula = _fitting(Formula(text, run), parameters, to_fit)
    if errors.size != data.size:
        raise sizes_differ(data.size, errors.size)
    used = _line(errors) > 0
    places = {name: values[used] for name, values in _places(data).items()}
    measured, weight = _line(data)[used], 1 / _line(errors)[used]
    start, moves = _line(parameters), _line(to_fit)[: parameters.data.size] != 0
    if not moves.any() or used.sum() < moves.sum():
        raise ScriptRuntimeError(f"{used.sum()} pixels cannot give {moves.sum()} parameters of {text!r}")

    def all_parameters(moved: Array) -> Array:
        whole = start.copy()
        whole[moves] = moved
        return whole

    def misfit(moved: Array) -> Array:
        run.check()
        values = (formula.values(places, all_parameters(moved)) - measured) * weight
        return np.nan_to_num(values, nan=1e30, posinf=1e30, neginf=-1e30)

    tolerance = min(max(convergence, 1e-12), 0.1) * 1e-3
    found = least_squares(misfit, start[moves], method="lm", x_scale=_scale(start[moves]), ftol=max(tolerance, 1e-15))
    parameters.fill(all_parameters(found.x).reshape(parameters.data.shape), run.conversion)
    chi_square.set(float(2 * found.cost))
    return float(found.success)


def _scale(start: Array) -> Array:
    """Return the step in which each parameter counts; one that starts at 0 counts as 1."""
    return np.where(start == 0, 1.0, np.abs(start))


def _fitting(formula: Formula, parameters: Image, to_fit: Image) -> Formula:
    if parameters.data.size < formula.count or to_fit.data.size < parameters.data.size:
        raise ScriptRuntimeError(
            f"formula {formula.text!r} has {formula.count} parameters",
            got=f"images of {parameters.data.size} and {to_fit.data.size}",
        )
    return formula


@builtin(
    "image PlotFormula(string formula, image like, image parameters)",
    family="fitting",
    help="The values of a formula of x, y (pixel numbers) and p0, p1, … as an image of the same size.",
    throws=True,
)
def plot_formula(run: Run, text: str, like: Image, parameters: Image) -> Image:
    formula = _fitting(Formula(text, run), parameters, parameters)
    values = formula.values(_places(like), _line(parameters)).reshape(like.data.shape)
    new = Image(values.astype(np.float32), text)
    new.copy_calibration(like)
    return new
