"""Three views of a stack at right angles: the plane, and cuts through all planes along x and y."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from temstack.viewer.models.background import Background
from temstack.viewer.models.contrast import robust_limits
from temstack.viewer.models.cuts import cut_along_x, cut_along_y, plane_axis
from temstack.viewer.models.display import real_part
from temstack.viewer.models.document import Document
from temstack.viewer.models.readout import place
from temstack.viewer.views.colours import look_of
from temstack.viewer.views.cross_hair import CrossHair
from temstack.viewer.views.image_pane import ImagePane

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView


class OrthogonalWindow(QWidget):
    """The plane with a cross-hair; below it the cut along x, beside it the cut along y.

    Dragging a line of the cross-hair moves a cut; the line in a cut is the plane, and dragging it steps through the
    stack, here and in the window that this one belongs to.
    """

    def __init__(self, view: StackView) -> None:
        super().__init__()
        self._display, self._document = view.display, view.document
        self._background = Background(view.main.desk.jobs.deliver)
        self._show_error = view.main.show_error
        self.xy, self.xz, self.zy = ImagePane(), ImagePane(), ImagePane()
        self.words = QLabel()
        self._cuts: dict[str, NDArray[Any]] = {}
        self.cross = CrossHair(self.xy.view_box)
        self.plane_in_xz, self.plane_in_zy = _line(0), _line(90)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._lay_out()
        self._connect(view)
        self._take_data()

    def _lay_out(self) -> None:
        self.setMinimumSize(320, 320)
        self.words.setObjectName("cross-hair")
        self.words.setContentsMargins(8, 2, 8, 3)
        for pane, name in ((self.xy, "XY"), (self.xz, "XZ"), (self.zy, "YZ")):
            pane.setObjectName(name)
            pane.setToolTip(f"{name}; drag the yellow lines")
        self.xz.view_box.addItem(self.plane_in_xz, ignoreBounds=True)
        self.zy.view_box.addItem(self.plane_in_zy, ignoreBounds=True)
        for pane in (self.xz, self.zy):
            pane.scale_bar.setVisible(False)  # its axes measure different things
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.xy, 0, 0)
        layout.addWidget(self.zy, 0, 1)
        layout.addWidget(self.xz, 1, 0)
        layout.addWidget(self.words, 2, 0, 1, 2)
        for stretch in (layout.setColumnStretch, layout.setRowStretch):
            stretch(0, 5)
            stretch(1, 2)

    def _connect(self, view: StackView) -> None:
        self._display.changed.connect(self.refresh)
        self._document.data_changed.connect(self._take_data)
        view.main.desk.closed.connect(self._close_with)
        self.cross.moved.connect(self._soon.start)
        self._soon.timeout.connect(self._ask)
        for line, part in ((self.plane_in_xz, "y"), (self.plane_in_zy, "x")):
            line.sigDragged.connect(lambda dragged, part=part: self._go(getattr(dragged.pos(), part)()))
        self.xz.view_box.setXLink(self.xy.view_box)
        self.zy.view_box.setYLink(self.xy.view_box)

    def _take_data(self) -> None:
        info = self._display.info
        along = plane_axis(info)
        self.xy.set_axes(info.y, info.x)
        self.xz.set_axes(along, info.x)
        self.zy.set_axes(info.y, along)
        for pane in (self.xz, self.zy):
            # Planes and pixels measure different things: each fills its window.
            pane.view_box.setAspectLocked(False)
        self.xz.view_box.setYRange(0, along.size, padding=0)
        self.zy.view_box.setXRange(0, along.size, padding=0)
        self.cross.set_size(info.y.size, info.x.size)
        self.xy.fit()
        self._cuts.clear()
        self.refresh()
        self._ask()

    def _go(self, position: float) -> None:
        self._display.plane = int(np.floor(position))
        self._show_plane_lines()

    def refresh(self) -> None:
        """Draw the plane and where it lies in the cuts."""
        display = self._display
        shown = display.shown
        self.xy.image_item.show_plane(display.values, look_of(shown, display.scale))
        self._show_plane_lines()
        self._draw_cuts()
        self._say()

    def _show_plane_lines(self) -> None:
        for line in (self.plane_in_xz, self.plane_in_zy):
            line.setPos(self._display.plane + 0.5)

    def _say(self) -> None:
        row, column = self.cross.place
        words = (place(self._display.info, column, row), self._display.shown.heading)
        self.words.setText("   ".join(each for each in words if each))

    def _ask(self) -> None:
        """Have both cuts made at the cross-hair, beside the windows."""
        self._say()
        data, (row, column) = self._document.data, self.cross.place

        def cut() -> dict[str, NDArray[Any]]:
            return {"xz": cut_along_x(data, row), "zy": cut_along_y(data, column)}

        self._background.ask("cuts", cut, self._take, self._show_error)

    def _take(self, cuts: dict[str, NDArray[Any]]) -> None:
        self._cuts = cuts
        self._draw_cuts()

    def _draw_cuts(self) -> None:
        for name, pane in (("xz", self.xz), ("zy", self.zy)):
            if name not in self._cuts:
                continue
            shown, values = self._display.shown, real_part(self._cuts[name], self._display.settings.part)
            # Planes may differ a lot in counts: a cut has the contrast of its own, unless that is fixed.
            if shown.limits is not None and self._display.settings.contrast == "plane":
                shown = replace(shown, limits=robust_limits(values))
            pane.image_item.show_plane(values, look_of(shown, 1.0))

    def _close_with(self, document: Document) -> None:
        if document is self._document:
            window = self.parentWidget()
            (window or self).close()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Stop following."""
        self._background.close()
        self._display.changed.disconnect(self.refresh, missing_ok=True)
        self._document.data_changed.disconnect(self._take_data, missing_ok=True)
        super().closeEvent(event)


def _line(angle: int) -> Any:
    return pg.InfiniteLine(angle=angle, movable=True, pen=pg.mkPen((255, 210, 0), width=1.5), hoverPen=pg.mkPen("w"))
