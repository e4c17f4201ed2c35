"""DS: parameters of scans. No microscope here has a scan unit: what a scan is to be is kept, scanning is not done."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from dataclasses import dataclass, field

from temstack.dmscript.context import Run
from temstack.dmscript.devices import devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.signatures import builtin, declare_only
from temstack.dmscript.tag_groups import MISSING

_FAMILY = "scan"
_SIGNALS = ("ADF", "BF", "BEI")
_DEPTHS = (1, 2, 4)


@dataclass
class ScanParameters:
    """A set of scan parameters.

    Parameters
    ----------
    width, height : float, px
    rotation_deg : float, deg
    pixel_time_us : float, µs
    line_synch : float
        1 to begin each line with the mains.
    signals : dict
        Signal number to its depth in bytes and the ID of its image, 0 for a new one.
    """

    width: float
    height: float
    rotation_deg: float
    pixel_time_us: float
    line_synch: float
    signals: dict[int, tuple[int, int]] = field(default_factory=dict)


def _sets(run: Run) -> dict[int, ScanParameters]:
    """Return all sets by their IDs; 1, 2 and 3 are those of the buttons Search, Preview and Record."""
    made: dict[int, ScanParameters] = devices_of(run).kept.values.setdefault(
        "scans",
        {
            number: ScanParameters(size, size, 0.0, time, 0.0, {0: (2, 0)})
            for number, size, time in ((1, 256.0, 2.0), (2, 512.0, 4.0), (3, 1024.0, 8.0))
        },
    )
    return made


def _set(run: Run, number: float) -> ScanParameters:
    found = _sets(run).get(int(number))
    if found is None:
        known = ", ".join(map(str, sorted(_sets(run))))
        raise ScriptRuntimeError("there are no such scan parameters", got=f"{number:g}", expected=f"one of {known}")
    return found


@builtin(
    "number DSCreateParameters(number width, number height, number rotation, number pixelTime, number lineSynch)",
    family=_FAMILY,
    help="A new set of scan parameters, and its ID; degrees, µs.",
    throws=True,
)
def create(run: Run, width: float, height: float, rotation: float, pixel_time: float, line_synch: float) -> float:
    if not (width >= 1 and height >= 1 and pixel_time > 0):
        raise ScriptRuntimeError(
            "a scan needs pixels and time for each",
            got=f"{width:g} x {height:g} px, {pixel_time:g} µs",
            expected="1 or more each way, and above 0 µs",
        )
    number = max(_sets(run)) + 1
    _sets(run)[number] = ScanParameters(int(width), int(height), rotation, pixel_time, line_synch)
    return float(number)


@builtin("void DSDeleteParameters(number id)", family=_FAMILY, help="Forget a set of scan parameters.", throws=True)
def delete(run: Run, number: float) -> None:
    _set(run, number)
    del _sets(run)[int(number)]


@builtin("number DSParametersExist(number id)", family=_FAMILY, help="Whether there is such a set.")
def exist(run: Run, number: float) -> float:
    return float(int(number) in _sets(run))


def _declare_value(name: str, attribute: str, what: str) -> None:
    @builtin(f"number DSGet{name}(number id)", family=_FAMILY, help=what, throws=True)
    def get(run: Run, number: float) -> float:
        return float(getattr(_set(run, number), attribute))


for _name, _attribute, _what in (
    ("Width", "width", "Width of the scan in pixels."),
    ("Height", "height", "Height of the scan in pixels."),
    ("Rotation", "rotation_deg", "Rotation of the scan, degrees."),
    ("PixelTime", "pixel_time_us", "Time for each pixel, µs."),
    ("LineSynch", "line_synch", "Whether lines begin with the mains."),
):
    _declare_value(_name, _attribute, _what)


@builtin("number DSGetRotation()", family=_FAMILY, help="Rotation of scans, degrees, as DSSetRotation left it.")
def get_rotation(run: Run) -> float:
    return float(devices_of(run).setting("rotation of scans", 0.0))


@builtin("void DSSetRotation(number degrees)", family=_FAMILY, help="Keep a rotation for scans.", throws=True)
def set_rotation(run: Run, degrees: float) -> None:
    devices_of(run).keep("rotation of scans", degrees)


@builtin("number DSGetFlybackTime()", family=_FAMILY, help="Time for the way back, µs, as kept.")
def get_flyback(run: Run) -> float:
    return float(devices_of(run).setting("flyback time", 500.0))


@builtin("void DSSetFlybackTime(number us)", family=_FAMILY, help="Keep the time for the way back, µs.", throws=True)
def set_flyback(run: Run, us: float) -> None:
    devices_of(run).keep("flyback time", us)


# --- signals ----------------------------------------------------------------------------------


def _signal(index: float) -> int:
    if not 0 <= index < len(_SIGNALS):
        raise ScriptRuntimeError("there is no such signal", got=f"{index:g}", expected=f"0 to {len(_SIGNALS) - 1}")
    return int(index)


@builtin("string DSGetSignalName(number index)", family=_FAMILY, help="ADF, BF or BEI.", throws=True)
def get_signal_name(run: Run, index: float) -> str:
    return _SIGNALS[_signal(index)]


@builtin("number DSGetNumberOfSignals()", family=_FAMILY, help="How many signals have a name.")
def get_number_of_signals(run: Run) -> float:
    return float(len(_SIGNALS))


@builtin(
    "number DSSetParametersSignal(number id, number index, number bytes, number isSelected, number imageID)",
    family=_FAMILY,
    help="Let a scan record a signal in 1, 2 or 4 bytes into an image (0: a new one), or not; 1 if it could be set.",
    throws=True,
)
def set_signal(run: Run, number: float, index: float, depth: float, selected: float, image: float) -> float:
    signals, signal = _set(run, number).signals, _signal(index)
    if depth not in _DEPTHS:
        raise ScriptRuntimeError("a signal cannot have that depth", got=f"{depth:g} bytes", expected="1, 2 or 4 bytes")
    if selected:
        signals[signal] = (int(depth), int(image))
    else:
        signals.pop(signal, None)
    return 1.0


@builtin("number DSGetSignalAcquired(number id, number index)", family=_FAMILY, help="Whether it is to.", throws=True)
def get_signal_acquired(run: Run, number: float, index: float) -> float:
    return float(_signal(index) in _set(run, number).signals)


# --- state ------------------------------------------------------------------------------------


@builtin("void DSSetScanControl(number isOn)", family=_FAMILY, help="Keep whether scans steer the beam.", throws=True)
def set_scan_control(run: Run, is_on: float) -> None:
    devices_of(run).keep("scan control", float(bool(is_on)))


@builtin("number DSHasScanControl()", family=_FAMILY, help="Whether scans steer the beam, as kept.")
def has_scan_control(run: Run) -> float:
    return float(devices_of(run).setting("scan control", 0.0))


@builtin("number DSIsAcquisitionActive()", family=_FAMILY, help="Whether a scan goes on: none does.")
def is_active(run: Run) -> float:
    devices_of(run)
    return 0.0


@builtin(
    "void DSStopAcquisition(number id)", "void DSWaitUntilFinished()", family=_FAMILY, help="End scans: none goes on."
)
def stop(run: Run, number: float = -1.0) -> None:
    devices_of(run)


@builtin("number DSIsValidDSImage(image img)", family=_FAMILY, help="Whether its tags say that it was scanned.")
def is_scanned(run: Run, img: Image) -> float:
    return float(img.tags.find("DigiScan") is not MISSING)


declare_only(
    "void DSStartAcquisition(number id, number isContinuous, number isSynchronous)",
    "void DSInvokeButton(number button)",
    "void DSInvokeButton(number button, number option)",
    "void DSRestart(number mode)",
    "void DSPositionBeam(image reference, number x, number y)",
    "void DSSetBeamDSPosition(number x, number y)",
    "void DSSetBeamToSafePosition()",
    "void DSSetDigitalOutput(number value)",
    "number DSScanProfile(image reference, image img, number y0, number x0, number y1, number x1, number pixelTime)",
    "void DSScanSubRegion(image reference, image img, number top, number left, number bottom, number right, "
    "number pixelTime)",
    "void DSScanSubRegion(image reference, image img, number x, number y)",
    "void GetBeamPosition(number &x, number &y)",
    "void SetBeamPosition(number x, number y)",
    family=_FAMILY,
    help="Needs a scan unit.",
    throws=True,
)
