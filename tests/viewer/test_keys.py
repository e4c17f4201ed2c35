"""Keys do what the menus say: two actions with the same keys would do nothing, and say nothing."""

from collections import Counter

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtGui import QAction, QKeySequence

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


def test_help_lists_the_keys_of_stacks_and_no_others(main):
    from temstack.viewer.views.menus.help import KEYS_OF_IMAGES

    view = main.view(main.desk.add(stack(), title="s"))
    listed = [QKeySequence(keys).toString() for _, these in KEYS_OF_IMAGES for keys in these]
    assert sorted(listed) == sorted(keys for keys, _ in actions_with_keys(view))


def test_first_steps_name_entries_that_there_are(main):
    import re

    from temstack.viewer.views.menus.help import _first_steps

    named = re.findall(r"<i>([^<]*)</i>", _first_steps())
    menus = {top.text().replace("&", ""): top.menu() for top in main.menuBar().actions()}
    for words in named:
        title, _, entry = words.partition(" › ")
        if title in menus:
            entries = [each.text().replace("&", "").rstrip("…") for each in menus[title].actions()]
            assert not entry or any(each.startswith(entry) for each in entries), words
    assert sum(words.partition(" › ")[0] in menus for words in named) > 8
