"""``temstack map``: where an element is, and how sure that is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import print_facts, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Overwrite, check_outputs, print_written
from temstack.cli.results import MapOutput, Post, Pre, check_map_format, energy_list, windows, write_map
from temstack.errors import SettingError

if TYPE_CHECKING:
    import xarray as xr


class Model(StrEnum):
    """How the background falls."""

    power_law = "power_law"
    exponential = "exponential"


class Fit(StrEnum):
    """How the background is fitted."""

    likelihood = "likelihood"
    two_areas = "two_areas"


def map_element(
    source: Source,
    output: MapOutput,
    pre: Pre,
    post: Post,
    snr: Annotated[
        Path | None,
        typer.Option("--snr", metavar="FILE", help="Write the signal-to-noise map, too.", show_default=False),
    ] = None,
    jump_ratio: Annotated[
        bool, typer.Option("--jump-ratio", help="Divide behind by before the edge, instead of subtracting.")
    ] = False,
    model: Annotated[Model, typer.Option("--model", help="How the background falls.")] = Model.power_law,
    fit: Annotated[
        Fit, typer.Option("--fit", help="As counted electrons have it, or Egerton's closed form.")
    ] = Fit.likelihood,
    mean: Annotated[bool, typer.Option("--mean", help="Counts per plane instead of the sum behind the edge.")] = False,
    counts_per_electron: Annotated[
        float | None,
        typer.Option(
            "--counts-per-electron", help="For the noise, where the file does not say it.", show_default=False
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Map an element: the counts behind its edge less the background fitted before it, at every pixel.

    Works on EFTEM stacks, aligned first, and on spectrum images.
    """
    check_outputs([output, snr], source.paths, overwrite=overwrite)
    check_map_format(output)
    check_map_format(snr)
    before, behind = windows(pre, "--pre"), windows(post, "--post")
    if jump_ratio and snr is not None:
        raise SettingError("--snr", "belongs to a net map, not to a jump ratio", advice="leave one of them out")
    options = {"model": model.value, "fit": fit.value, "mean": mean, "counts_per_electron": counts_per_electron}
    with progress_shown() as progress:
        stack = source.read()
        image = _made(stack, before, behind, None if jump_ratio else options, progress)
        label = "jump ratio" if jump_ratio else "net counts"
        name = f"{source.name}: {post} eV"
        ready = _ratio_to_noise(image) if snr is not None else None
        write_map(image, output, label=label, title=name, overwrite=overwrite, progress=progress)
        if snr is not None and ready is not None:
            write_map(
                ready, snr, label="signal / noise", title=name, overwrite=overwrite, progress=progress, colours="magma"
            )
    _say(stack, image, before, behind, label)
    print_written(label + " map", output)
    if snr is not None:
        print_written("signal-to-noise map", snr)


def _made(stack: xr.DataArray, before: Any, behind: Any, options: dict[str, Any] | None, progress: Any) -> xr.DataArray:
    from temstack.spectrum import elemental_map, jump_ratio

    if options is None:
        return jump_ratio(stack, pre=before, post=behind, progress=progress)
    return elemental_map(stack, pre=before, post=behind, progress=progress, **options)


def _ratio_to_noise(image: xr.DataArray) -> xr.DataArray:
    from temstack.spectrum import signal_to_noise

    return signal_to_noise(image)


def _say(stack: xr.DataArray, image: xr.DataArray, before: Any, behind: Any, label: str) -> None:
    """Print which planes were used, and what came out on the mean."""
    import numpy as np

    from temstack.spectrum.windows import pre_and_post

    planes = pre_and_post(stack, before, behind, least=1)
    facts = [
        ("before the edge", energy_list(stack, planes[0])),
        ("behind the edge", energy_list(stack, planes[1])),
        (f"{label}, mean", f"{float(np.nanmean(image.values)):.6g}"),
        ("scatter of pixels", f"{float(np.nanstd(image.values)):.4g}"),
    ]
    if "standard_error" in image.coords:
        expected = float(np.sqrt(np.nanmean(image.standard_error.values**2)))
        facts.append(("of it by counting", f"{expected:.4g}"))
    print_facts(facts)
