"""Questions to the user, which the host answers.

``GetNumber`` and the like return 1 for OK and 0 for Cancel. ``ContinueCancelDialog`` returns the same and does
not throw.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.number_text import text_of
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin


@builtin(
    "number GetNumber(string prompt, number initial, number &value)",
    family="prompts",
    help="Ask for a number; 1 for OK, 0 for Cancel.",
    throws=True,
)
def get_number(run: Run, prompt: str, initial: float, value: Reference) -> float:
    number = run.host.ask_number(prompt, initial)
    if number is not None:
        value.set(number)
    return float(number is not None)


@builtin(
    "number GetInteger(string prompt, number initial, number &value)",
    family="prompts",
    help="Ask for a whole number; 1 for OK, 0 for Cancel.",
    throws=True,
)
def get_integer(run: Run, prompt: str, initial: float, value: Reference) -> float:
    number = run.host.ask_number(prompt, initial)
    if number is not None:
        value.set(float(int(number)))
    return float(number is not None)


@builtin(
    "number GetString(string prompt, string initial, string &value)",
    family="prompts",
    help="Ask for a text; 1 for OK, 0 for Cancel.",
)
def get_string(run: Run, prompt: str, initial: str, value: Reference) -> float:
    answer = run.host.ask_text(prompt, initial)
    if answer is not None:
        value.set(answer)
    return float(answer is not None)


@builtin(
    "number GetBoolean(string prompt, number initial, number &value)",
    family="prompts",
    help="Ask yes or no; 1 for OK, 0 for Cancel.",
)
def get_boolean(run: Run, prompt: str, initial: float, value: Reference) -> float:
    buttons = ("Yes", "No") if initial else ("No", "Yes")
    value.set(float(buttons[run.host.ask_button(prompt, buttons)] == "Yes"))
    return 1.0


@builtin("void OKDialog(string message)", "void OKDialog(number value)", family="prompts", help="Show a message.")
def ok_dialog(run: Run, message: Any) -> None:
    run.host.tell(text_of(message))


@builtin("void ShowAlert(string message, number level)", family="prompts", help="Show a message.")
def show_alert(run: Run, message: str, level: float) -> None:
    run.host.tell(message)


@builtin("number OKCancelDialog(string prompt)", family="prompts", help="1 for OK, 0 for Cancel.")
def ok_cancel_dialog(run: Run, prompt: str) -> float:
    return float(run.host.ask_button(prompt, ("OK", "Cancel")) == 0)


@builtin("number ContinueCancelDialog(string prompt)", family="prompts", help="1 for Continue, 0 for Cancel.")
def continue_cancel_dialog(run: Run, prompt: str) -> float:
    return float(run.host.ask_button(prompt, ("Continue", "Cancel")) == 0)


@builtin(
    "number TwoButtonDialog(string prompt, string accept, string reject)",
    family="prompts",
    help="1 for the first button, 0 for the second.",
)
def two_button_dialog(run: Run, prompt: str, accept: str, reject: str) -> float:
    return float(run.host.ask_button(prompt, (accept, reject)) == 0)


@builtin(
    "number ThreeButtonDialog(string prompt, string first, string second, string third)",
    family="prompts",
    help="1, 2 or 3: the button pressed.",
)
def three_button_dialog(run: Run, prompt: str, *buttons: str) -> float:
    return float(run.host.ask_button(prompt, buttons) + 1)


# --- paths ------------------------------------------------------------------------------------


def _ask_path(run: Run, prompt: str, suggestion: str, path: Reference, purpose: str) -> float:
    answer = run.host.ask_path(prompt, suggestion, purpose=purpose)
    if answer is not None:
        path.set(answer)
    return float(answer is not None)


@builtin("number OpenDialog(string &path)", family="prompts", help="Ask for a file to open; 0 for Cancel.")
def open_dialog(run: Run, path: Reference) -> float:
    return _ask_path(run, "Open", "", path, "open")


@builtin(
    "number OpenDialog(documentwindow window, string prompt, string suggestion, string &path)",
    family="prompts",
    help="Ask for a file to open; 0 for Cancel.",
)
def open_dialog_of_window(run: Run, window: object, prompt: str, suggestion: str, path: Reference) -> float:
    return _ask_path(run, prompt, suggestion, path, "open")


@builtin(
    "number SaveAsDialog(string prompt, string suggestion, string &path)",
    family="prompts",
    help="Ask for a file to write; 0 for Cancel.",
)
def save_as_dialog(run: Run, prompt: str, suggestion: str, path: Reference) -> float:
    return _ask_path(run, prompt, suggestion, path, "save")


@builtin("number GetDirectoryDialog(string &path)", family="prompts", help="Ask for a folder; 0 for Cancel.")
def get_directory_dialog(run: Run, path: Reference) -> float:
    return _ask_path(run, "Folder", "", path, "folder")


@builtin(
    "number GetDirectoryDialog(string prompt, string suggestion, string &path)",
    family="prompts",
    help="Ask for a folder; 0 for Cancel.",
)
def get_directory_dialog_with_prompt(run: Run, prompt: str, suggestion: str, path: Reference) -> float:
    return _ask_path(run, prompt, suggestion, path, "folder")


# --- images -----------------------------------------------------------------------------------


def _ask_images(run: Run, prompt: str, targets: tuple[Reference, ...]) -> float:
    """Give the front images, the front one first; an answer names others by their titles."""
    suggestion = ",".join(image.name for image in reversed(run.shown))
    answer = run.host.ask_text(prompt, suggestion)
    if answer is None or len(run.shown) < len(targets):
        return 0.0
    for place, target in enumerate(targets):
        target.set(_named(run, answer if answer != suggestion else "", place))
    return 1.0


def _named(run: Run, answer: str, place: int) -> Image:
    names = [name.strip() for name in answer.split(",")] if answer else []
    if place >= len(names):
        return run.shown[-1 - place]
    found = [image for image in reversed(run.shown) if image.name == names[place]]
    if not found:
        shown = ", ".join(image.name for image in run.shown)
        raise ScriptRuntimeError(f"no shown image has the title {names[place]!r}", expected=f"one of {shown}")
    return found[0]


@builtin(
    "number GetOneImage(string prompt, image &img)",
    "number GetTwoImages(string prompt, image &a, image &b)",
    "number GetThreeImages(string prompt, image &a, image &b, image &c)",
    family="prompts",
    help="Ask for shown images; the front ones unless answered. 0 for Cancel.",
    throws=True,
)
def get_images(run: Run, prompt: str, *targets: Reference) -> float:
    return _ask_images(run, prompt, targets)


@builtin(
    "number GetOneImageWithPrompt(string prompt, string title, image &img)",
    "number GetTwoImagesWithPrompt(string prompt, string title, image &a, image &b)",
    family="prompts",
    help="Ask for shown images; the front ones unless answered. 0 for Cancel.",
    throws=True,
)
def get_images_with_prompt(run: Run, prompt: str, title: str, *targets: Reference) -> float:
    return _ask_images(run, prompt, targets)


@builtin(
    "number GetTwoLabeledImagesWithPrompt(string prompt, string title, string labelA, image &a, string labelB, "
    "image &b)",
    "number GetThreeLabeledImagesWithPrompt(string prompt, string title, string labelA, image &a, string labelB, "
    "image &b, string labelC, image &c)",
    family="prompts",
    help="Ask for shown images, each with what it is for; the front ones unless answered. 0 for Cancel.",
    throws=True,
)
def get_labeled_images(run: Run, prompt: str, title: str, *labelled: Any) -> float:
    return _ask_images(run, prompt, labelled[1::2])


# --- keys -------------------------------------------------------------------------------------


def _key_test(name: str, key: str) -> None:
    @builtin(f"number {name}()", family="prompts", help=f"Whether the {key} key is held down.")
    def is_down(run: Run) -> float:
        run.check()
        return float(run.host.is_key_down(key))


for _name, _key in {
    "ShiftDown": "shift",
    "OptionDown": "alt",
    "ControlDown": "ctrl",
    "SpaceDown": "space",
    "EscapeDown": "escape",
}.items():
    _key_test(_name, _key)


@builtin("number GetKey()", family="prompts", help="Code of a pressed key, 0 for none.")
def get_key(run: Run) -> float:
    run.check()
    return float(run.host.pressed_key())
