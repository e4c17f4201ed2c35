"""Whether somebody is still recording: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from temstack.errors import StorageError

_FAR = 2**40
"""Windows locks a range of bytes and bars others from reading it: one that no journal reaches."""


def hold(handle: int, path: Path) -> None:
    """Lock an open file, or say that another program records into it.

    Raises
    ------
    StorageError
        If it is locked, by this program or another.
    """
    for attempt in range(4):
        if _lock(handle, shared=False):
            return
        time.sleep(0.05 * (attempt < 3))  # someone who only looks holds it for a moment
    raise busy(path)


def busy(path: Path) -> StorageError:
    """Return the error about a store that another program, or this one, records into."""
    return StorageError(
        str(path), "a series is being recorded into it at this moment", advice="wait until it ends, or end that program"
    )


def is_held(path: Path) -> bool:
    """Return whether some program holds the lock of a file."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _lock(handle, shared=True)
    finally:
        os.close(handle)


def _lock(handle: int, *, shared: bool) -> bool:
    """Try to lock; disks that know no locks cannot say no."""
    try:
        if sys.platform == "win32":
            import msvcrt

            position = os.lseek(handle, 0, os.SEEK_CUR)
            os.lseek(handle, _FAR, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
                if shared:
                    os.lseek(handle, _FAR, os.SEEK_SET)
                    msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
            finally:
                os.lseek(handle, position, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
