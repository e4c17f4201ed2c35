"""The cameras that a virtual microscope may have: what they are, ready made or your own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from temstack.errors import SettingError
from temstack.instrument.simulated.physics import DetectorModel

_BINNINGS = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 4), (4, 2), (4, 4), (8, 8))


@dataclass(frozen=True)
class CameraSetup:
    """One camera: its detector, and the rules it is driven by.

    Parameters
    ----------
    name : str
    detector : DetectorModel
    exposure_range_s : (float, float), s
    exposure_step_s : float, s
        The camera uses the nearest multiple of it, at least one; 0 uses what it is asked for.
    binnings : tuple of (int, int)
        ``(y, x)``.
    pixel_size_um : float, µm
    readout_s : float, s
        For the whole camera, unbinned.
    temperature_c : float, °C
    """

    name: str
    detector: DetectorModel
    exposure_range_s: tuple[float, float] = (0.001, 10_000.0)
    exposure_step_s: float = 0.0
    binnings: tuple[tuple[int, int], ...] = _BINNINGS
    pixel_size_um: float = 15.0
    readout_s: float = 0.05
    temperature_c: float = -25.0

    def exposure_used(self, wanted_s: float) -> float:
        """Return the exposure that this camera makes of the one asked for, s."""
        return nearest_multiple(wanted_s, self.exposure_step_s)


CAMERAS: dict[str, CameraSetup] = {
    "standard": CameraSetup("Virtual CCD", DetectorModel()),
    "large": CameraSetup("Virtual 2k", DetectorModel(shape=(2048, 2048), serial_number=2), pixel_size_um=14.0),
    "wide": CameraSetup("Virtual wide", DetectorModel(shape=(512, 1024), serial_number=3), pixel_size_um=24.0),
    "signed": CameraSetup(
        "Virtual signed", DetectorModel(is_signed=True, counts_per_electron=4.0, offset_counts=20.0, serial_number=4)
    ),
    "rounding": CameraSetup(
        "Virtual frame rate",
        DetectorModel(bins_before_readout=False, serial_number=5),
        exposure_range_s=(0.025, 10_000.0),
        exposure_step_s=0.025,
    ),
}
"""Ready-made cameras: the standard one, two other sizes, signed frames, whole frame times with binning in software."""


def camera_setups(wanted: str | CameraSetup | tuple[str | CameraSetup, ...]) -> tuple[CameraSetup, ...]:
    """Return the cameras that are meant by names of :data:`CAMERAS` or given whole.

    >>> [setup.name for setup in camera_setups("standard,signed")]
    ['Virtual CCD', 'Virtual signed']
    """
    names = wanted.split(",") if isinstance(wanted, str) else (wanted,) if isinstance(wanted, CameraSetup) else wanted
    setups = tuple(_setup(one) for one in names)
    if not setups or len({setup.name for setup in setups}) < len(setups):
        raise SettingError("cameras", "need one or more, of different names", got=[setup.name for setup in setups])
    return setups


def resized(setup: CameraSetup, shape: tuple[int, int]) -> CameraSetup:
    """Return the same camera with another number of pixels, and without binnings too coarse for it."""
    binnings = tuple(pair for pair in setup.binnings if pair[0] * 4 <= shape[0] and pair[1] * 4 <= shape[1])
    return replace(setup, detector=replace(setup.detector, shape=shape), binnings=binnings)


def nearest_multiple(exposure_s: float, step_s: float) -> float:
    """Return the multiple of a step that is nearest, at least one.

    >>> nearest_multiple(0.13, 0.025), nearest_multiple(0.001, 0.025), nearest_multiple(0.13, 0)
    (0.125, 0.025, 0.13)
    """
    return max(round(exposure_s / step_s), 1) * step_s if step_s > 0 else exposure_s


def area_to_fill(setups: tuple[CameraSetup, ...]) -> tuple[int, int]:
    """Return a size of specimen that leaves room around the largest camera, px."""
    height, width = (max(setup.detector.shape[axis] for setup in setups) for axis in (0, 1))
    return ceil(1.5 * height), ceil(1.5 * width)


def _setup(wanted: str | CameraSetup) -> CameraSetup:
    if isinstance(wanted, CameraSetup):
        return wanted
    if wanted not in CAMERAS:
        raise SettingError("camera", "is not known", got=repr(wanted), expected="one of " + ", ".join(CAMERAS))
    return CAMERAS[wanted]
