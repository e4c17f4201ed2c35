"""Where temstack keeps what belongs to a user: settings of cameras, scripts, keys; and what may be thrown away."""

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


def journal_folder() -> Path:
    """Return the folder of what programs that die would have put back at a microscope; it need not exist yet."""
    return user_folder() / "restore"


def cache_folder() -> Path:
    r"""Return the folder for large files that are of no use when temstack has ended; it need not exist yet.

    ``$TEMSTACK_CONFIG/cache`` where that is set; else ``%LOCALAPPDATA%\temstack\cache`` on Windows,
    ``~/Library/Caches/temstack`` on macOS, ``$XDG_CACHE_HOME/temstack`` or ``~/.cache/temstack`` elsewhere.
    """
    if os.environ.get(FOLDER_VARIABLE):
        return user_folder() / "cache"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "temstack" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "temstack"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "temstack"
