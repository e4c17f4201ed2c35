"""SSC: the old way to acquire. All settings stand in the call; the frame comes as an image, or goes into one.

Areas are top, left, bottom, right, half-open. Where a name says ``Binned`` they count binned pixels, elsewhere
unbinned ones: twice the binning, half the numbers.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from temstack.dmscript.acquisition import AcquisitionParameters, calibrate, take, take_into, whole
from temstack.dmscript.context import Run
from temstack.dmscript.devices import CameraHandle, devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_AREA = "number top, number left, number bottom, number right"
_WORDS = {1: "Unprocessed", 2: "DarkSubtracted", 3: "GainNormalized"}


def _binned_area(handle: CameraHandle, area: Sequence[float], binning: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return an area in binned px as one in unbinned px; *binning* is (x, y)."""
    top, left, bottom, right = whole(area)
    height, width = handle.camera.shape[0] // binning[1], handle.camera.shape[1] // binning[0]
    if binning != (1, 1) and (bottom > height or right > width):
        raise ScriptRuntimeError(
            "the area lies beyond the camera; where a name says 'Binned' it counts binned pixels",
            got=f"({top}, {left}, {bottom}, {right})",
            expected=f"within (0, 0, {height}, {width}) at binning {binning[0]} x {binning[1]}",
        )
    return top * binning[1], left * binning[0], bottom * binning[1], right * binning[0]


def _binning(value: float) -> int:
    if not value >= 1 or value != int(value):
        raise ScriptRuntimeError("the binning is no whole number", got=f"{value:g}", expected="1, 2, 4…")
    return int(value)


def _parameters(
    handle: CameraHandle, processing: int, exposure: float, binning: tuple[float, float] | None, area: Sequence[float]
) -> AcquisitionParameters:
    """Return what a call asks for; *binning* (x, y) is None where the name does not say ``Binned``."""
    x, y = (1, 1) if binning is None else (_binning(binning[0]), _binning(binning[1]))
    read: tuple[int, int, int, int] | None = None
    if area:
        read = _binned_area(handle, area, (x, y))
    return AcquisitionParameters(processing, exposure, x, y, read)


# --- acquire ----------------------------------------------------------------------------------


def _declare_unbinned(processing: int, word: str) -> None:
    @builtin(
        f"image SSC{word}Acquire(number exposure, {_AREA})",
        f"image SSC{word}Acquire(number exposure)",
        family="ssc",
        help="A new frame; s, unbinned px.",
        throws=True,
    )
    def acquire(run: Run, exposure: float, *area: float) -> Image:
        devices = devices_of(run)
        return take(devices, devices.camera, _parameters(devices.camera, processing, exposure, None, area))

    @builtin(
        f"void SSC{word}AcquireInPlace(image img, number exposure, {_AREA})",
        f"void SSC{word}AcquireInPlace(image img, number exposure)",
        family="ssc",
        help="A new frame into an image of its size and type; s, unbinned px.",
        throws=True,
    )
    def acquire_in_place(run: Run, img: Image, exposure: float, *area: float) -> None:
        camera = devices_of(run).camera
        take_into(camera, _parameters(camera, processing, exposure, None, area), img)


def _declare_binned(processing: int, word: str) -> None:
    @builtin(
        f"image SSC{word}BinnedAcquire(number exposure, number binning, {_AREA})",
        f"image SSC{word}BinnedAcquire(number exposure, number binning)",
        family="ssc",
        help="A new frame; s, the area in binned px.",
        throws=True,
    )
    def acquire(run: Run, exposure: float, binning: float, *area: float) -> Image:
        devices = devices_of(run)
        wanted = _parameters(devices.camera, processing, exposure, (binning, binning), area)
        return take(devices, devices.camera, wanted)

    @builtin(
        f"void SSC{word}BinnedAcquireInPlace(image img, number exposure, number binning, {_AREA})",
        f"void SSC{word}BinnedAcquireInPlace(image img, number exposure, number binning)",
        family="ssc",
        help="A new frame into an image of its size and type; s, the area in binned px.",
        throws=True,
    )
    def acquire_in_place(run: Run, img: Image, exposure: float, binning: float, *area: float) -> None:
        camera = devices_of(run).camera
        take_into(camera, _parameters(camera, processing, exposure, (binning, binning), area), img)


