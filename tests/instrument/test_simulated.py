"""The virtual microscope hides a state, shows it in frames, and goes wrong where it is told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from temstack.errors import ConnectionLostError, DeviceTimeoutError, InstrumentError, NotSettledError, SettingError
from temstack.instrument.simulated import KINDS, CameraSetup, Fault, Imperfections, SimulatedMicroscope
from temstack.instrument.simulated.imperfections import Lag
from temstack.instrument.simulated.physics import DetectorModel, Specimen

Make = Callable[..., SimulatedMicroscope]


def test_the_same_seed_and_calls_give_the_same_frames(make_microscope: Make) -> None:
    def session(seed: int) -> list[np.ndarray]:
        microscope = make_microscope(seed=seed)
        frames = []
        for energy in (0.0, 25.0, 532.0):
            microscope.energy_filter.set_energy_loss_ev(energy)
            frames.append(microscope.camera.acquire(0.5).pixels)
        return frames

    assert all(np.array_equal(a, b) for a, b in zip(session(5), session(5), strict=True))
    assert not np.array_equal(session(5)[0], session(6)[0])


def test_an_hour_of_drift_passes_at_once_and_shows_in_the_frames(make_microscope: Make) -> None:
    microscope = make_microscope(shape=(256, 256))
    first = microscope.camera.acquire(0.2, processing="gain_normalized")
    microscope.clock.sleep(3600.0)
    last = microscope.camera.acquire(0.2, processing="gain_normalized")
    assert last.time - first.time >= 3600.0
    drift_y, drift_x = np.subtract(last.truth.drift_px, first.truth.drift_px)
    assert max(abs(drift_y), abs(drift_x)) > 10
    images = [np.clip(f.pixels, *np.percentile(f.pixels, (1, 99))) for f in (first, last)]
    ffts = [np.fft.rfft2((image - image.mean()) * np.outer(np.hanning(256), np.hanning(256))) for image in images]
    peak = np.fft.irfft2(ffts[1] * ffts[0].conj())
    seen = np.array(np.unravel_index(peak.argmax(), peak.shape))
    seen = (seen + 128) % 256 - 128
    assert np.abs(seen - (drift_y, drift_x)).max() < 4


def test_image_shift_undoes_the_drift(make_microscope: Make) -> None:
    microscope = make_microscope()
    microscope.clock.sleep(1200.0)
    drift = np.array(microscope.camera.acquire(0.05).truth.drift_px) * microscope.camera.pixel_size_nm
    microscope.image_shift.set_shift_nm(-drift)
    assert np.abs(microscope.camera.acquire(0.05).truth.drift_px).max() < 0.1


def test_the_lens_hides_its_error_and_lags_behind(make_microscope: Make) -> None:
    made = replace(Imperfections.none(), focus_error_nm=25.0, focus_backlash_nm=4.0)
    microscope = make_microscope(imperfections=made)
    truths = []
    for defocus in (0.0, 50.0, 20.0, 50.0):
        assert microscope.focus.set_defocus_nm(defocus) == defocus
        truths.append(microscope.camera.acquire(0.01).truth.defocus_nm)
    error = truths[1] - 48.0
    assert 0 < abs(error) <= 25
    assert np.allclose(np.subtract(truths, error), [2.0, 48.0, 22.0, 48.0])


def test_the_filter_needs_time_and_remembers_where_it_came_from(make_microscope: Make) -> None:
    made = replace(Imperfections.none(), filter_settling_s=0.2, filter_hysteresis_ev=1.0)
    microscope = make_microscope(imperfections=made)
    energy = microscope.energy_filter
    energy.set_energy_loss_ev(500.0, wait=False)
    assert microscope.simulation.truth["energy_loss_ev"] < 100
    energy.wait()
    assert microscope.simulation.truth["energy_loss_ev"] == pytest.approx(499.5, abs=0.11)
    energy.set_energy_loss_ev(400.0)
    energy.set_energy_loss_ev(450.0)
    microscope.clock.sleep(10.0)
    assert microscope.simulation.truth["energy_loss_ev"] == pytest.approx(449.5, abs=0.01)
    energy.set_energy_loss_ev(400.0)
    microscope.clock.sleep(10.0)
    assert microscope.simulation.truth["energy_loss_ev"] == pytest.approx(400.5, abs=0.01)


def test_play_follows_only_when_it_is_used_up() -> None:
    lag = Lag(2.0, 0.0)
    assert [lag.follow(knob) for knob in (0.5, 1.0, 3.0, 2.5, 0.0)] == [0.0, 0.0, 2.0, 2.0, 1.0]


def test_the_specimen_takes_a_dose_unless_the_beam_is_blanked(make_microscope: Make) -> None:
    microscope = make_microscope()
    microscope.beam.set_blanked(True)
    before = microscope.simulation.truth["dose_per_nm2"]
    microscope.clock.sleep(100.0)
    assert microscope.simulation.truth["dose_per_nm2"] == before
    microscope.beam.set_blanked(False)
    rate = microscope.simulation.truth["dose_per_nm2_s"]
    before = microscope.simulation.truth["dose_per_nm2"]
    microscope.clock.sleep(100.0)
    assert microscope.simulation.truth["dose_per_nm2"] - before == pytest.approx(100.0 * rate)


def test_a_gain_reference_measured_over_a_hole_makes_vacuum_flat(make_microscope: Make) -> None:
    microscope = make_microscope(cameras=CameraSetup("rough", DetectorModel(gain_variation=0.1)))
    microscope.stage.move_to(x_nm=100_000.0)
    measured = microscope.camera.acquire_gain_reference(1.0, frames=32)
    assert measured.mean() == pytest.approx(1.0, abs=1e-5)
    plain = microscope.camera.acquire(1.0, processing="dark_subtracted").pixels
    flat = microscope.camera.acquire(1.0, processing="gain_normalized").pixels
    inner = (slice(2, -2), slice(2, -2))
    middle = [np.percentile(image[inner], (16, 84)) for image in (plain, flat)]
    spread = [(high - low) / 2 / image.mean() for (low, high), image in zip(middle, (plain, flat), strict=True)]
    assert spread[0] > 0.05
    assert spread[1] < 0.3 * spread[0]


def test_a_gain_reference_without_light_is_refused(make_microscope: Make) -> None:
    microscope = make_microscope()
    microscope.beam.set_blanked(True)
    with pytest.raises(InstrumentError, match="sees no light for a gain reference"):
        microscope.camera.acquire_gain_reference(0.01, frames=2)


@pytest.mark.parametrize("binning", [(1, 1), (2, 4), (8, 8)])
def test_a_signed_camera_and_a_rounding_one_give_the_right_electrons(
    make_microscope: Make, binning: tuple[int, int]
) -> None:
    """Counts over counts per electron, exposure used and binned pixels: the same rate on every camera."""
    microscope = make_microscope(cameras="standard,signed,rounding", specimen=_empty(), brightness=0.001)
    rates = {}
    for camera, counts_per_electron in zip(microscope.cameras, (8.0, 4.0, 8.0), strict=True):
        frame = camera.acquire(0.09, binning=binning, processing="gain_normalized")
        per_px = frame.pixels.mean() / (binning[0] * binning[1])
        rates[camera.name] = per_px / counts_per_electron / frame.exposure_s
    assert np.array(list(rates.values())) == pytest.approx(400.0, rel=0.05)


def test_a_rounding_camera_says_what_it_used(make_microscope: Make) -> None:
    camera = make_microscope(cameras="rounding").camera
    assert camera.acquire(0.13).exposure_s == pytest.approx(0.125)
    assert camera.acquire(0.026).exposure_s == pytest.approx(0.025)


def test_a_retracted_camera_says_so(make_microscope: Make) -> None:
    camera = make_microscope().camera
    assert camera.set_inserted(False) is False
    with pytest.raises(InstrumentError, match="is retracted; insert it first"):
        camera.acquire(0.1)
    assert camera.set_inserted(True) is True
    assert camera.acquire(0.1).pixels.shape == (64, 96)


# --- faults -------------------------------------------------------------------------------------------------


def test_a_camera_fails_at_the_call_it_was_told_to(make_microscope: Make) -> None:
    camera = make_microscope(faults=["camera:raises:3"]).camera
    for number in (1, 2):
        assert camera.acquire(0.01).number == number
    with pytest.raises(InstrumentError, match="camera 'Virtual CCD': reports a hardware error"):
        camera.acquire(0.01)
    assert camera.acquire(0.01).number == 3


def test_a_camera_that_does_not_answer_takes_the_drivers_patience(make_microscope: Make) -> None:
    microscope = make_microscope(faults=["camera:times_out"])
    before = microscope.clock.now()
    with pytest.raises(DeviceTimeoutError, match="did not answer within 30 s"):
        microscope.camera.acquire(0.01)
    assert microscope.clock.now() - before == pytest.approx(30.0)


def test_frames_come_wrong(make_microscope: Make) -> None:
    camera = make_microscope(
        faults=["camera:wrong_shape:1:2", "camera:rounds_exposure:2:0.5", "camera:stale_frame:3"]
    ).camera
    assert camera.acquire(0.01).pixels.shape == (62, 96)
    second = camera.acquire(0.7)
    assert second.exposure_s == 0.5
    third = camera.acquire(0.7)
    assert third.number == second.number
    assert np.array_equal(third.pixels, second.pixels)
    assert camera.acquire(0.7).number == second.number + 1


def test_the_beam_drops_and_comes_back(make_microscope: Make) -> None:
    microscope = make_microscope(faults=["beam:drops:2:5"])
    means = [float(microscope.camera.acquire(0.2).pixels.mean()) for _ in range(2)]
    assert microscope.beam.current_na == 0.0
    microscope.clock.sleep(6.0)
    means.append(float(microscope.camera.acquire(0.2).pixels.mean()))
    assert means[1] < 300 < means[0]
    assert means[2] == pytest.approx(means[0], rel=0.05)


def test_devices_end_beside_their_targets_and_say_where(make_microscope: Make) -> None:
    microscope = make_microscope(faults=["energy_filter:off_by:1:3", "focus:off_by:2", "stage:off_by"])
    assert microscope.energy_filter.set_energy_loss_ev(100.0) == pytest.approx(103.0)
    assert [microscope.focus.set_defocus_nm(nm) for nm in (10.0, 10.0, 10.0)] == [10.0, 30.0, 10.0]
    assert microscope.stage.move_to(y_nm=5.0).x_nm == 50.0


def test_a_filter_that_does_not_settle_is_told_to_whoever_waits(make_microscope: Make) -> None:
    microscope = make_microscope(faults=["energy_filter:does_not_settle:1::2"])
    energy = microscope.energy_filter
    assert energy.set_energy_loss_ev(200.0, wait=False) == 200.0
    with pytest.raises(NotSettledError, match="did not settle within 30 s at 200 eV"):
        energy.wait()
    with pytest.raises(NotSettledError):
        energy.set_energy_loss_ev(200.0)
    energy.set_energy_loss_ev(200.0)


def test_a_focus_that_refuses_stays_where_it_is(make_microscope: Make) -> None:
    focus = make_microscope(faults=[Fault("focus", "raises", times=2)]).focus
    for _ in range(2):
        with pytest.raises(InstrumentError, match="objective lens: reports a hardware error"):
            focus.set_defocus_nm(5.0)
    assert focus.defocus_nm == 100.0
    assert focus.set_defocus_nm(5.0) == 5.0


def test_only_the_image_shift_fails_where_the_image_shift_is_meant(make_microscope: Make) -> None:
    microscope = make_microscope(faults=["image_shift:raises"])
    assert microscope.beam_shift.set_shift_nm((1.0, 2.0)) == (1.0, 2.0)
    with pytest.raises(InstrumentError, match="image shift: reports a hardware error"):
        microscope.image_shift.set_shift_nm((1.0, 2.0))


def test_after_a_lost_connection_nothing_answers(make_microscope: Make) -> None:
    microscope = make_microscope(faults=["camera:connection_lost:2"])
    microscope.camera.acquire(0.01)
    for call in (
        lambda: microscope.camera.acquire(0.01),
        lambda: microscope.focus.defocus_nm,
        lambda: microscope.beam.set_blanked(True),
        lambda: microscope.stage.position,
        lambda: microscope.camera.temperature_c,
    ):
        with pytest.raises(ConnectionLostError, match="does not answer any more"):
            call()
    microscope.simulation.restore_connection()
    assert microscope.focus.defocus_nm == 100.0


@pytest.mark.parametrize(("device", "kind"), [(device, kind) for device, kinds in KINDS.items() for kind in kinds])
def test_every_fault_of_the_list_does_something(make_microscope: Make, device: str, kind: str) -> None:
    """Something is raised, or differs from a microscope without the fault."""

    def session(microscope: SimulatedMicroscope) -> list[object]:
        seen: list[object] = []
        for call in (
            lambda: (microscope.camera.acquire(0.13).number, microscope.camera.acquire(0.13).pixels.tobytes()),
            lambda: microscope.focus.set_defocus_nm(10.0),
            lambda: microscope.energy_filter.set_energy_loss_ev(10.0),
            lambda: microscope.beam.set_brightness(0.02),
            lambda: microscope.stage.move_to(x_nm=1.0),
            lambda: microscope.image_shift.set_shift_nm((1.0, 1.0)),
        ):
            try:
                seen.append(call())
            except InstrumentError as error:
                seen.append(str(error))
        return seen

    call = 2 if device == "camera" or kind == "drops" else 1
    assert session(make_microscope(faults=[Fault(device, kind, call)])) != session(make_microscope())


@pytest.mark.parametrize(
    "text", ["camera", "camera:melts", "lens:raises", "camera:raises:x", "focus:raises:0", "a:b:1:2:3:4"]
)
def test_a_fault_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="fault"):
        Fault.from_text(text)


def _empty() -> Specimen:
    return Specimen.from_arrays(0.5, relative_thickness=np.zeros((160, 160)))
