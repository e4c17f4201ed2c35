"""The menu Script: scripts are written, run, and kept in menus."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QMenu

from temstack.viewer.models.scripts.user_scripts import ScriptFolder
from temstack.viewer.views.scripts.installed_menus import InstalledMenus
from temstack.viewer.views.scripts.script_views import ScriptViews

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    views = ScriptViews(main)
    main.scripts = views  # other windows find all of scripts here
    menu = main.menu("Script")
    add = partial(main.add_action, "Script")
    add("New script", views.new, keys="Ctrl+K", tip="Write a DM-script")
    add("New Python script", lambda: views.new("Python"), tip="Write a script in Python")
    add("Open script…", lambda: views.ask_for_file(views.open, "Open script"), tip="Open a script in the editor")
    _fill_late(main, menu.addMenu("Open recent"), lambda sub: _list_recent(views, sub))
    add("Run file…", lambda: views.ask_for_file(views.run_file, "Run script"), tip="Run a script without opening it")
    menu.addSeparator()
    _fill_late(main, menu.addMenu("My scripts"), lambda sub: _list_own(views, sub))
    _fill_late(main, menu.addMenu("Examples"), lambda sub: _list_folder(views, sub, views.examples, views.open))
    menu.addSeparator()
    add("Add script to menu…", lambda: views.add_to_menu(), tip="Keep a script in a menu, for all later starts")
    add("Scripts in menus…", lambda: _manage(views), tip="Run, edit and remove scripts that were added to menus")
    menu.addSeparator()
    add("Results", views.open_results, keys="Ctrl+Shift+R", tip="What scripts have written")
    add("Python console", views.open_console, keys="Ctrl+Shift+P", tip="Work with the open stacks in Python")
    add("Functions…", lambda: views.open_reference(), keys="Ctrl+Shift+F", tip="All functions of DM-script")
    views.installed = InstalledMenus(views)  # type: ignore[attr-defined]  # lives as long as the windows


def _manage(views: ScriptViews) -> None:
    from temstack.viewer.views.scripts.manage_window import ManageWindow

    ManageWindow(views).open()


def _fill_late(main: MainWindow, menu: QMenu, fill: object) -> None:
    """Fill a menu anew each time it opens: what lies in folders changes."""
    menu.setToolTipsVisible(True)

    def refill() -> None:
        menu.clear()
        main.try_to(lambda: fill(menu))  # type: ignore[operator]  # takes the menu
        if menu.isEmpty():
            menu.addAction("none").setEnabled(False)

    menu.aboutToShow.connect(refill)
    refill()


def _list_recent(views: ScriptViews, menu: QMenu) -> None:
    for path in views.recent.files:
        action = menu.addAction(path.name)
        action.setToolTip(str(path))
        action.triggered.connect(lambda _is_on=False, path=path: views.main.try_to(lambda: views.open(path)))


def _list_own(views: ScriptViews, menu: QMenu) -> None:
    _list_folder(views, menu, views.user_scripts, views.run_file)
    menu.addSeparator()
    folder = menu.addAction("Open this folder")
    folder.setToolTip(f"Scripts that lie in {views.user_scripts.folder} stand in this menu")
    folder.triggered.connect(lambda: _show_folder(views.user_scripts.folder))


def _show_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _list_folder(views: ScriptViews, menu: QMenu, folder: ScriptFolder, do: object) -> None:
    inside: dict[tuple[str, ...], QMenu] = {(): menu}
    for names, path in folder.scripts():
        for depth in range(1, len(names) + 1):
            if names[:depth] not in inside:
                inside[names[:depth]] = inside[names[: depth - 1]].addMenu(names[depth - 1])
        action = inside[names].addAction(path.stem)
        action.setToolTip(str(path))
        action.triggered.connect(lambda _is_on=False, path=path: views.main.try_to(lambda: do(path)))  # type: ignore[operator]  # takes a path
