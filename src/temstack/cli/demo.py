"""``temstack demo``: the whole job, from a series on the virtual microscope to the map of an element."""

from __future__ import annotations

import shlex
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.align import print_drift
from temstack.cli.console import print_facts, print_line, progress_shown
from temstack.cli.outputs import Overwrite, check_outputs
from temstack.cli.recording import recording_shown

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from temstack.drift import Drift
    from temstack.stack.progress import Progress

_RESULTS = {
    "report.html": "the alignment: sums before and after, the drift with its errors; open it in a browser",
    "contact-sheet.png": "every plane as recorded: particles turn bright above the edge of their element",
    "iron.png": "the net map of iron, from its L edge at 708 eV",
    "oxygen.png": "the net map of oxygen, from its K edge at 532 eV",
    "spectrum.png": "the spectrum of a particle of iron oxide: O-K at 532 eV, Fe-L at 708 eV",
    "spectrum.msa": "the same as numbers",
    "aligned.dm4": "the aligned stack, for DigitalMicrograph, HyperSpy, ImageJ …",
    "series.zarr": "the series as recorded, to try commands on",
}

_FIRST_EV, _LAST_EV = 470.0, 770.0
_PRE_O, _POST_O = (470.0, 515.0), (540.0, 580.0)
_PRE_FE, _POST_FE = (620.0, 695.0), (710.0, 770.0)
_BINNING = 2
"""Chips of 1024 px give planes of 512: four times the counts in each pixel, for weak edges."""


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where the results go.")] = Path(
        "temstack-demo"
    ),
    planes: Annotated[int, typer.Option(min=21, help="Number of planes, from 470 to 770 eV.")] = 31,
    size: Annotated[int, typer.Option(min=256, help="Height and width of the planes, px.")] = 512,
    seed: Annotated[int, typer.Option(min=0, help="Another number gives another specimen and drift.")] = 1,
    overwrite: Overwrite = False,
) -> None:
    """Record an EFTEM series over the O-K and Fe-L edges while the virtual specimen drifts, and align it.

    Compares the drift found with the hidden truth; writes the series, the aligned stack, the spectrum of a particle,
    the net maps of iron and oxygen, and a report with pictures.
    """
    check_outputs([output / name for name in _RESULTS], (), overwrite=overwrite)
    output.mkdir(parents=True, exist_ok=True)
    stack, truth_px = _record(output, planes, size, seed, overwrite=overwrite)
    with progress_shown() as progress:
        drift = _work(stack, output, overwrite=overwrite, progress=progress)
    print_drift(stack, drift)
    _print_error(drift, truth_px)
    print_line()
    print_line("Look at:")
    print_facts((f"  {output / name}", what) for name, what in _RESULTS.items())


def _record(
    folder: Path, planes: int, size: int, seed: int, *, overwrite: bool
) -> tuple[xr.DataArray, NDArray[np.float64]]:
    """Record the series, and return it with the true drift of each plane, px of the planes."""
    import numpy as np

    from temstack.acquire import PlaneRecorded, connect
    from temstack.series import AutoExposure, EftemSeries

    series = EftemSeries(
        start_ev=_FIRST_EV,
        step_ev=(_LAST_EV - _FIRST_EV) / (planes - 1),
        n_planes=planes,
        exposure_s=2.0,
        auto_exposure=AutoExposure(longest_s=32.0),
        binning=(_BINNING, _BINNING),
        title="EFTEM series over O-K and Fe-L",
    )
    truth = np.full((planes, 2), np.nan)

    def remember(event: object) -> None:
        if isinstance(event, PlaneRecorded) and event.truth is not None:
            truth[event.index] = np.array(event.truth.drift_px) / _BINNING

    shape = (_BINNING * size, _BINNING * size)
    with connect("simulated", seed=seed, shape=shape, brightness=1.0) as session, recording_shown(session, series):
        session.watch(remember)
        stack = session.run(series, folder / "series.zarr", overwrite=overwrite, live_drift=False)
    return stack, truth


def _work(stack: xr.DataArray, folder: Path, *, overwrite: bool, progress: Progress) -> Drift:
    """Do what a user would do with a series, and write every result."""
    from temstack.cli.results import write_map
    from temstack.cli.spectrum import write_spectrum
    from temstack.drift import align
    from temstack.files import write
    from temstack.report import contact_sheet, drift_report
    from temstack.spectrum import elemental_map, extract_spectrum

    how: dict[str, Any] = {"overwrite": overwrite, "progress": progress}
    contact_sheet(stack, folder / "contact-sheet.png", **how)
    aligned, drift = align(stack, progress=progress)
    write(aligned, folder / "aligned.dm4", **how)
    iron = elemental_map(aligned, pre=_PRE_FE, post=_POST_FE, progress=progress)
    oxygen = elemental_map(aligned, pre=_PRE_O, post=_POST_O, progress=progress)
    for image, name, title in ((iron, "iron.png", "Fe-L, net"), (oxygen, "oxygen.png", "O-K, net")):
        write_map(image, folder / name, label="counts", title=title, **how)
    spectrum = extract_spectrum(aligned, region=_richest(iron, oxygen))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "spectrum.msa: files of this kind")  # the .zarr and .dm4 keep everything
        for name in ("spectrum.msa", "spectrum.png"):
            write_spectrum(spectrum, folder / name, title="A particle of iron oxide, summed after alignment", **how)
    command = shlex.join(["temstack", "align", f"{folder / 'series.zarr'}", "-o", "aligned.zarr"])
    drift_report(folder / "report.html", stack, aligned, drift, command=command, **how)
    return drift


def _richest(*images: xr.DataArray) -> tuple[int, int, int, int]:
    """Return the square with most of several elements at once, each against its own best place."""
    import numpy as np
    import scipy.ndimage

    height, width = images[0].shape
    side = max(4, height // 24)
    smooth = [scipy.ndimage.uniform_filter(np.nan_to_num(image.values), side, mode="constant") for image in images]
    shared = np.min([one / one.max() for one in smooth], axis=0)
    y, x = (int(place) for place in np.unravel_index(int(shared.argmax()), shared.shape))
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
