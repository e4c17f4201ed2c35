"""Results that are larger than memory: they lie in files of this program until nobody holds them any more."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import weakref
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temstack.stack.progress import Progress, no_progress
from temstack.stack.user_folder import cache_folder

if TYPE_CHECKING:
    import xarray as xr

_PREFIX = "results-"
_LOCK = "in-use"


class Shelf:
    """A folder of this program in the user's cache, made when it is first needed.

    Parameters
    ----------
    place : Path, optional
        Where the folder is made; the user's cache unless given.
    """

    def __init__(self, place: Path | None = None) -> None:
        self._place = place
        self._folder: Path | None = None
        self._numbers = itertools.count(1)

    def put(self, array: xr.DataArray, *, progress: Progress = no_progress) -> xr.DataArray:
        """Write an array to a file and return it as it is there, lazy.

        The file is removed when the array, and all that was made of it lazily, are gone, and when the program ends.

        Raises
        ------
        StorageError
            If the disk is full or forbidden.
        """
        from temstack.stack.durable import require_room
        from temstack.store import open_stack, write_stack

        path = self._own_folder() / f"{next(self._numbers)}.zarr"
        require_room(path, array.nbytes)
        write_stack(array, path, progress=progress)
        stored = open_stack(path)
        kept = stored.copy(data=_held(stored.data, path))
        kept.attrs = dict(array.attrs)  # its file is nobody's source
        return kept

    def _own_folder(self) -> Path:
        if self._folder is None:
            place = self._place or cache_folder()
            remove_leftovers(place)
            folder = place / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
            folder.mkdir(parents=True)
            _hold(self, folder)
            self._folder = folder
        return self._folder


def remove_leftovers(place: Path | None = None) -> None:
    """Remove the results of programs that were killed."""
    for folder in (place or cache_folder()).glob(f"{_PREFIX}*"):
        from temstack.store.lock import is_held  # loads Zarr, which a start without leftovers need not wait for

        if (folder / _LOCK).exists() and not is_held(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _hold(shelf: Shelf, folder: Path) -> None:
    """Lock a folder as in use until the shelf is gone, and remove it then."""
    from temstack.store.lock import hold

    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT)
    hold(handle, folder / _LOCK)

    def leave() -> None:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)

    weakref.finalize(shelf, leave)


class _Ticket:
    """Held by every lazy array that reads a file."""


def _held(pixels: Any, path: Path) -> Any:
    """Return dask pixels whose file is removed when nothing reads it any more."""
    ticket = _Ticket()
    weakref.finalize(ticket, shutil.rmtree, path, ignore_errors=True)
    read = partial(_read, ticket)
    return pixels.map_blocks(read, dtype=pixels.dtype, meta=pixels._meta, name=f"kept-{secrets.token_hex(8)}")


def _read(ticket: _Ticket, block: Any) -> Any:
    return block
