"""A stack or an image in its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from qtpy.QtWidgets import QVBoxLayout, QWidget

from temstack.viewer.models.document import Document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class StackView(QWidget):
    """A stack or an image, one plane at a time."""

    def __init__(self, document: Document, main: MainWindow) -> None:
        super().__init__()
        self.document, self.main = document, main
        self.image = pg.ImageItem(axisOrder="row-major")
        self.plot = pg.PlotItem()
        self.plot.addItem(self.image)
        self.plot.invertY(True)
        self.plot.setAspectLocked(True)
        graphics = pg.GraphicsLayoutWidget()
        graphics.addItem(self.plot)
        layout = QVBoxLayout(self)
        layout.addWidget(graphics)
        document.data_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw what is to be shown now."""
        data = self.document.data
        self.image.setImage(np.asarray(data if data.ndim == 2 else data[0]))
