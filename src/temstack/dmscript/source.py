"""The text of a script: bytes in any of the encodings and line endings that scripts come in, and places in it."""

from __future__ import annotations

import os
from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from temstack.errors import InputMissingError


class Position(NamedTuple):
    """A place in a script; `line` and `column` count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Source:
    r"""The text of one script, with line endings made ``\n``.

    Parameters
    ----------
    text : str
        The script. Every kind of line ending is accepted.
    name : str
        What messages call it: its path, or ``"<script>"``.

    Examples
    --------
    >>> source = Source("number a\rnumber b", "two.s")
    >>> source.lines
    ['number a', 'number b']
    >>> print(source.position(16))
    two.s:2:8
    """

    def __init__(self, text: str, name: str = "<script>") -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.name = name

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts[:-1]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of the character at *offset*."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def position(self, offset: int) -> Position:
        """Return the place of the character at *offset*; one beyond the end is at the end."""
        line, column = self.line_and_column(max(0, min(offset, len(self.text))))
        return Position(self.name, line, column)

    def line(self, number: int) -> str:
        """Return line *number*, counted from 1."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def decode_script(data: bytes) -> str:
    r"""Return the text of a script file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.

    Examples
    --------
    >>> decode_script(b"// 5 \xb5m") == decode_script("// 5 µm".encode())
    True
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; Latin-1 takes them, so that no file is refused for a comment.
        return "".join(_CP1252[byte] for byte in data)


_CP1252 = [bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)]


def read_source(path: str | os.PathLike[str]) -> Source:
    """Return the script in a file.

    Raises
    ------
    InputMissingError
        If there is no such file.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as err:
        raise InputMissingError(str(path), "there is no such script", advice="check the path") from err
    return Source(decode_script(data), str(path))
