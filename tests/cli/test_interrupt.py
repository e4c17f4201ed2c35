"""Ctrl-C at any time: one sentence, exit code 130, and nothing half-written."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from temstack import write
from temstack.stack import label_stack
from temstack.testing import drifting_eftem_series


@pytest.fixture(scope="module")
def long_series(tmp_path_factory) -> Path:
    """A series whose alignment takes long enough to be interrupted."""
    path = tmp_path_factory.mktemp("long") / "series.zarr"
    write(drifting_eftem_series(24, 256, largest_drift_px=16.0, step_ev=5.0).stack, path)
    return path


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
@pytest.mark.parametrize(
    ("step", "number", "code"),
    [("transforming planes", signal.SIGINT, 130), ("correlating pairs", signal.SIGTERM, 143)],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_a_signal_during_align_leaves_nothing(child, everything_in, long_series, tmp_path, step, number, code):
    out = tmp_path / "out"
    out.mkdir()
    aligning = child("align", long_series, "-o", out / "a.dm4", "--report", out / "page.html")
    aligning.wait_until_it_says(step)
    aligning.process.send_signal(number)
    result = aligning.end()
    assert result.code == code
    assert "Traceback" not in result.err
    assert [line for line in result.err.splitlines() if line.startswith("stopped by ")]
    assert everything_in(out) == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
def test_ctrl_c_while_writing_leaves_nothing_or_everything(child, everything_in, tmp_path):
    series, out = tmp_path / "series.zarr", tmp_path / "out"
    write(label_stack(np.zeros((120, 512, 512), np.uint8)), series)
    out.mkdir()
    converting = child("convert", series, out / "a.dm4")
    end = time.monotonic() + 30
    while not any(out.iterdir()) and time.monotonic() < end and converting.process.poll() is None:
        time.sleep(0.001)
    converting.process.send_signal(signal.SIGINT)
    result = converting.end()
    assert "Traceback" not in result.err
    if result.code == 0:  # it was faster
        assert list(everything_in(out)) == ["a.dm4"]
    else:
        assert result.code == 130
        assert everything_in(out) == {}


@pytest.mark.parametrize("name", ["a.dm4", "a.zarr", "a.mrc", "a.tif"])
def test_ctrl_c_at_the_first_plane_written_leaves_nothing(run, everything_in, stack_path, tmp_path, monkeypatch, name):
    seen = []

    @contextmanager
    def impatient():
        def progress(step: str, done: int, total: int) -> None:
            seen.append(step)
            raise KeyboardInterrupt

        yield progress

    monkeypatch.setattr("temstack.cli.convert.progress_shown", impatient)
    before = everything_in(tmp_path)
    result = run("convert", stack_path, tmp_path / name)
    assert seen
    assert result.code == 130
    assert result.err.strip() == "stopped by Ctrl-C; no unfinished output was left behind"
    assert everything_in(tmp_path) == before


def test_ctrl_c_while_replacing_keeps_the_old_output(run, everything_in, stack_path, tmp_path, monkeypatch):
    out = tmp_path / "a.zarr"
    assert run("convert", stack_path, out).code == 0
    before = everything_in(tmp_path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert run("convert", stack_path, out, "--overwrite").code == 130
    assert everything_in(tmp_path) == before
