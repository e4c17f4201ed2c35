"""Memory and time of every operation that streams, from a stack on disk to a file, each in a process of its own.

``python benchmarks/volume.py [--gigabytes 2] [--only NAME …]`` makes the stack in a temporary folder, does each
operation of the Volume menu as ``temstack volume`` does, deletes each output at once, and prints CPU time and largest
memory. Needs about as much disk as the stack and the largest output, 4 times the stack.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIDE = 1024

CASES: dict[str, dict[str, Any]] = {
    "append_planes": {"planes": "{other}"},
    "insert_planes": {"planes": "{other}", "index": 3},
    "replace_planes": {"planes": "{other}", "index": 3},
    "extract_planes": {"planes": (1, None)},
    "remove_planes": {"planes": (1, 3)},
    "reorder_planes": {"order": "{reversed}"},
    "sort_planes": {"descending": True},
    "sub_volume": {"y": (10, None), "x": (None, -10 + SIDE)},
    "replace_sub_volume": {"part": "{image}", "planes": (0, 4)},
    "crop": {"region": (10, 10, SIDE - 10, SIDE)},
    "bin_stack": {"planes": 2, "y": 2, "x": 2},
    "pad": {"planes": (1, 1), "y": (8, 8), "mode": "reflect"},
    "rotate_90": {"axis": "x"},
    "rotate_in_plane": {"angle_deg": 7.5, "interpolation": "linear"},
    "flip": {"axis": "z"},
    "swap_axes": {"first": "x", "second": "z"},
    "project": {"how": "sd"},
    "orthogonal_slice": {"axis": "y", "at": 100},
    "line_slice": {"points": ((10, 10), (1000, 900)), "width": 5},
    "oblique_slice": {"about_x_deg": 30},
    "set_plane_axis": {"axis": "time", "start": 0, "step": 2},
    "set_plane_values": {"name": "dose", "values": (2.0,)},
    "convert_type": {"dtype": "float32"},
    "subtract": {"plane": 0},
    "divide": {"other": "{store}"},
    "normalise_to_exposure": {},
    "normalise_to_region": {"region": (0, 0, 100, 100)},
    "despike": {"size_px": 3},
    "filter_planes": {"width_px": 2.0},
    "filter_along_planes": {"width": 1.0},
    "fourier_transform": {"show": "log"},
}
"""Parameters to try each operation with; names in braces stand for files."""


def make_store(folder: Path, gigabytes: float, *, is_empty: bool = False) -> Path:
    """Write a stack of 16-bit counts of this size, plane by plane, and an image beside it; return the stack.

    An empty one has no pixels on disk, which read as zeros: the same memory, less time.
    """
    import dask.array as da
    import numpy as np

    from temstack import write
    from temstack.stack import label_stack

    planes = max(8, round(gigabytes * 1e9 / (2 * SIDE * SIDE)))
    one = np.random.default_rng(1).poisson(200, (SIDE, SIDE)).astype(np.uint16)

    def plane(block_info: Any = None) -> Any:
        return (one + block_info[None]["chunk-location"][0] % 7).astype(np.uint16)[None]

    pixels = da.map_blocks(plane, chunks=((1,) * planes, SIDE, SIDE), dtype=np.uint16, meta=np.empty((0, 0, 0), "u2"))
    stack = label_stack(
        pixels,
        "energy_loss",
        plane_values=480 + 2.0 * np.arange(planes),
        pixel_size=0.5,
        pixel_units="nm",
        per_plane={"exposure_s": (2.0 ** -(np.arange(planes) % 3), "s"), "scale": 2.0 ** (np.arange(planes) % 3)},
    )
    write(stack[0].drop_vars("energy_loss"), folder / "image.zarr")
    write(stack[:2], folder / "other.zarr")
    if is_empty:
        from temstack.store.writing import create_store

        create_store(stack, folder / "stack.zarr")
        return folder / "stack.zarr"
    return write(stack, folder / "stack.zarr")


def measure(name: str, store: Path) -> dict[str, float]:
    """Do one operation from file to file in a child, delete its output, and return its CPU time and peak memory."""
    with tempfile.TemporaryDirectory(dir=store.parent) as folder:
        command = [sys.executable, str(Path(__file__)), "--child", name, str(store), str(Path(folder, "out.zarr"))]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"{name} failed: {ended.stderr[-2000:]}")
    told: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return told


def _child(name: str, store: str, output: str) -> None:
    from temstack import read, write
    from temstack.operations import run

    folder = Path(store).parent
    stack = read(store, lazy=True)
    files = {
        "{other}": folder / "other.zarr",
        "{image}": folder / "image.zarr",
        "{store}": store,
        "{reversed}": list(range(len(stack)))[::-1],
    }
    parameters = {
        key: files[value] if isinstance(value, str) and "{" in value else value for key, value in CASES[name].items()
    }
    if "planes" in parameters and "plane_values" not in parameters and name in ("append_planes", "insert_planes"):
        parameters["plane_values"] = (1.0, 2.0)
    start = time.process_time()
    write(run(name, stack, **parameters), output)
    print(json.dumps({"cpu_s": time.process_time() - start, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """Return the largest memory of this process so far; of the process alone, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Measure all operations, or those asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--only", nargs="*", default=list(CASES), metavar="NAME")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(*given.child)
        return
    folder = Path(tempfile.mkdtemp(prefix="temstack-volume-"))
    try:
        store = make_store(folder, given.gigabytes)
        print(f"{'operation':<24}{'CPU time':>10}{'memory':>10}   for {given.gigabytes:g} GB")
        for name in given.only:
            told = measure(name, store)
            print(f"{name:<24}{told['cpu_s']:>8.1f} s{told['peak_mb']:>7.0f} MB", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
