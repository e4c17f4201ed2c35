"""Windows to drag over a spectrum, each named, with what they measure below the plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pyqtgraph as pg
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QLabel

from temstack.viewer.views.curve_plot import CurvePlot

_COLOURS = {"window": "#2f9e6e", "pre 1": "#3b82d0", "pre 2": "#3b82d0", "post": "#e0407f"}


class EnergyBars:
    """The windows over a plot."""

    def __init__(self, plot: CurvePlot) -> None:
        self._plot = plot
        self.bars: dict[str, pg.LinearRegionItem] = {}
        self.moved: Callable[[str, float, float], None] = lambda name, low, high: None
        self.words = QLabel()
        self.words.setObjectName("windows")
        self.words.setContentsMargins(6, 0, 6, 2)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setVisible(False)
        self._said = self._warning = ""
        plot.layout().addWidget(self.words)

    def show_windows(self, windows: Mapping[str, tuple[float, float]]) -> None:
        """Show these windows instead of those before."""
        for bar in self.bars.values():
            bar.sigRegionChanged.disconnect()
            self._plot.item.removeItem(bar)
        self.bars = {name: self._bar(name, ends) for name, ends in windows.items()}
        self._said = self._warning = ""
        self._show_words()

    def say(self, words: str) -> None:
        """Say below the plot what the windows measure."""
        self._said = words
        self._show_words()

    def warn(self, words: str) -> None:
        """Say what is wrong with the windows, or that nothing is."""
        self._warning = words
        self._show_words()

    def _show_words(self) -> None:
        words = self._warning or self._said
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _bar(self, name: str, ends: tuple[float, float]) -> pg.LinearRegionItem:
        colour = QColor(_COLOURS[name])
        shade, hover = QColor(colour), QColor(colour)
        shade.setAlpha(45)
        hover.setAlpha(80)
        bar = pg.LinearRegionItem(ends, brush=shade, hoverBrush=hover, pen=pg.mkPen(colour), swapMode="sort")
        bar.setZValue(10)
        label = pg.InfLineLabel(bar.lines[0], name, position=0.94, anchors=[(0, 0), (0, 0)], color=colour)
        label.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._plot.item.addItem(bar, ignoreBounds=True)
        bar.sigRegionChanged.connect(partial(self._move, name))
        return bar

    def _move(self, name: str, bar: Any) -> None:
        low, high = bar.getRegion()
        self.moved(name, float(low), float(high))
