"""One camera readout, and what may be asked of a camera: exposure, binning, area, processing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from temstack.errors import DeviceLimitError, SettingError

if TYPE_CHECKING:
    from temstack.instrument.protocols import Camera

Processing = Literal["unprocessed", "dark_subtracted", "gain_normalized"]
PROCESSINGS: tuple[str, ...] = get_args(Processing)
"""What a camera may do to a frame; each includes the one before it."""

Area = tuple[int, int, int, int]
"""``(top, left, bottom, right)`` in unbinned px, half-open."""


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """What only a simulated microscope knows about a frame.

    Parameters
    ----------
    drift_px : (float, float), unbinned px of this camera
        Where the specimen was, ``(y, x)``, in the middle of the exposure, relative to where it was at the start
        of the session. Drift, stage and image shift together.
    defocus_nm : float, nm, underfocus positive
        What the objective lens really had.
    energy_loss_ev : float, eV
        The energy in the middle of the slit, with hysteresis, settling and drift of the zero loss.
    electrons : (y, x) float32, electrons, optional
        Electrons that the specimen sent to each unbinned pixel of the readout area, on average, before
        counting statistics and the blur of the detector. A microscope in another process sends it on request only.
    """

    drift_px: tuple[float, float]
    defocus_nm: float
    energy_loss_ev: float
    electrons: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One camera readout, and under which circumstances it was taken.

    Parameters
    ----------
    pixels : (y, x)
        Counts; of the camera's ``dtype`` if unprocessed, else float32. The array belongs to the caller.
    exposure_s : float, s
        What the camera really used, which need not be what was asked for.
    binning : (int, int)
        ``(y, x)``.
    readout_area : (int, int, int, int), unbinned px
        ``(top, left, bottom, right)``, half-open: what the frame really shows.
    processing : str
        One of :data:`PROCESSINGS`.
    time : float, s
        When the exposure began, seconds since 1970 (UTC) of the microscope's clock.
    number : int
        Counts up with every exposure of this camera: two frames of one number are the same exposure.
    temperature_c : float, °C, optional
    shutter_open : bool
        False in a dark frame.
    truth : FrameTruth, optional
        Simulated microscopes only.
    """

    pixels: NDArray[Any]
    exposure_s: float
    binning: tuple[int, int]
    readout_area: Area
    processing: str
    time: float
    number: int
    temperature_c: float | None = None
    shutter_open: bool = True
    truth: FrameTruth | None = None


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """What a camera is asked for, complete and possible; made by :func:`request_frame`."""

    exposure_s: float
    binning: tuple[int, int]
    readout_area: Area
    processing: str
    shutter_open: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the frame, binned px."""
        top, left, bottom, right = self.readout_area
        return (bottom - top) // self.binning[0], (right - left) // self.binning[1]


def request_frame(
    camera: Camera,
    exposure_s: float,
    *,
    binning: Sequence[int] = (1, 1),
    readout_area: Sequence[int] | None = None,
    processing: str = "unprocessed",
    shutter_open: bool = True,
) -> FrameRequest:
    """Return what to read out, or say why this camera cannot; for drivers, and for a check before the work.

    An area that is no multiple of the binning loses rows below and columns to the right.

    Parameters
    ----------
    camera : Camera
    exposure_s, binning, readout_area, processing, shutter_open
        As in :meth:`temstack.instrument.Camera.acquire`.

    Raises
    ------
    SettingError
        If something cannot be meant: an area of three numbers, an unknown processing.
    DeviceLimitError
        If this camera cannot do it: exposure, binning or area out of range.
    """
    subject = f"camera {camera.name!r}"
    if processing not in PROCESSINGS:
        raise SettingError(
            f"{subject}: processing", "is unknown", got=repr(processing), expected=" or ".join(PROCESSINGS)
        )
    pair = _whole(binning, 2, f"{subject}: binning", "(y, x)")
    if pair not in camera.binnings:
        known = ", ".join(f"{y}x{x}" for y, x in camera.binnings)
        raise DeviceLimitError(
            subject, "has no such binning (y, x)", got=f"{pair[0]}x{pair[1]}", expected=f"one of {known}"
        )
    area = (0, 0, *camera.shape)
    if readout_area is not None:
        area = _whole(readout_area, 4, f"{subject}: readout_area", "(top, left, bottom, right)")
    return FrameRequest(
        exposure_s=_possible_exposure(camera, exposure_s, subject),
        binning=pair,
        readout_area=_possible_area(camera, area, pair, subject),
        processing=processing,
        shutter_open=bool(shutter_open),
    )


def _whole(values: Sequence[int], count: int, subject: str, like: str) -> Any:
    try:
        numbers = tuple(int(value) for value in values)
        exact = len(numbers) == count and all(number == value for number, value in zip(numbers, values, strict=True))
    except (TypeError, ValueError):
        exact = False
    if not exact:
        raise SettingError(subject, f"needs {count} whole numbers", got=values, expected=like)
    return numbers


def _possible_exposure(camera: Camera, exposure_s: float, subject: str) -> float:
    shortest, longest = camera.exposure_range_s
    if not (isfinite(exposure_s) and shortest <= exposure_s <= longest):
        raise DeviceLimitError(
            subject,
            "cannot expose that long or short",
            got=f"exposure_s={exposure_s:g}",
            expected=f"{shortest:g} to {longest:g} s",
        )
    return float(exposure_s)


def _possible_area(camera: Camera, area: Area, binning: tuple[int, int], subject: str) -> Area:
    top, left, bottom, right = area
    height, width = camera.shape
    if not (0 <= top < bottom <= height and 0 <= left < right <= width):
        raise DeviceLimitError(
            subject,
            "has no such readout area (top, left, bottom, right) in unbinned px",
            got=area,
            expected=f"within (0, 0, {height}, {width}), top < bottom and left < right",
        )
    rows, columns = (bottom - top) // binning[0], (right - left) // binning[1]
    if not (rows and columns):
        raise DeviceLimitError(
            subject,
            "the readout area is smaller than one binned pixel",
            got=f"{area} at binning {binning[0]}x{binning[1]}",
            advice="choose a larger area or less binning; the area is in unbinned px",
        )
    return top, left, top + rows * binning[0], left + columns * binning[1]
