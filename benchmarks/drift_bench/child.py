"""Run one method on series after series, as a process of its own: ``python child.py METHOD``.

Each line of input names an ``.npy`` file, each line of output is what came of it, both JSON. The first series is small
and only there to compile and load what loads late. A crash ends this process only, and memory is its own.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drift_bench.methods import FLOOR, METHODS, Estimate, Method, PlanesOnDisk

_MEGABYTE = 1 << 20


def main() -> None:
    """Answer line by line until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    method = {**METHODS, FLOOR.name: FLOOR}[sys.argv[1]]
    try:
        work = method.load()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(method, work, Path(json.loads(line)))), file=answers, flush=True)


def _answer(method: Method, work: Any, path: Path) -> dict[str, Any]:
    try:
        planes = PlanesOnDisk(path) if method.reads_file else np.load(path).astype(np.float32)
        return _measured(method, work, planes)
    except Exception as error:  # whatever a peer raises is its result
        return {"failed": f"{type(error).__name__}: {str(error).strip().splitlines()[-1] if str(error) else ''}"}


def _measured(method: Method, work: Any, planes: Any) -> dict[str, Any]:
    gc.collect()
    before_mb = resident_mb_from_now()
    cpu_s, wall_s, estimate = _timed(work, planes)
    extra_mb = peak_mb() - before_mb
    for _ in range(method.repeats - 1):
        again = _timed(work, planes)
        cpu_s, wall_s = min(cpu_s, again[0]), min(wall_s, again[1])
    return {
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "extra_mb": extra_mb,
        "warnings": estimate.warnings,
        **_as_lists(estimate),
    }


def _timed(work: Any, planes: Any) -> tuple[float, float, Estimate]:
    cpu, wall = time.process_time(), time.perf_counter()
    estimate = work(planes)
    return time.process_time() - cpu, time.perf_counter() - wall, estimate


def _as_lists(estimate: Estimate) -> dict[str, Any]:
    named = {"drift_px": estimate.drift_px, "sigma_px": estimate.sigma_px, "groups": estimate.groups}
    return {name: None if value is None else np.asarray(value).tolist() for name, value in named.items()}


def resident_mb_from_now() -> float:
    """Return how much memory is in use, and let the peak begin anew here where the system can (Linux)."""
    try:
        ctypes.CDLL(None).malloc_trim(0)  # what was freed before must not hide what is needed now
        Path("/proc/self/clear_refs").write_text("5")
        return _status_mb("VmRSS")
    except (OSError, AttributeError, TypeError):
        return peak_mb()


def peak_mb() -> float:
    try:
        return _status_mb("VmHWM")
    except OSError:
        try:
            import resource
        except ImportError:  # Windows
            return float("nan")
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MEGABYTE


def _status_mb(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024 / _MEGABYTE
    raise OSError(name)


if __name__ == "__main__":
    main()
