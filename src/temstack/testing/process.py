"""A virtual microscope in a process of its own, for tests that must outlive their client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from temstack.errors import ConnectionLostError

_ANNOUNCED_BY = "simulated://"


@dataclass(frozen=True)
class MicroscopeProcess:
    """A running ``temstack microscope serve``.

    Parameters
    ----------
    address : str
        What to give to :func:`temstack.instrument.connect`.
    process : subprocess.Popen
    """

    address: str
    process: subprocess.Popen[str]


@contextmanager
def microscope_process(*options: object) -> Iterator[MicroscopeProcess]:
    """Run ``temstack microscope serve`` with these options until the block ends.

    Parameters
    ----------
    *options : object
        Words of the command line, such as ``"--seed", 3, "--fault", "focus:raises:2"``.

    Yields
    ------
    MicroscopeProcess
    """
    words = [sys.executable, "-m", "temstack.cli", "microscope", "serve", *map(str, options)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield MicroscopeProcess(_address_of(process), process)
        finally:
            process.kill()


def _address_of(process: subprocess.Popen[str]) -> str:
    if process.stdout is None or process.stderr is None:
        raise ConnectionLostError("microscope process", "has no output to read")
    for line in process.stdout:
        for word in line.split():
            if word.startswith(_ANNOUNCED_BY):
                return word
    said = process.stderr.read().strip()
    raise ConnectionLostError("microscope process", "ended before it served", got=said or "nothing said")
