"""``temstack add`` and ``temstack frc``: exposures added, and whether that was worth it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temstack.cli.console import print_facts, print_line, print_table, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Output, Overwrite, check_format, check_outputs, print_written
from temstack.cli.results import PlotOutput, check_plot_format, write_table, write_whole
from temstack.errors import SettingError

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress

Align = Annotated[bool, typer.Option("--align/--no-align", help="Undo the drift first.")]


class Weights(StrEnum):
    """What each frame counts for."""

    counting = "counting"
    equal = "equal"
    agreement = "agreement"


def add(
    source: Source,
    output: Output,
    weights: Annotated[
        Weights,
        typer.Option("--weights", help="By counts, all alike, or by how well each frame agrees with the others."),
    ] = Weights.counting,
    mean: Annotated[bool, typer.Option("--mean", help="The mean frame instead of the sum.")] = False,
    align: Align = True,
    overwrite: Overwrite = False,
) -> None:
    """Align the frames of a multiple exposure and add them to one long exposure without drift."""
    check_outputs([output], source.paths, overwrite=overwrite)
    check_format(output)
    with progress_shown() as progress:
        from temstack.analysis import add_exposures
        from temstack.files import write

        stack = _frames(source, align, progress)
        image = add_exposures(stack, weights=weights.value, mean=mean, progress=progress)
        write(image, output, overwrite=overwrite, progress=progress)
    print_table(
        ["frame", "weight"], ([str(i), f"{w:.3f}"] for i, w in enumerate(image.attrs["frame_weights"])), most=24
    )
    print_line()
    print_written("sum of the frames" if not mean else "mean frame", output)


def frc(
    source: Source,
    output: PlotOutput = None,
    other: Annotated[
        Path | None,
        typer.Option(
            "--with", metavar="FILE", help="Compare two images, instead of odd and even frames.", show_default=False
        ),
    ] = None,
    threshold: Annotated[
        str,
        typer.Option("--threshold", metavar="half-bit or NUMBER", help="What still counts as agreement, e.g. 0.143."),
    ] = "half-bit",
    align: Align = True,
    overwrite: Overwrite = False,
) -> None:
    """Say to which detail frames agree (Fourier ring correlation), and how many were worth adding.

    Of a multiple exposure, the odd frames are compared with the even ones; with --with, two images with each other.
    """
    check_outputs([output], source.paths, overwrite=overwrite)
    check_plot_format(output)
    limit = _limit(threshold)
    with progress_shown() as progress:
        from temstack.analysis import odd_even_correlation

        if other is not None:
            rings = _of_two(source, other, limit)
        else:
            rings = odd_even_correlation(_frames(source, align, progress), threshold=limit, progress=progress)
        if output is not None:
            _write(rings, output, source.name, overwrite=overwrite)
    units = rings.resolution.attrs["units"]
    rows = zip(rings.frames.values, rings.resolution.values, rings.information.values, strict=True)
    table = [[str(n), _period(period, units), f"{bits:.0f}"] for n, period, bits in rows]
    if other is None:
        print_table(["frames", "resolution", "information/bit"], table, most=24)
        print_line()
        print_facts([("worth adding", f"{rings.attrs['frames_worth_adding']} of {rings.frames.values[-1]} frames")])
    else:
        print_facts([("resolution", table[0][1])])
    if output is not None:
        print_written("ring correlation", output)


def _frames(source: Source, align: bool, progress: Progress) -> xr.DataArray:
    stack = source.read()
    if not align:
        return stack
    from temstack.drift import apply_drift, estimate_drift

    return apply_drift(stack, estimate_drift(stack, progress=progress), progress=progress)


def _of_two(source: Source, other: Path, limit: float | str) -> xr.DataArray:
    from temstack.analysis import fourier_ring_correlation, resolution
    from temstack.files import read

    ring = fourier_ring_correlation(source.read().squeeze(drop=True), read(other).squeeze(drop=True))
    units = str(ring.frequency.attrs["units"]).removeprefix("1/")
    return ring.expand_dims(frames=[2]).assign_coords(
        resolution=("frames", [resolution(ring, limit)], {"units": units}), information=("frames", [0.0])
    )


def _limit(text: str) -> float | str:
    if text.replace("_", "-") == "half-bit":
        return "half_bit"
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise SettingError("--threshold", "is no correlation", got=repr(text), expected="half-bit, or between 0 and 1")
    return value


def _period(period: float, units: str) -> str:
    return f"{period:.3g} {units}" if period < float("inf") else "none"


def _write(rings: xr.DataArray, path: Path, title: str, *, overwrite: bool) -> None:
    frequency, units = rings.frequency.values, rings.frequency.attrs["units"]
    chosen = sorted({0, len(rings) // 2, len(rings) - 1})
    curves = {f"{int(rings.frames.values[i])} frames": rings.values[i] for i in chosen}
    if path.suffix.lower() == ".csv":
        columns = [frequency, *rings.values, rings.half_bit.values]
        headings = [f"frequency / {units}", *(f"{n} frames" for n in rings.frames.values), "half bit"]
        write_table(
            path, headings, ([f"{v:.6g}" for v in row] for row in zip(*columns, strict=True)), overwrite=overwrite
        )
        return
    from temstack.report import curves_plot

    curves["half bit"] = rings.half_bit.values
    label = f"spatial frequency / ({units})"
    png = curves_plot(curves, frequency, x_label=label, y_label="ring correlation", title=title, levels={"1/7": 1 / 7})
    write_whole(path, png, overwrite=overwrite)
