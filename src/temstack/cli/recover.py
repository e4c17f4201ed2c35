"""``temstack recover``: put back a microscope that a series left in the middle."""

from __future__ import annotations

from temstack.cli.console import print_line
from temstack.errors import InstrumentError


def recover() -> None:
    """Put back focus, energy, beam and stage of every microscope that a program left when it was killed.

    Each series writes down where the microscope stood before it changes anything; that is what is gone back to.
    """
    from temstack.acquire import recover as recover_all

    found = recover_all()
    if not found:
        print_line("No series left a microscope in the middle.")
    for one in found:
        print_line(f"{one.journal.microscope}, left by {one.journal.recording} (begun {one.journal.started}):")
        match one.outcome:
            case "restored":
                lines = one.lines or ("everything stood where it was before",)
            case "ended":
                lines = ("it was simulated within the program, and ended with it; there is nothing to put back",)
            case "in use":
                lines = ("the series is still running; nothing was done",)
            case _:
                lines = tuple(f"failed: {line}" for line in one.lines)
        for line in lines:
            print_line(f"  {line}")
    failed = [one for one in found if one.outcome == "failed"]
    if failed:
        raise InstrumentError(
            f"microscope {failed[0].journal.microscope!r}",
            f"could not be put back ({len(failed)} of {len(found)})",
            advice="see above; when it answers again, run: temstack recover",
        )
