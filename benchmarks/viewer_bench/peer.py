"""The same of napari. ``python -m viewer_bench.peer CASE FOLDER`` prints one line of JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import napari
from qtpy.QtWidgets import QApplication

from viewer_bench.watching import let_live, paint_now


def start(folder: Path) -> dict[str, float]:
    """From the start of the process until the first plane of a file is on the screen."""
    import tifffile

    viewer = napari.Viewer()
    viewer.add_image(tifffile.imread(folder / "start.tif"))
    paint_now()
    viewer.screenshot(canvas_only=True, flash=False)
    return {"s": time.time() - float(os.environ["STARTED"]), "cpu_s": time.process_time()}


def step(_: Path) -> dict[str, float]:
    """Frames per second while stepping through 50 planes of 2048², every one of them drawn."""
    from viewer_bench.desk import _counts

    viewer = napari.Viewer()
    viewer.add_image(_counts(50, 2048))
    viewer.window.qt_viewer.window().resize(1280, 900)
    let_live(2.0)
    canvas = viewer.window._qt_viewer.canvas
    drawn = [0]
    canvas._scene_canvas.events.draw.connect(lambda _event: drawn.__setitem__(0, drawn[0] + 1))
    begin, cpu = time.perf_counter(), time.process_time()
    for plane in range(50):
        before = drawn[0]
        viewer.dims.set_current_step(0, plane)
        while drawn[0] == before and plane:
            paint_now()
    seconds = time.perf_counter() - begin
    return {"per_s": 50 / seconds, "cpu_ms": 1000 * (time.process_time() - cpu) / 50}


CASES: dict[str, Callable[[Path], dict[str, float]]] = {"start": start, "step": step}


def main() -> None:
    """Run the case that the command line names."""
    print(json.dumps(CASES[sys.argv[1]](Path(sys.argv[2]))), flush=True)
    QApplication.instance().closeAllWindows()
    os._exit(0)


if __name__ == "__main__":
    main()
