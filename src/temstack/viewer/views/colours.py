"""Colour maps by name, also those that pyqtgraph brings, as tables for drawing."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QSize
from qtpy.QtGui import QIcon, QPixmap

from temstack.viewer.models.colour_maps import Table, formula_map, look_up_table
from temstack.viewer.models.display import Shown
from temstack.viewer.models.sampling import LEVELS, Colours, Look


@lru_cache
def colour_map(name: str) -> Table:
    """Return the colours of a map, (256, 3) between 0 and 1."""
    made = formula_map(name)
    if made is not None:
        return made
    return np.asarray(pg.colormap.get(name).getLookupTable(nPts=256, alpha=False), dtype=np.float64) / 255


@lru_cache(maxsize=64)
def _table(name: str, gamma: float, marks_clipped: bool) -> Colours:
    return look_up_table(colour_map(name), gamma=gamma, marks_clipped=marks_clipped)


def look_of(shown: Shown, scale: float) -> Look | None:
    """Return how stored values become colours; None for pixels that are colours.

    Parameters
    ----------
    shown : Shown
    scale : float
        What one stored unit counts: limits are in counts.
    """
    if shown.limits is None:
        return None
    low, high = (limit / scale for limit in shown.limits) if scale else shown.limits
    return Look((low, high), _table(shown.colour_map, shown.gamma, shown.marks_clipped), shown.is_log)


@lru_cache
def swatch(name: str, width: int = 64, height: int = 12) -> QIcon:
    """Return a small picture of a colour map."""
    from temstack.viewer.views.plane_item import as_picture

    table = look_up_table(colour_map(name))[1 : LEVELS + 1]
    row = table[np.linspace(0, LEVELS - 1, width).astype(int)]
    return QIcon(QPixmap.fromImage(as_picture(np.tile(row, (height, 1)))))


SWATCH_SIZE = QSize(64, 12)
