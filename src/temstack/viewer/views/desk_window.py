"""One window at the desk: inside the main window, or on its own on a second screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QPoint, Qt, Signal
from qtpy.QtGui import QAction, QCloseEvent, QKeySequence
from qtpy.QtWidgets import QMdiArea, QMdiSubWindow, QMenu, QWidget

from temstack.viewer.models.arrangement import Place
from temstack.viewer.views.errors import show_error

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document

_INSIDE = Qt.WindowType.SubWindow | Qt.WindowType.CustomizeWindowHint
_BUTTONS = (
    Qt.WindowType.WindowTitleHint
    | Qt.WindowType.WindowSystemMenuHint
    | Qt.WindowType.WindowMinMaxButtonsHint
    | Qt.WindowType.WindowCloseButtonHint
)


class DeskWindow(QMdiSubWindow):
    """A window that can leave its area and come back.

    Parameters
    ----------
    widget : QWidget
        What it shows.
    area : QMdiArea
        Where it belongs.
    document : Document, optional
        What it is the window of.
    """

    came_to_front = Signal(object)
    """This window, which has just been activated on its own."""

    def __init__(self, widget: QWidget, area: QMdiArea, document: Document | None = None) -> None:
        super().__init__()
        self.area, self.document = area, document
        self.ask_to_close: Callable[[], bool] | None = None
        """Called before it closes; returns whether it may."""
        self._inside: Place | None = None
        self.setWidget(widget)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        area.addSubWindow(self)
        self._fill_system_menu()

    @property
    def is_detached(self) -> bool:
        """Whether it stands outside the main window."""
        return bool(self.isWindow())

    @property
    def place(self) -> Place:
        """Where it stands: in its area, or on the screen."""
        # A maximised window remembers where it stood before; QWidget knows that.
        shown = self.normalGeometry() if self.isWindow() or self.isMaximized() else self.geometry()
        return Place(shown.x(), shown.y(), shown.width(), shown.height())

    def put(self, place: Place) -> None:
        """Put it somewhere, neither maximised nor minimised."""
        if self.isMaximized() or self.isMinimized():
            self.showNormal()
        self.setGeometry(*place)

    def detach(self, place: Place | None = None) -> None:
        """Let it leave the main window; where it stood on the screen unless told otherwise."""
        if self.is_detached:
            return
        self._inside = self.place
        size, corner = self.size(), self.mapToGlobal(QPoint(0, 0))
        self.area.removeSubWindow(self)
        self.setParent(None)
        self.setWindowFlags(Qt.WindowType.Window | _BUTTONS)
        self.setGeometry(*(place or Place(corner.x(), corner.y(), size.width(), size.height())))
        self._show_all()

    def attach(self) -> None:
        """Bring it back into the main window, to where it stood there."""
        if not self.is_detached:
            return
        size = self.size()
        self.hide()
        self.setWindowFlags(_INSIDE | _BUTTONS)
        self.area.addSubWindow(self)
        self.setGeometry(*(self._inside or Place(0, 0, size.width(), size.height())))
        self._show_all()
        self.area.setActiveSubWindow(self)

    def toggle_detached(self) -> None:
        """Let it leave the main window, or bring it back."""
        self.attach() if self.is_detached else self.detach()

    def bring_to_front(self) -> None:
        """Make it the active window."""
        if self.isMinimized():
            self.showNormal()
        if self.is_detached:
            self.show()
            self.raise_()
            self.activateWindow()
            self.came_to_front.emit(self)
        else:
            self.area.setActiveSubWindow(self)

    def close_unasked(self) -> None:
        """Close it, whatever it shows."""
        self.ask_to_close = None
        self.close()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Tell when it comes to the front on its own: its area cannot know."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.is_detached and self.isActiveWindow():
            self.came_to_front.emit(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close, unless whoever was asked does not agree."""
        if not self._may_close():
            event.ignore()
            return
        super().closeEvent(event)

    def _may_close(self) -> bool:
        """Return whether it may close; where asking fails, a document stays and anything else goes."""
        if self.ask_to_close is None:
            return True
        try:
            return self.ask_to_close()
        except Exception as error:  # Qt called, and can do nothing with it
            show_error(self.area.window(), error)
            return self.document is None

    def share_actions(self, bar: QWidget) -> None:
        """Let the keys of a menu bar work while this window stands on its own."""
        for menu in bar.findChildren(QMenu):
            for action in menu.actions():
                if not action.shortcut().isEmpty():
                    self.addAction(action)

    def _show_all(self) -> None:
        # Taken out of its parent, the widget inside may be hidden with it.
        self.widget().show()
        self.show()

    def _fill_system_menu(self) -> None:
        menu = self.systemMenu()
        if menu is None:
            return
        for each in menu.actions():
            # Qt's Ctrl+W and that of the menu File would keep each other from working.
            each.setShortcuts([keys for keys in each.shortcuts() if keys != QKeySequence("Ctrl+W")])
        action = QAction("To its &own window", self)
        action.triggered.connect(lambda: self.toggle_detached())
        menu.aboutToShow.connect(
            lambda: action.setText("&Back into the main window" if self.is_detached else "To its &own window")
        )
        menu.insertAction(menu.actions()[0] if menu.actions() else None, action)


def all_actions(menu: QMenu) -> Iterator[QAction]:
    """Yield the actions of a menu and of the menus in it, in order."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from all_actions(inner)
        elif not action.isSeparator():
            yield action
