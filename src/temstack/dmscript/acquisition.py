"""From a script's wish for a frame to an image of the script.

Areas come as scripts order them, top, left, bottom, right; binning as (x, y), as scripts say it, and turned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.conversion import code_of, type_words
from temstack.dmscript.devices import CameraHandle, Devices
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Calibration, Image, describe_size
from temstack.instrument import PROCESSINGS, Frame, FrameRequest, request_frame

FLIP_X, FLIP_Y, DIAGONAL = 1, 2, 256
"""Bits of an orientation: left and right exchanged, top and bottom, and, before both, rows and columns."""

_PROCESSING_WORDS = ("Unprocessed", "Dark Subtracted", "Gain Normalized")


@dataclass(eq=False)
class AcquisitionParameters:
    """How to take a frame, in a variable of a script.

    Parameters
    ----------
    processing : int
        1 unprocessed, 2 dark subtracted, 3 gain normalised.
    exposure_s : float, s
    binning_x, binning_y : int
    area : (int, int, int, int), optional
        ``(top, left, bottom, right)``, unbinned px; None: the whole camera.
    set_name : str
        The parameter set of the camera that it was read from, ``""`` for none.
    keeps_shut : bool
        Expose with the shutter shut: a dark frame.
    frames : int
        How many frames are summed.
    orientation : int
        Bits :data:`FLIP_X`, :data:`FLIP_Y`, :data:`DIAGONAL`.
    settings : dict
        What is kept and read back, and changes no frame.
    """

    processing: int = 3
    exposure_s: float = 1.0
    binning_x: int = 1
    binning_y: int = 1
    area: tuple[int, int, int, int] | None = None
    set_name: str = ""
    keeps_shut: bool = False
    frames: int = 1
    orientation: int = 0
    settings: dict[str, float] = field(default_factory=dict)
    dm_type = "object"

    def wish(self) -> dict[str, Any]:
        """Return the arguments of :meth:`temstack.instrument.Camera.acquire`."""
        return {
            "exposure_s": self.exposure_s,
            "binning": (self.binning_y, self.binning_x),
            "readout_area": self.area,
            "processing": processing_word(self.processing),
            "shutter_open": not self.keeps_shut,
        }

    def request(self, handle: CameraHandle) -> FrameRequest:
        """Return what the camera would be asked for; an error of the instrument says why it cannot be."""
        return request_frame(handle.camera, **self.wish())

    def size(self, handle: CameraHandle) -> tuple[int, int]:
        """Return width and height of the image, binned px, in its orientation."""
        height, width = self.request(handle).shape
        return (height, width) if self.orientation & DIAGONAL else (width, height)


def processing_word(number: float) -> str:
    """Return one of :data:`temstack.instrument.PROCESSINGS` for the number that scripts use.

    >>> processing_word(3)
    'gain_normalized'
    """
    if number not in (1, 2, 3):
        raise ScriptRuntimeError(
            "no such processing", got=f"{number:g}", expected="1 unprocessed, 2 dark subtracted or 3 gain normalized"
        )
    return PROCESSINGS[int(number) - 1]


def pixel_type(handle: CameraHandle, processing: float) -> np.dtype[Any]:
    """Return the type of pixels that a camera gives."""
    return handle.camera.dtype if processing == 1 else np.dtype(np.float32)


def whole(values: Sequence[float]) -> tuple[int, ...]:
    """Return numbers of pixels without their fractions, as a script that halves a width means them."""
    if not all(np.isfinite(values)):
        raise ScriptRuntimeError("pixels need whole numbers", got=", ".join(f"{value:g}" for value in values))
    return tuple(int(value) for value in values)


# --- frames -----------------------------------------------------------------------------------


def take(devices: Devices, handle: CameraHandle, parameters: AcquisitionParameters) -> Image:
    """Expose and return a new image with calibration and tags."""
    pixels, frame = _exposed(handle, parameters)
    return as_image(devices, handle, pixels, frame, parameters.orientation)


def take_into(handle: CameraHandle, parameters: AcquisitionParameters, image: Image) -> None:
    """Expose into the pixels of an image; it must have size and type of the frame.

    Raises
    ------
    ScriptRuntimeError
        If it has not; nothing was exposed.
    """
    require_fit(image, parameters.size(handle), summed_type(pixel_type(handle, parameters.processing), parameters))
    pixels, _ = _exposed(handle, parameters)
    image.data[...] = pixels.astype(image.data.dtype, copy=False).reshape(image.data.shape)


def require_fit(image: Image, size: tuple[int, int], dtype: np.dtype[Any]) -> None:
    """Raise unless an image can take the pixels of a frame unchanged.

    Whole numbers may go into real ones, and into integers of the same bytes whatever their sign: their bits stay.
    """
    if image.size not in (size, (*size, 1)):
        raise ScriptRuntimeError(
            f"image {image.name!r} has not the size of the frame",
            got=describe_size(image.size),
            expected=describe_size(size),
        )
    has = image.data.dtype
    same_bits = has.kind in "iu" and dtype.kind in "iu" and has.itemsize == dtype.itemsize
    if has.kind not in "iuf" or not (same_bits or np.can_cast(dtype, has, "safe")):
        raise ScriptRuntimeError(
            f"image {image.name!r} has not the type of the frame",
            got=type_words(image.type_code),
            expected=type_words(code_of(dtype)),
        )


def _exposed(handle: CameraHandle, parameters: AcquisitionParameters) -> tuple[NDArray[Any], Frame]:
    wish = parameters.wish()
    frame = handle.camera.acquire(wish.pop("exposure_s"), **wish)
    pixels = frame.pixels
    if parameters.frames > 1:
        total = pixels.astype(summed_type(pixels.dtype, parameters))
        for _ in range(parameters.frames - 1):
            total += handle.camera.acquire(parameters.exposure_s, **wish).pixels
        pixels = total
    return oriented(pixels, parameters.orientation), frame


def summed_type(dtype: np.dtype[Any], parameters: AcquisitionParameters) -> np.dtype[Any]:
    """Return a type that holds the sum of frames: 4-byte integers, as 16 bits would overflow at once."""
    return np.dtype(np.int32) if parameters.frames > 1 and dtype.kind in "iu" else dtype


def oriented(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return pixels turned and flipped.

    >>> oriented(np.array([[1, 2], [3, 4]]), FLIP_X + DIAGONAL).tolist()
    [[3, 1], [4, 2]]
    """
    if orientation & DIAGONAL:
        pixels = pixels.T
    if orientation & FLIP_X:
        pixels = pixels[:, ::-1]
    if orientation & FLIP_Y:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


