"""What a store looks like on disk.

::

    series.zarr/
    ├── zarr.json        {"temstack": {"layout": 1, "name": …}}
    ├── pixels/          as recorded; one plane in each chunk; zero where nothing was written
    │   └── zarr.json    attributes; tags and history as text
    ├── energy_loss/     positions of the planes, with their units
    ├── y/  x/           positions of the pixels
    └── exposure_s/ …    values of each plane

A series that is recorded (:mod:`temstack.store.recording`) has besides::

    ├── pixels/journal   one line for each plane, until the series has ended and for going on with it
    ├── dark/            dark references as they were taken, one in each chunk
    └── gain/            gain reference, 1 where there is none

All its planes lie in one folder, and its per-plane values are not compressed, so that they can be changed in place.

Attributes are JSON, which knows no types: tags and history are therefore stored as the typed text of
:func:`temstack.stack.tags.tags_to_json`. Attributes that are not plain JSON are stored in the same way, under
``temstack_attributes``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import FormatError
from temstack.stack.tags import tags_from_json, tags_to_json

LAYOUT = 1
"""Version of the layout, written into every store."""

PIXELS = "pixels"
"""Name of the variable that holds the pixels."""

_TYPED = ("tags", "history")
_OTHERS = "temstack_attributes"


def chunks_of(shape: tuple[int, ...], dims: tuple[str, ...]) -> tuple[int, ...]:
    """Return the shape of a chunk: one plane, or all of an image or spectrum.

    Examples
    --------
    >>> chunks_of((61, 1024, 1024), ("energy_loss", "y", "x"))
    (1, 1024, 1024)
    >>> chunks_of((1024, 1024), ("y", "x"))
    (1024, 1024)
    """
    axes = len(shape) - ("channel" in dims)
    return tuple(1 if index == 0 and axes > 2 else max(extent, 1) for index, extent in enumerate(shape))


def template(array: xr.DataArray) -> xr.Dataset:
    """Return what is on disk besides the pixels: a data set with the same labels and no pixels in memory."""
    import dask.array as da

    chunks = chunks_of(array.shape, tuple(map(str, array.dims)))
    dtype = np.dtype(np.int8) if array.dtype == bool else array.dtype
    coords = {name: _storable(coord.variable) for name, coord in array.coords.items()}
    pixels = da.zeros(array.shape, dtype=dtype, chunks=chunks)
    variable = xr.Variable(array.dims, pixels, _to_json(array.attrs))
    if array.dtype == bool:
        variable.attrs["dtype"] = "bool"  # how xarray marks a Boolean; Zarr has the type, netCDF does not
    layout = {"layout": LAYOUT, "name": None if array.name is None else str(array.name)}
    return xr.Dataset({PIXELS: variable}, coords, {"temstack": layout})


def restored(dataset: xr.Dataset, subject: str) -> xr.DataArray:
    """Return the array that a store holds, with its labels in memory and its pixels on disk.

    Parameters
    ----------
    dataset : Dataset
        As opened by xarray.
    subject : str
        Name of the store, for messages.

    Raises
    ------
    FormatError
        If it is no store of ours, or one of a later version.
    """
    about = dataset.attrs.get("temstack")
    names = [PIXELS] if PIXELS in dataset.data_vars else sorted(map(str, dataset.data_vars))
    if not isinstance(about, Mapping) and len(names) != 1:
        raise FormatError(
            subject,
            "is not a store that temstack wrote, and holds more than one variable",
            got=", ".join(names) or "none",
            advice="open it with xarray.open_zarr, and give temstack one variable",
        )
    if isinstance(about, Mapping) and about.get("layout") != LAYOUT:
        raise FormatError(
            subject,
            "was written by a later version of temstack",
            got=f"layout {about.get('layout')}",
            expected=f"layout {LAYOUT}",
            advice="update temstack",
        )
    array = dataset[names[0]]
    array.name = about.get("name") if isinstance(about, Mapping) else names[0]
    array.attrs = _from_json(array.attrs)
    labels = {name: _loaded(coord.variable) for name, coord in array.coords.items()}
    return array.assign_coords(labels)


def _storable(variable: xr.Variable) -> xr.Variable:
    """Return a coordinate in a type that Zarr v3 has a specification for."""
    values = variable.values
    if values.dtype.kind in "UO":
        values = values.astype(np.dtypes.StringDType())
    return xr.Variable(variable.dims, values, _to_json(variable.attrs))


def _loaded(variable: xr.Variable) -> xr.Variable:
    values = variable.values
    if values.dtype.kind in "TO":
        values = np.array(values.tolist(), dtype=str).reshape(values.shape)
    return xr.Variable(variable.dims, values, _from_json(variable.attrs))


def _to_json(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    result, others = {}, {}
    for name, value in attrs.items():
        if name in _TYPED:
            result[str(name)] = tags_to_json(value)
        elif _is_plain_json(value):
            result[str(name)] = value
        else:
            others[str(name)] = value
    return {**result, _OTHERS: tags_to_json(others)} if others else result


def _from_json(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    result = {str(name): value for name, value in attrs.items() if name != _OTHERS}
    for name in _TYPED:
        if isinstance(result.get(name), str):
            result[name] = tags_from_json(result[name])
    return {**result, **tags_from_json(attrs[_OTHERS])} if _OTHERS in attrs else result


def _is_plain_json(value: Any) -> bool:
    """Return whether a value comes back from JSON as it went in."""
    if isinstance(value, np.generic):
        return False
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError):
        return False
