"""A series that has not ended, or whose program died, seen as far as it is safe on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from temstack.store.creating import RECORDING, STATE, plane_axis
from temstack.store.journal import NAME, Contents, PlaneLine, read_journal
from temstack.store.layout import PIXELS
from temstack.store.lock import is_held
from temstack.store.planes import plane_file
from temstack.store.repairing import intact_take


def as_recorded(array: xr.DataArray, folder: Path) -> xr.DataArray:
    """Return an array with the values that the journal knows, or as it is where it has ended.

    Nothing is written: another program may be at it.
    """
    journal = folder / PIXELS / NAME
    if array.attrs.get(STATE) != RECORDING or not journal.exists():
        return array
    is_alive = is_held(journal)
    contents = read_journal(journal)
    result = _with_values(array, folder, contents)
    result.attrs = {**array.attrs, STATE: RECORDING if is_alive else "partial", "log": contents.notes}
    return result


def _with_values(array: xr.DataArray, folder: Path, contents: Contents) -> xr.DataArray:
    axis = plane_axis(array)
    dim = str(array.dims[axis])
    columns = {str(name): coord.values.copy() for name, coord in array.coords.items() if coord.dims == (dim,)}
    columns["is_recorded"] = np.zeros(array.sizes[dim], dtype=bool)
    for index, lines in contents.planes.items():
        line = _seen(folder, axis, lines)
        if line is not None:
            for name, value in {**line.values, "is_recorded": True}.items():
                columns[name][index] = value
    coords = {name: (dim, values, array.coords[name].attrs) for name, values in columns.items()}
    return array.assign_coords(coords)


def _seen(folder: Path, axis: int, lines: list[PlaneLine]) -> PlaneLine | None:
    """Return the take that is in place; where there is only one, its length tells enough."""
    if len(lines) > 1:
        return intact_take(folder, axis, lines)
    file = plane_file(folder, PIXELS, lines[0].plane, axis)
    return lines[0] if file.exists() and file.stat().st_size == lines[0].size else None
