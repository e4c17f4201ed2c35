"""How quick the viewer is, and whether it ever stands still; napari beside it in the same run.

``python benchmarks/viewer.py [--only CASE …] [--alone]`` runs every case in a process of its own. On a machine without
a display it starts a virtual one (Xvfb), where both programs draw by the processor; without Xvfb windows are drawn into
memory, which napari cannot do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
CASES = {
    "start": ("cold start to the first image, 2048² TIFF", "s", "s", "≤ 3.5"),
    "step": ("planes of 2048² uint16 shown", "per_s", "per s", "≥ 60"),
    "spectrum": ("region moved → spectrum drawn, 100×1024², median", "ms", "ms", "≤ 50"),
    "align": ("longest stall, estimate and apply, 50×2048²", "ms", "ms", "≤ 100"),
    "save": ("longest stall, save 50×2048² as DM4 and TIFF", "ms", "ms", "≤ 100"),
    "live": ("live view, 1024² at 10 per s: of one core", "percent", "%", "≤ 25"),
    "record": ("longest stall while an EFTEM series is recorded", "ms", "ms", "≤ 100"),
}
"""Case → what it is, which figure counts, its unit, the aim."""

PEERED = ("start", "step")
SCREEN = "1600x1200x24"


@contextmanager
def display() -> Iterator[dict[str, str]]:
    """Yield the environment in which windows can be opened."""
    if sys.platform != "linux" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ:
        yield dict(os.environ)
        return
    if shutil.which("Xvfb") is None:
        yield {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield {**os.environ, "DISPLAY": f":{told.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


def measure(module: str, case: str, folder: Path, environment: dict[str, str]) -> dict[str, float] | str:
    """Run one case in a process of its own; return its figures, or why there are none."""
    environment = {
        **environment,
        "PYTHONPATH": str(HERE),
        "STARTED": repr(time.time()),
        "TEMSTACK_CONFIG": str(folder / "user"),
    }
    command = [sys.executable, "-m", f"viewer_bench.{module}", case, str(folder)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    except subprocess.TimeoutExpired:
        return "not done in 600 s"
    if done.returncode:
        last = done.stderr.strip().splitlines() or ["it died"]
        return last[-1][:80]
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(CASES), choices=list(CASES), metavar="CASE")
    parser.add_argument("--alone", action="store_true", help="without napari")
    given = parser.parse_args()
    table = Table("", "temstack", "napari", "aim", title="The viewer, each case in a process of its own")
    rest: list[str] = []
    with tempfile.TemporaryDirectory() as name, display() as environment:
        folder = Path(name)
        _make_file(folder / "start.tif")
        where = environment.get("QT_QPA_PLATFORM", "the display")
        for case in given.only:
            what, figure, unit, aim = CASES[case]
            ours = measure("desk", case, folder, environment)
            theirs = measure("peer", case, folder, environment) if case in PEERED and not given.alone else "–"
            table.add_row(what, _shown(ours, figure, unit), _shown(theirs, figure, unit), aim)
            rest.append(f"{case}: {ours}" + ("" if theirs == "–" else f"; napari: {theirs}"))
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    console.print(
        f"drawn on {where}; load of the machine {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    )
    for line in rest:
        console.print(line, markup=False, highlight=False)


def _shown(figures: dict[str, float] | str, figure: str, unit: str) -> str:
    return figures if isinstance(figures, str) else f"{figures[figure]:.3g} {unit}"


def _make_file(path: Path) -> None:
    import tifffile

    planes = np.random.default_rng(1).poisson(500, (3, 2048, 2048)).astype(np.uint16)
    tifffile.imwrite(path, planes)


if __name__ == "__main__":
    main()
