"""``temstack movie``: a stack as a film."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.console import progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_outputs, print_written


def movie(
    source: Source,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where the film goes: .gif or .mp4; a name without suffix becomes a folder of PNGs.",
            show_default=False,
        ),
    ],
    fps: Annotated[float, typer.Option("--fps", metavar="NUMBER", help="Frames each second.")] = 10.0,
    size: Annotated[int, typer.Option("--size", metavar="PX", help="Longer side of the picture.")] = 640,
    contrast: Annotated[
        str,
        typer.Option(
            "--contrast", metavar="shared|each", help="The same black and white for all planes, or chosen for each."
        ),
    ] = "shared",
    scale_bar: Annotated[bool, typer.Option(help="Draw a scale bar.")] = True,
    value: Annotated[bool, typer.Option(help="Write where each plane lies.")] = True,
    overwrite: Overwrite = False,
) -> None:
    """Write a stack as a film, with a scale bar and the axis value of each plane."""
    check_outputs([output], source.paths, overwrite=overwrite)
    with progress_shown() as progress:
        from temstack.report.movies import Look, write_movie

        look = Look(side_px=size, contrast=contrast, has_scale_bar=scale_bar, has_value=value)
        write_movie(source.read(), output, fps=fps, look=look, overwrite=overwrite, progress=progress)
    print_written("film", output)
