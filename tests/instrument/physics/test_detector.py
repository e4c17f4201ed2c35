import dataclasses

import numpy as np
import pytest

from temstack.errors import SettingError
from temstack.instrument.simulated.physics import DetectorModel
from temstack.testing.trials import dark_current, edge_transfer, noise_left, photon_transfer

CAMERA = DetectorModel(shape=(512, 512))


def flat(camera, electrons):
    return np.full(camera.shape, electrons, np.float32)


@pytest.mark.parametrize(
    "camera",
    [CAMERA, dataclasses.replace(CAMERA, counts_per_electron=1.3, light_px=0.8, tail_share=0.3, read_noise_counts=8)],
)
def test_photon_transfer_gives_the_gain_within_one_percent(camera):
    trial = photon_transfer(camera)
    assert abs(trial.error) < 0.01
    assert trial.measured == pytest.approx(trial.expected, rel=0.04)


def test_without_the_noise_transfer_the_gain_comes_out_wrong():
    assert noise_left(CAMERA) < 0.5  # so a camera that ignored it would fail the trial above by a factor


def test_edge_gives_the_signal_transfer():
    trial = edge_transfer(CAMERA)
    assert trial.measured == pytest.approx(trial.expected, abs=0.03)


def test_noise_is_blurred_less_than_signal():
    image = CAMERA.expose(flat(CAMERA, 900.0), 1.0, seed=1).frame
    image = (image - CAMERA.expected_dark(1.0)) / CAMERA.counts_per_electron
    again = CAMERA.expose(flat(CAMERA, 900.0), 1.0, seed=1, frame_index=1).frame
    noise = (image - (again - CAMERA.expected_dark(1.0)) / CAMERA.counts_per_electron) / np.sqrt(2)
    power = np.abs(np.fft.fft2(noise)) ** 2 / noise.size
    ky, kx = np.fft.fftfreq(512)[:, None], np.fft.fftfreq(512)[None, :]
    k = np.hypot(ky, kx)
    for low, high in ((0.03, 0.1), (0.1, 0.2), (0.2, 0.35), (0.35, 0.5)):
        ring = (k >= low) & (k < high)
        assert power[ring].mean() == pytest.approx(900 * (CAMERA.noise_transfer(ky, kx)[ring] ** 2).mean(), rel=0.05)
    assert (CAMERA.signal_transfer(ky, kx) < CAMERA.noise_transfer(ky, kx) + 1e-6).all()


def test_dark_current_grows_with_time():
    trial = dark_current(CAMERA)
    assert abs(trial.error) < 0.01
    assert trial.measured == pytest.approx(trial.expected, abs=0.05)


def test_dark_and_flat_frames_average_to_what_is_expected():
    dark = np.mean([CAMERA.expose(None, 5.0, seed=2, frame_index=i).frame for i in range(40)], axis=0)
    spread = np.sqrt(3.0**2 + 1 / 12 + 0.1 * 7.5)
    fine = CAMERA.patterns.dark_counts_per_s < 10
    assert (dark - CAMERA.expected_dark(5.0))[fine].std() == pytest.approx(spread / np.sqrt(40), rel=0.03)
    lit = np.mean([CAMERA.expose(flat(CAMERA, 2000), 1.0, seed=2, frame_index=i).frame for i in range(8)], axis=0)
    gain = (lit - CAMERA.expected_dark(1.0)) / 2000
    assert np.corrcoef(gain[fine], CAMERA.patterns.counts_per_electron[fine])[0, 1] > 0.97


def test_hot_and_dead_pixels():
    camera = dataclasses.replace(CAMERA, hot_pixels=1e-3, dead_pixels=1e-3)
    dead = camera.patterns.counts_per_electron == 0
    hot = camera.patterns.dark_counts_per_s > 100
    assert dead.sum() == pytest.approx(262, abs=60)
    frame = camera.expose(flat(camera, 500), 1.0).frame
    dark = camera.expose(None, 10.0).frame
    assert frame[dead].mean() == pytest.approx(200, abs=60)  # offset, dark current, and the odd hot one
    assert (dark[hot] > 900).all()
    assert np.median(dark) == pytest.approx(215, abs=2)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("binning", [(1, 1), (2, 2), (4, 2)])
