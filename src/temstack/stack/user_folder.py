"""Where temstack keeps what belongs to a user: settings of cameras, scripts, keys."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER_VARIABLE = "TEMSTACK_CONFIG"
"""Environment variable that names another folder."""


def user_folder() -> Path:
    r"""Return the user's folder of temstack, which need not exist yet.

    ``$TEMSTACK_CONFIG`` if set; else ``%APPDATA%\temstack`` on Windows, ``~/Library/Application Support/temstack``
    on macOS, ``$XDG_CONFIG_HOME/temstack`` or ``~/.config/temstack`` elsewhere.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "temstack"
