"""What a stack is, for who shows it: its planes and pixels in physical units, without the pixels themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import UnsupportedDataError
from temstack.stack import PLANE_DIMS, PLANE_UNITS
from temstack.stack.axes import pixel_step, shown_values
from temstack.stack.units import length_in_nm

PLANE_NAMES = {name: name.replace("_", " ") for name in PLANE_DIMS}
"""What was varied from plane to plane, in words."""

_MOST_UNEVEN = 20.0


@dataclass(frozen=True)
class PixelAxis:
    """One axis of an image."""

    name: str
    size: int
    step: float = 1.0
    """Distance of two pixels, in `units`; negative where the axis runs down."""
    origin: float = 0.0
    """Where the centre of the first pixel is."""
    units: str = "px"

    def position(self, edge_px: float) -> float:
        """Return where a place lies, counted in pixels from the edge of the first: its centre is at 0.5."""
        return self.origin + (edge_px - 0.5) * self.step

    def pixel(self, position: float) -> float:
        """Return the place of a position, the reverse of :meth:`position`."""
        return (position - self.origin) / self.step + 0.5

    @property
    def is_calibrated(self) -> bool:
        """Whether lengths are known."""
        return self.units not in ("px", "")


@dataclass(frozen=True, eq=False)
class StackInfo:
    """What there is to show: everything about a stack but its pixels.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((3, 4, 5)), "energy_loss", plane_values=[480.0, 485.0, 495.0])
    >>> info = describe(stack)
    >>> info.planes, info.position(2), info.nearest(486)
    (3, '495 eV', 1)
    """

    y: PixelAxis
    x: PixelAxis
    planes: int = 1
    plane_dim: str | None = None
    """None for an image."""
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    """(planes,), in `units`."""
    units: str = ""
    labels: tuple[str, ...] = ()
    """What the planes are called, or empty."""
    kind: str = "real"
    """``"real"``, ``"complex"``, ``"colour"`` or ``"binary"``."""
    intensity_units: str = ""
    saturation: float | None = None
    """The highest value that a pixel can hold as it was recorded; None where there is no such."""

    @property
    def is_stack(self) -> bool:
        """Whether there is more than one plane."""
        return self.plane_dim is not None

    @property
    def is_counted(self) -> bool:
        """Whether planes are only counted, so that their values say nothing more than their numbers."""
        return self.plane_dim == "plane" and bool((self.values == np.arange(self.planes)).all())

    @property
    def plane_name(self) -> str:
        """What was varied from plane to plane, in words."""
        return PLANE_NAMES.get(self.plane_dim or "", "plane")

    def position(self, plane: int) -> str:
        """Return where a plane lies, with units: ``"532 eV"``; nothing where planes are only counted."""
        if not self.is_stack or self.is_counted:
            return ""
        return f"{float(self.values[plane]):.7g} {self.units}".strip().replace("-", "−")

    def nearest(self, value: float) -> int:
        """Return the plane nearest a value on the plane axis; axes may be irregular, and planes without a place."""
        distance = np.abs(self.values - value)
        return 0 if np.isnan(distance).all() else int(np.nanargmin(distance))


def describe(data: xr.DataArray) -> StackInfo:
    """Return what there is to show of an array.

    Parameters
    ----------
    data : DataArray
        A stack, spectrum image or image, also in colour; a line of spectra is shown as an image.

    Raises
    ------
    UnsupportedDataError
        If it has more axes than planes, rows and columns.
    """
    rows, columns, plane = image_dims(data)
    coord = None if plane is None else data.coords.get(plane)
    planes = 1 if plane is None else data.sizes[plane]
    labels = data.coords.get("label")
    return StackInfo(
        y=_pixel_axis(data, rows),
        x=_pixel_axis(data, columns),
        planes=planes,
        plane_dim=plane,
        values=np.arange(planes, dtype=np.float64) if coord is None else shown_values(coord),
        units="" if coord is None else str(coord.attrs.get("units", PLANE_UNITS.get(plane or "", ""))),
        labels=() if labels is None or labels.dims != (plane,) else tuple(str(each) for each in labels.values),
        kind=_kind(data),
        intensity_units=str(data.attrs.get("intensity_units") or ""),
        saturation=float(np.iinfo(data.dtype).max) if data.dtype.kind in "iu" else None,
    )


def shape_of_pixels(y: PixelAxis, x: PixelAxis) -> float:
    """Return how many times wider than high a pixel is to be drawn; 1 where the axes cannot be compared.

    Examples
    --------
    >>> shape_of_pixels(PixelAxis("y", 9, 1.0, units="nm"), PixelAxis("x", 9, 20.0, units="Å"))
    2.0
    """
    in_nm = [length_in_nm(axis.units) for axis in (y, x)]
    if y.units != x.units and None in in_nm:
        return 1.0
    factor = 1.0 if y.units == x.units else (in_nm[1] or 1.0) / (in_nm[0] or 1.0)
    ratio = abs(x.step / y.step) * factor
    # Beyond that nothing could be seen any more.
    return ratio if 1 / _MOST_UNEVEN <= ratio <= _MOST_UNEVEN else 1.0


def image_dims(data: xr.DataArray) -> tuple[str, str, str | None]:
    """Return the names of the rows, of the columns, and of what varies from plane to plane."""
    dims = [str(dim) for dim in data.dims if dim != "channel"]
    image = ["y", "x"] if {"y", "x"} <= set(dims) else dims[-2:]
    rest = [dim for dim in dims if dim not in image]
    if len(image) < 2 or len(rest) > 1:
        raise UnsupportedDataError(
            str(data.attrs.get("title") or "array"),
            "cannot be shown as an image",
            got=f"the axes {', '.join(dims) or 'none'}",
            expected="y and x, and at most one more",
            advice="select one part of it first",
        )
    return image[0], image[1], rest[0] if rest else None


def _pixel_axis(data: xr.DataArray, dim: str) -> PixelAxis:
    size = data.sizes[dim]
    if dim not in data.coords:
        return PixelAxis(dim, size)
    coord = data.coords[dim]
    step = pixel_step(coord) or 1.0
    if size > 1 and float(coord.values[-1]) < float(coord.values[0]):
        step = -step
    return PixelAxis(dim, size, step, float(coord.values[0]), str(coord.attrs.get("units", "px")))


def _kind(data: xr.DataArray) -> str:
    if "channel" in data.dims:
        return "colour"
    return {"c": "complex", "b": "binary"}.get(np.dtype(data.dtype).kind, "real")
