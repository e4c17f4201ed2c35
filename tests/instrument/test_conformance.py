"""Every driver of ours keeps the promises, and the suite notices one that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from temstack.instrument import Microscope
from temstack.instrument.remote.client import connect_to
from temstack.instrument.remote.server import MicroscopeServer
from temstack.instrument.simulated import SimulatedMicroscope
from temstack.testing.conformance import MicroscopeConformance, check_microscope


class TestStandardCamera(MicroscopeConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def microscope(cls) -> Iterator[Microscope]:
        with SimulatedMicroscope(seed=1, shape=(128, 128)) as microscope:
            yield microscope


class TestSeveralCameras(MicroscopeConformance):
    """Not square; signed; whole frame times and binning in software."""

    @pytest.fixture(scope="class")
    @classmethod
    def microscope(cls) -> Iterator[Microscope]:
        with SimulatedMicroscope(seed=2, shape=(96, 160), cameras="wide,signed,rounding") as microscope:
            yield microscope


class TestOtherProcess(MicroscopeConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def microscope(cls) -> Iterator[Microscope]:
        with (
            SimulatedMicroscope(seed=3, shape=(128, 128)) as here,
            MicroscopeServer(here, token="key") as server,
            connect_to(server.address, token="key") as there,
        ):
            yield there


# --- drivers that are wrong on purpose ----------------------------------------------------------------------


def wrong(right: Any, **members: Any) -> Any:
    """Return a device of the same class as *right* except for some members.

    A function is called with the right device, then its arguments; a property reads from the right device.
    """
    made: dict[str, Any] = {}
    for name, member in members.items():
        if isinstance(member, property):
            made[name] = property(lambda self, get=member.fget: get(right))
        else:
            made[name] = lambda self, *args, call=member, **options: call(right, *args, **options)
    copy = object.__new__(type("Wrong", (type(right),), made))
    copy.__dict__ = right.__dict__
    return copy


def broken_rules(microscope: Microscope) -> set[str]:
    return {finding.rule for finding in check_microscope(microscope) if finding.verdict == "broken"}


def with_camera(microscope: Microscope, **members: Any) -> Microscope:
    return _with(microscope, cameras=(wrong(microscope.camera, **members),))


def _with(microscope: Microscope, **devices: Any) -> Microscope:
    names = Microscope.__dataclass_fields__
    return Microscope(**{name: devices.get(name, getattr(microscope, name)) for name in names})


def _relative_focus(focus: Any, defocus_nm: float) -> float:
    return float(focus.set_defocus_nm(focus.defocus_nm + defocus_nm))


def _left_before_top(camera: Any, exposure_s: float, *, readout_area: Any = None, **how: Any) -> Any:
    if readout_area is None or len(readout_area) != 4:
        return camera.acquire(exposure_s, readout_area=readout_area, **how)
    top, left, bottom, right = readout_area
    frame = camera.acquire(exposure_s, readout_area=(left, top, right, bottom), **how)
    y0, x0, y1, x1 = frame.readout_area
    return replace(frame, readout_area=(x0, y0, x1, y1))


def _milliseconds(camera: Any, exposure_s: float, **how: Any) -> Any:
    frame = camera.acquire(exposure_s / 1000 if exposure_s > 0.01 else exposure_s, **how)
    return replace(frame, exposure_s=exposure_s)


def _binning_swapped(camera: Any, exposure_s: float, *, binning: Any = (1, 1), **how: Any) -> Any:
    frame = camera.acquire(exposure_s, binning=tuple(binning)[::-1], **how)
    return replace(frame, binning=frame.binning[::-1])


def _exposure_as_asked(camera: Any, exposure_s: float, **how: Any) -> Any:
    used = max(round(exposure_s / 0.05), 1) * 0.05 if 0 < exposure_s < 100 else exposure_s
    return replace(camera.acquire(used, **how), exposure_s=exposure_s)


def _binned_means(camera: Any, exposure_s: float, *, binning: Any = (1, 1), **how: Any) -> Any:
    frame = camera.acquire(exposure_s, binning=binning, **how)
    times = frame.binning[0] * frame.binning[1]
    return replace(frame, pixels=(frame.pixels // times).astype(frame.pixels.dtype))


class _Stale:
    """Gives every frame twice."""

    def __init__(self) -> None:
        self.last: Any = None

    def __call__(self, camera: Any, exposure_s: float, **how: Any) -> Any:
        frame = camera.acquire(exposure_s, **how)
        if self.last is not None and self.last.pixels.shape == frame.pixels.shape:
            frame, self.last = self.last, None
        else:
            self.last = frame
        return frame


class _OneBuffer:
    """Writes every frame into the same memory."""

    def __init__(self) -> None:
        self.buffers: dict[Any, Any] = {}

    def __call__(self, camera: Any, exposure_s: float, **how: Any) -> Any:
        frame = camera.acquire(exposure_s, **how)
        buffer = self.buffers.setdefault((frame.pixels.shape, frame.pixels.dtype), frame.pixels)
        buffer[...] = frame.pixels
        return replace(frame, pixels=buffer)


def _always_float(camera: Any, exposure_s: float, **how: Any) -> Any:
    frame = camera.acquire(exposure_s, **how)
    return replace(frame, pixels=frame.pixels.astype(np.float64))


def _area_in_binned_px(
    camera: Any, exposure_s: float, *, binning: Any = (1, 1), readout_area: Any = None, **how: Any
) -> Any:
    if readout_area is not None and len(readout_area) == 4:
        by, bx = binning
        asked = readout_area
        readout_area = (asked[0] * by, asked[1] * bx, asked[2] * by, asked[3] * bx)
        height, width = camera.shape
        if asked[2] <= height and asked[3] <= width:
            readout_area = (*readout_area[:2], min(readout_area[2], height), min(readout_area[3], width))
    return camera.acquire(exposure_s, binning=binning, readout_area=readout_area, **how)


def _shutter_ignored(camera: Any, exposure_s: float, *, shutter_open: bool = True, **how: Any) -> Any:
    return replace(camera.acquire(exposure_s, **how), shutter_open=shutter_open)


def _clips_exposure(camera: Any, exposure_s: float, **how: Any) -> Any:
    return camera.acquire(float(np.clip(np.nan_to_num(exposure_s), *camera.exposure_range_s)), **how)


CAMERA_FAULTS: list[tuple[str, Callable[..., Any], str]] = [
    ("left before top", _left_before_top, "area shows that part of the camera"),
    ("area in binned px", _area_in_binned_px, "area is top left bottom right"),
    ("milliseconds", _milliseconds, "exposure counts in seconds"),
    ("binning swapped", _binning_swapped, "binning is y then x"),
    ("binned pixels are means", _binned_means, "binned pixels are sums"),
    ("exposure as asked, not as used", _exposure_as_asked, "frame says the exposure used"),
    ("stale frames", _Stale(), "every frame is new"),
    ("one buffer for all frames", _OneBuffer(), "every frame is new"),
    ("float64 for integers", _always_float, "frames are what was asked for"),
    ("shutter ignored", _shutter_ignored, "closed shutter keeps the beam off"),
    ("impossible exposures made possible", _clips_exposure, "refuses what it cannot do"),
]


@pytest.fixture(scope="module")
def right() -> SimulatedMicroscope:
    return SimulatedMicroscope(seed=1, shape=(128, 128))


@pytest.mark.parametrize(
    ("acquire", "rule"), [case[1:] for case in CAMERA_FAULTS], ids=[case[0] for case in CAMERA_FAULTS]
)
def test_a_wrong_camera_is_found(right: SimulatedMicroscope, acquire: Callable[..., Any], rule: str) -> None:
    assert rule in broken_rules(with_camera(right, acquire=acquire))


def _energies_negative() -> dict[str, Any]:
    return {
        "set_energy_loss_ev": lambda f, ev, wait=True: -f.set_energy_loss_ev(-ev, wait=wait),
        "energy_loss_ev": property(lambda f: -f.energy_loss_ev),
        "energy_loss_range_ev": property(lambda f: (-100.0, 100.0)),
    }


def _shift_x_first() -> dict[str, Any]:
    return {
        "set_shift_nm": lambda s, shift: s.set_shift_nm(tuple(shift)[::-1])[::-1],
        "shift_nm": property(lambda s: s.shift_nm[::-1]),
    }


def _target_for_read_back(focus: Any, defocus_nm: float) -> float:
    focus.set_defocus_nm(defocus_nm)
    return defocus_nm + 0.001


def _stage_in_um(stage: Any, **to: Any) -> Any:
    return stage.move_to(**{axis: value if value is None else value * 1e3 for axis, value in to.items()})


DEVICE_FAULTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("relative", "focus", {"set_defocus_nm": _relative_focus}, "defocus is absolute"),
    ("µm", "focus", {"set_defocus_nm": lambda f, nm: f.set_defocus_nm(nm * 1e3)}, "defocus is absolute"),
    ("target for read-back", "focus", {"set_defocus_nm": _target_for_read_back}, "defocus is absolute"),
    ("negative", "energy_filter", _energies_negative(), "losses are positive"),
    (
        "keV",
        "energy_filter",
        {"set_energy_loss_ev": lambda f, ev, wait=True: f.set_energy_loss_ev(ev / 1e3)},
        "energy is absolute",
    ),
    ("slit", "energy_filter", {"set_slit_in": lambda f, v: f.set_slit_in(not v)}, "slit goes where it is sent"),
    ("blanker", "beam", {"is_blanked": property(lambda b: not b.is_blanked)}, "blanked beam gives no light"),
    ("no blanker", "beam", {"set_blanked": lambda b, v: v}, "blanked beam gives no light"),
    ("(x, y)", "image_shift", _shift_x_first(), "shift moves the image"),
    ("µm", "stage", {"move_to": _stage_in_um}, "stage is absolute"),
    ("ms", "clock", {"now": lambda c: c.now() * 1e3}, "clock goes on"),
]


@pytest.mark.parametrize(
    ("device", "members", "rule"),
    [case[1:] for case in DEVICE_FAULTS],
    ids=[f"{case[1]} {case[0]}" for case in DEVICE_FAULTS],
)
def test_a_wrong_device_is_found(device: str, members: dict[str, Any], rule: str) -> None:
    here = SimulatedMicroscope(seed=1, shape=(128, 128))
    assert rule in broken_rules(_with(here, **{device: wrong(getattr(here, device), **members)}))


def test_what_cannot_be_tested_is_left_open_not_kept(right: SimulatedMicroscope) -> None:
    dark = SimulatedMicroscope(seed=1, shape=(64, 64))
    dark.beam.set_blanked(True)
    verdicts = {finding.rule: finding.verdict for finding in check_microscope(dark)}
    assert verdicts["frame says the exposure used"] == "open"
    assert verdicts["binning is y then x"] == "kept"
    assert "broken" not in verdicts.values()


def test_the_suite_puts_back_what_it_changed() -> None:
    here = SimulatedMicroscope(seed=1, shape=(64, 64))
    start = (here.focus.defocus_nm, here.energy_filter.energy_loss_ev, here.energy_filter.slit_width_ev)
    others = (here.beam.brightness, here.beam.is_blanked, here.stage.position, here.image_shift.shift_nm)
    check_microscope(here)
    assert (here.focus.defocus_nm, here.energy_filter.energy_loss_ev, here.energy_filter.slit_width_ev) == start
    assert (here.beam.brightness, here.beam.is_blanked, here.stage.position, here.image_shift.shift_nm) == others
