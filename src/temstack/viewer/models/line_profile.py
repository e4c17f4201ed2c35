"""The profile along a line drawn in an image: the mean across its width, against the way along it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.curves import Curve
from temstack.viewer.models.regions import Region


def line_profile(
    region: Region, pixels: NDArray[Any], y: PixelAxis, x: PixelAxis, *, scale: float = 1.0, units: str = "counts"
) -> Curve:
    """Return the profile of one image along a line.

    Values between pixels are interpolated linearly, at steps of about one pixel along the line and across it.

    Parameters
    ----------
    region : Region
        A line.
    pixels : (y, x) array
        As stored.
    y, x : PixelAxis
        The axes of the image: the way is in their units where both have the same, else in px.
    scale : float
        What one stored unit counts.

    Returns
    -------
    Curve
        Its `error` is the standard error of the mean across the line, by the spread there; None for a width below
        three pixels, which says too little of it.

    Examples
    --------
    >>> image = np.tile(np.arange(8.0), (4, 1))
    >>> axis = PixelAxis("x", 8, 0.5, units="nm")
    >>> profile = line_profile(Region("line", ((2, 1.5), (2, 5.5))), image, axis, axis)
    >>> profile.x.tolist(), profile.y.tolist()
    ([0.0, 0.5, 1.0, 1.5, 2.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    """
    from scipy.ndimage import map_coordinates

    (y0, x0), (y1, x1) = region.points
    steps = max(1, round(region.length_px))
    along = np.linspace(0, 1, steps + 1)
    lanes = max(1, round(region.width_px))
    across = (np.arange(lanes) - (lanes - 1) / 2) * (region.width_px / lanes)
    length = region.length_px or 1.0
    rows = y0 + along * (y1 - y0) + across[:, None] * (x1 - x0) / length - 0.5
    columns = x0 + along * (x1 - x0) - across[:, None] * (y1 - y0) / length - 0.5
    image = np.abs(pixels) if pixels.dtype.kind == "c" else pixels
    sampled = map_coordinates(image.astype(np.float64, copy=False), (rows, columns), order=1, mode="nearest") * scale
    error = sampled.std(axis=0, ddof=1) / np.sqrt(lanes) if lanes >= 3 else None
    is_calibrated = x.is_calibrated and x.units == y.units
    way = float(np.hypot((y1 - y0) * y.step, (x1 - x0) * x.step)) if is_calibrated else region.length_px
    return Curve(
        x=along * way,
        y=sampled.mean(axis=0),
        error=error,
        name=region.name,
        colour=region.colour,
        x_name="Distance",
        x_units=x.units if is_calibrated else "px",
        y_units=units,
    )
