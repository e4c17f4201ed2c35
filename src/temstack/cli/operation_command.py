"""A command made from the declaration of an operation: its options are the declared parameters."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import progress_shown
from temstack.cli.convert import Raw
from temstack.cli.inputs import Source, reading
from temstack.cli.outputs import Output, Overwrite, check_format, check_outputs, print_written
from temstack.operations.declaration import REQUIRED, Operation, Parameter
from temstack.operations.kinds import Flag

if TYPE_CHECKING:
    import xarray as xr

_PANEL = "What to do"


def command_for(operation: Operation) -> Callable[..., None]:
    """Return the command that does an operation: ``IN -o OUT`` and one option for each parameter.

    It still has to be ``guarded``, as every command.
    """

    def command(source: Source, output: Output, raw: Raw = False, overwrite: Overwrite = False, **words: Any) -> None:
        check_outputs([output], source.paths, overwrite=overwrite)
        check_format(output)
        values = parsed(operation, words)
        with progress_shown() as progress:
            from temstack.files import write
            from temstack.operations import run

            result = run(operation, _input(operation, source), progress=progress, **values)
            write(result, output, overwrite=overwrite, raw=raw, progress=progress)
        print_written(_what_came_out(result), output)

    return reading(_with_options(command, operation))


def parsed(operation: Operation, words: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the options that were given."""
    flags = {name: word for name, word in words.items() if isinstance(word, bool)}
    typed = {name: word for name, word in words.items() if isinstance(word, str)}
    return {**flags, **operation.parse(typed)}


def option_for(parameter: Parameter) -> inspect.Parameter:
    """Return a parameter of a command for a parameter of an operation."""
    kind = parameter.kind
    is_flag = isinstance(kind, Flag)
    names = f"{parameter.option}/--no-{parameter.option[2:]}" if is_flag and parameter.default else parameter.option
    option = typer.Option(
        names,
        metavar=None if is_flag else kind.metavar,
        help=parameter.help_line(),
        rich_help_panel=_PANEL,
        show_default=False,
    )
    required = parameter.default is REQUIRED
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if required else (parameter.default if is_flag else None),
        annotation=Annotated[bool, option] if is_flag else Annotated[str if required else str | None, option],
    )


def _with_options(command: Callable[..., None], operation: Operation) -> Callable[..., None]:
    """Return the command with its ``**words`` replaced by the options of the operation."""
    signature = inspect.signature(command, eval_str=True)
    own = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [option_for(each) for each in operation.parameters]

    @functools.wraps(command)
    def run(source: Source, **given: Any) -> None:
        command(source, **given)

    del run.__wrapped__  # whoever asks for the signature gets this one
    all_of_them = [own[0], *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own[1:2]), *options]
    all_of_them += [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own[2:]]
    run.__signature__ = signature.replace(parameters=all_of_them)  # type: ignore[attr-defined]
    run.__name__, run.__doc__ = operation.name, operation.summary + _note(operation)
    return run


def _note(operation: Operation) -> str:
    if operation.streams:
        return ""
    return f"\n\nThe whole stack must fit into memory: {operation.whole_stack_reason}."


def _input(operation: Operation, source: Source) -> Any:
    if "several" in operation.inputs:
        return source.read_each()
    return source.read()


def _what_came_out(result: xr.DataArray) -> str:
    from temstack.operations.running import kind_of

    size = " × ".join(str(length) for length in result.shape)
    return f"{kind_of(result)}, {size}"
