"""CM_: the parameter sets of a camera, kept between runs: Search, Focus, View, Record and the user's own.

A set is a copy in a variable of the script: what is changed in it is kept only by
``CM_SaveCameraAcquisitionParameterSet``. They are the sets of :mod:`temstack.instrument.parameter_sets`.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.acquisition import AcquisitionParameters, processing_word
from temstack.dmscript.builtins.camera_manager import camera_in, parameters_in
from temstack.dmscript.context import Run
from temstack.dmscript.devices import CameraHandle
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import NULL
from temstack.dmscript.signatures import builtin
from temstack.instrument import PROCESSINGS
from temstack.instrument.parameter_sets import ParameterSet, ParameterSets

_FAMILY = "camera_sets"
_SET_OF = {
    ("view", "search"): "Search",
    ("view", "focus"): "Focus",
    ("view", "record"): "View",
    ("view", "view"): "View",
    ("acquire", "search"): "Search",
    ("acquire", "focus"): "Focus",
    ("acquire", "record"): "Record",
    ("acquire", "acquire"): "Record",
}
"""Which of our sets DM means by action and name; those of ``Imaging``. Others are sets of their own."""


def _from_set(name: str, kept: ParameterSet) -> AcquisitionParameters:
    return AcquisitionParameters(
        processing=1 + PROCESSINGS.index(kept.processing),
        exposure_s=kept.exposure_s,
        binning_x=kept.binning[1],
        binning_y=kept.binning[0],
        area=kept.readout_area,
        set_name=name,
        keeps_shut=kept.shutter == "closed",
        frames=kept.frames,
    )


def _as_values(parameters: AcquisitionParameters) -> dict[str, Any]:
    return {
        "exposure_s": parameters.exposure_s,
        "binning": (parameters.binning_y, parameters.binning_x),
        "readout_area": parameters.area,
        "processing": processing_word(parameters.processing),
        "shutter": "closed" if parameters.keeps_shut else "open",
        "frames": parameters.frames,
    }


@builtin(
    "object CM_GetCameraAcquisitionParameterSet"
    "(object camera, string style, string action, string name, number create)",
    family=_FAMILY,
    help='A set by name, e.g. "Imaging", "Acquire", "Record"; NULL where there is none, unless it is to be created.',
    throws=True,
)
def get_set(run: Run, camera: object, style: str, action: str, name: str, create: float) -> object:
    handle = camera_in(camera)
    place = (action.strip().lower(), name.strip().lower())
    ours = _SET_OF.get(place) if style.strip().lower() == "imaging" else None
    title = ours or " ".join((style.strip(), action.strip(), name.strip()))
    sets = ParameterSets(handle.camera)
    if title not in sets.all():
        return _oriented(handle, _from_set(title, sets["Record"])) if create else NULL
    return _oriented(handle, _from_set(title, sets[title]))


def _oriented(handle: CameraHandle, parameters: AcquisitionParameters) -> AcquisitionParameters:
    parameters.orientation = int(handle.settings.get("Config_GetDefaultTranspose", 0))
    return parameters


def _declare_quality(quality: str, action: str, name: str) -> None:
    @builtin(
        f"object CM_GetCameraAcquisitionParameterSet_{quality}QualityImaging{action}(object camera)",
        family=_FAMILY,
        help=f"The set {name}.",
        throws=True,
    )
    def get_quality_set(run: Run, camera: object) -> AcquisitionParameters:
        handle = camera_in(camera)
        return _oriented(handle, _from_set(name, ParameterSets(handle.camera)[name]))


for _quality, _view, _acquire in (
    ("High", "View", "Record"),
    ("Medium", "Focus", "Focus"),
    ("Low", "Search", "Search"),
):
    _declare_quality(_quality, "View", _view)
    _declare_quality(_quality, "Acquire", _acquire)


@builtin(
    "void CM_SaveCameraAcquisitionParameterSet(object camera, object parameters)",
    family=_FAMILY,
    help="Keep changed parameters as the set that they were read from.",
    throws=True,
)
def save_set(run: Run, camera: object, parameters: object) -> None:
    wanted = parameters_in(parameters)
    ParameterSets(camera_in(camera).camera).change(_name_of(wanted), **_as_values(wanted))


@builtin(
    "void CM_LoadCameraAcquisitionParameterSet(object camera, object parameters)",
    family=_FAMILY,
    help="Take back all changes: read the set again.",
    throws=True,
)
def load_set(run: Run, camera: object, parameters: object) -> None:
    wanted, handle = parameters_in(parameters), camera_in(camera)
    fresh = _from_set(_name_of(wanted), ParameterSets(handle.camera)[_name_of(wanted)])
    orientation, settings = wanted.orientation, wanted.settings
    vars(wanted).update(vars(fresh))
    wanted.orientation, wanted.settings = orientation, settings


def _name_of(parameters: AcquisitionParameters) -> str:
    if not parameters.set_name:
        raise ScriptRuntimeError(
            "these acquisition parameters belong to no set",
            expected="parameters of CM_GetCameraAcquisitionParameterSet",
        )
    return parameters.set_name
