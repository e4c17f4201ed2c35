"""``temstack script menu``: the scripts that were added to the menu: listed, run, added, removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temstack.cli.console import print_line
from temstack.errors import InputMissingError, SettingError

if TYPE_CHECKING:
    from temstack.dmscript.menu import MenuItem, ScriptMenu

HELP = "List, run, add and remove the scripts of the menu."

_NAME = Annotated[
    str, typer.Argument(metavar="NAME", help='Its name, or its place: "TEM > Series > Record".', show_default=False)
]


def _menu() -> ScriptMenu:
    from temstack.dmscript.menu import ScriptMenu, folder_beside
    from temstack.dmscript.persistent import user_file

    return ScriptMenu(folder_beside(user_file()))


def _only(menu: ScriptMenu, name: str) -> MenuItem:
    """Return the script of a name; two of the same name must be told apart by their places."""
    found = menu.named(name)
    if len(found) == 1:
        return found[0]
    places = ", ".join(repr(item.place) for item in found or menu.items) or "no script"
    if not found:
        raise SettingError(repr(name), "is no script of the menu", expected=f"one of {places}")
    raise SettingError(repr(name), "names several scripts of the menu", expected=f"one of {places}")


def list_items(context: typer.Context) -> None:
    """List the scripts that were added to the menu, by AddScriptToMenu or by hand."""
    if context.invoked_subcommand is not None:
        return
    menu = _menu()
    for item in menu.items:
        marks = [part for part in ("library" if item.is_library else "", item.package) if part]
        print_line(item.place + (f" [{', '.join(marks)}]" if marks else ""))
    if not menu.items:
        print_line("the menu has no scripts; AddScriptToMenu in a script, or `temstack script menu add`, adds one")


def run_item(
    name: _NAME,
    image: Annotated[
        list[str] | None,
        typer.Option("--image", metavar="FILE", help="Image on show at the start; the last one is in front."),
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", metavar='"PROMPT=ANSWER"', help="As of `script run`.")
    ] = None,
    show: Annotated[
        Path | None, typer.Option("--show", metavar="DIR", help="Write a picture (PNG) of each shown image.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="DIR", help="Write the data of each shown image.")
    ] = None,
    folder: Annotated[
        list[Path] | None,
        typer.Option("--folder", metavar="DIR", help="Folder in which the script may read and write files."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist already.")] = False,
) -> None:
    """Run a script of the menu."""
    from temstack.cli.script import run

    menu = _menu()
    item = _only(menu, name)
    if item.is_library:
        raise SettingError(repr(item.place), "is a library, which only defines functions")
    if item.is_python:
        raise SettingError(repr(item.place), "is in Python, and runs in `temstack gui` only")
    assert menu.folder is not None
    run(menu.folder / item.file, image, answer, show=show, save=save, folder=folder, overwrite=overwrite)


def remove_item(name: _NAME) -> None:
    """Take a script out of the menu."""
    menu = _menu()
    item = _only(menu, name)
    menu.remove(item.command, item.menu, item.submenu)
    print_line(f"removed {item.place}")


def add_item(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The script.", show_default=False)],
    name: Annotated[str, typer.Option("--name", help="Its name in the menu; left out, that of the file.")] = "",
    menu: Annotated[str, typer.Option("--menu", help="The menu in which it stands.")] = "Scripts",
    submenu: Annotated[str, typer.Option("--submenu", help="The menu within that one.")] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a script of the same place.")] = False,
) -> None:
    """Keep a copy of a script in the menu."""
    from temstack.dmscript.menu import MenuItem
    from temstack.dmscript.source import read_source

    if not file.is_file():
        raise InputMissingError(str(file), "there is no such script", advice="check the path")
    item = MenuItem(name or file.stem, menu, submenu, file=file.name)
    scripts = _menu()
    if scripts.find(item.command, item.menu, item.submenu) is not None and not overwrite:
        raise SettingError(repr(item.place), "is in the menu already", expected="another --name, or --overwrite")
    scripts.add(item, read_source(file).text)
    print_line(f"added {item.place}")
