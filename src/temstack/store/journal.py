"""The journal of a recording: one line for each plane, note and reference, safe on disk before it counts.

Each line is a checksum and a JSON object::

    8a6f2c01 {"plane": 7, "take": 0, "crc": 2774861301, "bytes": 1187920, "values": {"exposure_s": 0.8, "scale": 0.5}}

A power cut may leave the last lines torn. Reading ends at the first line that is not whole: whatever was acknowledged
lies before it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from temstack.errors import DamagedFileError
from temstack.store.disk import write_all

NAME = "journal"
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class PlaneLine:
    """One plane, or one take of it.

    Parameters
    ----------
    plane : int
        Its place in the stack.
    take : int
        0, or more where it was taken again.
    crc, size : int
        Checksum and length of the file of its pixels, bytes.
    values : mapping
        Its per-plane values.
    """

    plane: int
    take: int
    crc: int
    size: int
    values: Mapping[str, Any]

    def as_mapping(self) -> dict[str, Any]:
        """Return the line as JSON holds it."""
        return {
            "plane": self.plane,
            "take": self.take,
            "crc": self.crc,
            "bytes": self.size,
            "values": dict(self.values),
        }


@dataclass(slots=True)
class Contents:
    """What a journal says.

    Parameters
    ----------
    planes : dict of int to list of PlaneLine
        Every take of each plane, the last one last.
    darks : list
        What is known about each dark reference, by its number.
    notes : list of str
    good_bytes : int
        Length of the part that is whole.
    """

    planes: dict[int, list[PlaneLine]] = field(default_factory=dict)
    darks: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    good_bytes: int = 0


def read_journal(path: Path) -> Contents:
    """Return what a journal says, without the lines that are not whole."""
    contents = Contents()
    with path.open("rb") as file:
        for line in file:
            record = _record(line)
            if record is None:
                break
            contents.good_bytes += len(line)
            _add(record, contents, path)
    return contents


def _record(line: bytes) -> dict[str, Any] | None:
    checksum, _, text = line.partition(b" ")
    if not line.endswith(b"\n") or checksum != f"{crc32(text[:-1]):08x}".encode():
        return None
    found = json.loads(text)
    return found if isinstance(found, dict) else None


def _add(record: dict[str, Any], contents: Contents, path: Path) -> None:
    try:
        if "plane" in record:
            line = PlaneLine(record["plane"], record["take"], record["crc"], record["bytes"], record["values"])
            contents.planes.setdefault(line.plane, []).append(line)
        elif "dark" in record:
            contents.darks.append(record)
        elif "note" in record:
            contents.notes.append(record["note"])
    except KeyError as err:
        raise DamagedFileError(str(path), "a line of the journal lacks a value", got=f"no {err}") from err


class Journal:
    """A journal that is written to.

    Parameters
    ----------
    path : Path
        Made by the first opening; what is not whole at its end is cut off.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666)
        self._length = 0

    def start_at(self, length: int) -> None:
        """Cut off what lies behind a length, and go on writing there."""
        os.ftruncate(self.handle, length)
        os.lseek(self.handle, length, os.SEEK_SET)
        self._length = length

    def append(self, records: Iterable[Mapping[str, Any]], *, force: bool = True) -> None:
        """Write lines behind the others, and force them to disk; all of them, or none where the disk is full."""
        data = b"".join(map(_line, records))
        try:
            write_all(self.handle, data)
            if force:
                os.fsync(self.handle)
        except OSError:
            self.start_at(self._length)
            raise
        self._length += len(data)

    def force(self) -> None:
        """Force everything to disk."""
        os.fsync(self.handle)

    def close(self) -> None:
        """End; the lock on it ends too."""
        os.close(self.handle)


def _line(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False).encode()
    return f"{crc32(text):08x} ".encode() + text + b"\n"
