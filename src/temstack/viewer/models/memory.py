"""How much memory the machine has, and how much of it is free."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_UNKNOWN = 2**32
"""4 GiB: what a machine is taken to have that does not say."""


def all_memory() -> int:
    """Return the memory of the machine, in bytes.

    >>> all_memory() >= free_memory() > 0
    True
    """
    if sys.platform == "win32":
        return _of_windows()[0]
    return _pages("SC_PHYS_PAGES") or _UNKNOWN


def free_memory() -> int:
    """Return the memory that programs can still get without anything being swapped out, in bytes."""
    if sys.platform == "win32":
        return _of_windows()[1]
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:  # not Linux
        pass
    return _pages("SC_AVPHYS_PAGES") or all_memory() // 2


def _pages(name: str) -> int:
    try:
        return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0


def _of_windows() -> tuple[int, int]:
    """Return all and free memory as Windows counts it."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "free", "all_page", "free_page", "all_virtual")),
            *((name, ctypes.c_ulonglong) for name in ("free_virtual", "free_extended")),
        )

    status = Status()
    status.length = ctypes.sizeof(status)
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return _UNKNOWN, _UNKNOWN // 2
    return int(status.all), int(status.free)
