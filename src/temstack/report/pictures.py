"""Pictures of planes: robust contrast, reduced in size, with a scale bar, as PNG bytes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnchoredOffsetbox, AuxTransformBox, TextArea, VPacker
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from temstack.stack.scale_bars import ScaleBar as ScaleBar
from temstack.stack.scale_bars import scale_bar as scale_bar

Pixels = NDArray[Any]
_DPI = 100


def contrast_limits(image: Pixels, *, cut_percent: float = 0.4) -> tuple[float, float]:
    """Return the values shown black and white; the few darkest and brightest pixels lie beyond them.

    Examples
    --------
    >>> contrast_limits(np.array([[0.0, np.nan], [1.0, 2.0]]), cut_percent=0)
    (0.0, 2.0)
    """
    sample = image.ravel()[:: max(1, image.size // 500_000)]
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(sample, [cut_percent, 100 - cut_percent]))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def reduced(image: Pixels, largest_px: int) -> Pixels:
    """Return the image averaged over square blocks until its longer side is below twice *largest_px*.

    Examples
    --------
    >>> reduced(np.arange(16.0).reshape(4, 4), 1).tolist()
    [[7.5]]
    """
    factor = max(image.shape[:2]) // largest_px
    if factor < 2 or factor > min(image.shape[:2]):  # a line, such as a spectrum of height 1, stays as it is
        return image
    height, width = (side // factor for side in image.shape[:2])
    whole = image[: height * factor, : width * factor]
    blocks = whole.reshape(height, factor, width, factor, *image.shape[2:])
    return np.asarray(blocks.mean(axis=(1, 3)))


def displayable(plane: Pixels) -> Pixels:
    """Return a plane as real numbers that can be shown: the modulus of complex ones, 0…1 for colour."""
    if np.iscomplexobj(plane):
        return np.abs(plane)
    if plane.ndim == 3:
        return np.asarray(plane[..., :3], dtype=np.float32) / 255
    return np.asarray(plane, dtype=np.float32 if plane.dtype.itemsize <= 4 else np.float64)


def picture(
    image: Pixels,
    *,
    pixel_size: float,
    units: str,
    limits: tuple[float, float] | None = None,
    side_px: int = 640,
) -> bytes:
    """Return a grey PNG of one image with a scale bar, its longer side about *side_px* long.

    Parameters
    ----------
    image : (y, x) or (y, x, 3)
    pixel_size : float, in `units`
        Width of a pixel.
    limits : (float, float), optional
        Values shown black and white; left out, robust limits of this image.
    side_px : int, px
    """
    small = reduced(image, side_px)
    low, high = limits or contrast_limits(small)
    height, width = small.shape[:2]
    zoom = side_px / max(height, width)
    figure = Figure(figsize=(max(width * zoom, 40) / _DPI, max(height * zoom, 40) / _DPI), dpi=_DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(small, cmap="gray", vmin=low, vmax=high, aspect="auto", interpolation=_interpolation(zoom))
    axes.set_axis_off()
    bar = scale_bar(width, pixel_size * image.shape[1] / width, units)
    draw_scale_bar(axes, bar, (-0.5, -0.5, width, height))
    return png_bytes(figure)


def _interpolation(zoom: float) -> str:
    return "nearest" if zoom > 1.5 else "antialiased"


def draw_scale_bar(
    axes: Axes, bar: ScaleBar, area: tuple[float, float, float, float], *, text_size: float = 11
) -> None:
    """Draw a scale bar in a dark box, readable on any picture, into the lower left corner of an area.

    Parameters
    ----------
    axes : Axes
        With y pointing down, as images are shown.
    bar : ScaleBar
    area : (left, top, width, height), in units of the axes
        Where the picture lies in the axes.
    text_size : float, points
    """
    left, top, width, height = area
    line = AuxTransformBox(axes.transData)
    line.add_artist(Line2D((0, bar.length_px), (0, 0), color="white", linewidth=max(2.0, text_size / 4)))
    label = TextArea(bar.label, textprops={"color": "white", "fontsize": text_size})
    box = AnchoredOffsetbox(
        loc="lower left",
        child=VPacker(children=[label, line], align="center", pad=0, sep=text_size / 4),
        pad=0.35,
        borderpad=0.5,
        prop=FontProperties(size=text_size),
        bbox_to_anchor=Bbox.from_bounds(left, top, width, height),
        bbox_transform=axes.transData,
    )
    box.patch.set(facecolor=(0, 0, 0, 0.55), edgecolor="none", boxstyle="round,pad=0,rounding_size=0.2")
    axes.add_artist(box)


def png_bytes(figure: Figure, *, transparent: bool = False) -> bytes:
    """Return a figure as PNG, without the date and version that would make two alike pictures differ."""
    out = io.BytesIO()
    figure.savefig(out, format="png", transparent=transparent, metadata={"Software": None})
    return out.getvalue()
