"""Dark references of a series: taken only where none is fresh, kept with the planes that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.instrument import Camera, Frame, Microscope
from temstack.series import Series
from temstack.store import Recording


@dataclass(frozen=True, eq=False)
class Dark:
    """A dark reference of a series.

    Parameters
    ----------
    dark_id : int
        Its number in the store.
    exposure_s : float, s
    pixels : (y, x) float32, counts
    level : float, counts
        What a pixel gives without light: the median, for some pixels are hot.
    """

    dark_id: int
    exposure_s: float
    pixels: NDArray[np.float32]
    level: float


class DarkKeeper:
    """Finds or takes the dark reference of each frame.

    Parameters
    ----------
    microscope : Microscope
    camera : Camera
    series : Series
    recording : Recording
        Gets each reference that its planes need, once.
    """

    def __init__(self, microscope: Microscope, camera: Camera, series: Series, recording: Recording) -> None:
        self._microscope, self._camera, self._recording = microscope, camera, recording
        self._how: dict[str, Any] = {"binning": series.binning, "readout_area": series.readout_area}
        self._known: dict[float, Dark] = {}

    def level(self, frame: Frame) -> float | None:
        """Return the dark level at the exposure of a frame as far as it is known, from the one nearest to it."""
        if not self._known:
            return None
        nearest = min(self._known, key=lambda exposure_s: abs(log(exposure_s / frame.exposure_s)))
        return self._known[nearest].level

    def take(self, frame: Frame) -> Dark:
        """Return the dark reference of a frame, for the exposure that the camera really used."""
        exposure_s = frame.exposure_s
        if exposure_s not in self._known:
            pixels = self._camera.dark_reference(exposure_s, frames=4, **self._how)
            dark_id = self._recording.add_dark(pixels, exposure_s=exposure_s, time=self._microscope.clock.now())
            self._known[exposure_s] = Dark(dark_id, exposure_s, pixels, float(np.median(pixels)))
        return self._known[exposure_s]
