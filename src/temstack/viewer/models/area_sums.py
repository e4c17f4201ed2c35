"""Sums over an area in every plane, fast enough to follow the mouse.

Of a stack in memory the sums over tiles of 16 × 16 pixels are kept, made once: what lies inside an area then costs
one number for each tile, and only its rim is added up pixel by pixel. A stack on disk is read block by block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.viewer.models.calibration import image_dims
from temstack.viewer.models.planes import is_in_memory
from temstack.viewer.models.regions import Area

if TYPE_CHECKING:
    import xarray as xr

TILE = 16
_WORTH_TILES = 2**21
"""Areas with fewer numbers are added up as they are: that takes two milliseconds."""
_BLOCK_BYTES = 2**26

Sums = NDArray[Any]
"""(n,) float64, or complex128 for complex pixels."""


class OvertakenError(Exception):
    """Nobody wants this sum any more."""


class AreaSums:
    """Adds up the raw pixels of areas of one stack, plane by plane.

    Parameters
    ----------
    data : (plane-like, y, x) or (y, x, plane-like) DataArray
        In memory or lazy.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> sums = AreaSums(label_stack(np.ones((3, 8, 8), dtype=np.uint16)))
    >>> sums.raw(Area((2, 2, 4, 8)))
    array([12., 12., 12.])
    """

    def __init__(self, data: xr.DataArray) -> None:
        rows, columns, plane = image_dims(data)
        if plane is None:
            raise ValueError(f"a stack is needed, not an image: {data.dims}")
        self._layout = data
        self._planes = data.variable.transpose(plane, rows, columns)
        self._pixels: NDArray[Any] | None = self._planes.values if is_in_memory(data) else None
        self._tiles: NDArray[np.float64] | None = None
        self.dtype = np.dtype(np.complex128 if data.dtype.kind == "c" else np.float64)

    def raw(self, area: Area, is_wanted: Callable[[], bool] = lambda: True) -> Sums:
        """Return the sum of the raw pixels of an area in each plane.

        Parameters
        ----------
        area : Area
        is_wanted : callable
            Asked between the blocks of a stack on disk whether to go on.

        Raises
        ------
        OvertakenError
            If not.
        """
        top, left, bottom, right = area.box
        if self._pixels is None:
            return self._from_disk(area, is_wanted)
        size = (bottom - top) * (right - left) * len(self._pixels)
        if size < _WORTH_TILES or self.dtype.kind == "c":
            return self._directly(self._pixels, area)
        if self._tiles is None:
            self._tiles = tile_sums(self._pixels)
        return self._by_rectangle(area) if area.mask is None else self._by_mask(area)

    def _directly(self, pixels: NDArray[Any], area: Area) -> Sums:
        top, left, bottom, right = area.box
        part = pixels[:, top:bottom, left:right]
        if area.mask is None:
            return np.asarray(part.sum(axis=(1, 2), dtype=self.dtype))
        return np.asarray(part[:, area.mask].sum(axis=1, dtype=self.dtype))

    def _by_rectangle(self, area: Area) -> Sums:
        """Add up the tiles inside, and the four strips around them."""
        assert self._tiles is not None
        assert self._pixels is not None
        top, left, bottom, right = area.box
        first = -(-top // TILE), -(-left // TILE)
        last = bottom // TILE, right // TILE
        if first[0] >= last[0] or first[1] >= last[1]:
            return self._directly(self._pixels, area)
        total: Sums = self._tiles[:, first[0] : last[0], first[1] : last[1]].sum(axis=(1, 2))
        inner_top, inner_bottom = first[0] * TILE, last[0] * TILE
        strips = (
            (top, left, inner_top, right),
            (inner_bottom, left, bottom, right),
            (inner_top, left, inner_bottom, first[1] * TILE),
            (inner_top, last[1] * TILE, inner_bottom, right),
        )
        for strip in strips:
            if strip[0] < strip[2] and strip[1] < strip[3]:
                total = total + self._directly(self._pixels, Area(strip))
        return total

    def _by_mask(self, area: Area) -> Sums:
        """Add up the tiles that lie inside whole, and the pixels of those that the rim cuts."""
        assert self._tiles is not None
        assert self._pixels is not None
        grid, start = _on_tiles(area)
        held = grid.sum(axis=(1, 3))
        rows, columns = np.nonzero(held == TILE * TILE)
        total: Sums = self._tiles[:, rows + start[0], columns + start[1]].sum(axis=1)
        for row, column in zip(*np.nonzero((held > 0) & (held < TILE * TILE)), strict=True):
            y, x = (row + start[0]) * TILE, (column + start[1]) * TILE
            block = self._pixels[:, y : y + TILE, x : x + TILE]
            inside = grid[row, :, column, :][: block.shape[1], : block.shape[2]]
            total = total + block[:, inside].sum(axis=1, dtype=np.float64)
        return total

    def _from_disk(self, area: Area, is_wanted: Callable[[], bool]) -> Sums:
        top, left, bottom, right = area.box
        total: Sums = np.zeros(self._planes.shape[0], self.dtype)
        for planes, rows in self._blocks(top, bottom):
            if not is_wanted():
                raise OvertakenError
            block = self._planes[planes, rows, left:right].values
            mask = None if area.mask is None else area.mask[rows.start - top : rows.stop - top]
            box = (0, 0, block.shape[1], block.shape[2])
            total[planes] += self._directly(block, Area(box, mask))
        return total

    def _blocks(self, top: int, bottom: int) -> Iterator[tuple[slice, slice]]:
        """Yield planes and rows to read at once: whole chunks along the axis that the data lie along first."""
        n, _, width = self._planes.shape
        chunks = self._layout.chunks
        is_planes_first = self._layout.dims[0] == self._planes.dims[0]
        each = max(1, width * self._layout.dtype.itemsize * ((bottom - top) if is_planes_first else n))
        step = max(1, _BLOCK_BYTES // each)
        if chunks is not None and chunks[0][0] <= step:
            step -= step % chunks[0][0]
        if is_planes_first:
            for start in range(0, n, step):
                yield slice(start, min(start + step, n)), slice(top, bottom)
            return
        for start in range(top - top % step, bottom, step):
            yield slice(0, n), slice(max(start, top), min(start + step, bottom))


def tile_sums(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """Return the sums over all whole tiles of a stack (n, y, x), (n, y // 16, x // 16)."""
    n, down, across = len(pixels), pixels.shape[1] // TILE, pixels.shape[2] // TILE
    # Sixteen 16-bit integers fit into 32 bits; adding these is faster than adding doubles.
    narrow = np.dtype(np.uint32 if pixels.dtype.kind in "bu" else np.int32)
    column_type = narrow if pixels.dtype.kind in "bui" and pixels.dtype.itemsize <= 2 else np.dtype(np.float64)
    sums = np.empty((n, down, across))
    whole = pixels[:, : down * TILE, : across * TILE]
    if whole.strides[0] < whole.strides[2]:  # spectra lie together: the rows of tiles one after the other
        for row in range(down):
            band = np.add.reduce(whole[:, row * TILE : (row + 1) * TILE], axis=1, dtype=column_type)
            sums[:, row] = np.add.reduce(band.reshape(n, across, TILE), axis=2, dtype=np.float64)
        return sums
    for index, plane in enumerate(whole):
        bands = np.add.reduce(plane.reshape(down, TILE, across * TILE), axis=1, dtype=column_type)
        sums[index] = np.add.reduce(bands.reshape(down, across, TILE), axis=2, dtype=np.float64)
    return sums


def _on_tiles(area: Area) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """Return a mask as (rows of tiles, 16, columns of tiles, 16), and its first tile."""
    assert area.mask is not None
    top, left, bottom, right = area.box
    start = top // TILE, left // TILE
    down, across = -(-bottom // TILE) - start[0], -(-right // TILE) - start[1]
    grid = np.zeros((down * TILE, across * TILE), dtype=bool)
    y, x = top - start[0] * TILE, left - start[1] * TILE
    grid[y : y + bottom - top, x : x + right - left] = area.mask
    return grid.reshape(down, TILE, across, TILE), start
