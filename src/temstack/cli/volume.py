"""``temstack volume OPERATION``: every operation of the Volume menu as a command, made from its declaration."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from temstack.cli.guard import guarded
from temstack.cli.inputs import reading
from temstack.cli.volume_info import volume_info

HELP = "Cut, turn, project, slice, bin and calculate with volumes; see `temstack volume OPERATION --help`."


class OperationsGroup(TyperGroup):
    """A group whose commands are made when they are asked for: there are many, and each start would pay for all."""

    menu = "Volume"

    # The command that is no operation, because it returns no stack, is an ordinary one.

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all operations, in the order of the menu."""
        from temstack.operations.catalogue import operations

        return [*super().list_commands(ctx), *(operation.command for operation in operations(self.menu))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of one operation, made now."""
        from temstack.operations.catalogue import operations

        for operation in operations(self.menu):
            if operation.command == cmd_name:
                return _made(operation)
        return super().get_command(ctx, cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the list as plain text, as that of all commands is."""
        super(TyperGroup, self).format_help(ctx, formatter)


def _made(operation: Any) -> Any:
    from temstack.cli.operation_command import command_for

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    app.command(operation.command, short_help=operation.summary)(guarded(command_for(operation)))
    command = get_command(app)
    command.name = operation.command
    return command


volume_app = typer.Typer(cls=OperationsGroup, help=HELP, no_args_is_help=True, add_completion=False)


@volume_app.callback()
def volume() -> None:
    """Cut, turn, project, slice, bin and calculate with volumes."""


volume_app.command("info", short_help="Say what each plane holds.")(guarded(reading(volume_info)))
