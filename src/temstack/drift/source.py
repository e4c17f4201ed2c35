"""Planes one at a time, from a stack or a bare array, ready to be correlated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.errors import DriftError, StackError

if TYPE_CHECKING:
    import xarray as xr

_COLOUR_NDIM = 4


@dataclass
class PlaneSource:
    """Reads one plane of a stack at a time as float32, ``(y, x)``.

    Complex values become their modulus, colours their mean; what is not a finite number becomes the plane's mean and
    is counted in ``not_finite``.
    """

    data: Any
    not_finite: dict[int, int] = field(default_factory=dict)

    @property
    def n_planes(self) -> int:
        """Number of planes."""
        return int(self.data.shape[0])

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a plane, px."""
        return int(self.data.shape[1]), int(self.data.shape[2])

    def raw(self, plane: int) -> NDArray[Any]:
        """Return one plane as it is stored."""
        values = self.data[plane]
        if hasattr(values, "compute"):
            values = values.compute(scheduler="synchronous")
        return np.asarray(values)

    def __call__(self, plane: int) -> NDArray[np.float32]:
        """Return one plane as float32."""
        values = self.raw(plane)
        if values.ndim == _COLOUR_NDIM - 1:
            values = values.mean(axis=-1, dtype=np.float32)
        if np.iscomplexobj(values):
            values = np.abs(values)
        single = np.ascontiguousarray(values, dtype=np.float32)
        finite = np.isfinite(single)
        if finite.all():
            return single
        self.not_finite[plane] = int(finite.size - finite.sum())
        fill = single[finite].mean() if finite.any() else 0.0
        return np.where(finite, single, np.float32(fill))


def plane_source(stack: xr.DataArray | Any) -> PlaneSource:
    """Return a reader of the planes of a stack, or of any (n, y, x) array.

    Raises
    ------
    StackError
        If it is no stack.
    DriftError
        If it has fewer than two planes.
    """
    if hasattr(stack, "dims"):
        from temstack.stack import check_stack

        data = check_stack(stack).data
    else:
        data = stack if hasattr(stack, "shape") else np.asarray(stack)
    if data.ndim not in (3, _COLOUR_NDIM):
        raise StackError("stack", "has not three dimensions", got=f"shape {data.shape}", expected="(n, y, x)")
    if data.shape[0] < 2:
        raise DriftError(
            "stack",
            "has one plane only, so there is no drift to find",
            got=f"shape {tuple(data.shape)}",
            expected="two planes or more",
        )
    return PlaneSource(data)
