"""The pixel under the cursor, in words: where it is, which value it has."""

from __future__ import annotations

import cmath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.viewer.models.calibration import PixelAxis, StackInfo


def readout(info: StackInfo, pixels: NDArray[Any], scale: float, plane: int, column: float, row: float) -> str:
    """Return where a place lies and what is there.

    Parameters
    ----------
    info : StackInfo
    pixels : (y, x) or (y, x, channel)
        Of the plane, as stored.
    scale : float
        What one stored unit counts.
    plane : int
    column, row : float, px
        From the corner of the first pixel: its centre is at 0.5.

    Returns
    -------
    str
        Empty beside the image.

    Examples
    --------
    >>> info = StackInfo(y=PixelAxis("y", 2, 0.5, 0.0, "nm"), x=PixelAxis("x", 2, 0.5, 0.0, "nm"))
    >>> readout(info, np.array([[1, 2], [3, 4]]), 1.0, 0, 1.2, 0.4)
    'x 0.5 nm  y 0 nm  (px 1, 0)   2 counts'
    """
    x, y = int(np.floor(column)), int(np.floor(row))
    if not (0 <= x < info.x.size and 0 <= y < info.y.size):
        return ""
    value = pixel_value(pixels[y, x], scale, info.intensity_units or "counts")
    parts = [place(info, x, y), info.position(plane), value]
    return "   ".join(part for part in parts if part)


def place(info: StackInfo, x: int, y: int) -> str:
    """Return where a pixel lies, in units and in pixels."""
    if not (info.x.is_calibrated or info.y.is_calibrated):
        return f"px {x}, {y}"
    return f"{_along(info.x, x)}  {_along(info.y, y)}  (px {x}, {y})"


def _along(axis: PixelAxis, pixel: int) -> str:
    value = f"{axis.position(pixel + 0.5):.5g}".replace("-", "−")
    return f"{axis.name.replace('_', ' ')} {value} {axis.units}"


def pixel_value(value: Any, scale: float, units: str) -> str:
    """Return one pixel in words: counts, modulus and phase of complex ones, red, green and blue of colour.

    Examples
    --------
    >>> pixel_value(np.uint16(100), 0.25, "counts"), pixel_value(1j, 1.0, "")
    ('25 counts', '|z| 1  phase 1.571 rad')
    """
    if np.ndim(value):
        return "  ".join(f"{name} {part}" for name, part in zip("RGBA", value, strict=False))
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if np.iscomplexobj(value):
        modulus, phase = cmath.polar(complex(value) * scale)
        return f"|z| {modulus:.6g} {units}".rstrip() + f"  phase {phase:.4g} rad".replace("-", "−")
    if not np.isfinite(value):
        return "no value" if np.isnan(value) else "infinite"
    number = f"{value:d}" if scale == 1 and isinstance(value, np.integer) else f"{float(value) * scale:.6g}"
    return f"{number} {units}".rstrip().replace("-", "−")
