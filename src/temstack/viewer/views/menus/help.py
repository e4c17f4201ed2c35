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
    show_page(
        main,
        "Keyboard shortcuts",
        f"<table>{''.join(rows)}<tr><td colspan=2><h3>In the window of a stack</h3></td></tr>{_in_windows()}</table>",
    )


KEYS_OF_IMAGES = (
    ("next plane, the one before", ("Right", "Left")),
    ("ten planes on, back", ("PgDown", "PgUp")),
    ("last plane, first plane", ("Ctrl+End", "Ctrl+Home")),
    ("play, stop", ("Space",)),
    ("whole image; one pixel of the screen for each", ("Home", "1")),
    ("zoom in, out", ("+", "=", "-")),
    ("automatic contrast; panels beside the image", ("A", "H")),
    ("power spectrum; cuts along x and y", ("F", "O")),
    ("link zoom, plane, regions with other windows", ("Shift+Z", "Shift+L", "Shift+R")),
    ("draw a rectangle, ellipse, polygon, line, point", ("R", "E", "P", "L", ".")),
    ("move the chosen region by 1 px", ("Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down")),
    ("move it by 10 px", ("Ctrl+Shift+Left", "Ctrl+Shift+Right", "Ctrl+Shift+Up", "Ctrl+Shift+Down")),
    ("remove the chosen region", ("Del", "Backspace")),
    ("draw nothing, choose none", ("Esc",)),
)
"""What keys do in the window of a stack, and which."""

_MOUSE_IN_IMAGES = (
    ("zoom", "wheel"),
    ("move the image", "drag"),
    ("whole image", "double click"),
    ("all of this, and colours", "right click"),
)


def _in_windows() -> str:
    keys = [(what, ", ".join(QKeySequence(key).toString(_SHOWN) for key in these)) for what, these in KEYS_OF_IMAGES]
    return "".join(
        f"<tr><td>{escape(what)}&nbsp;&nbsp;&nbsp;</td><td><b>{escape(how)}</b></td></tr>"
        for what, how in (*keys, *_MOUSE_IN_IMAGES)
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
        "<p><b>Measure</b>: draw a region (R, E, P, L) and see its spectrum: <i>Spectrum › Spectrum picker</i>.</p>"
        "<p><b>Compare</b>: windows that are linked in zoom, plane or regions move together: the chains above the "
        "image.</p>"
        "<p><b>Correct the drift</b>: <i>Align</i>. Cut, turn, bin and calculate: <i>Volume</i>. Every result is a new "
        "window; what was done is written in its history, and <i>Edit › Undo</i> takes it back.</p>"
        "<p><b>Record</b>: <i>Acquire › Microscope</i> connects one, a virtual one if there is no other; then "
        "<i>Live view</i>, or the form of a series. <b>Script</b>: DM-scripts and Python are written, run and put into "
        "menus in <i>Script</i>, which has examples.</p>"
        "<p><b>Save</b>: <i>File › Save as</i> says what each format keeps. A star in the title marks what is not "
        "saved. What is open is there again when temstack is started next.</p>"
        "<p>A window can leave this one for a second screen: <i>Window › To its own window</i>.</p>"
    )
