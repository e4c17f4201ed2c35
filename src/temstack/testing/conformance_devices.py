"""What every focus, filter, beam, deflector, stage and clock must do; see :mod:`temstack.testing.conformance`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from unittest import SkipTest

import numpy as np
from numpy.typing import NDArray

from temstack.instrument import Beam, Clock, EnergyFilter, Focus, Microscope, Shift, Stage
from temstack.testing.conformance_rules import exposure_with_light, require, require_refusal, signal_of

# --- focus ----------------------------------------------------------------------------------------------


def lens_says_what_it_is(focus: Focus, _microscope: Microscope) -> None:
    """Range, step and backlash are there and can be meant."""
    require(isinstance(focus, Focus), "a focus has every member of the protocol", type(focus).__name__)
    lowest, highest = focus.defocus_range_nm
    require(lowest < highest, "defocus_range_nm is (lowest, highest)", (lowest, highest))
    require(focus.nm_per_unit != 0 and bool(np.isfinite(focus.nm_per_unit)), "a step changes something")
    require(focus.backlash_nm >= 0, "backlash is 0 or more", focus.backlash_nm)


def defocus_is_absolute(focus: Focus, _microscope: Microscope) -> None:
    """Setting the same defocus twice leaves it where it is; the way there does not matter."""
    with _focus_kept(focus) as start:
        for offset in (50.0, 50.0, -30.0, 50.0):
            read = focus.set_defocus_nm(start + offset)
            step = abs(focus.nm_per_unit)
            require(abs(read - start - offset) <= step, f"set to {start + offset:g} nm, it goes there", read)
            require(read == focus.defocus_nm, "the setter returns what is read back", (read, focus.defocus_nm))
    require(focus.defocus_nm == start, "the start is found again", (start, focus.defocus_nm))


def lens_refuses_beyond_its_range(focus: Focus, _microscope: Microscope) -> None:
    """A defocus out of range, or none, is refused and changes nothing."""
    before, (lowest, highest) = focus.defocus_nm, focus.defocus_range_nm
    for wrong in (lowest - 1e4, highest + 1e4, float("nan")):
        require_refusal(partial(focus.set_defocus_nm, wrong), f"a defocus of {wrong:g} nm")
    require(focus.defocus_nm == before, "what is refused changes nothing", (before, focus.defocus_nm))


@contextmanager
def _focus_kept(focus: Focus) -> Iterator[float]:
    start = focus.defocus_nm
    try:
        yield start
    finally:
        focus.set_defocus_nm(start)


FOCUS_CHECKS = (lens_says_what_it_is, defocus_is_absolute, lens_refuses_beyond_its_range)

# --- energy filter --------------------------------------------------------------------------------------


def filter_says_what_it_is(energy_filter: EnergyFilter, _microscope: Microscope) -> None:
    """Ranges, hysteresis and method are there and can be meant."""
    require(isinstance(energy_filter, EnergyFilter), "a filter has every member of the protocol")
    for name in ("energy_loss_range_ev", "slit_width_range_ev"):
        lowest, highest = getattr(energy_filter, name)
        require(lowest < highest, f"{name} is (lowest, highest)", (lowest, highest))
    require(energy_filter.hysteresis_ev >= 0, "hysteresis is 0 or more", energy_filter.hysteresis_ev)
    require(energy_filter.method in ("high_tension", "drift_tube", "prism"), "method is known", energy_filter.method)


def energy_is_absolute(energy_filter: EnergyFilter, _microscope: Microscope) -> None:
    """Setting the same energy twice leaves it there; waiting ends; the start is found again."""
    with _filter_kept(energy_filter) as start:
        for offset in (20.0, 20.0, 5.0, 20.0):
            read = energy_filter.set_energy_loss_ev(start + offset, wait=False)
            energy_filter.wait()
            require(abs(read - start - offset) < 0.5, f"set to {start + offset:g} eV, it goes there", read)
            back = energy_filter.energy_loss_ev
            require(abs(back - read) < 0.1, "the setter returns what is read back", (read, back))
    require(abs(energy_filter.energy_loss_ev - start) < 0.1, "the start is found again")


def slit_goes_where_it_is_sent(energy_filter: EnergyFilter, _microscope: Microscope) -> None:
    """The slit moves in and out and takes its width in eV."""
    with _filter_kept(energy_filter):
        for inserted in (True, False, True):
            require(energy_filter.set_slit_in(inserted) == inserted, "set_slit_in returns where the slit is")
            require(energy_filter.is_slit_in == inserted, "is_slit_in says where the slit is")
        lowest, highest = energy_filter.slit_width_range_ev
        for width in (min(max(10.0, lowest), highest), min(max(20.0, lowest), highest)):
            read = energy_filter.set_slit_width_ev(width)
            require(abs(read - width) < 1.0, f"a width of {width:g} eV is taken", read)
            require(energy_filter.slit_width_ev == read, "the setter returns what is read back")


def filter_refuses_beyond_its_range(energy_filter: EnergyFilter, _microscope: Microscope) -> None:
    """An energy or width out of range is refused and changes nothing."""
    before = energy_filter.energy_loss_ev, energy_filter.slit_width_ev
    highest = energy_filter.energy_loss_range_ev[1]
    for wrong in (highest + 1e4, -1e6, float("nan")):
        require_refusal(partial(energy_filter.set_energy_loss_ev, wrong), f"an energy loss of {wrong:g} eV")
    require_refusal(partial(energy_filter.set_slit_width_ev, -1.0), "a slit of -1 eV")
    require((energy_filter.energy_loss_ev, energy_filter.slit_width_ev) == before, "what is refused changes nothing")


def losses_are_positive(energy_filter: EnergyFilter, microscope: Microscope) -> None:
    """Behind the zero loss there are plasmons, before it there is nothing."""
    if min(energy_filter.energy_loss_range_ev) > -25 or not microscope.cameras:
        raise SkipTest("the filter cannot go before the zero loss")
    with _filter_kept(energy_filter):
        energy_filter.set_slit_in(True)
        energy_filter.set_slit_width_ev(10.0)
        energy_filter.set_energy_loss_ev(0.0)
        exposure_s = exposure_with_light(microscope.camera)
        seen = {}
        for energy in (-25.0, 25.0):
            energy_filter.set_energy_loss_ev(energy)
            seen[energy] = float(signal_of(microscope.camera, exposure_s).mean())
    if max(seen.values()) < 1.0:
        raise SkipTest("no plasmons are seen; bring some specimen into view")
    require(seen[25.0] > 2 * seen[-25.0], "+25 eV shows losses, -25 eV none", seen)


@contextmanager
def _filter_kept(energy_filter: EnergyFilter) -> Iterator[float]:
    start, inserted = energy_filter.energy_loss_ev, energy_filter.is_slit_in
    width = energy_filter.slit_width_ev
    try:
        yield start
    finally:
        energy_filter.set_energy_loss_ev(start)
        energy_filter.set_slit_width_ev(width)
        energy_filter.set_slit_in(inserted)


FILTER_CHECKS = (
    filter_says_what_it_is,
    energy_is_absolute,
    slit_goes_where_it_is_sent,
    filter_refuses_beyond_its_range,
    losses_are_positive,
)

# --- beam -----------------------------------------------------------------------------------------------


def blanked_beam_gives_no_light(beam: Beam, microscope: Microscope) -> None:
    """The blanker says where it is; blanked, frames are dark and no current flows."""
    require(isinstance(beam, Beam), "a beam has every member of the protocol", type(beam).__name__)
    start = beam.is_blanked
    try:
        require(beam.set_blanked(False) is False and beam.is_blanked is False, "unblanked, it says so")
        exposure_s = exposure_with_light(microscope.camera) if microscope.cameras else None
        light = signal_of(microscope.camera, exposure_s).mean() if exposure_s else 0.0
        require(beam.set_blanked(True) is True and beam.is_blanked is True, "blanked, it says so")
        require(beam.current_na in (None, 0.0), "blanked, no current flows", beam.current_na)
        if exposure_s:
            dark = signal_of(microscope.camera, exposure_s).mean()
            require(abs(dark) < 0.2 * light, "blanked, frames are dark", f"{dark:.1f} of {light:.1f} counts")
    finally:
        beam.set_blanked(start)


def brightness_is_absolute(beam: Beam, _microscope: Microscope) -> None:
    """Brightness goes from 0 to 1 and is read back."""
    start = beam.brightness
    require(0 <= start <= 1, "brightness is 0 to 1", start)
    try:
        for wanted in (0.4, 0.4, 0.8):
            read = beam.set_brightness(wanted)
            require(abs(read - wanted) < 0.02 and read == beam.brightness, f"set to {wanted}, it goes there", read)
        require_refusal(partial(beam.set_brightness, 1.5), "a brightness of 1.5")
        require_refusal(partial(beam.set_brightness, -0.1), "a brightness of -0.1")
    finally:
        beam.set_brightness(start)


BEAM_CHECKS = (blanked_beam_gives_no_light, brightness_is_absolute)

# --- what moves the image -------------------------------------------------------------------------------


def shift_is_absolute(shift: Shift, _microscope: Microscope) -> None:
    """Setting the same shift (y, x) twice leaves it there; out of range is refused."""
    require(isinstance(shift, Shift), "a shift has every member of the protocol", type(shift).__name__)
    start, reach = shift.shift_nm, shift.largest_shift_nm
    try:
        for wanted in ((5.0, -3.0), (5.0, -3.0), (0.0, 4.0)):
            read = shift.set_shift_nm(wanted)
            near = max(abs(a - b) for a, b in zip(read, wanted, strict=True)) < 0.5
            require(near and tuple(shift.shift_nm) == tuple(read), f"set to {wanted} nm, it goes there", read)
        require_refusal(partial(shift.set_shift_nm, (2 * reach, 0.0)), "a shift beyond the largest")
    finally:
        shift.set_shift_nm(start)


def shift_moves_the_image(shift: Shift, microscope: Microscope) -> None:
    """A shift in y moves the image towards higher rows, one in x towards higher columns."""
    start = shift.shift_nm
    pixel_y, pixel_x = _pixel_nm(microscope)
    rows, columns = (side // 16 for side in microscope.camera.shape)
    try:
        before = _picture(microscope)
        shift.set_shift_nm((start[0] + rows * pixel_y, start[1]))
        down = _picture(microscope)
        shift.set_shift_nm((start[0], start[1] + columns * pixel_x))
        right = _picture(microscope)
    finally:
        shift.set_shift_nm(start)
    _require_moved(before, down, (rows, 0), f"a shift of +{rows * pixel_y:g} nm in y")
    _require_moved(before, right, (0, columns), f"a shift of +{columns * pixel_x:g} nm in x")


SHIFT_CHECKS = (shift_is_absolute, shift_moves_the_image)


def stage_is_absolute(stage: Stage, _microscope: Microscope) -> None:
    """Setting the same position twice leaves it there; axes left out stay; out of range is refused."""
    require(isinstance(stage, Stage), "a stage has every member of the protocol", type(stage).__name__)
    start = stage.position
    try:
        for axis in ("x_nm", "y_nm", "z_nm"):
            wanted = getattr(start, axis) + 100.0
            for _ in range(2):
                read = stage.move_to(**{axis: wanted})
                require(abs(getattr(read, axis) - wanted) < 20, f"{axis}={wanted:g} is reached", read)
            stage.move_to(**{axis: getattr(start, axis)})
            off = max(abs(getattr(stage.position, a) - getattr(start, a)) for a in ("x_nm", "y_nm", "z_nm"))
            require(off < 20, "the start is found again, and other axes stay", stage.position)
        require_refusal(partial(stage.move_to, x_nm=1e9), "a position of 1 m")
    finally:
        stage.move_to(x_nm=start.x_nm, y_nm=start.y_nm, z_nm=start.z_nm, tilt_deg=start.tilt_deg)


def stage_moves_the_image(stage: Stage, microscope: Microscope) -> None:
    """The stage's y moves the image towards higher rows, its x towards higher columns."""
    start = stage.position
    pixel_y, pixel_x = _pixel_nm(microscope)
    rows, columns = (side // 16 for side in microscope.camera.shape)
    try:
        before = _picture(microscope)
        stage.move_to(y_nm=start.y_nm + rows * pixel_y)
        down = _picture(microscope)
        stage.move_to(y_nm=start.y_nm, x_nm=start.x_nm + columns * pixel_x)
        right = _picture(microscope)
    finally:
        stage.move_to(x_nm=start.x_nm, y_nm=start.y_nm)
    _require_moved(before, down, (rows, 0), "the stage's +y")
    _require_moved(before, right, (0, columns), "the stage's +x")


STAGE_CHECKS = (stage_is_absolute, stage_moves_the_image)


def _pixel_nm(microscope: Microscope) -> tuple[float, float]:
    size = microscope.camera.pixel_size_nm if microscope.cameras else None
    if size is None:
        raise SkipTest("no camera knows the size of its pixels at the specimen")
    return size


def _picture(microscope: Microscope) -> NDArray[np.float64]:
    """Return the image without what stays with the camera: gain pattern, hot and dead pixels."""
    exposure_s = exposure_with_light(microscope.camera, 0.2)
    image = microscope.camera.acquire(exposure_s, processing="gain_normalized").pixels.astype(np.float64)
    return np.clip(image, *np.percentile(image, (0.5, 99.5)))


def _require_moved(before: NDArray[np.float64], after: NDArray[np.float64], wanted: tuple[int, int], what: str) -> None:
    """Require that the image moved by that many rows and columns, within a third of the way."""
    first, second = ((image - image.mean()) * _window(image.shape) for image in (before, after))
    peak = np.fft.irfft2(np.fft.rfft2(second) * np.fft.rfft2(first).conj(), s=before.shape)
    place = np.unravel_index(int(peak.argmax()), peak.shape)
    moved = tuple((int(p) + side // 2) % side - side // 2 for p, side in zip(place, peak.shape, strict=True))
    if peak.max() < 0.3 * np.sqrt(float((first**2).sum()) * float((second**2).sum())):
        raise SkipTest("no structure to see a shift by; bring some into view")
    allowed = 2 + max(wanted) / 3
    off = max(abs(a - b) for a, b in zip(moved, wanted, strict=True))
    require(off <= allowed, f"{what} moves the image by about {wanted} px (y, x)", moved)


def _window(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.asarray(np.hanning(shape[0])[:, None] * np.hanning(shape[1])[None, :])


# --- clock ----------------------------------------------------------------------------------------------


def clock_goes_on(clock: Clock, _microscope: Microscope) -> None:
    """Sleeping takes as long as it was asked to, by the clock itself."""
    require(isinstance(clock, Clock), "a clock has every member of the protocol", type(clock).__name__)
    before = clock.now()
    clock.sleep(0.05)
    passed = clock.now() - before
    require(0.045 < passed < 5, "a sleep of 0.05 s takes 0.05 s", f"{passed:.4f} s")


CLOCK_CHECKS = (clock_goes_on,)
