"""Regions drawn into the pixels of a picture: what pictures and films show of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from temstack.report.movies import text_font
from temstack.viewer.models.regions import Point, Region

Rgb = NDArray[np.uint8]

_LINE_OF_SIDE = 1 / 400
_CROSS_OF_SIDE = 1 / 50
_TEXT_OF_SIDE = 1 / 34
_GROUND = (0, 0, 0)


def draw_regions(frame: Rgb, regions: Sequence[Region], corner: Point, shown: tuple[float, float]) -> Rgb:
    """Return a picture with regions drawn on it, each in its colour and with its name.

    Parameters
    ----------
    frame : (height, width, 3) uint8
        The picture at its final size.
    regions : sequence of Region
    corner : (y, x), px
        Where in the image the picture begins.
    shown : (height, width), px
        How much of the image it shows.

    Examples
    --------
    >>> frame = np.zeros((20, 20, 3), np.uint8)
    >>> drawn = draw_regions(frame, [Region("rectangle", ((2, 2), (8, 8)), colour="#ff0000")], (0, 0), (10, 10))
    >>> drawn[4, 8].tolist(), drawn[10, 10].tolist()
    ([255, 0, 0], [0, 0, 0])
    """
    if not regions:
        return frame
    zoom = frame.shape[0] / shown[0], frame.shape[1] / shown[1]
    picture = Image.fromarray(frame)
    draw = ImageDraw.Draw(picture)
    side = max(frame.shape[:2])
    for region in regions:
        points = [((x - corner[1]) * zoom[1], (y - corner[0]) * zoom[0]) for y, x in region.points]
        _outline(draw, region, points, zoom, side)
    for region in regions:
        beside = _cross_reach(side) if region.kind == "point" else 0.0
        top, left, _, _ = region.bounds
        _name(draw, region, ((left - corner[1]) * zoom[1] + beside, (top - corner[0]) * zoom[0] - beside), side)
    return np.array(picture)


def _outline(draw: ImageDraw.ImageDraw, region: Region, points: Any, zoom: tuple[float, float], side: int) -> None:
    """Draw one region; points are (x, y) in the picture."""
    width, colour = max(1, round(side * _LINE_OF_SIDE)), region.colour
    if region.kind == "rectangle":
        (left, top), (right, bottom) = points
        draw.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), outline=colour, width=width)
    elif region.kind == "ellipse":
        draw.ellipse((*points[0], *points[1]), outline=colour, width=width)
    elif region.kind == "polygon":
        draw.line([*points, points[0]], fill=colour, width=width, joint="curve")
    elif region.kind == "line":
        draw.line(points, fill=colour, width=width)
        if region.width_px > 1:
            around = _band(points, region.width_px * zoom[0] / 2)
            draw.line([*around, around[0]], fill=colour, width=width)
    else:
        (x, y), reach = points[0], _cross_reach(side)
        for end in ((reach, 0), (0, reach)):
            draw.line([(x - end[0], y - end[1]), (x + end[0], y + end[1])], fill=colour, width=width)


def _cross_reach(side: int) -> float:
    """Return how far the cross of a point reaches, px of the picture."""
    return max(4.0, side * _CROSS_OF_SIDE / 2)


def _band(points: Any, reach: float) -> list[tuple[float, float]]:
    """Return the corners of a line that reaches so far to either side."""
    (x0, y0), (x1, y1) = points
    length = float(np.hypot(x1 - x0, y1 - y0)) or 1.0
    dx, dy = -(y1 - y0) / length * reach, (x1 - x0) / length * reach
    return [(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)]


def _name(draw: ImageDraw.ImageDraw, region: Region, corner: tuple[float, float], side: int) -> None:
    """Write the name over the upper left corner, or below that where the picture ends."""
    if not region.name:
        return
    font = text_font(max(8, round(side * _TEXT_OF_SIDE)))
    left, top, right, bottom = draw.textbbox((0, 0), region.name, font=font)
    height, gap = bottom - top, 3
    y = corner[1] - height - 2 * gap if corner[1] >= height + 2 * gap else corner[1] + gap
    box = (corner[0], y, corner[0] + right - left + 2 * gap, y + height + 2 * gap)
    draw.rectangle(box, fill=_GROUND)
    draw.text((corner[0] + gap - left, y + gap - top), region.name, fill=region.colour, font=font)
