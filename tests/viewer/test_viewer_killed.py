"""A viewer is killed while it records: planes are there, the microscope is put back, the series goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox

import temstack as ts
from temstack.instrument import connect
from temstack.viewer.models import virtual_microscope
from temstack.viewer.models.unfinished import find_unfinished, is_partial

PATIENCE_MS = 60_000

_VIEWER = """
import sys
from pathlib import Path
from temstack.acquire import PlaneRecorded
from temstack.series import FocalSeries
from temstack.viewer.models.bench import Choice
from temstack.viewer.models.virtual_microscope import VirtualSetup
from temstack.viewer.views.application import application
from temstack.viewer.views.main_window import MainWindow

app = application()
main = MainWindow()
main.show()
bench = main.desk.bench

def told(event):
    if isinstance(event, PlaneRecorded):
        print(event.index, flush=True)

def record(_):
    bench.session.watch(told)
    bench.record(FocalSeries(n_planes=400, step_nm=1.0, exposure_s=0.1), Path(sys.argv[1]))

bench.connect(Choice(virtual=VirtualSetup(size_px=256, brightness=0.01))).finished.connect(record)
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_a_killed_viewer_loses_no_plane_and_its_microscope_is_recovered(qtbot, user_folder: Path, tmp_path: Path):
    path = tmp_path / "f.zarr"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TEMSTACK_CONFIG": str(user_folder)}
    viewer = subprocess.Popen(
        [sys.executable, "-c", _VIEWER, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert viewer.stdout is not None
    announced = [int(viewer.stdout.readline()) for _ in range(6)]
    viewer.kill()
    announced += [int(line) for line in viewer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    viewer.stdout.close()
    viewer.wait()

    left = virtual_microscope.still_running()
    assert left is not None, "the microscope outlives the viewer"
    try:
        recorded = ts.read(path).is_recorded.values
        assert recorded[announced].all()
        assert not recorded.all()
        assert is_partial(path)
        with connect(left.address) as microscope:
            assert abs(microscope.focus.defocus_nm - 100.0) > 50, "it stands where the series had moved it"
        (unfinished,) = find_unfinished()
        assert not unfinished.is_gone
        _resume_in_a_new_viewer(qtbot, path)
        assert find_unfinished() == []
        with connect(left.address) as microscope:
            assert microscope.focus.defocus_nm == pytest.approx(100.0, abs=0.1)
    finally:
        virtual_microscope.end(left)


def _resume_in_a_new_viewer(qtbot, path: Path) -> None:
    """Start again, say that the series shall go on, stop it after some planes."""
    from temstack.viewer.views.main_window import MainWindow

    main = MainWindow()
    qtbot.addWidget(main)
    main.show()
    bench = main.desk.bench
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox, "unfinished")), timeout=PATIENCE_MS)
    (box,) = main.findChildren(QMessageBox, "unfinished")
    (button,) = [one for one in box.buttons() if "go on" in one.text()]
    before = int(ts.read(path).is_recorded.sum())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.recorder is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bench.recorder.facts.recorded >= before + 3, timeout=PATIENCE_MS)
    bench.recorder.stop()
    qtbot.waitUntil(lambda: not bench.recorder.is_running, timeout=PATIENCE_MS)
    assert int(ts.read(path).is_recorded.sum()) >= before + 3
    bench._served = None  # the test ends it
    bench.close()
