"""Which planes an energy window holds, and one clear sentence where it cannot be meant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError, StackError
from temstack.stack import check_array
from temstack.stack.axes import named, words

Window = float | tuple[float, float]
"""A plane by its energy loss, or everything ``(from, to)``, both ends included; eV."""

Windows = Window | Sequence[Window]
"""One window, or a list of them: ``[617, 694]`` is two planes, ``(617, 694)`` is all from 617 to 694 eV."""

Indices = NDArray[np.intp]


def energies_of(stack: xr.DataArray) -> NDArray[np.float64]:
    """Return the energy loss of each plane, eV, or say that the array has none."""
    if "energy_loss" not in check_array(stack).dims:
        raise StackError(
            named(stack),
            "has no energy axis",
            got=f"dimensions {words(stack.dims)}",
            expected="'energy_loss' among them",
            advice="give its planes energies first: temstack set --axis energy_loss --start … --step …",
        )
    if "channel" in stack.dims:
        raise StackError(named(stack), "is in colour, which has no spectrum", got=words(stack.dims))
    return np.asarray(stack.coords["energy_loss"].values, dtype=np.float64)


def slit_widths_of(stack: xr.DataArray) -> NDArray[np.float64]:
    """Return how wide a range of energies each plane took in, relative to the others, (n,).

    Planes say it by the per-plane value ``slit_width_ev``; without it all took in as much.
    """
    n = stack.sizes["energy_loss"]
    if "slit_width_ev" not in stack.coords:
        return np.ones(n)
    widths = np.broadcast_to(np.asarray(stack.coords["slit_width_ev"].values, dtype=np.float64), n)
    if not (np.isfinite(widths).all() and (widths > 0).all()):
        raise StackError(named(stack), "its per-plane value 'slit_width_ev' must be above 0", got=widths.tolist())
    return np.asarray(widths / widths.mean())


def as_said(windows: Windows | None) -> object:
    """Return windows as a history keeps them: JSON knows no pairs, so a single ``(from, to)`` goes into a list.

    >>> as_said((617, 694)), as_said([617, 694])
    ([(617, 694)], [617, 694])
    """
    return [windows] if isinstance(windows, tuple) else windows


def planes_in(stack: xr.DataArray, windows: Windows, name: str) -> Indices:
    """Return the indices of the planes in one window or several, in order of the axis.

    Parameters
    ----------
    stack : DataArray with dimension energy_loss
    windows : float, (from, to), or a list of these; eV
        A number means the plane nearest to it, a pair all planes from the one to the other, both included.
    name : str
        What to call the windows in a message: ``"pre"``.

    Raises
    ------
    SettingError
        If a window is reversed, lies outside the axis, or holds no plane.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((4, 1, 1)), "energy_loss", plane_values=[617, 672, 694, 717])
    >>> planes_in(stack, [617, 694], "pre"), planes_in(stack, (617, 694), "pre")
    (array([0, 2]), array([0, 1, 2]))
    >>> planes_in(stack, (700, 650), "post")
    Traceback (most recent call last):
        ...
    temstack.errors.SettingError: post: is reversed; got 700 … 650 eV; expected the lower energy first
    """
    energies = energies_of(stack)
    # A list is not asked for its dimensions: numbers and pairs may stand beside each other in it.
    is_one = isinstance(windows, tuple) or (not isinstance(windows, list) and np.ndim(windows) == 0)
    each = [windows] if is_one else list(windows)  # type: ignore[arg-type]
    if not each:
        raise SettingError(name, "names no window", got=windows, expected="an energy, or (from, to), in eV")
    found = [_range_of(energies, w, name) if np.ndim(w) else _nearest(energies, w, name) for w in each]
    return np.unique(np.concatenate(found))


def pre_and_post(stack: xr.DataArray, pre: Windows, post: Windows, *, least: int = 2) -> tuple[Indices, Indices]:
    """Return the planes before and behind an edge; a plane where the two windows touch lies behind it.

    Raises
    ------
    SettingError
        If the windows overlap or stand in the wrong order, or fewer than *least* planes lie before the edge.
    """
    before, behind = planes_in(stack, pre, "pre"), planes_in(stack, post, "post")
    energies = energies_of(stack)
    lowest, highest = energies[behind].min(), energies[before].max()
    if lowest == highest and len(before) > least:
        before = before[energies[before] != lowest]
        highest = energies[before].max()
    if lowest <= highest:
        shared = np.intersect1d(before, behind)
        problem = "overlaps the pre-edge window" if len(shared) else "does not lie behind the pre-edge window"
        raise SettingError(
            "post",
            problem,
            got=f"{_span(energies[behind])} eV behind {_span(energies[before])} eV",
            expected=f"energies above {highest:g} eV",
        )
    _require_planes(energies, before, least)
    return before, behind


def _require_planes(energies: NDArray[np.float64], before: Indices, least: int) -> None:
    if len(before) < least:
        raise SettingError(
            "pre",
            "holds too few planes to fit a background",
            got=f"{len(before)} ({_span(energies[before])} eV)",
            expected=f"{least} planes or more",
            advice="widen it, or use the jump ratio",
        )


def _nearest(energies: NDArray[np.float64], window: object, name: str) -> Indices:
    value = _number(window, name)
    place = int(np.argmin(np.abs(energies - value)))
    if abs(energies[place] - value) > _reach(energies, place):
        raise SettingError(name, "there is no plane at this energy", got=f"{value:g} eV", expected=_listed(energies))
    return np.array([place])


def _range_of(energies: NDArray[np.float64], window: object, name: str) -> Indices:
    ends = list(window)  # type: ignore[call-overload]
    if len(ends) != 2:
        raise SettingError(name, "a window has two ends", got=window, expected="(from, to) in eV")
    start, stop = (_number(end, name) for end in ends)
    got = f"{start:g} … {stop:g} eV"
    if stop < start:
        raise SettingError(name, "is reversed", got=got, expected="the lower energy first")
    lowest, highest = int(np.argmin(energies)), int(np.argmax(energies))
    low, high = energies[lowest] - _reach(energies, lowest), energies[highest] + _reach(energies, highest)
    near = 1e-6 * (high - low)
    if start < low - near or stop > high + near:
        raise SettingError(name, "reaches outside the energy axis", got=got, expected=f"{_span(energies)} eV")
    (found,) = np.nonzero((energies >= start - near) & (energies <= stop + near))
    if not len(found):
        raise SettingError(name, "no plane lies in this window", got=got, expected=_listed(energies))
    return found


def _number(value: object, name: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise SettingError(name, "is no energy", got=repr(value), expected="a number in eV, or (from, to)")
    return number


def _reach(energies: NDArray[np.float64], place: int) -> float:
    """Return how far from a plane an energy may lie and still mean it: half the way to its neighbour, eV."""
    distances = np.abs(energies - energies[place])
    others = distances[distances > 0]
    return float(others.min()) / 2 if len(others) else 0.5


def _span(energies: NDArray[np.float64]) -> str:
    low, high = energies.min(), energies.max()
    return f"{low:g}" if low == high else f"{low:g} … {high:g}"


def _listed(energies: NDArray[np.float64]) -> str:
    if len(energies) <= 12:
        return "planes at " + ", ".join(f"{energy:g}" for energy in energies) + " eV"
    return f"{len(energies)} planes from {_span(energies)} eV"
