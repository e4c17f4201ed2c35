"""What DM3 and DM4 files say beyond what RosettaSciIO passes on: exact tags, and facts about the image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr

from temstack.formats.dm.images import find_images
from temstack.formats.dm.own_tags import restore
from temstack.formats.dm.reading import read_tags
from temstack.formats.found import Axis, Found
from temstack.formats.kinds import DM
from temstack.formats.labelling import label_found
from temstack.formats.rosetta import read_found

_COLOUR_TYPES = (8, 23)


def read_dm(path: Path, *, lazy: bool) -> list[xr.DataArray]:
    """Return the images of a DM3 or DM4 file, with their tags byte-true.

    RosettaSciIO reads pixels, calibrations and what it knows about the microscope. The tags come from our own
    reader, because RosettaSciIO takes the dots out of their names; it also says exactly where a damaged file
    ends. An image that temstack wrote comes back with its per-plane values and history.

    Parameters
    ----------
    path : Path
        The file.
    lazy : bool
        Leave pixels on disk; colours are read all the same.
    """
    images = find_images(read_tags(path), path.name)
    has_colour = any(image.pixel_type in _COLOUR_TYPES for image in images)
    found = read_found(path, DM, lazy=lazy and not has_colour)
    arrays = []
    for one, image in zip(found, images, strict=True):
        arrays.append(restore(label_found(_with_meant_calibration(one), path), image))
    return arrays


def _with_meant_calibration(found: Found) -> Found:
    # DM calls axes x, y, z by their place alone; names would only hide what the units say.
    return replace(found, tags={}, axes=tuple(_meant(axis) for axis in found.axes))


def _meant(axis: Axis) -> Axis:
    """Return an axis with the decimals that were meant: DM keeps 0.1 in 32 bits, as 0.10000000149."""
    size, step = len(axis.values), axis.step
    if size == 0 or np.float32(step) != step or step == 0:
        return replace(axis, name="")
    meant = float(str(np.float32(step)))
    return Axis.even("", axis.units, size, meant, float(axis.values[0]) / step * meant)
