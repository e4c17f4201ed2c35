"""The store of a series that is about to be recorded: everything but its planes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import StackError
from temstack.stack.axes import PLANE_DIMS
from temstack.store.columns import column_types, write_columns
from temstack.store.disk import replace_forced
from temstack.store.journal import NAME, Journal
from temstack.store.layout import PIXELS, template
from temstack.store.planes import COMPRESSION, KEY_ENCODING, encoded, plane_file

DARK, GAIN = "dark", "gain"
DARK_DIM = "dark_reference"
DARK_VALUES = ("dark_exposure_s", "dark_time")
STATE = "state"
RECORDING = "recording"
"""State of a store whose series has not ended, or ended with the program that recorded it."""


def plane_axis(array: xr.DataArray) -> int:
    """Return the axis along which planes lie; StackError if it is no stack or spectrum image."""
    axes = [axis for axis, dim in enumerate(array.dims) if dim in PLANE_DIMS]
    if array.ndim != 3 or len(axes) != 1:
        raise StackError(
            "what is to be recorded",
            "is neither a stack nor a spectrum image",
            got=f"dimensions {tuple(map(str, array.dims))}",
            expected="(one of energy_loss, defocus, time, exposure, tilt, plane; y; x)",
        )
    return axes[0]


def create_files(planned: xr.DataArray, gain: NDArray[np.float32] | None, folder: Path) -> None:
    """Write a store with no plane recorded.

    Parameters
    ----------
    planned : stack or spectrum image
        Its labels; pixels are not looked at.
    gain : (y, x) float32, dimensionless, optional
        The gain reference.
    folder : Path
        Must not exist.
    """
    axis = plane_axis(planned)
    dim = str(planned.dims[axis])
    dataset = _with_references(template(_marked(planned, dim)), axis, dim)
    dataset.to_zarr(
        folder, mode="w-", compute=False, zarr_format=3, consolidated=False, encoding=_encoding(dataset, axis, dim)
    )
    write_columns(folder, dataset, column_types(dataset, dim) | column_types(dataset, DARK_DIM))
    if gain is not None:
        plane_file(folder, GAIN, 0, axes=2).write_bytes(encoded(np.asarray(gain, np.float32)))
        set_attributes(folder, has_gain=True)
    journal = Journal(folder / PIXELS / NAME)
    journal.append([{"journal": 1}])
    journal.close()


def _marked(planned: xr.DataArray, dim: str) -> xr.DataArray:
    marked = planned.copy(deep=False)
    if "is_recorded" not in marked.coords:
        marked = marked.assign_coords(is_recorded=(dim, np.zeros(marked.sizes[dim], dtype=bool)))
    marked.attrs[STATE] = RECORDING
    return marked


def _with_references(dataset: xr.Dataset, axis: int, dim: str) -> xr.Dataset:
    """Add room for as many dark references as there are planes, and for one gain reference."""
    import dask.array as da

    pixels = dataset[PIXELS]
    count, frame = pixels.sizes[dim], tuple(size for index, size in enumerate(pixels.shape) if index != axis)
    unknown = np.full(count, np.nan)
    chunks = tuple(1 if index == axis else size for index, size in enumerate(pixels.shape))
    empty = pixels.variable.copy(data=da.zeros(pixels.shape, dtype=pixels.dtype, chunks=chunks))
    return dataset.assign(
        {
            PIXELS: empty,
            DARK: ((DARK_DIM, "y", "x"), da.zeros((count, *frame), dtype=np.float32, chunks=(1, *frame))),
            GAIN: (("y", "x"), da.ones(frame, dtype=np.float32, chunks=frame)),
        }
    ).assign_coords({name: (DARK_DIM, unknown, {"units": "s"}) for name in DARK_VALUES})


def _encoding(dataset: xr.Dataset, axis: int, dim: str) -> dict[str, dict[str, Any]]:
    from zarr.codecs import BloscCodec

    encoding: dict[str, dict[str, Any]] = {}
    for name, plane_like in ((PIXELS, axis), (DARK, 0), (GAIN, None)):
        shape = dataset[name].shape
        encoding[name] = {
            "chunks": tuple(1 if index == plane_like else size for index, size in enumerate(shape)),
            "compressors": (BloscCodec(**COMPRESSION),),  # type: ignore[arg-type]
            "chunk_key_encoding": KEY_ENCODING,
            "_FillValue": None,
            "fill_value": dataset[name].dtype.type(name == GAIN),
        }
    plain = column_types(dataset, dim) | column_types(dataset, DARK_DIM)
    for key, coord in dataset.coords.items():
        name = str(key)
        if name in plain:
            encoding[name] = {"compressors": (), "chunks": coord.shape, "_FillValue": None}
        elif coord.dtype.kind == "f":
            encoding[name] = {"_FillValue": None}
    return encoding


def set_attributes(folder: Path, **attrs: Any) -> None:
    """Change attributes of the pixels, durably."""
    path = folder / PIXELS / "zarr.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    metadata["attributes"] = {**metadata.get("attributes", {}), **attrs}
    replace_forced(path, json.dumps(metadata, indent=2).encode())
