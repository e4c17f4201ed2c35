"""The power spectrum of the plane that another window shows, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QComboBox, QGraphicsEllipseItem, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from temstack.viewer.models.background import Background
from temstack.viewer.models.contrast import Limits, sample
from temstack.viewer.models.display import Shown
from temstack.viewer.models.document import Document
from temstack.viewer.models.power import WINDOWS, frequency_axis, power_spectrum, spacing_in_words
from temstack.viewer.views.colours import look_of
from temstack.viewer.views.image_pane import ImagePane

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView


class PowerWindow(QWidget):
    """Spatial frequencies of a plane, in 1/nm, with a ring at the cursor that says which spacing it is."""

    def __init__(self, view: StackView) -> None:
        super().__init__()
        self._display, self._document = view.display, view.document
        self._background = Background(view.main.desk.jobs.deliver)
        self._show_error = view.main.show_error
        self.pane = ImagePane()
        self.window_box, self.is_log = QComboBox(), QCheckBox("Log")
        self.spacing, self.of = QLabel(), QLabel()
        self.power: NDArray[np.float32] | None = None
        self._ring = QGraphicsEllipseItem()
        self._lay_out()
        self._connect(view)
        self._take_calibration()
        self.refresh()

    def _lay_out(self) -> None:
        for name, words in WINDOWS.items():
            self.window_box.addItem(f"Window: {name}", name)
            self.window_box.setItemData(self.window_box.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.window_box.setObjectName("FFT window")
        self.window_box.setToolTip("What the plane is multiplied with before: Hann takes away the cross of the edges")
        self.is_log.setObjectName("FFT log")
        self.is_log.setChecked(True)
        self.is_log.setToolTip("Colours follow the logarithm of the power")
        self.spacing.setObjectName("spacing")
        self._ring.setPen(pg.mkPen((255, 210, 0), width=1.5, cosmetic=True))
        self._ring.setVisible(False)
        self.pane.view_box.addItem(self._ring, ignoreBounds=True)
        above, below = QHBoxLayout(), QHBoxLayout()
        for each in (above, below):
            each.setContentsMargins(8, 3, 8, 3)
        above.addWidget(self.window_box)
        above.addWidget(self.is_log)
        above.addStretch(1)
        below.addWidget(self.of)
        below.addStretch(1)
        below.addWidget(self.spacing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.pane, 1)
        layout.addLayout(below)

    def _connect(self, view: StackView) -> None:
        self._display.changed.connect(self.refresh)
        self._document.data_changed.connect(self._take_calibration)
        view.main.desk.closed.connect(self._close_with)
        self.window_box.currentIndexChanged.connect(lambda _: self.refresh(again=True))
        self.is_log.toggled.connect(lambda _: self._draw())
        self.pane.hovered.connect(self._hover)
        self._transformed: object = None

    def _take_calibration(self) -> None:
        info = self._display.info
        self._y, self._x = frequency_axis(info.y), frequency_axis(info.x)
        self._units = info.x.units
        self.pane.set_axes(self._y, self._x)
        self.pane.fit()

    def refresh(self, *, again: bool = False) -> None:
        """Transform the plane that is shown now, beside the windows."""
        plane = self._display.current
        if plane is None or plane.pixels.ndim != 2 or (plane.pixels is self._transformed and not again):
            return
        self._transformed = plane.pixels
        pixels, window = plane.pixels, self.window_box.currentData()
        words = self._display.shown.heading
        self._background.ask(
            "power",
            lambda: power_spectrum(pixels, window=window),
            lambda power: self._take(power, words),
            self._show_error,
        )

    def _take(self, power: NDArray[np.float32], words: str) -> None:
        self.power = power
        self.of.setText(words)
        self._draw()

    def _draw(self) -> None:
        if self.power is None:
            return
        shown = Shown(0, "", self._limits(self.power), "grey", 1.0, self.is_log.isChecked(), False, "")
        self.pane.image_item.show_plane(self.power, look_of(shown, 1.0))

    def _limits(self, power: NDArray[np.float32]) -> Limits:
        # The middle outshines all: limits that suit it would show nothing else.
        cut = (25.0, 99.99) if self.is_log.isChecked() else (1.0, 99.5)
        low, high = (float(each) for each in np.percentile(sample(power, 200_000), cut))
        return (max(low, high * 1e-9), high) if high > low >= 0 and high > 0 else (0.0, 1.0)

    def _hover(self, place: tuple[float, float] | None) -> None:
        self._ring.setVisible(place is not None)
        if place is None:
            self.spacing.clear()
            return
        kx, ky = self._x.position(place[0]), self._y.position(place[1])
        self.spacing.setText(spacing_in_words(ky, kx, self._units))
        k = float(np.hypot(kx, ky))
        # A circle in 1/nm; an ellipse in pixels where the image is not square.
        centre = self._x.pixel(0.0), self._y.pixel(0.0)
        radius = k / self._x.step, k / self._y.step
        self._ring.setRect(centre[0] - radius[0], centre[1] - radius[1], 2 * radius[0], 2 * radius[1])

    def _close_with(self, document: Document) -> None:
        if document is self._document:
            self._background.close()
            window = self.parentWidget()
            (window or self).close()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Stop following."""
        self._background.close()
        self._display.changed.disconnect(self.refresh, missing_ok=True)
        super().closeEvent(event)
