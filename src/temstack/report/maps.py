"""Maps and curves as pictures: a scale bar, a colour bar with units, an axis for every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from temstack.report.pictures import contrast_limits, draw_scale_bar, png_bytes, reduced, scale_bar
from temstack.stack import counts, pixel_size

if TYPE_CHECKING:
    from temstack.spectrum import PrincipalComponents

Floats = NDArray[np.float64]

_DPI = 100
_COLOURS = ("#2f86c9", "#d9731a", "#3a9a55", "#b04a9b", "#8a6d3b", "#666666")


def map_picture(
    image: xr.DataArray,
    *,
    label: str | None = None,
    title: str | None = None,
    limits: tuple[float, float] | None = None,
    colours: str = "viridis",
    side_px: int = 560,
) -> bytes:
    """Return a PNG of a map with a scale bar, and a colour bar that says what the colours mean.

    Parameters
    ----------
    image : (y, x) DataArray
        A map, e.g. of :func:`temstack.elemental_map`.
    label : str
        What is written along the colour bar; left out, the map's ``intensity_units``.
    title : str
    limits : (float, float)
        Values of the first and last colour; left out, robust limits. What lies beyond is said by a pointed end of
        the colour bar.
    colours : str
        A colour map of matplotlib.
    side_px : int, px
        Length of the longer side of the picture.
    """
    values = np.asarray(counts(image).values, dtype=np.float64)
    small = reduced(values, side_px)
    low, high = limits or contrast_limits(small)
    height, width = small.shape
    zoom = side_px / max(height, width)
    inches = (max(width * zoom, 120) / _DPI, max(height * zoom, 120) / _DPI)
    with mpl.rc_context({"font.size": 10}):
        figure = Figure(figsize=(inches[0] + 1.3, inches[1] + 0.5), dpi=_DPI, facecolor="white")
        whole = figure.get_size_inches()
        box = (0.1 / whole[0], 0.1 / whole[1], inches[0] / whole[0], inches[1] / whole[1])
        axes = figure.add_axes(box)
        nearest = "nearest" if zoom > 1.5 else "antialiased"
        shown = axes.imshow(small, cmap=colours, vmin=low, vmax=high, aspect="auto", interpolation=nearest)
        axes.set_axis_off()
        (_, step), units = pixel_size(image)
        draw_scale_bar(axes, scale_bar(width, step * values.shape[1] / width, units), (-0.5, -0.5, width, height))
        bar_axes = figure.add_axes((box[0] + box[2] + 0.12 / whole[0], box[1], 0.18 / whole[0], box[3]))
        wanted = str(image.attrs.get("intensity_units") or "") if label is None else label
        figure.colorbar(shown, cax=bar_axes, label=wanted, extend=_beyond(small, low, high))
        figure.text(box[0], 1 - 0.2 / whole[1], title or "", va="center", fontsize=11)
        return png_bytes(figure)


def _beyond(values: Floats, low: float, high: float) -> str:
    finite = values[np.isfinite(values)]
    under, over = bool((finite < low).any()), bool((finite > high).any())
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get((under, over), "neither")


def curves_plot(
    curves: Mapping[str, Floats],
    positions: Floats | Mapping[str, Floats],
    *,
    x_label: str,
    y_label: str,
    title: str = "",
    errors: Mapping[str, Floats] | None = None,
    fits: Mapping[str, Floats] | None = None,
    levels: Mapping[str, float] | None = None,
    log_y: bool = False,
) -> bytes:
    """Return a PNG of curves over one axis, on white.

    Parameters
    ----------
    curves : mapping of name to (n,) float64
    positions : (n,) float64, or one array for each curve
    x_label, y_label, title : str
    errors : mapping of name to (n,) float64
        Standard errors, drawn as bands.
    fits : mapping of name to (n,) float64
        Fitted curves, drawn dashed in the colour of what they fit.
    levels : mapping of name to float
        Horizontal lines.
    log_y : bool
    """
    figure = Figure(figsize=(7.4, 4.2), dpi=_DPI, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    for index, (name, values) in enumerate(curves.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        at = positions[name] if isinstance(positions, Mapping) else positions
        style = "o-" if len(values) <= 40 else "-"
        axes.plot(at, values, style, color=colour, label=name, markersize=3.5, linewidth=1.2)
        if errors and name in errors:
            axes.fill_between(at, values - errors[name], values + errors[name], color=colour, alpha=0.2, linewidth=0)
        if fits and name in fits:
            axes.plot(at, fits[name], "--", color=colour, linewidth=1.2)
    for name, level in (levels or {}).items():
        axes.axhline(level, color="0.45", linestyle=":", linewidth=1, label=name)
    if log_y:
        axes.set_yscale("log")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.set_title(title, loc="left", fontsize=10)
    axes.grid(alpha=0.25)
    if len(curves) + len(levels or {}) > 1:
        axes.legend(frameon=False, fontsize=9)
    return png_bytes(figure)


def scree_plot(found: PrincipalComponents, kept: int, *, title: str = "", most: int = 40) -> bytes:
    """Return a PNG of the variances of the first components, with the level of noise and those that are kept.

    Parameters
    ----------
    found : PrincipalComponents
    kept : int
        How many were kept.
    title : str
    most : int
        Show at most this many.
    """
    n = min(most, len(found.variance))
    numbers = np.arange(1, n + 1)
    figure = Figure(figsize=(7.0, 4.0), dpi=_DPI, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    shown = np.maximum(found.variance[:n], found.noise * 1e-3)
    axes.semilogy(numbers, shown, "o-", color="0.6", markersize=4, linewidth=0.8, label="left out")
    axes.semilogy(numbers[:kept], shown[:kept], "o", color=_COLOURS[0], markersize=5.5, label="kept")
    axes.axhline(found.noise, color="0.45", linestyle=":", linewidth=1, label="counting noise, mean")
    axes.set_xlabel("component")
    axes.set_ylabel("variance")
    axes.set_title(title, loc="left", fontsize=10)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=9)
    return png_bytes(figure)


def diffractogram_sheet(
    measured: Sequence[Floats], models: Sequence[Floats], labels: Sequence[str], *, columns: int | None = None
) -> bytes:
    """Return a PNG with a diffractogram for each plane: the left half as measured, the right half as fitted.

    Parameters
    ----------
    measured : sequence of (side, side) float64
        Power spectra, zero frequency in the middle.
    models : sequence of (side, side) float64, 0 … 1
        ``sin^2`` of the fitted phase, NaN outside the band of the fit.
    labels : sequence of str
        What is written above each.
    """
    n = len(measured)
    wide = columns or int(np.ceil(np.sqrt(n * 1.3)))
    rows = -(-n // wide)
    figure = Figure(figsize=(wide * 2.4, rows * 2.65), dpi=_DPI, facecolor="white", layout="constrained")
    for index, (power, model, label) in enumerate(zip(measured, models, labels, strict=True)):
        axes = figure.add_subplot(rows, wide, index + 1)
        axes.imshow(_halves(power, model), cmap="gray", vmin=0, vmax=1, interpolation="antialiased")
        axes.set_title(label, fontsize=8)
        axes.set_axis_off()
    return png_bytes(figure)


def _halves(power: Floats, model: Floats) -> Floats:
    """Return the flattened logarithm of the power on the left, and the model on the right."""
    side = len(power)
    y, x = np.indices(power.shape) - side // 2
    radius = np.hypot(y, x)
    ring = np.rint(radius).astype(int)
    logs = np.log(np.maximum(power, power.max() * 1e-12))
    count = np.maximum(np.bincount(ring.ravel()), 1)
    mean = np.bincount(ring.ravel(), logs.ravel()) / count
    reach = max(3, side // 24)
    course = np.convolve(np.pad(mean, reach, mode="edge"), np.ones(2 * reach + 1) / (2 * reach + 1), mode="valid")
    flat = logs - course[ring]
    inside = radius > side / 20
    low, high = np.percentile(flat[inside], [5, 99])
    shown = np.clip((flat - low) / (high - low or 1), 0, 1)
    return np.where(x < 0, shown, np.where(np.isfinite(model), model, 0.5))
