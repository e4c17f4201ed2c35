"""Raw planes seen corrected: minus their dark reference, divided by the gain reference, where they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack.axes import PLANE_DIMS


class Correction:
    """Corrects planes by references that lie on disk; the last dark reference is kept in memory.

    Parameters
    ----------
    dark : (m, y, x) DataArray of float32, counts
        Lazy.
    gain : (y, x) DataArray of float32, dimensionless, or None
        Lazy.
    """

    def __init__(self, dark: xr.DataArray, gain: xr.DataArray | None) -> None:
        self._dark, self._gain = dark.variable, None if gain is None else gain.variable
        self._last: tuple[int, NDArray[np.float32]] | None = None
        self._gain_pixels: NDArray[np.float32] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_last": None, "_gain_pixels": None}

    def __call__(self, planes: NDArray[Any], dark_ids: NDArray[np.int64], axis: int) -> NDArray[np.float32]:
        """Return planes corrected; those without a dark reference stay as they are."""
        result = planes.astype(np.float32)
        for place, dark_id in enumerate(dark_ids.ravel().tolist()):
            if dark_id >= 0:
                plane = np.moveaxis(result, axis, 0)[place]
                plane -= self._dark_of(dark_id)
                if self._gain is not None:
                    plane /= self._gain_of()
        return result

    def _dark_of(self, dark_id: int) -> NDArray[np.float32]:
        last = self._last  # read once: several threads correct planes at the same time
        if last is None or last[0] != dark_id:
            last = dark_id, np.asarray(self._dark[dark_id].values)
            self._last = last
        return last[1]

    def _gain_of(self) -> NDArray[np.float32]:
        assert self._gain is not None
        if self._gain_pixels is None:
            self._gain_pixels = np.asarray(self._gain.values)
        return self._gain_pixels


def corrected(array: xr.DataArray, references: Mapping[Any, xr.DataArray]) -> xr.DataArray:
    """Return the array as its ``processing`` wants it seen, float32 and lazy, or as it is where nothing is to be done.

    Parameters
    ----------
    array : stack or spectrum image, dask
        As recorded, with ``dark_id`` for each plane, -1 where there is none.
    references : mapping
        ``dark`` and ``gain``, as they lie in the store.
    """
    processing = array.attrs.get("processing")
    wants = processing in ("dark_subtracted", "gain_normalized")
    if not wants or "dark" not in references or "dark_id" not in array.coords:
        return array
    dark_ids = array.coords["dark_id"]
    if array.chunks is None or dark_ids.ndim != 1 or not (dark_ids.values >= 0).any():
        return array
    axis = next(axis for axis, dim in enumerate(array.dims) if dim in PLANE_DIMS)
    has_gain = processing == "gain_normalized" and array.attrs.get("has_gain", False)
    correction = Correction(references["dark"], references["gain"] if has_gain else None)
    return array.copy(data=_mapped(array.data, dark_ids.values, axis, correction))


def _mapped(pixels: Any, dark_ids: NDArray[Any], axis: int, correction: Correction) -> Any:
    import dask.array as da

    shape = [1, 1, 1]
    shape[axis] = len(dark_ids)
    ids = da.from_array(
        dark_ids.reshape(shape), chunks=tuple(c if a == axis else (1,) for a, c in enumerate(pixels.chunks))
    )
    # The numbers are spread over the other axes by dask as NumPy would, one block for one block.
    return da.map_blocks(
        correction, pixels, ids, axis=axis, dtype=np.float32, meta=np.empty((0, 0, 0), np.float32), name=None
    )
