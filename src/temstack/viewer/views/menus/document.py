"""What the menu Edit says about the document in front: its properties, tags and history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document
    from temstack.viewer.views.history_window import HistoryWindow
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the entries into the menu."""
    main.menu("Edit").addSeparator()
    needing = [
        main.add_action(
            "Edit",
            "&Properties…",
            lambda: _with_active(main, lambda document: show_properties(main, document)),
            keys="Ctrl+I",
            tip="Correct title, pixel size, third axis and high tension.",
        ),
        main.add_action(
            "Edit",
            "&Tags…",
            lambda: _with_active(main, lambda document: show_tags(main, document)),
            keys="Ctrl+Shift+I",
            tip="Look through the tags that the file brought along.",
        ),
        main.add_action(
            "Edit",
            "&History…",
            lambda: show_history(main),
            keys="Ctrl+H",
            tip="See what was done, do the same to another image, copy it for a paper.",
        ),
    ]

    def enable(document: Document | None) -> None:
        for action in needing:
            action.setEnabled(document is not None)

    main.desk.activated.connect(enable)
    enable(main.desk.active)


def show_properties(main: MainWindow, document: Document) -> None:
    """Show the properties of a document."""
    from temstack.viewer.views.properties_dialog import PropertiesDialog

    PropertiesDialog(main, document).show()


def show_tags(main: MainWindow, document: Document) -> None:
    """Show the tags of a document."""
    from temstack.viewer.views.tags_window import TagsWindow

    TagsWindow(main, document).show()


def show_history(main: MainWindow) -> HistoryWindow:
    """Show the history of the document in front."""
    from temstack.viewer.views.history_window import HistoryWindow

    found: HistoryWindow | None = main.findChild(HistoryWindow)
    window = found or HistoryWindow(main)
    window.show()
    window.raise_()
    return window


def _with_active(main: MainWindow, do: Callable[[Document], None]) -> None:
    if main.desk.active is not None:
        do(main.desk.active)
