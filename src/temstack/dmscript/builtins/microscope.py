"""EM: focus, beam, deflectors and stage of the microscope, in the units that scripts use.

Focus counts in steps of the lens, ``EMGetFocus() * nm_per_unit`` being the defocus in nm, underfocus positive;
``EMChangeFocus`` moves **by** its argument. Shifts count in nm, x first; brightness from 0 to 65535; the stage in µm
and degrees; high tension in V. ``Calibrated`` is nm, and mrad for tilts. What only scripts know (stigmators, spot
size, modes…) is kept on a simulated microscope and refused on a real one, as :mod:`temstack.dmscript.devices` says.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.devices import devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "microscope"
_FULL_BRIGHTNESS = 65535.0
_NM_PER_UM = 1000.0

# --- focus ------------------------------------------------------------------------------------


def _focus_to(run: Run, units: float) -> None:
    lens = devices_of(run).focus
    lens.set_defocus_nm(units * lens.nm_per_unit)


@builtin("number EMGetFocus()", family=_FAMILY, help="Focus in steps of the lens.", throws=True)
def get_focus(run: Run) -> float:
    lens = devices_of(run).focus
    return lens.defocus_nm / lens.nm_per_unit


@builtin("void EMSetFocus(number steps)", family=_FAMILY, help="Go to a focus, in steps of the lens.", throws=True)
def set_focus(run: Run, steps: float) -> None:
    _focus_to(run, steps)


@builtin(
    "void EMChangeFocus(number steps)",
    family=_FAMILY,
    help="Change the focus BY so many steps of the lens; it is relative to where the focus is.",
    throws=True,
)
def change_focus(run: Run, steps: float) -> None:
    _focus_to(run, get_focus(run) + steps)


@builtin("number EMGetCalibratedFocus()", family=_FAMILY, help="Defocus in nm, underfocus positive.", throws=True)
def get_calibrated_focus(run: Run) -> float:
    return devices_of(run).focus.defocus_nm


@builtin("void EMSetCalibratedFocus(number nm)", family=_FAMILY, help="Go to a defocus in nm.", throws=True)
def set_calibrated_focus(run: Run, nm: float) -> None:
    devices_of(run).focus.set_defocus_nm(nm)


@builtin("void EMChangeCalibratedFocus(number nm)", family=_FAMILY, help="Change the defocus BY nm.", throws=True)
def change_calibrated_focus(run: Run, nm: float) -> None:
    lens = devices_of(run).focus
    lens.set_defocus_nm(lens.defocus_nm + nm)


# --- beam -------------------------------------------------------------------------------------


@builtin("void EMSetBeamBlanked(number blanked)", family=_FAMILY, help="Blank the beam, or not.", throws=True)
def set_blanked(run: Run, blanked: float) -> None:
    devices_of(run).beam.set_blanked(bool(blanked))


@builtin("number EMGetBeamBlanked()", family=_FAMILY, help="Whether the beam is blanked.", throws=True)
def get_blanked(run: Run) -> float:
    return float(devices_of(run).beam.is_blanked)


@builtin("number EMHasBeamBlanker()", family=_FAMILY, help="Whether the beam can be blanked.")
def has_blanker(run: Run) -> float:
    return float(devices_of(run).microscope.beam is not None)


@builtin("number EMGetBrightness()", family=_FAMILY, help="Brightness, 0 to 65535.", throws=True)
def get_brightness(run: Run) -> float:
    return float(round(devices_of(run).beam.brightness * _FULL_BRIGHTNESS))


@builtin("void EMGetBrightness(number &brightness)", family=_FAMILY, help="Brightness, 0 to 65535.", throws=True)
def get_brightness_into(run: Run, brightness: Reference) -> None:
    brightness.set(get_brightness(run))


@builtin("void EMSetBrightness(number brightness)", family=_FAMILY, help="Set it, 0 to 65535.", throws=True)
def set_brightness(run: Run, brightness: float) -> None:
    if not 0 <= brightness <= _FULL_BRIGHTNESS:
        raise ScriptRuntimeError("the brightness is out of range", got=f"{brightness:g}", expected="0 to 65535")
    devices_of(run).beam.set_brightness(brightness / _FULL_BRIGHTNESS)


@builtin("void EMChangeBrightness(number amount)", family=_FAMILY, help="Change the brightness BY it.", throws=True)
def change_brightness(run: Run, amount: float) -> None:
    set_brightness(run, get_brightness(run) + amount)


# --- deflectors -------------------------------------------------------------------------------


def _declare_shift(name: str, which: str) -> None:
    """Declare get, set and change of a pair of deflectors; raw steps are nm here."""
    for word in ("", "Calibrated"):

        @builtin(f"void EMGet{word}{name}(number &x, number &y)", family=_FAMILY, help=f"The {which}, nm.", throws=True)
        def get(run: Run, x: Reference, y: Reference) -> None:
            shift_nm = devices_of(run).shift(which).shift_nm
            x.set(shift_nm[1])
            y.set(shift_nm[0])

        @builtin(
            f"void EMSet{word}{name}(number x, number y)", family=_FAMILY, help=f"Set the {which}, nm.", throws=True
        )
        def set_shift(run: Run, x: float, y: float) -> None:
            devices_of(run).shift(which).set_shift_nm((y, x))

        @builtin(
            f"void EMChange{word}{name}(number x, number y)",
            family=_FAMILY,
            help=f"Change the {which} BY nm.",
            throws=True,
        )
        def change(run: Run, x: float, y: float) -> None:
            device = devices_of(run).shift(which)
            before = device.shift_nm
            device.set_shift_nm((before[0] + y, before[1] + x))


_declare_shift("ImageShift", "image shift")
_declare_shift("BeamShift", "beam shift")


# --- stage ------------------------------------------------------------------------------------

_AXES = ("X", "Y", "Z", "Alpha", "Beta")
_UNITS = {"X": "µm", "Y": "µm", "Z": "µm", "Alpha": "degrees", "Beta": "degrees"}


def _place(run: Run, axis: str) -> float:
    devices = devices_of(run)
    if axis == "Beta":
        return float(devices.setting("second tilt of the stage", 0.0))
    if axis == "Alpha":
        return devices.stage.position.tilt_deg
    return float(getattr(devices.stage.position, f"{axis.lower()}_nm")) / _NM_PER_UM


def _move(run: Run, places: dict[str, float]) -> None:
    """Move some axes, all at once."""
    devices = devices_of(run)
    if "Beta" in places:
        devices.keep("second tilt of the stage", places["Beta"])
    names = {"X": "x_nm", "Y": "y_nm", "Z": "z_nm", "Alpha": "tilt_deg"}
    wanted = {
        names[axis]: value if axis == "Alpha" else value * _NM_PER_UM for axis, value in places.items() if axis in names
    }
    if wanted:
        devices.stage.move_to(**wanted)


def _declare_axis(axis: str) -> None:
    unit = _UNITS[axis]

    @builtin(f"number EMGetStage{axis}()", family=_FAMILY, help=f"Where the stage is, {unit}.", throws=True)
    def get(run: Run) -> float:
        return _place(run, axis)

    @builtin(f"void EMSetStage{axis}(number place)", family=_FAMILY, help=f"Move the stage, {unit}.", throws=True)
    def move(run: Run, place: float) -> None:
        _move(run, {axis: place})


for _axis in _AXES:
    _declare_axis(_axis)


@builtin("void EMGetStageXY(number &x, number &y)", family=_FAMILY, help="Where the stage is, µm.", throws=True)
def get_stage_xy(run: Run, x: Reference, y: Reference) -> None:
    x.set(_place(run, "X"))
    y.set(_place(run, "Y"))


@builtin("void EMSetStageXY(number x, number y)", family=_FAMILY, help="Move the stage, µm.", throws=True)
def set_stage_xy(run: Run, x: float, y: float) -> None:
    _move(run, {"X": x, "Y": y})


@builtin(
    "void EMGetStagePositions(number axes, number &x, number &y, number &z, number &alpha, number &beta)",
    family=_FAMILY,
    help="Where the stage is, µm and degrees; axes is a sum of 1 x, 2 y, 4 z, 8 alpha, 16 beta.",
    throws=True,
)
def get_positions(run: Run, axes: float, *places: Reference) -> None:
    for bit, (axis, reference) in enumerate(zip(_AXES, places, strict=True)):
        if int(axes) & (1 << bit):
            reference.set(_place(run, axis))


@builtin(
    "void EMSetStagePositions(number axes, number x, number y, number z, number alpha, number beta)",
    family=_FAMILY,
    help="Move the stage, µm and degrees; axes is a sum of 1 x, 2 y, 4 z, 8 alpha, 16 beta.",
    throws=True,
)
def set_positions(run: Run, axes: float, *places: float) -> None:
    _move(
        run, {axis: place for bit, (axis, place) in enumerate(zip(_AXES, places, strict=True)) if int(axes) & 1 << bit}
    )


# --- waiting ----------------------------------------------------------------------------------


@builtin("number EMIsReady()", family=_FAMILY, help="Whether nothing moves: yes, as every move waits until it is done.")
def is_ready(run: Run) -> float:
    devices_of(run)
    return 1.0


@builtin("void EMWaitUntilReady()", family=_FAMILY, help="Wait until nothing moves; every move has waited already.")
def wait_until_ready(run: Run) -> None:
    devices_of(run)


@builtin("void EMStopStage()", family=_FAMILY, help="Stop the stage, which is at rest whenever a script runs on.")
def stop_stage(run: Run) -> None:
    devices_of(run)
