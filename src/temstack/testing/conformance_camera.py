"""What every camera must do; see :mod:`temstack.testing.conformance`."""

from __future__ import annotations

from functools import partial
from unittest import SkipTest

import numpy as np
from numpy.typing import NDArray

from temstack.instrument import PROCESSINGS, Camera, Microscope
from temstack.testing.conformance_rules import exposure_with_light, require, require_refusal, signal_of

_LONGEST_CALL_S = 30.0


def says_what_it_is(camera: Camera, _microscope: Microscope) -> None:
    """Name, size, type and ranges are there and can be meant."""
    require(isinstance(camera, Camera), "a camera has every member of the protocol", type(camera).__name__)
    require(bool(camera.name), "a camera has a name")
    height, width = camera.shape
    require(height > 0 and width > 0, "shape is (y, x) in px", camera.shape)
    require(camera.dtype.kind in "uif", "dtype is one of numbers", camera.dtype)
    if camera.dtype.kind in "ui":
        most = np.iinfo(camera.dtype).max
        require(0 < camera.saturation <= most, f"saturation is a count that {camera.dtype} can hold", camera.saturation)
    shortest, longest = camera.exposure_range_s
    require(0 < shortest <= longest, "exposure_range_s is (shortest, longest), s", (shortest, longest))
    require(camera.binnings[0] == (1, 1), "binnings begin with (1, 1)", camera.binnings)
    for size in (camera.pixel_size_um, camera.pixel_size_nm):
        require(size is None or min(size) > 0, "pixel sizes are above 0", size)


def frames_are_what_was_asked_for(camera: Camera, _microscope: Microscope) -> None:
    """Shape, type, binning, area and processing of a frame fit the request, and its pixels belong to the caller."""
    exposure_s = _short(camera)
    for processing in PROCESSINGS:
        frame = camera.acquire(exposure_s, processing=processing)
        expected = camera.dtype if processing == "unprocessed" else np.dtype(np.float32)
        require(
            frame.pixels.shape == camera.shape, "an unbinned whole frame has the camera's shape", frame.pixels.shape
        )
        require(frame.pixels.dtype == expected, f"{processing} frames are {expected}", frame.pixels.dtype)
        require(frame.processing == processing, f"the frame says {processing!r}", frame.processing)
        require(frame.binning == (1, 1), "the frame says its binning", frame.binning)
        require(frame.readout_area == (0, 0, *camera.shape), "the frame says its area", frame.readout_area)
        require(frame.pixels.flags.writeable, "pixels belong to the caller, who may write to them")


def every_frame_is_new(camera: Camera, _microscope: Microscope) -> None:
    """Each call exposes again: number and time go up, and earlier frames stay as they were."""
    exposure_s = _short(camera)
    first = camera.acquire(exposure_s)
    kept = first.pixels.copy()
    second = camera.acquire(exposure_s)
    require(second.number > first.number, "frame numbers go up", (first.number, second.number))
    require(second.time >= first.time + 0.9 * first.exposure_s, "the next exposure begins after the last has ended")
    require(not np.array_equal(first.pixels, second.pixels), "two exposures differ, by noise at least")
    require(np.array_equal(first.pixels, kept), "an earlier frame does not change when the next is taken")


def exposure_counts_in_seconds(camera: Camera, microscope: Microscope) -> None:
    """A frame takes as long as it was asked to, by the microscope's own clock."""
    shortest, longest = camera.exposure_range_s
    for wanted_s in (0.2, 0.5):
        exposure_s = min(max(wanted_s, 2 * shortest), longest)
        before = microscope.clock.now()
        frame = camera.acquire(exposure_s)
        took_s = microscope.clock.now() - before
        seen = f"asked for {exposure_s:g} s, the frame says {frame.exposure_s:g} s, it took {took_s:.4g} s"
        require(frame.exposure_s > 0.4 * exposure_s, "the exposure used is near the one asked for, in s", seen)
        require(frame.exposure_s < 2.5 * exposure_s, "the exposure used is near the one asked for, in s", seen)
        require(took_s > 0.95 * frame.exposure_s, "a frame takes at least its exposure", seen)
        require(took_s < frame.exposure_s + _LONGEST_CALL_S, "a frame takes little more than its exposure", seen)


