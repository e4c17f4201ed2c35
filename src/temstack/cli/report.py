"""``temstack report``: pages that show whether a part of temstack can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.console import progress_shown
from temstack.cli.guard import guarded
from temstack.cli.outputs import Overwrite, check_outputs, print_written

HELP = "Write pages that show whether temstack can be believed."

report_app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False)


def microscope(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PAGE", help="The HTML file to write.")],
    seed: Annotated[int, typer.Option(min=0, help="Another number gives other specimens and other noise.")] = 1,
    overwrite: Overwrite = False,
) -> None:
    """Try the virtual microscope by the methods with which real ones are measured.

    Photon transfer, a tilted edge, dark frames, diffractograms, spectra and drift, each beside what was put in.
    """
    from temstack.report.microscope_page import microscope_report

    check_outputs([output], (), overwrite=overwrite)
    with progress_shown() as progress:
        microscope_report(output, seed=seed, overwrite=overwrite, progress=progress)
    print_written("trials of the virtual microscope", output)


@report_app.callback()
def choose() -> None:
    """Write pages that show whether temstack can be believed."""


report_app.command("microscope", short_help="Try the virtual microscope.")(guarded(microscope))
