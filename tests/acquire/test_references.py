"""References are taken once for what they belong to, with the beam blanked, and found again while they are fresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temstack.acquire.references import ReferenceLibrary
from temstack.errors import FrameError, InstrumentError
from temstack.instrument import Microscope, connect

SHAPE = (64, 96)


@pytest.fixture
def microscope() -> Iterator[Microscope]:
    with connect("simulated", seed=1, shape=SHAPE) as microscope:
        yield microscope


@pytest.fixture
def library(tmp_path: Path) -> ReferenceLibrary:
    return ReferenceLibrary(tmp_path / "references")


def test_a_dark_reference_is_taken_once_and_found_by_another_session(tmp_path: Path, microscope: Microscope) -> None:
    first = ReferenceLibrary(tmp_path).dark(microscope, microscope.camera, 0.5)
    number = microscope.camera.acquire(0.5).number
    again = ReferenceLibrary(tmp_path).dark(microscope, microscope.camera, 0.5)
    assert (first.is_new, again.is_new, first.frames) == (True, False, 4)
    assert microscope.camera.acquire(0.5).number == number + 1  # nothing was exposed in between
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert (again.time, again.temperature_c, again.key) == (first.time, first.temperature_c, first.key)


def test_it_is_the_mean_of_frames_without_light(library: ReferenceLibrary, microscope: Microscope) -> None:
    dark = library.dark(microscope, microscope.camera, 4.0).pixels
    own = microscope.camera.dark_reference(4.0, frames=64)
    assert np.median(np.abs(dark - own)) < 2.5  # read noise 3 counts, of the mean of 4 frames
    assert abs(np.median(dark) - np.median(own)) < 0.5


@pytest.mark.parametrize(
    "other",
    [
        {"exposure_s": 0.25},
        {"exposure_s": 0.5001},
        {"binning": (2, 4)},
        {"readout_area": (0, 0, 32, 32)},
        {"renew": True},
    ],
    ids=str,
)
def test_other_settings_need_another(library: ReferenceLibrary, microscope: Microscope, other: dict[str, Any]) -> None:
    settings: dict[str, Any] = {"exposure_s": 0.5}
    library.dark(microscope, microscope.camera, **settings)
    assert library.dark(microscope, microscope.camera, **{**settings, **other}).is_new
    assert not library.dark(microscope, microscope.camera, **settings).is_new


def test_two_cameras_do_not_share(library: ReferenceLibrary) -> None:
    with connect("simulated", shape=SHAPE, cameras="standard,signed") as microscope:
        one, other = microscope.cameras
        library.dark(microscope, one, 0.5)
        dark = library.dark(microscope, other, 0.5)
    assert dark.is_new
    assert np.median(dark.pixels) == pytest.approx(20, abs=3)  # the offset of this camera; the other has 200


def test_it_ages(library: ReferenceLibrary, microscope: Microscope) -> None:
    library.dark(microscope, microscope.camera, 0.5)
    microscope.clock.sleep(3.9 * 3600)
    assert not library.dark(microscope, microscope.camera, 0.5).is_new
    microscope.clock.sleep(0.2 * 3600)
    assert library.dark(microscope, microscope.camera, 0.5).is_new
    assert not library.dark(microscope, microscope.camera, 0.5).is_new


def test_the_beam_is_blanked_and_put_back(library: ReferenceLibrary, microscope: Microscope) -> None:
    beam, simulation = microscope.beam, microscope.simulation  # type: ignore[attr-defined]
    assert beam is not None
    before = simulation.truth["dose_per_nm2"]
    library.dark(microscope, microscope.camera, 2.0)
    assert not beam.is_blanked
    assert simulation.truth["dose_per_nm2"] - before < 0.5 * 8.0 * simulation.truth["dose_per_nm2_s"]
    beam.set_blanked(True)
    library.dark(microscope, microscope.camera, 1.0)
    assert beam.is_blanked


def test_the_beam_comes_back_after_a_fault(library: ReferenceLibrary) -> None:
    with connect("simulated", shape=SHAPE, faults=["camera:raises:2"]) as microscope:
        with pytest.raises(InstrumentError):
            library.dark(microscope, microscope.camera, 0.5)
        assert microscope.beam is not None
        assert not microscope.beam.is_blanked
    assert list(library.references()) == []


def test_a_camera_that_rounds_needs_the_exposure_it_used(library: ReferenceLibrary) -> None:
    with connect("simulated", shape=SHAPE, cameras="rounding") as microscope:
        used = microscope.camera.acquire(0.13).exposure_s
        assert library.dark(microscope, microscope.camera, used).is_new
        with pytest.raises(FrameError, match=r"was exposed differently .*got 0\.125 s; expected 0\.13 s"):
            library.dark(microscope, microscope.camera, 0.13)


def test_a_file_that_cannot_be_read_is_taken_anew(library: ReferenceLibrary, microscope: Microscope) -> None:
    path = library.folder / library.dark(microscope, microscope.camera, 0.5).key.file_name
    for damage in (b"", b"PK\x03\x04 no archive", path.read_bytes()[:-40]):
        path.write_bytes(damage)
        assert list(library.references()) == []
        assert library.dark(microscope, microscope.camera, 0.5).is_new


def test_a_gain_reference_makes_a_flat_field_flat(library: ReferenceLibrary) -> None:
    with connect("simulated", seed=3, shape=SHAPE, brightness=0.01) as microscope:
        camera, stage = microscope.camera, microscope.stage
        assert stage is not None
        stage.move_to(x_nm=60_000.0)  # where the specimen has a hole
        exposure = 0.5
        gain = library.take_gain(microscope, camera, exposure, frames=24)
        assert gain.pixels.mean() == pytest.approx(1, abs=1e-5)
        dark = library.dark(microscope, camera, exposure).pixels
        flat = np.mean([camera.acquire(exposure).pixels - dark for _ in range(24)], axis=0)
        assert np.std(flat / gain.pixels) < 0.6 * np.std(flat)
        binned = library.gain(microscope, camera, binning=(2, 4), readout_area=(0, 0, 32, 64))
    assert binned is not None
    np.testing.assert_allclose(binned[0, 0], gain.pixels[:2, :4].mean(), rtol=1e-6)
    assert binned.shape == (16, 16)


def test_a_gain_reference_needs_light_but_not_too_much(library: ReferenceLibrary, microscope: Microscope) -> None:
    camera, beam = microscope.camera, microscope.beam
    assert beam is not None
    assert library.gain(microscope, camera) is None
    beam.set_blanked(True)
    with pytest.raises(InstrumentError, match=r"there is too little light; got .* counts; expected 100 or more"):
        library.take_gain(microscope, camera, 0.01, frames=2)
    beam.set_blanked(False)
    beam.set_brightness(1.0)
    with pytest.raises(InstrumentError, match="the frames are saturated"):
        library.take_gain(microscope, camera, 60.0, frames=2)


def test_what_is_kept_can_be_listed_and_removed(library: ReferenceLibrary, microscope: Microscope) -> None:
    for exposure in (0.5, 1.0):
        library.dark(microscope, microscope.camera, exposure)
    kept = list(library.references())
    assert sorted(one.key.exposure_s for one in kept) == [0.5, 1.0]
    library.remove(kept[0].key)
    assert len(list(library.references())) == 1
