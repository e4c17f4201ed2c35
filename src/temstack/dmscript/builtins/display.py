"""Images on show: which is in front, how it is drawn. A headless run keeps what is set and draws on request."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.displays import ImageDisplay, display_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.rendering import display_limits
from temstack.dmscript.signatures import builtin


@builtin("void ShowImage(image img)", "void SelectImage(image img)", family="display", help="Show, in front of all.")
def show_image(run: Run, img: Image) -> None:
    run.show(img)


@builtin("void DisplayAt(image img, number x, number y)", family="display", help="Show; the position needs a screen.")
def display_at(run: Run, img: Image, x: float, y: float) -> None:
    run.show(img)


@builtin("void HideImage(image img)", "void CloseImage(image img)", family="display", help="Take off the screen.")
def hide_image(run: Run, img: Image) -> None:
    run.close(img)


@builtin("void UpdateImage(image img)", family="display", help="Draw again what has changed.")
def update_image(run: Run, img: Image) -> None:
    run.check()
    if any(shown is img for shown in run.shown):
        run.host.show_image(img)
    image_data_changed(run, img)


@builtin("void ImageDataChanged(image img)", family="display", help="Tell all who listen that pixels have changed.")
def image_data_changed(run: Run, img: Image) -> None:
    for event, flags in (("data_changed", 1.0), ("data_value_changed", 2.0)):
        run.desk.listeners.tell(img, event, (flags, img))


@builtin("image GetFrontImage()", family="display", help="The image in front.", throws=True)
def get_front_image(run: Run) -> Image:
    return run.front()


@builtin("number GetFrontImage(image &img)", family="display", help="The image in front; 0 if none is shown.")
def get_front_image_into(run: Run, img: Reference) -> float:
    if run.shown:
        img.set(run.shown[-1])
    return float(bool(run.shown))


@builtin("image FindFrontImage()", family="display", help="The image in front; not valid if none is shown.")
def find_front_image(run: Run) -> object:
    return run.shown[-1] if run.shown else NULL


@builtin("image FindNextImage(image img)", family="display", help="The image behind; not valid if it is the last.")
def find_next_image(run: Run, img: Image) -> object:
    places = [index for index, shown in enumerate(run.shown) if shown is img]
    return run.shown[places[0] - 1] if places and places[0] > 0 else NULL


@builtin("number CountImages()", family="display", help="Number of shown images.")
def count_images(run: Run) -> float:
    return float(len(run.shown))


# --- displays ---------------------------------------------------------------------------------


@builtin("imagedisplay ImageGetImageDisplay(image img, number index)", family="display", help="A display.", throws=True)
def image_get_display(run: Run, img: Image, index: float) -> ImageDisplay:
    display_of(img)
    if not 0 <= index < len(img.displays):
        raise ScriptRuntimeError(f"image {img.name!r} has no display {index:g}; it has {len(img.displays)}")
    return img.displays[int(index)]


@builtin("number ImageCountImageDisplays(image img)", family="display", help="Number of displays.")
def image_count_displays(run: Run, img: Image) -> float:
    return float(len(img.displays) or any(shown is img for shown in run.shown))


@builtin("number CountImageDisplays()", family="display", help="Number of displays of shown images.")
def count_displays(run: Run) -> float:
    return float(sum(len(image.displays) or 1 for image in run.shown))


@builtin(
    "imagedisplay GetNthImageDisplay(number index)",
    "imagedisplay GetNthImageDisplay(number index, imagedocument &document)",
    family="display",
    help="A display of a shown image, that in front first, and its document; not valid if none.",
)
def nth_display(run: Run, index: float, document: Reference | None = None) -> object:
    for image in run.shown:
        display_of(image)
    found = [display for image in reversed(run.shown) for display in image.displays]
    if not 0 <= index < len(found):
        return NULL
    if document is not None:
        document.set(run.document(found[int(index)].image))
    return found[int(index)]


@builtin("number ImageDisplayIsValid(imagedisplay display)", family="display", help="Whether it is a display.")
def display_is_valid(run: Run, display: object) -> float:
    return float(isinstance(display, ImageDisplay))


@builtin("image ImageDisplayGetImage(imagedisplay display)", family="display", help="The image that it shows.")
def display_get_image(run: Run, display: ImageDisplay) -> Image:
    return display.image


@builtin("void SetDisplayType(image img, number type)", family="display", help="1 picture, 4 line plot, 6 table.")
def set_display_type(run: Run, img: Image, kind: float) -> None:
    display_of(img).type = int(kind)


@builtin("number ImageDisplayGetDisplayType(imagedisplay display)", family="display", help="1 picture, 4 line plot…")
def get_display_type(run: Run, display: ImageDisplay) -> float:
    return float(display.type)


@builtin("void SetLimits(image img, number low, number high)", family="display", help="What is black and what white.")
def set_limits(run: Run, img: Image, low: float, high: float) -> None:
    display_of(img).limits = (low, high)
    display_of(img).is_auto_survey = False


@builtin(
    "void ImageDisplaySetContrastLimits(imagedisplay display, number low, number high)",
    family="display",
    help="What is black and what white.",
)
def set_contrast_limits(run: Run, display: ImageDisplay, low: float, high: float) -> None:
    display.limits, display.is_auto_survey = (low, high), False


@builtin("void GetLimits(image img, number &low, number &high)", family="display", help="What is black and what white.")
def get_limits(run: Run, img: Image, low: Reference, high: Reference) -> None:
    get_contrast_limits(run, display_of(img), low, high)


@builtin(
    "void ImageDisplayGetContrastLimits(imagedisplay display, number &low, number &high)",
    family="display",
    help="What is black and what white.",
)
def get_contrast_limits(run: Run, display: ImageDisplay, low: Reference, high: Reference) -> None:
    least, most = display_limits(display)
    low.set(float(least))
    high.set(float(most))


@builtin(
    "void SetSurvey(image img, number isOn)",
    family="display",
    help="Whether contrast follows the pixels.",
)
def set_survey(run: Run, img: Image, is_on: float) -> None:
    display_of(img).is_auto_survey = bool(is_on)


@builtin(
    "void ImageDisplaySetDoAutoSurvey(imagedisplay display, number isOn)",
    family="display",
    help="Whether contrast follows the pixels.",
)
def set_auto_survey(run: Run, display: ImageDisplay, is_on: float) -> None:
    display.is_auto_survey = bool(is_on)


@builtin(
    "void ImageDisplaySetColorTableByName(imagedisplay display, string name)",
    family="display",
    help="Draw with a table of colours.",
)
def set_colour_table(run: Run, display: ImageDisplay, name: str) -> None:
    display.colour_table = name


@builtin(
    "void ImageDisplaySetDisplayedLayers(imagedisplay display, number first, number last)",
    family="display",
    help="Show the mean of these planes.",
)
def set_displayed_layers(run: Run, display: ImageDisplay, first: float, last: float) -> None:
    display.properties["layers"] = (first, last)
    display.plane = int(first)


@builtin(
    "void ImageDisplayGetDisplayedLayers(imagedisplay display, number &first, number &last)",
    family="display",
    help="Which planes are shown.",
)
def get_displayed_layers(run: Run, display: ImageDisplay, first: Reference, last: Reference) -> None:
    layers = display.properties.get("layers", (0.0, 0.0))
    first.set(layers[0])
    last.set(layers[1])


def _remembered(setter: str, getter: str, key: str, default: float, what: str) -> None:
    """Declare a pair that sets and gets a property of how an image is drawn."""

    @builtin(f"void {setter}(image img, number value)", family="display", help=f"Set the {what}.")
    def set_value(run: Run, img: Image, value: float) -> None:
        display_of(img).properties[key] = value

    @builtin(f"number {getter}(image img)", family="display", help=f"The {what}.")
    def get_value(run: Run, img: Image) -> Any:
        return float(display_of(img).properties.get(key, default))


for _setter, _getter, _key, _default, _what in (
    ("SetZoom", "GetZoom", "zoom", 1.0, "zoom"),
    ("SetInversionMode", "GetInversionMode", "inversion", 0.0, "inversion: 1 for black as white"),
    ("SetColorMode", "GetColorMode", "colour mode", 0.0, "colour mode"),
    ("SetMinContrast", "GetMinContrast", "least contrast", 0.0, "least contrast"),
):
    _remembered(_setter, _getter, _key, _default, _what)
