"""EM: high tension, magnification, camera length, modes, stigmators, tilts: what our protocols do not drive.

On a simulated microscope a setting is kept and read back; the image stays as it is. On a real one setting it is
an error. See :mod:`temstack.dmscript.devices`.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.devices import Devices, devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup

_FAMILY = "microscope_settings"
_KEPT = "; kept on a simulated microscope, its image stays"

# --- magnification ----------------------------------------------------------------------------

MAGNIFICATIONS = tuple(
    float(step * 10**power) for power in range(1, 7) for step in (5, 6, 8, 10, 12, 15, 20, 25, 30, 40)
)
"""What ``EMGetMagIndex`` counts, from index 1."""


def _from_pixels(devices: Devices) -> float:
    """Return how much larger a pixel of the camera is than what it shows."""
    camera = devices.camera.camera
    if camera.pixel_size_nm is None:
        raise ScriptRuntimeError(f"camera {camera.name!r} does not say what its pixels show of the specimen")
    return camera.pixel_size_um[0] * 1000.0 / camera.pixel_size_nm[0]


def _magnification(run: Run) -> float:
    devices = devices_of(run)
    kept = devices.setting("magnification", None)
    return _from_pixels(devices) if kept is None else float(kept)


@builtin("number EMGetMagnification()", family=_FAMILY, help="Pixel of the camera over what it shows.", throws=True)
def get_magnification(run: Run) -> float:
    return _magnification(run)


@builtin("void EMSetMagnification(number times)", family=_FAMILY, help="Set it" + _KEPT + ".", throws=True)
def set_magnification(run: Run, times: float) -> None:
    if not times > 0:
        raise ScriptRuntimeError("the magnification must be above 0", got=f"{times:g}")
    devices_of(run).keep("magnification", times)


@builtin("number EMGetMagIndex()", family=_FAMILY, help="Number of the nearest magnification.", throws=True)
def get_mag_index(run: Run) -> float:
    times = _magnification(run)
    nearest = min(range(len(MAGNIFICATIONS)), key=lambda index: abs(MAGNIFICATIONS[index] - times))
    return float(nearest + 1)


@builtin("void EMSetMagIndex(number index)", family=_FAMILY, help="Set the magnification" + _KEPT + ".", throws=True)
def set_mag_index(run: Run, index: float) -> None:
    if not 1 <= index <= len(MAGNIFICATIONS):
        raise ScriptRuntimeError(
            "there is no such magnification", got=f"index {index:g}", expected=f"1 to {len(MAGNIFICATIONS)}"
        )
    devices_of(run).keep("magnification", MAGNIFICATIONS[int(index) - 1])


@builtin(
    "number EMGetCalibratedMag(string device, taggroup state, number &times, number options)",
    family=_FAMILY,
    help="1, and the magnification.",
    throws=True,
)
def get_calibrated_mag(run: Run, device: str, state: object, times: Reference, options: float) -> float:
    times.set(_magnification(run))
    return 1.0


@builtin(
    "number EMGetCalibratedFieldOfView(string device, taggroup state, number &um, number options)",
    family=_FAMILY,
    help="1, and the width that the camera shows, µm.",
    throws=True,
)
def get_calibrated_field(run: Run, device: str, state: object, um: Reference, options: float) -> float:
    camera = devices_of(run).camera.camera
    um.set(camera.shape[1] * camera.pixel_size_um[1] / _magnification(run))
    return 1.0


# --- high tension -----------------------------------------------------------------------------


@builtin("number EMGetHighTension()", family=_FAMILY, help="High tension, V.", throws=True)
def get_high_tension(run: Run) -> float:
    devices = devices_of(run)
    return float(devices.setting("high tension", devices.microscope.high_tension_kv * 1000.0))


@builtin(
    "void EMSetHighTension(number volts)",
    "void EMSetBeamEnergy(number volts)",
    family=_FAMILY,
    help="Set the high tension, V" + _KEPT + ".",
    throws=True,
)
def set_high_tension(run: Run, volts: float) -> None:
    if not 1e3 <= volts <= 3e6:
        raise ScriptRuntimeError("no microscope has that high tension", got=f"{volts:g} V", expected="e.g. 200000 V")
    devices_of(run).keep("high tension", volts)


# --- single numbers and texts -----------------------------------------------------------------


def _declare(name: str, kind: str, default: Any, what: str, setters: tuple[str, ...] = ()) -> None:
    @builtin(f"{kind} EMGet{name}()", family=_FAMILY, help=f"The {what}.", throws=True)
    def get(run: Run) -> Any:
        return devices_of(run).setting(what, default)

    @builtin(
        f"void EMSet{name}({kind} value)",
        *(f"void {setter}({kind} value)" for setter in setters),
        family=_FAMILY,
        help=f"Set the {what}{_KEPT}.",
        throws=True,
    )
    def keep(run: Run, value: Any) -> None:
        devices_of(run).keep(what, value)


for _name, _kind, _default, _what in (
    ("SpotSize", "number", 1.0, "spot size"),
    ("CameraLength", "number", 100.0, "camera length in mm"),
    ("ScreenPosition", "number", 2.0, "place of the screen: 0 down to 2 up"),
    ("ImagingOpticsMode", "string", "IMAGING", "mode of the imaging optics"),
    ("IlluminationMode", "string", "TEM", "mode of the illumination"),
    ("IlluminationSubMode", "string", "TEM", "sub-mode of the illumination"),
    ("OperationMode", "string", "IMAGING", "mode of operation"),
    ("HighTensionOffset", "number", 0.0, "offset of the high tension in V"),
    ("HighTensionOffsetEnabled", "number", 0.0, "use of an offset of the high tension"),
):
    _declare(_name, _kind, _default, _what)


@builtin(
    "number EMGetCalibratedCameraLength(string device, taggroup state, number &mm, number options)",
    family=_FAMILY,
    help="1, and the camera length, mm.",
    throws=True,
)
def get_calibrated_length(run: Run, device: str, state: object, mm: Reference, options: float) -> float:
    mm.set(float(devices_of(run).setting("camera length in mm", 100.0)))
    return 1.0


# --- pairs ------------------------------------------------------------------------------------


def _declare_pair(name: str, what: str, *aliases: str) -> None:
    @builtin(f"void EMGet{name}(number &x, number &y)", family=_FAMILY, help=f"The {what}.", throws=True)
    def get(run: Run, x: Reference, y: Reference) -> None:
        kept = devices_of(run).setting(what, (0.0, 0.0))
        x.set(kept[0])
        y.set(kept[1])

    @builtin(f"void EMSet{name}(number x, number y)", family=_FAMILY, help=f"Set the {what}{_KEPT}.", throws=True)
    def keep(run: Run, x: float, y: float) -> None:
        devices_of(run).keep(what, (x, y))

    @builtin(
        f"void EMChange{name}(number x, number y)",
        *(f"void {alias}(number x, number y)" for alias in aliases),
        family=_FAMILY,
        help=f"Change the {what} BY it{_KEPT}.",
        throws=True,
    )
    def change(run: Run, x: float, y: float) -> None:
        kept = devices_of(run).setting(what, (0.0, 0.0))
        devices_of(run).keep(what, (kept[0] + x, kept[1] + y))


_declare_pair("BeamTilt", "tilt of the beam", "EMChangeTilt")
_declare_pair("CalibratedBeamTilt", "tilt of the beam")
_declare_pair("ProjectorShift", "shift of the projector")
_declare_pair("CondensorStigmation", "condenser stigmator")
_declare_pair("ObjectiveStigmation", "objective stigmator")
_declare_pair("CalibratedObjectiveStigmation", "objective stigmator")


# --- what it is -------------------------------------------------------------------------------


@builtin("string EMGetMicroscopeName()", family=_FAMILY, help="Name of the microscope.", throws=True)
def get_name(run: Run) -> str:
    return devices_of(run).microscope.name


def _declare_list(name: str, entries: tuple[str, ...], what: str) -> None:
    @builtin(f"taggroup EMGet{name}()", family=_FAMILY, help=f"List of {what}.")
    def get(run: Run) -> TagGroup:
        tags = TagGroup(is_list=True)
        for entry in entries:
            tags.insert(len(tags), entry)
        return tags


_declare_list("IlluminationModes", ("TEM", "STEM"), "modes of the illumination")
_declare_list("ImagingOpticsModes", ("IMAGING", "DIFFRACTION"), "modes of the imaging optics")


def _declare_can(name: str, what: str) -> None:
    @builtin(f"number EMCanGet{name}()", family=_FAMILY, help=f"Whether it can say its {what}: yes.")
    def can(run: Run) -> float:
        devices_of(run)
        return 1.0


for _name, _what in (
    ("CameraLength", "camera length"),
    ("HighTension", "high tension"),
    ("IlluminationMode", "mode of illumination"),
    ("ImagingOpticsMode", "mode of the imaging optics"),
    ("Magnification", "magnification"),
):
    _declare_can(_name, _what)


@builtin("number EMHasHighTensionOffset()", family=_FAMILY, help="Whether an offset of the high tension is kept: yes.")
def has_offset(run: Run) -> float:
    return float(devices_of(run).is_simulated)


@builtin("void EMUpdateCalibrationState()", family=_FAMILY, help="Look where the microscope stands; done at each call.")
def update_state(run: Run) -> None:
    devices_of(run)


@builtin("taggroup EMGetCalibrationStateTags()", family=_FAMILY, help="Where the microscope stands.", throws=True)
def get_state(run: Run) -> TagGroup:
    tags = TagGroup()
    tags.set("Magnification", _magnification(run))
    tags.set("High Tension", get_high_tension(run))
    tags.set("Mode", devices_of(run).setting("mode of the imaging optics", "IMAGING"))
    return tags
