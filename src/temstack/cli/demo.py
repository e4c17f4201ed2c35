"""``temstack demo``: the whole job on a simulated series whose drift is known."""

from __future__ import annotations

import shlex
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.align import print_drift
from temstack.cli.console import print_facts, print_line, progress_shown
from temstack.cli.outputs import Overwrite, check_outputs

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from temstack.drift import Drift
    from temstack.stack.progress import Progress
    from temstack.testing import SimulatedSeries

_RESULTS = {
    "report.html": "the alignment: sums before and after, the drift with its errors; open it in a browser",
    "contact-sheet.png": "every plane as recorded: particles turn bright above the edge of their element",
    "spectrum.png": "the spectrum of the brightest oxide particle: an O-K edge at 532 eV",
    "spectrum.msa": "the same as numbers",
    "aligned.dm4": "the aligned stack, for DigitalMicrograph, HyperSpy, ImageJ …",
    "series.zarr": "the series as recorded, to try commands on",
}


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where the results go.")] = Path(
        "temstack-demo"
    ),
    planes: Annotated[int, typer.Option(min=2, help="Number of planes.")] = 20,
    size: Annotated[int, typer.Option(min=64, help="Height and width of the planes, px.")] = 512,
    electrons: Annotated[float, typer.Option(min=1.0, help="Dose of the first plane, electrons per px.")] = 200.0,
    seed: Annotated[int, typer.Option(min=0, help="Another number gives another specimen and drift.")] = 1,
    overwrite: Overwrite = False,
) -> None:
    """Simulate a drifting EFTEM series, align it, and compare the drift found with the truth.

    Writes the series, the aligned stack, the spectrum of a particle, and a report with pictures.
    """
    from temstack.testing import drifting_eftem_series

    check_outputs([output / name for name in _RESULTS], (), overwrite=overwrite)
    output.mkdir(parents=True, exist_ok=True)
    with progress_shown() as progress:
        series = drifting_eftem_series(planes, size, electrons, seed, step_ev=300 / planes, largest_drift_px=size / 16)
        drift = _work(series, output, overwrite=overwrite, progress=progress)
    print_drift(series.stack, drift)
    _print_error(drift, series.true_drift_px)
    print_line()
    print_line("Look at:")
    print_facts((f"  {output / name}", what) for name, what in _RESULTS.items())


def _work(series: SimulatedSeries, folder: Path, *, overwrite: bool, progress: Progress) -> Drift:
    """Do what a user would do with a series, and write every result."""
    from temstack.cli.spectrum import write_spectrum
    from temstack.drift import align
    from temstack.files import write
    from temstack.report import contact_sheet, drift_report
    from temstack.spectrum import extract_spectrum

    how: dict[str, Any] = {"overwrite": overwrite, "progress": progress}
    write(series.stack, folder / "series.zarr", **how)
    contact_sheet(series.stack, folder / "contact-sheet.png", **how)
    aligned, drift = align(series.stack, progress=progress)
    write(aligned, folder / "aligned.dm4", **how)
    region = _around_particle(series, aligned)
    spectrum = extract_spectrum(aligned, region=region)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "spectrum.msa: files of this kind")  # the .zarr and .dm4 keep everything
        for name in ("spectrum.msa", "spectrum.png"):
            write_spectrum(spectrum, folder / name, title="Oxide particle, summed after alignment", **how)
    command = shlex.join(["temstack", "align", f"{folder / 'series.zarr'}", "-o", "aligned.zarr"])
    drift_report(folder / "report.html", series.stack, aligned, drift, command=command, **how)
    return drift


def _around_particle(series: SimulatedSeries, aligned: xr.DataArray) -> tuple[int, int, int, int]:
    """Return a square on the thickest oxide particle, in pixels of the aligned stack."""
    import numpy as np
    import scipy.ndimage

    stack = series.stack
    top = int(np.abs(stack.y.values - aligned.y.values[0]).argmin())
    left = int(np.abs(stack.x.values - aligned.x.values[0]).argmin())
    height, width = aligned.sizes["y"], aligned.sizes["x"]
    side = max(4, stack.sizes["y"] // 24)
    thickness = series.element_maps["O-K"][top : top + height, left : left + width]
    smooth = scipy.ndimage.uniform_filter(thickness, side, mode="constant")
    y, x = (int(place) for place in np.unravel_index(int(smooth.argmax()), smooth.shape))
    y, x = min(max(y - side // 2, 0), height - side), min(max(x - side // 2, 0), width - side)
    return y, x, y + side, x + side


def _print_error(drift: Drift, truth_px: NDArray[np.float64]) -> None:
    """Print how far the drift found lies from the truth, after removing the offset common to all planes."""
    import numpy as np

    error = drift.drift_px - truth_px
    known = np.isfinite(error).all(axis=1)
    error = error[known] - error[known].mean(axis=0)
    rms = float(np.sqrt((error**2).sum(axis=1).mean()))
    within = float((np.abs(error) <= drift.sigma_px[known]).mean())
    furthest = float(np.hypot(*truth_px.T).max())
    print_line(f"The specimen drifted by up to {furthest:.1f} px. Error against the truth: {rms:.3f} px rms;")
    print_line(f"{within:.0%} of the errors lie within one reported standard deviation (68% is ideal).")
