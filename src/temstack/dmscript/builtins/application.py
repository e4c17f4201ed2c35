"""The program itself: its version and window, dates, clipboard, messages between threads, spectra of energy loss."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import queue
import weakref
from datetime import UTC, datetime, timedelta
from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Calibration, Image
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin, declare_only

GMS_VERSION = (3, 5, 0)
"""What scripts get that ask for the version: the one whose functions are followed here."""

WINDOW = (0, 0, 1080, 1920)
"""Top, left, bottom, right of the desk, in px; there is no screen."""

_FIRST_DAY = datetime(1601, 1, 1)

_copied: weakref.WeakKeyDictionary[Run, Image] = weakref.WeakKeyDictionary()


class MessageQueue:
    """Where one thread of a script leaves objects for another."""

    dm_type = "object"

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()


# --- version, window, date --------------------------------------------------------------------


@builtin(
    "void GetApplicationVersion(number &major, number &minor, number &build)",
    family="application",
    help=f"The version that scripts may count on: {'.'.join(map(str, GMS_VERSION))}.",
)
def get_application_version(run: Run, *parts: Reference) -> None:
    for part, number in zip(parts, GMS_VERSION, strict=True):
        part.set(float(number))


@builtin(
    "void ApplicationGetBounds(number &t, number &l, number &b, number &r)",
    family="application",
    help="The window of the program, in px; the size of a common screen.",
)
def application_get_bounds(run: Run, *sides: Reference) -> None:
    for side, value in zip(sides, WINDOW, strict=True):
        side.set(float(value))


@builtin(
    "void DeconstructUTCDate(number time, number &year, number &month, number &day, number &hour, "
    "number &minute, number &second, number &nanosecond)",
    family="application",
    help="The parts of a GetCurrentTime() value, in universal time.",
)
def deconstruct_utc(run: Run, value: float, *parts: Reference) -> None:
    moment = (_FIRST_DAY + timedelta(microseconds=value / 10)).astimezone(UTC)
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    for reference, field in zip(parts, (*fields, moment.microsecond * 1000), strict=True):
        reference.set(float(field))


@builtin("number StringIsValid(string text)", family="application", help="1: every text is valid.")
def string_is_valid(run: Run, text: str) -> float:
    return 1.0


@builtin(
    "number GetFileSize(string path)",
    family="application",
    help="Bytes of a file.",
    throws=True,
)
def get_file_size(run: Run, path: str) -> float:
    place = run.host.path(path, writing=False)
    if not place.is_file():
        raise ScriptRuntimeError(f"there is no file {path!r}")
    return float(place.stat().st_size)


@builtin(
    "string PathExtractParentDirectory(string path, number which)",
    family="application",
    help="The folder around the folder of a path, with its last separator.",
)
def path_extract_parent(run: Run, path: str, which: float) -> str:
    folder = path.rstrip("/\\") if path.endswith(("/", "\\")) else _cut(path)[0].rstrip("/\\")
    return _cut(folder)[0]


def _cut(path: str) -> tuple[str, str]:
    place = max(path.rfind("/"), path.rfind("\\")) + 1
    return path[:place], path[place:]


@builtin("string PathBeginRelative()", family="application", help="The start of a path within the first folder.")
def path_begin_relative(run: Run) -> str:
    return ""


# --- clipboard --------------------------------------------------------------------------------


@builtin("void ScrapCopy(image img)", family="application", help="Keep a copy of an image for ScrapPasteNew.")
def scrap_copy(run: Run, img: Image) -> None:
    _copied[run] = img.clone()


@builtin(
    "image ScrapPasteNew()",
    family="application",
    help="Show what ScrapCopy kept as a new image, and return it.",
    throws=True,
)
def scrap_paste_new(run: Run) -> Image:
    kept = _copied.get(run)
    if kept is None:
        raise ScriptRuntimeError("there is nothing to paste; call ScrapCopy first")
    new = kept.clone()
    run.show(new)
    return new


# --- messages ---------------------------------------------------------------------------------


@builtin("object NewMessageQueue()", family="application", help="Where threads leave objects for others.")
def new_message_queue(run: Run) -> MessageQueue:
    return MessageQueue()


def _queue(given: Any) -> queue.SimpleQueue[Any]:
    if not isinstance(given, MessageQueue):
        raise ScriptRuntimeError("this is no message queue", got=repr(given), advice="see NewMessageQueue")
    return given.waiting


@builtin(
    "void PostMessage(object queue, object message)",
    family="application",
    help="Leave an object in a queue.",
    throws=True,
)
def post_message(run: Run, given: Any, message: Any) -> None:
    _queue(given).put(message)


@builtin(
    "object WaitOnMessage(object queue, number seconds, signal stop)",
    family="application",
    help="Wait for the next object of a queue; NULL when the time is over, an error when stop is set before.",
    throws=True,
)
def wait_on_message(run: Run, given: Any, seconds: float, stop: Any) -> Any:
    waiting = _queue(given)
    found: list[Any] = []

    def is_there(rest: float) -> bool:
        if getattr(stop, "event", None) is not None and stop.event.is_set():
            raise ScriptRuntimeError("the wait was stopped by a signal")
        try:
            found.append(waiting.get(timeout=rest) if rest > 0 else waiting.get_nowait())
        except queue.Empty:
            return False
        return True

    if run.execution is None:
        raise ScriptRuntimeError("nothing can be waited for outside a running script")
    is_long = seconds >= 1e9 or seconds != seconds
    run.execution.wait_for(is_there, None if is_long else max(seconds, 0.0))
    return found[0] if found else NULL


# --- energy loss ------------------------------------------------------------------------------


@builtin(
    "image EELSSubtractPowerLawBackground(image img, number from, number to)",
    family="application",
    help="A spectrum, or the block of an EFTEM stack or spectrum image, less the power law fitted from … to in eV.",
    throws=True,
)
def subtract_power_law(run: Run, img: Image, start: float, end: float) -> Image:
    from temstack.dmscript.stacks import image_from_stack, stack_from_image
    from temstack.errors import TemstackError
    from temstack.spectrum import subtract_background

    stack = stack_from_image(_upright(img))
    if "energy_loss" not in stack.dims:
        raise ScriptRuntimeError(f"image {img.name!r} has no dimension in eV", advice="calibrate it")
    try:
        net = subtract_background(stack, (start, end))
    except TemstackError as error:
        raise ScriptRuntimeError(f"no background of image {img.name!r}: {error}") from None
    new = image_from_stack(net, img.name)
    new.data = new.data.reshape(img.data.shape)
    new.calibrations = list(img.calibrations)
    new.tags = img.tags.clone()
    return new


def _upright(img: Image) -> Image:
    """Return a spectrum, which is one line of pixels, as a block of 1 × 1 px with its energies along z."""
    if img.calibrations[0].units.lower() != "ev" or img.data.size != img.length(0):
        return img
    block = Image(img.data.reshape(-1, 1, 1), img.name)
    block.calibrations = [Calibration(), Calibration(), img.calibrations[0]]
    return block


# --- what a script cannot do here -------------------------------------------------------------

declare_only(
    "number LaunchExternalProcess(string command)",
    "number LaunchExternalProcess(string command, number seconds)",
    "number LaunchExternalProcessAsync(string command)",
    "number WaitForExternalProcess(number process)",
    family="application",
    help="No script starts a program here.",
    throws=True,
)
declare_only(
    "number CountScriptFunctions(string name)",
    "any FindFunctionBySignature(string signature)",
    "number FunctionCountParameters(any function)",
    "string FunctionGenerateStub(any function, any first, any second)",
    family="application",
    help="Functions are no values here.",
    throws=True,
)
declare_only(
    "string SpGetUserName()",
    family="application",
    help="No script learns who runs it.",
    throws=True,
)
