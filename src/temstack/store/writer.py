"""The thread that brings planes to disk while the next one is exposed.

Planes that wait are written together: their files side by side, then one line each in the journal, forced to disk at
once for all. A plane counts, and its future is done, only when nothing of it can be lost.

A plane that is recorded for the first time takes its place before its line is written; a retake after, so that the take
before stays whole until the new one is safe.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from numpy.typing import NDArray

from temstack.errors import StorageError
from temstack.stack.durable import force_names_to_disk, storage_error
from temstack.store.columns import Columns
from temstack.store.journal import Journal, PlaneLine
from temstack.store.layout import PIXELS
from temstack.store.planes import encoded, plane_file, take_file, write_encoded

_WAITING = 8
"""Planes that may wait; then the camera waits for the disk."""

_SAVED = 0.5
"""Share of the bytes, so of the time to write them, that compressing saves with counts in 16 bits."""


@dataclass(slots=True)
class Waiting:
    """A plane on its way to disk."""

    index: int
    take: int
    pixels: NDArray[Any]
    values: Mapping[str, Any]
    done: Future[int] = field(default_factory=Future)


class Pace:
    """Writes planes compressed, unless the camera outruns us and compressing takes longer than it saves."""

    def __init__(self) -> None:
        self._compress_s, self._write_s = 0.0, float("inf")

    def write(self, path: Path, pixels: NDArray[Any], *, in_a_hurry: bool) -> tuple[int, int]:
        """Write a plane, force it to disk, and return the checksum and length of its file."""
        compress = not in_a_hurry or self._compress_s < _SAVED * self._write_s
        start = perf_counter()
        data = encoded(pixels, compress=compress)
        middle = perf_counter()
        written = write_encoded(path, data)
        if compress:
            self._compress_s = middle - start
        self._write_s = (perf_counter() - middle) * pixels.nbytes / len(data)
        return written


class PlaneWriter:
    """Brings planes to disk in the order in which they come.

    Parameters
    ----------
    folder : Path
        The store.
    axis : int
        Along which planes lie.
    journal : Journal
    columns : Columns
    recorded : set of int
        Planes that are there already.
    """

    def __init__(self, folder: Path, axis: int, journal: Journal, columns: Columns, recorded: set[int]) -> None:
        self._folder, self._axis, self._journal, self._columns = folder, axis, journal, columns
        self._queue: queue.Queue[Waiting | None] = queue.Queue(_WAITING)
        self._recorded, self._guard = set(recorded), threading.Lock()
        self._broken: Exception | None = None
        self.lock = threading.Lock()
        """Held while the journal is written to."""
        self._pace = Pace()
        self._pool = ThreadPoolExecutor(2, "temstack-pixels")
        self._thread = threading.Thread(target=self._run, name="temstack-writer", daemon=True)
        self._thread.start()

    def submit(self, plane: Waiting) -> Future[int]:
        """Take a plane; waits only where many wait already."""
        self._queue.put(plane)
        return plane.done

    @property
    def recorded(self) -> frozenset[int]:
        """The planes that are safe on disk."""
        with self._guard:
            return frozenset(self._recorded)

    def close(self) -> None:
        """Return when everything is on disk, or has failed."""
        self._queue.put(None)
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        batch: list[Waiting] = []
        while True:
            following = self._collect(batch)
            self._write(batch)
            if following is None:
                return
            batch = following

    def _collect(self, batch: list[Waiting]) -> list[Waiting] | None:
        """Add what waits; return what must come after it, None at the end: two takes never go together."""
        while len(batch) < _WAITING:
            try:
                plane = self._queue.get(block=not batch)
            except queue.Empty:
                return []
            if plane is None:
                return None
            if any(plane.index == other.index for other in batch):
                return [plane]
            batch.append(plane)
        return []

    def _write(self, batch: list[Waiting]) -> None:
        lines = self._write_pixels(batch)
        if not lines:
            return
        try:
            self._commit(lines)
        except Exception as err:
            # What reached the disk is no longer known: nothing may be acknowledged until the journal is read again.
            self._broken = _explained(err, self._folder)
            for plane, _ in lines:
                plane.done.set_exception(self._broken)
        else:
            with self._guard:
                self._recorded.update(plane.index for plane, _ in lines)
            for plane, _ in lines:
                plane.done.set_result(plane.index)

    def _write_pixels(self, batch: list[Waiting]) -> list[tuple[Waiting, PlaneLine]]:
        """Write and force the pixels of a batch; return those that succeeded."""
        lines = []
        for plane, written in [(plane, self._pool.submit(self._write_one, plane)) for plane in batch]:
            try:
                lines.append((plane, written.result()))
            except Exception as err:
                plane.done.set_exception(_explained(err, self._folder))
        return lines

    def _write_one(self, plane: Waiting) -> PlaneLine:
        if self._broken is not None:
            raise self._broken
        path = take_file(self._folder, plane.index, plane.take)
        crc, size = self._pace.write(path, plane.pixels, in_a_hurry=not self._queue.empty())
        return PlaneLine(plane.index, plane.take, crc, size, plane.values)

    def _commit(self, lines: list[tuple[Waiting, PlaneLine]]) -> None:
        first = [line for _, line in lines if line.take == 0]
        again = [line for _, line in lines if line.take > 0]
        self._put_in_place(first)
        self._hide(again)
        force_names_to_disk(self._folder / PIXELS)
        with self.lock:
            self._journal.append([line.as_mapping() for _, line in lines])
        if again:
            self._put_in_place(again)
            force_names_to_disk(self._folder / PIXELS)
        self._show([line for _, line in lines], force=bool(again))

    def _put_in_place(self, lines: list[PlaneLine]) -> None:
        for line in lines:
            target = plane_file(self._folder, PIXELS, line.plane, self._axis)
            os.replace(take_file(self._folder, line.plane, line.take), target)  # noqa: PTH105 - watched by tests

    def _hide(self, lines: list[PlaneLine]) -> None:
        """Say that planes are not recorded, as long as their pixels and values may not belong together."""
        for line in lines:
            self._columns.write(line.plane, {"is_recorded": False})
        if lines:
            self._columns.force_one("is_recorded")

    def _show(self, lines: list[PlaneLine], *, force: bool) -> None:
        for line in lines:
            self._columns.write(line.plane, line.values)
        if force:
            self._columns.force()
        for line in lines:
            self._columns.write(line.plane, {"is_recorded": True})


def _explained(err: Exception, folder: Path) -> Exception:
    """Return what the user is told: why the disk did not take it, in one sentence."""
    if isinstance(err, StorageError) or not isinstance(err, OSError):
        return err
    explained = storage_error(folder, err)
    explained.__cause__ = err
    return explained
