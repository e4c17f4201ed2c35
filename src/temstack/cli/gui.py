"""``temstack gui``: the desktop program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.errors import SettingError

FILES = typer.Argument(help="Files to open.", show_default=False)


def gui(files: Annotated[list[Path] | None, FILES] = None) -> None:
    """Open the desktop program: a window for each stack, menus for all that can be done with it."""
    try:
        from temstack.viewer.views.application import run
    except ImportError as error:
        raise SettingError(
            "the desktop program", f"cannot start: {error}", advice="install it with `pip install temstack[gui]`"
        ) from error
    raise typer.Exit(run(files or []))
