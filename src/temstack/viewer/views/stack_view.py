"""A stack or an image in its window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolBar, QVBoxLayout, QWidget

from temstack.viewer.models.display import Display
from temstack.viewer.models.document import Document
from temstack.viewer.models.readout import readout
from temstack.viewer.views.colours import look_of
from temstack.viewer.views.image_pane import ImagePane
from temstack.viewer.views.panels import Panels
from temstack.viewer.views.region_layer import RegionLayer

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class StackView(QWidget):
    """A stack or an image, one plane at a time.

    Attributes
    ----------
    document : Document
    display : Display
        What is shown of it: change this, and the window follows.
    image_item : PlaneItem
        The image in pixel coordinates: x is the column, y the row, centres of pixels at 0.5.
    view_box : ImageBox
        Where further items are added, in the same coordinates.
    toolbar : QToolBar
        Where others add actions.
    """

    def __init__(self, document: Document, main: MainWindow) -> None:
        super().__init__()
        self.document, self.main = document, main
        self.display = Display(document.data, main.desk.jobs.deliver)
        self.pane = ImagePane()
        self.toolbar = QToolBar()
        self.panels = Panels()
        self._cursor: tuple[float, float] | None = None
        self._lay_out()
        self._connect()
        self._take_calibration()
        self.refresh()
        self.pane.fit()
        self.region_layer = RegionLayer(self)

    @property
    def image_item(self) -> Any:
        """The image, in pixel coordinates."""
        return self.pane.image_item

    @property
    def view_box(self) -> Any:
        """Where the image lies; others add items to it."""
        return self.pane.view_box

    def add_panel(self, widget: QWidget, title: str) -> None:
        """Put a widget beside the image; its title folds it."""
        self.panels.add(widget, title)

    def _lay_out(self) -> None:
        self.place, self.cursor = QLabel(), QLabel()
        self.place.setObjectName("place")
        self.cursor.setObjectName("cursor")
        words = QHBoxLayout()
        words.setContentsMargins(6, 0, 6, 2)
        words.addWidget(self.place)
        words.addStretch(1)
        words.addWidget(self.cursor)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.pane)
        splitter.addWidget(self.panels)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.toolbar)
        layout.addWidget(splitter, 1)
        layout.addLayout(words)

    def _connect(self) -> None:
        self.document.data_changed.connect(self._replace_data)
        self.main.desk.closed.connect(self._close_with)
        self.display.changed.connect(self.refresh)
        self.display.failed.connect(self.main.show_error)
        self.pane.hovered.connect(self._hover)

    def _replace_data(self) -> None:
        self.display.set_data(self.document.data)
        self._take_calibration()

    def _take_calibration(self) -> None:
        self.pane.set_axes(self.display.info.y, self.display.info.x)

    def _close_with(self, document: Document) -> None:
        if document is self.document:
            self.display.close()

    def refresh(self) -> None:
        """Draw what is to be shown now."""
        shown = self.display.shown
        self.pane.image_item.show_plane(self.display.values, look_of(shown, self.display.scale))
        self.place.setText(shown.heading + ("  loading…" if self.display.is_loading else ""))
        self._say_cursor()

    def _hover(self, place: tuple[float, float] | None) -> None:
        self._cursor = place
        self._say_cursor()

    def _say_cursor(self) -> None:
        plane = self.display.current
        if self._cursor is None or plane is None:
            self.cursor.setText("")
            return
        column, row = self._cursor
        self.cursor.setText(readout(self.display.info, plane.pixels, plane.scale, plane.index, column, row))
