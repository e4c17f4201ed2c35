"""Run methods in processes of their own, give them series, and take the time away from those that need too long."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drift_bench.methods import Method

_START_LIMIT_S = 180.0
_CHILD = Path(__file__).with_name("child.py")
# The products of small matrices that some peers need are too small for two threads; a second one only burns time
# waiting, which would be counted against them.
_ONE_BLAS_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Outcome:
    """What came of one method on one series.

    Parameters
    ----------
    problem : str
        Why there is no result; empty if there is one.
    drift_px, sigma_px : (n, 2) float64, px, or None
    groups : (n,) int, or None
    warnings : tuple of str
    cpu_s, wall_s : float, s
        Processor time over all threads, and time by the clock.
    extra_mb : float, MiB
        Highest use of memory beyond that before the start.
    """

    problem: str = ""
    drift_px: NDArray[np.float64] | None = None
    sigma_px: NDArray[np.float64] | None = None
    groups: NDArray[np.int64] | None = None
    warnings: tuple[str, ...] = ()
    cpu_s: float = float("nan")
    wall_s: float = float("nan")
    extra_mb: float = float("nan")


class Worker:
    """One method in a process, warmed up; a new process takes over where one had to be ended or died.

    Call :meth:`close` in the end.
    """

    def __init__(self, method: Method, warm_up: Path, limit_s: float) -> None:
        self._method, self._warm_up, self._limit_s = method, warm_up, limit_s
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self.unusable = ""

    def close(self) -> None:
        """End the process."""
        self._end()

    def run(self, path: Path) -> Outcome:
        """Return what the method makes of the series in a file."""
        if not self.unusable and self._process is None:
            self._start()
        if self.unusable:
            return Outcome(self.unusable)
        answer = self._ask(path, self._limit_s)
        if "failed" in answer:
            return Outcome(answer["failed"])
        arrays = {
            name: np.asarray(answer[name], kind)
            for name, kind in (("drift_px", float), ("sigma_px", float), ("groups", int))
            if answer[name] is not None
        }
        costs = {name: answer[name] for name in ("cpu_s", "wall_s", "extra_mb")}
        return Outcome(warnings=tuple(answer["warnings"]), **arrays, **costs)

    def _start(self) -> None:
        self._answers = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, str(_CHILD), self._method.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, **_ONE_BLAS_THREAD},
        )
        threading.Thread(target=self._collect, args=(self._process, self._answers), daemon=True).start()
        first = self._next(_START_LIMIT_S)
        self.unusable = f"not installed: {first['missing']}" if "missing" in first else first.get("failed", "")
        if not self.unusable:
            self._ask(self._warm_up, _START_LIMIT_S)

    @staticmethod
    def _collect(process: subprocess.Popen[str], answers: queue.Queue[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(line)
        answers.put("")

    def _ask(self, path: Path, limit_s: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # if it died, its answers end, and that is seen below
            print(json.dumps(str(path)), file=self._process.stdin, flush=True)
        return self._next(limit_s)

    def _next(self, limit_s: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=limit_s)
        except queue.Empty:
            self._end()
            return {"failed": f"no result within {limit_s:g} s"}
        if line:
            return json.loads(line)  # type: ignore[no-any-return]
        code = self._process.wait() if self._process else None
        self._end()
        return {"failed": f"crashed (exit code {code})"}

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


_COLD = """
import sys, time
import numpy as np
from temstack.drift import estimate_drift
estimate_drift(np.load(sys.argv[1]))
"""


def cold_start_s(path: Path, *, compiled: bool) -> float:
    """Return how long a new process takes to align a small series, s; if not *compiled*, as on a new machine."""
    with tempfile.TemporaryDirectory() as empty:
        environment = dict(os.environ)
        if not compiled:
            environment["NUMBA_CACHE_DIR"] = empty
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", _COLD, str(path)], env=environment, check=True, capture_output=True)
        return time.perf_counter() - start
