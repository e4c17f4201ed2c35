"""A stack or an image in its window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from temstack.viewer.models.display import Display
from temstack.viewer.models.document import Document
from temstack.viewer.models.readout import readout
from temstack.viewer.views import stack_state
from temstack.viewer.views.colours import look_of
from temstack.viewer.views.contrast_panel import ContrastPanel
from temstack.viewer.views.image_pane import ImageBox, ImagePane
from temstack.viewer.views.panels import Panels
from temstack.viewer.views.plane_bar import PlaneBar
from temstack.viewer.views.plane_item import PlaneItem
from temstack.viewer.views.region_layer import RegionLayer
from temstack.viewer.views.stack_actions import StackActions, make_toolbar

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class StackView(QWidget):
    """A stack or an image, one plane at a time.

    Attributes
    ----------
    document : Document
    display : Display
        What is shown of it: change this, and the window follows.
    toolbar : QToolBar
        Where others add actions.
    """

    def __init__(self, document: Document, main: MainWindow) -> None:
        super().__init__()
        self.document, self.main = document, main
        self.display = Display(document.data, main.desk.jobs.deliver)
        self.pane = ImagePane()
        self.toolbar = make_toolbar()
        self.panels = Panels()
        self.planes = PlaneBar(self.display)
        self.contrast = ContrastPanel(self.display)
        self.panels.add(self.contrast, "Contrast")
        self._cursor: tuple[float, float] | None = None
        self._lay_out()
        self.actions_of_view = StackActions(self)
        self._connect()
        self._take_calibration()
        self.refresh()
        self.pane.fit()
        self.region_layer = RegionLayer(self)

    @property
    def image_item(self) -> PlaneItem:
        """The image in pixel coordinates: x is the column, y the row, centres of pixels at 0.5."""
        return self.pane.image_item

    @property
    def view_box(self) -> ImageBox:
        """Where the image lies; others add items to it, in the same coordinates."""
        return self.pane.view_box

    def add_panel(self, widget: QWidget, title: str) -> None:
        """Put a widget beside the image; its title folds it."""
        self.panels.add(widget, title)

    def show_panels(self, is_wanted: bool) -> None:
        """Show or hide what is beside the image."""
        self.panels.setVisible(is_wanted)
        self.actions_of_view.contrast.setChecked(is_wanted)

    def show_fft(self) -> QWidget:
        """Open a window with the power spectrum of the plane, which follows it."""
        from temstack.viewer.views.power_window import PowerWindow

        window = PowerWindow(self)
        self.main.add_window(window, f"FFT of {self.document.title}")
        return window

    def show_orthogonal(self) -> QWidget | None:
        """Open a window with cuts through the stack; an image has none."""
        if not self.display.info.is_stack:
            return None
        from temstack.viewer.views.orthogonal_window import OrthogonalWindow

        window = OrthogonalWindow(self)
        self.main.add_window(window, f"Cuts through {self.document.title}")
        return window

    def as_shown(self) -> QImage:
        """Return what the window shows of the image, with regions and scale bar, at the resolution of its screen."""
        return self.pane.picture(zoom=self.devicePixelRatioF())

    def state(self) -> dict[str, Any]:
        """Return how it looks, in values that JSON can hold."""
        return stack_state.state_of(self)

    def restore(self, state: dict[str, Any]) -> None:
        """Look as :meth:`state` said; what does not suit the data is left as it is."""
        stack_state.restore(self, state)

    def _lay_out(self) -> None:
        self.place, self.cursor = QLabel(), QLabel()
        self.place.setObjectName("place")
        self.cursor.setObjectName("cursor")
        for label in (self.place, self.cursor):
            label.setMinimumWidth(1)  # long words are cut off rather than make the window wide
        self.setFocusProxy(self.pane)  # keys step from the start, without a click into the image
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.pane)
        self.splitter.addWidget(self.panels)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setSizes([10_000, 1])  # the image gets all that the panels do not need
        words = QHBoxLayout()
        words.setContentsMargins(8, 0, 8, 3)
        words.addWidget(self.place, 2)
        words.addWidget(self.cursor, 3, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.toolbar)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.planes)
        layout.addLayout(words)

    def _connect(self) -> None:
        self.document.data_changed.connect(self._replace_data)
        self.main.desk.shared_regions.watch(self.display, self.document.regions)
        self.main.desk.closed.connect(self._close_with)
        self.display.changed.connect(self.refresh)
        self.display.area_changed.connect(self._follow_area)
        self.display.failed.connect(self.main.show_error)
        self.pane.hovered.connect(self._hover)
        self.pane.area_changed.connect(self._tell_area)
        self.pane.view_box.menu_wanted.connect(self._open_menu)

    def _replace_data(self) -> None:
        self.display.set_data(self.document.data)
        self.main.desk.shared_regions.renew(self.display)
        self.planes.take_data()
        self._take_calibration()

    def _take_calibration(self) -> None:
        info = self.display.info
        self.pane.set_axes(info.y, info.x)
        self.actions_of_view.orthogonal.setEnabled(info.is_stack)
        self.actions_of_view.links["plane"].setEnabled(info.is_stack)
        self.actions_of_view.links["region"].setEnabled(all(self.document.regions.shape))

    def _close_with(self, document: Document) -> None:
        if document is self.document:
            self.main.desk.closed.disconnect(self._close_with, missing_ok=True)
            self.document.data_changed.disconnect(self._replace_data, missing_ok=True)
            self.planes.stop()
            self.actions_of_view.let_go()
            self.main.desk.links.forget(self.display)
            self.main.desk.shared_regions.forget(self.display)
            self.display.close()

    def refresh(self) -> None:
        """Draw what is to be shown now."""
        shown = self.display.shown
        self.pane.image_item.show_plane(self.display.values, look_of(shown, self.display.scale))
        self.place.setText(shown.heading + ("  loading…" if self.display.is_loading else ""))
        self._say_cursor()

    def _tell_area(self, area: tuple[float, float, float, float]) -> None:
        self._is_telling = True
        self.display.area = area
        self._is_telling = False

    _is_telling = False

    def _follow_area(self, area: tuple[float, float, float, float]) -> None:
        if not self._is_telling:
            self.pane.show_area(area)

    def _hover(self, place: tuple[float, float] | None) -> None:
        self._cursor = place
        self._say_cursor()

    def _say_cursor(self) -> None:
        plane = self.display.current
        if self._cursor is None or plane is None:
            self.cursor.clear()
            return
        column, row = self._cursor
        self.cursor.setText(readout(self.display.info, plane.pixels, plane.scale, plane.index, column, row))

    def _open_menu(self, place: Any) -> None:
        self.actions_of_view.menu().popup(place.toPoint() if hasattr(place, "toPoint") else place)
