"""Per-plane values on disk, changed in place: one uncompressed file for each name, one number for each plane.

So a program that looks at the store while it is recorded sees every plane at once that was acknowledged, and eight
bytes written in place are never torn.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import SettingError
from temstack.store.disk import write_all

_BINARY = getattr(os, "O_BINARY", 0)


def column_types(array: xr.DataArray | xr.Dataset, dim: str) -> dict[str, np.dtype[Any]]:
    """Return the types of the values along a dimension that can be changed in place, its positions included."""
    return {
        str(name): np.dtype(coord.dtype.newbyteorder("<"))
        for name, coord in array.coords.items()
        if coord.dims == (dim,) and coord.dtype.kind in "fiub"
    }


class Columns:
    """The per-plane values of a recording.

    Parameters
    ----------
    folder : Path
        The store.
    types : mapping of str to dtype
        As :func:`column_types` returns them.
    """

    def __init__(self, folder: Path, types: Mapping[str, np.dtype[Any]]) -> None:
        self._types = dict(types)
        self._handles = {name: os.open(column_file(folder, name), os.O_RDWR | _BINARY) for name in types}

    def check(self, values: Mapping[str, Any], subject: str) -> dict[str, bool | int | float]:
        """Return values as the columns hold them; SettingError for one that has no column or does not fit."""
        return {name: self._checked(name, value, subject) for name, value in values.items()}

    def _checked(self, name: str, value: Any, subject: str) -> bool | int | float:
        if name not in self._types:
            known = ", ".join(sorted(self._types))
            raise SettingError(subject, "has no such per-plane value", got=repr(name), expected=f"one of {known}")
        kind = self._types[name].type
        try:
            stored = kind(value)
            exact = kind in (np.float32, np.float64) or stored == value
        except (TypeError, ValueError, OverflowError):
            exact = False
        if not exact:
            raise SettingError(f"{subject}: {name}", "does not fit", got=repr(value), expected=kind.__name__)
        plain: bool | int | float = stored.item()
        return plain

    def write(self, index: int, values: Mapping[str, Any]) -> None:
        """Change the values of one plane; they are not forced to disk, for the journal has them."""
        for name, value in values.items():
            number = np.array(value, self._types[name])
            os.lseek(self._handles[name], index * number.itemsize, os.SEEK_SET)
            write_all(self._handles[name], number.tobytes())

    def force(self) -> None:
        """Force all values to disk."""
        for handle in self._handles.values():
            os.fsync(handle)

    def force_one(self, name: str) -> None:
        """Force one column to disk."""
        os.fsync(self._handles[name])

    def close(self) -> None:
        """End."""
        for handle in self._handles.values():
            os.close(handle)
        self._handles.clear()


def column_file(folder: Path, name: str) -> Path:
    """Return the file that holds the values of one name."""
    return folder / name / "c" / "0"


def write_columns(folder: Path, array: xr.DataArray | xr.Dataset, types: Mapping[str, np.dtype[Any]]) -> None:
    """Write all columns whole; Zarr leaves out what it takes for empty, and there would be nothing to change."""
    for name, dtype in types.items():
        path = column_file(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(array.coords[name].values.astype(dtype).tobytes())
