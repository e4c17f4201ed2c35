"""Read the tags of a DM3 or DM4 file: all of them, byte-true; of the pixels only where they lie."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

from temstack.errors import DamagedFileError, FormatError, InputMissingError, StorageError
from temstack.formats.dm import layout
from temstack.formats.dm.layout import PixelBlock, Structure
from temstack.formats.dm.payload import decode, size_of
from temstack.stack.tags import OddGroup, Tag


def read_tags(path: str | Path) -> dict[str, Tag]:
    """Return every tag of a DM3 or DM4 file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    tags : dict
        The tree of tags, in the terms of :mod:`temstack.stack.tags`: names, types and bits as in the file.
        Only the pixels, ``ImageList:[i]:ImageData:Data``, are left out; a
        :class:`~temstack.formats.dm.layout.PixelBlock` says where they lie.

    Raises
    ------
    InputMissingError, StorageError
        If there is no such file, or if it may not be read.
    DamagedFileError
        If it is empty, truncated, or no DM3 or DM4 file.
    """
    path = Path(path)
    if path.is_dir():
        raise FormatError(str(path), "is a folder, not a DM3 or DM4 file")
    try:
        with path.open("rb") as file:
            tags = _read_file(_Reader(file, str(path)))
    except FileNotFoundError as err:
        raise InputMissingError(str(path), "there is no such file") from err
    except PermissionError as err:
        raise StorageError(str(path), "no permission to read this file") from err
    if not isinstance(tags, dict):
        raise DamagedFileError(str(path), "holds no named tags")
    return tags


class _Reader:
    """A file read structure by structure and never past its end."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.name = name
        self._size = os.fstat(file.fileno()).st_size
        self.offset = 0
        self.version = 3
        self.is_little_endian = True

    def take(self, length: int, what: str) -> bytes:
        self._demand(length, what)
        self.offset += length
        return self._file.read(length)

    def skip(self, length: int, what: str) -> None:
        self._demand(length, what)
        self.offset = self._file.seek(length, os.SEEK_CUR)

    def structure(self, structure: Structure) -> dict[str, Any]:
        return structure.unpack(self.version, self.take(structure.size(self.version), f"a {structure.name}"))

    def counts(self, number: int, what: str) -> tuple[int, ...]:
        code = layout.COUNT_CODE[self.version]
        return struct.unpack(f">{number}{code}", self.take(number * struct.calcsize(f">{code}"), what))

    def damaged(self, problem: str, got: object = None, expected: object = None) -> DamagedFileError:
        return DamagedFileError(self.name, f"{problem} at byte {self.offset}", got=got, expected=expected)

    def _demand(self, length: int, what: str) -> None:
        left = self._size - self.offset
        if self._size == 0:
            raise DamagedFileError(self.name, "is empty", advice="copy it again from where it was recorded")
        if length > left:
            raise DamagedFileError(
                self.name,
                f"is truncated or damaged: it ends inside {what} that starts at byte {self.offset}",
                got=f"{left} bytes",
                expected=f"{length} bytes",
                advice="copy it again from where it was recorded",
            )


def _read_file(reader: _Reader) -> Tag:
    start = reader.take(layout.VERSION_BYTES, "the version")
    reader.version = int.from_bytes(start, "big")
    if reader.version not in layout.VERSIONS:
        raise DamagedFileError(reader.name, "is no DM3 or DM4 file", got=f"a file that starts with {start!r}")
    header = reader.structure(layout.FILE_HEADER)
    if header["is_little_endian"] not in (0, 1):
        raise reader.damaged("the byte order is unknown", got=header["is_little_endian"], expected="0 or 1")
    reader.is_little_endian = bool(header["is_little_endian"])
    return _read_group(reader, ())


def _read_group(reader: _Reader, path: tuple[str, ...]) -> Tag:
    if len(path) > layout.MAX_DEPTH:
        raise reader.damaged(f"groups of tags are nested deeper than {layout.MAX_DEPTH}")
    header = reader.structure(layout.GROUP_HEADER)
    items = [_read_tag(reader, path) for _ in range(header["n_tags"])]
    return _as_found(items, header["is_sorted"], header["is_open"])


def _as_found(items: list[tuple[str, Tag]], is_sorted: int, is_open: int) -> Tag:
    """Return the plainest form of a group that loses nothing."""
    names = {name for name, _ in items}
    flags = (is_sorted, is_open)
    if flags == layout.GROUP_FLAGS and "" not in names and len(names) == len(items):
        return dict(items)
    if flags == layout.LIST_FLAGS and names <= {""}:
        return [tag for _, tag in items]
    return OddGroup(tuple(items), is_sorted, is_open)


def _read_tag(reader: _Reader, path: tuple[str, ...]) -> tuple[str, Tag]:
    header = reader.structure(layout.TAG_HEADER)
    name = reader.take(header["name_length"], "the name of a tag").decode("latin-1")
    if reader.version == 4:
        reader.structure(layout.TAG_LENGTH)  # not every writer fills it in
    if header["kind"] == layout.GROUP:
        return name, _read_group(reader, (*path, name))
    if header["kind"] == layout.DATA:
        return name, _read_data(reader, (*path, name))
    raise reader.damaged(f"tag {':'.join((*path, name))!r} is of an unknown kind", header["kind"], "20 or 21")


def _read_data(reader: _Reader, path: tuple[str, ...]) -> Tag:
    header = reader.structure(layout.DATA_HEADER)
    if header["mark"] != layout.DATA_MARK:
        raise reader.damaged(f"tag {':'.join(path)!r} is damaged", got=header["mark"], expected=layout.DATA_MARK)
    info = reader.counts(header["n_info"], "the type of a tag")
    try:
        length = size_of(info)
    except (ValueError, RecursionError) as err:
        raise reader.damaged(f"tag {':'.join(path)!r} is of an unknown type", got=info[:8]) from err
    if path == layout.PIXEL_PATH and info[0] == layout.ARRAY:
        block = PixelBlock(reader.offset, info[-1], info[1:-1], length, reader.is_little_endian)
        reader.skip(length, "the pixels of an image")
        return block
    data = reader.take(length, f"tag {':'.join(path)!r}")
    return decode(info, data, is_little_endian=reader.is_little_endian)
