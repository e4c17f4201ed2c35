"""The menu Edit: undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    stack = main.desk.undo
    undo = main.add_action("Edit", "&Undo", stack.undo, keys="Ctrl+Z")
    redo = main.add_action("Edit", "&Redo", stack.redo, keys="Ctrl+Shift+Z")
    undo.setObjectName("undo")
    redo.setObjectName("redo")
    main.menu("Edit").addSeparator()

    def name_them() -> None:
        for action, word, title in ((undo, "&Undo", stack.undo_title), (redo, "&Redo", stack.redo_title)):
            shown = f"{word} {title.replace('&', '&&')}" if title else word
            action.setText(shown)
            action.setEnabled(title is not None)
            action.setToolTip(f"{word[1:]} {title}" if title else "There is nothing to go over.")

    stack.changed.connect(name_them)
    name_them()
