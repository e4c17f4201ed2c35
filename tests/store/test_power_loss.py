"""The power fails at every moment: what was acknowledged is there, bit by bit, and nothing false.

Everything that recording asks of the system is written down: writes, renames, removals, and what was forced to disk.
Then a disk is made up for every moment, on which what was not forced yet is missing, there, or there in parts.
"""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from temstack.stack import label_stack
from temstack.store import create_recording, open_stack, planes, reopen_recording, writer

PLANES = 3


def frame(take: int) -> np.ndarray:
    return np.random.default_rng(take).integers(0, 5000, (8, 8)).astype(np.uint16)


TAKES = [(0, 1), (2, 2), (2, 3), (1, 4), (0, 5)]
"""(plane, take): what is recorded, some planes again; take n has the pixels frame(n) and the exposure n."""


@dataclass
class Trace:
    """What was asked of the system, in order."""

    root: Path
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    files: dict[int, Any] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    count: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def inode(self, path: str, *, new: bool = False) -> int:
        if path not in self.names:
            self.count += 1
            self.names[path] = self.count
            self.steps.append(("create" if new else "exists", self.count, path))
        return self.names[path]

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("open", "close", "write", "fsync", "lseek", "ftruncate", "replace", "unlink"):
            monkeypatch.setattr(os, name, self.wrapped(getattr(os, name), getattr(self, f"on_{name}")))

    def wrapped(self, real: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
        def function(*args: Any, **options: Any) -> Any:
            with self.lock:
                was_there = os.path.exists(args[0]) if isinstance(args[0], str | os.PathLike) else True  # noqa: PTH110
                result = real(*args, **options)
                note(result, was_there, *args)
                return result

        return function

    def on_open(self, handle: int, was_there: bool, path: Any, flags: int, *_: Any) -> None:
        name = os.path.relpath(path, self.root)
        if name.startswith(".."):
            return
        if Path(path).is_dir():
            self.files[handle] = name
            return
        if flags & (os.O_WRONLY | os.O_RDWR):
            inode = self.inode(name, new=not was_there)
            self.files[handle], self.places[handle] = inode, 0
            if flags & os.O_TRUNC:
                self.steps.append(("truncate", inode, 0))

    def on_close(self, _: None, __: bool, handle: int) -> None:
        self.files.pop(handle, None)

    def on_write(self, written: int, _: bool, handle: int, data: Any) -> None:
        if isinstance(self.files.get(handle), int):
            self.steps.append(("write", self.files[handle], self.places[handle], bytes(data)[:written]))
            self.places[handle] += written

    def on_lseek(self, place: int, _: bool, handle: int, *__: Any) -> None:
        if handle in self.places:
            self.places[handle] = place

    def on_ftruncate(self, _: None, __: bool, handle: int, length: int) -> None:
        if isinstance(self.files.get(handle), int):
            self.steps.append(("truncate", self.files[handle], length))

    def on_fsync(self, _: None, __: bool, handle: int) -> None:
        if handle in self.files:
            self.steps.append(("force", self.files[handle]))

    def on_replace(self, _: None, __: bool, old: Any, new: Any) -> None:
        first, second = (os.path.relpath(path, self.root) for path in (old, new))
        self.steps.append(("rename", first, second))
        self.names[second] = self.names.pop(first)

    def on_unlink(self, _: None, __: bool, path: Any, *___: Any) -> None:
        name = os.path.relpath(path, self.root)
        self.steps.append(("remove", name))
        self.names.pop(name, None)


class Disk:
    """What a disk holds after a power cut.

    Parameters
    ----------
    begin : dict
        Content of each file at the start, forced to disk.
    keeps : callable
        Whether a step that was not forced has reached the disk all the same.
    """

    def __init__(self, begin: dict[str, bytes], keeps: Callable[[], bool]) -> None:
        self.names: dict[str, Any] = {name: ("begin", name) for name in begin}
        self.contents: dict[Any, bytearray] = {("begin", name): bytearray(data) for name, data in begin.items()}
        self.waiting: list[tuple[Any, ...]] = []
        self.known: dict[int, Any] = {}
        self.keeps = keeps

    def do(self, step: tuple[Any, ...]) -> None:
        if step[0] == "exists":
            self.known[step[1]] = ("begin", step[2])
        elif step[0] == "force":
            self.force(step[1])
        else:
            self.waiting.append(step)

    def force(self, what: Any) -> None:
        rest = []
        for step in self.waiting:
            is_name = step[0] in ("create", "rename", "remove")
            due = self.in_folder(step, what) if isinstance(what, str) else not is_name and step[1] == what
            self.apply(step) if due else rest.append(step)
        self.waiting = rest

    @staticmethod
    def in_folder(step: tuple[Any, ...], folder: str) -> bool:
        return step[0] in ("create", "rename", "remove") and os.path.dirname(step[-1]) == folder.removeprefix(".")  # noqa: PTH120

    def apply(self, step: tuple[Any, ...]) -> None:
        kind = step[0]
        if kind == "create":
            self.names[step[2]] = step[1]
            self.contents.setdefault(step[1], bytearray())
        elif kind == "rename":
            if step[1] in self.names:
                self.names[step[2]] = self.names.pop(step[1])
        elif kind == "remove":
            self.names.pop(step[1], None)
        elif kind == "truncate":
            content = self.content(step[1])
            content[:] = bytes(content[: step[2]]).ljust(step[2], b"\0")
        else:
            content, place, data = self.content(step[1]), step[2], step[3]
            content.extend(bytes(max(0, place - len(content))))
            content[place : place + len(data)] = data

    def content(self, inode: int) -> bytearray:
        return self.contents.setdefault(self.known.get(inode, inode), bytearray())

    def after_power_cut(self) -> dict[str, bytes]:
        """Names reach the disk in order, as file systems with a journal have it; contents in any."""
        names_go_on = True
        for step in self.waiting:
            if step[0] in ("create", "rename", "remove"):
                names_go_on = names_go_on and self.keeps()
                if names_go_on:
                    self.apply(step)
            elif self.keeps():
                self.apply(step)
            elif step[0] == "write" and self.keeps():
                self.apply((*step[:3], step[3][: len(step[3]) // 2]))
        return {name: bytes(self.contents.get(inode, b"")) for name, inode in self.names.items()}


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def record(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, bytes], Trace, list[tuple[int, int, int]]]:
    """Record all takes; return the store at the start, what was asked, and (steps so far, plane, take) acknowledged."""
    stack = label_stack(
        np.zeros((PLANES, 8, 8), "uint16"),
        per_plane={"exposure_s": np.full(PLANES, np.nan), "scale": np.ones(PLANES)},
    )
    create_recording(root, stack).close()
    begin, trace, acknowledged = snapshot(root), Trace(root), []
    with monkeypatch.context() as patched:
        trace.watch(patched)
        recording = reopen_recording(root)
        for number, (plane, take) in enumerate(TAKES):
            done = recording.submit_plane(plane, frame(take), {"exposure_s": float(take)})

            def acknowledge(_: Any, plane: int = plane, take: int = take) -> None:
                with trace.lock:
                    acknowledged.append((len(trace.steps), plane, take))

            done.add_done_callback(acknowledge)
            if number % 3:
                done.result()
        recording.finish("complete")
    return begin, trace, acknowledged


def rebuild(files: dict[str, bytes], root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def check_truth(recorded: Any, pixels: np.ndarray, exposures: np.ndarray, safe: dict[int, int], when: str) -> None:
    """Every acknowledged take or a later one is there; what is called recorded has the pixels of its values."""
    for plane, take in safe.items():
        assert recorded[plane], f"{when}: plane {plane} is missing"
        assert exposures[plane] >= take, f"{when}: plane {plane} is an older take"
    for plane in np.flatnonzero(recorded):
        take = exposures[plane]
        assert (plane, take) in TAKES, f"{when}: plane {plane} has values that were never recorded"
        np.testing.assert_array_equal(pixels[plane], frame(int(take)), err_msg=f"{when}: plane {plane}")


@pytest.mark.skipif(os.name == "nt", reason="Windows does not force folders to disk")
@pytest.mark.parametrize("kind", ["nothing unforced is kept", "all is kept", "some is kept"])
def test_the_power_fails_at_every_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    begin, trace, acknowledged = record(tmp_path / "a.zarr", monkeypatch)
    assert len(acknowledged) == len(TAKES)
    rng = random.Random(7)
    keeps = {"nothing unforced is kept": lambda: False, "all is kept": lambda: True}.get(
        kind, lambda: rng.random() < 0.5
    )
    every = 3 if kind == "all is kept" else 1  # as after a kill, which has a test of its own
    assert check_moments(tmp_path / "after.zarr", begin, trace, acknowledged, keeps, every) > 10


@pytest.mark.skipif(os.name == "nt", reason="Windows does not force folders to disk")
@pytest.mark.parametrize("fault", ["force_names_to_disk", "write_forced"])
def test_a_recording_that_forgets_to_force_something_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    module = writer if fault == "force_names_to_disk" else planes
    unforced: Callable[..., None] = write_unforced if fault == "write_forced" else lambda _: None
    with monkeypatch.context() as patched:
        patched.setattr(module, fault, unforced)
        begin, trace, acknowledged = record(tmp_path / "a.zarr", monkeypatch)
    with pytest.raises((AssertionError, RuntimeError), match=r"is missing|is an older take|blosc"):
        check_moments(tmp_path / "after.zarr", begin, trace, acknowledged, lambda: False)


def write_unforced(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.write(handle, data)
    os.close(handle)


def check_moments(
    root: Path,
    begin: dict[str, bytes],
    trace: Trace,
    acknowledged: list[tuple[int, int, int]],
    keeps: Callable[[], bool],
    every: int = 1,
) -> int:
    """Check what is left of every moment; return how many different disks that were."""
    seen: set[tuple[tuple[str, bytes], ...]] = set()
    for moment in range(0, len(trace.steps) + 1, every):
        disk = Disk(begin, keeps)
        for step in trace.steps[:moment]:
            disk.do(step)
        files = disk.after_power_cut()
        safe = {plane: take for steps, plane, take in acknowledged if steps <= moment}
        state = (*sorted(files.items()), ("safe", repr(safe).encode()))
        if state not in seen:
            seen.add(state)
            rebuild(files, root)
            check_moment(root, safe, f"step {moment}")
    return len(seen)


def check_moment(root: Path, safe: dict[int, int], when: str) -> None:
    plain = xr.open_zarr(root, consolidated=False)
    pixels, exposures = plain.pixels.values, plain.exposure_s.values
    for plane in np.flatnonzero(plain.is_recorded.values):  # values may be unknown to xarray alone, never wrong
        if np.isfinite(exposures[plane]):
            np.testing.assert_array_equal(pixels[plane], frame(int(exposures[plane])), err_msg=when)
    stack = open_stack(root)
    check_truth(stack.is_recorded.values, stack.values, stack.exposure_s.values, safe, f"{when}, opened")
    if stack.attrs["state"] == "complete":
        assert len(safe) == PLANES
        return
    reopen_recording(root).close()
    again = open_stack(root)
    check_truth(again.is_recorded.values, again.values, again.exposure_s.values, safe, f"{when}, reopened")
    np.testing.assert_array_equal(again.values[~again.is_recorded.values], 0)