def test_an_area_is_a_part_of_the_whole_frame(before, binning):
    camera = dataclasses.replace(CAMERA, bins_before_readout=before)
    rate = np.random.default_rng(1).uniform(5, 60, camera.shape).astype(np.float32)
    whole = camera.expose(rate, 0.5, binning=binning, seed=9, frame_index=4).frame
    part = camera.expose(rate, 0.5, binning=binning, area=(64, 128, 192, 320), seed=9, frame_index=4)
    by, bx = binning
    assert whole.shape == (512 // by, 512 // bx)
    if before and binning != (1, 1):  # charges were added in another order
        assert np.abs(part.frame.astype(int) - whole[64 // by : 192 // by, 128 // bx : 320 // bx]).max() <= 1
    else:
        assert (part.frame == whole[64 // by : 192 // by, 128 // bx : 320 // bx]).all()
    assert part.truth.expected_electrons.shape == (128, 192)
    assert part.truth.arrived_electrons == pytest.approx(0.5 * rate[64:192, 128:320].sum(), rel=0.01)


def test_binning_on_the_chip_reads_noise_and_offset_once():
    quiet = dataclasses.replace(CAMERA, read_noise_counts=20.0, fixed_pattern_counts=0.0, dark_counts_per_s=0.0)
    on_chip = quiet.expose(None, 0.0, binning=(4, 4)).frame
    added = dataclasses.replace(quiet, bins_before_readout=False).expose(None, 0.0, binning=(4, 4)).frame
    assert on_chip.std() == pytest.approx(20, rel=0.03)
    assert added.std() == pytest.approx(80, rel=0.03)
    assert on_chip.mean() == pytest.approx(200, abs=1)
    assert added.mean() == pytest.approx(3200, abs=4)


def test_the_converter_saturates_and_says_so():
    readout = CAMERA.expose(flat(CAMERA, 1e5), 1.0)
    assert readout.frame.max() == 65535
    assert readout.truth.saturated > 0.99 * readout.frame.size
    signed = dataclasses.replace(CAMERA, is_signed=True, offset_counts=0)
    assert signed.expose(flat(CAMERA, 1e5), 1.0).frame.max() == 32767
    assert signed.expose(None, 0.0).frame.min() < 0
    assert CAMERA.expose(None, 0.0).truth.saturated == 0
    twelve = dataclasses.replace(CAMERA, bits=12, bins_before_readout=False)
    assert twelve.expose(flat(CAMERA, 1e5), 1.0, binning=(2, 2)).frame.max() == 4 * 4095


def test_a_closed_shutter_keeps_electrons_out():
    readout = CAMERA.expose(flat(CAMERA, 1000), 1.0, shutter_open=False)
    assert readout.frame.mean() == pytest.approx(201.5, abs=1.5)
    assert readout.truth.arrived_electrons == 0
    assert not readout.truth.expected_electrons.any()


def test_another_serial_number_is_another_camera():
    other = dataclasses.replace(CAMERA, serial_number=2)
    assert abs(np.corrcoef(CAMERA.patterns.offset_counts.ravel(), other.patterns.offset_counts.ravel())[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"exposure_s": -1.0}, "exposure_s"),
        ({"exposure_s": float("nan")}, "exposure_s"),
        ({"binning": (0, 1)}, "binning"),
        ({"area": (0, 0, 600, 100)}, "area"),
        ({"area": (100, 100, 100, 100)}, "area"),
        ({"rate": np.ones((3, 3))}, "rate"),
    ],
)
def test_what_cannot_be_exposed_is_refused(wrong, named):
    asked = {"rate": flat(CAMERA, 1), "exposure_s": 1.0, **wrong}
    with pytest.raises(SettingError, match=named):
        CAMERA.expose(asked.pop("rate"), asked.pop("exposure_s"), **asked)


@pytest.mark.parametrize("wrong", [{"shape": (4, 4)}, {"bits": 20}, {"counts_per_electron": 0}, {"tail_share": 1.0}])
def test_an_impossible_camera_is_refused(wrong):
    with pytest.raises(SettingError, match=next(iter(wrong))):
        DetectorModel(**wrong)
