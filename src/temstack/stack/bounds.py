"""Half-open ranges of pixels and planes, said in pixels or in calibrated units.

Everywhere in temstack a range ``(start, stop)`` holds its start and not its stop, so that two ranges that
meet share nothing and miss nothing. In pixels both are whole numbers counted from 0. In calibrated units a
pixel belongs to the range if its position, which is that of the coordinate, lies in it. Bounds outside the
axis are refused, not cut: a window that was meant for other data is a mistake worth knowing of. ``None``
means the end.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError, StackError
from temstack.stack.axes import named, words

Bounds = tuple[float | None, float | None]
"""``(start, stop)``, half-open; None is the end of the axis."""

Region = tuple[float | None, float | None, float | None, float | None]
"""``(top, left, bottom, right)``, half-open."""

Selection = slice | NDArray[np.intp]
"""What to hand to ``isel``: a slice, or indices where planes in between do not belong to the range."""

_NEAR = 1e-3
"""A bound this close to a position, as a fraction of the step, means the position: axes are rounded."""


def select_range(array: xr.DataArray, dim: str, bounds: Bounds | None, *, calibrated: bool = False) -> Selection:
    """Return what to take of one axis so that it holds a half-open range.

    Parameters
    ----------
    array : DataArray
        A stack or any other labelled array.
    dim : str
        The axis.
    bounds : (start, stop) or None
        In px, or with `calibrated` in the units of the axis. None takes all of it.
    calibrated : bool
        Whether the bounds are positions.

    Returns
    -------
    selection : slice or (n,) indices
        Indices only where the positions of an irregular axis go up and down.

    Raises
    ------
    SettingError
        If a bound lies outside the axis, or nothing lies between the bounds.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((4, 2, 2)), "energy_loss", plane_values=[480, 485, 490, 495])
    >>> select_range(stack, "energy_loss", (485, 495), calibrated=True)
    slice(1, 3, None)
    >>> select_range(stack, "energy_loss", (1, 9))
    Traceback (most recent call last):
        ...
    temstack.errors.SettingError: energy_loss: bounds reach outside the axis; got 1 … 9; expected 0 … 4
    """
    if dim not in array.dims:
        raise StackError(named(array, "array"), f"has no dimension {dim!r}", got=words(array.dims))
    if bounds is None:
        return slice(0, array.sizes[dim])
    if len(tuple(bounds)) != 2:
        raise SettingError(dim, "bounds must be two numbers", got=bounds, expected="(start, stop)")
    return _by_position(array.coords[dim], bounds) if calibrated else _by_index(dim, array.sizes[dim], bounds)


def select_region(array: xr.DataArray, region: Region | None, *, calibrated: bool = False) -> dict[str, slice]:
    """Return what to take of ``y`` and ``x`` for an area of the image.

    Parameters
    ----------
    array : DataArray with dimensions y and x
        A stack, image or spectrum image.
    region : (top, left, bottom, right) or None
        Half-open, in px or with `calibrated` in the units of the axes; as DigitalMicrograph orders them. None
        takes the whole image.
    calibrated : bool
        Whether the bounds are positions.

    Returns
    -------
    selection : dict of str to slice
        For ``array.isel(selection)``.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> select_region(label_stack(np.zeros((1, 8, 8))), (1, 2, 3, 4))
    {'y': slice(1, 3, None), 'x': slice(2, 4, None)}
    """
    if region is not None and len(tuple(region)) != 4:
        raise SettingError("region", "must be four numbers", got=region, expected="(top, left, bottom, right)")
    top, left, bottom, right = region or (None, None, None, None)
    rows = select_range(array, "y", (top, bottom), calibrated=calibrated)
    columns = select_range(array, "x", (left, right), calibrated=calibrated)
    # Image axes are even, so that what lies between two positions hangs together.
    assert isinstance(rows, slice)
    assert isinstance(columns, slice)
    return {"y": rows, "x": columns}


def _by_index(dim: str, size: int, bounds: Bounds) -> slice:
    for bound in bounds:
        if bound is not None and (isinstance(bound, bool) or not float(bound).is_integer()):
            raise SettingError(
                dim, "bounds in px must be whole numbers", got=_range(bounds), advice="or say calibrated=True"
            )
    start = 0 if bounds[0] is None else int(bounds[0])
    stop = size if bounds[1] is None else int(bounds[1])
    if start < 0 or stop < 0 or start > size or stop > size:
        raise SettingError(dim, "bounds reach outside the axis", got=f"{start} … {stop}", expected=f"0 … {size}")
    if start >= stop:
        raise _nothing_between(dim, f"{start} … {stop}")
    return slice(start, stop)


def _by_position(coord: xr.DataArray, bounds: Bounds) -> Selection:
    positions = np.asarray(coord.values, dtype=np.float64)
    step = _step(coord)
    lowest, highest = positions.min(), positions.max() + step
    start = lowest if bounds[0] is None else float(bounds[0])
    stop = highest if bounds[1] is None else float(bounds[1])
    near = _NEAR * step
    units = str(coord.attrs.get("units", ""))
    if not (start >= lowest - near and stop <= highest + near):
        raise SettingError(
            str(coord.name),
            "bounds reach outside the axis",
            got=f"{start:g} … {stop:g}",
            expected=f"{lowest:g} … {highest:g} {units}".strip(),
        )
    (found,) = np.nonzero((positions >= start - near) & (positions < stop - near))
    if not len(found):
        raise _nothing_between(str(coord.name), f"{start:g} … {stop:g} {units}".strip())
    if found[-1] - found[0] + 1 == len(found):
        return slice(int(found[0]), int(found[-1]) + 1)
    return found


def _step(coord: xr.DataArray) -> float:
    """Return how far the last pixel of an axis reaches: the smallest distance of two different positions."""
    distances = np.diff(np.unique(coord.values))
    if len(distances):
        return float(distances.min())
    return abs(float(coord.attrs.get("step", 1.0)))


def _nothing_between(dim: str, got: str) -> SettingError:
    return SettingError(dim, "nothing lies between the bounds", got=got, expected="start before stop, half-open")


def _range(bounds: Bounds) -> str:
    return f"{bounds[0]} … {bounds[1]}"
