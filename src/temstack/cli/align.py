"""``temstack align``: find the drift of a stack, undo it, and show how well that went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temstack.cli import drift_options as opt
from temstack.cli import words
from temstack.cli.console import print_line, print_table, print_warning, progress_shown
from temstack.cli.convert import Raw
from temstack.cli.inputs import Source
from temstack.cli.outputs import Output, Overwrite, check_format, check_outputs, print_written
from temstack.errors import SettingError

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from temstack.drift import Drift
    from temstack.stack.progress import Progress

_MOST_ROWS = 24


def align(
    source: Source,
    output: Output,
    add: opt.Add = False,
    report: opt.Report = None,
    save_drift: opt.SaveDrift = None,
    overwrite: Overwrite = False,
    raw: Raw = False,
    estimator: opt.EstimatorChoice = opt.Estimator.graph,
    reference: opt.Reference = 0,
    pairs: opt.Pairs = "auto",
    max_shift: opt.MaxShift = None,
    threshold: opt.Threshold = 0.0,
    region: opt.LookAt = None,
    mask: opt.Mask = None,
    pin: opt.Pins = None,
    prior: opt.Prior = None,
    prior_sigma: opt.PriorSigma = None,
    apply_drift_from: opt.ApplyDrift = None,
    sobel: opt.Sobel = False,
    median: opt.Median = False,
    gaussian: opt.Gaussian = 0.0,
    band_pass: opt.BandPass = None,
    window: opt.WindowChoice = opt.Window.tukey,
    variance_stabilise: opt.Stabilise = False,
    interpolation: opt.InterpolationChoice = opt.Interpolation.fourier,
    edges: opt.EdgesChoice = opt.Edges.crop,
    fill_value: opt.FillValue = 0.0,
) -> None:
    """Align the planes of a stack, and write the aligned stack, or with --add its sum.

    Prints the drift of each plane with its standard deviation; --report writes a page with pictures.
    """
    results = Results(output, report, save_drift, overwrite=overwrite, raw=raw)
    check_outputs(results.paths, source.paths, overwrite=overwrite)
    check_format(output)
    find = {
        "estimator": estimator.value,
        "reference": reference,
        "pairs": _pairs(pairs),
        "max_shift_px": max_shift,
        "threshold": threshold,
        "region": words.region(region),
        "pinned": words.pins(pin or []),
        "prior": words.prior(prior),
        "prior_sigma_px": prior_sigma,
        "sobel": sobel,
        "median": median,
        "gaussian_px": gaussian,
        "band_pass": None if band_pass is None else words.band(band_pass),
        "window": window.value,
        "variance_stabilise": variance_stabilise,
    }
    with progress_shown() as progress:
        stack = source.read()
        drift = _drift_of(stack, find, mask, apply_drift_from, progress)
        if drift.n_groups == drift.n_planes:  # nothing to align by, but the page shows why
            results.write(source, stack, None, drift, progress)
        how = {"interpolation": interpolation.value, "edges": edges.value, "progress": progress}
        aligned = _applied(stack, drift, add=add, fill_value=fill_value, how=how)
        results.write(source, stack, aligned, drift, progress)
    print_drift(stack, drift)
    results.say(add=add)


@dataclass(frozen=True)
class Results:
    """The files that ``align`` writes, and how."""

    output: Path
    report: Path | None
    drift: Path | None
    overwrite: bool
    raw: bool

    @property
    def paths(self) -> list[Path | None]:
        """All of them, None for those that nobody asked for."""
        return [self.output, self.report, self.drift]

    def write(
        self, source: Source, stack: xr.DataArray, aligned: xr.DataArray | None, drift: Drift, progress: Progress
    ) -> None:
        """Write what was asked for, the aligned data first: a failing report must not cost them."""
        from temstack.files import write

        if aligned is not None:
            write(aligned, self.output, overwrite=self.overwrite, raw=self.raw, progress=progress)
        if self.drift is not None:
            drift.save(self.drift, overwrite=self.overwrite)
        if self.report is not None:
            from temstack.report import drift_report

            name, again = str(stack.name or source.name), words.command_line()
            options: dict[str, Any] = {
                "title": name,
                "command": again,
                "overwrite": self.overwrite,
                "progress": progress,
            }
            drift_report(self.report, stack, aligned, drift, **options)

    def say(self, *, add: bool) -> None:
        """Print where everything is."""
        print_written("sum of the aligned planes" if add else "aligned stack", self.output)
        if self.drift is not None:
            print_written("drift", self.drift)
        if self.report is not None:
            print_written("report", self.report)


def print_drift(stack: xr.DataArray, drift: Drift) -> None:
    """Print what was found: the drift of each plane, groups that do not hang together, and warnings."""
    from temstack.report.words import axis_label, axis_value, is_counted, number

    columns = {"plane": [str(index) for index in range(drift.n_planes)]}
    if not is_counted(stack):
        columns[axis_label(stack)] = [axis_value(stack, index, units=False) for index in range(drift.n_planes)]
    columns["drift y/px"], columns["x/px"] = ([number(value) for value in along] for along in drift.drift_px.T)
    columns["± y"], columns["± x"] = ([number(value, 3) for value in along] for along in drift.sigma_px.T)
    if drift.n_groups > 1:
        columns["group"] = [str(group) for group in drift.groups]
    print_table(list(columns), zip(*columns.values(), strict=True), most=_MOST_ROWS)
    print_line()
    for warning in drift.warnings:
        print_warning(warning)


def read_mask(path: Path) -> NDArray[np.bool_]:
    """Return which pixels of an image are white: above the middle between its darkest and brightest."""
    import numpy as np

    from temstack.files import read

    values = np.asarray(read(path).squeeze().values, dtype=float)
    grey = values[..., :3].mean(axis=-1) if values.ndim == 3 else values
    if grey.ndim != 2:
        raise SettingError("--mask", "is not one image", got=f"shape {values.shape}")
    if grey.min() == grey.max():
        raise SettingError("--mask", "is all of one grey", got=path, expected="white where to look, black elsewhere")
    return np.asarray(grey > (grey.min() + grey.max()) / 2)


def _pairs(text: str) -> str | int:
    if text in ("auto", "all"):
        return text
    return words.whole_numbers(text, "--pairs", count=1, like="auto, all, or a number of planes")[0]


def _drift_of(
    stack: xr.DataArray, find: dict[str, Any], mask: Path | None, saved: Path | None, progress: Progress
) -> Drift:
    from temstack.drift import estimate_drift, load_drift

    if saved is not None:
        return _in_pixels_of(stack, load_drift(saved))
    return estimate_drift(stack, mask=None if mask is None else read_mask(mask), progress=progress, **find)


def _in_pixels_of(stack: xr.DataArray, drift: Drift) -> Drift:
    """Return the drift as it is in a stack of other binning, so that what is printed is what is applied."""
    from temstack.stack import pixel_size

    shape = (stack.sizes["y"], stack.sizes["x"])
    if shape == drift.shape:
        return drift
    size, units = pixel_size(stack)
    return drift.rescaled(shape=shape, pixel_size=size, pixel_units=units)


def _applied(stack: xr.DataArray, drift: Drift, *, add: bool, fill_value: float, how: dict[str, Any]) -> xr.DataArray:
    from temstack.drift import apply_drift, sum_aligned

    if add:
        return sum_aligned(stack, drift, **how)
    return apply_drift(stack, drift, fill_value=fill_value, **how)
