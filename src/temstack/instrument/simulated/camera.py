"""A camera of the virtual microscope: exposes, lets time pass, corrects by its references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.errors import InstrumentError
from temstack.instrument.frames import Area, Frame, FrameRequest, FrameTruth, request_frame
from temstack.instrument.simulated.cameras import CameraSetup, nearest_multiple
from temstack.instrument.simulated.column import Column
from temstack.instrument.simulated.faults import PATIENCE_S, Fault, raise_timeout
from temstack.instrument.simulated.illumination import Illumination

_DARK_FRAMES = 4
"""How many dark frames make a reference that a correction needs and nobody took."""

_DarkKey = tuple[float, tuple[int, int], Area]


class SimulatedCamera:
    """One camera.

    Parameters
    ----------
    setup : CameraSetup
    column : Column
        Whose beam it sees, and whose clock it moves on.
    illumination : Illumination
        Turns the state of the column into electrons per pixel.
    seed : int
        Of its chance.
    """

    def __init__(self, setup: CameraSetup, column: Column, illumination: Illumination, seed: int) -> None:
        self._setup, self._detector, self._column = setup, setup.detector, column
        self._illumination, self._seed = illumination, seed
        self._inserted = True
        self._number = 0
        self._darks: dict[_DarkKey, NDArray[np.float32]] = {}
        self._last: Frame | None = None

    # --- what it is -----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What the camera is called."""
        return self._setup.name

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width, unbinned px."""
        return self._detector.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of unprocessed pixels."""
        return self._detector.dtype

    @property
    def saturation(self) -> float:
        """Where the converter ends, counts."""
        return self._detector.limits[1]

    @property
    def pixel_size_um(self) -> tuple[float, float]:
        """Size of a pixel on the chip, µm."""
        return self._setup.pixel_size_um, self._setup.pixel_size_um

    @property
    def pixel_size_nm(self) -> tuple[float, float] | None:
        """Size of a pixel at the specimen, nm."""
        return self._illumination.pixel_nm, self._illumination.pixel_nm

    @property
    def exposure_range_s(self) -> tuple[float, float]:
        """Shortest and longest exposure, s."""
        return self._setup.exposure_range_s

    @property
    def binnings(self) -> tuple[tuple[int, int], ...]:
        """Every binning there is."""
        return self._setup.binnings

    @property
    def temperature_c(self) -> float | None:
        """Temperature of the chip, °C."""
        self._column.faults.check_connection()
        return self._setup.temperature_c

    @property
    def is_inserted(self) -> bool:
        """Whether it is in the beam."""
        self._column.faults.check_connection()
        return self._inserted

    def set_inserted(self, inserted: bool) -> bool:
        """Insert or retract it."""
        self._begin()
        if inserted != self._inserted:
            self._column.pass_time(3.0)
        self._inserted = bool(inserted)
        return self._inserted

    # --- frames ---------------------------------------------------------------------------------------

    def acquire(
        self,
        exposure_s: float,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
        processing: str = "unprocessed",
        shutter_open: bool = True,
    ) -> Frame:
        """Expose once and return the frame."""
        request = self._request(exposure_s, binning, readout_area, processing, shutter_open)
        due = self._begin()
        self._require_inserted()
        if "rounds_exposure" in due:
            request = replace(request, exposure_s=nearest_multiple(request.exposure_s, due["rounds_exposure"].size))
        if "stale_frame" in due and self._last is not None:
            return replace(self._last, pixels=self._last.pixels.copy())
        dark = None if request.processing == "unprocessed" else self._dark_for(request, _DARK_FRAMES)
        frame = self._corrected(self._expose(request), request, dark)
        if "wrong_shape" in due:
            frame = replace(frame, pixels=frame.pixels[: -max(1, int(due["wrong_shape"].size))].copy())
        self._last = frame
        return frame

    def _request(
        self,
        exposure_s: float,
        binning: Sequence[int],
        readout_area: Sequence[int] | None,
        processing: str = "unprocessed",
        shutter_open: bool = True,
    ) -> FrameRequest:
        request = request_frame(
            self,
            exposure_s,
            binning=binning,
            readout_area=readout_area,
            processing=processing,
            shutter_open=shutter_open,
        )
        return replace(request, exposure_s=self._setup.exposure_used(request.exposure_s))

    def _begin(self) -> dict[str, Fault]:
        column, title = self._column, f"camera {self.name!r}"
        due = column.faults.begin("camera", title)
        if "drops" in due:
            column.beam_lost_until = column.clock.elapsed_s + due["drops"].size
        if "times_out" in due:
            column.pass_time(PATIENCE_S)
            raise_timeout(title)
        return due

    def _require_inserted(self) -> None:
        if not self._inserted:
            raise InstrumentError(
                f"camera {self.name!r}", "is retracted", advice="insert it first: camera.set_inserted(True)"
            )

    def _expose(self, request: FrameRequest) -> Frame:
        """Let the time of one exposure pass; the frame shows the state in the middle of it."""
        column, began = self._column, self._column.clock.now()
        column.pass_time(request.exposure_s / 2)
        rate = self._illumination.rate(column, self.shape) if request.shutter_open else None
        truth = self._illumination.truth(column)
        column.pass_time(request.exposure_s / 2)
        self._number += 1
        readout = self._detector.expose(
            rate,
            request.exposure_s,
            binning=request.binning,
            area=request.readout_area,
            shutter_open=request.shutter_open,
            seed=self._seed,
            frame_index=self._number,
        )
        column.pass_time(self._setup.readout_s * readout.frame.size / (self.shape[0] * self.shape[1]))
        return Frame(
            pixels=readout.frame,
            exposure_s=request.exposure_s,
            binning=request.binning,
            readout_area=request.readout_area,
            processing="unprocessed",
            time=began,
            number=self._number,
            temperature_c=self._setup.temperature_c,
            shutter_open=request.shutter_open,
            truth=FrameTruth(*truth, electrons=readout.truth.expected_electrons),
        )

    # --- references -----------------------------------------------------------------------------------

    def _corrected(self, frame: Frame, request: FrameRequest, dark: NDArray[np.float32] | None) -> Frame:
        if dark is None:
            return frame
        pixels = frame.pixels.astype(np.float32) - dark
        if request.processing == "gain_normalized":
            pixels /= self.gain_reference(binning=request.binning, readout_area=request.readout_area)
        return replace(frame, pixels=pixels, processing=request.processing)

    def dark_reference(
        self,
        exposure_s: float,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
        frames: int = 1,
        renew: bool = False,
    ) -> NDArray[np.float32]:
        """Return the dark reference of these settings, taken first if need be."""
        request = self._request(exposure_s, binning, readout_area, shutter_open=False)
        self._begin()
        self._require_inserted()
        if renew:
            self._darks.pop(_key(request), None)
        return self._dark_for(request, frames).copy()

    def _dark_for(self, request: FrameRequest, frames: int) -> NDArray[np.float32]:
        key, closed = _key(request), replace(request, processing="unprocessed", shutter_open=False)
        if key not in self._darks:
            self._darks[key] = _mean([self._expose(closed).pixels for _ in range(max(frames, 1))])
        return self._darks[key]

    def gain_reference(
        self, *, binning: Sequence[int] = (1, 1), readout_area: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Return the sensitivity of each pixel."""
        self._column.faults.check_connection()
        request = self._request(self.exposure_range_s[0], binning, readout_area)
        top, left, bottom, right = request.readout_area
        part, (by, bx) = self._gain[top:bottom, left:right], request.binning
        blocks = part.reshape(request.shape[0], by, request.shape[1], bx)
        return np.asarray(blocks.mean(axis=(1, 3)), np.float32)

    @cached_property
    def _gain(self) -> NDArray[np.float32]:
        """The reference that the manufacturer left: exact but for 1/10 of a percent."""
        rng = np.random.default_rng([self._seed, 55])
        known = self._detector.patterns.counts_per_electron.astype(np.float32)
        return _normalized(known * (1 + 1e-3 * rng.standard_normal(known.shape, dtype=np.float32)))

    def acquire_gain_reference(self, exposure_s: float, *, frames: int = 16) -> NDArray[np.float32]:
        """Measure the gain reference anew from what the beam shows now."""
        request = self._request(exposure_s, (1, 1), None)
        self._begin()
        self._require_inserted()
        dark = self._dark_for(request, max(frames, 1))
        light = _mean([self._expose(request).pixels for _ in range(max(frames, 1))]) - dark
        if not light.mean() > 10 * light.std() / np.sqrt(light.size) or light.mean() < 1:
            raise InstrumentError(
                f"camera {self.name!r}",
                "sees no light for a gain reference",
                got=f"{light.mean():.2f} counts",
                advice="unblank the beam, move the specimen away, or expose longer",
            )
        self._gain = _normalized(light)
        return self._gain.copy()


def _key(request: FrameRequest) -> _DarkKey:
    return request.exposure_s, request.binning, request.readout_area


def _mean(frames: list[NDArray[Any]]) -> NDArray[np.float32]:
    return np.asarray(np.mean(frames, axis=0, dtype=np.float64), np.float32)


def _normalized(gain: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a gain of mean 1; pixels that see nothing get 1, for nobody can make up for them."""
    relative = gain / gain.mean()
    relative[relative < 0.1] = 1.0
    return np.asarray(relative / relative.mean(), np.float32)
