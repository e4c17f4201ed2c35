"""``temstack spectrum``: the spectrum of an area."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.align import read_mask
from temstack.cli.console import print_table, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_format, check_outputs, print_written

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress

Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="TOP,LEFT,BOTTOM,RIGHT",
        help="Only this area, in px; the last row and column are not part of it.",
        show_default=False,
    ),
]

_OURS = (".csv", ".png")


Point = Annotated[
    str | None, typer.Option("--point", metavar="Y,X", help="Only the pixel at a place, px.", show_default=False)
]
Polygon = Annotated[
    str | None,
    typer.Option("--polygon", metavar="'Y,X Y,X …'", help="Only inside a polygon, px.", show_default=False),
]
Line = Annotated[
    str | None,
    typer.Option("--line", metavar="Y,X,Y,X", help="Only along a line, from one end to the other.", show_default=False),
]
Width = Annotated[float, typer.Option("--width", metavar="PX", help="Width of the line.")]
Mask = Annotated[
    Path | None,
    typer.Option("--mask", metavar="IMAGE", help="Only where this image is white.", show_default=False),
]


def spectrum(
    source: Source,
    region: Region = None,
    point: Point = None,
    polygon: Polygon = None,
    line: Line = None,
    width: Width = 1.0,
    mask: Mask = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where it goes: .msa .csv .png .dm4 .hspy; without it, the values are printed.",
            show_default=False,
        ),
    ] = None,
    mean: Annotated[bool, typer.Option("--mean", help="Mean per pixel instead of the sum over the area.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Add up an area of an EFTEM stack or a spectrum image, energy by energy."""
    from temstack.cli import words

    area: dict[str, Any] = {"region": words.region(region), **_shape(point, polygon, line, width)}
    check_outputs([output], source.paths, overwrite=overwrite)
    if output is not None and output.suffix.lower() not in _OURS:
        check_format(output)
    with progress_shown() as progress:
        from temstack.spectrum import extract_spectrum

        if mask is not None:
            area["mask"] = read_mask(mask)
        result = extract_spectrum(source.read(), **area, mean=mean).compute()
        if output is not None:
            write_spectrum(result, output, title=source.name, overwrite=overwrite, progress=progress)
    if output is None:
        print_table(_headings(result), _rows(result))
    else:
        print_written("spectrum", output)


def _shape(point: str | None, polygon: str | None, line: str | None, width: float) -> dict[str, Any]:
    """Return the area that is no rectangle, as ``extract_spectrum`` takes it."""
    from temstack.cli.words import numbers

    shape: dict[str, Any] = {}
    if point is not None:
        shape["point"] = tuple(numbers(point, "--point", count=2, like="Y,X in px, such as 10,20"))
    if polygon is not None:
        like = "'Y,X Y,X Y,X' in px"
        corners = polygon.replace(";", " ").split()
        shape["polygon"] = [tuple(numbers(each, "--polygon", count=2, like=like)) for each in corners]
    if line is not None:
        top, left, bottom, right = numbers(line, "--line", count=4, like="Y,X,Y,X in px, such as 0,0,10,20")
        shape.update(line=((top, left), (bottom, right)), width_px=width)
    return shape


def write_spectrum(spectrum: xr.DataArray, path: Path, *, title: str, overwrite: bool, progress: Progress) -> None:
    """Write a spectrum as a picture, as a table, or in a format of the library."""
    match path.suffix.lower():
        case ".png":
            _write_whole(path, _drawn(spectrum, title), overwrite=overwrite)
        case ".csv":
            lines = [",".join(row) for row in [_headings(spectrum), *_rows(spectrum)]]
            _write_whole(path, ("\n".join(lines) + "\n").encode(), overwrite=overwrite)
        case _:
            from temstack.files import write

            write(spectrum, path, overwrite=overwrite, progress=progress)


def _write_whole(path: Path, content: bytes, *, overwrite: bool) -> None:
    from temstack.stack.durable import replace_when_done

    with replace_when_done(path, overwrite=overwrite) as unfinished:
        unfinished.write_bytes(content)


def _headings(spectrum: xr.DataArray) -> list[str]:
    from temstack.report.words import axis_label

    names = [axis_label(spectrum), str(spectrum.attrs.get("intensity_units") or "intensity")]
    return [*names, "standard error"] if "standard_error" in spectrum.coords else names


def _rows(spectrum: xr.DataArray) -> Iterator[list[str]]:
    columns = [spectrum[str(spectrum.dims[0])].values, spectrum.values]
    if "standard_error" in spectrum.coords:
        columns.append(spectrum["standard_error"].values)
    for numbers in zip(*columns, strict=True):
        yield [f"{number:.8g}" for number in numbers]


def _drawn(spectrum: xr.DataArray, title: str) -> bytes:
    from temstack.report import spectrum_plot

    x_label, y_label, *_ = _headings(spectrum)
    positions = spectrum[str(spectrum.dims[0])].values
    errors = spectrum["standard_error"].values if "standard_error" in spectrum.coords else None
    return spectrum_plot(positions, spectrum.values, errors, x_label=x_label, y_label=y_label, title=title)
