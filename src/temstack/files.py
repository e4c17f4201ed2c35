"""The doors to disk: :func:`read`, :func:`read_all` and :func:`write`, which pick the room by the kind of file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import xarray as xr
from numpy.typing import ArrayLike, DTypeLike

from temstack.formats.plane_axis import with_plane_axis as with_plane_axis
from temstack.formats.reading import RawLayout, choose, read_arrays
from temstack.formats.series import files_of, read_series


def read(
    source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
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
    layout = RawLayout(shape, dtype, offset)
    paths = files_of(source, layout)
    array = (
        choose(read_arrays(paths[0], raw=layout, lazy=lazy), paths[0], dataset)
        if len(paths) == 1
        else read_series(paths, raw=layout, lazy=lazy)
    )
    return with_plane_axis(array, axis, start=start, step=step, units=units, values=values)
