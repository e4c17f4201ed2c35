"""How a display draws its image: tables of colours, gamma, layout; and what it shows as an image of colours."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import RGB
from temstack.dmscript.displays import ImageDisplay, display_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.rendering import colour_image, colour_table, colours_of, table_of_image
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import MISSING, TagGroup

_FAMILY = "display_style"
_AREA = ("t", "l", "b", "r")
_GIVEN = ", ".join(f"number {name}" for name in _AREA)
_WANTED = ", ".join(f"number &{name}" for name in _AREA)

# --- tables of colours ------------------------------------------------------------------------


@builtin(
    "void ImageDisplaySetInputColorTable(imagedisplay display, image table)",
    family=_FAMILY,
    help="Draw with the colours of an image of 256 × 1 colours, from black to white.",
    throws=True,
)
def set_table(run: Run, display: ImageDisplay, table: Image) -> None:
    if table.data.size < 2:
        raise ScriptRuntimeError("a table of colours needs two colours or more", got=table.data.size)
    display.properties["colour table"] = table_of_image(table)


@builtin("void SetCustomCLUT(image img, image table)", family=_FAMILY, help="Draw with these colours.", throws=True)
def set_custom_table(run: Run, img: Image, table: Image) -> None:
    set_table(run, display_of(img), table)


@builtin(
    "image ImageDisplayGetInputColorTable(imagedisplay display)",
    family=_FAMILY,
    help="The colours that it is drawn with, as an image of 256 × 1 colours.",
)
def get_table(run: Run, display: ImageDisplay) -> Image:
    return colour_image(colour_table(display)[np.newaxis], "Color Table")


@builtin(
    "image COLUGradientColorCLUT(taggroup colours)",
    family=_FAMILY,
    help='New table of 256 colours, straight between those of a list; each has "Index", 0 to 255, and "RGB".',
    throws=True,
)
def gradient_table(run: Run, colours: TagGroup) -> Image:
    points = sorted((_point(entry) for _, entry in colours), key=lambda point: point[0])
    if not points:
        raise ScriptRuntimeError("a gradient of colours needs one colour or more")
    places = [place for place, _ in points]
    parts = [np.interp(np.arange(256), places, [colour[part] for _, colour in points]) for part in range(3)]
    return colour_image(np.rint(np.stack(parts, axis=-1)).clip(0, 255).astype(np.uint8)[np.newaxis], "Gradient")


def _point(entry: object) -> tuple[float, tuple[float, ...]]:
    if not isinstance(entry, TagGroup):
        raise ScriptRuntimeError("a colour of a gradient is no tag group", got=repr(entry))
    place, colour = entry.find("Index"), entry.find("RGB")
    if place is MISSING or not isinstance(colour, tuple):
        raise ScriptRuntimeError('a colour of a gradient needs the tags "Index" and "RGB"', got=repr(entry.labels))
    return float(place), tuple(float(part) for part in colour)


@builtin(
    "void ImageDisplaySetIntensityTransformation(imagedisplay display, image transformation)",
    family=_FAMILY,
    help="How bright each of 256 levels is drawn, 0 to 1 or 0 to 255.",
)
def set_transformation(run: Run, display: ImageDisplay, transformation: Image) -> None:
    levels = np.asarray(transformation.data, dtype=np.float64).reshape(-1)
    most = 255.0 if levels.max(initial=0.0) > 1 else 1.0
    table = colour_table(display)
    places = np.rint(levels / most * (len(table) - 1)).clip(0, len(table) - 1)
    display.properties["colour table"] = table[places.astype(np.intp)]


# --- numbers that are set and asked back ------------------------------------------------------


@builtin(
    "void ImageDisplaySetContrastParameters(imagedisplay display, number brightness, number contrast)",
    family=_FAMILY,
    help="Brightness and contrast, 0 to 1; 0.5 changes nothing.",
)
def set_contrast(run: Run, display: ImageDisplay, brightness: float, contrast: float) -> None:
    display.properties["contrast"] = (brightness, contrast)


@builtin(
    "void ImageDisplayGetContrastParameters(imagedisplay display, number &brightness, number &contrast)",
    family=_FAMILY,
    help="Brightness and contrast.",
)
def get_contrast(run: Run, display: ImageDisplay, brightness: Reference, contrast: Reference) -> None:
    found = display.properties.get("contrast", (0.5, 0.5))
    brightness.set(float(found[0]))
    contrast.set(float(found[1]))


@builtin("void SetSurveyTechnique(image img, number mode)", family=_FAMILY, help="0 cross, 1 whole, 2 sparse.")
def set_survey_technique(run: Run, img: Image, mode: float) -> None:
    display_of(img).properties["survey technique"] = float(mode)


def _declare_number(setter: str, getter: str, key: str, default: float, what: str) -> None:
    @builtin(f"void {setter}(imagedisplay display, number value)", family=_FAMILY, help=f"Set {what}.")
    def set_number(run: Run, display: ImageDisplay, value: float) -> None:
        display.properties[key] = float(value)

    @builtin(f"number {getter}(imagedisplay display)", family=_FAMILY, help=f"Get {what}.")
    def get_number(run: Run, display: ImageDisplay) -> float:
        return float(display.properties.get(key, default))


for _setter, _getter, _key, _default, _what in (
    ("GammaCorrection", "GammaCorrection", "gamma", 1.0, "the exponent that brightness is raised to"),
    ("CaptionOn", "", "caption", 0.0, "whether a caption is drawn"),
    ("IntensityScaleBarOn", "", "intensity bar", 0.0, "whether a bar of intensities is drawn"),
    ("ContrastMode", "ContrastMode", "contrast mode", 1.0, "how brightness follows values: 1 in proportion"),
    ("ComplexMode", "ComplexMode", "complex mode", 4.0, "what is shown of complex numbers: 4 log of the modulus"),
    ("MinimumContrast", "MinimumContrast", "least contrast", 0.0, "the least difference from black to white"),
    ("SurveyTechnique", "SurveyTechnique", "survey technique", 1.0, "how limits are found: 1 from all pixels"),
    ("ColorTableInverted", "", "inversion", 0.0, "whether black is drawn white"),
):
    _read = f"ImageDisplayGet{_getter}" if _getter else f"ImageDisplayIs{_setter}"
    _declare_number(f"ImageDisplaySet{_setter}", _read, _key, _default, _what)


@builtin(
    "number ImageDisplayGetDoAutoSurvey(imagedisplay display)", family=_FAMILY, help="Whether limits follow pixels."
)
def get_auto_survey(run: Run, display: ImageDisplay) -> float:
    return float(display.is_auto_survey)


@builtin(
    "void ImageDisplayChangeDisplayType(imagedisplay display, number type)",
    family=_FAMILY,
    help="1 picture, 4 line plot, 6 table.",
)
def change_type(run: Run, display: ImageDisplay, kind: float) -> None:
    display.type = int(kind)


@builtin(f"void ImageDisplaySetImageRect(imagedisplay display, {_GIVEN})", family=_FAMILY, help="Where it is drawn.")
def set_image_rect(run: Run, display: ImageDisplay, *area: float) -> None:
    display.rect = (area[0], area[1], area[2], area[3])


@builtin(
    f"void ImageDisplayGetImageRect(imagedisplay display, {_WANTED})",
    f"void ImageDisplayGetImageRectInView(imagedisplay display, {_WANTED})",
    family=_FAMILY,
    help="Where it is drawn.",
)
def get_image_rect(run: Run, display: ImageDisplay, *area: Reference) -> None:
    for reference, value in zip(area, display.rect, strict=True):
        reference.set(float(value))


# --- what is seen, as an image ----------------------------------------------------------------


@builtin("image CreateImageFromDisplay(image img)", family=_FAMILY, help="New colour image of what is seen of one.")
def create_from_display(run: Run, img: Image) -> Image:
    made = colour_image(colours_of(img, display_of(img)), f"{img.name} display")
    made.calibrations[:2] = list(img.calibrations[:2])[: len(made.calibrations)]
    return made


@builtin(
    "image ImageDisplayGetExportImage(imagedisplay display, number mode, imagedisplay &colours)",
    family=_FAMILY,
    help="New colour image of what is seen, pixel for pixel.",
)
def get_export_image(run: Run, display: ImageDisplay, mode: float, colours: Reference) -> Image:
    colours.set(display)
    return create_from_display(run, display.image)


@builtin("void SaveAsGif(image img, string path)", family=_FAMILY, help="Write what is seen as GIF.", throws=True)
def save_as_gif(run: Run, img: Image, path: str) -> None:
    from PIL import Image as Picture

    place = run.host.path(path if path.lower().endswith(".gif") else f"{path}.gif", writing=True)
    try:
        Picture.fromarray(colours_of(img, display_of(img))).save(place, "GIF")
    except OSError as err:
        raise ScriptRuntimeError(f"image {img.name!r} cannot be written to {path!r} ({err})") from None


@builtin(
    "number GetRGBColorDialog(string prompt, rgbnumber initial, rgbnumber &colour)",
    family=_FAMILY,
    help='Ask for a colour, answered as "255 128 0"; 1 for OK, 0 for Cancel.',
    throws=True,
)
def ask_colour(run: Run, prompt: str, initial: tuple[int, int, int], colour: Reference) -> float:

    answer = run.host.ask_text(prompt, " ".join(str(part) for part in initial[:3]))
    if answer is None:
        return 0.0
    parts = answer.replace(",", " ").split()
    if len(parts) != 3 or not all(part.isdigit() and int(part) < 256 for part in parts):
        raise ScriptRuntimeError(f"the answer to {prompt!r} is no colour", got=repr(answer), expected="255 128 0")
    colour.set(RGB(*(int(part) for part in parts)))
    return 1.0
