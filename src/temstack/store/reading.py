"""Opening a store."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from temstack.errors import DamagedFileError, InputMissingError, StorageError, TemstackError
from temstack.store.layout import restored


def open_stack(path: str | Path) -> xr.DataArray:
    """Return the array in a Zarr store, with its pixels on disk until they are used.

    Parameters
    ----------
    path : str or Path
        A store written by temstack, or any Zarr group with one variable.

    Returns
    -------
    DataArray
        As it was written; pixels as a dask array with one plane in each chunk.

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
        return restored(dataset, path.name)
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
