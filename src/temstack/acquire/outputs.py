"""Where a series goes: into a store while it is recorded, and from there into another kind of file if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xarray as xr

from temstack.errors import OutputExistsError, SettingError
from temstack.files import write
from temstack.formats.kinds import ZARR, kind_to_write
from temstack.series import EftemSeries, Series
from temstack.stack.progress import Progress, no_progress
from temstack.store import open_stack


@dataclass(frozen=True)
class Outputs:
    """Where a series goes.

    Parameters
    ----------
    store : Path
        Recorded into, plane by plane.
    final : Path
        What was asked for; the store itself, or written from it when the series is complete.
    as_spectrum_image : bool
        Both are (y, x, energy_loss).
    overwrite : bool
        Replace what is there.
    """

    store: Path
    final: Path
    as_spectrum_image: bool = False
    overwrite: bool = False


def outputs_for(path: str | Path | None, series: Series, *, as_spectrum_image: bool, overwrite: bool) -> Outputs:
    """Return where a series goes, after checking that it may.

    Parameters
    ----------
    path : str or Path, optional
        Left out: kind, date and time, in the current folder.
    series : Series
    as_spectrum_image, overwrite : bool

    Raises
    ------
    SettingError
        If a spectrum image is wanted of a series without energies.
    OutputExistsError
        If something is there and may not be replaced.
    UnknownFormatError
        If no such file is written.

    Examples
    --------
    >>> from temstack.series import ExposureSeries
    >>> series = ExposureSeries(n_planes=4)
    >>> outputs_for("views.dm4", series, as_spectrum_image=False, overwrite=False).store.name
    'views.zarr'
    """
    if as_spectrum_image and not isinstance(series, EftemSeries):
        raise SettingError("as_spectrum_image", "needs an EFTEM series", got=f"a {series.kind} series")
    final = Path(f"{series.kind}-{datetime.now():%Y%m%d-%H%M%S}.zarr" if path is None else path)
    store = final if kind_to_write(final) is ZARR else final.with_suffix(".zarr")
    for each in {final, store}:
        if each.exists() and not overwrite:
            raise OutputExistsError(
                str(each), "already exists", advice="choose another name or allow overwriting (--overwrite)"
            )
    return Outputs(store, final, as_spectrum_image, overwrite)


def outputs_of(store: Path, attrs: Mapping[str, Any]) -> Outputs:
    """Return where a series that is gone on with goes: where it was to go when it was begun."""
    final = store.with_name(str(attrs.get("output", store.name)))
    return Outputs(store, store if final.suffix == store.suffix else final, overwrite=bool(attrs.get("overwrite")))


def finish_outputs(outputs: Outputs, *, progress: Progress = no_progress) -> xr.DataArray:
    """Return what was recorded, and write it to the file that was asked for if it is complete."""
    stack = open_stack(outputs.store)
    if outputs.final != outputs.store and bool(stack.coords["is_recorded"].all()):
        write(stack, outputs.final, overwrite=outputs.overwrite, progress=progress)
    return stack
