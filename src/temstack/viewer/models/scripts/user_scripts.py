"""The folder of the user's scripts, and the examples: what lies there stands in the menu."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from temstack.stack.user_folder import user_folder
from temstack.viewer.models.scripts.script import SUFFIXES

_MOST = 300
"""More scripts than any menu can show; a folder of all of somebody's files must not stop the program."""


@dataclass(frozen=True)
class ScriptFolder:
    """A folder of scripts, with folders within.

    Parameters
    ----------
    folder : Path
        The folder; it need not be there.
    """

    folder: Path

    def scripts(self) -> list[tuple[tuple[str, ...], Path]]:
        """Return ``(names of folders within, path)`` of all scripts, in the order of their names."""
        suffixes = [suffix for ones in SUFFIXES.values() for suffix in ones]
        found = []
        for path in sorted(self.folder.rglob("*"), key=lambda path: str(path).lower()):
            inside = path.relative_to(self.folder).parts
            if path.suffix.lower() in suffixes and not any(part.startswith((".", "_")) for part in inside):
                found.append((inside[:-1], path))
            if len(found) >= _MOST:
                break
        return found


def own_scripts() -> ScriptFolder:
    """Return the folder of the user's scripts."""
    return ScriptFolder(user_folder() / "user-scripts")


def examples() -> ScriptFolder:
    """Return the examples that come with temstack: within it, or beside it in its source."""
    import temstack

    package = Path(temstack.__file__).parent
    within = package / "examples"
    return ScriptFolder(within if within.is_dir() else package.parents[1] / "examples")
