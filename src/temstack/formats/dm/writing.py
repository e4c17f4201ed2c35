"""Write a tree of tags as a DM3 or DM4 file, with pixels that are streamed from wherever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from temstack.errors import UnsupportedDataError
from temstack.formats.dm import layout
from temstack.formats.dm.payload import encode
from temstack.stack.tags import OddGroup, Tag


@dataclass(frozen=True)
class PixelSource:
    """The pixels of an image that is to be written; stands in the tree where ``ImageData:Data`` belongs.

    Parameters
    ----------
    count : int
        Number of items.
    info : tuple of int
        Type of an item.
    n_bytes : int
        Length of all of them.
    blocks : callable
        Returns the items in order, block by block, as little-endian arrays.
    """

    count: int
    info: tuple[int, ...]
    n_bytes: int
    blocks: Callable[[], Iterable[np.ndarray[Any, Any]]]


Piece = bytes | PixelSource
"""A stretch of a file: what is known before the pixels are read, or the pixels."""


def lay_out(tags: dict[str, Tag], version: int, subject: str) -> list[Piece]:
    """Return the pieces of a file that holds these tags, in order; pixels are not read yet.

    Parameters
    ----------
    tags : dict
        The whole tree; pixels as a :class:`PixelSource`.
    version : int
        3 or 4.
    subject : str
        Name of the file, for errors.

    Raises
    ------
    UnsupportedDataError
        If the tree is too large for DM3, or cannot be expressed in either version.
    """
    writer = _Writer(version, subject)
    root = writer.group(tags, 0)
    length = sum(map(_length, root))
    header = version.to_bytes(layout.VERSION_BYTES, "big")
    total = len(header) + layout.FILE_HEADER.size(version) + length + len(layout.END_OF_FILE)
    if version == 3 and total > layout.DM3_LIMIT:
        raise UnsupportedDataError(
            subject,
            "is too large for the DM3 format",
            got=f"{total / 2**30:.1f} GiB",
            expected="less than 2 GiB",
            advice="write a .dm4 file",
        )
    return [header + layout.FILE_HEADER.pack(version, length, 1), *root, layout.END_OF_FILE]


def write_pieces(file: BinaryIO, pieces: Iterable[Piece]) -> None:
    """Write what :func:`lay_out` gave to a binary file, which need not be able to seek."""
    for piece in pieces:
        if isinstance(piece, bytes):
            file.write(piece)
        else:
            _write_pixels(file, piece)


def _write_pixels(file: BinaryIO, piece: PixelSource) -> None:
    written = 0
    for block in piece.blocks():
        contiguous = np.ascontiguousarray(block)
        file.write(contiguous.data if contiguous.size else b"")
        written += contiguous.nbytes
    if written != piece.n_bytes:
        raise RuntimeError(f"{written} bytes of pixels were given instead of {piece.n_bytes}")


class _Writer:
    """Turns tags into pieces of a file; lengths are known before the pixels are."""

    def __init__(self, version: int, subject: str) -> None:
        self.version = version
        self.subject = subject

    def group(self, group: Tag, depth: int) -> list[Piece]:
        if depth > layout.MAX_DEPTH:
            raise UnsupportedDataError(
                self.subject,
                "groups of tags are nested too deeply",
                got=f"more than {layout.MAX_DEPTH} levels",
                advice="remove some of them",
            )
        flags, items = _flags_and_items(group)
        pieces: list[Piece] = [layout.GROUP_HEADER.pack(self.version, *flags, len(items))]
        for name, tag in items:
            pieces += self.tag(name, tag, depth)
        return _joined(pieces)

    def tag(self, name: str, tag: Tag, depth: int) -> list[Piece]:
        is_group = isinstance(tag, (dict, list, OddGroup))
        body = self.group(tag, depth + 1) if is_group else self.data(tag)
        # DM names are latin-1; other letters are spelled out, as in \u03b1 for alpha.
        encoded = name.encode("latin-1", "backslashreplace")
        if len(encoded) > 0xFFFF:
            raise UnsupportedDataError(self.subject, "a tag has too long a name", got=repr(f"{name[:40]}…"))
        kind = layout.GROUP if is_group else layout.DATA
        header = layout.TAG_HEADER.pack(self.version, kind, len(encoded)) + encoded
        if self.version == 4:
            header += layout.TAG_LENGTH.pack(4, sum(map(_length, body)))
        return [header, *body]

    def data(self, tag: Tag) -> list[Piece]:
        if isinstance(tag, PixelSource):
            return [self.data_header((layout.ARRAY, *tag.info, tag.count)), tag]
        info, payload = encode(tag)
        return [self.data_header(info) + payload]

    def data_header(self, info: tuple[int, ...]) -> bytes:
        largest = 2 ** (32 if self.version == 3 else 64) - 1
        if max(info) > largest:
            raise UnsupportedDataError(
                self.subject,
                "is too large for the DM3 format",
                got=f"{max(info)} items",
                advice="write a .dm4 file",
            )
        counts = b"".join(number.to_bytes(4 if self.version == 3 else 8, "big") for number in info)
        return layout.DATA_HEADER.pack(self.version, layout.DATA_MARK, len(info)) + counts


def _flags_and_items(group: Tag) -> tuple[tuple[int, int], list[tuple[str, Tag]]]:
    if isinstance(group, OddGroup):
        return (group.is_sorted, group.is_open), list(group.items)
    if isinstance(group, list):
        return layout.LIST_FLAGS, [("", tag) for tag in group]
    return layout.GROUP_FLAGS, list(group.items())


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring bytes put together, so that thousands of tags stay few pieces."""
    joined: list[Piece] = []
    run: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            run.append(piece)
            continue
        joined += [b"".join(run), piece]
        run = []
    return [*joined, b"".join(run)]


def _length(piece: Piece) -> int:
    return len(piece) if isinstance(piece, bytes) else piece.n_bytes
