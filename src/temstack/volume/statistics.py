"""What each plane holds: its smallest and largest count, its mean and spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack import check_stack, iter_planes
from temstack.stack.progress import Progress, no_progress
from temstack.volume.blockwise import as_counts


class PlaneStatistics(NamedTuple):
    """One value for each plane, in counts (modulus of complex ones); NaN is left out."""

    minimum: NDArray[np.float64]
    mean: NDArray[np.float64]
    maximum: NDArray[np.float64]
    standard_deviation: NDArray[np.float64]
    """Divided by the number of pixels."""
    total: NDArray[np.float64]


def plane_statistics(stack: xr.DataArray, *, progress: Progress = no_progress) -> PlaneStatistics:
    """Return minimum, mean, maximum, standard deviation and sum of the counts of every plane.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        Read once, a few planes at a time.
    progress : Progress
        Told after every plane.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> plane_statistics(label_stack(np.array([[[1, 3]], [[2, 2]]]))).mean
    array([2., 2.])
    """
    source = as_counts(check_stack(stack))
    table = np.full((5, len(source)), np.nan)
    for index, plane in iter_planes(source):
        values = np.abs(plane) if plane.dtype.kind == "c" else plane
        known = values[~np.isnan(values)].astype(np.float64)
        if known.size:
            table[:, index] = known.min(), known.mean(), known.max(), known.std(), known.sum()
        progress("reading planes", index + 1, len(source))
    return PlaneStatistics(*table)
