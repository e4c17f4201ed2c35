"""Before and after, side by side."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import xarray as xr
from qtpy.QtCore import Qt
from qtpy.QtGui import QPalette
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from temstack.viewer.models.previewing import Preview

_PERCENT = (0.5, 99.5)
_SIDE = 230


class PreviewPane(QWidget):
    """Two images above each other, or two curves in one plot, with what the result is below."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview pane")
        self.before, self.after = _Picture("Before"), _Picture("After")
        self.plot = pg.PlotWidget(background=None)
        self.plot.setMinimumHeight(_SIDE)
        self.plot.addLegend()
        for widget in (self.before, self.after, self.plot):
            widget.hide()
        self.words = QLabel("")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.before, self.after, self.plot, self.words):
            layout.addWidget(widget)
        layout.addStretch()
        self.setMinimumWidth(_SIDE)

    def show_preview(self, preview: Preview) -> None:
        """Show what an operation would give."""
        curves = [each for each in (preview.before, preview.after) if each is not None and each.ndim == 1]
        self.plot.setVisible(bool(curves))
        self._draw_curves(preview)
        self.before.show_image(preview.before)
        self.after.show_image(preview.after)
        self.words.setText(f"Gives: {preview.words}")

    def say(self, sentence: str) -> None:
        """Say something in place of what the result is."""
        self.words.setText(sentence)

    def show_nothing_after(self) -> None:
        """Show that there is no result."""
        self.after.hide()
        self.plot.clear()
        self.words.setText("")

    def _draw_curves(self, preview: Preview) -> None:
        self.plot.clear()
        text = self.palette().color(QPalette.ColorRole.WindowText)
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        for data, name, colour in ((preview.before, "before", text), (preview.after, "after", accent)):
            if data is not None and data.ndim == 1:
                dim = str(data.dims[0])
                places = data[dim].values if dim in data.coords else np.arange(data.size)
                self.plot.plot(places, np.abs(data.values), pen=pg.mkPen(colour), name=name)
                units = str(data[dim].attrs.get("units", "")) if dim in data.coords else ""
                self.plot.setLabel("bottom", f"{dim.replace('_', ' ')}{', ' + units if units else ''}")


class _Picture(QWidget):
    """One image with its name and range of values."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.heading = QLabel(name)
        self.item = pg.ImageItem(axisOrder="row-major")
        self.graphics = pg.GraphicsView(background=None)
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self.box.addItem(self.item)
        self.graphics.setCentralItem(self.box)
        self.graphics.setFixedSize(_SIDE, _SIDE - 40)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(2)
        layout.addWidget(self.heading)
        layout.addWidget(self.graphics)

    def show_image(self, data: xr.DataArray | None) -> None:
        """Show an image from its dark end to its bright one; nothing for other data."""
        is_image = data is not None and data.ndim == 2
        self.setVisible(is_image)
        if not is_image or data is None:
            return
        pixels = np.asarray(data.transpose("y", "x").values)
        pixels = np.abs(pixels) if pixels.dtype.kind == "c" else pixels.astype(np.float32, copy=False)
        some = pixels[np.isfinite(pixels)]
        low, high = np.percentile(some, _PERCENT) if some.size else (0.0, 1.0)
        self.item.setImage(pixels, levels=(float(low), float(high) if high > low else float(low) + 1))
        self.box.autoRange(padding=0)
        self.heading.setText(f"{self._name}: {low:.4g} … {high:.4g}")
