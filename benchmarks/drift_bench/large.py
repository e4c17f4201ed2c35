"""A stack too large for memory: made on disk, aligned and summed, beside reading and transforming it once.

``python benchmarks/align.py --large`` makes 500 planes of 2048² uint16, 4.2 GB, in a temporary folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dask
import dask.array
import ducc0
import numpy as np
import scipy.ndimage
import xarray as xr
from numpy.typing import NDArray

import temstack as ts
from drift_bench.child import peak_mb, resident_mb_from_now
from temstack.stack import label_stack
from temstack.testing import drifting_eftem_series

SIDE = 2048
_RIM = 160
_COUNTS = 400.0
_STEP_PX = 2.0


def measured_apart(folder: Path, n_planes: int) -> list[tuple[str, float, float, float]]:
    """Return what each step cost: its name, processor seconds, seconds by the clock, and most extra memory, MB."""
    command = [sys.executable, "-m", "drift_bench.large", str(folder), str(n_planes)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [tuple(row) for row in json.loads(done.stdout)]


def main(folder: Path, n_planes: int) -> None:
    """Print what each step cost, as JSON."""
    path = folder / "large.zarr"
    truth = make_large(path, n_planes)
    small = drifting_eftem_series(n_planes=4, size=128).stack
    ts.sum_aligned(small, ts.estimate_drift(small))
    stack = ts.read(path)
    rows = []
    _, *cost = _cost(lambda: _read_and_transform(stack))
    rows.append(("read and transform once", *cost))
    drift, *cost = _cost(lambda: ts.estimate_drift(stack))
    error = drift.drift_px - truth
    rms = float(np.sqrt(((error - error.mean(axis=0)) ** 2).sum(axis=1).mean()))
    rows.append((f"estimate (error {rms:.4f} px)", *cost))
    _, *cost = _cost(lambda: ts.sum_aligned(stack, drift))
    rows.append(("aligned sum", *cost))
    print(json.dumps(rows))


def make_large(path: Path, n_planes: int, seed: int = 0) -> NDArray[np.float64]:
    """Write a drifting stack plane by plane, and return its drift, (n, 2) whole px."""
    rng = np.random.default_rng(seed)
    whole = SIDE + 2 * _RIM
    field = scipy.ndimage.gaussian_filter(rng.normal(size=(whole, whole)), 2)
    field += scipy.ndimage.gaussian_filter(rng.normal(size=(whole, whole)), 12)
    field = _COUNTS * (field - field.min()) / np.ptp(field)
    drift = np.rint(np.cumsum(rng.normal(0, _STEP_PX, (n_planes, 2)), axis=0))
    drift = np.clip(drift - np.rint(drift.mean(axis=0)), -_RIM, _RIM)

    def plane(index: int) -> NDArray[np.uint16]:
        top, left = (_RIM - drift[index]).astype(int)
        return (
            np.random.default_rng([seed, index]).poisson(field[top : top + SIDE, left : left + SIDE]).astype(np.uint16)
        )

    made = [dask.array.from_delayed(dask.delayed(plane)(k), (SIDE, SIDE), np.uint16) for k in range(n_planes)]
    ts.write(label_stack(dask.array.stack(made)), path)
    return np.asarray(drift)


def _read_and_transform(stack: xr.DataArray) -> None:
    for index in range(len(stack)):
        plane = np.asarray(stack[index], np.float32)
        ducc0.fft.r2c(plane, axes=(0, 1), nthreads=1)


def _cost(work: Callable[[], object]) -> tuple[object, float, float, float]:
    before = resident_mb_from_now()
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - wall, peak_mb() - before


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
