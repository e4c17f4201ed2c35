"""Measure what recording costs: overhead of a frame, rate of writing, memory; with every plane safe on disk.

    python benchmarks/acquire.py               # 1024², takes a minute and 5 GB of disk
    python benchmarks/acquire.py --quick       # 256², seconds

Disks of shared machines are fast and slow by turns, so rates are ratios of measurements made by turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temstack.series import CameraFacts, TimeSeries, planned_stack
from temstack.store import Recording, create_recording

Pixels = NDArray[np.uint16]

OVERHEAD_MS = 5.0
"""What a frame may take beyond exposure and readout, with durable storage."""
LEAST_RATE = 0.7
"""Of planes recorded, relative to the same bytes written plainly and forced to disk."""
MOST_GROWTH_MB = 30.0
"""Memory over all frames of a long series."""


def main() -> None:
    """Print one line for each measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="256², few frames")
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    asked = parser.parse_args()
    side, few, many = (256, 12, 150) if asked.quick else (1024, 40, 2000)
    frames = noisy_frames(side)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        report_overhead(Path(folder), frames, few)
        report_rate(Path(folder), frames, few)
        report_memory(Path(folder), frames, many)


def noisy_frames(side: int) -> list[Pixels]:
    """Return frames as a camera gives them: 100 electrons of 8 counts in a pixel, and an offset."""
    rng = np.random.default_rng(1)
    return [(8 * rng.poisson(100, (side, side)) + rng.normal(200, 3, (side, side))).astype(np.uint16) for _ in range(8)]


def recording_of(path: Path, frames: list[Pixels], count: int) -> Recording:
    """Return an empty recording for so many frames."""
    side = frames[0].shape[0]
    facts = CameraFacts("camera", (side, side), np.dtype(np.uint16), 65535.0, (0.001, 100.0), (0.2, 0.2))
    return create_recording(path, planned_stack(TimeSeries(n_planes=count, exposure_s=0.1), facts), overwrite=True)


def values_of(index: int) -> dict[str, float | int]:
    """Return the per-plane values that a session brings along."""
    return {"time": 0.1 * index, "exposure_s": 0.1, "scale": 1.0, "robust_max_counts": 900.0, "dark_id": 0}


def report_overhead(folder: Path, frames: list[Pixels], count: int) -> None:
    """Measure how long the camera waits for the disk while each plane is written during the next exposure of 100 ms."""
    spent, safe_after = [], []
    with recording_of(folder / "overhead.zarr", frames, count) as recording:
        for index in range(count):
            start = time.perf_counter()
            done = recording.submit_plane(index, frames[index % len(frames)], values_of(index))
            spent.append(1e3 * (time.perf_counter() - start))
            done.add_done_callback(lambda _, start=start: safe_after.append(1e3 * (time.perf_counter() - start)))
            time.sleep(0.1)
    median, worst = statistics.median(spent), max(spent)
    kept = "kept" if median <= OVERHEAD_MS else "MISSED"
    print(f"overhead per frame: median {median:.2f} ms, worst {worst:.2f} ms (at most {OVERHEAD_MS:g}: {kept})")
    print(f"a plane is safe on disk after {statistics.median(safe_after):.0f} ms, during the next exposure")


def report_rate(folder: Path, frames: list[Pixels], count: int, rounds: int = 3) -> None:
    """Measure planes as fast as they go against plain files of the same bytes, each forced to disk, by turns."""
    ratios = []
    for _ in range(rounds):
        plain = seconds_plain(folder / "plain", frames, count)
        recorded = seconds_recorded(folder / "rate.zarr", frames, count)
        ratios.append(plain / recorded)
        rate = count * frames[0].nbytes / 2**20
        print(f"  plain {rate / plain:6.0f} MB/s   recorded {rate / recorded:6.0f} MB/s")
    ratio = statistics.median(ratios)
    kept = "kept" if ratio >= LEAST_RATE else "MISSED"
    print(f"rate relative to plain forced writes: {ratio:.2f} (at least {LEAST_RATE:g}: {kept})")


def seconds_plain(folder: Path, frames: list[Pixels], count: int) -> float:
    """Write raw frames, one file each, forced to disk; return the time, s."""
    folder.mkdir(exist_ok=True)
    start = time.perf_counter()
    for index in range(count):
        with (folder / f"{index}.raw").open("wb") as file:
            file.write(frames[index % len(frames)].tobytes())
            file.flush()
            os.fsync(file.fileno())
    spent = time.perf_counter() - start
    for path in folder.iterdir():
        path.unlink()
    return spent


def seconds_recorded(path: Path, frames: list[Pixels], count: int) -> float:
    """Record frames as fast as they go; return the time until the last is safe, s."""
    recording = recording_of(path, frames, count)
    start = time.perf_counter()
    waiting = [recording.submit_plane(i, frames[i % len(frames)], values_of(i)) for i in range(count)]
    for done in waiting:
        done.result()
    spent = time.perf_counter() - start
    recording.finish("complete")
    return spent


def report_memory(folder: Path, frames: list[Pixels], count: int) -> None:
    """Measure how much the largest memory grows after the first tenth of a long series."""
    with recording_of(folder / "memory.zarr", frames, count) as recording:
        for index in range(count):
            recording.submit_plane(index, frames[index % len(frames)].copy(), values_of(index))
            if index == count // 10:
                early = largest_memory_mb()
    growth = largest_memory_mb() - early
    kept = "kept" if growth <= MOST_GROWTH_MB else "MISSED"
    print(f"memory over {count} frames: grows by {growth:.0f} MB (at most {MOST_GROWTH_MB:g}: {kept})")


def largest_memory_mb() -> float:
    """Return the largest memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
