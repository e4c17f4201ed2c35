"""What DM3 and DM4 files say beyond what RosettaSciIO passes on: exact tags, and facts about the image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from temstack.formats.dm import Image, find_images, plane_facts, read_tags, restore
from temstack.formats.found import Axis, Found
from temstack.formats.kinds import DM
from temstack.formats.labelling import label_found
from temstack.formats.rosetta import read_found

_COLOUR_TYPES = (8, 23)
_OF_ANY = {name: name for name in ("high_tension_kv", "exposure_s", "slit_width_ev", "acquired")}
_OF_ONE_IMAGE = {
    "energy_loss_ev": "energy_loss_ev",
    "defocus_nm": "defocus_nm",
    "tilt_deg": "tilt_deg",
    "time": "time_s",
}
"""Facts of :func:`plane_facts`, and the attributes they become."""


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
        array = restore(label_found(_with_meant_calibration(one), path), image)
        array.attrs = {**_facts(array, image), **array.attrs}
        if not array.attrs["tags"]:
            del array.attrs["tags"]
        arrays.append(array)
    return arrays


def _facts(array: xr.DataArray, image: Image) -> dict[str, Any]:
    """Return what the microscope noted; of a single image also what may make it a plane of a series."""
    wanted = _OF_ANY if array.ndim != 2 else _OF_ANY | _OF_ONE_IMAGE
    facts = plane_facts(image.tags)
    return {wanted[name]: value for name, value in facts.items() if name in wanted}


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
