"""Plots of a drift, on a transparent ground and in greys and colours that read on white and on black."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from temstack.report.pictures import png_bytes

if TYPE_CHECKING:
    from temstack.drift import Drift

Floats = NDArray[np.float64]

_INK = "#7c7c7c"
_Y_COLOUR, _X_COLOUR = "#d9731a", "#2f86c9"
_STYLE = {
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _INK,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
    "font.size": 10,
    "legend.frameon": False,
    "savefig.dpi": 160,
}


@contextmanager
def _figure(width: float, height: float) -> Iterator[Figure]:
    with mpl.rc_context(_STYLE):
        yield Figure(figsize=(width, height), layout="constrained")


def drift_curve(drift: Drift, positions: Floats, axis_label: str) -> bytes:
    """Return a PNG of the drift along y and x against the plane axis, with one standard deviation.

    Parameters
    ----------
    drift : Drift
    positions : (n,) float64
        Where each plane lies on the plane axis.
    axis_label : str
        What the plane axis is, with units.
    """
    with _figure(7.4, 3.6) as figure:
        axes = figure.add_subplot()
        first = drift.groups == drift.groups[0]
        for column, (name, colour) in enumerate((("y", _Y_COLOUR), ("x", _X_COLOUR))):
            _curve(
                axes,
                positions,
                drift,
                column,
                first,
                colour,
                f"{name} (down)" if name == "y" else f"{name} (right)",
            )
            for group in np.unique(drift.groups[~first]):
                _curve(axes, positions, drift, column, drift.groups == group, colour, None)
        if not first.all():
            axes.plot(
                [],
                [],
                "o:",
                color=_INK,
                markerfacecolor="none",
                label="other groups, each from its own first plane",
            )
        axes.set_xlabel(axis_label)
        if (positions == np.rint(positions)).all():
            axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
        axes.set_ylabel(f"drift / px{_second_unit(drift)}")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
        return png_bytes(figure, transparent=True)


def _curve(
    axes: Axes, positions: Floats, drift: Drift, column: int, planes: Floats, colour: str, label: str | None
) -> None:
    other = label is None
    axes.errorbar(
        positions[planes],
        drift.within_group_px[planes, column],
        yerr=np.nan_to_num(drift.sigma_px[planes, column]),
        color=colour,
        label=label,
        fmt="o:" if other else "o-",
        markersize=3.5 if drift.n_planes <= 40 else 2.2,
        markerfacecolor="none" if other else colour,
        linewidth=1.2,
        elinewidth=1.0,
        capsize=2 if drift.n_planes <= 40 else 0,
    )


def _second_unit(drift: Drift) -> str:
    if drift.pixel_units == "px":
        return ""
    return f"    (1 px = {drift.pixel_size[1]:.4g} {drift.pixel_units})"


def drift_in_the_plane(drift: Drift, positions: Floats, axis_label: str) -> bytes:
    """Return a PNG of the way the specimen took over the field of view, coloured from first plane to last."""
    with _figure(4.3, 3.6) as figure:
        axes = figure.add_subplot()
        known = np.isfinite(drift.drift_px).all(axis=1)
        y, x = drift.drift_px[known].T
        axes.plot(x, y, "-", color=_INK, linewidth=0.8, alpha=0.7, zorder=1)
        dots = axes.scatter(x, y, c=positions[known], s=16, cmap="plasma", zorder=2)
        axes.plot(x[:1], y[:1], "s", color="none", markeredgecolor=_INK, markersize=9, zorder=3)
        axes.annotate("plane 0", (x[0], y[0]), xytext=(8, 6), textcoords="offset points", fontsize=9)
        axes.set_aspect("equal", adjustable="datalim")
        axes.margins(0.15)
        axes.invert_yaxis()
        axes.set_xlabel("x / px")
        axes.set_ylabel("y / px")
        figure.colorbar(dots, ax=axes, label=axis_label).outline.set_visible(False)
        return png_bytes(figure, transparent=True)


def pair_matrix(square: Floats, label: str, *, highest: float | None = None, cmap: str = "viridis") -> bytes:
    """Return a PNG of one value for each pair of planes; pairs that were not correlated stay empty.

    Parameters
    ----------
    square : (n, n) float64
        ``NaN`` where there is no pair.
    label : str
        What is shown, with units.
    highest : float, optional
        Value of the brightest colour; left out, all but the largest few values fit in.
    """
    with _figure(5.6, 4.5) as figure:
        axes = figure.add_subplot()
        axes.grid(False)
        finite = square[np.isfinite(square)]
        if highest is None:
            highest = float(np.percentile(finite, 98)) if finite.size else 1.0
        extend = "max" if finite.size and finite.max() > highest * 1.001 else "neither"
        image = axes.imshow(square, cmap=cmap, vmin=0, vmax=highest or 1.0, interpolation="nearest")
        axes.set_xlabel("plane")
        axes.set_ylabel("plane")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
        figure.colorbar(image, ax=axes, label=label, extend=extend).outline.set_visible(False)
        return png_bytes(figure, transparent=True)


def spectrum_plot(
    positions: Floats,
    values: Floats,
    errors: Floats | None = None,
    *,
    x_label: str,
    y_label: str,
    title: str,
) -> bytes:
    """Return a PNG of a spectrum as a line over its axis, on white.

    Parameters
    ----------
    positions, values : (n,) float64
    errors : (n,) float64, optional
        Standard error of each value, drawn as a band.
    x_label, y_label : str
        With units.
    title : str
    """
    with _figure(7.4, 3.8) as figure:
        figure.set_facecolor("white")
        axes = figure.add_subplot()
        line, width = ("o-", 1.3) if len(values) <= 60 else ("-", 0.9)
        axes.plot(positions, values, line, color=_X_COLOUR, markersize=3.5, linewidth=width)
        if errors is not None:
            low, high = values - errors, values + errors
            axes.fill_between(positions, low, high, color=_X_COLOUR, alpha=0.25, linewidth=0)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        axes.set_title(title, loc="left", fontsize=10)
        return png_bytes(figure)