for _number, _word in _WORDS.items():
    _declare_unbinned(_number, _word)
    _declare_binned(_number, _word)


@builtin(
    f"void SSCXYBinnedAcquireInPlace(image img, number exposure, number binX, number binY, {_AREA})",
    f"void SSCXYBinnedAcquireInPlace(image img, number exposure, number binX, number binY, number processing, {_AREA})",
    family="ssc",
    help="A new frame, gain normalized unless processing (1, 2, 3) says else, into an image; the area in binned px.",
    throws=True,
)
def xy_binned_acquire_in_place(run: Run, img: Image, exposure: float, x: float, y: float, *rest: float) -> None:
    camera = devices_of(run).camera
    processing = 3 if len(rest) == 4 else int(rest[0])
    take_into(camera, _parameters(camera, processing, exposure, (x, y), rest[-4:]), img)


# --- the camera -------------------------------------------------------------------------------


@builtin("void SSCGetSize(number &width, number &height)", family="ssc", help="Size of the camera in pixels.")
def get_size(run: Run, width: Reference, height: Reference) -> None:
    shape = devices_of(run).camera.camera.shape
    width.set(float(shape[1]))
    height.set(float(shape[0]))


@builtin(
    "void SSCGetSizeBinned(number binning, number &width, number &height)",
    family="ssc",
    help="Size of a whole frame in binned pixels.",
    throws=True,
)
def get_size_binned(run: Run, binning: float, width: Reference, height: Reference) -> None:
    shape, factor = devices_of(run).camera.camera.shape, _binning(binning)
    width.set(float(shape[1] // factor))
    height.set(float(shape[0] // factor))


@builtin("void SSCGetPixelSize(number &x, number &y)", family="ssc", help="Size of a pixel on the chip, in µm.")
def get_pixel_size(run: Run, x: Reference, y: Reference) -> None:
    size_um = devices_of(run).camera.camera.pixel_size_um
    x.set(size_um[1])
    y.set(size_um[0])


# --- references -------------------------------------------------------------------------------


@builtin(
    f"image SSCGetDarkReference(number exposure, number binning, {_AREA})",
    "image SSCGetDarkReference(number exposure, number binning)",
    family="ssc",
    help="What is subtracted at these settings, taken first if need be; the area in binned px.",
    throws=True,
)
def get_dark_reference(run: Run, exposure: float, binning: float, *area: float) -> Image:
    handle = devices_of(run).camera
    wanted = _parameters(handle, 2, exposure, (binning, binning), area).request(handle)
    dark = handle.camera.dark_reference(exposure, binning=wanted.binning, readout_area=wanted.readout_area)
    return _reference_image(handle, dark, "Dark reference", wanted.binning)


@builtin(
    "image SSCGetGainReference(number binning)",
    "image SSCGetGainReference()",
    family="ssc",
    help="What frames of the whole camera are divided by, 1 on average.",
    throws=True,
)
def get_gain_reference(run: Run, binning: float = 1.0) -> Image:
    handle = devices_of(run).camera
    pair = (_binning(binning), _binning(binning))
    return _reference_image(handle, handle.camera.gain_reference(binning=pair), "Gain reference", pair)


def _reference_image(handle: CameraHandle, pixels: np.ndarray, title: str, binning: tuple[int, int]) -> Image:
    image = Image(np.array(pixels, np.float32), title)
    calibrate(image, handle, binning)
    return image


# --- the shutter ------------------------------------------------------------------------------


@builtin("void SSCOpenShutter()", family="ssc", help="Let the beam onto the camera between exposures, too.")
def open_shutter(run: Run) -> None:
    devices_of(run).keep("shutter between exposures", 0.0)


@builtin("void SSCCloseShutter()", family="ssc", help="Keep the beam off the camera between exposures.")
def close_shutter(run: Run) -> None:
    devices_of(run).keep("shutter between exposures", 1.0)
