"""The restore journal: on disk from before a series changes the microscope until all is put back.

A process that is killed cannot put back anything. What it would have put back then stands in a small file in
the user's folder, one for each microscope, forced to disk before the first change; ``temstack recover`` reads it. While
the process lives it holds a lock, which the system takes from the dead: so a journal without a lock is one to recover.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import IO, Any

from temstack.errors import DamagedFileError, InstrumentError
from temstack.stack.durable import replace_when_done
from temstack.stack.user_folder import journal_folder

_VERSION = 1
_runs_here = count()


@dataclass(frozen=True)
class RestoreJournal:
    """What one series must put back.

    Parameters
    ----------
    microscope : str
        As given to :func:`temstack.instrument.connect`.
    recording : str
        Path of the store.
    settings : dict
        As :func:`~temstack.acquire.restoring.read_settings` gives them.
    is_in_process : bool
        A simulated microscope that ends with its process: nothing of it is left to be put back.
    started : str
        When, in UTC.
    process : int
    path : Path
        Where the journal lies.
    """

    microscope: str
    recording: str
    settings: dict[str, Any]
    is_in_process: bool
    started: str
    process: int
    path: Path = field(compare=False)

    @property
    def is_in_use(self) -> bool:
        """Whether the process that wrote it still runs its series."""
        with _lock_of(self.path).open("a+b") as file:
            if not _take(file):
                return True
            _release(file)
            return False

    def remove(self) -> None:
        """Remove it: everything is back."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            _lock_of(self.path).unlink(missing_ok=True)


def find_journals() -> list[RestoreJournal]:
    """Return all journals on this computer, oldest first.

    Raises
    ------
    DamagedFileError
        If one cannot be read; it is written whole or not at all, so somebody changed it.
    """
    folder = journal_folder()
    return sorted(map(_load, folder.glob("*.json")), key=lambda journal: journal.started) if folder.is_dir() else []


def find_journal(microscope: str) -> RestoreJournal | None:
    """Return the journal of a microscope, None if there is none."""
    path = journal_folder() / f"{_name_for(microscope)}.json"
    return _load(path) if path.exists() else None


@contextmanager
def journal_kept(microscope: str, recording: Path, settings: dict[str, Any]) -> Iterator[RestoreJournal]:
    """Write the journal of a series and hold its lock until the block ends; the journal stays until it is removed.

    Parameters
    ----------
    microscope : str
        As given to :func:`temstack.instrument.connect`.
    recording : Path
    settings : dict

    Raises
    ------
    InstrumentError
        If another series is using this microscope, or left it without putting everything back.
    """
    in_process = is_in_process(microscope)
    name = f"{_name_for(microscope)}-{os.getpid()}-{next(_runs_here)}" if in_process else _name_for(microscope)
    path = journal_folder() / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock_of(path).open("a+b") as lock:
        if not _take(lock):
            raise InstrumentError(
                f"microscope {microscope!r}", "is recording another series", advice="wait until it ends, or stop it"
            )
        if path.exists():
            raise not_restored(_load(path))
        started = datetime.now(UTC).isoformat(timespec="seconds")
        journal = RestoreJournal(
            microscope, str(recording.absolute()), settings, in_process, started, os.getpid(), path
        )
        _write(journal)
        try:
            yield journal
        finally:
            _release(lock)


def not_restored(journal: RestoreJournal) -> InstrumentError:
    """Return the error that a microscope was left by a series that could not put it back."""
    return InstrumentError(
        f"microscope {journal.microscope!r}",
        "was left where a series that broke off had moved it",
        got=f"{journal.recording}, begun {journal.started}",
        advice="put it back first: temstack recover",
    )


def is_in_process(microscope: str) -> bool:
    """Return whether a microscope is one that lives and ends with this process.

    >>> is_in_process("simulated"), is_in_process("simulated://127.0.0.1:4321")
    (True, False)
    """
    return microscope == "simulated"


def _write(journal: RestoreJournal) -> None:
    values = {name: value for name, value in asdict(journal).items() if name != "path"}
    with replace_when_done(journal.path) as temporary:
        temporary.write_text(json.dumps({"version": _VERSION, **values}, indent=1), encoding="utf-8")


def _load(path: Path) -> RestoreJournal:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("version") != _VERSION:
            raise ValueError("another version")
        return RestoreJournal(**values, path=path)
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise DamagedFileError(
            str(path), "is no restore journal of this version", got=str(err), advice="look at it, then remove it"
        ) from err


def _name_for(microscope: str) -> str:
    """Return a file name that no two microscopes share."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", microscope)[:60].strip("-.")
    return f"{readable}-{sha256(microscope.encode()).hexdigest()[:8]}"


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
