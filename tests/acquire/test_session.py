"""Series on the virtual microscope: what is recorded is right, and everything is back afterwards."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.acquire import DriftEstimated, EventQueue, Noted, PlaneRecorded, Session, StateChanged
from temstack.acquire.journal import find_journals
from temstack.acquire.restoring import read_settings
from temstack.errors import (
    FrameError,
    InstrumentError,
    NotSettledError,
    OutputExistsError,
    SettingError,
    StorageError,
    TemstackError,
)
from temstack.instrument.simulated import Imperfections
from temstack.store import open_stack


@pytest.fixture
def make_session(make_microscope):
    """Make a session with a small virtual microscope; it is closed after the test, and must be back where it was."""
    made = []

    def make(**options: object) -> Session:
        session = Session(make_microscope(**options), "simulated")
        made.append((session, read_settings(session.microscope)))
        return session

    yield make
    for session, before in made:
        simulation = session.microscope.simulation
        simulation.clear_faults()
        assert read_settings(session.microscope) == before
        session.close()
    assert find_journals() == []


# --- EFTEM ----------------------------------------------------------------------------------------


def test_61_planes_over_four_decades_are_exposed_well_and_follow_the_truth(make_session, tmp_path: Path) -> None:
    still = Imperfections.none()
    session = make_session(brightness=1.0, imperfections=still, shape=(128, 128))
    queue = session.events()
    queue._events.maxsize = 0
    stack = session.eftem_series(
        tmp_path / "a.zarr", start_ev=0, step_ev=10, n_planes=61, exposure_s=0.01, auto_exposure=True
    )
    raw = open_stack(tmp_path / "a.zarr", raw=True)
    assert raw.dtype == np.uint16
    assert raw.attrs["state"] == "complete"
    assert (raw.max(("y", "x")) < 65535).all(), "none is saturated"
    taken = 61 + int(stack.retakes.sum())
    assert taken <= 65
    notes = [event.line for event in queue.take() if isinstance(event, Noted)]
    assert sum("dark reference" in note for note in notes) <= 12
    assert notes[: len(raw.attrs["log"])] == raw.attrs["log"][: len(notes)]

    exposure_s, brightest = stack.exposure_s.values, stack.robust_max_counts.values
    lower = 65535 / 16
    for index in np.flatnonzero(brightest[:-1] < lower):
        assert exposure_s[index + 1] > exposure_s[index] or exposure_s[index] * 2 > 60, index
    assert (np.log2(exposure_s / exposure_s[0]) % 1 == 0).all()
    assert (stack.scale.values == exposure_s[0] / exposure_s).all()

    spectrum = ts.counts(stack).mean(("y", "x")).values
    electrons = []
    for energy_ev in stack.energy_loss.values:  # the same microscope knows how many electrons that were
        session.microscope.energy_filter.set_energy_loss_ev(energy_ev)
        electrons.append(session.microscope.camera.acquire(0.01).truth.electrons.mean())
    session.microscope.energy_filter.set_energy_loss_ev(0.0)
    true = 8.0 * np.array(electrons)  # counts per electron
    assert true.max() / true.min() > 3000
    # What reaches the detector's middle also comes from outside the frame, and goes there.
    assert np.abs(spectrum / true - 1).max() < 0.02


def test_every_kind_of_series_names_its_axis(make_session, tmp_path: Path) -> None:
    session = make_session()
    eftem = session.eftem_series(tmp_path / "e.zarr", start_ev=480, stop_ev=500, step_ev=10, exposure_s=0.1)
    focal = session.focal_series(tmp_path / "f.zarr", n_planes=3, step_nm=10, exposure_s=0.1)
    time = session.time_series(tmp_path / "t.zarr", n_planes=3, interval_s=7.0, exposure_s=0.1)
    many = session.exposure_series(tmp_path / "x.zarr", n_planes=3, exposure_s=0.1)
    assert [stack.dims[0] for stack in (eftem, focal, time, many)] == ["energy_loss", "defocus", "time", "exposure"]
    assert eftem.energy_loss.values.tolist() == [480.0, 490.0, 500.0]
    for stack in (eftem, focal, time, many):
        ts.check_stack(stack)
        assert stack.attrs["high_tension_kv"] == 200.0
    assert np.diff(time.time.values) == pytest.approx([7.0, 7.0], abs=0.2)


def test_a_spectrum_image_is_recorded_as_one(make_session, tmp_path: Path) -> None:
    session = make_session(brightness=1.0)
    image = session.eftem_series(tmp_path / "s.zarr", start_ev=0, step_ev=10, n_planes=4, as_spectrum_image=True)
    assert image.dims == ("y", "x", "energy_loss")
    assert ts.extract_spectrum(image, region=(8, 8, 56, 56)).sizes == {"energy_loss": 4}
    with pytest.raises(SettingError, match="needs an EFTEM series"):
        session.focal_series(tmp_path / "f.zarr", n_planes=3, step_nm=10, as_spectrum_image=True)


# --- focus ----------------------------------------------------------------------------------------


def test_a_focal_series_visits_the_foci_in_order_and_goes_back(make_session, tmp_path: Path) -> None:
    session = make_session()
    focus = session.microscope.focus
    visited: list[float] = []
    go = type(focus).set_defocus_nm
    session.microscope.focus.set_defocus_nm = lambda nm: visited.append(nm) or go(focus, nm)  # type: ignore[method-assign]
    stack = session.focal_series(tmp_path / "f.zarr", n_planes=5, step_nm=20, exposure_s=0.05)
    assert stack.defocus_read_nm.values.tolist() == [60.0, 80.0, 100.0, 120.0, 140.0]
    assert stack.defocus.values.tolist() == [-40.0, -20.0, 0.0, 20.0, 40.0]
    assert [nm for nm in visited if nm in (60, 80, 100, 120, 140)] == [60, 80, 100, 120, 140, 100]
    assert (np.diff(stack.coords["time"].values) > 0).all()


@pytest.mark.parametrize("plane", [1, 3, 5])
@pytest.mark.parametrize("fault", ["camera:raises", "focus:raises", "focus:off_by", "camera:wrong_shape"])
def test_focus_is_restored_after_a_fault_at_any_plane(make_session, tmp_path: Path, fault: str, plane: int) -> None:
    session = make_session()
    session.microscope.focus.set_defocus_nm(100.0)
    session.microscope.simulation.arm(f"{fault}:{plane + (fault.startswith('focus'))}")
    with pytest.raises(InstrumentError):
        session.focal_series(tmp_path / "f.zarr", n_planes=5, step_nm=20, exposure_s=0.05, processing="unprocessed")
    assert session.microscope.focus.defocus_nm == pytest.approx(100.0, abs=0.1)
    stack = open_stack(tmp_path / "f.zarr")
    assert stack.attrs["state"] == "failed"
    assert stack.is_recorded.values.tolist() == [index < plane - 1 for index in range(5)]
    session.microscope.simulation.clear_faults()
    whole = session.resume(tmp_path / "f.zarr")
    assert whole.attrs["state"] == "complete"
    assert whole.defocus_read_nm.values.tolist() == [60.0, 80.0, 100.0, 120.0, 140.0]


# --- what goes wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "say"),
    [
        ("energy_filter:off_by:4", NotSettledError, "is not where it was sent"),
        ("energy_filter:does_not_settle:3", NotSettledError, "did not settle"),
        ("energy_filter:raises:3", InstrumentError, "hardware error"),
        ("camera:times_out:2", InstrumentError, "did not answer"),
        ("camera:stale_frame:2", FrameError, "the frame before once more"),
        ("beam:drops:2:999", InstrumentError, "is lost"),
    ],
)
def test_errors_name_device_and_reason_and_planes_are_kept(
    make_session, tmp_path: Path, fault: str, error: type[Exception], say: str
) -> None:
    session = make_session(brightness=1.0)
    session.microscope.simulation.arm(fault)
    with pytest.raises(error, match=say):
        session.eftem_series(
            tmp_path / "e.zarr", start_ev=100, step_ev=10, n_planes=4, exposure_s=0.1, processing="unprocessed"
        )
    stack = open_stack(tmp_path / "e.zarr")
    assert stack.attrs["state"] == "failed"
    assert 1 <= int(stack.is_recorded.sum()) < 4
    session.microscope.simulation.clear_faults()
    session.microscope.clock.sleep(1000)  # until the beam is back
    assert session.resume(tmp_path / "e.zarr").attrs["state"] == "complete"


def test_a_microscope_that_cannot_be_put_back_is_left_to_recover(make_microscope, tmp_path: Path) -> None:
    session = Session(make_microscope(), "simulated")
    with session:
        session.microscope.simulation.arm("focus:raises:4::99")
        with pytest.raises(InstrumentError, match=r"could not be put back.*defocus_nm should be 100.*temstack recover"):
            session.focal_series(tmp_path / "f.zarr", n_planes=5, step_nm=20, exposure_s=0.05)
        [journal] = find_journals()
        assert journal.settings["defocus_nm"] == 100.0
        assert not journal.is_in_use
        journal.remove()


def test_a_full_disk_keeps_what_fits(make_session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session()
    write, large = os.write, []

    def fill(handle: int, data: bytes) -> int:
        large.extend([1] if len(data) > 2000 else [])  # planes; lines of the journal are shorter
        if len(large) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data)

    def fill_later(event: object) -> None:
        if isinstance(event, StateChanged) and event.state == "running":
            monkeypatch.setattr(os, "write", fill)

    session.watch(fill_later)
    with pytest.raises(StorageError, match="the disk is full"):
        session.exposure_series(
            tmp_path / "x.zarr", n_planes=8, exposure_s=0.05, processing="unprocessed", live_drift=False
        )
    session.unwatch(fill_later)
    monkeypatch.undo()
    stack = open_stack(tmp_path / "x.zarr")
    assert stack.is_recorded.values.tolist() == [True] * 3 + [False] * 5
    assert session.resume(tmp_path / "x.zarr").is_recorded.all()


def test_what_cannot_be_done_is_said_before_anything_is_changed(make_session, tmp_path: Path) -> None:
    session = make_session(faults=["focus:raises:1::99", "energy_filter:raises:1::99"])
    path = tmp_path / "x.zarr"
    for call, say in (
        (lambda: session.focal_series(path, n_planes=3, step_nm=1e6), "range of the objective lens"),
        (lambda: session.eftem_series(path, start_ev=0, step_ev=100, n_planes=99), "range of the energy filter"),
        (lambda: session.exposure_series(path, n_planes=3, exposure_s=1e9), "cannot expose|exposure_s"),
        (lambda: session.exposure_series(path, n_planes=3, binning=(3, 3)), "no such binning"),
        (lambda: session.exposure_series(path, n_planes=3, drift_compensation="hands"), "drift_compensation"),
        (lambda: session.exposure_series(path, n_plane=3), "did you mean 'n_planes'"),
        (lambda: session.exposure_series(tmp_path / "x.foo", n_planes=3), "foo"),
    ):
        with pytest.raises(TemstackError, match=say):
            call()
        assert list(tmp_path.iterdir()) == []
    path.mkdir()
    with pytest.raises(OutputExistsError):
        session.exposure_series(path, n_planes=3)


# --- stopping, watching, going on ---------------------------------------------------------------------


def test_stopping_keeps_the_planes_and_resume_goes_on(make_session, tmp_path: Path) -> None:
    session = make_session(brightness=1.0)

    def stop_at_5(event: object) -> None:
        if isinstance(event, PlaneRecorded) and event.index == 5:
            session.stop("the test")

    session.watch(stop_at_5)
    settings = {"start_ev": 0, "step_ev": 10, "n_planes": 20, "exposure_s": 0.004, "auto_exposure": True}
    stack = session.eftem_series(tmp_path / "e.zarr", live_drift=False, **settings)
    assert stack.attrs["state"] == "partial"
    recorded = int(stack.is_recorded.sum())
    assert 6 <= recorded < 20
    session.unwatch(stop_at_5)
    whole = session.resume(tmp_path / "e.zarr", live_drift=False)
    assert whole.attrs["state"] == "complete"
    assert np.array_equal(whole.values[:recorded], stack.values[:recorded])
    assert (whole.scale.values * whole.exposure_s.values == whole.exposure_s.values[0]).all()
    with pytest.raises(SettingError, match="complete"):
        session.resume(tmp_path / "e.zarr")


def test_watchers_hear_of_each_plane_after_it_is_safe(make_session, tmp_path: Path) -> None:
    session = make_session()
    seen: list[tuple[int, bool]] = []
    states: list[str] = []

    def look(event: object) -> None:
        if isinstance(event, PlaneRecorded):
            with xr.open_zarr(tmp_path / "f.zarr", consolidated=False) as dataset:
                stored = dataset["pixels"][event.index].values
            seen.append((event.index, bool(np.array_equal(stored, event.pixels)) and bool(stored.any())))
        elif isinstance(event, StateChanged):
            states.append(event.state)

    session.watch(look)
    session.watch(lambda event: 1 / 0)  # a broken watcher does no harm
    session.focal_series(tmp_path / "f.zarr", n_planes=4, step_nm=10, exposure_s=0.05, live_drift=False)
    assert seen == [(index, True) for index in range(4)]
    assert states == ["running", "restoring", "complete"]


def test_live_drift_and_sum_follow_the_series(make_session, tmp_path: Path) -> None:
    fast = Imperfections(drift_nm=60.0, drift_settling_s=100.0)
    session = make_session(shape=(256, 256), imperfections=fast, brightness=0.05)
    queue: EventQueue = session.events()
    stack = session.time_series(tmp_path / "t.zarr", n_planes=8, interval_s=20, exposure_s=0.5, live_drift=True)
    found = [event for event in queue.take() if isinstance(event, DriftEstimated)]
    # Recording does not wait for those who look on: on a busy machine some planes are not followed.
    assert [len(event.planes) for event in found] == list(range(1, len(found) + 1))
    assert len(found) > 4
    drift_px = ts.estimate_drift(stack).drift_px
    assert np.hypot(*drift_px[-1]) > 5
    followed = drift_px[list(found[-1].planes)]
    assert np.abs(found[-1].drift.drift_px - (followed - followed[0])).max() < 1.0
    sharp = [np.var(event.aligned_sum[40:-40, 40:-40] / len(event.planes)) for event in (found[0], found[-1])]
    blurred = np.var(stack.values.mean(0)[40:-40, 40:-40])
    assert sharp[1] > blurred
    assert sharp[1] > 0.8 * sharp[0]


@pytest.mark.parametrize("by", ["image_shift", "stage"])
def test_compensation_holds_the_specimen_still(make_session, tmp_path: Path, by: str) -> None:
    fast = Imperfections(drift_nm=60.0, drift_settling_s=100.0)
    session = make_session(shape=(256, 256), imperfections=fast, brightness=0.05)
    stack = session.time_series(tmp_path / "t.zarr", n_planes=8, interval_s=20, exposure_s=0.5, drift_compensation=by)
    assert session.microscope.simulation.truth["elapsed_s"] > 140
    drift_px = ts.estimate_drift(stack).drift_px
    steps = np.hypot(*np.diff(drift_px, axis=0).T)
    assert np.hypot(*drift_px[-1]) < 2.0 * steps.max() + 1.5, "what is left is one interval's drift, not the sum of all"
    assert any("undone" in line for line in stack.attrs["log"])


def test_one_series_at_a_time(make_session, tmp_path: Path) -> None:
    session = make_session()
    refused: list[str] = []

    def another(event: object) -> None:
        if isinstance(event, PlaneRecorded) and event.index == 0:
            with pytest.raises(InstrumentError, match="recording another series") as caught:
                session.exposure_series(tmp_path / "y.zarr", n_planes=2)
            refused.append(str(caught.value))

    session.watch(another)
    session.exposure_series(tmp_path / "x.zarr", n_planes=3, exposure_s=0.05, live_drift=False)
    assert len(refused) == 1


def test_it_runs_in_any_thread(make_session, tmp_path: Path) -> None:
    session, stacks = make_session(), []
    thread = threading.Thread(
        target=lambda: stacks.append(session.exposure_series(tmp_path / "x.zarr", n_planes=2, exposure_s=0.05))
    )
    thread.start()
    thread.join()
    assert stacks[0].attrs["state"] == "complete"


# --- cameras ----------------------------------------------------------------------------------------


def rate_of(stack: xr.DataArray) -> np.ndarray:
    """Return counts per second in each plane."""
    return ts.counts(stack).mean(("y", "x")).values / float(stack.exposure_s[0])


@pytest.mark.parametrize("camera", ["standard", "signed", "rounding"])
@pytest.mark.parametrize("binning", [(1, 1), (2, 4)])
def test_scales_are_right_on_every_camera(make_session, tmp_path: Path, camera: str, binning: tuple[int, int]) -> None:
    session = make_session(cameras=camera, specimen="film", imperfections=Imperfections.none(), brightness=0.003)
    stacks = [
        session.exposure_series(tmp_path / f"{seconds}.zarr", n_planes=2, exposure_s=seconds, binning=binning)
        for seconds in (0.06, 0.48)
    ]
    assert stacks[0].shape == (2, 64 // binning[0], 64 // binning[1])
    pixel_nm = session.microscope.camera.pixel_size_nm[0]
    found_nm = np.diff(stacks[0].y.values)[0], np.diff(stacks[0].x.values)[0]
    assert found_nm == pytest.approx((pixel_nm * binning[0], pixel_nm * binning[1]))
    first, second = (rate_of(stack).mean() for stack in stacks)
    assert first == pytest.approx(second, rel=0.02), "counts per second do not depend on the exposure"
    if camera == "rounding":
        assert stacks[0].exposure_s.values == pytest.approx(0.05)


def test_a_flat_specimen_reads_flat_in_hyperspy(make_session, tmp_path: Path) -> None:
    session = make_session(specimen="film", imperfections=Imperfections.none(), brightness=0.02)
    rules = {"lower_counts": 2500, "upper_counts": 20000}  # the first plane is too dim, so the exposure changes
    session.time_series(tmp_path / "flat.dm4", n_planes=5, exposure_s=0.02, auto_exposure=rules)
    import hyperspy.api as hs

    signal = hs.load(tmp_path / "flat.dm4")
    stack = ts.read(tmp_path / "flat.zarr")
    assert len(set(stack.exposure_s.values)) > 1, "else it would be no test"
    planes = signal.data.mean(axis=(1, 2))
    assert planes == pytest.approx(np.full(5, planes[-1]), rel=0.02)
