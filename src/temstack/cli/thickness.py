"""``temstack thickness``: how thick the specimen is, in mean free paths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temstack.cli.console import print_facts, print_table, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_outputs, print_written
from temstack.cli.results import check_map_format, write_map, write_table
from temstack.errors import SettingError

if TYPE_CHECKING:
    import xarray as xr


def thickness(
    source: Source,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where the map goes: .png .zarr .dm4 .hspy .mrc .tif; .csv for a line of spectra. "
            "Without it a line is printed.",
            show_default=False,
        ),
    ] = None,
    threshold_ev: Annotated[
        float | None,
        typer.Option(
            "--threshold-ev",
            metavar="EV",
            help="Where the zero-loss peak ends; left out, the first minimum behind it.",
            show_default=False,
        ),
    ] = None,
    zero_loss: Annotated[
        Path | None,
        typer.Option(
            "--zero-loss",
            metavar="FILE",
            help="The zero-loss image, where the input is an unfiltered image.",
            show_default=False,
        ),
    ] = None,
    mean_free_path_nm: Annotated[
        float | None,
        typer.Option("--mean-free-path-nm", metavar="NM", help="To get nm instead of t/λ.", show_default=False),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Map the thickness by the log-ratio method, from low-loss spectra or from two images."""
    check_outputs([output], source.paths, overwrite=overwrite)
    if output is not None and output.suffix.lower() != ".csv":
        check_map_format(output)
    with progress_shown() as progress:
        from temstack.files import read
        from temstack.spectrum import thickness as of

        elastic = None if zero_loss is None else read(zero_loss)
        result = of(
            source.read(),
            threshold_ev=threshold_ev,
            zero_loss=elastic,
            mean_free_path_nm=mean_free_path_nm,
            progress=progress,
        )
        is_table = output is not None and output.suffix.lower() == ".csv"
        if is_table and result.ndim > 1:
            raise SettingError(str(output), "a table holds a line of spectra only", got=f"an image of {result.shape}")
        if output is not None and not is_table:
            if output.suffix.lower() == ".png" and result.ndim < 2:
                raise SettingError(str(output), "is for an image", got="a line of spectra", advice="use .csv")
            units = str(result.attrs["intensity_units"])
            write_map(result, output, label=units, title=source.name, overwrite=overwrite, progress=progress)
        elif output is not None:
            write_table(output, *_table(result), overwrite=overwrite)
    _say(result, shown=output is None and result.ndim == 1)
    if output is not None:
        print_written("thickness", output)


def _table(result: xr.DataArray) -> tuple[list[str], list[list[str]]]:
    dim = str(result.dims[0])
    columns = [result[dim].values, result.values]
    headings = [f"{dim} / {result[dim].attrs.get('units', 'px')}", str(result.attrs["intensity_units"])]
    if "standard_error" in result.coords:
        columns.append(result["standard_error"].values)
        headings.append("standard error")
    return headings, [[f"{number:.6g}" for number in row] for row in zip(*columns, strict=True)]


def _say(result: xr.DataArray, *, shown: bool) -> None:
    import numpy as np

    if shown:
        print_table(*_table(result))
    units = str(result.attrs["intensity_units"])
    facts = [("mean", f"{float(np.nanmean(result.values)):.4g} {units}")]
    if result.size > 1:
        facts.append(
            ("range", f"{float(np.nanmin(result.values)):.4g} … {float(np.nanmax(result.values)):.4g} {units}")
        )
    if "threshold_ev" in result.attrs:
        facts.append(("zero loss ends at", f"{result.attrs['threshold_ev']:g} eV"))
    print_facts(facts)
