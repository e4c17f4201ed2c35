"""Eyes on calculations: every block that one reads or makes is a place to tell how far it is, and to end it."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress


class Watch:
    """The progress of one calculation, told by those that say it themselves, and by the blocks that are read.

    Parameters
    ----------
    progress : Progress
        Raises what ends the work where it is to end; called from several threads.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said: tuple[str, int, int] | None = None
        self._read = self._blocks = 0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Pass on what the operation itself says."""
        self._said = (step, done, total)
        self._progress(step, done, total)

    def over(self, array: xr.DataArray) -> xr.DataArray:
        """Return an array as it is, but lazy, and with a look at the progress for every block that is read."""
        from temstack.stack.pixels import lazy

        if array.ndim < 2:
            return array
        source = lazy(array)
        self._blocks += int(np.prod(source.data.numblocks))
        pixels = source.data
        name = f"watched-{secrets.token_hex(8)}"  # given a name, dask does not hash what it calls
        read = partial(_read, self)
        return source.copy(data=pixels.map_blocks(read, dtype=pixels.dtype, meta=pixels._meta, name=name))

    def look(self) -> None:
        """Count one more block."""
        self._read += 1
        self._progress(*(self._said or ("reading", min(self._read, self._blocks), self._blocks)))


def _read(watch: Watch, block: Any) -> Any:
    watch.look()
    return block


def into_memory(array: xr.DataArray, progress: Progress) -> xr.DataArray:
    """Return an array with all its pixels calculated, block by block, each with a look at the progress."""
    if array.chunks is None:
        return array
    import dask.array as da

    target = _Target(array, progress)
    da.store(array.data, target, lock=False)
    return array.copy(data=target.pixels)


class _Target:
    """What dask stores blocks into."""

    def __init__(self, array: xr.DataArray, progress: Progress) -> None:
        self.pixels: NDArray[Any] = np.empty(array.shape, array.dtype)
        self.shape, self.dtype = array.shape, array.dtype
        self._progress = progress
        self._done, self._total = 0, int(np.prod(array.data.numblocks))

    def __setitem__(self, where: Any, block: Any) -> None:
        self.pixels[where] = block
        self._done += 1
        self._progress("calculating", min(self._done, self._total), self._total)

    def __dask_tokenize__(self) -> int:
        return id(self)
