"""The lecture's scripts with camera, focus and filter do on the virtual microscope what the lecture says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from temstack.dmscript.errors import ScriptError, ScriptThrownError
from temstack.dmscript.running import check_script, run_script
from temstack.instrument.simulated import Imperfections, SimulatedMicroscope
from temstack.stack import label_stack

LECTURE = Path(__file__).parents[3] / "examples" / "lecture"
SHAPE = (64, 96)


@pytest.fixture
def microscope():
    return SimulatedMicroscope(seed=2, shape=SHAPE, imperfections=Imperfections.none())


def run(name, microscope, **options):
    return run_script(LECTURE / f"{name}.s", microscope=microscope, **{"persistent_tags": None, **options})


def ask_for_the_focus_at_each_exposure(microscope):
    """Return a list that fills with the defocus (nm) of each frame with an open shutter."""
    visited, acquire = [], microscope.camera.acquire

    def watched(*arguments, **options):
        visited.append(microscope.focus.defocus_nm)
        return acquire(*arguments, **options)

    microscope.camera.acquire = watched
    return visited


# --- single images ----------------------------------------------------------------------------


def test_ssc_examples_show_a_new_image_and_one_in_place(microscope):
    new, in_place = run("SSC_examples", microscope).shown
    assert (new.size, in_place.size) == (SHAPE[::-1], SHAPE[::-1])
    ours = SimulatedMicroscope(seed=2, shape=SHAPE, imperfections=Imperfections.none()).camera
    np.testing.assert_array_equal(new.data, ours.acquire(1, processing="gain_normalized").pixels)
    np.testing.assert_array_equal(in_place.data, ours.acquire(1, processing="dark_subtracted").pixels)


def test_the_camera_manager_gives_a_new_image_and_one_in_place(microscope):
    left = run("CM_example1", microscope)
    new, in_place = left.shown
    assert [question for question, _ in left.questions] == ["Exposure time"]
    assert in_place.name == "CCD Image"
    # Two exposures of the same place: alike but for their noise.
    assert np.corrcoef(new.data.ravel(), in_place.data.ravel())[0, 1] > 0.9
    assert not np.array_equal(new.data, in_place.data)


def test_cancelling_the_exposure_ends_cleanly_without_an_image(microscope):
    left = run("CM_example1", microscope, answers={"Exposure": "cancel"})
    assert (left.results, left.shown) == ("Image acquisition aborted\n", [])


# --- the focal series -------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "steps"), [(5, [-2, -3, -3, -2, 0]), (3, [-1, -1, 0])])
def test_the_focus_loop_as_printed_visits_the_wrong_foci(microscope, count, steps):
    start, visited = microscope.focus.defocus_nm, ask_for_the_focus_at_each_exposure(microscope)
    left = run("CM_focSeries", microscope, answers={"Number of different": str(count), "Defocus step": "4"})
    step_nm = 4 * microscope.focus.nm_per_unit
    assert [(focus - start) / step_nm for focus in visited] == steps
    assert (microscope.focus.defocus_nm - start) / step_nm == steps[-1] - (count + 1) / 2
    assert left.shown[0].size == (*SHAPE[::-1], count)


def test_the_focus_loop_of_five_ends_three_steps_off(microscope):
    start = microscope.focus.defocus_nm
    run("CM_focSeries", microscope)
    assert (microscope.focus.defocus_nm - start) / (10 * microscope.focus.nm_per_unit) == -3


def test_the_checker_points_at_the_line_and_says_relative():
    (finding,) = [found for found in check_script(LECTURE / "CM_focSeries.s") if found.code == "relative"]
    assert finding.line_text.strip() == "EMChangeFocus(df)"
    assert "relative" in finding.message


def test_planes_of_the_focal_series_are_the_frames(microscope):
    frames, acquire = [], microscope.camera.acquire
    microscope.camera.acquire = lambda *given, **options: frames.append(acquire(*given, **options)) or frames[-1]
    (stack,) = run("CM_focSeries", microscope).images
    np.testing.assert_array_equal(stack.values, np.stack([frame.pixels for frame in frames]))


# --- energy series ----------------------------------------------------------------------------

SERIES = {"number of images": "6", "starting energy": "0", "energy step": "20", "X-direction": "2", "Binning:": "4"}


def _exposures(results):
    return [float(line.split(",")[1].split()[0]) for line in results.splitlines()]


@pytest.mark.parametrize(("name", "dtype"), [("recordEFTEMStack", "int16"), ("recordEFTEMStackReal", "float32")])
def test_an_energy_series_has_its_planes_binning_and_type(microscope, name, dtype):
    (stack,) = run(name, microscope, answers=SERIES).images
    assert stack.dtype == dtype
    assert stack.sizes == {"energy_loss": 6, "y": SHAPE[0] // 4, "x": SHAPE[1] // 2}
    np.testing.assert_allclose(stack.energy_loss, np.arange(6) * 20)


def test_exposures_are_powers_of_two_and_few_darks_are_taken(microscope):
    taken = microscope.camera._darks
    exposures = _exposures(run("recordEFTEMStack", microscope, answers=SERIES).results)
    factors = np.log2(np.array(exposures) / exposures[0])
    assert np.array_equal(factors, np.round(factors))
    assert np.all(np.diff(factors) >= 0)
    assert factors.max() >= 3
    darks = {key[0] for key in taken}
    assert set(exposures) <= darks
    # A dark reference for each exposure, those of retakes included, and no more.
    assert len(taken) == len(darks)


def test_all_images_are_on_the_scale_of_the_first(microscope):
    left = run("recordEFTEMStackReal", microscope, answers=SERIES)
    (stack,) = left.images
    ours = SimulatedMicroscope(seed=2, shape=SHAPE, imperfections=Imperfections.none())
    expected = []
    for energy in range(0, 120, 20):
        ours.energy_filter.set_energy_loss_ev(energy)
        frame = ours.camera.acquire(0.25, binning=(4, 2), processing="dark_subtracted")
        expected.append(frame.pixels.mean() * _exposures(left.results)[0] / 0.25)
    # The zero loss would saturate at that exposure.
    np.testing.assert_allclose(stack.values.mean(axis=(1, 2))[1:], expected[1:], rtol=0.05)


def test_the_spectrum_image_bears_the_two_tags_without_leading_blanks(microscope):
    (image,) = run("recordEFTEMStackReal", microscope, answers=SERIES).shown
    assert image.tags.find("Meta Data:Format") == "Spectrum image"
    assert image.tags.find("Meta Data:Signal") == "EELS"


@pytest.mark.parametrize("name", ["recordEFTEMStack", "recordEFTEMStackReal"])
def test_cancelling_throws_and_the_energy_stays(microscope, name):
    with pytest.raises(ScriptThrownError, match="EFTEM acquisition cancelled!"):
        run(name, microscope, answers={**SERIES, "energy step": "cancel"})
    assert microscope.energy_filter.energy_loss_ev == 0


def test_without_a_filter_the_series_throws(microscope):
    object.__setattr__(microscope, "energy_filter", None)
    with pytest.raises(ScriptThrownError, match="Energy filter communication failed!"):
        run("recordEFTEMStack", microscope, answers=SERIES)


def test_the_energy_goes_back_after_the_series_and_after_an_error(microscope):
    microscope.energy_filter.set_energy_loss_ev(15)
    run("recordEFTEMStack", microscope, answers=SERIES)
    assert microscope.energy_filter.energy_loss_ev == 15
    microscope.simulation.arm("camera:raises:4")
    with pytest.raises(ScriptError, match="camera"):
        run("recordEFTEMStack", microscope, answers=SERIES)
    assert microscope.energy_filter.energy_loss_ev == 15


# --- drift ------------------------------------------------------------------------------------


def test_sdsd_finds_the_drift_that_was_put_in():
    rng = np.random.default_rng(4)
    drift = np.array([[0, 0], [1.5, -2.0], [4.0, -3.5], [5.0, -7.0]])
    k_y, k_x = np.fft.fftfreq(96)[:, None], np.fft.rfftfreq(128)[None, :]
    spectrum = np.fft.rfft2(rng.random((96, 128))) * np.exp(-((k_y**2 + k_x**2) / 0.05))
    planes = [np.fft.irfft2(spectrum * np.exp(-2j * np.pi * (k_y * y + k_x * x)), (96, 128)) for y, x in drift]
    noisy = [plane * 200 + rng.normal(0, 1.0, plane.shape) for plane in planes]
    stack = label_stack(np.array(noisy, np.float32), "time", plane_values=np.arange(4.0), title="drifting")
    left = run("SDSD", SimulatedMicroscope(shape=SHAPE), images=[stack])
    found = [[float(word) for word in line.split()[3:5]] for line in left.results.splitlines()]
    np.testing.assert_allclose(np.array(found)[:, ::-1], drift, atol=0.3)
    aligned, added = left.images
    inside = aligned.values[:, 10:-10, 10:-10]
    before = np.corrcoef(stack.values[0, 10:-10, 10:-10].ravel(), stack.values[3, 10:-10, 10:-10].ravel())[0, 1]
    assert np.corrcoef(inside[0].ravel(), inside[3].ravel())[0, 1] > 0.9 > before
    np.testing.assert_allclose(added.values, aligned.values.sum(axis=0), rtol=1e-5)


# --- the menu ---------------------------------------------------------------------------------


def test_a_script_is_added_to_the_menu_for_good_and_removed_again(microscope, tmp_path):
    mine = {"persistent_tags": tmp_path / "tags.json"}
    choose = 'result(ChooseMenuItem("Lecture", "", "Create a stack"))'
    run("add_to_menu", microscope, **mine)
    later = run_script(choose, **mine)
    assert (later.results, later.shown[0].size) == ("1", (100, 100, 5))
    run("remove_from_menu", microscope, **mine)
    assert run_script(choose, **mine).results == "0"
