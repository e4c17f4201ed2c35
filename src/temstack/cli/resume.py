"""``temstack resume``: go on with a series that was stopped or broke off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.acquire import DriverOptions, driver_options
from temstack.cli.outputs import print_written
from temstack.cli.recording import recording_shown


def resume(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `temstack acquire` was to write, or its store.")],
    microscope: Annotated[
        str | None,
        typer.Option(
            "--microscope",
            "-m",
            metavar="NAME or ADDRESS",
            help="Left out: the one it was begun with.",
            show_default=False,
        ),
    ] = None,
    options: DriverOptions = None,
) -> None:
    """Record the planes that are still missing, with the settings that the series was begun with.

    If the microscope was left in the middle, it is put back first.
    """
    from temstack.acquire import connect
    from temstack.acquire.preparing import job_again

    job = job_again(file, live_drift=False)
    name = microscope or job.microscope
    with connect(name, **driver_options(options or [])) as session, recording_shown(session, job.series):
        stack = session.resume(file, live_drift=False)
    recorded = int(stack.coords["is_recorded"].sum())
    print_written(f"{recorded} of {job.series.size} planes", job.outputs.final)
