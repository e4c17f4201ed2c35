"""What an interruption left behind, brought in order before a series goes on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from temstack.stack.durable import force_names_to_disk
from temstack.store.columns import Columns
from temstack.store.journal import Contents, PlaneLine
from temstack.store.layout import PIXELS
from temstack.store.planes import is_intact, plane_file, take_file


def intact_take(folder: Path, axis: int, lines: Iterable[PlaneLine]) -> PlaneLine | None:
    """Return the last take of a plane whose pixels are in place, None if there is none."""
    for line in reversed(list(lines)):
        if is_intact(plane_file(folder, PIXELS, line.plane, axis), line.crc, line.size):
            return line
    return None


def repair(folder: Path, axis: int, size: int, contents: Contents, columns: Columns) -> set[int]:
    """Bring a store in order and return which planes are there.

    A retake that is safe but not in its place is put there; values follow the journal; files of planes that were
    never acknowledged are removed.
    """
    kept: dict[int, PlaneLine] = {}
    for index, lines in contents.planes.items():
        latest = lines[-1]
        waiting = take_file(folder, index, latest.take)
        if is_intact(waiting, latest.crc, latest.size):
            os.replace(waiting, plane_file(folder, PIXELS, index, axis))  # noqa: PTH105 - watched by tests
        found = intact_take(folder, axis, lines)
        if found is not None:
            kept[index] = found
    force_names_to_disk(folder / PIXELS)
    for index in range(size):
        if index in kept:
            columns.write(index, {**kept[index].values, "is_recorded": True})
        else:
            columns.write(index, {"is_recorded": False})
    columns.force()
    _remove_leftovers(folder, axis, set(range(size)) - set(kept))
    return set(kept)


def _remove_leftovers(folder: Path, axis: int, missing: set[int]) -> None:
    for path in [*(folder / PIXELS).glob(".*-take-*"), *(folder / PIXELS).glob(".zarr.json.part")]:
        path.unlink()
    for index in missing:
        plane_file(folder, PIXELS, index, axis).unlink(missing_ok=True)
    force_names_to_disk(folder / PIXELS)
