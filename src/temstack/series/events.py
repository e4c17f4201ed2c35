"""Positions of planes, and the order in which they are visited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Order = Literal["ascending", "descending", "symmetric"]


@dataclass(frozen=True, slots=True)
class Event:
    """One plane to record.

    Parameters
    ----------
    index : int
        Its place in the stack, 0-based, whatever the order of recording.
    position : float
        Where to go, in the unit of the series: eV, nm or s.
    """

    index: int
    position: float


def ladder(start: float, step: float, count: int) -> NDArray[np.float64]:
    """Return ``start + i * step``; the step may be negative.

    Summed up step by step, or counted by ``numpy.arange``, the last position would depend on rounding.

    >>> ladder(480.0, 0.1, 4).tolist()
    [480.0, 480.1, 480.2, 480.3]
    """
    # Rounded far below what any device resolves, so that 480 + 3 * 0.1 is 480.3 in every table.
    return np.round(start + step * np.arange(count, dtype=np.float64), 9) + 0.0


def quadratic_ladder(step: float, count: int) -> NDArray[np.float64]:
    """Return positions around 0 that lie the further apart, the further out: ``step * k * |k|``.

    *k* counts from the middle: -2, -1, 0, 1, 2 for five positions, -1.5, -0.5, 0.5, 1.5 for four.

    >>> quadratic_ladder(10.0, 5).tolist()
    [-40.0, -10.0, 0.0, 10.0, 40.0]
    """
    k = np.arange(count, dtype=np.float64) - (count - 1) / 2
    return np.round(step * k * np.abs(k), 9) + 0.0


def visiting_order(positions: NDArray[np.float64], order: Order) -> NDArray[np.int64]:
    """Return the indices of the positions in the order of recording.

    ``ascending`` is the order of the stack, ``descending`` its reverse, ``symmetric`` from the one nearest to 0
    outwards, taking both sides in turn, so that what fades does so alike on both.

    >>> visiting_order(np.array([-20.0, -10.0, 0.0, 10.0, 20.0]), "symmetric").tolist()
    [2, 3, 1, 4, 0]
    """
    indices = np.arange(len(positions))
    if order == "descending":
        return indices[::-1].copy()
    if order == "symmetric":
        return np.lexsort((-positions, np.abs(positions))).astype(np.int64)
    return indices
