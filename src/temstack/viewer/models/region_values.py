"""What a region measures in the plane that is shown: mean, spread and sum of its pixels, its area or length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.regions import Region


@dataclass(frozen=True)
class Values:
    """Pixels of a region in one plane, in counts.

    Parameters
    ----------
    n_pixels : int
        Pixels that are numbers.
    mean, sd, total, lowest, highest : float
        NaN without pixels; `sd` is that of the pixels, not of their mean.
    """

    n_pixels: int
    mean: float
    sd: float
    total: float
    lowest: float
    highest: float


def values_of(region: Region, pixels: NDArray[Any], scale: float = 1.0) -> Values:
    """Return what a region measures in one plane.

    Parameters
    ----------
    region : Region
    pixels : (y, x) array
        As stored; pixels that are no numbers are left out.
    scale : float
        What one stored unit counts.

    Examples
    --------
    >>> values_of(Region("rectangle", ((0, 0), (1, 2))), np.array([[1, 3], [9, 9]]), 2.0)
    Values(n_pixels=2, mean=4.0, sd=2.0, total=8.0, lowest=2.0, highest=6.0)
    """
    area = region.area((pixels.shape[0], pixels.shape[1]))
    inside = np.zeros(0) if area is None else area.of(pixels)
    if inside.dtype.kind == "f":
        inside = inside[np.isfinite(inside)]
    if not inside.size:
        return Values(0, *[float("nan")] * 5)
    total = float(inside.sum(dtype=np.float64))
    sd = float(inside.std(dtype=np.float64))
    low, high = sorted((float(inside.min()) * scale, float(inside.max()) * scale))
    return Values(inside.size, total / inside.size * scale, sd * abs(scale), total * scale, low, high)


def in_words(values: Values, units: str) -> list[tuple[str, str]]:
    """Return the values with names and units, to be shown in two columns."""
    if not values.n_pixels:
        return [("Mean", "no pixel that is a number")]
    if values.n_pixels == 1:
        return [("Value", _number(values.mean, units))]
    return [
        ("Mean", _number(values.mean, units)),
        ("SD", _number(values.sd, units)),
        ("Sum", _number(values.total, units)),
        ("Range", f"{_number(values.lowest)} … {_number(values.highest, units)}"),
    ]


def size_in_words(region: Region, shape: tuple[int, int], y: PixelAxis, x: PixelAxis) -> list[tuple[str, str]]:
    """Return the length of a line, the area of all else, in pixels and in the units of the image."""
    is_calibrated = x.is_calibrated and x.units == y.units
    if region.kind == "line":
        (y0, x0), (y1, x1) = region.points
        length = float(np.hypot((y1 - y0) * y.step, (x1 - x0) * x.step))
        angle = float(np.degrees(np.arctan2(y0 - y1, x1 - x0)))
        said = f"{region.length_px:.4g} px" + (f" = {_number(length, x.units)}" if is_calibrated else "")
        return [("Length", said), ("Angle", f"{angle:.2f}°".replace("-", "−"))]
    if region.kind == "point":
        return []
    area = region.area(shape)
    n_pixels = area.n_pixels if area else 0
    said = f"{n_pixels} px"
    if is_calibrated:
        said += f" = {_number(n_pixels * abs(y.step * x.step), x.units + '²')}"
    return [("Area", said)]


def _number(value: float, units: str = "") -> str:
    return f"{value:.5g} {units}".strip().replace("-", "−").replace("e+0", "e")
