"""Images of a script as files: DM4, TIFF and the rest through :func:`temstack.write`, PNG as a picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from temstack.dmscript.conversion import Pixels, luminosity
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.stacks import stack_from_image

if TYPE_CHECKING:
    from temstack.dmscript.images import Image


def write_image(image: Image, path: Path) -> None:
    """Write an image; the suffix says the format.

    Parameters
    ----------
    image : Image
        One to three dimensions; a ``.png`` of a stack shows every plane in a contact sheet, one of an image that a
        script has marked shows what its display does.
    path : Path
        Where to; what is there is replaced.

    Raises
    ------
    ScriptRuntimeError
        If the format cannot hold the image.
    """
    from temstack.errors import TemstackError
    from temstack.files import write

    try:
        if path.suffix.lower() == ".png":
            _write_picture(image, path)
        else:
            write(stack_from_image(image), path, overwrite=True)
    except TemstackError as err:
        raise ScriptRuntimeError(f"image {image.name!r} cannot be saved ({err})") from None


def _write_picture(image: Image, path: Path) -> None:
    from temstack.dmscript.pictures import has_own_look, write_picture
    from temstack.report import contact_sheet

    if has_own_look(image):
        write_picture(image, path)
        return

    shown = image
    if image.is_complex or image.is_colour:
        shown = image.view(_visible(image), image.calibrations)
        shown.type_code = 2
    contact_sheet(stack_from_image(shown), path, overwrite=True)


def _visible(image: Image) -> Pixels:
    """Return what a picture shows: of complex numbers the logarithm of their size."""
    if image.is_colour:
        return luminosity(image.data)
    return np.asarray(np.log1p(np.abs(image.data)))


def file_name(image: Image, number: int) -> str:
    """Return a name for the file of a shown image, without a suffix.

    Examples
    --------
    >>> from temstack.dmscript.images import new_image
    >>> file_name(new_image("Defocus Stack: 1/2", 2, [1]), 3)
    '03_Defocus_Stack_1_2'
    """
    plain = re.sub(r"[^\w.-]+", "_", image.name).strip("_.") or "image"
    return f"{number:02d}_{plain}"
