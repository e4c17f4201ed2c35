"""``temstack curves``: how areas change from plane to plane, and how fast they fade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from temstack.cli.console import print_line, print_table, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_outputs, print_written
from temstack.cli.results import PlotOutput, check_plot_format, write_table, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from temstack.analysis import Fading
    from temstack.stack.bounds import Region


def curves(
    source: Source,
    output: PlotOutput = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            "--region",
            metavar="[NAME=]TOP,LEFT,BOTTOM,RIGHT",
            help="An area, px, half-open; give it again for more. Left out, the whole image.",
            show_default=False,
        ),
    ] = None,
    fading: Annotated[bool, typer.Option("--fading", help="Fit how each area fades with the exposure.")] = False,
    dose_per_s: Annotated[
        float | None,
        typer.Option(
            "--dose-per-s", metavar="DOSE", help="Dose in one second, to give the fading in doses.", show_default=False
        ),
    ] = None,
    total: Annotated[bool, typer.Option("--sum", help="Sum over the area instead of the mean per pixel.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Follow areas from plane to plane: counts against time, defocus or whatever was varied."""
    check_outputs([output], source.paths, overwrite=overwrite)
    check_plot_format(output)
    areas = _areas(region or [])
    with progress_shown() as progress:
        from temstack.analysis import region_curves

        stack = source.read()
        found = region_curves(stack, areas, mean=not total, progress=progress)
        fits = _fits(found, dose_per_s) if fading else {}
        if output is not None:
            _write(found, fits, output, source.name, dose_per_s, overwrite=overwrite)
    if output is None:
        print_table(*_table(found), most=40)
    if fits:
        print_line()
        print_table(["area", "critical dose", "±", "units", "start", "end"], _fading_rows(fits), words=1)
    if output is not None:
        print_written("curves", output)


def _areas(words_given: list[str]) -> dict[str, Region] | None:
    from temstack.cli.words import region

    found: dict[str, Region] = {}
    for word in words_given:
        name, equals, bounds = word.rpartition("=")
        area = region(bounds)
        assert area is not None
        found[name if equals else bounds] = area
    return found or None


def _dose(found: xr.DataArray, dose_per_s: float | None) -> object:
    if dose_per_s is None:
        return None
    from temstack.analysis.time_lapse import dose_along

    return dose_along(found)[0] * dose_per_s


def _fits(found: xr.DataArray, dose_per_s: float | None) -> dict[str, Fading]:
    from temstack.analysis import fit_fading

    dose = _dose(found, dose_per_s)
    units = None if dose is None else "dose"
    return {
        str(name): fit_fading(found.sel(region=name), dose, dose_units=units)  # type: ignore[arg-type]
        for name in found.region.values
    }


def _fading_rows(fits: dict[str, Fading]) -> list[list[str]]:
    return [
        [name, f"{f.critical_dose:.4g}", f"{f.critical_dose_error:.2g}", f.dose_units, f"{f.start:.5g}", f"{f.end:.5g}"]
        for name, f in fits.items()
    ]


def _table(found: xr.DataArray) -> tuple[list[str], list[list[str]]]:
    from temstack.report.words import axis_label

    dim = str(found.dims[1])
    headings = [axis_label(found), *(str(name) for name in found.region.values)]
    rows = zip(found[dim].values, *found.values, strict=True)
    return headings, [[f"{value:.6g}" for value in row] for row in rows]


def _write(
    found: xr.DataArray, fits: dict[str, Fading], path: Path, title: str, dose_per_s: float | None, *, overwrite: bool
) -> None:
    if path.suffix.lower() == ".csv":
        write_table(path, *_table(found), overwrite=overwrite)
        return
    from temstack.analysis.time_lapse import dose_along
    from temstack.report import curves_plot
    from temstack.report.words import axis_label

    names = [str(name) for name in found.region.values]
    errors = dict(zip(names, found.standard_error.values, strict=True)) if "standard_error" in found.coords else None
    dose = dose_along(found)[0] * (dose_per_s or 1.0)
    png = curves_plot(
        dict(zip(names, found.values, strict=True)),
        found[str(found.dims[1])].values,
        x_label=axis_label(found),
        y_label=str(found.attrs.get("intensity_units") or "intensity"),
        title=title,
        errors=errors,
        fits={name: fit.at(dose) for name, fit in fits.items()},
    )
    write_whole(path, png, overwrite=overwrite)
