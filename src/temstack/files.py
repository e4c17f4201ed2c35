"""The doors to disk: :func:`read`, :func:`read_all` and :func:`write` pick the room by the kind of file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, DTypeLike

from temstack.errors import OutputExistsError, SettingError, TemstackError
from temstack.formats.kinds import MRC, ZARR, find_kind, kind_to_write
from temstack.formats.plane_axis import with_plane_axis as with_plane_axis
from temstack.formats.reading import LAZY_ABOVE_BYTES, RawLayout, choose, read_arrays
from temstack.formats.series import files_of, read_series
from temstack.formats.writing import write_file
from temstack.stack.checking import check_array
from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress
from temstack.store import open_stack, write_stack

Source = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""A file, a folder, a pattern such as ``"series_*.dm3"``, or several files."""


def read(
    source: Source,
    *,
    axis: str | None = None,
    start: float | None = None,
    step: float | None = None,
    units: str | None = None,
    values: ArrayLike | None = None,
    shape: Sequence[int] | None = None,
    dtype: DTypeLike | None = None,
    offset: int = 0,
    dataset: int | str | None = None,
    lazy: bool | None = None,
) -> xr.DataArray:
    """Return what is in a file, or the images in several files as one stack.

    Parameters
    ----------
    source : path, pattern, folder, or several paths
        Several files, a pattern such as ``"series_*.dm3"`` and a folder are read as the planes of one stack,
        in the order of the numbers in their names.
    axis : str
        What was varied from plane to plane, where the file does not say it: ``"energy_loss"``, ``"defocus"``,
        ``"time"``, ``"exposure"``, ``"tilt"`` or ``"plane"``.
    start, step : float, in `units`
        Position of the first plane and spacing.
    units : str
        Units of the positions; left out, eV, nm, s or deg as belongs to `axis`.
    values : (n,) float, in `units`
        Position of each plane, instead of `start` and `step`.
    shape : sequence of int
        For raw files: pixels of one file, slowest axis first.
    dtype : dtype
        For raw files, with byte order: ``"<f4"``.
    offset : int
        For raw files: bytes of a header to skip.
    dataset : int or str
        Which one, by index or title, where a file holds several. Left out, it is the one with most
        dimensions, then most pixels; a warning names the others.
    lazy : bool
        Leave pixels on disk until they are used. Left out, that is done above 256 MiB.

    Returns
    -------
    DataArray
        A stack ``(plane-like, y, x)``, a spectrum image, an image, a line or a spectrum. The dimensions stand
        in the order of the file, pixels are as recorded, see :func:`temstack.counts`.

    Raises
    ------
    InputMissingError, StorageError
        If there is no such file, or if it may not be read.
    UnknownFormatError, DamagedFileError, UnsupportedDataError, FormatError
        If it cannot be understood.
    SettingError
        If the arguments do not fit the file.

    Examples
    --------
    >>> import temstack as ts, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "stack.zarr"
    >>> _ = ts.write(ts.create_stack("integer", (3, 4, 5), bytes=2), path)
    >>> ts.read(path, axis="energy_loss", start=480, step=5).energy_loss.values
    array([480., 485., 490.])
    """
    layout = RawLayout(shape, dtype, offset)
    paths = files_of(source, layout)
    if len(paths) > 1:
        _refuse_dataset(dataset)
        array = read_series(paths, raw=layout, lazy=lazy)
    else:
        array = choose(_arrays(paths[0], layout, lazy), paths[0], dataset)
    return with_plane_axis(array, axis, start=start, step=step, units=units, values=values)


def read_all(source: str | os.PathLike[str], *, lazy: bool | None = None) -> list[xr.DataArray]:
    """Return all sets of data in one file, in its order.

    Parameters
    ----------
    source : path
        One file.
    lazy : bool
        As for :func:`read`.
    """
    return _arrays(Path(source), RawLayout(), lazy)


def write(
    stack: xr.DataArray,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    raw: bool = False,
    progress: Progress = no_progress,
) -> Path:
    """Write a stack, image or spectrum to a file; its format is that of the end of the name.

    The file appears under its name only when it is complete and safe on disk. What its format cannot keep is
    said in a warning; ``.zarr``, ``.dm4``, ``.dm3`` and ``.hspy`` keep everything.

    Parameters
    ----------
    stack : DataArray
        Of any layout that the format can hold. It may be larger than memory.
    path : path
        ``.zarr``, ``.dm4``, ``.dm3``, ``.hspy``, ``.mrc``, ``.tif``, ``.msa`` for a spectrum, ``.png`` for an
        image of integers. The tilts of an MRC file go to a ``.rawtlt`` file beside it.
    overwrite : bool
        Replace what is there.
    raw : bool
        Store pixels as recorded, with the scale of each plane beside them where the format keeps it.
        Otherwise scaled planes are stored as counts, in 32-bit floats. Zarr always keeps both.
    progress : Progress
        Told as planes are written.

    Returns
    -------
    Path
        *path*.

    Raises
    ------
    OutputExistsError
        If it exists and *overwrite* was not given.
    StorageError
        If the disk is full, read-only or forbidden.
    UnknownFormatError, UnsupportedDataError
        If no such files are written, or if they cannot hold the data.
    StackError
        If the array does not follow the convention.
    """
    target = Path(path)
    kind = kind_to_write(target)
    check_array(stack)
    if kind is ZARR:
        return write_stack(stack, target, overwrite=overwrite, progress=progress)
    tilts = target.with_suffix(".rawtlt") if kind is MRC and stack.dims[0] == "tilt" else None
    if tilts is not None and tilts.exists() and not (overwrite or target.exists()):
        raise OutputExistsError(
            str(tilts), "already exists", advice="choose another name or allow overwriting (--overwrite)"
        )
    with replace_when_done(target, overwrite=overwrite) as temporary:
        try:
            write_file(stack, temporary, kind, name=target.name, raw=raw, progress=progress)
        except TemstackError as err:
            subject = err.subject.replace(str(temporary), str(target))
            err.subject = subject.replace(temporary.name, target.name)
            raise
    if tilts is not None:
        with replace_when_done(tilts, overwrite=overwrite) as temporary:
            np.savetxt(temporary, stack.coords["tilt"].values, fmt="%.6g")
    return target


def _arrays(path: Path, layout: RawLayout, lazy: bool | None) -> list[xr.DataArray]:
    if find_kind(path) is not ZARR or layout.is_given:
        return read_arrays(path, raw=layout, lazy=lazy)
    array = open_stack(path)
    array.attrs = {**array.attrs, "source": str(path)}
    is_small = array.nbytes <= LAZY_ABOVE_BYTES
    return [array.load() if lazy is False or (lazy is None and is_small) else array]


def _refuse_dataset(dataset: int | str | None) -> None:
    if dataset is not None:
        raise SettingError("dataset", "can be chosen in one file only", got=repr(dataset), expected="a single file")
