"""The menu Window: where windows stand, which one is in front, and how all of it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qtpy.QtGui import QAction, QActionGroup
from qtpy.QtWidgets import QMenu

from temstack.viewer.models.arrangement import Place, cascade, side_by_side, tiles
from temstack.viewer.models.preferences import THEMES
from temstack.viewer.views.desk_window import DeskWindow
from temstack.viewer.views.link_menu import add_link_actions
from temstack.viewer.views.theme import apply_theme

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

Arrangement = Callable[[int, tuple[int, int]], list[Place]]
_NAMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
_LISTED = 9


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    menu = main.menu("Window")
    add = main.add_action
    add("Window", "&Tile", lambda: arrange(main, tiles), keys="Ctrl+Shift+T", tip="Show all windows beside each other")
    add("Window", "&Cascade", lambda: arrange(main, cascade), tip="Show all windows one behind the other")
    add(
        "Window",
        "&Side by side",
        lambda: arrange_two(main),
        keys="Ctrl+Alt+B",
        tip="Show the two windows used last beside each other, at full height",
    )
    menu.addSeparator()
    add("Window", "&Next", lambda: step(main, 1), keys="Ctrl+Tab", tip="Go to the next window")
    add("Window", "&Previous", lambda: step(main, -1), keys="Ctrl+Shift+Tab", tip="Go to the window before")
    detach = add(
        "Window",
        "To its &own window",
        lambda: toggle_detached(main),
        keys="Ctrl+Shift+D",
        tip="Let the window leave this one, e.g. for a second screen, or bring it back",
    )
    detach.setObjectName("detach")
    add("Window", "Bring all &back", lambda: attach_all(main), tip="Bring all windows back into this one")
    menu.addSeparator()
    add_link_actions(main, menu)
    menu.addSeparator()
    _add_themes(main, menu.addMenu("&View"))
    menu.addSeparator()
    listed: list[QAction] = []
    menu.aboutToShow.connect(lambda: _bring_up_to_date(main, menu, detach, listed))


def arrange(main: MainWindow, arrangement: Arrangement, windows: list[DeskWindow] | None = None) -> None:
    """Put windows inside the main one to where an arrangement has them; all that are not minimised unless given."""
    shown = windows or [each for each in main.windows() if not each.is_detached and not each.isMinimized()]
    room = main.area.viewport().size()
    for window, place in zip(shown, arrangement(len(shown), (room.width(), room.height())), strict=True):
        window.put(place)


def arrange_two(main: MainWindow) -> None:
    """Put the two windows used last beside each other."""
    last = main.area.subWindowList(main.area.WindowOrder.StackingOrder)
    two = [each for each in last if isinstance(each, DeskWindow) and not each.isMinimized()][-2:]
    if not two:
        return
    two.sort(key=lambda window: window.place.left)
    arrange(main, side_by_side, two)
    for window in two:
        window.raise_()


def step(main: MainWindow, by: int) -> None:
    """Bring the next window to the front, also one that has left the main window."""
    windows, front = main.windows(), main.front_window()
    if windows:
        start = windows.index(front) if front is not None else -1
        windows[(start + by) % len(windows)].bring_to_front()


def toggle_detached(main: MainWindow) -> None:
    """Let the window in front leave the main window, or bring it back."""
    window = main.front_window()
    if window is not None:
        window.toggle_detached()


def attach_all(main: MainWindow) -> None:
    """Bring all windows back into the main window."""
    for window in main.windows():
        window.attach()


def choose_theme(main: MainWindow, theme: str) -> None:
    """Show the program in a theme from now on."""
    main.preferences.set("theme", theme)
    apply_theme(theme)


def _add_themes(main: MainWindow, menu: QMenu) -> None:
    group = QActionGroup(main)
    for theme in THEMES:
        action = QAction(_NAMES[theme], main, checkable=True, checked=theme == main.preferences.theme)
        action.setObjectName(f"theme {theme}")
        action.setToolTip(f"Colours of the program: {_NAMES[theme].lower()}")
        action.triggered.connect(lambda _=False, theme=theme: choose_theme(main, theme))
        group.addAction(action)
        menu.addAction(action)


def _bring_up_to_date(main: MainWindow, menu: QMenu, detach: QAction, listed: list[QAction]) -> None:
    """List the windows that are open, and say what can be done with the one in front."""
    for action in listed:
        menu.removeAction(action)
        action.deleteLater()
    listed.clear()
    front = main.front_window()
    detach.setEnabled(front is not None)
    detach.setText("&Back into the main window" if front is not None and front.is_detached else "To its &own window")
    for number, window in enumerate(main.windows(), start=1):
        text = f"&{number} {window.windowTitle()}" if number <= _LISTED else window.windowTitle()
        action = QAction(text, menu, checkable=True, checked=window is front)
        action.triggered.connect(lambda _=False, window=window: window.bring_to_front())
        menu.addAction(action)
        listed.append(action)
