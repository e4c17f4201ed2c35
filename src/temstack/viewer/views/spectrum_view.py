"""A spectrum in its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from qtpy.QtWidgets import QVBoxLayout, QWidget

from temstack.viewer.models.document import Document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class SpectrumView(QWidget):
    """A spectrum, counts against energy loss."""

    def __init__(self, document: Document, main: MainWindow) -> None:
        super().__init__()
        self.document, self.main = document, main
        self.plot = pg.PlotWidget()
        layout = QVBoxLayout(self)
        layout.addWidget(self.plot)
        document.data_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the spectrum."""
        self.plot.clear()
        self.plot.plot(self.document.data["energy_loss"].values, self.document.data.values)
