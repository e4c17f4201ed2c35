"""Round lengths for scale bars, in units in which their numbers are handy."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10


@dataclass(frozen=True)
class ScaleBar:
    """A round length and what to write beside it."""

    length_px: float
    label: str


def scale_bar(width_px: float, pixel_size: float, units: str) -> ScaleBar:
    """Return the scale bar for a picture: 1, 2 or 5 times a power of ten, up to a quarter of its width.

    Parameters
    ----------
    width_px : float, px
        Width of the picture.
    pixel_size : float, in `units`
    units : str
        Lengths change to a smaller or larger unit where the number would be unhandy.

    Examples
    --------
    >>> scale_bar(512, 0.5, "nm")
    ScaleBar(length_px=100.0, label='50 nm')
    >>> scale_bar(1000, 4.0, "nm").label
    '1 µm'
    """
    longest = width_px * pixel_size / 4
    decade = 10.0 ** floor(log10(longest))
    length = next(step * decade for step in (5, 2, 1) if step * decade <= longest * (1 + 1e-9))
    value, unit = handy_length(length, units)
    return ScaleBar(length / pixel_size, f"{value:g} {unit}")


def handy_length(length: float, units: str) -> tuple[float, str]:
    """Return a length in the unit in which its number is neither very small nor very large.

    >>> handy_length(2500.0, "nm")
    (2.5, 'µm')
    """
    smaller = {"nm": "pm", "µm": "nm", "um": "nm", "mm": "µm"}
    larger = {"nm": "µm", "pm": "nm", "µm": "mm", "um": "mm"}
    if length >= 1000 and units in larger:
        return length / 1000, larger[units]
    if length < 0.1 and units in smaller:
        return length * 1000, smaller[units]
    return length, units
