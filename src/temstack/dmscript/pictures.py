"""Pictures of shown images with what scripts drew on them: annotations, regions, scale bars, lines of a plot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.dmscript.components import ARROW, BOX, DOUBLE_ARROW, LINE, OVAL, SCALE_BAR, TEXT, Component
from temstack.dmscript.displays import CIRCLE, LINE_PLOT, POINT, RANGE, ROI, ImageDisplay
from temstack.dmscript.displays import LINE as LINE_ROI
from temstack.dmscript.displays import OVAL as OVAL_ROI
from temstack.dmscript.images import Image
from temstack.dmscript.rendering import colours_of, values_shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIDE_PX, _DPI = 800, 100
_MARGIN_PX = 90


def has_own_look(image: Image) -> bool:
    """Return whether a script changed how an image is drawn, or drew on it."""
    if not image.displays:
        return False
    display = image.displays[0]
    is_plot = display.type == LINE_PLOT
    if image.data.ndim > 2 and not is_plot:
        # A stack is shown plane by plane, unless something is marked on it.
        return bool(display.children or display.rois)
    looks = (display.children, display.rois, display.limits, display.colour_table, display.slices, display.properties)
    return any(looks) or (is_plot and image.data.ndim > 1)


def write_picture(image: Image, path: Path) -> None:
    """Write a PNG of an image as its display shows it, with all that is drawn on it."""
    from temstack.report.pictures import png_bytes
    from temstack.stack.durable import replace_when_done

    display = image.displays[0]
    is_plot = display.type == LINE_PLOT
    figure, axes = _plot(image, display) if is_plot else _raster(image, display)
    for roi in display.rois:
        _draw_roi(axes, roi)
    for component in display.walk():
        if component is not display and component.is_visible:
            _draw_component(axes, component)
    if display.of_type(SCALE_BAR) and not is_plot:
        _draw_scale_bar(axes, image)
    png = png_bytes(figure)
    with replace_when_done(path, overwrite=True) as unfinished:
        unfinished.write_bytes(png)


def _raster(image: Image, display: ImageDisplay) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    colours = colours_of(image, display)
    height, width = colours.shape[:2]
    zoom = _SIDE_PX / max(height, width)
    figure = Figure(figsize=(max(width * zoom, 60) / _DPI, max(height * zoom, 60) / _DPI), dpi=_DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    # Pixel (0, 0) of a script begins at (0, 0); areas end where the next pixel begins.
    axes.imshow(colours, extent=(0, width, height, 0), aspect="auto", interpolation="nearest" if zoom > 1.5 else None)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return figure, axes


def _plot(image: Image, display: ImageDisplay) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    from temstack.dmscript.builtins.line_plots import value_limits

    figure = Figure(figsize=(_SIDE_PX / _DPI, _SIDE_PX / 2 / _DPI), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    for line in display.lines():
        values = values_shown(np.atleast_2d(line.image.data)[line.row])
        colour: Any = line.colours.get(1 if line.style == 2 else 0)
        if line.style >= 2:
            name = line.label if line.style == 2 else ""
            axes.fill_between(
                np.arange(len(values)),
                values,
                color=colour,
                alpha=0.6 * (1 - line.transparency),
                lw=0,
                label=name or None,
            )
        if line.style != 2:
            axes.plot(values, color=colour, lw=line.thickness, label=line.label or None, alpha=1 - line.transparency)
    axes.set_xlim(*display.properties.get("channels", (0, max(image.length(0) - 1, 1))))
    low, high = value_limits(display)
    room = 0.05 * (high - low) if display.is_auto_survey else 0.0
    axes.set_ylim(low - room, (high if high > low else low + 1) + room)
    axes.set_title(image.name, fontsize=10)
    axes.grid(bool(display.properties.get("GridOn", 1.0)), alpha=0.3)
    _label_axes(axes, image)
    for x, y, text in display.properties.get("peaks", {}).values():
        axes.text(x, y, text, fontsize=8, ha="center")
    if display.properties.get("LegendShown") and axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=8)
    return figure, axes


def _label_axes(axes: Axes, image: Image) -> None:
    calibration = image.calibrations[0]
    if calibration.units:
        axes.xaxis.set_major_formatter(lambda channel, _: f"{calibration.origin + channel * calibration.scale:.4g}")
    axes.set_xlabel(calibration.units or "channel")
    if image.intensity.units:
        axes.set_ylabel(image.intensity.units)


# --- what is drawn on it ----------------------------------------------------------------------


def _draw_roi(axes: Axes, roi: ROI) -> None:
    from matplotlib.patches import Ellipse, Polygon

    style: dict[str, Any] = {"edgecolor": roi.colour, "facecolor": "none", "lw": 1.2, "ls": "--"}
    fill = roi.properties.get("Fill")
    if roi.properties.get("DrawFilled") and fill:
        style["facecolor"] = (*fill[:3], fill[3])
    top, left, bottom, right = roi.bounds()
    if roi.kind == RANGE:
        axes.axvspan(left, right, color=roi.colour, alpha=0.2, lw=0)
    elif roi.kind == POINT:
        axes.plot([left + 0.5], [top + 0.5], marker="+", ms=10, color=roi.colour)
    elif roi.kind == LINE_ROI:
        axes.plot(*zip(*roi.vertices, strict=True), color=roi.colour, lw=1.2, ls="--")
    elif roi.kind in (CIRCLE, OVAL_ROI):
        axes.add_patch(Ellipse(((left + right) / 2, (top + bottom) / 2), right - left, bottom - top, **style))
    elif len(roi.vertices) > 1:
        axes.add_patch(Polygon(roi.vertices, closed=bool(roi.properties.get("IsClosed", 1.0)), **style))
    if roi.label:
        place, side = (top, "bottom") if roi.kind != RANGE else (axes.get_ylim()[1], "top")
        axes.text(left, place, roi.label, color=roi.colour, fontsize=9, va=side, clip_on=True)


def _draw_component(axes: Axes, one: Component) -> None:
    from matplotlib.patches import Ellipse, FancyArrowPatch, Rectangle

    top, left, bottom, right = one.rect
    width = float(one.properties.get("LineWidth", 1.0)) + 0.5
    is_filled = one.properties.get("FillMode", 2.0) == 1.0
    style: dict[str, Any] = {"edgecolor": one.foreground, "lw": width}
    style["facecolor"] = one.foreground if is_filled else "none"
    if one.kind == LINE:
        axes.plot([left, right], [top, bottom], color=one.foreground, lw=width)
    elif one.kind in (ARROW, DOUBLE_ARROW):
        heads = "-|>" if one.kind == ARROW else "<|-|>"
        ends = ((left, top), (right, bottom))
        axes.add_patch(FancyArrowPatch(*ends, arrowstyle=heads, mutation_scale=12, color=one.foreground, lw=width))
    elif one.kind == BOX:
        axes.add_patch(Rectangle((left, top), right - left, bottom - top, **style))
    elif one.kind == OVAL:
        middle = ((left + right) / 2, (top + bottom) / 2)
        axes.add_patch(Ellipse(middle, abs(right - left), abs(bottom - top), **style))
    elif one.kind == TEXT:
        _draw_text(axes, one)


def _draw_text(axes: Axes, one: Component) -> None:
    _, attributes, size = one.font
    points = abs(size * _points_per_pixel(axes))
    # The font of the microscope is seldom there; a missing one would only make warnings.
    text = axes.text(one.rect[1], one.rect[0], one.text, color=one.foreground, fontsize=max(points, 4.0), va="top")
    text.set_fontweight("bold" if int(attributes) & 8 else "normal")
    text.set_fontstyle("italic" if int(attributes) & 16 else "normal")
    text.set_clip_on(True)
    if one.properties.get("DrawingMode") == 1.0:
        text.set_bbox({"facecolor": one.background, "edgecolor": "none", "pad": 1.0})


def _points_per_pixel(axes: Axes) -> float:
    """Return how many points a pixel of the image is high; 1 in a line plot, where letters have no such size."""
    low, high = axes.get_ylim()
    if high > low:
        return 1.0
    return float(axes.bbox.height / (low - high) * 72 / _DPI)


def _draw_scale_bar(axes: Axes, image: Image) -> None:
    from temstack.report.pictures import draw_scale_bar, scale_bar

    calibration = image.calibrations[0]
    width, height = image.length(0), image.length(1)
    bar = scale_bar(width, abs(calibration.scale), calibration.units or "px")
    draw_scale_bar(axes, bar, (0, 0, width, height))
