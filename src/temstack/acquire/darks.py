"""Dark references of one series: taken only where none is fresh, kept with the planes that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.acquire.references import LARGEST_AGE_S, ReferenceLibrary
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
    time : float, s
        When it was taken, seconds since 1970 of the microscope's clock.
    """

    dark_id: int
    exposure_s: float
    pixels: NDArray[np.float32]
    level: float
    time: float


class DarkKeeper:
    """Finds or takes the dark reference of each frame.

    Parameters
    ----------
    microscope : Microscope
    camera : Camera
    series : Series
    recording : Recording
        Gets each reference that its planes need, once.
    note : callable
        Is told of each one that is taken.
    library : ReferenceLibrary, optional
        Where those of earlier series are; left out, the user's.
    """

    def __init__(
        self,
        microscope: Microscope,
        camera: Camera,
        series: Series,
        recording: Recording,
        note: Callable[[str], None],
        library: ReferenceLibrary | None = None,
    ) -> None:
        self._microscope, self._camera, self._recording, self._note = microscope, camera, recording, note
        self._library = ReferenceLibrary() if library is None else library
        self._how: dict[str, Any] = {"binning": series.binning, "readout_area": series.readout_area}
        self._known = {dark.exposure_s: dark for dark in _stored(recording)}

    def level(self, frame: Frame) -> float | None:
        """Return the dark level at the exposure of a frame as far as it is known, from the one nearest to it."""
        if not self._known:
            return None
        nearest = min(self._known, key=lambda exposure_s: abs(log(exposure_s / frame.exposure_s)))
        return self._known[nearest].level

    def take(self, frame: Frame) -> Dark:
        """Return the dark reference of a frame, for the exposure that the camera really used.

        Raises
        ------
        InstrumentError
            If one must be taken and cannot.
        """
        known = self._known.get(frame.exposure_s)
        if known is not None and 0 <= self._microscope.clock.now() - known.time <= LARGEST_AGE_S:
            return known
        found = self._library.dark(self._microscope, self._camera, frame.exposure_s, **self._how)
        if found.is_new:
            self._note(f"dark reference of {found.frames} frames taken for {frame.exposure_s:g} s")
        dark_id = self._recording.add_dark(found.pixels, exposure_s=frame.exposure_s, time=found.time)
        dark = Dark(dark_id, frame.exposure_s, found.pixels, float(np.median(found.pixels)), found.time)
        self._known[frame.exposure_s] = dark
        return dark


def _stored(recording: Recording) -> list[Dark]:
    """Return the references that a series has already, where it is gone on with."""
    import xarray as xr

    with xr.open_zarr(recording.path, consolidated=False) as dataset:
        darks = dataset.variables["dark"]
        exposures, times = dataset["dark_exposure_s"].values, dataset["dark_time"].values
        known = np.flatnonzero(np.isfinite(exposures))
        return [_dark(int(index), darks[index].values, exposures[index], times[index]) for index in known]


def _dark(dark_id: int, pixels: NDArray[np.float32], exposure_s: float, time: float) -> Dark:
    return Dark(dark_id, float(exposure_s), pixels, float(np.median(pixels)), float(time))
