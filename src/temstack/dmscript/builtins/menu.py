"""The menu: scripts that are added to it, removed from it and chosen from it, kept from one start to the next."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.builtins.execute import execute_string, read_script
from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.menu import MenuItem
from temstack.dmscript.signatures import builtin

_FAMILY = "menu"
_PLACE = "string command, string menu, string submenu, number isLibrary"


def _add(run: Run, text: str, command: str, menu: str, submenu: str, is_library: float, package: str = "") -> None:
    if not command.strip():
        raise ScriptRuntimeError("a script of the menu needs a name", got=repr(command))
    run.menu.add(MenuItem(command, menu, submenu, package, bool(is_library)), text)
    run.host.notify("menu", f"added {MenuItem(command, menu, submenu).place}")


@builtin(
    f"void AddScriptToMenu(string script, {_PLACE})",
    family=_FAMILY,
    help="Keep a script under a name in the menu; 1 as isLibrary for one that only defines functions.",
    throws=True,
)
def add_script(run: Run, script: str, command: str, menu: str, submenu: str, is_library: float) -> None:
    _add(run, script, command, menu, submenu, is_library)


@builtin(
    f"void AddScriptFileToMenu(string path, {_PLACE})",
    family=_FAMILY,
    help="Keep the script in a file under a name in the menu.",
    throws=True,
)
def add_file(run: Run, path: str, command: str, menu: str, submenu: str, is_library: float) -> None:
    _add(run, read_script(run, path).text, command, menu, submenu, is_library)


@builtin(
    f"void AddScriptToPackage(string script, string package, number level, {_PLACE})",
    family=_FAMILY,
    help="Keep a script in the menu as part of a package.",
    throws=True,
)
def add_to_package(
    run: Run, script: str, package: str, level: float, command: str, menu: str, submenu: str, is_library: float
) -> None:
    _add(run, script, command, menu, submenu, is_library, package)


@builtin(
    f"void AddScriptFileToPackage(string path, string package, number level, {_PLACE})",
    family=_FAMILY,
    help="Keep the script in a file in the menu, as part of a package.",
    throws=True,
)
def add_file_to_package(
    run: Run, path: str, package: str, level: float, command: str, menu: str, submenu: str, is_library: float
) -> None:
    _add(run, read_script(run, path).text, command, menu, submenu, is_library, package)


@builtin(
    f"void AddScriptFileToPackage(string path, string package, number level, string identifier, {_PLACE})",
    family=_FAMILY,
    help="Keep the script in a file in the menu, as part of a package, under an identifier.",
    throws=True,
)
def add_identified_file(
    run: Run,
    path: str,
    package: str,
    level: float,
    identifier: str,
    command: str,
    menu: str,
    submenu: str,
    is_library: float,
) -> None:
    _add(run, read_script(run, path).text, command, menu, submenu, is_library, package)


@builtin(
    "void RemoveScriptFromMenu(string command, string menu, string submenu)",
    family=_FAMILY,
    help="Take a script out of the menu; one that is not there is no error.",
)
def remove_script(run: Run, command: str, menu: str, submenu: str) -> None:
    was_there = run.menu.remove(command, menu, submenu)
    run.host.notify("menu", f"{'removed' if was_there else 'not there:'} {MenuItem(command, menu, submenu).place}")


@builtin(
    "void AdjustScriptMenuItem(string command, string menu, string submenu, string newCommand, number isEnabled, "
    "number isChecked, string key, number accelerator)",
    family=_FAMILY,
    help="Give a script of the menu another name.",
    throws=True,
)
def adjust_item(
    run: Run,
    command: str,
    menu: str,
    submenu: str,
    new_command: str,
    is_enabled: float,
    is_checked: float,
    key: str,
    accelerator: float,
) -> None:
    item = run.menu.find(command, menu, submenu)
    if item is None:
        raise ScriptRuntimeError(f"the menu has no script {MenuItem(command, menu, submenu).place!r}")
    text = run.menu.text(item)
    run.menu.remove(command, menu, submenu)
    run.menu.add(MenuItem(new_command, item.menu, item.submenu, item.package, item.is_library), text)


@builtin(
    "number ChooseMenuItem(string menu, string submenu, string command)",
    family=_FAMILY,
    help="Run a script of the menu; 0 if there is none of this name, which is so for DM's own commands.",
    throws=True,
)
def choose_item(run: Run, menu: str, submenu: str, command: str) -> float:
    item = run.menu.find(command, menu, submenu)
    if item is None or item.is_library or item.is_python:
        run.host.notify("menu", f"not there: {MenuItem(command, menu, submenu).place}")
        return 0.0
    execute_string(run, run.menu.text(item))
    return 1.0
