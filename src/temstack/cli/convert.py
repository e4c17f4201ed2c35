"""``temstack convert``: the same data in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.console import progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_format, check_outputs, print_written

Raw = Annotated[
    bool,
    typer.Option(
        "--raw",
        help="Store the numbers as recorded beside each plane's scale, instead of scaled 4-byte floats.",
    ),
]


def convert(
    source: Source,
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUTPUT",
            help="Where the result goes; the suffix says the format: .zarr .dm4 .dm3 .hspy .mrc .tif.",
            show_default=False,
        ),
    ],
    raw: Raw = False,
    overwrite: Overwrite = False,
) -> None:
    """Write the data in another format, with calibrations, values of each plane and tags."""
    check_outputs([output], source.paths, overwrite=overwrite)
    check_format(output)
    with progress_shown() as progress:
        from temstack.files import write

        write(source.read(), output, overwrite=overwrite, raw=raw, progress=progress)
    print_written("converted", output)
