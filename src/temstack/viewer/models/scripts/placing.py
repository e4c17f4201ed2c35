"""Where installed scripts stand in the menus, and what was typed into the form that adds one."""

from __future__ import annotations

from temstack.dmscript.menu import MenuItem, ScriptMenu
from temstack.errors import SettingError
from temstack.viewer.models.scripts.script import SUFFIXES, Script


def install(menu: ScriptMenu, script: Script, command: str, title: str, submenu: str, *, replace: bool) -> MenuItem:
    """Keep a script in a menu, and return its entry.

    Parameters
    ----------
    menu : ScriptMenu
        All of them.
    script : Script
        The script.
    command, title, submenu : str
        The entry, the menu, the menu within that one (``""`` for none).
    replace : bool
        Whether a script that stands there already is to go.

    Raises
    ------
    SettingError
        If entry or menu have no name, or another script stands there.
    """
    command, title, submenu = command.strip(), title.strip(), submenu.strip()
    if not command or not title:
        missing = "command" if not command else "menu"
        raise SettingError(missing, "has no name", expected="a word that is to stand there")
    item = MenuItem(command, title, submenu, file=f"script{SUFFIXES[script.language][0]}")
    if not replace and menu.find(command, title, submenu) is not None:
        raise SettingError(repr(item.place), "is in the menu already", advice="choose another name, or replace it")
    return menu.add(item, script.text)


def installed(menu: ScriptMenu, item: MenuItem) -> Script:
    """Return a script of the menu, ready to run or to edit."""
    assert menu.folder is not None
    return Script(menu.text(item), item.command, "Python" if item.is_python else "DM-script")
