"""Opening a store."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from temstack.errors import DamagedFileError, InputMissingError, StorageError, TemstackError
from temstack.store.correcting import corrected
from temstack.store.layout import restored
from temstack.store.unfinished import as_recorded


def open_stack(path: str | Path, *, raw: bool = False, live: bool = True) -> xr.DataArray:
    """Return the array in a Zarr store, with its pixels on disk until they are used.

    Parameters
    ----------
    path : str or Path
        A store written by temstack, or any Zarr group with one variable.
    raw : bool
        A recorded series keeps what the camera gave, and its references beside it. True: these integers; else the
        planes are corrected where they are read, as ``attrs["processing"]`` says.
    live : bool
        A series that has not ended is shown as far as it is recorded now; False: as its last end left it.

    Returns
    -------
    DataArray
        As it was written; pixels as a dask array with one plane in each chunk. ``attrs["state"]`` of a recorded
        series is ``"complete"``, ``"partial"``, ``"failed"``, or ``"recording"`` while a program is at it.

    Raises
    ------
    InputMissingError
        If there is no such folder.
    DamagedFileError
        If it is no Zarr store, or one that cannot be opened.
    """
    path = Path(path)
    if not path.exists():
        raise InputMissingError(str(path), "there is no such file or folder")
    _decode_in_one_thread()
    try:
        dataset = xr.open_zarr(path, consolidated=False)
        array = restored(dataset, path.name)
        if live:
            array = as_recorded(array, path)
        return array if raw else corrected(array, dataset.data_vars)
    except TemstackError:
        raise
    except PermissionError as err:
        raise StorageError(str(path), "no permission to read this folder") from err
    except Exception as err:
        raise DamagedFileError(
            path.name,
            "cannot be opened as a Zarr store: it is damaged, incomplete, or not what its name says",
            got=str(err).strip().split("\n", 1)[0][:160] or type(err).__name__,
        ) from err


def _decode_in_one_thread() -> None:
    """Let Zarr decode chunks in one thread, unless the user has said how many.

    Every thread keeps memory that it freed, some planes each. Reading 120 planes of 2048² takes no longer this way, and
    aligning them 50 MB less.
    """
    import zarr

    if zarr.config.get("threading.max_workers", None) is None:
        zarr.config.set({"threading.max_workers": 1})
