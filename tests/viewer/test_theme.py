"""Themes: chosen again and changed while windows are open, everything stays readable."""

import numpy as np
import pytest
from qtpy.QtGui import QPalette

from temstack.stack import label_stack
from temstack.viewer.views.menus.window import choose_theme


@pytest.fixture
def view(main, qtbot):
    yield main.view(main.desk.add(label_stack(np.ones((2, 16, 16))), title="s"))
    choose_theme(main, "light")


def choose(main, qtbot, view, theme):
    choose_theme(main, theme)
    is_dark = theme == "dark"
    ground = QPalette.ColorRole.Window
    qtbot.waitUntil(lambda: (view.toolbar.palette().color(ground).lightness() < 128) is is_dark)
    qtbot.wait(1)  # Qt tells the widgets one after the other


def brightness(image):
    """Mean brightness of what is painted, 0 to 255."""
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    painted = [each.lightness() for each in colours if each.alpha() > 128]
    return sum(painted) / len(painted)


def test_a_theme_that_is_chosen_again_leaves_the_axes_there(main, qtbot, view):
    for _ in range(2):
        choose(main, qtbot, view, "dark")
        text = view.palette().color(QPalette.ColorRole.WindowText)
        for axis in (view.pane.left, view.pane.bottom):
            assert axis.pen().color() == axis.textPen().color() == text


def test_icons_and_desk_follow_the_theme(main, qtbot, view):
    for theme, is_dark in (("dark", True), ("light", False), ("dark", True)):
        choose(main, qtbot, view, theme)
        for action in view.region_layer.tools.values():
            assert (brightness(action.icon().pixmap(20, 20).toImage()) > 128) is is_dark, action.text()
        assert (main.area.background().color().lightness() < 100) is is_dark
