"""Camera: cameras by their ID, frames with all settings in the call, and frames of a camera that runs on."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.acquisition import AcquisitionParameters, calibrate, pixel_type, processing_word, take, take_into
from temstack.dmscript.acquisition import whole as whole_numbers
from temstack.dmscript.context import Run
from temstack.dmscript.conversion import code_of
from temstack.dmscript.devices import CameraHandle, devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.instrument import PROCESSINGS
from temstack.instrument.parameter_sets import ParameterSets

_SETTINGS = "number exposure, number binX, number binY, number processing"
_AREA = "number top, number left, number bottom, number right"


def _camera(run: Run, number: float) -> CameraHandle:
    return devices_of(run).camera_number(number)


# --- what there is ----------------------------------------------------------------------------


@builtin("number CameraGetActiveCameraID()", family="camera", help="ID of the camera in use; 0 is the first.")
def get_active_id(run: Run) -> float:
    return float(devices_of(run).camera.number)


@builtin("void CameraSetActiveCameraID(number id)", family="camera", help="Use this camera from now on.", throws=True)
def set_active_id(run: Run, number: float) -> None:
    devices_of(run).select(_camera(run, number))


@builtin("string CameraGetName(number id)", family="camera", help="What it is called.", throws=True)
def get_name(run: Run, number: float) -> str:
    return _camera(run, number).title


@builtin(
    "void CameraGetSize(number id, number &width, number &height)",
    family="camera",
    help="Size in pixels.",
    throws=True,
)
def get_size(run: Run, number: float, width: Reference, height: Reference) -> None:
    shape = _camera(run, number).camera.shape
    width.set(float(shape[1]))
    height.set(float(shape[0]))


@builtin(
    "void CameraGetPixelSize(number id, number &x, number &y)",
    family="camera",
    help="Size of a pixel on the chip, in µm.",
    throws=True,
)
def get_pixel_size(run: Run, number: float, x: Reference, y: Reference) -> None:
    size_um = _camera(run, number).camera.pixel_size_um
    x.set(size_um[1])
    y.set(size_um[0])


@builtin("number CameraGetInserted(number id)", family="camera", help="Whether it is in the beam.", throws=True)
def get_inserted(run: Run, number: float) -> float:
    return float(_camera(run, number).camera.is_inserted)


@builtin(
    "void CameraSetInserted(number id, number inserted)",
    family="camera",
    help="Insert or retract it; back when it is there.",
    throws=True,
)
def set_inserted(run: Run, number: float, inserted: float) -> None:
    _camera(run, number).camera.set_inserted(bool(inserted))


def _declare_enum(word: str, value: float) -> None:
    @builtin(f"number CameraGet{word}Enum()", family="camera", help=f"{value:g}, the number of this processing.")
    def number(run: Run) -> float:
        return value


for _value, _word in ((1.0, "Unprocessed"), (2.0, "DarkSubtracted"), (3.0, "GainNormalized")):
    _declare_enum(_word, _value)


@builtin(
    "void CameraGetDefaultParameters(number id, number &exposure, number &binX, number &binY, number &processing, "
    "number &top, number &left, number &bottom, number &right)",
    family="camera",
    help="The parameter set Record: s, and the area in unbinned px.",
    throws=True,
)
def get_default_parameters(run: Run, number: float, *wanted: Reference) -> None:
    device = _camera(run, number).camera
    kept = ParameterSets(device)["Record"]
    area = kept.readout_area or (0, 0, *device.shape)
    processing = 1 + PROCESSINGS.index(kept.processing)
    for reference, value in zip(wanted, (kept.exposure_s, *kept.binning[::-1], processing, *area), strict=True):
        reference.set(float(value))


@builtin(
    "void CameraPrepareForAcquire(number id)",
    family="camera",
    help="Insert it if it is out, and wait until it is there.",
    throws=True,
)
def prepare(run: Run, number: float) -> None:
    device = _camera(run, number).camera
    if not device.is_inserted:
        device.set_inserted(True)


# --- frames -----------------------------------------------------------------------------------


def _wish(
    handle: CameraHandle, exposure: float | None, rest: tuple[float, ...] = (), area: tuple[float, ...] = ()
) -> AcquisitionParameters:
    """Return what a call asks for; what it leaves out is that of the set Record."""
    kept = ParameterSets(handle.camera)["Record"]
    made = AcquisitionParameters(
        1 + PROCESSINGS.index(kept.processing), kept.exposure_s, kept.binning[1], kept.binning[0], kept.readout_area
    )
    if exposure is not None:
        made.exposure_s = exposure
    if rest:
        processing_word(rest[2])
        made.binning_x, made.binning_y = whole_numbers(rest[:2])
        made.processing, made.area = int(rest[2]), None
    if area:
        top, left, bottom, right = whole_numbers(area)
        made.area = (top, left, bottom, right)
    return made


@builtin(
    "image CameraAcquire(number id)",
    "image CameraAcquire(number id, number exposure)",
    f"image CameraAcquire(number id, {_SETTINGS})",
    f"image CameraAcquire(number id, {_SETTINGS}, {_AREA})",
    family="camera",
    help="A new frame; what is not given is as in the parameter set Record. s, unbinned px.",
    throws=True,
)
def acquire(run: Run, number: float, exposure: float | None = None, *rest: float) -> Image:
    handle = _camera(run, number)
    return take(devices_of(run), handle, _wish(handle, exposure, rest[:3], rest[3:]))


@builtin(
    "void CameraAcquireInPlace(number id, image img)",
    "void CameraAcquireInPlace(number id, image img, number exposure)",
    f"void CameraAcquireInPlace(number id, image img, {_SETTINGS})",
    f"void CameraAcquireInPlace(number id, image img, {_SETTINGS}, {_AREA})",
    family="camera",
    help="A new frame into an image of its size and type; what is not given is as in the parameter set Record.",
    throws=True,
)
def acquire_in_place(run: Run, number: float, img: Image, exposure: float | None = None, *rest: float) -> None:
    handle = _camera(run, number)
    take_into(handle, _wish(handle, exposure, rest[:3], rest[3:]), img)


@builtin(
    "image CameraCreateImageForAcquire(number id, number binX, number binY, number processing)",
    f"image CameraCreateImageForAcquire(number id, number binX, number binY, number processing, {_AREA})",
    family="camera",
    help="An image of the size and type of such a frame, all 0.",
    throws=True,
)
def create_image(run: Run, number: float, *rest: float) -> Image:
    handle = _camera(run, number)
    wanted = _wish(handle, None, rest[:3], rest[3:])
    image = run.new_image(handle.title, code_of(pixel_type(handle, wanted.processing)), wanted.size(handle))
    calibrate(image, handle, (wanted.binning_y, wanted.binning_x))
    return image


# --- a camera that runs on --------------------------------------------------------------------


@builtin(
    f"void CameraStartContinuousAcquisition(number id, {_SETTINGS})",
    family="camera",
    help="Let it run on with these settings; each frame asked for is one more.",
    throws=True,
)
def start_continuous(run: Run, number: float, exposure: float, *rest: float) -> None:
    handle = _camera(run, number)
    wanted = _wish(handle, exposure, rest)
    wanted.request(handle)
    handle.settings["running"] = wanted


@builtin("void CameraStopContinuousAcquisition(number id)", family="camera", help="Let it stop.", throws=True)
def stop_continuous(run: Run, number: float) -> None:
    _camera(run, number).settings.pop("running", None)


@builtin(
    "number CameraGetFrameInContinuousMode(number id, image img, number timeout_s)",
    family="camera",
    help="Put the next frame into an image of its size and type; 1 when it came in time.",
    throws=True,
)
def get_frame(run: Run, number: float, img: Image, timeout_s: float) -> float:
    handle = _camera(run, number)
    wanted = handle.settings.get("running")
    if wanted is None:
        raise ScriptRuntimeError(
            f"camera {handle.title!r} does not run on", advice="call CameraStartContinuousAcquisition first"
        )
    if wanted.exposure_s > timeout_s:
        return 0.0
    take_into(handle, wanted, img)
    return 1.0