def frame_says_the_exposure_used(camera: Camera, _microscope: Microscope) -> None:
    """Counts per second, by the exposure that each frame names, are the same at every exposure."""
    base_s = exposure_with_light(camera)
    rates = []
    for factor in (0.29, 0.53, 0.81, 1.0, 1.37):
        exposure_s = float(np.clip(base_s * factor, *camera.exposure_range_s))
        frame = camera.acquire(exposure_s)
        dark = camera.acquire(exposure_s, shutter_open=False)
        rates.append((float(frame.pixels.mean()) - float(dark.pixels.mean())) / frame.exposure_s)
    spread = (max(rates) - min(rates)) / float(np.mean(rates))
    require(spread < 0.05, "counts per second stay the same, so frames name the exposure used", np.round(rates, 1))


def binning_is_y_then_x(camera: Camera, _microscope: Microscope) -> None:
    """Binning (y, x) makes a frame of (height / y, width / x)."""
    exposure_s = _short(camera)
    for binning in camera.binnings:
        frame = camera.acquire(exposure_s, binning=binning)
        expected = camera.shape[0] // binning[0], camera.shape[1] // binning[1]
        require(frame.pixels.shape == expected, f"binning (y, x) = {binning} gives {expected}", frame.pixels.shape)
        require(frame.binning == binning, f"the frame says binning {binning}", frame.binning)
        require(frame.pixels.dtype == camera.dtype, f"binned frames are {camera.dtype} too", frame.pixels.dtype)


def binned_pixels_are_sums(camera: Camera, _microscope: Microscope) -> None:
    """A binned pixel counts the electrons of all the pixels in it."""
    exposure_s = exposure_with_light(camera, 0.02)
    single = float(signal_of(camera, exposure_s).mean())
    for binning in camera.binnings[1:]:
        times = binning[0] * binning[1]
        if times <= 16:
            seen = float(signal_of(camera, exposure_s, binning=binning).mean()) / single
            require(
                abs(seen / times - 1) < 0.2, f"binning {binning} makes pixels {times} times brighter", f"{seen:.2f}"
            )


