"""The menu File."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    main.menu("File")
