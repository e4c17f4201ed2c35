"""An interactive shell for DM-script: variables, functions and classes stay from entry to entry."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from temstack.cli.console import print_error

if TYPE_CHECKING:
    from temstack.dmscript.engine import Session
    from temstack.dmscript.nodes import Node

FIRST, NEXT = "dm> ", "... "
_OPENING, _CLOSING = "({[", ")}]"


def run_shell(*, images: list[str], folders: list[Path]) -> None:
    """Read entries from the terminal, or from a pipe, and run each; an error ends its entry only."""
    from temstack.dmscript.context import Run
    from temstack.dmscript.engine import Session
    from temstack.dmscript.errors import ScriptError
    from temstack.dmscript.execution import Execution
    from temstack.dmscript.host import HeadlessHost
    from temstack.dmscript.persistent import PersistentTags, user_file
    from temstack.dmscript.running import as_image
    from temstack.dmscript.source import Source

    run = Run(HeadlessHost(folders=folders, write=_write), persistent=PersistentTags(user_file()))
    run.shown.extend(as_image(image) for image in images)
    session = Session()
    _remember_lines()
    try:
        for number, entry in enumerate(_entries(), start=1):
            try:
                session.run(Source(_shown(entry, session), f"entry {number}"), Execution(run))
            except ScriptError as error:
                print_error(str(error))
            except KeyboardInterrupt:
                print_error("stopped by Ctrl-C", label="")
            _end_line()
    finally:
        run.finish()


_column = [0]


def _write(text: str) -> None:
    typer.echo(text, nl=False)
    _column[0] = len(text) - text.rfind("\n") - 1 if text else _column[0]


def _end_line() -> None:
    """Put the next prompt on a line of its own."""
    if _column[0]:
        typer.echo()
        _column[0] = 0


def _entries() -> Iterator[str]:
    """Yield entries: lines up to where all brackets are closed, or an empty line."""
    lines: list[str] = []
    while True:
        try:
            lines.append(_line(NEXT if lines else FIRST))
        except EOFError:
            if lines:
                yield "\n".join(lines)
            return
        except KeyboardInterrupt:
            typer.echo()
            lines.clear()
            continue
        if not is_unfinished(lines):
            if any(line.strip() for line in lines):
                yield "\n".join(lines)
            lines.clear()


def _line(prompt: str) -> str:
    if sys.stdin.isatty():
        return input(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def is_unfinished(lines: list[str]) -> bool:
    """Return whether an entry goes on in the next line: open brackets, or a backslash at the end.

    Examples
    --------
    >>> is_unfinished(["if (x) {"]), is_unfinished(["if (x) {", "}"]), is_unfinished(['result("{")'])
    (True, False, False)
    """
    if not lines[-1].strip():
        return False
    if lines[-1].rstrip().endswith("\\"):
        return True
    depth = 0
    for char in _code("\n".join(lines)):
        depth += (char in _OPENING) - (char in _CLOSING)
    return depth > 0


def _code(text: str) -> Iterator[str]:
    """Yield the characters that are neither in a text nor in a comment."""
    for piece in re.split(r'("(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?(?:\*/|\Z))', text, flags=re.S)[::2]:
        yield from piece


def _shown(entry: str, session: Session) -> str:
    """Return the entry, made to print its value if it is an expression that has one."""
    from temstack.dmscript import nodes
    from temstack.dmscript.errors import ScriptSyntaxError
    from temstack.dmscript.parser import parse
    from temstack.dmscript.source import Source

    with suppress(ScriptSyntaxError):
        body = parse(Source(entry)).body
        if len(body) != 1 or not isinstance(body[0], nodes.Evaluate) or not _gives_value(body[0].value, session):
            return entry
        printing = f'Result("" + ({entry.strip().rstrip(";")}) + "\\n")'
        if not session.compile(printing).errors:
            return printing
    return entry


def _gives_value(expression: Node, session: Session) -> bool:
    """Return whether an expression is worth printing: no assignment, and no call that may give nothing."""
    from temstack.dmscript import nodes

    if not isinstance(expression, nodes.Call):
        return not isinstance(expression, nodes.Assign | nodes.Step)
    own = [made.signature for made in session.known.functions.get(expression.name.lower(), ())]
    ways = own or session.registry.find(expression.name)
    return bool(ways) and all(way.returns != "void" for way in ways)


def _remember_lines() -> None:
    """Let the arrow keys bring back earlier lines, also those of the last shell."""
    if not sys.stdin.isatty():
        return
    try:
        import atexit
        import readline
    except ImportError:  # not there on Windows, whose terminals remember lines themselves
        return
    from temstack.dmscript.persistent import user_file

    history = user_file().with_name("shell-history")
    with suppress(OSError):
        readline.read_history_file(history)
    history.parent.mkdir(parents=True, exist_ok=True)
    atexit.register(_keep, readline, history)


def _keep(readline: Any, history: Path) -> None:
    with suppress(OSError):
        readline.write_history_file(history)
