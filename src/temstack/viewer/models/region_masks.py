"""Which pixels of a box lie in an ellipse, a polygon or along a line: those whose middles do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_NEAR = 1e-9


def middles(box: tuple[int, int, int, int]) -> tuple[Floats, Floats]:
    """Return where the middles of the pixels of a box lie: rows (h, 1) and columns (1, w)."""
    top, left, bottom, right = box
    rows, columns = np.arange(top, bottom, dtype=np.float64), np.arange(left, right, dtype=np.float64)
    return rows[:, None] + 0.5, columns[None, :] + 0.5


def ellipse_mask(box: tuple[int, int, int, int], bounds: tuple[float, float, float, float]) -> Mask:
    """Return the pixels of a box in the ellipse that just fits into *bounds* (top, left, bottom, right)."""
    top, left, bottom, right = bounds
    y, x = middles(box)
    radius_y, radius_x = max((bottom - top) / 2, _NEAR), max((right - left) / 2, _NEAR)
    away = ((y - (top + bottom) / 2) / radius_y) ** 2 + ((x - (left + right) / 2) / radius_x) ** 2
    return np.asarray(away <= 1 + _NEAR)


def polygon_mask(box: tuple[int, int, int, int], corners: Sequence[tuple[float, float]]) -> Mask:
    """Return the pixels of a box in a polygon, or on its border; where it crosses itself the even-odd rule holds."""
    y, x = middles(box)
    inside = np.zeros((y.size, x.size), dtype=bool)
    ends = np.asarray(corners, dtype=np.float64)
    for (y0, x0), (y1, x1) in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        if y0 != y1:
            (rows,) = np.nonzero((y[:, 0] >= min(y0, y1)) & (y[:, 0] < max(y0, y1)))
            inside[rows] ^= x < x0 + (y[rows] - y0) * (x1 - x0) / (y1 - y0)
    for start, end in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        _add_border(inside, y, x, start, end)
    return inside


def _add_border(inside: Mask, y: Floats, x: Floats, start: Floats, end: Floats) -> None:
    """Add the pixels whose middles an edge runs through; at most one in a row or column, along its longer side."""
    (dy, dx) = end - start
    length = float(np.hypot(dy, dx)) or 1.0
    low, high = np.minimum(start, end) - _NEAR, np.maximum(start, end) + _NEAR
    rows = np.flatnonzero((y[:, 0] >= low[0]) & (y[:, 0] <= high[0]))
    columns = np.flatnonzero((x[0] >= low[1]) & (x[0] <= high[1]))
    if not (len(rows) and len(columns)):
        return
    part = np.ix_(rows, columns)
    off = np.abs((y[rows] - start[0]) * dx - (x[:, columns] - start[1]) * dy) / length
    inside[part] |= off < _NEAR


def line_mask(
    box: tuple[int, int, int, int], start: tuple[float, float], end: tuple[float, float], *, width_px: float
) -> Mask:
    """Return the pixels of a box within half a width of a line, from one end to the other.

    Half-open across, so that a width of 3 px is 3 pixels, wherever the line lies.
    """
    y, x = middles(box)
    dy, dx = end[0] - start[0], end[1] - start[1]
    reach = width_px / 2
    length = float(np.hypot(dy, dx))
    if length < _NEAR:
        return np.asarray(np.hypot(y - start[0], x - start[1]) < max(reach, 0.71))
    across = ((y - start[0]) * dx - (x - start[1]) * dy) / length
    along = ((y - start[0]) * dy + (x - start[1]) * dx) / length
    return np.asarray(
        (across >= -reach - _NEAR) & (across < reach - _NEAR) & (along >= -_NEAR) & (along <= length + _NEAR)
    )
