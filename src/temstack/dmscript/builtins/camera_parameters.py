"""CM_: acquisition parameters: exposure, binning, area, processing, orientation; and what a camera can do of them."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.acquisition import DIAGONAL, FLIP_X, FLIP_Y, AcquisitionParameters, processing_word, whole
from temstack.dmscript.builtins.camera_manager import camera_in, parameters_in
from temstack.dmscript.context import Run
from temstack.dmscript.devices import devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.errors import TemstackError
from temstack.instrument import Camera

_FAMILY = "camera_parameters"

Edges = tuple[int, int, int, int]

# --- new ones ---------------------------------------------------------------------------------


@builtin(
    "object CM_CreateAcquisitionParameters_FullCCD"
    "(object camera, number processing, number exposure, number binX, number binY)",
    family=_FAMILY,
    help="New parameters for the whole camera.",
    throws=True,
)
def create_full(run: Run, camera: object, processing: float, exposure: float, x: float, y: float) -> object:
    made = _new(camera, exposure)
    _set_processing(made, processing)
    made.binning_x, made.binning_y = whole((x, y))
    return made


@builtin(
    "object CM_CreateAcquisitionParameters(object camera, number processing, number exposure, number binX, "
    "number binY, number top, number left, number bottom, number right)",
    family=_FAMILY,
    help="New parameters; the area in unbinned px.",
    throws=True,
)
def create(
    run: Run, camera: object, processing: float, exposure: float, x: float, y: float, *area: float
) -> AcquisitionParameters:
    made = _new(camera, exposure)
    made.area = _edges(area)
    _set_processing(made, processing)
    made.binning_x, made.binning_y = whole((x, y))
    return made


def _new(camera: object, exposure: float) -> AcquisitionParameters:
    orientation = int(camera_in(camera).settings.get("Config_GetDefaultTranspose", 0))
    return AcquisitionParameters(exposure_s=exposure, orientation=orientation)


def _edges(area: tuple[float, ...]) -> Edges:
    top, left, bottom, right = whole(area)
    return top, left, bottom, right


def _set_processing(parameters: AcquisitionParameters, processing: float) -> None:
    processing_word(processing)
    parameters.processing = int(processing)


# --- single values ----------------------------------------------------------------------------


@builtin("void CM_SetExposure(object parameters, number seconds)", family=_FAMILY, help="Set the exposure, s.")
def set_exposure(run: Run, parameters: object, seconds: float) -> None:
    parameters_in(parameters).exposure_s = seconds


@builtin("number CM_GetExposure(object parameters)", family=_FAMILY, help="The exposure, s.")
def get_exposure(run: Run, parameters: object) -> float:
    return parameters_in(parameters).exposure_s


@builtin("void CM_SetBinning(object parameters, number x, number y)", family=_FAMILY, help="Set the binning.")
def set_binning(run: Run, parameters: object, x: float, y: float) -> None:
    wanted = parameters_in(parameters)
    wanted.binning_x, wanted.binning_y = whole((x, y))


@builtin("void CM_GetBinning(object parameters, number &x, number &y)", family=_FAMILY, help="The binning.")
def get_binning(run: Run, parameters: object, x: Reference, y: Reference) -> None:
    wanted = parameters_in(parameters)
    x.set(float(wanted.binning_x))
    y.set(float(wanted.binning_y))


@builtin(
    "void CM_SetProcessing(object parameters, number processing)",
    family=_FAMILY,
    help="1 unprocessed, 2 dark subtracted, 3 gain normalized.",
    throws=True,
)
def set_processing(run: Run, parameters: object, processing: float) -> None:
    _set_processing(parameters_in(parameters), processing)


@builtin("number CM_GetProcessing(object parameters)", family=_FAMILY, help="1, 2 or 3, as CM_SetProcessing says.")
def get_processing(run: Run, parameters: object) -> float:
    return float(parameters_in(parameters).processing)


@builtin(
    "void CM_SetShutterExposure(object parameters, number keepShut)",
    family=_FAMILY,
    help="1 keeps the shutter shut while exposing: a dark frame.",
)
def set_shutter_exposure(run: Run, parameters: object, keep_shut: float) -> None:
    parameters_in(parameters).keeps_shut = bool(keep_shut)


@builtin("number CM_GetShutterExposure(object parameters)", family=_FAMILY, help="1 if the shutter stays shut.")
def get_shutter_exposure(run: Run, parameters: object) -> float:
    return float(parameters_in(parameters).keeps_shut)


@builtin("void CM_SetNumberToSum(object parameters, number count)", family=_FAMILY, help="Frames to sum.", throws=True)
def set_number_to_sum(run: Run, parameters: object, count: float) -> None:
    if not count >= 1:
        raise ScriptRuntimeError("at least one frame is summed", got=f"{count:g}", expected="1 or more")
    parameters_in(parameters).frames = int(count)


@builtin("number CM_GetNumberToSum(object parameters)", family=_FAMILY, help="How many frames are summed.")
def get_number_to_sum(run: Run, parameters: object) -> float:
    return float(parameters_in(parameters).frames)


@builtin(
    "void CM_SetAcqTranspose(object parameters, number orientation)",
    family=_FAMILY,
    help="Sum of 1 left and right exchanged, 2 top and bottom, 256 rows and columns, which goes first.",
    throws=True,
)
def set_transpose(run: Run, parameters: object, orientation: float) -> None:
    if int(orientation) & ~(FLIP_X | FLIP_Y | DIAGONAL):
        raise ScriptRuntimeError(
            "there is no such orientation", got=f"{orientation:g}", expected="0 or a sum of 1, 2, 256"
        )
    parameters_in(parameters).orientation = int(orientation)


@builtin("number CM_GetAcqTranspose(object parameters)", family=_FAMILY, help="As CM_SetAcqTranspose says.")
def get_transpose(run: Run, parameters: object) -> float:
    return float(parameters_in(parameters).orientation)


@builtin(
    "void CM_SetStandardParameters(object parameters, number processing, number exposure, number binX, number binY, "
    "number top, number left, number bottom, number right)",
    family=_FAMILY,
    help="Set them all; the area in unbinned px.",
    throws=True,
)
def set_standard(run: Run, parameters: object, processing: float, exposure: float, *rest: float) -> None:
    wanted = parameters_in(parameters)
    _set_processing(wanted, processing)
    wanted.exposure_s = exposure
    wanted.binning_x, wanted.binning_y = whole(rest[:2])
    wanted.area = _edges(rest[2:])


@builtin(
    "void CM_SetStandardParameters_Dst(object camera, object parameters, number processing, number exposure, "
    "number binX, number binY, number top, number left, number bottom, number right)",
    family=_FAMILY,
    help="Set them all; the area in binned px.",
    throws=True,
)
def set_standard_binned(
    run: Run, camera: object, parameters: object, processing: float, exposure: float, *rest: float
) -> None:
    set_standard(run, parameters, processing, exposure, *rest[:2], 0.0, 0.0, 1.0, 1.0)
    set_binned_area(run, camera, parameters, *rest[2:])


# --- areas ------------------------------------------------------------------------------------


@builtin(
    "void CM_SetCCDReadArea(object parameters, number top, number left, number bottom, number right)",
    family=_FAMILY,
    help="Set the area, unbinned px.",
)
def set_area(run: Run, parameters: object, *area: float) -> None:
    parameters_in(parameters).area = _edges(area)


@builtin(
    "void CM_GetCCDReadArea(object parameters, number &top, number &left, number &bottom, number &right)",
    family=_FAMILY,
    help="The area, unbinned px; the whole current camera where none was set.",
)
def get_area(run: Run, parameters: object, *edges: Reference) -> None:
    wanted = parameters_in(parameters)
    area = wanted.area or _whole_camera(run)
    for reference, edge in zip(edges, area, strict=True):
        reference.set(float(edge))


def _whole_camera(run: Run) -> Edges:
    return (0, 0, *devices_of(run).camera.camera.shape)


@builtin(
    "void CM_SetBinnedReadArea(object camera, object parameters, number top, number left, number bottom, number right)",
    family=_FAMILY,
    help="Set the area, px at the binning of the parameters.",
    throws=True,
)
def set_binned_area(run: Run, camera: object, parameters: object, *area: float) -> None:
    wanted = parameters_in(parameters)
    top, left, bottom, right = _edges(area)
    y, x = wanted.binning_y, wanted.binning_x
    height, width = camera_in(camera).camera.shape
    if bottom * y > height or right * x > width:
        raise ScriptRuntimeError(
            "the area lies beyond the camera; it counts binned pixels",
            got=f"({top}, {left}, {bottom}, {right})",
            expected=f"within (0, 0, {height // y}, {width // x}) at binning {x} x {y}",
        )
    wanted.area = (top * y, left * x, bottom * y, right * x)


@builtin(
    "void CM_GetBinnedReadArea"
    "(object camera, object parameters, number &top, number &left, number &bottom, number &right)",
    family=_FAMILY,
    help="The area, px at the binning of the parameters.",
)
def get_binned_area(run: Run, camera: object, parameters: object, *edges: Reference) -> None:
    wanted = parameters_in(parameters)
    area = wanted.area or (0, 0, *camera_in(camera).camera.shape)
    factors = (wanted.binning_y, wanted.binning_x) * 2
    for reference, edge, factor in zip(edges, area, factors, strict=True):
        reference.set(float(edge // factor))


# --- what is possible -------------------------------------------------------------------------


@builtin(
    "number CM_IsValid_AcquisitionParameters(object camera, object parameters)",
    family=_FAMILY,
    help="Whether the camera can do it as it is.",
)
def is_valid(run: Run, camera: object, parameters: object) -> float:
    try:
        parameters_in(parameters).request(camera_in(camera))
    except (TemstackError, ValueError):
        return 0.0
    return 1.0


@builtin(
    "number CM_Validate_AcquisitionParameters(object camera, object parameters)",
    family=_FAMILY,
    help="Change what the camera cannot do to the nearest that it can; 1 if that was possible.",
)
def validate(run: Run, camera: object, parameters: object) -> float:
    handle, wanted = camera_in(camera), parameters_in(parameters)
    device = handle.camera
    shortest, longest = device.exposure_range_s
    wanted.exposure_s = min(max(wanted.exposure_s, shortest), longest)
    wanted.binning_y, wanted.binning_x = _nearest_binning(device, wanted)
    if wanted.area is not None:
        top, left, bottom, right = wanted.area
        wanted.area = (max(top, 0), max(left, 0), min(bottom, device.shape[0]), min(right, device.shape[1]))
    return is_valid(run, camera, parameters)


def _nearest_binning(camera: Camera, wanted: AcquisitionParameters) -> tuple[int, int]:
    return min(
        camera.binnings, key=lambda pair: (abs(pair[0] - wanted.binning_y) + abs(pair[1] - wanted.binning_x), pair)
    )


# --- what is kept, and changes no frame -------------------------------------------------------


def _declare_kept(name: str, default: float, what: str, parameter: str = "value") -> None:
    @builtin(
        f"void CM_Set{name}(object parameters, number {parameter})",
        family=_FAMILY,
        help=f"Keep {what}; it changes no frame.",
    )
    def keep(run: Run, parameters: object, value: float) -> None:
        parameters_in(parameters).settings[name] = value

    @builtin(f"number CM_Get{name}(object parameters)", family=_FAMILY, help=f"Get {what}.")
    def get(run: Run, parameters: object) -> float:
        return parameters_in(parameters).settings.get(name, default)


for _name, _default, _what in (
    ("Settling", 0.0, "how long to wait before an exposure"),
    ("ShutterIndex", 0.0, "which shutter is used, 0 or 1"),
    ("ShutterClosedBetweenFrames", 0.0, "whether the shutter is shut between frames"),
    ("DoContinuousReadout", 0.0, "whether the camera reads without pause"),
    ("DoAntiblooming", 0.0, "whether blooming is drained"),
    ("QualityLevel", 1.0, "the level of quality"),
    ("ReadMode", 0.0, "the way of reading"),
    ("FrameExposure", 0.0, "the exposure of the frames that make up one"),
):
    _declare_kept(_name, _default, _what)

_CORRECTIONS = 49
"""Corrections that are on from the start: of defects, bias and linearity."""


@builtin(
    "void CM_SetCorrections(object parameters, number mask, number corrections)",
    family=_FAMILY,
    help="Keep which of the corrections in a mask of bits are on; they change no frame.",
)
def set_corrections(run: Run, parameters: object, mask: float, corrections: float) -> None:
    kept = parameters_in(parameters).settings
    before = int(kept.get("corrections", _CORRECTIONS))
    kept["corrections"] = float((before & ~int(mask)) | (int(corrections) & int(mask)))


@builtin(
    "number CM_GetCorrections(object parameters, number mask)", family=_FAMILY, help="Which in a mask of bits are on."
)
def get_corrections(run: Run, parameters: object, mask: float) -> float:
    return float(int(parameters_in(parameters).settings.get("corrections", _CORRECTIONS)) & int(mask))


@builtin(
    "void CM_SetAutoExpose(object camera, object parameters, number hasAutoExposure, number doAutoExposure)",
    family=_FAMILY,
    help="Keep whether the exposure is chosen automatically; it changes no frame.",
)
def set_auto_expose(run: Run, camera: object, parameters: object, has: float, do: float) -> None:
    camera_in(camera)
    parameters_in(parameters).settings["auto expose"] = float(bool(has) and bool(do))


@builtin(
    "number CM_IsAutoExposeOn(object camera, object parameters)", family=_FAMILY, help="As CM_SetAutoExpose left it."
)
def is_auto_expose_on(run: Run, camera: object, parameters: object) -> float:
    camera_in(camera)
    return parameters_in(parameters).settings.get("auto expose", 0.0)
