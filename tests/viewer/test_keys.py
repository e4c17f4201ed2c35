"""Keys do what the menus say: two actions with the same keys would do nothing, and say nothing."""

from collections import Counter

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtGui import QAction

from temstack.stack import label_stack


def stack():
    return label_stack(np.ones((3, 16, 16)), "energy_loss", plane_values=[1, 2, 3])


def actions_with_keys(widget):
    return [(keys.toString(), action) for action in widget.findChildren(QAction) for keys in action.shortcuts()]


def test_no_two_actions_of_the_desk_have_the_same_keys(main, qtbot):
    view = main.view(main.desk.add(stack(), title="s"))
    main.desk.active.regions.add("rectangle", [(1, 1), (4, 4)])
    in_view = Counter(keys for keys, _ in actions_with_keys(view))
    assert [keys for keys, count in in_view.items() if count > 1] == []
    everywhere = Counter(keys for keys, _ in actions_with_keys(main))
    assert len(everywhere) > 50
    assert [keys for keys, count in everywhere.items() if count > 1] == []


def test_control_w_closes_the_window_in_front(main, qtbot):
    first, second = (main.desk.add(stack(), title=title, is_saved=True) for title in ("a", "b"))
    main.activateWindow()
    main.view(second).setFocus()
    qtbot.keyClick(main.view(second).pane, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: main.desk.documents == [first])


def test_every_entry_of_the_menus_says_what_it_does(main):
    main.desk.add(stack(), title="s")
    entries = [each for top in main.menuBar().actions() for each in top.menu().actions()]
    silent = [
        each.text()
        for each in entries
        if not each.isSeparator() and each.menu() is None and each.toolTip() in ("", each.text().replace("&", ""))
    ]
    assert [text for text in silent if not text.startswith(("&Undo", "&Redo"))] == []
