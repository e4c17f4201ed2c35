"""Copying what is shown to the clipboard: an entry of the menu Edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtGui import QGuiApplication

from temstack.viewer.views.document_actions import enable_with_document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the entry into the menu."""
    copy = main.add_action(
        "Edit",
        "&Copy picture as shown",
        lambda: copy_picture(main),
        keys="Ctrl+C",
        tip="Put the picture on the clipboard, with contrast, regions and scale bar",
    )
    enable_with_document(main, [copy])


def copy_picture(main: MainWindow) -> None:
    """Put the picture of the window in front on the clipboard, with all that is drawn on it."""
    from temstack.viewer.views.plot_export import plot_picture

    window = main.front_window()
    if window is not None:
        QGuiApplication.clipboard().setImage(plot_picture(window.widget()))
        main.say(f"copied: {window.windowTitle()}")
