"""Every way to acquire by an SSC function gives the pixels of our own camera call."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from temstack.dmscript.host import HeadlessHost
from temstack.dmscript.running import run_script
from temstack.instrument import PROCESSINGS
from temstack.instrument.simulated import SimulatedMicroscope

EXPOSURE_S = 0.02
WORDS = dict(zip(PROCESSINGS, ("Unprocessed", "DarkSubtracted", "GainNormalized"), strict=True))
BINNINGS = (None, 1, 2, 4)
AREAS = (None, "whole", (8, 16, 40, 80))  # top, left, bottom, right; unbinned px
VARIANTS = list(itertools.product(PROCESSINGS, BINNINGS, (False, True), AREAS))


def microscope():
    return SimulatedMicroscope(seed=5, shape=(64, 96))


def _name(variant):
    processing, binning, in_place, area = variant
    return f"{WORDS[processing]}-{binning or 'unbinned'}-{'in place' if in_place else 'new'}-{area}"


def _edges(area):
    return (0, 0, 64, 96) if area in (None, "whole") else area


def _script(processing, binning, in_place, area):
    """Write the call; a name with Binned in it takes its area in binned px."""
    name = f"SSC{WORDS[processing]}{'Binned' if binning else ''}Acquire{'InPlace' if in_place else ''}"
    factor = binning or 1
    top, left, bottom, right = (edge // factor for edge in _edges(area))
    arguments = [f"{EXPOSURE_S}", *([f"{binning}"] if binning else [])]
    if area is not None:
        arguments += [f"{edge}" for edge in (top, left, bottom, right)]
    if not in_place:
        return f"image img := {name}({', '.join(arguments)})"
    made = "IntegerImage('', 2, 0, {})" if processing == "unprocessed" else "RealImage('', 4, {})"
    image = made.replace("'", '"').format(f"{right - left}, {bottom - top}")
    return f"image img := {image}\n{name}({', '.join(['img', *arguments])})"


@pytest.mark.parametrize("variant", VARIANTS, ids=_name)
def test_a_variant_gives_the_pixels_of_our_own_camera_call(variant):
    processing, binning, _, area = variant
    ours = microscope().camera.acquire(
        EXPOSURE_S, binning=(binning or 1,) * 2, readout_area=_edges(area), processing=processing
    )
    run = run_script(_script(*variant), microscope=microscope(), persistent_tags=None)
    given = run.variables["img"]
    assert given.data.dtype == ours.pixels.dtype
    np.testing.assert_array_equal(given.data, ours.pixels)


@pytest.mark.parametrize("processing", [1, 2, 3])
def test_a_binning_for_each_side_is_x_then_y(processing):
    ours = microscope().camera.acquire(
        EXPOSURE_S, binning=(2, 4), readout_area=(0, 32, 32, 96), processing=PROCESSINGS[processing - 1]
    )
    made = 'image img := RealImage("", 4, 16, 16)'
    text = f"{made}\nSSCXYBinnedAcquireInPlace(img, {EXPOSURE_S}, 4, 2, {processing}, 0, 8, 16, 24)"
    run = run_script(text, microscope=microscope(), persistent_tags=None)
    np.testing.assert_array_equal(run.variables["img"].data, ours.pixels)


def test_references_are_those_of_the_camera():
    text = f"image dark := SSCGetDarkReference({EXPOSURE_S}, 2, 0, 0, 16, 24)\nimage gain := SSCGetGainReference(4)"
    run = run_script(text, microscope=microscope(), persistent_tags=None)
    camera = microscope().camera
    dark = camera.dark_reference(EXPOSURE_S, binning=(2, 2), readout_area=(0, 0, 32, 48))
    np.testing.assert_array_equal(run.variables["dark"].data, dark)
    np.testing.assert_array_equal(run.variables["gain"].data, camera.gain_reference(binning=(4, 4)))


def test_the_seed_of_a_run_is_that_of_its_microscope():
    text = f"image img := SSCGainNormalizedBinnedAcquire({EXPOSURE_S}, 8)"
    one, two, other = (run_script(text, seed=seed, persistent_tags=None).variables["img"].data for seed in (7, 7, 8))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
    ours = SimulatedMicroscope(seed=7).camera.acquire(EXPOSURE_S, binning=(8, 8), processing="gain_normalized")
    np.testing.assert_array_equal(one, ours.pixels)


def test_a_microscope_is_made_only_when_needed():
    host = HeadlessHost(microscope="nowhere://at-all")
    assert run_script("result(1)", host=host, persistent_tags=None).results == "1"


def test_waiting_passes_the_time_of_the_microscope():
    scope = microscope()
    run_script("EMSetBeamBlanked(1)\nSleep(100)\nDelay(60)", microscope=scope, persistent_tags=None)
    assert scope.simulation.truth["elapsed_s"] == pytest.approx(101, abs=1)
