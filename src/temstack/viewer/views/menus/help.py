"""The menu Help: what the program is, which keys it knows, where to read on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QMenu, QMessageBox, QTextBrowser

from temstack.viewer.views.desk_window import all_actions

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

_LICENCE = "GNU General Public License, version 3 or later"
_SHOWN = QKeySequence.SequenceFormat.NativeText


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    add = main.add_action
    add("Help", "&First steps", lambda: show_page(main, "First steps", _first_steps()), keys="F1", tip="How to begin")
    add("Help", "&Keyboard shortcuts", lambda: show_shortcuts(main), keys="Ctrl+F1", tip="All keys of the menus")
    main.menu("Help").addSeparator()
    add("Help", "&About temstack", lambda: show_about(main), tip="Version and licence")


def shortcuts(main: MainWindow) -> list[tuple[str, str, str]]:
    """Return menu, entry and keys of all entries that have keys, in the order of the menus."""
    found = []
    for top in main.menuBar().actions():
        menu = top.menu()
        if not isinstance(menu, QMenu):
            continue
        for action in all_actions(menu):
            keys = ", ".join(each.toString(_SHOWN) for each in action.shortcuts())
            if keys:
                found.append((top.text().replace("&", ""), action.text().replace("&", ""), keys))
    return found


def show_shortcuts(main: MainWindow) -> None:
    """Show all keys in a window."""
    rows, last = [], ""
    for menu, entry, keys in shortcuts(main):
        if menu != last:
            rows.append(f"<tr><td colspan=2><h3>{escape(menu)}</h3></td></tr>")
            last = menu
        rows.append(f"<tr><td>{escape(entry)}&nbsp;&nbsp;&nbsp;</td><td><b>{escape(keys)}</b></td></tr>")
    in_windows = "".join(
        f"<tr><td>{what}&nbsp;&nbsp;&nbsp;</td><td><b>{keys}</b></td></tr>" for what, keys in _KEYS_OF_IMAGES
    )
    show_page(
        main,
        "Keyboard shortcuts",
        f"<table>{''.join(rows)}<tr><td colspan=2><h3>In the window of a stack</h3></td></tr>{in_windows}</table>",
    )


_KEYS_OF_IMAGES = (
    ("one plane back, on", "← →"),
    ("ten planes back, on", "Page up, Page down"),
    ("zoom", "mouse wheel"),
    ("move the picture", "drag"),
    ("fit the picture into its window", "double click"),
)


def show_about(main: MainWindow) -> QMessageBox:
    """Show version and licence; return the box."""
    from importlib.metadata import version

    from qtpy import QtCore

    box = QMessageBox(main)
    box.setObjectName("about")
    box.setWindowTitle("About temstack")
    box.setIconPixmap(main.windowIcon().pixmap(64, 64))
    box.setText(f"<h3>temstack {version('temstack')}</h3><p>Image stacks in transmission electron microscopy.</p>")
    box.setInformativeText(
        f"Free software under the {_LICENCE}; it comes with no warranty.<br><br>Qt {QtCore.__version__}"
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def show_page(main: MainWindow, title: str, html: str) -> None:
    """Show a page of text in a window."""
    browser = QTextBrowser()
    browser.setObjectName(title.lower())
    browser.setOpenLinks(False)
    browser.setHtml(html)
    browser.document().setDocumentMargin(16)
    browser.setMinimumSize(420, 320)
    main.add_window(browser, title).resize(520, 560)


def _first_steps() -> str:
    return (
        "<h3>First steps</h3>"
        "<p><b>Open</b> a stack: <i>File › Open</i>, or drop files onto this window. A folder of single images opens "
        "as one stack.</p>"
        "<p><b>Look</b>: the arrow keys step through the planes, the wheel zooms, dragging moves the picture. The "
        "contrast follows each plane until you fix it at the histogram.</p>"
        "<p><b>Measure</b>: draw a region and see its spectrum live: <i>Spectrum</i>.</p>"
        "<p><b>Correct the drift</b>: <i>Align</i>. Cut, turn, bin and calculate: <i>Volume</i>. Every result is a new "
        "window; what was done is written in its history, and <i>Edit › Undo</i> takes it back.</p>"
        "<p><b>Save</b>: <i>File › Save as</i> says what each format keeps. A star in the title marks what is not "
        "saved. What is open is there again when temstack is started next.</p>"
        "<p>A window can leave this one for a second screen: <i>Window › To its own window</i>.</p>"
    )
