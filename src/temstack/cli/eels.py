"""``temstack eels OPERATION``: every operation of the Spectrum menu as a command, made from its declaration."""

from __future__ import annotations

import typer

from temstack.cli.volume import OperationsGroup

HELP = "Windows, backgrounds, zero loss, references, components; see `temstack eels OPERATION --help`."


class SpectrumGroup(OperationsGroup):
    """The operations of the menu Spectrum."""

    menu = "Spectrum"


eels_app = typer.Typer(cls=SpectrumGroup, help=HELP, no_args_is_help=True, add_completion=False)


@eels_app.callback()
def eels() -> None:
    """Windows, backgrounds, zero loss, references, components."""
