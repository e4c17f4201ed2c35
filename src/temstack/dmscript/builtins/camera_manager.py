"""CM_: cameras as objects, and frames taken with a set of acquisition parameters.

The usual order: the current camera, its parameter set, changes to it, ``CM_Validate_AcquisitionParameters``,
``CM_PrepareCameraForAcquire``, ``CM_AcquireImage``. What the sets hold is in ``camera_parameters.py``.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

import numpy as np

from temstack.dmscript.acquisition import (
    DIAGONAL,
    AcquisitionParameters,
    calibrate,
    note_acquisition,
    oriented,
    pixel_type,
    require_fit,
    summed_type,
    take,
    take_into,
    whole,
)
from temstack.dmscript.builtins.objects import ObjectList
from temstack.dmscript.context import Run
from temstack.dmscript.conversion import code_of
from temstack.dmscript.devices import CameraHandle, devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin, declare_only

_FAMILY = "camera_manager"


class CameraManager:
    """What ``CM_GetCameraManager`` gives: the cameras of the microscope."""

    dm_type = "object"


def camera_in(value: object) -> CameraHandle:
    """Return the camera that a variable of a script holds."""
    if not isinstance(value, CameraHandle):
        raise ScriptRuntimeError("a camera is needed", got=repr(value), expected="what CM_GetCurrentCamera() gives")
    return value


def parameters_in(value: object) -> AcquisitionParameters:
    """Return the acquisition parameters that a variable of a script holds."""
    if not isinstance(value, AcquisitionParameters):
        raise ScriptRuntimeError(
            "acquisition parameters are needed",
            got=repr(value),
            expected="what CM_GetCameraAcquisitionParameterSet(camera, …) gives",
        )
    return value


# --- which camera -----------------------------------------------------------------------------


@builtin("object CM_GetCameraManager()", family=_FAMILY, help="What knows the cameras.")
def get_camera_manager(run: Run) -> CameraManager:
    return CameraManager()


@builtin(
    "object CM_GetCurrentCamera()",
    "object GetCurrentCamera()",
    family=_FAMILY,
    help="The camera in use.",
    throws=True,
)
def get_current_camera(run: Run) -> CameraHandle:
    return devices_of(run).camera


@builtin("objectlist CM_GetCameras(object manager)", family=_FAMILY, help="All cameras; foreach goes through them.")
def get_cameras(run: Run, manager: object) -> ObjectList:
    found = ObjectList()
    found.items.extend(devices_of(run).cameras)
    return found


@builtin("void CM_SelectCamera(object manager, object camera)", family=_FAMILY, help="Use this camera from now on.")
def select_camera(run: Run, manager: object, camera: object) -> None:
    devices_of(run).select(camera_in(camera))


@builtin("string CM_GetCameraName(object camera)", family=_FAMILY, help="What it is called.")
def get_camera_name(run: Run, camera: object) -> str:
    return camera_in(camera).title


@builtin("void CM_SetCameraName(object camera, string name)", family=_FAMILY, help="Call it something else in scripts.")
def set_camera_name(run: Run, camera: object, name: str) -> None:
    devices_of(run).rename(camera_in(camera), name)


@builtin("string CM_GetCameraIdentifier(object camera)", family=_FAMILY, help="A name that does not change.")
def get_camera_identifier(run: Run, camera: object) -> str:
    return f"{devices_of(run).microscope.name}:{camera_in(camera).number}"


@builtin("string CM_GetCameraControllerClass(object camera)", family=_FAMILY, help="Name of its driver's class.")
def get_controller_class(run: Run, camera: object) -> str:
    return type(camera_in(camera).camera).__name__


# --- what it is -------------------------------------------------------------------------------


@builtin("void CM_CCD_GetSize(object camera, number &width, number &height)", family=_FAMILY, help="Size in pixels.")
def ccd_get_size(run: Run, camera: object, width: Reference, height: Reference) -> None:
    shape = camera_in(camera).camera.shape
    width.set(float(shape[1]))
    height.set(float(shape[0]))


@builtin(
    "void CM_CCD_GetPixelSize_um(object camera, number &width, number &height)",
    family=_FAMILY,
    help="Size of a pixel on the chip, in µm.",
)
def ccd_get_pixel_size(run: Run, camera: object, width: Reference, height: Reference) -> None:
    size_um = camera_in(camera).camera.pixel_size_um
    width.set(size_um[1])
    height.set(size_um[0])


@builtin("number CM_GetCameraInserted(object camera)", family=_FAMILY, help="Whether it is in the beam.", throws=True)
def get_inserted(run: Run, camera: object) -> float:
    return float(camera_in(camera).camera.is_inserted)


@builtin(
    "void CM_SetCameraInserted(object camera, number inserted)",
    family=_FAMILY,
    help="Insert or retract it; back when it is there.",
    throws=True,
)
def set_inserted(run: Run, camera: object, inserted: float) -> None:
    camera_in(camera).camera.set_inserted(bool(inserted))


@builtin("number CM_IsCameraRetractable(object camera)", family=_FAMILY, help="Whether it can be moved: taken as yes.")
def is_retractable(run: Run, camera: object) -> float:
    camera_in(camera)
    return 1.0


# --- frames -----------------------------------------------------------------------------------


@builtin(
    "image CM_AcquireImage(object camera, object parameters)",
    family=_FAMILY,
    help="A new frame taken with these parameters.",
    throws=True,
)
def acquire_image(run: Run, camera: object, parameters: object) -> Image:
    return take(devices_of(run), camera_in(camera), parameters_in(parameters))


@builtin(
    "void CM_AcquireImage(object camera, object parameters, image img)",
    family=_FAMILY,
    help="A new frame into an image of its size and type.",
    throws=True,
)
def acquire_image_into(run: Run, camera: object, parameters: object, img: Image) -> None:
    take_into(camera_in(camera), parameters_in(parameters), img)


@builtin(
    "void CM_AcquireInPlace(image img, object camera, number processing, number exposure, number binX, number binY, "
    "number top, number left, number bottom, number right)",
    family=_FAMILY,
    help="A new frame into an image of its size and type; s, unbinned px.",
    throws=True,
)
def acquire_in_place(
    run: Run, img: Image, camera: object, processing: float, exposure: float, x: float, y: float, *area: float
) -> None:
    top, left, bottom, right = whole(area)
    bin_x, bin_y = whole((x, y))
    wanted = AcquisitionParameters(int(processing), exposure, bin_x, bin_y, (top, left, bottom, right))
    take_into(camera_in(camera), wanted, img)


@builtin(
    "image CM_CreateImageForAcquire(object camera, object parameters, string name)",
    family=_FAMILY,
    help="An image of the size and type of such a frame, all 0.",
    throws=True,
)
def create_image_for_acquire(run: Run, camera: object, parameters: object, name: str) -> Image:
    handle, wanted = camera_in(camera), parameters_in(parameters)
    dtype = summed_type(pixel_type(handle, wanted.processing), wanted)
    image = run.new_image(name, code_of(dtype), wanted.size(handle))
    calibrate(image, handle, (wanted.binning_y, wanted.binning_x), wanted.orientation)
    return image


@builtin(
    "void CM_AcquireDarkReference(object camera, object parameters, image img, object frameSetInfo)",
    family=_FAMILY,
    help="Take a new dark reference for these parameters and put it into an image of 4-byte real pixels.",
    throws=True,
)
def acquire_dark_reference(run: Run, camera: object, parameters: object, img: Image, info: object) -> None:
    handle, wanted = camera_in(camera), parameters_in(parameters)
    require_fit(img, wanted.size(handle), np.dtype(np.float32))
    request = wanted.request(handle)
    dark = handle.camera.dark_reference(
        request.exposure_s, binning=request.binning, readout_area=request.readout_area, renew=True
    )
    img.data[...] = oriented(dark, wanted.orientation).reshape(img.data.shape)


@builtin(
    "void CM_PrepareCameraForAcquire(object manager, object camera, object parameters, object frameSetInfo, "
    "number &wait_s)",
    family=_FAMILY,
    help="Insert the camera if it is out, and say how many seconds to wait then: none, as that is waited for here.",
    throws=True,
)
def prepare_for_acquire(
    run: Run, manager: object, camera: object, parameters: object, info: object, wait_s: Reference
) -> None:
    handle = camera_in(camera)
    parameters_in(parameters).request(handle)
    if not handle.camera.is_inserted:
        handle.camera.set_inserted(True)
    wait_s.set(0.0)


@builtin(
    "void CM_WriteAcquisitionTagsToImage(image img, object camera, object parameters)",
    family=_FAMILY,
    help="Note exposure, binning, area and processing in an image.",
    throws=True,
)
def write_acquisition_tags(run: Run, img: Image, camera: object, parameters: object) -> None:
    handle, wanted = camera_in(camera), parameters_in(parameters)
    note_acquisition(devices_of(run), handle, img, wanted.request(handle))


# --- sizes of frames --------------------------------------------------------------------------


@builtin(
    "void CM_CalcFrameSize(object camera, number transpose, number adjustX, number adjustY, number binX, number binY, "
    "number &width, number &height)",
    family=_FAMILY,
    help="Size of a frame of adjustX × adjustY unbinned px (0: all of the camera), binned and oriented.",
    throws=True,
)
def calc_frame_size(
    run: Run, camera: object, transpose: float, x: float, y: float, *rest: Any
) -> None:  # fmt: skip
    bin_x, bin_y, width, height = rest
    shape = camera_in(camera).camera.shape
    if not (bin_x >= 1 and bin_y >= 1):
        raise ScriptRuntimeError("the binning must be 1 or more", got=f"{bin_x:g} x {bin_y:g}")
    sizes = [int(x or shape[1]) // int(bin_x), int(y or shape[0]) // int(bin_y)]
    if int(transpose) & DIAGONAL:
        sizes.reverse()
    width.set(float(sizes[0]))
    height.set(float(sizes[1]))


@builtin(
    "void CM_CameraCalcImageForm(object camera, object parameters, number &dataType, number &width, number &height)",
    family=_FAMILY,
    help="Data type and size of a frame taken with these parameters.",
    throws=True,
)
def calc_image_form(
    run: Run, camera: object, parameters: object, data_type: Reference, width: Reference, height: Reference
) -> None:
    handle, wanted = camera_in(camera), parameters_in(parameters)
    size = wanted.size(handle)
    data_type.set(float(code_of(summed_type(pixel_type(handle, wanted.processing), wanted))))
    width.set(float(size[0]))
    height.set(float(size[1]))


# --- what is kept for a camera ----------------------------------------------------------------


def _declare_kept(name: str, what: str, default: float, setter: str = "") -> None:
    @builtin(f"number CM_{name}(object camera)", family=_FAMILY, help=f"{what}.")
    def get(run: Run, camera: object) -> float:
        return float(camera_in(camera).settings.get(name, default))

    if setter:

        @builtin(f"void CM_{setter}(object camera, number value)", family=_FAMILY, help=f"Keep the {what.lower()}.")
        def keep(run: Run, camera: object, value: float) -> None:
            camera_in(camera).settings[name] = value


_declare_kept("Config_GetDefaultTranspose", "Orientation of frames", 0.0, "Config_SetDefaultTranspose")
_declare_kept("CanSetAntiblooming", "Whether blooming can be drained: no", 0.0)
_declare_kept("CountShutters", "Number of shutters", 2.0)


@builtin(
    "void CM_Config_GetInsertabilityDelays(object camera, number &insert_s, number &retract_s)",
    family=_FAMILY,
    help="How long it takes to insert and retract, as kept; calls wait by themselves.",
)
def get_delays(run: Run, camera: object, insert_s: Reference, retract_s: Reference) -> None:
    kept = camera_in(camera).settings.get("delays", (3.0, 3.0))
    insert_s.set(kept[0])
    retract_s.set(kept[1])


@builtin(
    "void CM_Config_SetInsertabilityDelays(object camera, number insert_s, number retract_s)",
    family=_FAMILY,
    help="Keep how long it takes.",
)
def set_delays(run: Run, camera: object, insert_s: float, retract_s: float) -> None:
    camera_in(camera).settings["delays"] = (insert_s, retract_s)


# --- shutters ---------------------------------------------------------------------------------


def _declare_shutter(word: str, help_text: str) -> None:
    @builtin(
        f"void CM_Set{word}ShutterState(object camera, number shutter, number isClosed)",
        family=_FAMILY,
        help=f"Keep {help_text}.",
        throws=True,
    )
    def set_state(run: Run, camera: object, shutter: float, is_closed: float) -> None:
        devices_of(run).require_simulated("shutter of a camera")
        camera_in(camera).settings[f"{word} {_shutter(shutter)}"] = is_closed

    @builtin(
        f"void CM_Get{word}ShutterState(object camera, number shutter, number &isClosed)",
        family=_FAMILY,
        help=f"Get {help_text}.",
        throws=True,
    )
    def get_state(run: Run, camera: object, shutter: float, is_closed: Reference) -> None:
        is_closed.set(float(camera_in(camera).settings.get(f"{word} {_shutter(shutter)}", 0.0)))


def _shutter(number: float) -> int:
    if number not in (0, 1):
        raise ScriptRuntimeError("there is no such shutter", got=f"{number:g}", expected="0 or 1")
    return int(number)


_declare_shutter("Idle", "whether a shutter (0, 1) is shut between frames")
_declare_shutter("Current", "whether a shutter (0, 1) is shut now")


@builtin("void CM_StopCurrentCameraViewer(number wait)", family=_FAMILY, help="End the live view; there is none here.")
def stop_viewer(run: Run, wait: float) -> None:
    return None


declare_only(
    "void CM_InSitu_StartRecord()",
    "void CM_InSitu_StopRecord()",
    family=_FAMILY,
    help="Recording of an in-situ camera.",
    throws=True,
)
