"""The stack that a series will give, before its first plane: all labels, and pixels of zeros."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from temstack.series.forecast import CameraFacts
from temstack.series.kinds import Series
from temstack.stack.convention import label_stack

READ_BACK = {"energy_loss": ("energy_loss_read_ev", "eV"), "defocus": ("defocus_read_nm", "nm")}
"""What the devices say they went to, and its unit, by dimension of the planes."""


def planned_stack(series: Series, facts: CameraFacts, **attrs: Any) -> xr.DataArray:
    """Return the stack that a series will give, with no plane recorded.

    Parameters
    ----------
    series : Series
    facts : CameraFacts
        Of the camera at the binning and area of the series.
    **attrs
        More attributes: ``high_tension_kv``, ``source``…

    Returns
    -------
    stack : (n, y, x) DataArray, of the camera's integer type, lazy
        Per-plane values that are not known yet are NaN: ``exposure_s``, ``time`` (s since 1970 where the planes are
        not times themselves), ``robust_max_counts``, ``temperature_c``, what was read back. ``scale`` is 1, ``dark_id``
        -1 (none), ``retakes`` 0, ``is_recorded`` false. The settings stand in ``attrs["series"]``.
    """
    import dask.array as da

    count, dim = series.size, series.plane_dim
    unknown = np.full(count, np.nan)
    columns: dict[str, Any] = {
        "is_recorded": np.zeros(count, dtype=bool),
        "exposure_s": (unknown, "s"),
        "scale": np.ones(count),
        "robust_max_counts": (unknown, "counts"),
        "temperature_c": (unknown, "°C"),
        "retakes": np.zeros(count, dtype=np.int64),
        "dark_id": np.full(count, -1, dtype=np.int64),
    }
    if dim != "time":
        columns["time"] = (unknown, "s")
    if dim in READ_BACK:
        name, units = READ_BACK[dim]
        columns[name] = (unknown, units)
    stack = label_stack(
        da.zeros((count, *facts.shape), dtype=facts.dtype, chunks=(1, *facts.shape)),
        dim,
        plane_values=series.positions,
        plane_units=series.position_units,
        pixel_size=facts.pixel_size_nm or 1.0,
        pixel_units="nm" if facts.pixel_size_nm else "px",
        per_plane=columns,
        title=series.title or f"{series.kind} series",
        intensity_units="counts",
        processing=series.processing,
        camera=facts.name,
        series=series.as_mapping(),
        **attrs,
    )
    return stack
