"""Where maps and plots go: a picture or a table by the suffix of the name, or a format of the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temstack.cli.outputs import check_format

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress

MapOutput = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where the map goes: .png with scale bar and colour bar; .zarr .dm4 .dm3 .hspy .mrc .tif as numbers.",
        show_default=False,
    ),
]
PlotOutput = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where the curves go: .png as a plot, .csv as numbers.",
        show_default=False,
    ),
]
Pre = Annotated[
    str,
    typer.Option(
        "--pre",
        metavar="EV,EV or FROM:TO",
        help="Before the edge, in eV: planes such as 617,694, or a range such as 600:700.",
        show_default=False,
    ),
]
Post = Annotated[
    str,
    typer.Option("--post", metavar="EV or FROM:TO", help="Behind the edge, in eV, likewise.", show_default=False),
]


def windows(text: str, option: str) -> object:
    """Return the energy windows that words mean.

    >>> windows("617,694", "--pre"), windows("600:700", "--pre")
    ([617.0, 694.0], [(600.0, 700.0)])
    """
    from temstack.operations.spectrum_kinds import EnergyWindows

    return EnergyWindows().parse(text, option)


def check_map_format(path: Path | None) -> None:
    """Refuse a name that no map can be written to, before any work is done."""
    if path is not None and path.suffix.lower() != ".png":
        check_format(path)


def write_map(
    image: xr.DataArray,
    path: Path,
    *,
    label: str,
    title: str,
    overwrite: bool,
    progress: Progress,
    colours: str = "viridis",
) -> None:
    """Write a map as a picture, or in a format of the library; errors of its pixels stay in those that hold them."""
    if path.suffix.lower() == ".png":
        from temstack.report import map_picture

        write_whole(path, map_picture(image, label=label, title=title, colours=colours), overwrite=overwrite)
        return
    from temstack.files import write

    keeps_errors = path.suffix.lower() in (".zarr", ".hspy")
    plain = image if keeps_errors else image.drop_vars("standard_error", errors="ignore")
    write(
        plain if path.suffix.lower() != ".tif" else plain.astype("float32"),
        path,
        overwrite=overwrite,
        progress=progress,
    )


def write_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]], *, overwrite: bool) -> None:
    """Write rows as comma-separated text."""
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([headings, *rows])
    write_whole(path, text.getvalue().encode(), overwrite=overwrite)


def write_whole(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write bytes that appear under their name only when they are complete."""
    from temstack.stack.durable import replace_when_done

    with replace_when_done(path, overwrite=overwrite) as unfinished:
        unfinished.write_bytes(content)


def check_plot_format(path: Path | None) -> None:
    """Refuse a name that is neither a plot nor a table, before any work is done."""
    from temstack.errors import UnknownFormatError

    if path is not None and path.suffix.lower() not in (".png", ".csv"):
        raise UnknownFormatError(
            str(path), "is no name for curves", got=path.suffix or "no suffix", expected=".png or .csv"
        )


def energy_list(stack: xr.DataArray, planes: Iterable[int]) -> str:
    """Return the energies of planes in words: ``617, 694 eV``, or a span where there are many."""
    energies = [float(stack.energy_loss.values[plane]) for plane in planes]
    if len(energies) <= 6:
        return ", ".join(f"{energy:g}" for energy in energies) + " eV"
    return f"{min(energies):g} … {max(energies):g} eV ({len(energies)} planes)"
