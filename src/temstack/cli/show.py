"""``temstack show``: every plane small, in one picture."""

from __future__ import annotations

from typing import Annotated

import typer

from temstack.cli.console import progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Output, Overwrite, check_outputs, print_written


def show(
    source: Source,
    output: Output,
    most: Annotated[
        int,
        typer.Option("--most", min=1, metavar="PLANES", help="Show at most this many planes, evenly spread."),
    ] = 100,
    overwrite: Overwrite = False,
) -> None:
    """Write a contact sheet: one PNG with every plane, its axis value and a scale bar.

    Each plane has its own grey scale, so that dim planes can be seen beside bright ones.
    """
    check_outputs([output], source.paths, overwrite=overwrite)
    with progress_shown() as progress:
        array = source.read()
        from temstack.report import contact_sheet

        contact_sheet(
            array,
            output,
            most_planes=most,
            title=str(array.name or source.name),
            overwrite=overwrite,
            progress=progress,
        )
    print_written("contact sheet", output)
