"""How well the pairs of planes fit: a matrix to point at, and the worst of them to look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from psygnal import Signal
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QPalette
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from temstack.report.words import number
from temstack.viewer.models.aligning import Aligning
from temstack.viewer.models.drift_facts import MATRICES, matrix_limits, pair_in_words, pair_matrix, worst_pairs

_COLUMNS = ("plane", "against", "shift y / px", "shift x / px", "off / px", "peak", "weight")
_MAPS = {"peak": "viridis", "residual": "magma", "weight": "viridis"}


class PairsTab(QWidget):
    """The matrix of pairs and the list of the worst."""

    look_wanted = Signal()
    """Somebody wants to see the chosen pair."""

    def __init__(self, aligning: Aligning) -> None:
        super().__init__()
        self.setObjectName("pairs")
        self._aligning = aligning
        self._is_outdated = True
        self.what = QComboBox()
        self.what.setObjectName("matrix of")
        self.what.setToolTip("What the matrix shows of each pair of planes.")
        for value, text in MATRICES.items():
            self.what.addItem(text, value)
        self.what.currentIndexChanged.connect(lambda _: self._draw_matrix())
        self.matrix = pg.PlotWidget(background=None)
        self._prepare_matrix()
        self.table = self._new_table()
        self.words = QLabel("")
        self.words.setObjectName("pair in words")
        left, right = QWidget(), QWidget()
        head = QHBoxLayout()
        head.addWidget(QLabel("Matrix of"))
        head.addWidget(self.what, 1)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.matrix, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(QLabel("Worst pairs; a click shows one under Check"))
        column.addWidget(self.table, 1)
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.addWidget(left)
        both.addWidget(right)
        both.setSizes([440, 460])
        both.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(both, 1)
        layout.addWidget(self.words)

    def refresh(self) -> None:
        """Show the drift as it stands, or do so when somebody looks."""
        self._is_outdated = not self.isVisible()
        if not self._is_outdated:
            self._draw()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Show what changed while nobody looked."""
        super().showEvent(event)
        if self._is_outdated:
            self.refresh()

    def _draw(self) -> None:
        """Show the pairs of the drift as it stands."""
        self._draw_matrix()
        self._fill_table()
        self.show_chosen()

    def show_chosen(self) -> None:
        """Mark the chosen pair."""
        drift, plane, other = self._aligning.drift, self._aligning.chosen.plane, self._aligning.partners[0]
        self._mark.setData([plane + 0.5, other + 0.5], [other + 0.5, plane + 0.5])
        if drift is None or not len(drift.pairs):
            self.words.setText("No pairs: estimate the drift first.")
        else:
            self.words.setText(pair_in_words(drift, self._aligning.stack, other, plane))

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "table"):
            self._take_colours()

    def _prepare_matrix(self) -> None:
        self._image = pg.ImageItem(axisOrder="row-major")
        self._mark = pg.ScatterPlotItem(symbol="s", size=12, brush=None, pen=pg.mkPen("#ff5a36", width=2))
        self.matrix.addItem(self._image)
        self.matrix.addItem(self._mark, ignoreBounds=True)
        self.matrix.setObjectName("pair matrix")
        self.matrix.setToolTip("Click a pair to look at it.")
        self.matrix.setAspectLocked(True)
        self.matrix.getViewBox().invertY(True)
        self.matrix.setLabel("left", "plane")
        self.matrix.setLabel("bottom", "plane")
        self.matrix.setMenuEnabled(False)
        self.matrix.hideButtons()
        self._bar = pg.ColorBarItem(interactive=False, width=12)
        self._bar.setImageItem(self._image, insert_in=self.matrix.getPlotItem())
        self.matrix.scene().sigMouseClicked.connect(lambda event: self._choose_at(event))
        self._take_colours()

    def _take_colours(self) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        for axis in (self.matrix.getAxis("left"), self.matrix.getAxis("bottom"), self._bar.axis):
            axis.setPen(text)
            axis.setTextPen(text)

    def _new_table(self) -> QTableWidget:
        table = QTableWidget(0, len(_COLUMNS))
        table.setObjectName("worst pairs")
        table.setHorizontalHeaderLabels(_COLUMNS)
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.cellClicked.connect(lambda row, _: self._look_at(row))
        table.cellActivated.connect(lambda row, _: self._look_at(row))
        return table

    def _draw_matrix(self) -> None:
        drift, what = self._aligning.drift, str(self.what.currentData())
        has_pairs = drift is not None and len(drift.pairs) > 0
        self._image.setVisible(has_pairs)
        self._mark.setVisible(has_pairs)
        if drift is None or not has_pairs:
            return
        square = pair_matrix(drift, what)
        low, high = matrix_limits(square, what)
        self._image.setImage(square, levels=(low, high))
        self._number_planes(len(square))
        self._bar.setColorMap(pg.colormap.get(_MAPS[what]))
        self._bar.setLevels((low, high))

    def _number_planes(self, n_planes: int) -> None:
        """Number rows and columns at their middle, and nothing beyond."""
        step = next(
            step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if n_planes <= 12 * step or step == 1000
        )
        ticks = [(plane + 0.5, str(plane)) for plane in range(0, n_planes, step)]
        for side in ("left", "bottom"):
            self.matrix.getAxis(side).setTicks([ticks, []])

    def _fill_table(self) -> None:
        drift = self._aligning.drift
        self._pairs = [] if drift is None else worst_pairs(drift)
        self.table.setRowCount(len(self._pairs))
        for row, pair in enumerate(self._pairs):
            values = (pair.first, pair.second, *pair.shift_px, pair.residual_px, pair.peak, pair.weight)
            texts = [
                str(values[0]),
                str(values[1]),
                *(number(value, 2 if k < 3 else 3) for k, value in enumerate(values[2:])),
            ]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)

    def _look_at(self, row: int) -> None:
        pair = self._pairs[row]
        self._aligning.choose_pair(pair.first, pair.second)
        self.look_wanted.emit()

    def _choose_at(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = self.matrix.getViewBox().mapSceneToView(event.scenePos())
        column, row = int(np.floor(at.x())), int(np.floor(at.y()))
        n = self._aligning.n_planes
        if 0 <= column < n and 0 <= row < n and column != row:
            self._aligning.choose_pair(min(row, column), max(row, column))
            if event.double():
                self.look_wanted.emit()
