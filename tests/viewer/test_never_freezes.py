"""The windows answer all the while: during alignment, saving and recording."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from qtpy.QtCore import QTimer

from temstack.instrument.simulated import Imperfections
from temstack.series import AutoExposure, EftemSeries
from temstack.stack import label_stack
from temstack.viewer.models.bench import Choice
from temstack.viewer.views.align.window import align_window
from temstack.viewer.views.saving import save_to

LONGEST_S = 1.0
PATIENCE_MS = 60_000


@contextmanager
def answering() -> Iterator[None]:
    """Check that the event loop turns at least once a second within."""
    beats = [time.perf_counter()]
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start()
    yield
    timer.stop()
    beats.append(time.perf_counter())
    assert len(beats) > 2, "the event loop did not turn at all"
    assert max(np.diff(beats)) < LONGEST_S


def drifting() -> object:
    rng = np.random.default_rng(4)
    field = rng.poisson(400, (560, 560)).astype(np.float32)
    field += np.roll(field, 1, 0) + np.roll(field, 1, 1)
    planes = [field[k % 7 : k % 7 + 512, k % 5 : k % 5 + 512] + rng.normal(0, 10, (512, 512)) for k in range(16)]
    return label_stack(np.stack(planes).astype(np.uint16), "time", plane_values=np.arange(16.0), title="drifting")


def test_windows_answer_while_a_stack_is_aligned_and_saved(main, qtbot, tmp_path) -> None:
    document = main.desk.add(drifting())
    window = align_window(main, document)
    with answering():
        job = window.estimate()
        qtbot.waitUntil(lambda: not job.is_running, timeout=PATIENCE_MS)
        window.apply()
        qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=PATIENCE_MS)
    assert job.state == "finished"
    for suffix in ("dm4", "zarr"):
        with answering():
            job = save_to(main, main.desk.documents[1], tmp_path / f"aligned.{suffix}")
            qtbot.waitUntil(lambda job=job: not job.is_running, timeout=PATIENCE_MS)
        assert job.state == "finished"


def test_windows_answer_while_a_series_is_recorded(main, qtbot, tmp_path) -> None:
    bench = main.desk.bench
    options = {"seed": 1, "shape": (256, 256), "brightness": 1.0, "imperfections": Imperfections.none()}
    bench.connect(Choice(name="simulated", options=options))
    qtbot.waitUntil(lambda: bench.is_connected, timeout=PATIENCE_MS)
    series = EftemSeries(start_ev=480, step_ev=10, n_planes=6, auto_exposure=AutoExposure())
    with answering():
        recorder = bench.record(series, tmp_path / "recorded.zarr")
        qtbot.waitUntil(lambda: recorder.job is not None and not recorder.job.is_running, timeout=PATIENCE_MS)
    assert recorder.job.state == "finished"
    bench.close()


def test_a_loop_that_stands_still_is_noticed(qtbot) -> None:
    QTimer.singleShot(50, lambda: time.sleep(1.2 * LONGEST_S))
    watch = answering()
    watch.__enter__()
    qtbot.wait(200)
    with pytest.raises(AssertionError):
        watch.__exit__(None, None, None)
