"""Linking all windows at once, from the menu Window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu

from temstack.viewer.models.display import Display

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def add_link_actions(main: MainWindow, menu: QMenu) -> None:
    """Add what links all windows of images to a menu: zoom, plane and region, ticked while all are linked in it."""
    for kind, keys, tip in (
        ("zoom", "Ctrl+Alt+Z", "All windows zoom and move together"),
        ("plane", "Ctrl+Alt+P", "All windows show the same plane, by its value where they can"),
        ("region", "Ctrl+Alt+R", "All windows share their regions: drawn or moved in one, they are in all"),
    ):
        action = QAction(f"Link {kind} of all windows", menu)
        action.setObjectName(f"link {kind} of all")
        action.setCheckable(True)
        action.setShortcut(keys)
        action.setToolTip(tip)
        action.triggered.connect(lambda wanted, kind=kind: link_all(main, kind, wanted))
        menu.aboutToShow.connect(lambda action=action, kind=kind: action.setChecked(_are_all_linked(main, kind)))
        menu.addAction(action)


def link_all(main: MainWindow, kind: str, is_wanted: bool) -> None:
    """Link all windows of images in something, the front one leading, or let all go their own way."""
    links = main.desk.links
    for display in _displays(main, kind):
        (links.link if is_wanted else links.unlink)(kind, display)


def _are_all_linked(main: MainWindow, kind: str) -> bool:
    displays = _displays(main, kind)
    return bool(displays) and all(main.desk.links.is_linked(kind, each) for each in displays)


def _displays(main: MainWindow, kind: str) -> list[Display]:
    """Return what the windows show that can be linked; first the one in front, which the others follow."""
    documents = sorted(main.desk.documents, key=lambda each: each is not main.desk.active)
    shown = [getattr(main.view(each), "display", None) for each in documents]
    return [each for each in shown if isinstance(each, Display) and (kind != "plane" or each.info.is_stack)]
