"""Whether an array follows the convention, and everything that is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from temstack.errors import StackError
from temstack.stack.axes import COLOUR_CHANNELS, PLANE_DIMS, PLANE_UNITS, named, spacing_problem, words


def check_stack(stack: xr.DataArray) -> xr.DataArray:
    """Return the stack unchanged, or say in words everything that is wrong with it.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        What should be a stack. Its pixels are not looked at.

    Raises
    ------
    StackError
        With one sentence that names every fault.

    Examples
    --------
    >>> check_stack(xr.DataArray(np.zeros((2, 3, 4)), dims=("energy", "y", "x")))
    Traceback (most recent call last):
        ...
    temstack.errors.StackError: stack: does not follow the convention: the first dimension is 'energy', ...
    """
    return _raise(stack, "stack", stack_problems(stack))


def check_array(array: xr.DataArray) -> xr.DataArray:
    """Return an image, spectrum, line, spectrum image or stack unchanged, or say what is wrong with it.

    The same as :func:`check_stack` but for the number and order of the dimensions, which are free.

    Examples
    --------
    >>> check_array(xr.DataArray(np.zeros(3), {"energy_loss": [0.0, 1.0, 2.0]}, dims=["energy_loss"]))
    Traceback (most recent call last):
        ...
    temstack.errors.StackError: array: does not follow the convention: axis 'energy_loss' has units None, ...
    """
    return _raise(array, "array", _not_an_array(array) or array_problems(array))


def is_stack(array: object) -> bool:
    """Return whether the array is a stack as :func:`check_stack` wants it."""
    return not stack_problems(array)


def stack_problems(stack: object) -> list[str]:
    """Return everything that keeps an object from being a stack, each in words; empty for a stack."""
    if not isinstance(stack, xr.DataArray):
        return _not_an_array(stack)
    # Where the dimensions are wrong nothing else can be judged.
    return _layout_problems(stack) or array_problems(stack)


def array_problems(array: xr.DataArray) -> list[str]:
    """Return everything that is wrong with an array of any layout, each in words."""
    problems = [] if array.size else [f"it is empty, with shape {array.shape}"]
    if array.dtype.kind not in "biufc":
        problems.append(f"its pixels are of type {array.dtype}, expected numbers")
    for dim in map(str, array.dims):
        if dim == "channel":
            problems += _channel_problems(array)
        elif dim in PLANE_UNITS or dim in ("y", "x"):
            problems += _axis_problems(array, dim)
    return problems + _scale_problems(array) + _attribute_problems(array)


def _raise(array: xr.DataArray, kind: str, problems: list[str]) -> xr.DataArray:
    if problems:
        raise StackError(named(array, kind), "does not follow the convention: " + "; ".join(problems))
    return array


def _not_an_array(array: object) -> list[str]:
    if isinstance(array, xr.DataArray):
        return []
    return [f"it is a {type(array).__name__}, not an xarray.DataArray (make one with label_stack)"]


def _layout_problems(stack: xr.DataArray) -> list[str]:
    dims = tuple(str(dim) for dim in stack.dims)
    expected = f"expected (one of {words(PLANE_DIMS)}), 'y', 'x'"
    if len(dims) not in (3, 4) or not {"y", "x"} <= set(dims):
        return [f"its dimensions are ({words(dims)}), {expected}"]
    plane_like = [dim for dim in dims if dim in PLANE_UNITS]
    if not plane_like and dims[1:3] == ("y", "x"):
        return [f"the first dimension is {dims[0]!r}, expected one of {words(PLANE_DIMS)}"]
    wanted = (*plane_like, "y", "x", "channel")[: len(dims)]
    if dims != wanted:
        hint = f" (turn it with stack.transpose{wanted})" if set(dims) == set(wanted) else ""
        return [f"its dimensions are ({words(dims)}), {expected}{hint}"]
    return []


def _channel_problems(array: xr.DataArray) -> list[str]:
    size = array.sizes["channel"]
    found = array.coords["channel"].values.tolist() if "channel" in array.coords else []
    problems = []
    if size not in (3, 4) or found != list(COLOUR_CHANNELS[:size]):
        problems.append(f"its colour channels are {found or size}, expected red, green, blue and perhaps alpha")
    if array.dtype != np.uint8:
        problems.append(f"its colours are of type {array.dtype}, expected uint8")
    return problems


def _axis_problems(array: xr.DataArray, dim: str) -> list[str]:
    if dim not in array.coords:
        what = "planes" if dim in PLANE_UNITS else "pixels"
        return [f"axis {dim!r} has no coordinate saying where its {what} lie"]
    coord = array.coords[dim]
    if coord.dtype != np.float64:
        return [f"axis {dim!r} is of type {coord.dtype}, expected float64"]
    problems = []
    if not np.isfinite(coord.values).all():
        problems.append(f"axis {dim!r} has positions that are not finite")
    problems += _units_problems(dim, coord.attrs.get("units"))
    if dim in ("y", "x") and (problem := spacing_problem(coord)):
        problems.append(problem)
    return problems


def _units_problems(dim: str, units: object) -> list[str]:
    if dim == "plane":
        # Counted, or a quantity that has no name of its own here, such as a depth in nm.
        fits, expected = isinstance(units, str), "text, '' where planes are only counted"
    elif dim in PLANE_UNITS:
        fits, expected = units == PLANE_UNITS[dim], repr(PLANE_UNITS[dim])
    else:
        fits, expected = isinstance(units, str) and units != "", "e.g. 'nm', or 'px' where uncalibrated"
    return [] if fits else [f"axis {dim!r} has units {units!r}, expected {expected}"]


def _scale_problems(array: xr.DataArray) -> list[str]:
    if "scale" not in array.coords:
        return []
    scale = array.coords["scale"].values
    if scale.dtype.kind not in "fiu" or not (np.isfinite(scale).all() and (scale > 0).all()):
        return ["its per-plane value 'scale' must be finite and above 0"]
    return []


def _attribute_problems(array: xr.DataArray) -> list[str]:
    problems = []
    for name, kind, wanted in (("history", list, "list"), ("tags", Mapping, "dict")):
        value = array.attrs.get(name)
        if value is not None and not isinstance(value, kind):
            problems.append(f"attrs[{name!r}] is a {type(value).__name__}, expected a {wanted}")
    return problems
