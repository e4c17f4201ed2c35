"""The images in a file, as its tags describe them, and their pixels without loading them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from temstack.errors import DamagedFileError, UnsupportedDataError
from temstack.formats.dm.layout import COLOUR, PIXEL_TYPES, PixelBlock
from temstack.stack.tags import OddGroup, Tag, get_tag

_COLOUR_DTYPE = np.dtype({"names": list("RGBA"), "formats": ["u1"] * 4, "offsets": [2, 1, 0, 3], "itemsize": 4})
_DTYPES = {kind.code: np.dtype(kind.dtype) for kind in PIXEL_TYPES} | {
    8: _COLOUR_DTYPE,
    COLOUR.code: _COLOUR_DTYPE,
}


@dataclass(frozen=True)
class Calibration:
    """How numbers along an axis, or of a pixel, are to be read: ``(number - origin) * scale`` in `units`.

    Parameters
    ----------
    origin : float, px
        Where the scale has its zero.
    scale : float, in `units`
        One pixel.
    units : str
        ``"nm"``, ``"eV"``…; empty without a calibration.
    """

    origin: float = 0.0
    scale: float = 1.0
    units: str = ""

    @property
    def first(self) -> float:
        """What pixel 0 is at, in `units`."""
        return -self.origin * self.scale + 0.0


@dataclass(frozen=True)
class Image:
    """One image of a file.

    Parameters
    ----------
    name : str
        Its title.
    shape : tuple of int
        In C order: the last runs fastest. A stack is ``(planes, y, x)``, a spectrum image ``(energy, y, x)``.
    pixel_type : int
        ``ImageData:DataType``.
    axes : tuple of Calibration
        One for each dimension of `shape`.
    intensity : Calibration
        How pixel values are to be read.
    tags : dict
        Its ``ImageTags``.
    block : PixelBlock
        Where its pixels lie.
    """

    name: str
    shape: tuple[int, ...]
    pixel_type: int
    axes: tuple[Calibration, ...]
    intensity: Calibration
    tags: dict[str, Tag]
    block: PixelBlock


def find_images(tags: dict[str, Tag], subject: str) -> list[Image]:
    """Return the images of a file in its order, without thumbnails.

    Parameters
    ----------
    tags : dict
        What :func:`~temstack.formats.dm.reading.read_tags` gave.
    subject : str
        Name of the file, for errors.

    Raises
    ------
    DamagedFileError
        If it holds no image, or if the description of one makes no sense.
    """
    entries = _as_list(tags.get("ImageList"))
    thumbnails = {get_tag(entry, "ImageIndex") for entry in _as_list(tags.get("Thumbnails"))}
    entries = [entry for index, entry in enumerate(entries) if index not in thumbnails]
    if not entries:
        raise DamagedFileError(subject, "holds no image", advice="check that it is not a file of tags only")
    return [_image(entry, subject) for entry in entries]


def _image(entry: Tag, subject: str) -> Image:
    block = get_tag(entry, "ImageData:Data")
    sizes = _as_list(get_tag(entry, "ImageData:Dimensions"))
    if not isinstance(block, PixelBlock) or not all(isinstance(size, np.integer) and size >= 0 for size in sizes):
        raise DamagedFileError(subject, "holds an image without pixels")
    shape = tuple(int(size) for size in reversed(sizes))
    calibrations = _as_list(get_tag(entry, "ImageData:Calibrations:Dimension"))[: len(shape)]
    # Plug-ins that build stacks leave out the calibration of the dimension that they add.
    axes = [_calibration(tags) for tags in calibrations] + [Calibration()] * (len(shape) - len(calibrations))
    return Image(
        name=_text(get_tag(entry, "Name")),
        shape=shape,
        pixel_type=int(_number(get_tag(entry, "ImageData:DataType"), 0)),
        axes=tuple(reversed(axes)),
        intensity=_calibration(get_tag(entry, "ImageData:Calibrations:Brightness")),
        tags=_as_dict(get_tag(entry, "ImageTags")),
        block=block,
    )


def _calibration(tags: Tag) -> Calibration:
    return Calibration(
        origin=_number(get_tag(tags, "Origin"), 0.0),
        scale=_number(get_tag(tags, "Scale"), 1.0),
        units=_text(get_tag(tags, "Units")),
    )


def _number(tag: Tag, default: float) -> float:
    return float(tag) if isinstance(tag, (int, float, np.number)) else default


def _text(tag: Tag) -> str:
    return tag if isinstance(tag, str) else ""


def _as_list(tag: Tag) -> Sequence[Tag]:
    if isinstance(tag, OddGroup):  # other writers mark their lists in other ways
        return [inside for _, inside in tag.items]
    return tag if isinstance(tag, list) else []


def _as_dict(tag: Tag) -> dict[str, Tag]:
    if isinstance(tag, OddGroup):
        return dict(tag.items)
    return tag if isinstance(tag, dict) else {}


def open_pixels(path: str | Path, image: Image) -> np.ndarray[Any, Any]:
    """Return the pixels of an image, read from the file where and when they are used.

    Parameters
    ----------
    path : str or Path
        The file.
    image : Image
        One of :func:`find_images`.

    Returns
    -------
    pixels : array of shape ``image.shape``, read-only
        A memory map. Colour pixels are records of ``R``, ``G``, ``B`` and ``A``.

    Raises
    ------
    UnsupportedDataError
        If the pixels are packed (Fourier transforms of real images) or of an unknown type.
    DamagedFileError
        If the file holds fewer pixels than it says.
    """
    dtype = _DTYPES.get(image.pixel_type)
    if dtype is None:
        raise UnsupportedDataError(
            str(path),
            "holds pixels of a type that is not read",
            got=f"DigitalMicrograph's data type {image.pixel_type}",
            advice="in DigitalMicrograph, convert the image to real or complex and save it again",
        )
    if math.prod(image.shape) * dtype.itemsize != image.block.n_bytes:
        raise DamagedFileError(
            str(path),
            "does not hold the pixels that it describes",
            got=f"{image.block.n_bytes} bytes",
            expected=f"{' x '.join(map(str, image.shape))} pixels of {dtype.itemsize} bytes",
        )
    if image.block.n_bytes == 0:
        return np.zeros(image.shape, dtype)
    stored = dtype.newbyteorder("<") if image.block.is_little_endian else dtype.newbyteorder(">")
    return np.memmap(path, stored, "r", image.block.offset, image.shape)
