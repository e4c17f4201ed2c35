"""Does a driver keep what the protocols promise? The same checks for every driver, simulated or real.

A driver's own tests take one class and say where its microscope comes from::

    class TestMyMicroscope(MicroscopeConformance):
        @pytest.fixture
        def microscope(self):
            with my_driver() as microscope:
                yield microscope

On a real microscope :func:`check_microscope` (or ``temstack microscope check``) does the same and returns what it
found. Every check puts back what it changed. With the beam on and some structure in view, nothing is left open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import SkipTest

from temstack.errors import TemstackError
from temstack.instrument import Microscope
from temstack.testing import conformance_camera, conformance_devices
from temstack.testing.conformance_rules import BrokenPromiseError

Check = Callable[[Any, Microscope], None]

_CHECKS: dict[str, tuple[Check, ...]] = {
    "camera": conformance_camera.CHECKS,
    "focus": conformance_devices.FOCUS_CHECKS,
    "energy_filter": conformance_devices.FILTER_CHECKS,
    "beam": conformance_devices.BEAM_CHECKS,
    "stage": conformance_devices.STAGE_CHECKS,
    "image_shift": conformance_devices.SHIFT_CHECKS,
    "beam_shift": conformance_devices.SHIFT_CHECKS[:-1],  # moving the beam does not move the image
    "clock": conformance_devices.CLOCK_CHECKS,
}


@dataclass(frozen=True)
class Finding:
    """The result of one check of one device.

    Parameters
    ----------
    device : str
        ``"focus"``, ``"camera 'Virtual CCD'"``…
    rule : str
        What must be so, in words: the name of the check.
    verdict : str
        ``"kept"``, ``"broken"``, or ``"open"`` where this microscope could not be put to the test.
    why : str
        What was seen instead; empty if kept.
    """

    device: str
    rule: str
    verdict: str
    why: str = ""


def check_microscope(microscope: Microscope) -> list[Finding]:
    """Return what is true of every device of a microscope, check by check.

    Parameters
    ----------
    microscope : Microscope
        Cameras inserted, beam on. Its settings are changed and put back.

    Examples
    --------
    >>> from temstack.instrument import connect
    >>> findings = check_microscope(connect("simulated", seed=1, shape=(128, 128)))
    >>> {finding.verdict for finding in findings}
    {'kept'}
    """
    return [
        _finding(title, device, check, microscope)
        for kind, title, device in _devices(microscope)
        for check in _CHECKS[kind]
    ]


def _devices(microscope: Microscope) -> Iterator[tuple[str, str, Any]]:
    for camera in microscope.cameras:
        yield "camera", f"camera {camera.name!r}", camera
    for kind in _CHECKS:
        device = getattr(microscope, kind) if kind != "camera" else None
        if device is not None:
            yield kind, kind.replace("_", " "), device


def _finding(title: str, device: Any, check: Check, microscope: Microscope) -> Finding:
    rule = check.__name__.replace("_", " ")
    try:
        check(device, microscope)
    except SkipTest as why:
        return Finding(title, rule, "open", str(why))
    except (BrokenPromiseError, TemstackError) as why:
        return Finding(title, rule, "broken", str(why))
    except Exception as why:  # a driver that raises anything else breaks its promise
        return Finding(title, rule, "broken", f"{type(why).__name__}: {why}")
    return Finding(title, rule, "kept")


class MicroscopeConformance:
    """One pytest test for each check; a subclass named ``Test…`` brings the fixture ``microscope``."""


def _test_of(kind: str, check: Check) -> Callable[[Any, Microscope], None]:
    def test(_self: Any, microscope: Microscope) -> None:
        devices = [device for found, _, device in _devices(microscope) if found == kind]
        if not devices:
            raise SkipTest(f"this microscope has no {kind.replace('_', ' ')}")
        for device in devices:
            check(device, microscope)

    test.__doc__ = check.__doc__
    return test


for _kind, _checks in _CHECKS.items():
    for _check in _checks:
        setattr(MicroscopeConformance, f"test_{_kind}_{_check.__name__}", _test_of(_kind, _check))
