"""``temstack ctf``: defocus and astigmatism of each plane, from the rings of its diffractogram."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import print_line, print_table, print_warning, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_outputs, print_written
from temstack.cli.results import write_table, write_whole
from temstack.errors import UnknownFormatError

if TYPE_CHECKING:
    import xarray as xr

    from temstack.analysis import TransferFits
    from temstack.stack.progress import Progress


def _option(name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=text, show_default=False)


def ctf(
    source: Source,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where it goes: .png diffractograms beside what was fitted, .csv the table.",
            show_default=False,
        ),
    ] = None,
    high_tension_kv: Annotated[float | None, _option("--kv", "KV", "Where the file does not say it.")] = None,
    pixel_nm: Annotated[float | None, _option("--pixel-nm", "NM", "Where the file does not say it.")] = None,
    cs_mm: Annotated[float, typer.Option("--cs-mm", metavar="MM", help="Spherical aberration.")] = 1.2,
    amplitude_contrast: Annotated[
        float, typer.Option("--amplitude-contrast", metavar="PART", help="Share of amplitude contrast.")
    ] = 0.07,
    search: Annotated[
        str | None,
        _option(
            "--search", "FROM,TO", "Where to look for the defocus, nm, underfocus positive; else about the nominal."
        ),
    ] = None,
    band: Annotated[str | None, _option("--band", "FROM,TO", "Frequencies that take part, 1/nm.")] = None,
    tile_px: Annotated[int, typer.Option("--tile", metavar="PX", min=32, help="Side of the averaged tiles.")] = 256,
    overwrite: Overwrite = False,
) -> None:
    """Fit defocus and astigmatism to the rings of each plane, and compare with the nominal defocus.

    Underfocus is positive. There must be amorphous material in view.
    """
    check_outputs([output], source.paths, overwrite=overwrite)
    if output is not None and output.suffix.lower() not in (".png", ".csv"):
        raise UnknownFormatError(str(output), "is neither a picture nor a table", expected=".png or .csv")
    with progress_shown() as progress:
        from temstack.analysis import fit_contrast_transfer

        stack = source.read()
        if pixel_nm is not None:
            stack = _with_pixel(stack, pixel_nm)
        fits = fit_contrast_transfer(
            stack,
            high_tension_kv=high_tension_kv,
            cs_mm=cs_mm,
            amplitude_contrast=amplitude_contrast,
            search_nm=_pair(search, "--search"),
            band_per_nm=_pair(band, "--band"),
            tile_px=tile_px,
            progress=progress,
        )
        if output is not None and output.suffix.lower() == ".png":
            write_whole(output, _sheet(stack, fits, tile_px, progress), overwrite=overwrite)
        elif output is not None:
            write_table(output, *_table(fits), overwrite=overwrite)
    print_table(*_table(fits), most=40)
    _warn_of_doubts(fits)
    if output is not None:
        print_line()
        print_written("fits", output)


def _warn_of_doubts(fits: TransferFits) -> None:
    from temstack.analysis.transfer_fit import LEAST_RINGS, LEAST_SCORE

    planes, faint = len(fits.score), fits.score < LEAST_SCORE
    few = ~faint & ~fits.is_sure
    if faint.any():
        print_warning(
            f"{int(faint.sum())} of {planes} planes show hardly any rings (score below {LEAST_SCORE:g}): "
            "do not believe their defocus"
        )
    if few.any():
        print_warning(
            f"{int(few.sum())} of {planes} planes are so near focus that less than {LEAST_RINGS:g} rings lie in the "
            "frequencies that take part: do not believe their defocus, or widen --band"
        )


def _with_pixel(stack: xr.DataArray, pixel_nm: float) -> xr.DataArray:
    from temstack.stack import pixel_coordinate

    return stack.assign_coords(
        {dim: pixel_coordinate(dim, stack.sizes[dim], pixel_nm, units="nm") for dim in ("y", "x")}
    )


def _pair(text: str | None, option: str) -> tuple[float, float] | None:
    if text is None:
        return None
    from temstack.cli.words import numbers

    first, second = numbers(text, option, count=2, like="FROM,TO such as 100,900")
    return first, second


def _table(fits: TransferFits) -> tuple[list[str], list[list[str]]]:
    from temstack.report.words import number

    headings = ["plane", "nominal/nm", "defocus/nm", "±", "astigmatism/nm", "angle/deg", "score"]
    columns = zip(
        fits.nominal_nm,
        fits.defocus_nm,
        fits.defocus_error_nm,
        fits.astigmatism_nm,
        fits.astigmatism_deg,
        fits.score,
        strict=True,
    )
    rows = [
        [
            str(index),
            number(nominal, 1),
            number(found, 1),
            number(error, 1),
            number(size, 1),
            number(angle, 0),
            number(score),
        ]
        for index, (nominal, found, error, size, angle, score) in enumerate(columns)
    ]
    return headings, rows


def _sheet(stack: xr.DataArray, fits: TransferFits, tile_px: int, progress: Progress) -> bytes:
    from temstack.analysis import diffractograms
    from temstack.report import diffractogram_sheet
    from temstack.stack import iter_planes, pixel_size
    from temstack.stack.pixels import lazy

    spectra = diffractograms(lazy(stack), tile_px=tile_px)
    powers = []
    for index, power in iter_planes(spectra):
        powers.append(power)
        progress("transforming planes", index + 1, len(spectra))
    (dy, dx), _ = pixel_size(stack)
    models = [fits.rings(plane, spectra.sizes["y"], (dy, dx)) for plane in range(len(spectra))]
    labels = [
        f"{plane}: {found:.0f} nm, A {size:.0f} nm"
        for plane, (found, size) in enumerate(zip(fits.defocus_nm, fits.astigmatism_nm, strict=True))
    ]
    return diffractogram_sheet(powers, models, labels)
