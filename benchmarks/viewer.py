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
    "align": ("longest stall, estimate and apply, 50×2048²", "own_ms", "ms", "≤ 100"),
    "save": ("longest stall, save 50×2048² as DM4 and TIFF", "own_ms", "ms", "≤ 100"),
    "live": ("live view, 1024² at 10 per s: of one core", "percent", "%", "≤ 25"),
    "record": ("longest stall while an EFTEM series is recorded", "own_ms", "ms", "≤ 100"),
}
"""Case → what it is, which figure counts, its unit, the aim."""

PEERED = ("start", "step")
SCREEN = "1600x1200x24"
PATIENCE_S = 120


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
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),  # a program that is installed is compiled already
        "TEMSTACK_CONFIG": str(folder / "user"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", f"viewer_bench.{module}", case, str(folder)]
    for _ in range(2 if case == "start" else 1):
        environment["STARTED"] = repr(time.time())
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
            )
        except subprocess.TimeoutExpired:
            return f"not done in {PATIENCE_S} s"
        if done.returncode:
            last = done.stderr.strip().splitlines() or [f"it died: {done.returncode}"]
            return last[-1][:80]
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def main() -> None:
    """Print each case as it is done, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(CASES), choices=list(CASES), metavar="CASE")
    parser.add_argument("--alone", action="store_true", help="without napari")
    given = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table("", "temstack", "napari", "aim", title="The viewer, each case in a process of its own")
    with tempfile.TemporaryDirectory() as name, display() as environment:
        folder = Path(name)
        _make_file(folder / "start.tif")
        for case in given.only:
            what, figure, unit, aim = CASES[case]
            ours = measure("desk", case, folder, environment)
            theirs = measure("peer", case, folder, environment) if case in PEERED and not given.alone else "–"
            table.add_row(what, _shown(ours, figure, unit), _shown(theirs, figure, unit), aim)
            said = f"{case}: {_in_words(ours)}" + ("" if theirs == "–" else f"; napari: {_in_words(theirs)}")
            console.print(said, markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    load = f"; load of the machine {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    console.print(f"drawn on {environment.get('QT_QPA_PLATFORM', 'the display')}{load}")


def _in_words(figures: dict[str, float] | str) -> str:
    return figures if isinstance(figures, str) else ", ".join(f"{name} {value:.3g}" for name, value in figures.items())


def _shown(figures: dict[str, float] | str, figure: str, unit: str) -> str:
    return figures if isinstance(figures, str) else f"{figures[figure]:.3g} {unit}"


def _make_file(path: Path) -> None:
    import tifffile

    image = np.random.default_rng(1).poisson(500, (2048, 2048)).astype(np.uint16)
    tifffile.imwrite(path, image)


if __name__ == "__main__":
    main()
