"""DigitalMicrograph's files, DM3 and DM4: their tags byte for byte, and our arrays in them.

In comes a file, out go its tags (:func:`read_tags`), its images (:func:`find_images`), their pixels as
memory maps (:func:`open_pixels`), and what the microscope noted about each (:func:`plane_facts`). In comes
a labelled array, out goes a file (:func:`write_dm`); :func:`restore` gives such an array back as it was.

Always true: tags keep their names, types and bits; pixels are streamed; what is damaged is said in one
sentence. Read :mod:`~temstack.formats.dm.layout` first. DigitalMicrograph itself could not be tried.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import xarray as xr

from temstack.errors import SettingError, UnknownFormatError
from temstack.formats.dm.document import document
from temstack.formats.dm.facts import plane_facts as plane_facts
from temstack.formats.dm.images import Calibration as Calibration
from temstack.formats.dm.images import Image as Image
from temstack.formats.dm.images import find_images as find_images
from temstack.formats.dm.images import open_pixels as open_pixels
from temstack.formats.dm.layout import VERSIONS
from temstack.formats.dm.layout import PixelBlock as PixelBlock
from temstack.formats.dm.own_tags import foreign_tags as foreign_tags
from temstack.formats.dm.own_tags import restore as restore
from temstack.formats.dm.reading import read_tags as read_tags
from temstack.formats.dm.writing import lay_out, write_pieces
from temstack.stack.progress import Progress, no_progress


def write_dm(
    array: xr.DataArray,
    target: str | Path | BinaryIO,
    *,
    version: int | None = None,
    raw: bool = False,
    name: str | None = None,
    progress: Progress = no_progress,
) -> None:
    """Write an array as a DM3 or DM4 file, block by block, with its tags, calibrations and values of planes.

    Parameters
    ----------
    array : DataArray, 1-D to 4-D, and ``channel`` for colour
        A stack, spectrum image, image, spectrum…; NumPy, dask or opened from disk. It may be larger than
        memory.
    target : str, Path or binary file
        Where to. The file is written in place; :func:`temstack.write` makes that safe.
    version : int
        3 or 4; left out, as the suffix of `target` says.
    raw : bool
        Store the pixels as recorded and their ``scale`` beside them. Otherwise scaled planes are stored as
        counts, in float32.
    name : str
        What to call the file in messages; left out, what `target` is called.
    progress : Progress
        Told as blocks are written.

    Raises
    ------
    UnsupportedDataError
        If the format has no such pixels or dimensions, or if 2 GiB is too little for a DM3 file.
    """
    target_name = str(target) if isinstance(target, (str, Path)) else str(getattr(target, "name", "file"))
    version = _version_of(target_name) if version is None else version
    subject = target_name if name is None else name
    if version not in VERSIONS:
        raise SettingError("version", "there is no such version of the DM format", got=version, expected="3 or 4")
    tags = document(array, version=version, raw=raw, subject=subject, progress=progress)
    pieces = lay_out(tags, version, subject)
    if isinstance(target, (str, Path)):
        with Path(target).open("wb") as file:
            write_pieces(file, pieces)
    else:
        write_pieces(target, pieces)


def _version_of(name: str) -> int:
    versions = {f".dm{version}": version for version in VERSIONS}
    suffix = Path(name).suffix.lower()
    if suffix not in versions:
        raise UnknownFormatError(name, "is no name of a DM file", got=suffix, expected=" or ".join(versions))
    return versions[suffix]
