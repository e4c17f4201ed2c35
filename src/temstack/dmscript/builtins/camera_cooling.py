"""CM_: the temperature of a camera. What it is comes from the driver; what it should be is only kept."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.builtins.camera_manager import camera_in
from temstack.dmscript.context import Run
from temstack.dmscript.devices import CameraHandle, devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "camera_cooling"
_STABLE_WITHIN_C = 1.0
_LIMITS_C = (-60.0, 30.0)


def _actual(handle: CameraHandle) -> float:
    found = handle.camera.temperature_c
    if found is None:
        raise ScriptRuntimeError(f"camera {handle.camera.name!r} does not say how warm it is")
    return found


@builtin("number CM_HasTemperatureControl(object camera)", family=_FAMILY, help="Whether it says how warm it is.")
def has_control(run: Run, camera: object) -> float:
    return float(camera_in(camera).camera.temperature_c is not None)


@builtin("number CM_DoesCameraNeedToBeCooled(object camera)", family=_FAMILY, help="Whether it works cold.")
def needs_cooling(run: Run, camera: object) -> float:
    found = camera_in(camera).camera.temperature_c
    return float(found is not None and found < 0)


@builtin("number CM_GetActualTemperature_C(object camera)", family=_FAMILY, help="How warm it is, °C.", throws=True)
def actual(run: Run, camera: object) -> float:
    return _actual(camera_in(camera))


def _declare_kept(word: str) -> None:
    """Declare a temperature that is to be held at some time: whether, and which."""

    @builtin(
        f"void CM_Set{word}Temperature_C(object camera, number isUsed, number temperature)",
        family=_FAMILY,
        help=f"Keep the {word.lower()} temperature, °C; it moves no cooler.",
        throws=True,
    )
    def keep(run: Run, camera: object, is_used: float, temperature: float) -> None:
        if not _LIMITS_C[0] <= temperature <= _LIMITS_C[1]:
            raise ScriptRuntimeError(
                "no camera is held at that temperature",
                got=f"{temperature:g} °C",
                expected=f"{_LIMITS_C[0]:g} to {_LIMITS_C[1]:g} °C",
            )
        devices_of(run).require_simulated("temperature of a camera")
        camera_in(camera).settings[word] = (float(bool(is_used)), temperature)

    local = ("number CM_GetLocalTargetTemperature_C(object camera, number &temperature)",) if word == "Target" else ()

    @builtin(
        f"number CM_Get{word}Temperature_C(object camera, number &temperature)",
        *local,
        family=_FAMILY,
        help=f"Whether a {word.lower()} temperature is to be held, and which, °C.",
        throws=True,
    )
    def get(run: Run, camera: object, temperature: Reference) -> float:
        is_used, value = _kept(camera_in(camera), word)
        temperature.set(value)
        return is_used


for _word in ("Target", "Startup", "Shutdown"):
    _declare_kept(_word)


def _kept(handle: CameraHandle, word: str) -> tuple[float, float]:
    found: tuple[float, float] = handle.settings.get(word) or (0.0, _actual(handle))
    return found


@builtin(
    "number CM_IsTemperatureStable(object camera, number &target)",
    family=_FAMILY,
    help="Whether it is as warm as it should be, within 1 °C.",
    throws=True,
)
def is_stable(run: Run, camera: object, target: Reference) -> float:
    handle = camera_in(camera)
    is_used, wanted = _kept(handle, "Target")
    target.set(wanted)
    return float(not is_used or abs(_actual(handle) - wanted) <= _STABLE_WITHIN_C)


def _declare_limit(name: str, value: float, what: str) -> None:
    @builtin(f"number CM_{name}(object camera)", family=_FAMILY, help=what)
    def limit(run: Run, camera: object) -> float:
        camera_in(camera)
        return value


_declare_limit("GetMinimumTemperature_C", _LIMITS_C[0], "Lowest temperature that can be kept, °C.")
_declare_limit("GetMaximumTemperature_C", _LIMITS_C[1], "Highest temperature that can be kept, °C.")
_declare_limit("GetTemperatureResolution_C", 0.1, "Smallest step of a temperature, °C.")


@builtin("number CM_GetTemperatureMaxChangeRate(object camera)", family=_FAMILY, help="Kept, °C per minute.")
def get_rate(run: Run, camera: object) -> float:
    return float(camera_in(camera).settings.get("rate", 5.0))


@builtin("void CM_SetTemperatureMaxChangeRate(object camera, number rate)", family=_FAMILY, help="Keep it.")
def set_rate(run: Run, camera: object, rate: float) -> None:
    camera_in(camera).settings["rate"] = rate
