"""What can be done in the window of a stack: its toolbar, its keys and its menu, made of the same actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QSize, Qt
from qtpy.QtGui import QAction, QActionGroup, QKeySequence
from qtpy.QtWidgets import QMenu, QToolBar, QToolButton

from temstack.viewer.models.colour_maps import MAPS
from temstack.viewer.views.colours import swatch
from temstack.viewer.views.painted_icons import painted_icon

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView

_PAGE = 10


class StackActions(QObject):
    """The actions of one window."""

    def __init__(self, view: StackView) -> None:
        super().__init__(view)
        self.view = view
        self._icons: list[tuple[QAction, str]] = []
        view.toolbar.setIconSize(QSize(20, 20))
        self._add_zoom()
        self._add_looks()
        self._add_more_views()
        self._add_links()
        self._add_keys()
        self._paint_icons()
        view.toolbar.installEventFilter(self)

    def _add(self, text: str, do: Callable[..., Any], tip: str, *, keys: str = "", icon: str = "") -> QAction:
        """Add an action with its keys; with an icon it is in the toolbar."""
        action = QAction(text, self.view)
        action.setObjectName(text)
        action.setShortcuts([QKeySequence(each) for each in keys.split()])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{tip} ({action.shortcut().toString()})" if keys else tip)
        action.triggered.connect(do)
        self.view.addAction(action)
        if icon:
            self._icons.append((action, icon))
            self.view.toolbar.addAction(action)
        return action

    def _add_zoom(self) -> None:
        pane = self.view.pane
        self.fit = self._add("Fit", pane.fit, "Show the whole image", keys="Home", icon="fit")
        self.actual = self._add(
            "1:1", lambda: pane.zoom_to(1.0), "One pixel of the screen for each of the image", keys="1", icon="actual"
        )
        self.zoom_in = self._add("Zoom in", lambda: pane.view_box.zoom(1.5), "Zoom in", keys="+ =", icon="zoom in")
        self.zoom_out = self._add(
            "Zoom out", lambda: pane.view_box.zoom(1 / 1.5), "Zoom out", keys="-", icon="zoom out"
        )
        self.view.toolbar.addSeparator()

    def _add_looks(self) -> None:
        view = self.view
        self.contrast = self._add(
            "Contrast", lambda wanted: view.show_panels(wanted), "Show or hide the panels", keys="H", icon="contrast"
        )
        self.contrast.setCheckable(True)
        self.contrast.setChecked(True)
        self.auto = self._add("Auto contrast", view.contrast.set_auto, "Automatic contrast", keys="A", icon="auto")
        self.axes = self._add("Axes", view.pane.show_axes, "Show or hide the axes", icon="axes")
        self.axes.setCheckable(True)
        self.axes.setChecked(True)
        self.scale_bar = self._add("Scale bar", view.pane.scale_bar.setVisible, "Show or hide the scale bar")
        self.scale_bar.setCheckable(True)
        self.scale_bar.setChecked(True)
        view.toolbar.addSeparator()

    def _add_more_views(self) -> None:
        view = self.view
        self.fft = self._add("FFT", view.show_fft, "Power spectrum of the plane, live", keys="F", icon="fft")
        self.orthogonal = self._add(
            "Orthogonal views",
            view.show_orthogonal,
            "Cuts through the stack along x and y",
            keys="O",
            icon="orthogonal",
        )
        view.toolbar.addSeparator()

    def _add_links(self) -> None:
        links, display = self.view.main.desk.links, self.view.display
        self.links: dict[str, QAction] = {}
        for kind, keys, tip in (
            ("zoom", "Shift+Z", "Zoom and move together with all windows linked so"),
            ("plane", "Shift+L", "Show the same plane, e.g. in eV, as all windows linked so"),
            ("region", "Shift+R", "Share regions with all windows linked so: drawn or moved in one, they are in all"),
        ):

            def toggle(wanted: bool, kind: str = kind) -> None:
                (links.link if wanted else links.unlink)(kind, display)

            action = self._add(f"Link {kind}", toggle, tip, keys=keys, icon=f"link {kind}")
            action.setCheckable(True)
            self.links[kind] = action
        links.changed.connect(self._show_links)

    def let_go(self) -> None:
        """Hear no more of links: the window closes."""
        self.view.main.desk.links.changed.disconnect(self._show_links, missing_ok=True)

    def _show_links(self, kind: str) -> None:
        if kind in self.links:
            self.links[kind].setChecked(self.view.main.desk.links.is_linked(kind, self.view.display))

    def _add_keys(self) -> None:
        display, last = self.view.display, 10**9
        for text, planes, keys in (
            ("Next plane", 1, "Right"),
            ("Last plane", -1, "Left"),
            ("Ten planes on", _PAGE, "PgDown"),
            ("Ten planes back", -_PAGE, "PgUp"),
            ("To the end", last, "Ctrl+End"),
            ("To the start", -last, "Ctrl+Home"),
        ):
            self._add(text, lambda _=False, planes=planes: display.step(planes), text, keys=keys)
        self._add("Play", self.view.planes.toggle_playing, "Play or stop", keys="Space")

    def _paint_icons(self) -> None:
        for action, icon in self._icons:
            action.setIcon(painted_icon(icon, self.view.toolbar.palette()))
        # Qt's own arrow to what a narrow bar has no room for is black, and cannot be seen in the dark.
        more = self.view.toolbar.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:
            more.setIcon(painted_icon("more", self.view.toolbar.palette()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it
        """Paint the icons again where the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icons()
        return False

    def menu(self) -> QMenu:
        """Return the menu of the image: all that the toolbar has, and the colours."""
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.fit, self.actual, self.zoom_in, self.zoom_out])
        menu.addSeparator()
        self._add_colours(menu.addMenu("Colours"))
        menu.addActions([self.auto, self.contrast, self.axes, self.scale_bar])
        menu.addSeparator()
        menu.addActions([self.fft, self.orthogonal, *self.links.values()])
        return menu

    def _add_colours(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        display = self.view.display
        for name in MAPS:
            action = menu.addAction(swatch(name), name)
            action.setCheckable(True)
            action.setChecked(name == display.settings.colour_map)
            action.triggered.connect(lambda _=False, name=name: display.update(colour_map=name))
            group.addAction(action)


def make_toolbar() -> QToolBar:
    """Return an empty toolbar for a window of an image."""
    toolbar = QToolBar()
    toolbar.setObjectName("toolbar")
    toolbar.setMovable(False)
    return toolbar
