"""Putting back what a process that died could not: from its journal, on its microscope."""

from __future__ import annotations

from dataclasses import dataclass

from temstack.acquire.journal import RestoreJournal, find_journals
from temstack.acquire.restoring import restore
from temstack.errors import InstrumentError
from temstack.instrument import Microscope, connect


@dataclass(frozen=True)
class Recovery:
    """What became of one journal.

    Parameters
    ----------
    journal : RestoreJournal
    outcome : str
        ``"restored"``, ``"ended"`` (a simulated microscope that ended with its process), ``"in use"`` (the series still
        runs), or ``"failed"``.
    lines : tuple of str
        What was put back, or what is wrong.
    """

    journal: RestoreJournal
    outcome: str
    lines: tuple[str, ...] = ()


def recover() -> list[Recovery]:
    """Put back every microscope that a series left in the middle, and return what was done.

    A journal is removed when everything is back; one that fails stays, to be tried again.

    Raises
    ------
    DamagedFileError
        If a journal cannot be read.
    """
    return [_recover(journal) for journal in find_journals()]


def recover_here(journal: RestoreJournal, microscope: Microscope) -> list[str]:
    """Put back a microscope that is connected already, and return what was put back.

    Raises
    ------
    InstrumentError
        If its series still runs, or something could not be put back.
    """
    if journal.is_in_use:
        raise InstrumentError(
            f"microscope {journal.microscope!r}",
            "is recording another series",
            got=journal.recording,
            advice="wait until it ends, or stop it",
        )
    lines = restore(microscope, journal.settings)
    journal.remove()
    return lines


def _recover(journal: RestoreJournal) -> Recovery:
    if journal.is_in_use:
        return Recovery(journal, "in use")
    if journal.is_in_process:
        journal.remove()
        return Recovery(journal, "ended")
    try:
        with connect(journal.microscope) as microscope:
            return Recovery(journal, "restored", tuple(recover_here(journal, microscope)))
    except Exception as error:  # whatever a driver raises, the other microscopes must still be put back
        return Recovery(journal, "failed", (str(error),))
