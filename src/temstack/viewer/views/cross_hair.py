"""Two lines over an image that choose a row and a column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QObject, Signal


class CrossHair(QObject):
    """A row and a column of an image, moved by dragging."""

    moved = Signal()

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        pen, over = pg.mkPen((255, 210, 0), width=1.5), pg.mkPen("w", width=1.5)
        self.row_line: Any = pg.InfiniteLine(angle=0, movable=True, pen=pen, hoverPen=over)
        self.column_line: Any = pg.InfiniteLine(angle=90, movable=True, pen=pen, hoverPen=over)
        self._size = (1, 1)
        for line in (self.row_line, self.column_line):
            box.addItem(line, ignoreBounds=True)
            line.sigPositionChanged.connect(lambda *_: self.moved.emit())

    def set_size(self, height: int, width: int) -> None:
        """Take the size of an image; the cross goes to its middle, unless the size is as before."""
        if (height, width) == self._size:
            return
        self._size = (height, width)
        self.row_line.setBounds((0, height - 1e-6))
        self.column_line.setBounds((0, width - 1e-6))
        self.row_line.setPos(height // 2 + 0.5)
        self.column_line.setPos(width // 2 + 0.5)

    @property
    def place(self) -> tuple[int, int]:
        """The row and the column."""
        height, width = self._size
        row, column = int(np.floor(self.row_line.value())), int(np.floor(self.column_line.value()))
        return min(max(row, 0), height - 1), min(max(column, 0), width - 1)
