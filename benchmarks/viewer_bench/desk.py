"""What is measured of temstack's viewer. ``python -m viewer_bench.desk CASE FOLDER`` prints one line of JSON.

Every case runs in a process of its own, with real windows: on a display where there is one, else drawn into memory.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from temstack.viewer.models.bench import Choice
from temstack.viewer.models.virtual_microscope import VirtualSetup
from temstack.viewer.views.application import application
from viewer_bench.watching import Heartbeat, PaintCounter, let_live, paint_now, wait_until

Figures = dict[str, float]


def _main_window() -> Any:
    from temstack.viewer.views.main_window import MainWindow

    window = MainWindow()
    window.resize(1280, 900)
    window.show()
    return window


def _counts(n_planes: int, size: int) -> np.ndarray:
    """Return planes of counts, no two alike, made quickly."""
    rng = np.random.default_rng(1)
    one = rng.poisson(800, (size + n_planes, size)).astype(np.uint16)
    one += (400 * np.hypot(*np.mgrid[-1 : 1 : 1j * (size + n_planes), -1 : 1 : 1j * size])).astype(np.uint16)
    return np.stack([one[k : k + size] for k in range(n_planes)])


def _stack(n_planes: int, size: int) -> Any:
    from temstack.stack import label_stack

    values = 480 + 5.0 * np.arange(n_planes)
    return label_stack(_counts(n_planes, size), "energy_loss", plane_values=values, pixel_size=0.5, pixel_units="nm")


def start(folder: Path) -> Figures:
    """From the start of the process until the first plane of a file is on the screen."""
    main = _main_window()
    main.open(folder / "start.tif")
    wait_until(lambda: bool(main.desk.documents))
    view = main.view(main.desk.documents[0])
    wait_until(lambda: view.display.current is not None)
    view.pane.repaint()
    paint_now()
    return {"s": time.time() - float(os.environ["STARTED"]), "cpu_s": time.process_time()}


def step(_: Path) -> Figures:
    """Frames per second while stepping through 50 planes of 2048², every one of them drawn."""
    main = _main_window()
    view = main.view(main.desk.add(_stack(50, 2048), title="stack"))
    view.window().showMaximized()
    let_live(1.0)
    painted = PaintCounter(view.pane.viewport())
    begin, cpu = time.perf_counter(), time.process_time()
    rounds = 4
    for plane in [(1 + turn) % 50 for turn in range(50 * rounds)]:  # the first plane is there already
        before = painted.count
        view.display.plane = plane
        while painted.count == before:
            paint_now()
    seconds = time.perf_counter() - begin
    return {"per_s": 50 * rounds / seconds, "cpu_ms": 1000 * (time.process_time() - cpu) / (50 * rounds)}


def spectrum(_: Path) -> Figures:
    """From a region moved until its spectrum is drawn, on 100 planes of 1024² in memory; median and worst of 40."""
    from temstack.viewer.views.picker_view import open_picker

    main = _main_window()
    document = main.desk.add(_stack(100, 1024), title="stack")
    picker = open_picker(main.view(document))
    let_live(1.0)
    found: list[float] = []
    for side in (64, 512):
        region = document.regions.add("rectangle", [(100.0, 100.0), (100.0 + side, 100.0 + side)])
        wait_until(lambda: not picker.picker.is_busy)
        let_live(0.3)
        for turn in range(20):
            begin = time.perf_counter()
            region = document.regions.change(region.moved(3.0 if turn % 2 else 7.0, 5.0))
            wait_until(lambda: not picker.picker.is_busy)
            paint_now()
            found.append(1000 * (time.perf_counter() - begin))
    return {"ms": float(np.median(found)), "worst_ms": max(found)}


def _has_ended(job: Any) -> bool:
    return not job.is_running


def align(_: Path) -> Figures:
    """Longest time without an answer while 50 planes of 2048² are aligned and the result is made."""
    from temstack.viewer.views.align.window import align_window

    main = _main_window()
    document = main.desk.add(_drifting(50, 2048), title="stack")
    window = align_window(main, document)
    let_live(2.0)
    begin = time.perf_counter()
    beats = Heartbeat().start()
    job = window.estimate()
    wait_until(lambda: not job.is_running)
    estimated = time.perf_counter() - begin
    window.apply()
    wait_until(lambda: len(main.desk.documents) > 1)
    let_live(0.5)
    return {**beats.stop(), "s": time.perf_counter() - begin, "estimate_s": estimated}


def save(folder: Path) -> Figures:
    """Longest time without an answer while 50 planes of 2048² are saved."""
    from temstack.viewer.views.saving import save_to

    main = _main_window()
    document = main.desk.add(_stack(50, 2048), title="stack")
    let_live(1.0)
    found: Figures = {}
    for suffix in ("dm4", "tif"):
        begin = time.perf_counter()
        beats = Heartbeat().start()
        job = save_to(main, document, folder / f"saved.{suffix}")
        wait_until(partial(_has_ended, job))
        let_live(0.3)
        found |= {f"{suffix}_{name}": value for name, value in beats.stop().items()}
        found[f"{suffix}_s"] = time.perf_counter() - begin
        if job.state != "finished":
            raise RuntimeError(f"saving {suffix} ended as {job.state}")
        (folder / f"saved.{suffix}").unlink()
    return {name: max(found[f"dm4_{name}"], found[f"tif_{name}"]) for name in ("ms", "own_ms")} | found


def live(_: Path) -> Figures:
    """What the live view of 1024² at 10 frames per s costs; the microscope computes in a process of its own."""
    from temstack.viewer.views.acquire.live import LiveWindow

    main = _connected(VirtualSetup(size_px=1024, speed="real time"))
    window = LiveWindow(main)
    main.add_window(window, "Live view")
    window.live.start()
    frames: list[int] = []
    window.live.frame_taken.connect(lambda frame: frames.append(frame.number))
    wait_until(lambda: len(frames) > 10)
    painted, before = PaintCounter(window.image.viewport()), len(frames)
    begin, cpu = time.perf_counter(), time.process_time()
    let_live(10.0)
    seconds, used = time.perf_counter() - begin, time.process_time() - cpu
    taken = len(frames) - before
    window.live.stop()
    main.desk.bench.close()
    # On a busy machine the microscope gives fewer frames: what each costs says what ten would.
    return {"percent": 1000 * used / taken, "frames_per_s": taken / seconds, "painted_per_s": painted.count / seconds}


def record(folder: Path) -> Figures:
    """Longest time without an answer while 20 planes of 512² are recorded with automatic exposure."""
    from temstack.series import AutoExposure, EftemSeries

    main = _connected(VirtualSetup(size_px=512))
    series = EftemSeries(start_ev=480, step_ev=5, n_planes=20, auto_exposure=AutoExposure())
    begin = time.perf_counter()
    beats = Heartbeat().start()
    recorder = main.desk.bench.record(series, folder / "recorded.zarr")
    wait_until(lambda: recorder.job is not None and not recorder.job.is_running)
    let_live(0.5)
    found = {**beats.stop(), "s": time.perf_counter() - begin}
    main.desk.bench.close()
    if recorder.job.state != "finished":
        raise RuntimeError(f"recording ended as {recorder.job.state}")
    return found


def _connected(setup: VirtualSetup) -> Any:
    """Return a main window with a virtual microscope that answers."""
    main = _main_window()
    main.desk.bench.connect(Choice(virtual=setup))
    wait_until(lambda: main.desk.bench.is_connected)
    let_live(1.0)
    return main


def _drifting(n_planes: int, size: int) -> Any:
    """Return a stack that drifts by whole pixels."""
    from temstack.stack import label_stack

    rng = np.random.default_rng(2)
    field = rng.poisson(800, (size + 64, size + 64)).astype(np.float32)
    field = field + np.roll(field, 1, 0) + np.roll(field, 1, 1) + np.roll(field, (1, 1), (0, 1))
    walk = np.clip(np.cumsum(rng.integers(-3, 4, (n_planes, 2)), axis=0) + 32, 0, 64)
    planes = np.empty((n_planes, size, size), np.uint16)
    for k, (y, x) in enumerate(walk):
        planes[k] = rng.normal(0, 20, (size, size)).astype(np.float32) + field[y : y + size, x : x + size]
    return label_stack(planes, "time", plane_values=np.arange(n_planes, dtype=float))


CASES: dict[str, Callable[[Path], Figures]] = {
    each.__name__: each for each in (start, step, spectrum, align, save, live, record)
}


def main() -> None:
    """Run the case that the command line names."""
    app = application()
    print(json.dumps(CASES[sys.argv[1]](Path(sys.argv[2]))), flush=True)
    app.closeAllWindows()
    os._exit(0)  # what is measured is over; some worker may still read planes


if __name__ == "__main__":
    main()
