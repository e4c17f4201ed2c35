"""How a DM3 or DM4 file is laid out: one table of structures, used by the reader and by the writer.

::

    file   = version file_header group_header tag… eight zero bytes
    tag    = tag_header name [tag_length] (group | data)      tag_length in DM4 only
    group  = group_header tag…
    data   = data_header info… payload

Headers are big-endian and packed. ``count`` is four bytes wide in DM3 and eight in DM4. Payloads are
little-endian where the file header says so, as every file since the Macintosh version does.

``info`` describes the type of the payload in whole numbers, each as wide as ``count``:

====================  ===================================================================
``code``              one number, see :data:`NUMBERS`
``15 0 n (0 code)…``  a structure of *n* fields; the zeros are lengths of names, never used
``18 n``              *n* bytes of text; DigitalMicrograph itself writes text as ``20 4 n``
``20 info n``         an array of *n* items, each described by ``info``
====================  ===================================================================
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Structure:
    """A named structure: its fields in order, each with its :mod:`struct` code; ``"N"`` is a count.

    Parameters
    ----------
    name : str
        What error messages call it.
    fields : dict of str to str
        Field names and codes.
    """

    name: str
    fields: dict[str, str]

    def size(self, version: int) -> int:
        """Return how many bytes it takes in a file of this version."""
        return self._packing(version).size

    def pack(self, version: int, *values: int | bytes) -> bytes:
        """Return the bytes of the structure with these values, in the order of its fields."""
        return self._packing(version).pack(*values)

    def unpack(self, version: int, data: bytes) -> dict[str, Any]:
        """Return the values by the names of the fields."""
        return dict(zip(self.fields, self._packing(version).unpack(data), strict=True))

    def _packing(self, version: int) -> struct.Struct:
        return struct.Struct(">" + "".join(self.fields.values()).replace("N", COUNT_CODE[version]))


COUNT_CODE = {3: "I", 4: "Q"}
"""The :mod:`struct` code of a count in each version of the format."""

VERSIONS = tuple(COUNT_CODE)
"""The versions of the format that can be read and written."""

VERSION_BYTES = 4
"""A file starts with its version as a big-endian integer of this many bytes; the file header follows."""

FILE_HEADER = Structure("file header", {"root_length": "N", "is_little_endian": "i"})
GROUP_HEADER = Structure("group header", {"is_sorted": "B", "is_open": "B", "n_tags": "N"})
TAG_HEADER = Structure("tag header", {"kind": "B", "name_length": "H"})
TAG_LENGTH = Structure("tag length", {"length": "Q"})
DATA_HEADER = Structure("data header", {"mark": "4s", "n_info": "N"})
END_OF_FILE = bytes(8)

GROUP, DATA = 20, 21
"""The two kinds of tag."""

DATA_MARK = b"%%%%"
STRUCT, STRING, ARRAY = 15, 18, 20
"""Codes of types that are made of others."""

NUMBERS: dict[int, np.dtype[Any]] = {
    code: np.dtype(name)
    for code, name in {
        2: "i2",
        3: "i4",
        4: "u2",
        5: "u4",
        6: "f4",
        7: "f8",
        8: "?",
        9: "i1",
        10: "u1",
        11: "i8",
        12: "u8",
    }.items()
}
"""Type of number for each code."""

CODES: dict[np.dtype[Any], int] = {dtype: code for code, dtype in NUMBERS.items()}
"""Code of each type of number."""

TEXT_ITEM = 4
"""Text is an array of this code: UTF-16, little-endian."""

MAX_DEPTH = 64
"""Deepest group of groups that is read or written; other readers allow no more."""

DM3_LIMIT = 2**31 - 1
"""Largest DM3 file in bytes: readers hold its positions in signed 32-bit numbers."""

LIST_FLAGS = (0, 0)
GROUP_FLAGS = (1, 0)
"""``is_sorted`` and ``is_open`` as DigitalMicrograph writes them for unnamed and for named tags."""

PIXEL_PATH = ("ImageList", "", "ImageData", "Data")
"""Where the pixels of an image lie; members of a list have no name."""


@dataclass(frozen=True)
class PixelType:
    """How pixels of one kind are stored.

    Parameters
    ----------
    code : int
        ``ImageData:DataType``.
    dtype : str
        The NumPy type of a pixel on disk, without byte order.
    info : tuple of int
        The item that ``ImageData:Data`` is declared as an array of.
    """

    code: int
    dtype: str
    info: tuple[int, ...]


PIXEL_TYPES: tuple[PixelType, ...] = (
    PixelType(1, "i2", (2,)),
    PixelType(2, "f4", (6,)),
    PixelType(3, "c8", (STRUCT, 0, 2, 0, 6, 0, 6)),
    PixelType(6, "u1", (10,)),
    PixelType(7, "i4", (3,)),
    PixelType(9, "i1", (9,)),
    PixelType(10, "u2", (4,)),
    PixelType(11, "u4", (5,)),
    PixelType(12, "f8", (7,)),
    PixelType(13, "c16", (STRUCT, 0, 2, 0, 7, 0, 7)),
    PixelType(14, "?", (8,)),
)
"""Every kind of pixel that is written; colour stands apart."""

COLOUR = PixelType(23, "u1", (3,))
"""Colour: four bytes to a pixel in the order blue, green, red, alpha, declared as one int32."""


@dataclass(frozen=True)
class PixelBlock:
    """Where the pixels of an image lie in the file; the pixels themselves are not read with the tags.

    Parameters
    ----------
    offset : int, bytes
        Position of the first pixel in the file.
    count : int
        Number of items.
    info : tuple of int
        Type of an item, as the file describes it.
    n_bytes : int
        Length of the block.
    is_little_endian : bool
        Byte order of the items.
    """

    offset: int
    count: int
    info: tuple[int, ...]
    n_bytes: int
    is_little_endian: bool = True


def struct_dtype(info: tuple[int, ...]) -> np.dtype[Any] | None:
    """Return the dtype of a structure described by `info`, or None if it has names or odd fields.

    >>> struct_dtype((15, 0, 2, 0, 6, 0, 6))
    dtype([('f0', '<f4'), ('f1', '<f4')])
    """
    fields = info[3:]
    codes, name_lengths = fields[1::2], fields[::2]
    if info[1] or any(name_lengths) or not codes or any(code not in NUMBERS for code in codes):
        return None
    return np.dtype([(f"f{index}", NUMBERS[code]) for index, code in enumerate(codes)])
