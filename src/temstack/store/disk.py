"""Writing so that a power cut does not undo it; the few calls of the system on which recording rests.

A file's bytes are safe once the file is forced to disk, its name once the folder is.
"""

from __future__ import annotations

import os
from pathlib import Path

from temstack.stack.durable import force_names_to_disk

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends


def write_forced(path: Path, data: bytes | memoryview) -> None:
    """Write a new file and force its bytes to disk; its name is not safe yet."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes | memoryview) -> None:
    """Write everything, also where the system takes a part at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def replace_forced(path: Path, data: bytes) -> None:
    """Replace a file by another content, durably: the old one or the new one is there, never a mixture."""
    temporary = path.with_name(f".{path.name}.part")
    write_forced(temporary, data)
    os.replace(temporary, path)  # noqa: PTH105 - the tests of power loss watch the functions of os
    force_names_to_disk(path.parent)
