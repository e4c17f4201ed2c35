"""The menus Volume and Spectrum, made from the registry of operations."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu

from temstack.operations import Operation, operations
from temstack.viewer.models.forms import why_not
from temstack.viewer.models.operating import title_of
from temstack.viewer.models.shelf import remove_leftovers

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

MENUS = ("Volume", "Spectrum")


def build(main: MainWindow) -> None:
    """Put the menus into the bar: a part of the menu for each part of the registry."""
    actions: list[tuple[Operation, QAction]] = []
    for title in MENUS:
        menu = main.menu(title)
        parts: dict[str, QMenu] = {}
        for operation in operations(title):
            name = operation.menu[1]
            if name not in parts:
                parts[name] = menu.addMenu(name)
                parts[name].setToolTipsVisible(True)
            actions.append((operation, _add(main, parts[name], operation)))
        menu.aboutToShow.connect(lambda: _enable(main, actions))
    main.desk.activated.connect(lambda document: _enable(main, actions))
    main.desk.warned.connect(lambda sentence: main.say(sentence))
    _enable(main, actions)
    threading.Thread(target=remove_leftovers, name="leftovers", daemon=True).start()


def open_dialog(main: MainWindow, operation: Operation) -> None:
    """Show the dialog of an operation for the document in front; without parameters to ask for as well."""
    from temstack.viewer.views.operation_dialog import OperationDialog

    document = main.desk.active
    if document is not None:
        OperationDialog(main, operation, document).show()


def _add(main: MainWindow, menu: QMenu, operation: Operation) -> QAction:
    action: QAction = menu.addAction(f"{title_of(operation)}…")
    action.setObjectName(operation.name)
    action.setStatusTip(operation.summary)
    action.triggered.connect(lambda: main.try_to(lambda: open_dialog(main, operation)))
    return action


def _enable(main: MainWindow, actions: list[tuple[Operation, QAction]]) -> None:
    for operation, action in actions:
        reason = why_not(operation, main.desk.active)
        action.setEnabled(reason is None)
        action.setToolTip(operation.summary if reason is None else f"{operation.summary} {reason}")
