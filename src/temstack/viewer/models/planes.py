"""The planes of a stack as they are wanted: at once from memory, else read beside the windows and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from psygnal import Signal

from temstack.viewer.models.background import Background
from temstack.viewer.models.calibration import image_dims

_KEPT_BYTES = 2**28
"""Planes read from disk that are kept, the latest used; four of them at least."""

_AHEAD = 2
"""How many planes are read before they are asked for, in the direction of travel."""


@dataclass(frozen=True, eq=False)
class Plane:
    """One plane: its pixels as recorded, and what one of them counts."""

    index: int
    pixels: NDArray[Any]
    """(y, x), or (y, x, channel) for colour."""
    scale: float = 1.0

    def counts(self) -> NDArray[Any]:
        """Return the pixels as counts, in floating point; colour as it is."""
        if self.pixels.ndim == 3:
            return self.pixels
        dtype = np.result_type(self.pixels.dtype, np.float32)
        return self.pixels.astype(dtype, copy=False) if self.scale == 1 else self.pixels.astype(dtype) * self.scale


class PlaneSource:
    """Gives the planes of one array.

    Parameters
    ----------
    data : DataArray
        A stack, spectrum image or image, in memory or not.
    background : Background
        Where planes are read that are not in memory.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> source = PlaneSource(label_stack(np.arange(8).reshape(2, 2, 2)), Background(lambda call: call()))
    >>> source.get(1).pixels.tolist()
    [[4, 5], [6, 7]]
    """

    arrived = Signal(int)
    """A plane that was asked for can be had now."""
    failed = Signal(int, object)
    """A plane cannot be read: which, and the exception."""

    def __init__(self, data: xr.DataArray, background: Background) -> None:
        rows, columns, plane = image_dims(data)
        order = [dim for dim in (plane, rows, columns, "channel") if dim in data.dims]
        self._data = data.transpose(*order)
        self._has_planes = plane is not None
        self._scale = plane_scales(data, plane)
        self._background = background
        self._kept: OrderedDict[int, Plane] = OrderedDict()
        self._wanted: int | None = None
        self._last = 0
        self.is_in_memory = is_in_memory(data)

    def __len__(self) -> int:
        return self._data.shape[0] if self._has_planes else 1

    @property
    def is_waiting(self) -> bool:
        """Whether a plane is being read that somebody waits for."""
        return self._wanted is not None

    def get(self, index: int) -> Plane | None:
        """Return a plane, or None where it must be read first, see :meth:`request`."""
        if self.is_in_memory:
            return self.read(index)
        if index in self._kept:
            self._kept.move_to_end(index)
            return self._kept[index]
        return None

    def request(self, index: int) -> None:
        """Have a plane read beside the windows, then its neighbours; ``arrived`` tells."""
        step = -1 if index < self._last else 1
        self._last = index
        if self.get(index) is None:
            self._wanted = index
            self._background.ask("plane", lambda: self.read(index), self._arrive, lambda err: self._fail(index, err))
        elif self._wanted is not None:
            self._wanted = None
        if not self.is_in_memory and self._wanted is None:
            self._read_ahead(index, step)

    def read(self, index: int) -> Plane:
        """Return a plane, read here and now, in whatever thread this is."""
        # A bare variable: xarray would index every coordinate for each plane, which costs more than the plane.
        variable = self._data.variable
        pixels = variable[index] if self._has_planes else variable
        return Plane(index, np.asarray(pixels.values), float(self._scale[index]))

    def _arrive(self, plane: Plane) -> None:
        self._keep(plane)
        if plane.index == self._wanted:
            self._wanted = None
            self.arrived.emit(plane.index)
            self._read_ahead(plane.index, 1)

    def _fail(self, index: int, error: Exception) -> None:
        if index == self._wanted:
            self._wanted = None
        self.failed.emit(index, error)

    def _keep(self, plane: Plane) -> None:
        self._kept[plane.index] = plane
        self._kept.move_to_end(plane.index)
        room = max(4, _KEPT_BYTES // max(plane.pixels.nbytes, 1))
        while len(self._kept) > room:
            self._kept.popitem(last=False)

    def _read_ahead(self, index: int, step: int) -> None:
        neighbours = [index + step * far for far in range(_AHEAD, 0, -1)] + [index - step]
        for place, wanted in enumerate(neighbours):
            if 0 <= wanted < len(self) and wanted not in self._kept:
                # What is asked for last is done first: the nearest neighbour.
                self._background.ask(("ahead", place), partial(self.read, wanted), self._keep)


def is_in_memory(data: xr.DataArray) -> bool:
    """Return whether the pixels can be had without reading from disk or computing."""
    if data.chunks is not None or not data.variable._in_memory:
        return False
    part: Any = data.values
    while part is not None:
        if isinstance(part, np.memmap):
            return False
        part = getattr(part, "base", None)
    return True


def plane_scales(data: xr.DataArray, plane: str | None) -> NDArray[np.float64]:
    """Return what one count of each plane is worth, (planes,)."""
    planes = 1 if plane is None else data.sizes[plane]
    scale = data.coords.get("scale")
    return np.broadcast_to(1.0 if scale is None else scale.values, (planes,)).astype(np.float64)
