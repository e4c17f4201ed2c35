"""``temstack denoise``: spectra made again of their strongest principal components."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.console import print_facts, progress_shown
from temstack.cli.inputs import Source
from temstack.cli.outputs import Output, Overwrite, check_format, check_outputs, print_written
from temstack.cli.results import write_whole
from temstack.errors import SettingError


def denoise(
    source: Source,
    output: Output,
    components: Annotated[
        int | None,
        typer.Option(
            "--components", metavar="N", min=1, help="How many; left out, those above noise.", show_default=False
        ),
    ] = None,
    scree: Annotated[
        Path | None,
        typer.Option("--scree", metavar="PNG", help="Draw the variance of each component.", show_default=False),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Keep the strongest principal components of all spectra, weighted for counting noise.

    Look at the scree plot: a weak signal in a few pixels may lie in a component that is left out.
    """
    check_outputs([output, scree], source.paths, overwrite=overwrite)
    check_format(output)
    if scree is not None and scree.suffix.lower() != ".png":
        raise SettingError("--scree", "is a picture", got=scree, expected="a name that ends in .png")
    with progress_shown() as progress:
        from temstack.files import write
        from temstack.spectrum import keep_components, principal_components

        stack = source.read()
        found = principal_components(stack, progress=progress)
        kept = found.suggested if components is None else components
        result = keep_components(stack, found, kept, progress=progress)
        write(result, output, overwrite=overwrite, progress=progress)
        if scree is not None:
            from temstack.report import scree_plot

            write_whole(scree, scree_plot(found, kept, title=source.name), overwrite=overwrite)
    share = found.variance[:kept].sum() / found.variance.sum()
    print_facts(
        [
            ("components kept", f"{kept} of {len(found.variance)}"),
            ("above noise", str(found.suggested)),
            ("their share of the variance", f"{100 * share:.2f} %"),
        ]
    )
    print_written("denoised", output)
    if scree is not None:
        print_written("scree plot", scree)