def area_is_top_left_bottom_right(camera: Camera, _microscope: Microscope) -> None:
    """An area (top, left, bottom, right) is in unbinned px, half-open, at any binning."""
    exposure_s, (height, width) = _short(camera), camera.shape
    area = (height // 8, width // 4, height // 8 + height // 2, width // 4 + width // 4)
    for binning in camera.binnings:
        frame = camera.acquire(exposure_s, binning=binning, readout_area=area)
        top, left, bottom, right = frame.readout_area
        expected = (area[2] - area[0]) // binning[0], (area[3] - area[1]) // binning[1]
        seen = f"{frame.pixels.shape}, area {frame.readout_area}"
        require(frame.pixels.shape == expected, f"area {area} at binning {binning} gives {expected}", seen)
        near = all(abs(is_ - asked) < max(binning) for is_, asked in zip((top, left, bottom, right), area, strict=True))
        require(near, f"the frame says area {area} in unbinned px", seen)


def area_shows_that_part_of_the_camera(camera: Camera, _microscope: Microscope) -> None:
    """What an area shows is what a whole frame shows there, and not at any other corner."""
    exposure_s = exposure_with_light(camera)
    height, width = camera.shape
    side = min(height, width) // 4
    area = (height // 16, width - side - width // 8, height // 16 + side, width - width // 8)
    whole = camera.acquire(exposure_s).pixels.astype(np.float64)
    part = camera.acquire(exposure_s, readout_area=area).pixels.astype(np.float64)
    if part.shape != (side, side):
        return  # said by another check
    likeness = _likeness(part, whole[area[0] : area[2], area[1] : area[3]])
    top, left, bottom, right = area
    swapped = whole[left:right, top:bottom] if right <= height and bottom <= width else whole[:side, :side]
    others = (_likeness(part, swapped), _likeness(part, whole[:side, :side]), _likeness(part, whole[-side:, -side:]))
    if max(likeness, *others) < 0.2:
        raise SkipTest(f"camera {camera.name!r} sees no structure; bring some into view")
    require(
        likeness > max(others), "an area shows the part that it names", f"likeness {likeness:.2f}, {max(others):.2f}"
    )


def closed_shutter_keeps_the_beam_off(camera: Camera, microscope: Microscope) -> None:
    """A frame with the shutter closed is dark and says so."""
    exposure_s = _short(camera)
    light = camera.acquire(exposure_s)
    dark = camera.acquire(exposure_s, shutter_open=False)
    require(light.shutter_open and not dark.shutter_open, "frames say whether the shutter was open")
    blanked = _mean_while_blanked(camera, microscope, exposure_s)
    from_beam = float(light.pixels.mean()) - blanked
    if from_beam < 3:
        raise SkipTest(f"camera {camera.name!r} sees too little light at {exposure_s:g} s; unblank or widen the beam")
    passed = (float(dark.pixels.mean()) - blanked) / from_beam
    require(passed < 0.2, "a closed shutter keeps the beam off", f"{passed:.0%} of it reach the camera")


def _mean_while_blanked(camera: Camera, microscope: Microscope, exposure_s: float) -> float:
    beam = microscope.beam
    if beam is None:
        raise SkipTest("without a blanker nothing is known to be dark")
    was_blanked = beam.is_blanked
    try:
        beam.set_blanked(True)
        return float(camera.acquire(exposure_s).pixels.mean())
    finally:
        beam.set_blanked(was_blanked)


def dark_reference_is_subtracted(camera: Camera, _microscope: Microscope) -> None:
    """Dark-subtracted, a dark frame is zero on average; the reference fits the frame and is kept."""
    exposure_s = _short(camera)
    for binning in camera.binnings[-2:]:
        reference = camera.dark_reference(exposure_s, binning=binning, frames=4, renew=True)
        again = camera.dark_reference(exposure_s, binning=binning)
        require(np.array_equal(reference, again), "a dark reference is kept until it is renewed")
        require(reference.dtype == np.float32, "a dark reference is float32", reference.dtype)
        raw = camera.acquire(exposure_s, binning=binning, shutter_open=False)
        dark = camera.acquire(exposure_s, binning=binning, shutter_open=False, processing="dark_subtracted")
        require(dark.pixels.shape == raw.pixels.shape == reference.shape, "reference and frame have one shape")
        error, noise = abs(float(dark.pixels.mean())), float((raw.pixels - reference).std())
        require(error < 0.5 * noise + 0.5, "dark-subtracted, a dark frame is 0 on average", f"{error:.2f} counts")
        require(float(dark.pixels.std()) <= 1.1 * noise + 0.5, "and its pattern is gone", float(dark.pixels.std()))


def gain_reference_is_near_one(camera: Camera, _microscope: Microscope) -> None:
    """The gain reference is the sensitivity of each pixel, 1 on average, and frames are divided by it."""
    reference = camera.gain_reference()
    require(reference.shape == camera.shape, "the gain reference has the camera's shape", reference.shape)
    require(reference.dtype == np.float32, "the gain reference is float32", reference.dtype)
    mean = float(reference.mean())
    require(0.95 < mean < 1.05, "the gain reference is 1 on average", f"{mean:.3f}")
    exposure_s = exposure_with_light(camera)
    plain = camera.acquire(exposure_s, processing="dark_subtracted").pixels
    normalized = camera.acquire(exposure_s, processing="gain_normalized").pixels
    ratio = float(normalized.mean() / plain.mean())
    require(0.9 < ratio < 1.1, "gain normalisation keeps the brightness", f"{ratio:.3f}")


def refuses_what_it_cannot_do(camera: Camera, _microscope: Microscope) -> None:
    """An impossible exposure, binning, area or processing is refused before anything is exposed."""
    exposure_s, (height, width) = _short(camera), camera.shape
    before = camera.acquire(exposure_s).number
    longest = camera.exposure_range_s[1]
    for wrong_s in (0.0, -1.0, float("nan"), 2 * longest):
        require_refusal(partial(camera.acquire, wrong_s), f"exposure_s={wrong_s:g}")
    require_refusal(partial(camera.acquire, exposure_s, binning=(3, 1009)), "an unknown binning")
    for area in ((8, 0, 4, 8), (0, 0, height + 1, width), (-1, 0, 8, 8), (4, 4, 4, 8), (0, 0, 8)):
        require_refusal(partial(camera.acquire, exposure_s, readout_area=area), f"readout_area={area}")
    require_refusal(partial(camera.acquire, exposure_s, processing="raw"), "processing='raw'")
    after = camera.acquire(exposure_s).number
    require(after == before + 1, "what is refused exposes nothing", f"{after - before - 1} exposures")


CHECKS = (
    says_what_it_is,
    frames_are_what_was_asked_for,
    every_frame_is_new,
    exposure_counts_in_seconds,
    frame_says_the_exposure_used,
    binning_is_y_then_x,
    binned_pixels_are_sums,
    area_is_top_left_bottom_right,
    area_shows_that_part_of_the_camera,
    closed_shutter_keeps_the_beam_off,
    dark_reference_is_subtracted,
    gain_reference_is_near_one,
    refuses_what_it_cannot_do,
)
"""In the order in which they are best done."""


def _short(camera: Camera) -> float:
    shortest, longest = camera.exposure_range_s
    return min(max(0.05, shortest), longest)


def _likeness(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the correlation coefficient of two areas."""
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])
