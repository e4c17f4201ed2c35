"""A series that is paused waits between two planes with the beam off, and goes on, stops or is closed from there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from temstack.acquire import EventQueue, PlaneRecorded, Session, StateChanged
from temstack.acquire.restoring import read_settings
from temstack.errors import InstrumentError
from temstack.instrument.simulated import Imperfections

_PATIENCE_S = 20.0


class Watch:
    """Pauses a series after its second plane, and lets the test wait for states."""

    def __init__(self, session: Session) -> None:
        self.session, self.states, self.planes = session, [], []
        self._seen = threading.Condition()
        session.watch(self)

    def __call__(self, event: object) -> None:
        with self._seen:
            if isinstance(event, PlaneRecorded):
                self.planes.append(event.index)
                if len(self.planes) == 2:
                    self.session.pause("a test")
            elif isinstance(event, StateChanged):
                self.states.append(event.state)
            self._seen.notify_all()

    def wait_for(self, state: str) -> None:
        with self._seen:
            assert self._seen.wait_for(lambda: state in self.states, _PATIENCE_S), self.states


@pytest.fixture
def session(make_microscope: Callable) -> Session:
    with Session(make_microscope(imperfections=Imperfections.none()), "simulated") as made:
        before = read_settings(made.microscope)
        yield made
        assert read_settings(made.microscope) == before


def _in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list]:
    results: list = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    return thread, results


def test_the_beam_is_off_while_paused_and_all_planes_come_after_it(session: Session, tmp_path: Path) -> None:
    watch = Watch(session)
    thread, results = _in_thread(
        lambda: session.focal_series(tmp_path / "f.zarr", n_planes=5, step_nm=10, exposure_s=0.1)
    )
    watch.wait_for("paused")
    assert session.microscope.beam.is_blanked
    paused_with = len(watch.planes)
    assert 2 <= paused_with < 5
    assert not thread.join(0.3)
    assert len(watch.planes) == paused_with, "nothing is recorded while paused"
    session.go_on()
    thread.join(_PATIENCE_S)
    assert results[0].is_recorded.all()
    assert watch.states.index("pausing") < watch.states.index("paused") < watch.states.index("complete")
    assert "running" in watch.states[watch.states.index("paused") :]


def test_a_paused_series_can_be_stopped_and_resumed(session: Session, tmp_path: Path) -> None:
    watch = Watch(session)
    thread, results = _in_thread(
        lambda: session.focal_series(tmp_path / "f.zarr", n_planes=6, step_nm=10, exposure_s=0.1)
    )
    watch.wait_for("paused")
    session.stop()
    thread.join(_PATIENCE_S)
    assert watch.states[-1] == "partial"
    assert results[0].is_recorded.sum() == len(watch.planes) < 6
    assert not session.microscope.beam.is_blanked
    session.unwatch(watch)
    assert session.resume(tmp_path / "f.zarr").is_recorded.all()


def test_planes_missed_in_a_pause_are_not_made_up_for_in_a_hurry(session: Session, tmp_path: Path) -> None:
    watch = Watch(session)
    thread, results = _in_thread(
        lambda: session.time_series(tmp_path / "t.zarr", n_planes=6, interval_s=10, exposure_s=0.1, live_drift=False)
    )
    watch.wait_for("paused")
    session.microscope.clock.sleep(100.0)
    session.go_on()
    thread.join(_PATIENCE_S)
    intervals = np.diff(results[0].time.values)
    assert (intervals > 9.5).all()
    assert (intervals > 100).sum() == 1


def test_pausing_without_a_series_does_nothing(session: Session) -> None:
    queue: EventQueue = session.events()
    session.pause()
    session.go_on()
    assert queue.take() == []


def test_nobody_changes_the_microscope_during_a_series(session: Session, tmp_path: Path) -> None:
    assert session.ask(lambda: session.microscope.focus.defocus_nm) == 100.0
    watch = Watch(session)
    thread, _ = _in_thread(lambda: session.focal_series(tmp_path / "f.zarr", n_planes=4, step_nm=10, exposure_s=0.1))
    watch.wait_for("pausing")
    errors: list = []

    def change() -> None:
        try:
            session.ask(lambda: session.microscope.focus.set_defocus_nm(0.0))
        except InstrumentError as error:
            errors.append(error)

    asker, _ = _in_thread(change)
    watch.wait_for("paused")
    session.go_on()
    asker.join(_PATIENCE_S)
    thread.join(_PATIENCE_S)
    assert "is recording a series" in str(errors[0])
