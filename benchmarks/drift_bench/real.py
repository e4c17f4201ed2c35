"""Real stacks, whose truth nobody knows: how well the sums of odd and of even planes agree after each alignment.

The Fourier ring correlation of the two sums, averaged over the frequencies from 2 cycles per field to 0.35 cycles/px,
is high only where the planes were aligned. Sums are made here in the same way for every method, and cropped to what all
planes share. A pattern that stays with the detector correlates too, and best for whoever does not move the planes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table

import temstack as ts
from drift_bench.measure import Outcome, Worker
from drift_bench.methods import Method
from drift_bench.series import WARM_UP, make_series
from temstack.analysis import fourier_ring_correlation
from temstack.drift import Drift
from temstack.stack import label_stack

_LOWEST_CYCLES = 2.0
_HIGHEST = 0.35
_LEAST_SHARE = 0.25

Row = tuple[str, str, str]


def measured(paths: Sequence[Path], methods: Sequence[Method], limit_s: float) -> Iterator[Row]:
    """Yield stack, method, and the mean ring correlation of the halves, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        warm_up = Path(folder) / "warm-up.npy"
        np.save(warm_up, make_series(WARM_UP).counts)
        for method in (None, *methods):
            worker = None if method is None else Worker(method, warm_up, limit_s)
            for path in paths:
                planes = _planes(path)
                file = Path(folder) / "planes.npy"
                np.save(file, planes)
                outcome = Outcome(drift_px=np.zeros((len(planes), 2))) if worker is None else worker.run(file)
                yield path.stem, "as recorded" if method is None else method.name, _judged(planes, outcome)
            if worker is not None:
                worker.close()


def table(rows: Iterator[Row]) -> Table:
    """Return one row per method, one column per stack."""
    cells: dict[str, dict[str, str]] = {}
    for stack, method, words in rows:
        cells.setdefault(method, {})[stack] = words
    stacks = list(next(iter(cells.values())))
    shown = Table(box=box.SIMPLE_HEAD, title="mean ring correlation of odd and even planes, aligned")
    shown.add_column("method")
    for stack in stacks:
        shown.add_column(stack, justify="right")
    for method, own in cells.items():
        shown.add_row(method, *(own[stack] for stack in stacks))
    return shown


def _planes(path: Path) -> NDArray[np.float32]:
    stack = ts.read(path)
    return np.asarray(ts.counts(stack).values, np.float32)


def _judged(planes: NDArray[np.float32], outcome: Outcome) -> str:
    if outcome.drift_px is None:
        return outcome.problem
    if not np.isfinite(outcome.drift_px).all():
        return "not known"
    shape = planes.shape[1:]
    drift = outcome.drift_px - np.median(outcome.drift_px, axis=0)
    if np.prod(np.maximum(np.array(shape) - np.ptp(drift, axis=0), 0)) < _LEAST_SHARE * np.prod(shape):
        return "too far"
    moved = ts.apply_drift(label_stack(planes), _drift_of(drift, (shape[0], shape[1])), interpolation="fourier")
    ring = fourier_ring_correlation(moved[0::2].mean("plane"), moved[1::2].mean("plane"))
    low = _LOWEST_CYCLES / min(moved.shape[1:])
    return f"{float(ring.sel(frequency=slice(low, _HIGHEST)).mean()):.4f}"


def _drift_of(drift_px: NDArray[np.float64], shape: tuple[int, int]) -> Drift:
    n, none = len(drift_px), np.zeros(0)
    return Drift(
        drift_px=drift_px,
        sigma_px=np.full((n, 2), np.nan),
        groups=np.zeros(n, np.int64),
        within_group_px=drift_px,
        pairs=np.zeros((0, 2), np.int64),
        pair_shift_px=np.zeros((0, 2)),
        pair_residual_px=none,
        correlation_peak=none,
        pair_weight=none,
        shape=shape,
    )
