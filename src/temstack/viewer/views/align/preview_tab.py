"""What the estimate sees with these settings: the filtered plane, and the correlation of a pair with its maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from temstack.report.words import number, plane_name
from temstack.viewer.models.aligning import Aligning
from temstack.viewer.models.calibration import PixelAxis, describe
from temstack.viewer.models.colour_maps import look_up_table
from temstack.viewer.models.latest import Latest
from temstack.viewer.models.overlay import Plane, robust_limits
from temstack.viewer.models.sampling import Look
from temstack.viewer.views.align.plane_box import plane_box
from temstack.viewer.views.colours import colour_map
from temstack.viewer.views.image_pane import ImagePane

if TYPE_CHECKING:
    from temstack.drift.preview import PairSeen, PlaneSeen

_AFTER_CHANGE_MS = 60


class PreviewTab(QWidget):
    """The plane as it is correlated, and the correlation of the chosen pair."""

    def __init__(self, aligning: Aligning, latest: Latest) -> None:
        super().__init__()
        self.setObjectName("align preview")
        self._aligning, self._latest = aligning, latest
        self.plane_pane, self.pair_pane = ImagePane(), ImagePane()
        self.pair_pane.setObjectName("correlation")
        self.peak = pg.ScatterPlotItem(symbol="o", size=22, brush=None, pen=pg.mkPen("#ff5a36", width=2))
        self.pair_pane.view_box.addItem(self.peak, ignoreBounds=True)
        self.plane_title, self.pair_title, self.words = QLabel(""), QLabel(""), QLabel("")
        self.words.setWordWrap(True)
        self.words.setObjectName("correlation in words")
        self.words.setText("…")
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_CHANGE_MS)
        self._timer.timeout.connect(lambda: self._ask())
        panes = QSplitter()
        panes.setChildrenCollapsible(False)
        panes.addWidget(_titled(self.plane_title, self.plane_pane))
        panes.addWidget(_titled(self.pair_title, self.pair_pane))
        layout = QVBoxLayout(self)
        layout.addLayout(self._which_row())
        layout.addWidget(panes, 1)
        layout.addWidget(self.words)

    def refresh(self) -> None:
        """Show it anew, soon, if it is seen."""
        for box, value in ((self.plane, self._aligning.chosen.plane), (self.other, self._aligning.partners[0])):
            box.blockSignals(True)
            box.setMaximum(self._aligning.n_planes - 1)
            box.setValue(value)
            box.blockSignals(False)
        if self.isVisible():
            self._timer.start()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Show what the settings of now give."""
        super().showEvent(event)
        self._timer.start()

    def complain(self, error: BaseException) -> None:
        """Say why there is nothing to show."""
        self.words.setText(str(error))

    def _which_row(self) -> QHBoxLayout:
        last = self._aligning.n_planes - 1
        self.plane = plane_box("preview plane", last, "The plane that is shown, and the second of the pair.")
        self.other = plane_box("preview other plane", last, "The first plane of the pair that is correlated.")
        for box in (self.plane, self.other):
            box.valueChanged.connect(lambda _: self._aligning.choose_pair(self.other.value(), self.plane.value()))
        row = QHBoxLayout()
        for widget in (QLabel("Plane"), self.plane, QLabel("against"), self.other):
            row.addWidget(widget)
        row.addStretch(1)
        self.refresh()
        return row

    def _ask(self) -> None:
        stack, plane, other = self._aligning.stack, self._aligning.chosen.plane, self._aligning.partners[0]
        try:
            options = self._aligning.settings.options()
        except Exception as error:
            self.complain(error)
            return

        def look() -> tuple[PlaneSeen, PairSeen]:
            from temstack.drift.preview import see_pair, see_plane

            return see_plane(stack, plane, **options), see_pair(stack, other, plane, **options)

        self._latest.ask(look, lambda seen: self._show(plane, other, *seen))

    def _show(self, plane: int, other: int, alone: PlaneSeen, pair: PairSeen) -> None:
        stack = self._aligning.stack
        self._show_plane(alone)
        self._show_pair(pair)
        self.plane_title.setText(f"Plane {plane_name(stack, plane)} as it is correlated")
        self.pair_title.setText(f"Correlation of plane {other} with {plane}, and its maximum")
        self.words.setText(pair_in_words(pair))

    def _show_plane(self, seen: PlaneSeen) -> None:
        info = describe(self._aligning.stack)
        top, left, bottom, right = seen.box
        rows, columns = seen.picture.shape
        axes = [
            PixelAxis(axis.name, count, axis.step * size / count, axis.position(start + size / count / 2), axis.units)
            for axis, count, start, size in (
                (info.y, rows, top, bottom - top),
                (info.x, columns, left, right - left),
            )
        ]
        self.plane_pane.set_axes(*axes)
        _put(self.plane_pane, seen.picture, Look(robust_limits(seen.picture), _colours("grey")))

    def _show_pair(self, seen: PairSeen) -> None:
        rows, columns = seen.correlation.shape
        y, x = (
            PixelAxis(name, count, step, -(count // 2) * step, "px")
            for name, count, step in (
                ("shift y", rows, seen.step_px[0]),
                ("shift x", columns, seen.step_px[1]),
            )
        )
        self.pair_pane.set_axes(y, x)
        highest = float(seen.correlation.max(initial=0.0)) or 1.0
        low = float(np.percentile(seen.correlation, 20)) if seen.correlation.size else 0.0
        _put(self.pair_pane, seen.correlation, Look((low, highest), _colours("viridis")))
        marks = [(x.pixel(shift[1]), y.pixel(shift[0])) for shift in seen.shift_px[:1]]
        self.peak.setData([mark[0] for mark in marks], [mark[1] for mark in marks])


def pair_in_words(seen: PairSeen) -> str:
    """Return what the correlation of a pair says."""
    if not len(seen.shift_px):
        return "No maximum within the largest shift: these two planes show nothing in common."
    y, x = seen.shift_px[0]
    sure = "beyond chance" if seen.is_beyond_chance else "no higher than noise makes by chance"
    words = f"Maximum {number(seen.peak, 3)} at shift y {number(y)}, x {number(x)} px: {sure}."
    if len(seen.shift_px) > 1:
        y, x = seen.shift_px[1]
        words += f" Next best at y {number(y)}, x {number(x)} px."
    return words


def _put(pane: ImagePane, picture: Plane, look: Look) -> None:
    """Show a picture; where it has another size, all of it."""
    before = pane.image_item.image
    pane.image_item.show_plane(picture, look)
    if before is None or before.shape != picture.shape:
        pane.fit()


def _colours(name: str) -> Any:
    return look_up_table(colour_map(name), gamma=1.0, marks_clipped=False)


def _titled(title: QLabel, pane: QWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    head = QHBoxLayout()
    head.addWidget(title)
    layout.addLayout(head)
    layout.addWidget(pane, 1)
    return box
