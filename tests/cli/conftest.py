"""Running the command as a user does: in this process where that is enough, in a child where it is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from temstack import write
from temstack.cli import main
from temstack.testing import drifting_eftem_series


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """Lines on stderr that are neither warnings nor finished steps."""
        return [line for line in self.err.splitlines() if line.startswith("error: ")]


Run = Callable[..., Ended]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``temstack`` in this process."""
    monkeypatch.setenv("COLUMNS", "120")
    before = signal.getsignal(signal.SIGTERM)

    def run_words(*words: object) -> Ended:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ending:
            main([str(word) for word in words])
        signal.signal(signal.SIGTERM, before)
        out, err = capfd.readouterr()
        return Ended(int(ending.value.code or 0), out, err)

    return run_words


class Child:
    """``temstack`` as a process of its own."""

    def __init__(self, *words: object, **options: Any) -> None:
        command = [sys.executable, "-m", "temstack.cli", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env={**os.environ, "COLUMNS": "120"}, **pipes, **options)

    def wait_until_it_says(self, words: str) -> None:
        """Read what it reports until *words* come."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if words in line:
                return
        pytest.fail(f"the child ended before it said {words!r}")

    def end(self) -> Ended:
        """Wait for it and return how it ended."""
        out, err = self.process.communicate(timeout=60)
        return Ended(self.process.returncode, out, err)


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    """Start ``temstack`` as a process of its own, which does not outlive the test."""
    started = []

    def start(*words: object, **options: Any) -> Child:
        started.append(Child(*words, **options))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.fixture(scope="session")
def series():
    """Six planes that drift by up to 6 px, and the truth."""
    return drifting_eftem_series(6, 64, largest_drift_px=6.0, electrons_per_px=400.0, step_ev=5.0)


@pytest.fixture
def stack_path(series, tmp_path: Path) -> Path:
    """The series as a DM4 file, alone in a folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    write(series.stack, folder / "series.dm4")
    return folder / "series.dm4"


@pytest.fixture
def raw_folder(series, tmp_path: Path) -> Path:
    """The series as headerless files of little-endian float32, one for each plane."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for index, plane in enumerate(series.stack.values):
        plane.astype("<f4").tofile(folder / f"frame_{index}.raw")
    return folder


@pytest.fixture
def everything_in() -> Callable[[Path], dict[str, bytes | None]]:
    """Return all names below a folder, hidden ones too, with what the files hold."""

    def look(folder: Path) -> dict[str, bytes | None]:
        return {
            str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
            for path in sorted(folder.rglob("*"))
        }

    return look
