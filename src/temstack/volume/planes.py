"""Planes go into a stack, come out of it, and change their order.

Planes are counted from 0; ``(start, stop)`` is half-open and may be calibrated. Planes may be inserted and
replaced as a stack, as an image, or as bare pixels. They take the pixel grid and the type of pixel of the
stack; what is known of the planes of one side only is filled as :mod:`~temstack.volume.joining` says.

An axis ``plane`` without units is only a count: it is counted anew when planes come in. All other positions,
and the numbers of planes when others are taken out, stay what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, per_plane_values, plane_dim, with_history
from temstack.stack.axes import words
from temstack.stack.bounds import Bounds, Selection, select_range
from temstack.stack.convert import Overflow
from temstack.volume.joining import about, as_planes, is_counted, join


def extract_planes(stack: xr.DataArray, planes: int | Bounds, *, calibrated: bool = False) -> xr.DataArray:
    """Return the stack of some planes.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    planes : int or (start, stop)
        One plane, or a half-open range of planes; with `calibrated` a range in the units of the plane axis.
    calibrated : bool
        Whether the range is in units.

    Returns
    -------
    stack : (n, y, x) DataArray
        One plane is a stack of one. Pixels are shared.

    Raises
    ------
    SettingError
        If the range reaches outside the stack or holds no plane.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((4, 2, 2)), "energy_loss", plane_values=[480, 485, 490, 495])
    >>> extract_planes(stack, (485, 495), calibrated=True).energy_loss.values
    array([485., 490.])
    """
    chosen = _chosen(stack, planes, calibrated)
    part = stack.isel({plane_dim(stack): chosen})
    return with_history(part, "extract_planes", planes=planes, calibrated=calibrated)


def remove_planes(stack: xr.DataArray, planes: int | Bounds, *, calibrated: bool = False) -> xr.DataArray:
    """Return the stack without some planes; `planes` as in :func:`extract_planes`.

    Raises
    ------
    SettingError
        If the range reaches outside the stack, or no plane would be left.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> remove_planes(label_stack(np.zeros((4, 2, 2))), (1, 3)).plane.values
    array([0., 3.])
    """
    dim = plane_dim(check_stack(stack))
    left = np.delete(np.arange(stack.sizes[dim]), _chosen(stack, planes, calibrated))
    if not len(left):
        raise SettingError("planes", "no plane would be left", got=planes, expected="fewer than all")
    return with_history(stack.isel({dim: left}), "remove_planes", planes=planes, calibrated=calibrated)


def insert_planes(
    stack: xr.DataArray,
    planes: Any,
    index: int,
    *,
    plane_values: ArrayLike | None = None,
    overflow: Overflow = "clip",
) -> xr.DataArray:
    """Return the stack with more planes put in before the plane `index`.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    planes : (n, y, x) or (y, x) DataArray or array
        What to put in, of the same height and width; if calibrated as the stack is, of the same pixel size.
    index : int
        Where the first of them will be: 0 puts them in front, the number of planes at the end.
    plane_values : (n,) float, optional
        Where they lie along the plane axis, in its units. Needed unless they say so themselves or are only
        counted.
    overflow : str
        What happens to values outside the range of the stack's type of pixel: see
        :mod:`temstack.stack.convert`.

    Returns
    -------
    stack : (planes + n, y, x) DataArray

    Raises
    ------
    StackError
        If the planes do not fit the stack.
    SettingError
        If `index` is outside the stack, or nothing says where the planes lie.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((2, 2, 2)), "tilt", plane_values=[-9, 9], per_plane={"dark_id": [1, 1]})
    >>> inserted = insert_planes(stack, np.ones((2, 2)), 1, plane_values=0)
    >>> inserted.tilt.values, inserted.dark_id.values
    (array([-9.,  0.,  9.]), array([1, 0, 1]))
    """
    dim = plane_dim(check_stack(stack))
    place = _place(index, stack.sizes[dim])
    new = as_planes(stack, planes, plane_values, overflow=overflow)
    joined = join([stack[:place], new, stack[place:]], stack)
    return with_history(
        joined, "insert_planes", planes=about(planes), index=place, **_chosen_by(plane_values, overflow)
    )


def append_planes(
    stack: xr.DataArray, planes: Any, *, plane_values: ArrayLike | None = None, overflow: Overflow = "clip"
) -> xr.DataArray:
    """Return the stack with more planes behind its last; otherwise as :func:`insert_planes`.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> append_planes(label_stack(np.zeros((2, 2, 2))), np.ones((2, 2))).plane.values
    array([0., 1., 2.])
    """
    check_stack(stack)
    new = as_planes(stack, planes, plane_values, overflow=overflow)
    return with_history(
        join([stack, new], stack), "append_planes", planes=about(planes), **_chosen_by(plane_values, overflow)
    )


def replace_planes(
    stack: xr.DataArray,
    planes: Any,
    index: int,
    *,
    plane_values: ArrayLike | None = None,
    overflow: Overflow = "clip",
) -> xr.DataArray:
    """Return the stack with as many planes from `index` on replaced as are given.

    A labelled stack or image brings its own per-plane values with it: those of the old planes do not belong
    to the new pixels. Bare pixels bring none and keep those that stand there. Without positions of their own
    the new planes lie where the old ones did. Parameters and errors are those of :func:`insert_planes`.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> replaced = replace_planes(label_stack(np.zeros((3, 1, 1))), np.ones((2, 1, 1)), 1)
    >>> replaced.values.ravel()
    array([0., 1., 1.])
    """
    dim = plane_dim(check_stack(stack))
    new = as_planes(stack, planes, plane_values, overflow=overflow)
    place = _place(index, stack.sizes[dim])
    end = place + new.sizes[dim]
    if end > stack.sizes[dim]:
        raise SettingError(
            "planes",
            f"{new.sizes[dim]} planes from plane {place} on reach outside the stack",
            expected=f"at most {stack.sizes[dim] - place}",
        )
    old = stack[place:end]
    if not isinstance(planes, xr.DataArray):
        new = new.assign_coords(per_plane_values(old))
    if dim not in new.coords:
        new = new.assign_coords({dim: old.coords[dim]})
    joined = join([stack[:place], new, stack[end:]], stack)
    if is_counted(stack):  # the number of a plane does not change with its pixels
        joined = joined.assign_coords({dim: stack.coords[dim]})
    return with_history(
        joined, "replace_planes", planes=about(planes), index=place, **_chosen_by(plane_values, overflow)
    )


def reorder_planes(stack: xr.DataArray, order: Sequence[int] | NDArray[np.integer]) -> xr.DataArray:
    """Return the stack with its planes in another order.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    order : (n,) int
        Every index of a plane once: the plane that shall come first, then the second…

    Raises
    ------
    SettingError
        If an index is missing, there twice, or none of a plane.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> reorder_planes(label_stack(np.zeros((3, 2, 2))), [2, 0, 1]).plane.values
    array([2., 0., 1.])
    """
    dim = plane_dim(check_stack(stack))
    indices = np.asarray(order)
    if indices.dtype.kind not in "iu" or sorted(indices.tolist()) != list(range(stack.sizes[dim])):
        raise SettingError(
            "order",
            "must name every plane once",
            got=indices.tolist(),
            expected=f"0 … {stack.sizes[dim] - 1} in any order",
        )
    return with_history(stack.isel({dim: indices}), "reorder_planes", order=indices)


def sort_planes(stack: xr.DataArray, by: str | None = None, *, descending: bool = False) -> xr.DataArray:
    """Return the stack with its planes in order of their positions, or of another per-plane value.

    Planes that are alike stay in the order they were in; NaN comes last.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    by : str, optional
        A per-plane value, e.g. ``"time"``; left out, the position along the plane axis.
    descending : bool
        Whether the largest comes first.

    Raises
    ------
    SettingError
        If there is no such per-plane value.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> sort_planes(label_stack(np.zeros((3, 2, 2)), "defocus", plane_values=[50, -50, 0])).defocus.values
    array([-50.,   0.,  50.])
    """
    dim = plane_dim(check_stack(stack))
    columns = {dim: stack.coords[dim], **per_plane_values(stack)}
    name = dim if by is None else by
    if name not in columns:
        raise SettingError("by", "is no per-plane value", got=repr(by), expected="one of " + words(columns))
    order = _sorting_order(columns[name].values, descending)
    return with_history(stack.isel({dim: order}), "sort_planes", by=name, descending=descending)


def _chosen(stack: xr.DataArray, planes: int | Bounds, calibrated: bool) -> Selection:
    dim = plane_dim(check_stack(stack))
    if isinstance(planes, int | np.integer):
        if calibrated:
            raise SettingError("planes", "in units must be a range", got=planes, expected="(start, stop)")
        planes = (int(planes), int(planes) + 1)
    return select_range(stack, dim, planes, calibrated=calibrated)


def _place(index: int, planes: int) -> int:
    if isinstance(index, bool) or not isinstance(index, int | np.integer) or not 0 <= index <= planes:
        raise SettingError("index", "is no place in the stack", got=index, expected=f"a whole number, 0 … {planes}")
    return int(index)


def _chosen_by(plane_values: ArrayLike | None, overflow: Overflow) -> dict[str, Any]:
    """Return how planes were put in, as the history says it."""
    return {"plane_values": None if plane_values is None else np.atleast_1d(plane_values), "overflow": overflow}


def _sorting_order(values: NDArray[Any], descending: bool) -> NDArray[np.intp]:
    if not descending:
        return np.argsort(values, kind="stable")
    # Sorting the reversed planes and reversing again keeps those that are alike in their order.
    order = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
    missing = np.array([value != value for value in values[order]], dtype=np.bool_)
    return np.concatenate([order[~missing], order[missing]])
