"""Series that break off in every way there is, against a microscope in a process of its own.

After each of them the microscope stands where it stood, and every plane that was announced is on disk, bit by bit.
`make soak` runs 200, each time others if TEMSTACK_SOAK_SEED says so; 30 run with all other tests.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from temstack.acquire import recover
from temstack.acquire.journal import find_journals
from temstack.acquire.restoring import read_settings
from temstack.errors import TemstackError
from temstack.instrument import connect
from temstack.store import open_stack
from temstack.testing.process import microscope_process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and signals")

FAULTS = (
    "camera:raises",
    "camera:times_out",
    "camera:wrong_shape",
    "camera:rounds_exposure",
    "camera:stale_frame",
    "camera:connection_lost",
    "focus:raises",
    "focus:times_out",
    "focus:off_by",
    "focus:connection_lost",
    "energy_filter:raises",
    "energy_filter:times_out",
    "energy_filter:off_by",
    "energy_filter:does_not_settle",
    "energy_filter:connection_lost",
    "beam:drops",
    "beam:raises",
    "beam:connection_lost",
)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGKILL)
SERIES: dict[str, dict[str, Any]] = {
    "eftem_series": {"start_ev": 100, "step_ev": 10, "n_planes": 6, "exposure_s": 0.02, "auto_exposure": True},
    "focal_series": {"n_planes": 6, "step_nm": 15, "exposure_s": 0.05, "order": "symmetric"},
    "exposure_series": {"n_planes": 6, "exposure_s": 0.05, "processing": "unprocessed"},
}
# What a child would import anyway, some of it only because it is installed: 3 s each time on two busy cores.
PRELOADED = (
    "temstack.acquire.engine",
    "bluesky.preprocessors",
    "bluesky.run_engine",
    "dask.array",
    "distributed",
    "pint",
)


@dataclass(frozen=True)
class Trial:
    """One series, and what goes wrong with it."""

    kind: str
    fault: str | None
    number: int | None
    delay_s: float

    @classmethod
    def drawn(cls, chance: random.Random) -> Trial:
        kind = chance.choice(list(SERIES))
        if chance.random() < 0.5:
            return cls(kind, None, int(chance.choice(SIGNALS)), chance.uniform(0.0, 0.2))
        amount = ":0.5" if "beam:drops" in (fault := chance.choice(FAULTS)) else ""
        return cls(kind, f"{fault}:{chance.randint(1, 9)}{amount}", None, 0.0)


def record(address: str, trial: Trial, folder: Path) -> None:
    """What the child process does: record, and write down each plane that is announced to it."""
    from temstack.acquire import PlaneRecorded, StateChanged
    from temstack.acquire import connect as connect_session

    heard = os.open(folder / "heard", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hear(event: object) -> None:
        if isinstance(event, PlaneRecorded):
            os.write(heard, f"{event.index} {crc32(np.ascontiguousarray(event.pixels))}\n".encode())
        if isinstance(event, StateChanged) and event.state == "running" and trial.number is not None:
            threading.Thread(target=strike, daemon=True).start()

    def strike() -> None:
        time.sleep(trial.delay_s)
        os.kill(os.getpid(), trial.number or 0)

    with connect_session(address) as session:
        session.watch(hear)
        try:
            getattr(session, trial.kind)(folder / "x.zarr", live_drift=False, **SERIES[trial.kind])
        except (TemstackError, KeyboardInterrupt):
            os._exit(1)


def soak(trials: int, seed: int, tmp_path: Path) -> Counter[str]:
    """Run trials and count what happened; everything that must hold is asserted for each."""
    chance, happened = random.Random(seed), Counter[str]()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    with microscope_process("--seed", seed, "--shape", "64,64") as served, connect(served.address) as microscope:
        assert microscope.simulation is not None
        before = read_settings(microscope)
        for number in range(trials):
            trial, folder = Trial.drawn(chance), tmp_path / str(number)
            folder.mkdir()
            if trial.fault is not None:
                microscope.simulation.arm(trial.fault)
            child = context.Process(target=record, args=(served.address, trial, folder))
            child.start()
            child.join(60)
            assert child.exitcode is not None, f"trial {number} hangs: {trial}"
            microscope.simulation.clear_faults()
            if child.exitcode == -signal.SIGKILL:
                happened["killed"] += 1
                happened["recovered"] += sum(one.outcome == "restored" for one in recover())
            assert find_journals() == [], f"trial {number}: {trial}"
            assert read_settings(microscope) == before, f"trial {number}: {trial}"
            happened["restored"] += 1
            happened["planes"] += check_planes(folder, f"trial {number}: {trial}")
            happened["broken off" if child.exitcode else "unharmed"] += 1
    return happened


def check_planes(folder: Path, what: str) -> int:
    """Assert that every plane that was announced is there, bit by bit; return how many."""
    heard = folder / "heard"
    announced = dict(map(int, line.split()) for line in heard.read_text().splitlines()) if heard.exists() else {}
    if announced:
        stack = open_stack(folder / "x.zarr", raw=True)
        for index, checksum in announced.items():
            assert bool(stack.is_recorded[index]), what
            assert crc32(np.ascontiguousarray(stack[index].values)) == checksum, what
    return len(announced)


def report(happened: Counter[str], trials: int) -> str:
    how = f"{happened['broken off']} broken off, {happened['killed']} killed"
    planes = f"{happened['planes']} announced planes, all readable and bit-identical"
    return f"{happened['restored']} of {trials} restored ({how}); {planes}"


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder instead of the user's own, for this process and its children."""
    monkeypatch.setenv("TEMSTACK_CONFIG", str(tmp_path_factory.mktemp("user")))


def test_30_series_that_break_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    happened = soak(30, 1, tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(happened, 30)}\n")
    assert happened["restored"] == 30
    assert happened["broken off"] > 10
    assert happened["killed"] > 0
    assert happened["planes"] > 30


@pytest.mark.soak
def test_200_series_that_break_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    happened = soak(200, int(os.environ.get("TEMSTACK_SOAK_SEED", "2")), tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(happened, 200)}\n")
    assert happened["restored"] == 200
