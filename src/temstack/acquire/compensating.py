"""Holding the specimen still: what drifted is moved back before the next plane, by image shift or by the stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from temstack.errors import InstrumentError, SettingError
from temstack.instrument import Microscope, Shift, Stage

Compensation = Literal["image_shift", "stage"]


@dataclass(frozen=True)
class Compensator:
    """Moves the image by a distance.

    Parameters
    ----------
    microscope : Microscope
    by : str
        ``"image_shift"``, or ``"stage"`` for drifts beyond its reach.
    pixel_nm : (float, float), nm
        Of the frames, binned.
    smallest_px : float, px
        Less than that is left alone: deflectors are not that exact, and every move costs time.
    """

    microscope: Microscope
    by: Compensation
    pixel_nm: tuple[float, float]
    smallest_px: float = 0.5

    def move_back(self, drift_px: tuple[float, float]) -> tuple[float, float] | None:
        """Move the image by minus the drift; return by how much, nm ``(y, x)``, or None if it was not worth it.

        Raises
        ------
        DeviceLimitError
            If the deflectors or the stage cannot go that far.
        """
        if max(map(abs, drift_px)) < self.smallest_px:
            return None
        y, x = (-drift * size for drift, size in zip(drift_px, self.pixel_nm, strict=True))
        if self.by == "stage":
            stage = _stage(self.microscope)
            at = stage.position
            stage.move_to(y_nm=at.y_nm + y, x_nm=at.x_nm + x)
        else:
            shift = _image_shift(self.microscope)
            was_y, was_x = shift.shift_nm
            shift.set_shift_nm((was_y + y, was_x + x))
        return y, x


def make_compensator(
    microscope: Microscope, by: str | None, pixel_nm: tuple[float, float] | None
) -> Callable[[tuple[float, float]], tuple[float, float] | None] | None:
    """Return what moves the image back, None if nothing is wanted; raise if this microscope cannot.

    Raises
    ------
    SettingError
        If there is no such way, or the size of a pixel is not known.
    InstrumentError
        If the microscope has not the device.
    """
    if by is None:
        return None
    if by not in ("image_shift", "stage"):
        raise SettingError("drift_compensation", "is unknown", got=repr(by), expected="'image_shift' or 'stage'")
    if pixel_nm is None:
        raise SettingError(
            "drift_compensation", "needs the size of a pixel at the specimen", advice="calibrate the magnification"
        )
    _ = _stage(microscope) if by == "stage" else _image_shift(microscope)
    return Compensator(microscope, "stage" if by == "stage" else "image_shift", pixel_nm).move_back


def _stage(microscope: Microscope) -> Stage:
    if microscope.stage is None:
        raise InstrumentError(f"microscope {microscope.name!r}", "has no motorised stage")
    return microscope.stage


def _image_shift(microscope: Microscope) -> Shift:
    if microscope.image_shift is None:
        raise InstrumentError(f"microscope {microscope.name!r}", "has no image shift")
    return microscope.image_shift
