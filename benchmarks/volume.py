"""Memory and time of every operation that streams, from a stack on disk to a store.

``python benchmarks/volume.py [--gigabytes 2] [--side 2048] [--only NAME …]`` makes the stack in a temporary folder,
does each operation of the menus Volume and Spectrum as ``temstack volume`` and ``temstack eels`` do, deletes each
output at once, and prints times and largest memory. The stack takes little disk, the largest output and what is put
down on the way up to four times its nominal size.

Memory is all that the process ever held, Python and libraries included. Each operation has a process of its own; where
the system can (not on Windows), these are copies of one that has loaded the libraries.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_KINDS = 7
"""So many planes differ, the first of them flat; all are links to these, which makes a large stack in no time."""

_LOADED_ONCE = ("temstack.files", "temstack.operations", "dask.array", "zarr", "scipy.ndimage", "scipy.signal.windows")

CASES: dict[str, dict[str, Any]] = {
    "append_planes": {"planes": "{other}", "plane_values": (1.0, 2.0)},
    "insert_planes": {"planes": "{other}", "plane_values": (1.0, 2.0), "index": 3},
    "replace_planes": {"planes": "{other}", "index": 3},
    "extract_planes": {"planes": (1, None)},
    "remove_planes": {"planes": (1, 3)},
    "reorder_planes": {"order": "{reversed}"},
    "sort_planes": {"descending": True},
    "sub_volume": {"y": (10, None), "x": (None, 1000)},
    "replace_sub_volume": {"part": "{image}", "planes": (0, 4)},
    "crop": {"region": (10, 10, 1000, 1000)},
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
    "to_spectrum_image": {},
    "add": {"number": 3},
    "subtract": {"plane": 0},
    "multiply": {"other": "{image}"},
    "divide": {"other": "{store}"},
    "normalise_to_exposure": {},
    "normalise_to_region": {"region": (0, 0, 100, 100)},
    "despike": {"size_px": 3},
    "filter_planes": {"width_px": 2.0},
    "filter_along_planes": {"width": 1.0},
    "fourier_transform": {"show": "log"},
    "extract_spectrum": {"polygon": ((0, 0), (0, 1000), (1000, 0))},
    "energy_window_image": {"window": [(480.0, 490.0)]},
    "elemental_map": {"pre": [(480.0, 490.0)], "post": [(492.0, 500.0)]},
    "jump_ratio": {"pre": [484.0], "post": [492.0]},
    "subtract_background": {"window": [(480.0, 490.0)]},
    "thickness": {"threshold_ev": 490.0},
    "zero_loss_position": {},
    "non_isochromaticity": {},
    "fit_references": {"references": {"rising": "{rising}", "flat": "{flat}"}},
    "denoise": {"components": 3},
    "add_exposures": {"weights": "agreement"},
    "diffractograms": {"tile_px": 256},
}
"""Parameters to try each operation with; names in braces stand for files and for lists as long as the stack."""


@dataclass(frozen=True)
class Told:
    """What one operation took."""

    name: str
    cpu_s: float
    wall_s: float
    peak_mb: float


def make_store(folder: Path, gigabytes: float, side: int = 1024, *, noisy: int = 1) -> Path:
    """Write a stack of 16-bit counts of this size, and an image and two planes beside it; return the stack.

    Parameters
    ----------
    folder : Path
    gigabytes : float
        Of pixels, not compressed.
    side : int, px
        Of a plane.
    noisy : int
        Of so many planes one is noisy, the others are flat: the same memory, less time to compress.
    """
    import dask.array as da
    import numpy as np

    from temstack import write
    from temstack.stack import label_stack
    from temstack.store.layout import PIXELS
    from temstack.store.writing import create_store

    planes = max(2 * _KINDS, round(gigabytes * 1e9 / (2 * side * side)))
    pixels = da.zeros((planes, side, side), chunks=(1, side, side), dtype=np.uint16)
    stack = label_stack(
        pixels,
        "energy_loss",
        plane_values=480 + 2.0 * np.arange(planes),
        pixel_size=0.5,
        pixel_units="nm",
        intensity_units="counts",
        per_plane={"exposure_s": (2.0 ** -(np.arange(planes) % 3), "s"), "scale": 2.0 ** (np.arange(planes) % 3)},
    )
    counted = np.random.default_rng(1).poisson(200, (_KINDS, side, side)).astype(np.uint16)
    counted += np.arange(_KINDS, dtype=np.uint16)[::-1, None, None]
    counted[0] = 200
    few = stack[:_KINDS].copy(data=counted)
    write(few[0].drop_vars("energy_loss"), folder / "image.zarr")
    write(few[:2], folder / "other.zarr")
    write(few, folder / "few.zarr")
    store = folder / "stack.zarr"
    create_store(stack, store)
    for plane in range(planes):
        # A Zarr store keeps the chunk (plane, 0, 0), which is a plane, in the file c/plane/0/0.
        copy = store / PIXELS / "c" / str(plane) / "0" / "0"
        copy.parent.mkdir(parents=True)
        kind = 0 if plane % noisy else 1 + plane // noisy % (_KINDS - 1)
        os.link(folder / "few.zarr" / PIXELS / "c" / str(kind) / "0" / "0", copy)
    return store


def measure(names: Sequence[str], store: Path) -> Iterator[Told]:
    """Do operations from file to file, each in a process of its own; delete each output, and yield what it took.

    Several may be joined by ``+``: each gets what the one before made, and only the last is written.
    """
    multiprocessing.set_forkserver_preload(list(_LOADED_ONCE))
    can_copy = sys.platform != "win32"
    processes = multiprocessing.get_context("forkserver") if can_copy else multiprocessing.get_context("spawn")
    for name in names:
        ours, its = processes.Pipe(duplex=False)
        child = processes.Process(target=_child, args=(name, store, its))
        child.start()
        its.close()
        try:
            yield ours.recv()
        except EOFError:
            raise RuntimeError(f"{name} failed: see above") from None
        finally:
            child.join()


def _child(name: str, store: Path, told: Connection) -> None:
    from temstack import read, write
    from temstack.operations import run

    start, clock = time.process_time(), time.perf_counter()
    result = read(store, lazy=True)
    for each in name.split("+"):
        result = run(each, result, **_parameters(each, result, store))
    with tempfile.TemporaryDirectory(dir=store.parent) as folder:
        write(result, Path(folder, "out.zarr"))
        told.send(Told(name, time.process_time() - start, time.perf_counter() - clock, _peak_mb()))


def _parameters(name: str, stack: Any, store: Path) -> dict[str, Any]:
    planes = len(stack)
    stands_for = {
        "{other}": store.parent / "other.zarr",
        "{image}": store.parent / "image.zarr",
        "{store}": store,
        "{reversed}": list(range(planes))[::-1],
        "{rising}": [float(plane) for plane in range(planes)],
        "{flat}": [1.0] * planes,
    }

    def meant(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: meant(each) for key, each in value.items()}
        return stands_for.get(value, value) if isinstance(value, str) else value

    return {key: meant(value) for key, value in CASES[name].items()}


def _peak_mb() -> float:
    """Return the largest memory of this process; of the process alone, not of the one that started it."""
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
    parser.add_argument("--side", type=int, default=1024, help="pixels along each side of a plane")
    parser.add_argument("--noisy", type=int, default=1, metavar="N", help="one plane of N is noisy, others flat")
    parser.add_argument("--only", nargs="*", default=list(CASES), metavar="NAME")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="temstack-volume-"))
    try:
        store = make_store(folder, given.gigabytes, given.side, noisy=given.noisy)
        print(f"{'operation':<22}{'CPU time':>10}{'clock':>10}{'memory':>10}   for {given.gigabytes:g} GB")
        for told in measure(given.only, store):
            print(f"{told.name:<22}{told.cpu_s:>8.1f} s{told.wall_s:>8.1f} s{told.peak_mb:>7.0f} MB", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
