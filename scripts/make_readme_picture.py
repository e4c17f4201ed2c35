"""Draw the picture of the README: a series before and after, and where its specimen moved.

``python scripts/make_readme_picture.py docs/images/before-and-after.png``
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import temstack as ts
from temstack.drift import Drift
from temstack.report.pictures import contrast_limits, draw_scale_bar, scale_bar
from temstack.stack import pixel_size
from temstack.testing import drifting_eftem_series

_STYLE = {"font.size": 8, "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}
_ROWS, _COLUMNS = slice(0, 300), slice(150, 450)
_BETWEEN_THE_EDGES = slice(535, 700)
"""Energies above the edge of oxygen and below that of iron, eV: oxide is bright, iron is dark."""


def draw(series: xr.DataArray) -> Figure:
    """Return the figure: sum before, sum after, drift against the plane axis."""
    aligned, drift = ts.align(series)
    after = _mean(aligned)
    before = _mean(series).sel(y=after.y, x=after.x)
    figure = Figure(figsize=(8.4, 2.75), dpi=110, layout="constrained", facecolor="white")
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 1.35))
    shown = [image[_ROWS, _COLUMNS] for image in (before, after)]
    for axes, image, title in zip(
        (left, middle), shown, ("sum of 11 planes as recorded", "the same, aligned"), strict=True
    ):
        _show(axes, image, title, contrast_limits(shown[1].values))
    _plot(right, series, drift)
    return figure


def _mean(stack: xr.DataArray) -> xr.DataArray:
    return ts.counts(stack).sel(energy_loss=_BETWEEN_THE_EDGES).mean("energy_loss")


def _show(axes: Axes, image: xr.DataArray, title: str, limits: tuple[float, float]) -> None:
    (_, size), units = pixel_size(image)
    axes.imshow(image.values, cmap="gray", vmin=limits[0], vmax=limits[1])
    axes.set_title(title, fontsize=9)
    axes.set_axis_off()
    height, width = image.shape
    draw_scale_bar(axes, scale_bar(width, size, units), (-0.5, -0.5, width, height), text_size=7)


def _plot(axes: Axes, series: xr.DataArray, drift: Drift) -> None:
    energies = series["energy_loss"].values
    for column, (name, colour) in enumerate((("y (down)", "#d9731a"), ("x (right)", "#2f86c9"))):
        axes.errorbar(
            energies,
            drift.drift_px[:, column],
            yerr=drift.sigma_px[:, column],
            fmt="o-",
            color=colour,
            label=name,
            markersize=3,
            linewidth=1,
        )
    axes.set_title("where the specimen moved", fontsize=9)
    axes.set_xlabel("energy loss / eV")
    axes.set_ylabel("drift / px")
    axes.grid(alpha=0.3)
    axes.legend()


def main() -> None:
    """Simulate the series, write the picture."""
    [picture] = sys.argv[1:]
    series = drifting_eftem_series(20, 512, 200.0, 1, step_ev=15.0, largest_drift_px=32.0)
    with mpl.rc_context(_STYLE):
        draw(series.stack).savefig(Path(picture), metadata={"Software": None})


if __name__ == "__main__":
    main()
