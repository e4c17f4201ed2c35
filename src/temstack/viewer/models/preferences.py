"""How a user likes the desk: kept between starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from temstack.errors import DamagedFileError
from temstack.viewer.models.kept import Keeper, read_kept

THEMES = ("system", "light", "dark")


class Preferences:
    """The theme, the folder files were opened from last, and other small choices by name.

    Parameters
    ----------
    path : Path
        Where they are kept.
    keeper : Keeper
        Who writes that file.
    """

    def __init__(self, path: Path, keeper: Keeper) -> None:
        self._path, self._keeper = path, keeper
        try:
            found = read_kept(path)
        except DamagedFileError:
            found = None  # the usual ones do, and the next choice writes the file anew
        self._values: dict[str, Any] = found if isinstance(found, dict) else {}

    def get(self, name: str, usual: Any) -> Any:
        """Return a choice, the usual one where none of this type was made."""
        value = self._values.get(name, usual)
        return value if isinstance(value, type(usual)) else usual

    def set(self, name: str, value: Any) -> None:
        """Remember a choice; a plain value."""
        if self._values.get(name) != value:
            self._values[name] = value
            self._keeper.keep(self._path, dict(self._values))

    @property
    def theme(self) -> str:
        """``"system"``, ``"light"`` or ``"dark"``."""
        theme = str(self.get("theme", "system"))
        return theme if theme in THEMES else "system"

    @property
    def folder(self) -> Path:
        """Where files were opened from or saved to last."""
        folder = Path(str(self.get("folder", "")))
        return folder if self.get("folder", "") and folder.is_dir() else Path.cwd()
