"""Colours of an image as its display shows it: limits, gamma, inversion, tables of colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.conversion import RGB_PIXEL
from temstack.dmscript.images import Image

if TYPE_CHECKING:
    from temstack.dmscript.displays import ImageDisplay

Colours = NDArray[np.uint8]


def shown_plane(image: Image, display: ImageDisplay | None) -> NDArray[Any]:
    """Return the plane that is on show: the only one, or the mean of the layers that the display shows."""
    data = image.data
    if data.ndim == 1:
        return data[np.newaxis]
    if data.ndim == 2:
        return data
    planes = data.reshape((-1, *data.shape[-2:]))
    first, last = display.properties.get("layers", (0.0, 0.0)) if display is not None else (0.0, 0.0)
    start = min(max(int(first), 0), len(planes) - 1)
    stop = min(max(int(last), start), len(planes) - 1) + 1
    if stop - start == 1 or image.is_colour:
        return np.asarray(planes[start])
    return np.asarray(planes[start:stop].mean(axis=0))


def values_shown(plane: NDArray[Any]) -> NDArray[np.float64]:
    """Return the numbers that brightness stands for: of complex ones the logarithm of their size."""
    if np.iscomplexobj(plane):
        return np.asarray(np.log1p(np.abs(plane)), dtype=np.float64)
    return np.asarray(plane, dtype=np.float64)


def display_limits(display: ImageDisplay) -> tuple[float, float]:
    """Return what is drawn black and what white: the limits set, or robust ones of the plane on show."""
    from temstack.report.pictures import contrast_limits

    if display.limits is not None and not display.is_auto_survey:
        return display.limits
    if display.image.is_colour:
        return 0.0, 255.0
    return contrast_limits(values_shown(shown_plane(display.image, display)))


def colours_of(image: Image, display: ImageDisplay) -> Colours:
    """Return an image as its display shows it.

    Returns
    -------
    colours : (y, x, 3) uint8
        Red, green and blue.
    """
    plane = shown_plane(image, display)
    if image.is_colour:
        return np.stack([plane[name] for name in ("red", "green", "blue")], axis=-1)
    low, high = display_limits(display)
    parts = (values_shown(plane) - low) / (high - low if high != low else 1.0)
    parts = np.clip(np.nan_to_num(parts, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
    gamma = float(display.properties.get("gamma", 1.0))
    if gamma not in (0.0, 1.0):
        parts = parts**gamma
    if display.properties.get("inversion"):
        parts = 1.0 - parts
    table = colour_table(display)
    return table[np.rint(parts * (len(table) - 1)).astype(np.intp)]


def colour_table(display: ImageDisplay) -> Colours:
    """Return the colours from black to white: those set as an image or by name, else greys."""
    given = display.properties.get("colour table")
    if isinstance(given, np.ndarray):
        return given
    grey = np.arange(256, dtype=np.uint8)
    name = display.colour_table.lower()
    if name and not name.startswith("gr"):
        return _named_table(name)
    return np.stack([grey] * 3, axis=-1)


_TABLES = {"rainbow": "rainbow", "temperature": "hot", "fire": "inferno", "spectrum": "nipy_spectral", "ice": "winter"}


def _named_table(name: str) -> Colours:
    """Return a table by DM's name for it or by matplotlib's; greys where neither knows it."""
    import matplotlib as mpl

    known = {one.lower(): one for one in mpl.colormaps}
    found = known.get(_TABLES.get(name, name), "gray")
    return np.asarray(mpl.colormaps[found](np.arange(256), bytes=True)[:, :3], dtype=np.uint8)


def table_of_image(image: Image) -> Colours:
    """Return the colours of an image of 256 × 1 colours, or greys."""
    pixels = image.data.reshape(-1)
    if image.is_colour:
        return np.stack([pixels[name] for name in ("red", "green", "blue")], axis=-1)
    grey = np.clip(values_shown(pixels), 0, 255).astype(np.uint8)
    return np.stack([grey] * 3, axis=-1)


def colour_image(colours: Colours, name: str) -> Image:
    """Return colours as an image of a script."""
    pixels = np.zeros(colours.shape[:2], RGB_PIXEL)
    for index, part in enumerate(("red", "green", "blue")):
        pixels[part] = colours[..., index]
    return Image(pixels, name)
