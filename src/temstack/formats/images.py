"""Pictures: PNG, JPEG and BMP files, as grey images."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.formats.found import Axis, Found
from temstack.formats.kinds import IMAGE
from temstack.formats.rosetta import reading

_LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue (ITU-R BT.601)."""


def read_image(path: Path) -> list[Found]:
    """Return a picture as one grey image.

    Microscope images saved by other programs are grey even where the file has colours: where all channels are
    equal, the grey value is what each of them says, in its own type. Otherwise a warning says that it is the
    luminance 0.299 R + 0.587 G + 0.114 B, as float32. Transparency is left out.

    Parameters
    ----------
    path : Path
        A PNG, JPEG or BMP file.

    Returns
    -------
    list of Found
        One of (y, x).
    """
    # Not RosettaSciIO: it takes a picture for grey when green equals blue, whatever red says.
    import imageio.v3 as imageio

    with reading(path, IMAGE.name):
        # Given a path, it would leave the file open when it fails.
        pixels = np.asarray(imageio.imread(path.read_bytes(), extension=path.suffix.lower()))
    image = _grey(pixels, path)
    axes = (Axis.even("y", "", image.shape[0]), Axis.even("x", "", image.shape[1]))
    return [Found(image, axes)]


def _grey(pixels: NDArray[Any], path: Path) -> NDArray[Any]:
    if pixels.ndim == 2:
        return pixels
    colours = pixels[..., :3] if pixels.shape[-1] >= 3 else pixels[..., :1]
    first = colours[..., 0]
    if all(np.array_equal(first, colours[..., channel]) for channel in range(1, colours.shape[-1])):
        return np.ascontiguousarray(first)
    warnings.warn(f"{path.name}: is in colour; its luminance is read", stacklevel=2)
    return np.asarray(colours @ np.array(_LUMINANCE, dtype=np.float32), dtype=np.float32)
