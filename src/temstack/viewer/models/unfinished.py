"""What a program that died left behind: microscopes to be put back, and series to be gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from temstack.errors import TemstackError


@dataclass(frozen=True)
class Unfinished:
    """A series that broke off because its program died.

    Parameters
    ----------
    microscope : str
        Name or address.
    recording : Path
        Its store.
    started : str
        When, in UTC.
    is_gone : bool
        The microscope ended with the program: there is nothing to put back.
    """

    microscope: str
    recording: Path
    started: str
    is_gone: bool

    @property
    def sentence(self) -> str:
        """What happened, and what can be done, in words."""
        what = f"The series {self.recording.name}, begun {self.started.replace('T', ' ').split('+')[0]} UTC, broke off."
        kept = "Its planes are on disk." if self.recording.exists() else "Its file is no longer there."
        if self.is_gone:
            return f"{what} {kept} Its virtual microscope ended with the program."
        return f"{what} {kept} The microscope {self.microscope} still stands where the series had moved it."


def find_unfinished() -> list[Unfinished]:
    """Return the series whose program died, the oldest first; those that still run are left out."""
    from temstack.acquire.journal import find_journals

    return [
        Unfinished(one.microscope, Path(one.recording), one.started, one.is_in_process)
        for one in find_journals()
        if not one.is_in_use
    ]


def is_partial(recording: Path) -> bool:
    """Return whether a store is a series that can be gone on with."""
    from temstack.store import open_stack

    try:
        return open_stack(recording, raw=True).attrs.get("state") in ("partial", "failed")
    except TemstackError:
        return False


def recover() -> str:
    """Put back every microscope that was left in the middle; return what was done, in words.

    Blocks: to be called beside the windows.
    """
    from temstack.acquire import recover as recover_all

    lines: list[str] = []
    for one in recover_all():
        match one.outcome:
            case "restored":
                what = "; ".join(one.lines) or "everything stood where it was before"
            case "ended":
                what = "it was virtual and ended with its program; there was nothing to put back"
            case "in use":
                what = "its series is still running; nothing was done"
            case _:
                what = "could not be put back: " + "; ".join(one.lines)
        lines.append(f"{one.journal.microscope}: {what}")
    return "\n".join(lines) or "No series left a microscope in the middle."
