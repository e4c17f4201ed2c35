"""``temstack replay``: do again, on another stack, what was done to one."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from temstack.cli.console import print_line, progress_shown
from temstack.cli.convert import Raw
from temstack.cli.inputs import Source, reading
from temstack.cli.outputs import Output, Overwrite, check_format, check_outputs, print_written
from temstack.errors import DamagedFileError, InputMissingError, SettingError

_BOTH = typer.Argument(
    metavar="HISTORY INPUT",
    help="First a file that temstack wrote (or the JSON of `temstack methods --json`), then what to do it to.",
    show_default=False,
)
Change = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        metavar="OPERATION:PARAMETER=VALUE",
        help="A parameter to be other than in the history: 'append-planes:planes=more.dm4'. Repeat for more.",
        show_default=False,
    ),
]
Skip = Annotated[
    list[str] | None,
    typer.Option("--skip", metavar="OPERATION", help="Leave this operation out. Repeat for more.", show_default=False),
]


def _replay(
    source: Source,
    output: Output,
    change: Change = None,
    skip: Skip = None,
    raw: Raw = False,
    overwrite: Overwrite = False,
) -> None:
    """Do again, on another stack, what the history of a file says was done to it.

    Every operation is done with the same parameters; drift is estimated anew.
    """
    if len(source.paths) < 2:
        raise SettingError("replay", "needs a history and an input", got=f"only {source.paths[0]}")
    history, source = source.paths[0], replace(source, paths=source.paths[1:])
    check_outputs([output], (history, *source.paths), overwrite=overwrite)
    check_format(output)
    lines = history_of(history)
    if not lines:
        raise SettingError(str(history), "has no history: temstack did nothing to it that could be done again")
    with progress_shown() as progress:
        from temstack.files import write
        from temstack.operations import replay as do_again

        changes = changes_from(change or [])
        stack = source.read()
        before = stack.attrs.get("history", [])
        result = do_again(lines, stack, changes=changes, skip=skip or [], progress=progress)
        write(result, output, overwrite=overwrite, raw=raw, progress=progress)
    for line in result.attrs["history"][len(before) :]:
        print_line(f"done: {line['operation']}")
    print_written("result", output)


def history_of(path: Path) -> list[dict[str, Any]]:
    """Return the history of a stack in a file, or the one that a JSON file holds."""
    if not path.exists():
        raise InputMissingError(str(path), "there is no such file or folder")
    if path.suffix.lower() != ".json":
        from temstack.files import read

        return list(read(path, lazy=True).attrs.get("history", []))
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as err:
        raise DamagedFileError(path.name, "is no JSON", got=str(err)) from err
    if not isinstance(lines, list) or not all(isinstance(line, dict) and "operation" in line for line in lines):
        raise DamagedFileError(
            path.name, "is no history", expected="a list of operations, as of `temstack methods --json`"
        )
    return lines


def changes_from(words: list[str]) -> dict[str, dict[str, Any]]:
    """Return the changed parameters of ``OPERATION:PARAMETER=VALUE``, by operation."""
    from temstack.operations import find

    changes: dict[str, dict[str, Any]] = {}
    for word in words:
        where, equals, text = word.partition("=")
        name, colon, parameter = where.partition(":")
        if not equals or not colon:
            raise SettingError("--change", "is no change", got=repr(word), expected="OPERATION:PARAMETER=VALUE")
        operation = find(name)
        parsed = operation.parse({parameter.replace("-", "_"): text})
        changes.setdefault(operation.name, {}).update(parsed)
    return changes


def _named(command: Any) -> Any:
    """Return the command whose argument says that a history comes first."""
    signature = inspect.signature(command)
    inputs = signature.parameters["inputs"].replace(annotation=Annotated[list[str], _BOTH])
    parameters = [inputs if name == "inputs" else each for name, each in signature.parameters.items()]
    command.__signature__ = signature.replace(parameters=parameters)
    command.__annotations__["inputs"] = inputs.annotation
    return command


replay = _named(reading(_replay))
