"""``temstack volume info``: what each plane holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temstack.cli.console import print_line, print_table, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_outputs, print_written

if TYPE_CHECKING:
    import xarray as xr

    from temstack.volume.statistics import PlaneStatistics

_MOST_ROWS = 60


def volume_info(
    source: Source,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the table as CSV.", show_default=False),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Print size, type and calibration, and the minimum, mean, maximum and spread of the counts of every plane."""
    check_outputs([output], source.paths, overwrite=overwrite)
    with progress_shown() as progress:
        from temstack.volume import plane_statistics

        stack = source.read()
        table = plane_statistics(stack, progress=progress)
    headings, rows = _headings(stack), _rows(stack, table)
    if output is not None:
        _write_csv(output, [headings, *rows], overwrite=overwrite)
        print_written("table", output)
        return
    for line in _about(stack):
        print_line(line)
    print_line()
    print_table(headings, rows, most=_MOST_ROWS)


def _about(stack: xr.DataArray) -> list[str]:
    from temstack.stack import plane_dim

    sizes = " × ".join(f"{size} {dim}" for dim, size in stack.sizes.items())
    spans = []
    for dim in (plane_dim(stack), "y", "x"):
        coord = stack.coords[dim]
        first, last = float(coord.values[0]), float(coord.values[-1])
        spans.append(f"{dim} {first:g} … {last:g} {coord.attrs.get('units', '')}".rstrip())
    return [f"{sizes}, {stack.dtype}", ", ".join(spans)]


def _headings(stack: xr.DataArray) -> list[str]:
    from temstack.report.words import axis_label

    return ["plane", axis_label(stack), "minimum", "mean", "maximum", "sd", "sum"]


def _rows(stack: xr.DataArray, table: PlaneStatistics) -> list[list[str]]:
    places = stack.coords[str(stack.dims[0])].values
    return [
        [str(index), f"{places[index]:g}", *(f"{number:.6g}" for number in numbers)]
        for index, numbers in enumerate(zip(*table, strict=True))
    ]


def _write_csv(path: Path, rows: list[list[str]], *, overwrite: bool) -> None:
    from temstack.stack.durable import replace_when_done

    with replace_when_done(path, overwrite=overwrite) as unfinished:
        unfinished.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
