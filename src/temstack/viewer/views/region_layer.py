"""The regions of a document on its image: tools to draw them, keys to change them, a panel with their numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QInputDialog

from temstack.errors import TemstackError
from temstack.viewer.models.document import Document
from temstack.viewer.models.regions import Kind, Point, Region
from temstack.viewer.views.drawing import DrawingSheet
from temstack.viewer.views.region_icons import tool_icon
from temstack.viewer.views.region_items import RegionItem
from temstack.viewer.views.region_panel import RegionPanel

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView

TOOLS: dict[Kind, tuple[str, str]] = {
    "rectangle": ("R", "drag over the image; Shift makes a square"),
    "ellipse": ("E", "drag over the image; Shift makes a circle"),
    "polygon": ("P", "click its corners; a double click closes it"),
    "line": ("L", "drag along the image; Shift holds it at 45°"),
    "point": (".", "click a pixel"),
}
"""Key and hint of each tool."""

_NUDGES = {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1)}


class RegionLayer(QObject):
    """Shows the regions of a stack view, and lets its user draw and change them.

    Parameters
    ----------
    view : StackView
    """

    def __init__(self, view: StackView) -> None:
        super().__init__(view)
        self.view = view
        self.regions = view.document.regions
        self.sheet = DrawingSheet(view.view_box)
        self.items: dict[int, RegionItem] = {}
        self.tools: dict[Kind, QAction] = {}
        self._panel: RegionPanel | None = None
        if all(self.regions.shape):
            self._build_tools()
            self._build_keys()
        self._connect()
        for region in self.regions:
            self._add(region)

    @property
    def tool(self) -> Kind | None:
        """What the mouse draws, None where it does not."""
        return self.sheet.kind

    def choose(self, kind: Kind | None) -> None:
        """Let the mouse draw something, or give it back."""
        self.sheet.choose(kind, self.regions.shape)
        for each, action in self.tools.items():
            action.setChecked(each == kind)

    def rename(self, region: Region) -> QInputDialog:
        """Ask for another name."""
        dialog = QInputDialog(self.view)
        dialog.setObjectName("rename region")
        dialog.setWindowTitle("Rename region")
        dialog.setLabelText("Name:")
        dialog.setTextValue(region.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        number = region.number
        dialog.textValueSelected.connect(lambda name: self._renamed(number, name))
        dialog.open()
        return dialog

    def _renamed(self, number: int, name: str) -> None:
        if self.regions.get(number) is not None:
            self.regions.rename(number, name)

    def remove_selected(self) -> None:
        """Remove the selected region."""
        if self.regions.selected is not None:
            self.regions.remove(self.regions.selected.number)

    def nudge(self, dy: int, dx: int) -> None:
        """Move the selected region by whole pixels."""
        if self.regions.selected is not None:
            self.regions.change(self.regions.selected.moved(dy, dx))

    def close(self, document: Document | None = None) -> None:
        """Let go of the document."""
        if document is not None and document is not self.view.document:
            return
        self.view.main.desk.closed.disconnect(self.close, missing_ok=True)
        for signal, method in self._watched():
            signal.disconnect(method, missing_ok=True)
        for item in self.items.values():
            item.remove()
        self.items.clear()
        if self._panel is not None:
            self._panel.close_model()

    def _watched(self) -> list[tuple[Any, Callable[..., Any]]]:
        regions = self.regions
        return [
            (regions.added, self._add),
            (regions.changed, self._show),
            (regions.removed, self._remove),
            (regions.selection_changed, self._select),
        ]

    def _connect(self) -> None:
        for signal, method in self._watched():
            signal.connect(method)
        self.view.main.desk.closed.connect(self.close)
        self.sheet.drawn.connect(self._draw)
        self.sheet.cancelled.connect(self._put_down)
        self.view.view_box.scene().sigMouseClicked.connect(self._click_beside)

    def _build_tools(self) -> None:
        self.view.toolbar.addSeparator()
        for kind, (key, hint) in TOOLS.items():
            action = QAction(tool_icon(kind, self.view.palette()), kind.capitalize(), self)
            action.setObjectName(f"draw {kind}")
            action.setCheckable(True)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setToolTip(f"{kind.capitalize()} ({key}): {hint}")
            action.triggered.connect(lambda is_on, kind=kind: self.choose(kind if is_on else None))
            self.tools[kind] = action
            self.view.toolbar.addAction(action)
            self.view.addAction(action)
        self.view.toolbar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it
        """Paint the tools again where the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            for kind, action in self.tools.items():
                action.setIcon(tool_icon(kind, self.view.toolbar.palette()))
        return False

    def _build_keys(self) -> None:
        self._key("Esc", self._escape)
        for keys in ("Delete", "Backspace"):
            self._key(keys, self.remove_selected)
        for keys, (dy, dx) in _NUDGES.items():
            self._key(f"Shift+{keys}", partial(self.nudge, dy, dx))
            self._key(f"Ctrl+Shift+{keys}", partial(self.nudge, 10 * dy, 10 * dx))

    def _key(self, keys: str, act: Callable[[], object]) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: act())
        self.view.addAction(action)

    def _escape(self) -> None:
        if self.tool is not None:
            self.choose(None)
        else:
            self.regions.select(None)

    def _put_down(self) -> None:
        self.choose(None)

    def _draw(self, kind: Kind, points: list[Point]) -> None:
        self.choose(None)
        try:
            self.regions.add(kind, points)
        except TemstackError as error:
            self.view.main.show_error(error)

    def _add(self, region: Region) -> None:
        item = RegionItem(region, self.view.view_box, self.regions.shape)
        number = region.number
        item.changed.connect(self._take)
        item.clicked.connect(lambda: self.regions.select(number))
        item.double_clicked.connect(lambda: self._rename(number))
        self.items[number] = item
        if self._panel is None:
            self._panel = RegionPanel(self.view)
            self.view.add_panel(self._panel, "Regions")

    def _rename(self, number: int) -> None:
        region = self.regions.get(number)
        if region is not None:
            self.rename(region)

    def _take(self, region: Region) -> None:
        self.regions.select(region.number)
        self.regions.change(region)

    def _show(self, region: Region) -> None:
        self.items[region.number].show_region(region)

    def _remove(self, region: Region) -> None:
        self.items.pop(region.number).remove()

    def _select(self, region: Region | None) -> None:
        for number, item in self.items.items():
            item.select(region is not None and number == region.number)

    def _click_beside(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not event.isAccepted() and self.tool is None:
            self.regions.select(None)
