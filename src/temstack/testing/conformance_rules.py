"""How a check says that a promise is broken, and light enough to check a camera by."""

from __future__ import annotations

from collections.abc import Callable
from unittest import SkipTest

import numpy as np
from numpy.typing import NDArray

from temstack.errors import TemstackError
from temstack.instrument import Camera


class BrokenPromiseError(AssertionError):
    """A driver does not do what its protocol says."""


def require(kept: bool, promise: str, seen: object = None) -> None:
    """Raise :class:`BrokenPromiseError` unless a promise is kept.

    >>> require(1 == 1, "numbers are equal")
    """
    if not kept:
        raise BrokenPromiseError(f"{promise}; seen: {seen}" if seen is not None else promise)


def require_refusal(call: Callable[[], object], what: str) -> None:
    """Require that a call which cannot be meant raises a ValueError of temstack's."""
    try:
        call()
    except TemstackError as refusal:
        require(isinstance(refusal, ValueError), f"{what} must raise a SettingError or DeviceLimitError", repr(refusal))
        return
    except Exception as refusal:
        raise BrokenPromiseError(
            f"{what} must raise a SettingError or DeviceLimitError; seen: {refusal!r}"
        ) from refusal
    raise BrokenPromiseError(f"{what} must be refused; seen: it was done")


def signal_of(camera: Camera, exposure_s: float, **how: object) -> NDArray[np.float64]:
    """Return counts that the beam made: an open frame minus the mean of a closed one."""
    frame = camera.acquire(exposure_s, **how)  # type: ignore[arg-type]
    dark = camera.acquire(exposure_s, shutter_open=False, **how)  # type: ignore[arg-type]
    return np.asarray(frame.pixels, np.float64) - float(np.mean(dark.pixels, dtype=np.float64))


def exposure_with_light(camera: Camera, share: float = 0.05) -> float:
    """Return an exposure at which the beam makes about this share of the saturation; skip without light.

    Parameters
    ----------
    camera : Camera
    share : float, dimensionless
        Of the saturation, on average over the frame.
    """
    shortest, longest = camera.exposure_range_s
    exposure_s = min(max(0.02, shortest), longest)
    for _ in range(4):
        signal = signal_of(camera, exposure_s)
        mean = max(float(signal.mean()), 1e-9)
        if 0.5 < mean / (share * camera.saturation) < 2:
            return exposure_s
        exposure_s = float(np.clip(exposure_s * share * camera.saturation / mean, shortest, min(longest, 4.0)))
    signal = signal_of(camera, exposure_s)
    if signal.mean() < 8 * signal.std() / np.sqrt(signal.size) or signal.mean() < 3:
        raise SkipTest(f"camera {camera.name!r} sees too little light at {exposure_s:g} s; unblank or widen the beam")
    return exposure_s
