"""Where results go, and the check that they may be written before any work is done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.console import print_line
from temstack.errors import OutputExistsError, SettingError

Output = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where the result goes; the suffix says the format: .zarr .dm4 .dm3 .hspy .mrc .tif.",
        show_default=False,
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist already.")]


def check_outputs(outputs: list[Path | None], inputs: tuple[Path, ...], *, overwrite: bool) -> None:
    """Refuse outputs that exist, that are named twice, or that are an input, before any work is done."""
    named = [path for path in outputs if path is not None]
    for path in named:
        if path.exists() and not overwrite:
            raise OutputExistsError(
                str(path), "already exists", advice="choose another name or allow overwriting (--overwrite)"
            )
        if any(_same(path, other) for other in inputs):
            raise SettingError(str(path), "is both input and output", advice="write to another name")
    for index, path in enumerate(named):
        if any(_same(path, other) for other in named[:index]):
            raise SettingError(str(path), "is named for two outputs", advice="give each output its own name")


def check_format(output: Path) -> None:
    """Refuse an output that no writer can write, by its suffix, before any work is done."""
    from temstack.formats.kinds import kind_to_write

    kind_to_write(output)


def _same(first: Path, second: Path) -> bool:
    return first.absolute() == second.absolute() or (first.exists() and second.exists() and first.samefile(second))


def print_written(what: str, path: Path) -> None:
    """Say what is in a file that was just written."""
    print_line(f"{what} → {path}")
