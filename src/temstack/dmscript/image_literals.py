"""Images written out in a script: ``[w, h]: { {…}, {…} }``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from temstack.dmscript.conversion import RGB, RGB_PIXEL
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, new_image


def literal(sizes: Sequence[float], rows: Sequence[Any]) -> Image:
    """Return the image of ``[w, h]: { {…}, {…} }``.

    Raises
    ------
    ScriptRuntimeError
        If there are more or fewer values than pixels.
    """
    flat = list(_flattened(rows))
    count = prod(int(size) for size in sizes)
    if len(flat) != count:
        raise ScriptRuntimeError("the values do not fill the image", got=f"{len(flat)} values", expected=count)
    is_complex = any(isinstance(value, complex) for value in flat)
    is_colour = any(isinstance(value, RGB) for value in flat)
    image = new_image("", 23 if is_colour else 3 if is_complex else 2, sizes)
    if is_colour:
        image.data[...] = np.array([tuple(value) for value in flat], RGB_PIXEL).reshape(image.data.shape)
    else:
        image.data[...] = np.array(flat).reshape(image.data.shape)
    return image


def _flattened(rows: Sequence[Any]) -> Iterator[Any]:
    for row in rows:
        if isinstance(row, list | tuple) and not isinstance(row, RGB):
            yield from _flattened(row)
        else:
            yield row


def number_image(value: Any) -> Image:
    """Return an image of one pixel, for a parameter that takes an image and gets a number."""
    return literal((1, 1), (value,))
