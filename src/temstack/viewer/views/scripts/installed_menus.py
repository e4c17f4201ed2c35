"""Scripts that were added to menus, as entries of these menus; menus of their own where they name new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu

from temstack.dmscript.menu import MenuItem
from temstack.viewer.models.scripts.placing import installed

if TYPE_CHECKING:
    from temstack.viewer.views.scripts.script_views import ScriptViews


class InstalledMenus:
    """Keeps the menus as the list of installed scripts says.

    Parameters
    ----------
    views : ScriptViews
        All windows of scripts.
    """

    def __init__(self, views: ScriptViews) -> None:
        self._views = views
        self._made: list[tuple[QMenu, QAction]] = []
        self._own_menus: dict[str, QMenu] = {}
        views.scripting.menu_changed.connect(lambda: self.refresh())
        # All menus of the bar must be there first.
        QTimer.singleShot(0, views.main, lambda: views.main.try_to(self.refresh))

    def refresh(self) -> None:
        """Take all entries out, and put in those that are wanted now."""
        for menu, action in self._made:
            menu.removeAction(action)
            action.deleteLater()
        self._made.clear()
        for title in list(self._own_menus):
            gone = self._own_menus.pop(title)
            self._views.main.menuBar().removeAction(gone.menuAction())
            gone.deleteLater()
        submenus: dict[tuple[str, str], QMenu] = {}
        for item in self._views.scripting.menu.items:
            if not item.is_library:
                self._add(item, submenus)

    def _add(self, item: MenuItem, submenus: dict[tuple[str, str], QMenu]) -> None:
        title = item.menu or "Script"
        menu = self._menu(title)
        if title not in self._own_menus and not any(made is menu for made, _ in self._made):
            self._made.append((menu, menu.addSeparator()))
        if item.submenu:
            within = (title.lower(), item.submenu.lower())
            if within not in submenus:
                submenus[within] = QMenu(item.submenu, menu)
                self._made.append((menu, menu.addMenu(submenus[within])))
            menu = submenus[within]
        action = QAction(item.command, menu)
        action.setToolTip(f"Your script “{item.command}”")
        action.setStatusTip("A script that you added to this menu")
        action.triggered.connect(lambda: self._views.main.try_to(lambda: self._run(item)))
        menu.addAction(action)
        self._made.append((menu, action))

    def _run(self, item: MenuItem) -> None:
        self._views.scripting.run(installed(self._views.scripting.menu, item))

    def _menu(self, title: str) -> QMenu:
        """Return the menu of a title, whatever the case of its letters; a new one stands before Window."""
        bar = self._views.main.menuBar()
        for action in bar.actions():
            if action.menu() is not None and action.text().replace("&", "").lower() == title.lower():
                return action.menu()
        menu = self._own_menus[title] = QMenu(title, self._views.main)
        menu.setToolTipsVisible(True)
        window = next((one for one in bar.actions() if one.text().replace("&", "") == "Window"), None)
        if window is None:
            bar.addMenu(menu)
        else:
            bar.insertMenu(window, menu)
        return menu
