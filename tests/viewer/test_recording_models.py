"""What is known of a series, of a form and of the camera live, without any window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import temstack as ts
from temstack.acquire import Noted, PlaneRecorded, SeriesStarted, StateChanged
from temstack.errors import InstrumentError, SettingError
from temstack.instrument.simulated import Imperfections
from temstack.series import EftemSeries, FocalSeries, TimeSeries, save_series
from temstack.series.toml_files import load_series
from temstack.viewer.models import series_form as form
from temstack.viewer.models.bench import CameraAbout, options_from
from temstack.viewer.models.jobs import Jobs
from temstack.viewer.models.live_view import LiveSettings, LiveView
from temstack.viewer.models.recording import Recorder
from temstack.viewer.models.recording_facts import RecordingFacts, lines_of
from temstack.viewer.models.series_titles import TITLES

SERIES = EftemSeries(start_ev=100, step_ev=10, n_planes=4, exposure_s=0.5)


def plane(index: int, recorded: int) -> PlaneRecorded:
    values = {"exposure_s": 0.5, "robust_max_counts": 812.4}
    return PlaneRecorded(index, 100 + 10 * index, values, recorded, 4, 6.0, np.zeros((2, 2)))


# --- what is known ----------------------------------------------------------------------------------


def test_a_series_is_followed_from_its_start_to_its_end() -> None:
    facts = RecordingFacts(SERIES)
    assert facts.can_stop
    for event in (SeriesStarted("a.zarr", 4, 0), StateChanged("running"), plane(0, 1)):
        facts = facts.after(event)
    assert facts.headline == "Recording · 1 of 4 planes · 6 s left"
    assert facts.plane_line == "plane 0, 100 eV, 0.5 s exposure, 812 counts"
    assert facts.can_pause
    paused = facts.after(StateChanged("pausing")).after(StateChanged("paused"))
    assert paused.can_go_on
    assert not paused.can_pause
    ended = facts.after(StateChanged("stopping", "the user")).after(StateChanged("partial", "the user"))
    assert ended.can_resume
    assert ended.headline == "Stopped; what was recorded is kept · 1 of 4 planes"


def test_planes_that_are_too_bright_are_counted_while_they_come() -> None:
    facts = RecordingFacts(SERIES).after(plane(0, 1))
    assert facts.warning == ""
    for index in (1, 2):
        facts = facts.after(replace(plane(index, index + 1), is_saturated=True))
    assert facts.warning.startswith("2 planes are saturated")


def test_what_was_asked_for_last_stays_on_the_screen() -> None:
    stopping = RecordingFacts(SERIES).after(StateChanged("stopping", "the user"))
    assert stopping.after(StateChanged("running")).state == "stopping"
    assert stopping.after(StateChanged("restoring")).state == "restoring"


def test_the_log_speaks_as_the_command_line_does() -> None:
    assert lines_of(plane(2, 3), SERIES) == ["3 of 4: plane 2, 120 eV, 0.5 s exposure, 812 counts"]
    assert lines_of(Noted("dark reference taken"), SERIES) == ["dark reference taken"]
    assert lines_of(StateChanged("running"), SERIES) == []


# --- forms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_every_field_says_what_it_is_and_a_new_form_can_be_recorded(kind: str, tmp_path: Path) -> None:
    for field in form.fields_of(kind):
        assert field.label
        assert field.group in form.GROUPS
        if field.name.endswith(("_ev", "_nm", "_s")):
            assert field.unit in ("eV", "nm", "s")
    series = form.series_of(kind, form.first_values(kind))
    loaded = load_series(save_series(series, tmp_path / "a.toml"))
    assert form.series_of(kind, form.values_of(loaded)) == series


def test_a_table_of_foci_goes_before_number_and_step() -> None:
    series = form.series_of("focal", {**form.first_values("focal"), "foci_nm": (-5.0, 0.0, 40.0)})
    assert series == FocalSeries(foci_nm=(-5.0, 0.0, 40.0), exposure_s=0.5)


def test_a_parameter_set_says_what_it_says() -> None:
    series = form.series_of("time", {"n_planes": 2, "exposure_s": 3.0, "parameter_set": "View", "binning": (1, 1)})
    assert "exposure_s" not in series.model_fields_set
    assert series.filled_from({"exposure_s": 0.25}).exposure_s == 0.25


def test_what_cannot_be_meant_is_said() -> None:
    with pytest.raises(SettingError, match="step other than 0"):
        form.series_of("focal", {"n_planes": 3, "step_nm": 0.0})
    with pytest.raises(SettingError, match="name=value"):
        options_from("seed")


def test_fields_fit_the_camera() -> None:
    camera = CameraAbout("CCD", (64, 64), ((1, 1), (2, 4)), (0.01, 60.0))
    fields = {field.name: form.fitted(field, camera) for field in form.fields_of("time")}
    assert fields["binning"].choices == ("1 × 1", "2 × 4")
    assert (fields["exposure_s"].low, fields["exposure_s"].high) == (0.01, 60.0)
    assert fields["interval_s"].high > 60


# --- a recorder without windows ---------------------------------------------------------------------


@pytest.fixture
def session() -> Iterator[ts.acquire.Session]:
    made = ts.connect("simulated", seed=1, shape=(64, 64), brightness=1.0, imperfections=Imperfections.none())
    with made as session:
        yield session


def test_what_a_recorder_measures_is_what_the_stack_says(session, tmp_path: Path) -> None:
    recorder = Recorder(session, Jobs(), SERIES.changed(auto_exposure={}))
    recorder.areas = lambda: {"corner": (0, 0, 16, 16)}
    stacks: list = []
    recorder.grown.connect(lambda stack: stacks.append(stack))
    assert recorder.start(tmp_path / "a.zarr").wait(30.0)
    assert recorder.facts.state == "complete"
    stack = ts.read(tmp_path / "a.zarr")
    positions, means = recorder.spectrum("whole frame", None)
    assert positions.tolist() == stack.energy_loss.values.tolist()
    assert means == pytest.approx(ts.counts(stack).mean(("y", "x")).values, rel=1e-5)
    _, corner = recorder.spectrum("corner", (0, 0, 16, 16))
    assert corner == pytest.approx(ts.counts(stack)[:, :16, :16].mean(("y", "x")).values, rel=1e-5)
    assert stacks[-1].is_recorded.all()
    assert recorder.facts.drift is not None
    assert recorder.facts.drift.planes[-1] == 3
    assert recorder.log[-1] == "Complete"
    assert any("dark reference" in line for line in recorder.log)


def test_a_series_that_is_refused_is_over(session, tmp_path: Path) -> None:
    (tmp_path / "a.zarr").mkdir()
    recorder = Recorder(session, Jobs(), SERIES)
    failures: list = []
    job = recorder.start(tmp_path / "a.zarr")
    job.failed.connect(lambda error: failures.append(error))
    assert job.wait(30.0)
    assert recorder.facts.is_over
    assert not recorder.facts.can_resume


def test_cancelling_its_job_stops_a_series(session, tmp_path: Path) -> None:
    recorder = Recorder(session, Jobs(), TimeSeries(n_planes=500, exposure_s=0.1, binning=(1, 1)))
    seen = threading.Event()
    recorder.grown.connect(lambda _stack: seen.set())
    job = recorder.start(tmp_path / "t.zarr")
    assert seen.wait(20.0)
    job.cancel()
    assert job.wait(30.0)
    assert recorder.facts.state == "partial"
    assert recorder.facts.can_resume


# --- the camera live --------------------------------------------------------------------------------


@pytest.fixture
def live(session) -> Iterator[LiveView]:
    view = LiveView(session, lambda call: call(), LiveSettings(session.microscope.camera.name))
    yield view
    view.close()


def wait_until(condition: Callable[[], object], patience_s: float = 20.0) -> None:
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_frames_come_until_it_is_stopped(live: LiveView) -> None:
    frames: list = []
    live.frame_taken.connect(lambda frame: frames.append(frame))
    live.start()
    wait_until(lambda: len(frames) >= 14)
    assert frames[-1].pixels.shape == (64, 64)
    assert 0 < live.rate_hz < 10.5
    live.change(binning=(2, 2), has_fft=True)
    wait_until(lambda: frames[-1].fft is not None)
    assert frames[-1].pixels.shape == (32, 32)
    live.stop()
    wait_until(lambda: live.rate_hz == 0)


def test_knobs_are_turned_and_read_back(live: LiveView, session) -> None:
    readings: list = []
    live.read.connect(lambda one: readings.append(one))
    live.set("energy_loss_ev", 532.0)
    live.set("defocus_nm", 40.0)
    live.set("is_slit_in", False)
    wait_until(lambda: readings and readings[-1].energy_loss_ev == pytest.approx(532.0, abs=0.2))
    assert readings[-1].defocus_nm == pytest.approx(40.0, abs=1.0)
    assert readings[-1].is_slit_in is False


def test_a_dark_reference_is_missed_taken_and_used(live: LiveView) -> None:
    states, frames = [], []
    live.dark_known.connect(lambda state: states.append(state))
    live.frame_taken.connect(lambda frame: frames.append(frame))
    live.start()
    wait_until(lambda: states and frames)
    assert states[-1].sentence.startswith("No dark reference")
    assert frames[-1].pixels.dtype == np.uint16
    live.take_darks()
    wait_until(lambda: states[-1].is_fresh and frames[-1].pixels.dtype == np.float32)


def test_a_fault_stops_it_and_is_told(live: LiveView, session) -> None:
    failures: list = []
    live.failed.connect(lambda error: failures.append(error))
    session.microscope.simulation.arm("camera:raises:3")
    live.start()
    wait_until(lambda: failures)
    assert isinstance(failures[0], InstrumentError)
    assert not live.is_running
    live.start()
    wait_until(lambda: live.rate_hz > 0)


def test_it_makes_way_for_a_series(live: LiveView, session, tmp_path: Path) -> None:
    failures: list = []
    live.failed.connect(lambda error: failures.append(error))
    live.start()
    wait_until(lambda: live.rate_hz > 0)
    session.focal_series(tmp_path / "f.zarr", n_planes=4, step_nm=10, exposure_s=0.1)
    wait_until(lambda: not live.is_running)
    assert failures == []
