"""What a reader found in a file, before it becomes a labelled array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Axis:
    """One axis of the data in the file: where each index lies.

    Parameters
    ----------
    name : str
        As the file calls it; empty where it has no name.
    units : str
        In the spelling of :func:`temstack.formats.units.unit_of`; empty where uncalibrated.
    values : (n,) float64, in `units`
        Position of each index.
    step : float, in `units`
        Spacing, which an axis of one index could not tell.
    """

    name: str
    units: str
    values: NDArray[np.float64]
    step: float = 1.0

    @classmethod
    def even(cls, name: str, units: str, size: int, step: float = 1.0, origin: float = 0.0) -> Axis:
        """Return an axis of `size` positions, `step` apart, the first at `origin`."""
        # Adding 0.0 makes -0.0, which readers get from a negated origin, plain zero.
        return cls(name, units, origin + np.arange(size, dtype=np.float64) * step + 0.0, step)


@dataclass(frozen=True)
class Found:
    """One set of data in a file with all that the file says about it.

    Parameters
    ----------
    data : array
        Pixels, NumPy or dask, in C order; colours as records with fields R, G, B and perhaps A.
    axes : tuple of Axis
        One for each dimension of `data`.
    metadata : mapping
        In HyperSpy's layout (``General.title``, ``Signal.quantity``…).
    tags : mapping
        Everything the file says, in its own layout.
    plane_values : mapping of str to (values, units)
        Values that belong to each plane.
    attrs : mapping
        More attributes for the array.
    repairs : tuple of (operation, parameters)
        What was done to the pixels; it goes into the history of the array, since nothing is repaired
        silently.
    """

    data: Any
    axes: tuple[Axis, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)
    plane_values: Mapping[str, tuple[NDArray[Any], str]] = field(default_factory=dict)
    attrs: Mapping[str, Any] = field(default_factory=dict)
    repairs: tuple[tuple[str, Mapping[str, Any]], ...] = ()
