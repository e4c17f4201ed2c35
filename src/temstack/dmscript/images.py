"""Images of a script: pixels, data type, calibration, name and tags; and their way from and to stacks.

``data`` is an array in C order, so an image of width 100, height 20 and depth 10 has shape ``(10, 20, 100)``;
dimension 0 of a script is its **last** axis. A part of an image (``img[t,l,b,r]``, ``slice2``) is an image
whose ``data`` is a view of the same memory: what is written to one is seen in the other.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.dmscript.conversion import (
    AS_DM,
    RGB_PIXEL,
    ConversionRule,
    Pixels,
    code_of,
    dtype_of,
    store,
    type_words,
)
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.tag_groups import TagGroup

if TYPE_CHECKING:
    from temstack.dmscript.displays import ImageDisplay

_next_id = itertools.count(1)
_by_id: weakref.WeakValueDictionary[int, Image] = weakref.WeakValueDictionary()

LARGEST_SIZE = 2**40
"""Bytes beyond which an image is refused at once: a misread size, not a wish."""


@dataclass(frozen=True)
class Calibration:
    """What the pixels along one dimension, or the values, mean: ``origin + index * scale`` in `units`."""

    origin: float = 0.0
    scale: float = 1.0
    units: str = ""

    @property
    def zero_at(self) -> float:
        """The pixel at which the calibrated value is 0, what ``SetOrigin`` gives."""
        return -self.origin / self.scale if self.scale else 0.0

    def of_part(self, start: float, step: float = 1.0) -> Calibration:
        """Return the calibration of every *step*-th pixel from *start* on."""
        return replace(self, origin=self.origin + start * self.scale, scale=self.scale * step)


class Image:
    """An image of a script, of one to four dimensions.

    Parameters
    ----------
    data : array, C order, slowest dimension first
        Pixels; kept, not copied.
    name : str
        Title.
    type_code : int, optional
        Data type, where the dtype alone does not say it (5 packed complex, 8 or 23 RGB).

    Examples
    --------
    >>> image = Image(np.zeros((20, 100), np.int8), "two-dimensional")
    >>> image.size, image.type_code
    ((100, 20), 9)
    """

    dm_type = "image"

    def __init__(self, data: Pixels, name: str = "", *, type_code: int | None = None) -> None:
        self.data = data
        self.name = name
        self.type_code = code_of(data.dtype) if type_code is None else type_code
        self.calibrations = [Calibration() for _ in range(data.ndim)]
        self.intensity = Calibration()
        self.tags = TagGroup()
        self.displays: list[ImageDisplay] = []
        self.is_deleted = False
        self.source: str | None = None
        self.id = next(_next_id)
        _by_id[self.id] = self

    @property
    def size(self) -> tuple[int, ...]:
        """Sizes in the order of a script: width, height, depth and so on."""
        return self.data.shape[::-1]

    @property
    def is_complex(self) -> bool:
        """Whether pixels are complex numbers."""
        return self.data.dtype.kind == "c"

    @property
    def is_colour(self) -> bool:
        """Whether pixels are colours."""
        return self.data.dtype == RGB_PIXEL

    def length(self, dimension: float) -> int:
        """Return the size along a dimension of a script; 1 beyond the last, as a flat image has one plane."""
        return self.size[int(dimension)] if 0 <= dimension < self.data.ndim else 1

    def axis(self, dimension: float) -> int:
        """Return the axis of ``data`` for a dimension of a script.

        Raises
        ------
        ScriptRuntimeError
            If the image has no such dimension.
        """
        if not 0 <= dimension < self.data.ndim or dimension != int(dimension):
            raise ScriptRuntimeError(
                f"image {self.name!r} has no dimension {dimension:g}; expected 0 to {self.data.ndim - 1}"
            )
        return self.data.ndim - 1 - int(dimension)

    def calibration(self, dimension: float) -> Calibration:
        """Return the calibration of a dimension."""
        self.axis(dimension)
        return self.calibrations[int(dimension)]

    def calibrate(self, dimension: float, **changes: Any) -> None:
        """Change origin, scale or units of a dimension."""
        self.axis(dimension)
        self.calibrations[int(dimension)] = replace(self.calibrations[int(dimension)], **changes)

    def copy_calibration(self, other: Image) -> None:
        """Take the calibration of another image, as far as both have the dimensions."""
        count = min(self.data.ndim, other.data.ndim)
        self.calibrations[:count] = other.calibrations[:count]
        self.intensity = other.intensity

    def fill(self, values: Any, rule: ConversionRule = AS_DM) -> None:
        """Set all pixels, converted to the data type of this image.

        Parameters
        ----------
        values : number, colour, or array of the same shape
            What to set.
        rule : ConversionRule
            What happens to what does not fit.
        """
        given = np.asarray(values) if not isinstance(values, tuple) else np.empty(())
        if given.ndim and given.shape != self.data.shape:
            raise sizes_differ(self.size, given.shape[::-1])
        store(values, self.data, rule)

    def clone(self, name: str | None = None) -> Image:
        """Return a copy with its own pixels, calibration and tags."""
        copy = Image(self.data.copy(), self.name if name is None else name, type_code=self.type_code)
        copy.calibrations, copy.intensity = list(self.calibrations), self.intensity
        copy.tags = self.tags.clone()
        return copy

    def view(self, data: Pixels, calibrations: Sequence[Calibration]) -> Image:
        """Return a part of this image: *data* is a view of its pixels."""
        part = Image(data, self.name, type_code=self.type_code)
        part.calibrations, part.intensity, part.tags = list(calibrations), self.intensity, self.tags
        return part

    def __repr__(self) -> str:
        return f"<image {self.name!r} {describe_size(self.size)} {type_words(self.type_code)}>"


def new_image(name: str, type_code: float, sizes: Sequence[float]) -> Image:
    """Return a new image with every pixel 0.

    Parameters
    ----------
    name : str
        Title.
    type_code : int
        Data type.
    sizes : sequence of number
        Width, height, depth…; fractions are dropped. A trailing size of 0 counts as not given.

    Examples
    --------
    >>> new_image("stack", 9, [100, 100, 5]).data.shape
    (5, 100, 100)
    """
    dtype = dtype_of(type_code)
    lengths = _lengths(sizes)
    if not lengths or min(lengths) < 1:
        raise ScriptRuntimeError(f"an image cannot be {describe_size(lengths)} pixels large; expected 1 or more")
    if prod(lengths) * dtype.itemsize > LARGEST_SIZE:
        raise ScriptRuntimeError(f"an image of {describe_size(lengths)} pixels does not fit into any memory")
    return Image(np.zeros(lengths[::-1], dtype), name, type_code=int(type_code))


def _lengths(sizes: Sequence[float]) -> list[int]:
    lengths = [int(size) if np.isfinite(size) else -1 for size in sizes]
    while len(lengths) > 1 and lengths[-1] == 0:
        lengths.pop()
    return lengths


def image_bytes(type_code: float, sizes: Sequence[float]) -> int:
    """Return how many bytes the pixels of such an image take."""
    return max(prod(_lengths(sizes)) * dtype_of(type_code).itemsize, 0)


def image_by_id(number: float) -> Image | None:
    """Return the image with an id, None if no variable holds it any more."""
    found = _by_id.get(int(number))
    return None if found is None or found.is_deleted else found


def live_images() -> list[Image]:
    """Return all images that some variable of some script holds."""
    return list(_by_id.values())


def describe_size(sizes: Sequence[float]) -> str:
    """Return sizes as people write them.

    Examples
    --------
    >>> describe_size((100, 20))
    '100 × 20'
    """
    return " × ".join(f"{size:g}" for size in sizes)


def sizes_differ(left: Sequence[float], right: Sequence[float]) -> ScriptRuntimeError:
    """Return the error for images whose sizes should be the same."""
    return ScriptRuntimeError(
        f"image sizes do not match: {describe_size(left)} and {describe_size(right)}; "
        "both sides must have the same size and number of dimensions"
    )