# --- images -----------------------------------------------------------------------------------


def as_image(devices: Devices, handle: CameraHandle, pixels: NDArray[Any], frame: Frame, orientation: int) -> Image:
    """Return pixels of a frame as an image of the script, with calibration and tags."""
    image = Image(pixels, handle.title)
    calibrate(image, handle, frame.binning, orientation)
    image.intensity = Calibration(units="Counts")
    note_acquisition(devices, handle, image, frame)
    return image


def note_acquisition(devices: Devices, handle: CameraHandle, image: Image, taken: Frame | FrameRequest) -> None:
    """Write into the tags of an image, where DM writes it, how a frame was taken."""
    high = "Acquisition:Parameters:High Level"
    binning = taken.binning[::-1]
    for path, value in (
        (f"{high}:Exposure (s)", taken.exposure_s),
        (f"{high}:Processing", _PROCESSING_WORDS[PROCESSINGS.index(taken.processing)]),
        *((f"{high}:Binning:[{index}]", float(factor)) for index, factor in enumerate(binning)),
        *((f"{high}:CCD Read Area:[{index}]", float(edge)) for index, edge in enumerate(taken.readout_area)),
        ("Acquisition:Device:Name", handle.camera.name),
        ("DataBar:Exposure Time (s)", taken.exposure_s),
        ("Microscope Info:Voltage", devices.setting("high tension", devices.microscope.high_tension_kv * 1000.0)),
        ("Microscope Info:Name", devices.microscope.name),
    ):
        image.tags.set(path, value)


def calibrate(image: Image, handle: CameraHandle, binning: tuple[int, int], orientation: int = 0) -> None:
    """Give an image the size of its pixels at the specimen, where it is known."""
    size_nm = handle.camera.pixel_size_nm
    if size_nm is None:
        return
    steps = [size_nm[1] * binning[1], size_nm[0] * binning[0]]
    if orientation & DIAGONAL:
        steps.reverse()
    for dimension, step in enumerate(steps):
        image.calibrations[dimension] = replace(image.calibrations[dimension], scale=float(step), units="nm")
