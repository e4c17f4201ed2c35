"""Scripts that were added to the menu: kept in a folder of the user from one start to the next.

Each script is a file of its own; ``menu.json`` beside them says under which names they stand.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from temstack.errors import InputMissingError
from temstack.stack.durable import replace_when_done

LIST = "menu.json"


@dataclass(frozen=True)
class MenuItem:
    """One script of the menu.

    Parameters
    ----------
    command : str
        Its name.
    menu, submenu : str
        Where it stands; ``""`` for nowhere.
    package : str
        The package it came with; ``""`` for none.
    is_library : bool
        Whether it only defines functions for others.
    file : str
        Name of the file with its text; one that ends in ``.py`` is in Python, for the viewer.
    """

    command: str
    menu: str = ""
    submenu: str = ""
    package: str = ""
    is_library: bool = False
    file: str = ""

    @property
    def place(self) -> str:
        """Where it stands, e.g. ``"TEM › Series › Record EFTEM"``."""
        return " › ".join(part for part in (self.menu, self.submenu, self.command) if part)

    @property
    def is_python(self) -> bool:
        """Whether it is in Python and not in DM-script."""
        return self.file.lower().endswith(".py")

    def is_at(self, command: str, menu: str, submenu: str) -> bool:
        """Return whether it stands there, whatever the case of the letters."""
        given = (command, menu, submenu)
        return [part.lower() for part in (self.command, self.menu, self.submenu)] == [part.lower() for part in given]


class ScriptMenu:
    """The scripts of the menu.

    Parameters
    ----------
    folder : Path or None
        Where they are kept; None keeps them for this run only.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._items: list[MenuItem] | None = None
        self._texts: dict[str, str] = {}

    @property
    def items(self) -> list[MenuItem]:
        """All of them, in the order in which they were added."""
        if self._items is None:
            path = None if self.folder is None else self.folder / LIST
            found = json.loads(path.read_text("utf-8")) if path is not None and path.is_file() else []
            self._items = [MenuItem(**one) for one in found]
        return self._items

    def add(self, item: MenuItem, text: str) -> MenuItem:
        """Add a script, or replace the one that stands in its place; the ending of ``item.file`` is kept."""
        self.remove(item.command, item.menu, item.submenu)
        stored = MenuItem(**{**asdict(item), "file": self._free_name(item)})
        if self.folder is None:
            self._texts[stored.file] = text
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replace_when_done(self.folder / stored.file, overwrite=True) as unfinished:
                unfinished.write_bytes(text.encode("utf-8"))
        self.items.append(stored)
        self._write()
        return stored

    def remove(self, command: str, menu: str, submenu: str) -> bool:
        """Remove a script; return whether it was there."""
        found = [item for item in self.items if item.is_at(command, menu, submenu)]
        for item in found:
            self.items.remove(item)
            self._texts.pop(item.file, None)
        if found:
            self._write()
            for item in found:
                if self.folder is not None:
                    (self.folder / item.file).unlink(missing_ok=True)
        return bool(found)

    def find(self, command: str, menu: str, submenu: str) -> MenuItem | None:
        """Return the script that stands there, None where there is none."""
        return next((item for item in self.items if item.is_at(command, menu, submenu)), None)

    def named(self, name: str) -> list[MenuItem]:
        """Return the scripts of a name, or of a place as :attr:`MenuItem.place` writes it."""
        lower = name.strip().lower().replace(">", "›")
        return [item for item in self.items if lower in (item.command.lower(), item.place.lower())]

    def text(self, item: MenuItem) -> str:
        """Return the text of a script.

        Raises
        ------
        InputMissingError
            If its file has gone.
        """
        if self.folder is None:
            return self._texts[item.file]
        path = self.folder / item.file
        if not path.is_file():
            raise InputMissingError(str(path), "the file of a script of the menu has gone", advice="add it again")
        return path.read_text("utf-8")

    def _free_name(self, new: MenuItem) -> str:
        plain = re.sub(r"[^\w-]+", "_", new.command).strip("_") or "script"
        end = ".py" if new.is_python else ".s"
        used = {item.file.lower() for item in self.items}
        names = (f"{plain}{'' if number == 1 else f'-{number}'}{end}" for number in range(1, len(used) + 2))
        return next(name for name in names if name.lower() not in used)

    def _write(self) -> None:
        if self.folder is None:
            return
        text = json.dumps([asdict(item) for item in self.items], indent=2, ensure_ascii=False)
        with replace_when_done(self.folder / LIST, overwrite=True) as unfinished:
            unfinished.write_text(text + "\n", "utf-8")


def folder_beside(tag_file: Path | None) -> Path | None:
    """Return where the scripts are kept whose persistent tags are in a file: in ``scripts`` beside the user's own.

    Examples
    --------
    >>> folder_beside(Path("mine.json")).as_posix(), folder_beside(None)
    ('mine-scripts', None)
    """
    from temstack.dmscript.persistent import user_file

    if tag_file is None:
        return None
    return tag_file.with_name("scripts") if tag_file == user_file() else tag_file.with_name(f"{tag_file.stem}-scripts")
