"""Curves to draw: spectra, profiles through a stack, profiles along a line; and the same as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.stack.axes import PLANE_UNITS

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

_NAMES = {
    "energy_loss": "Energy loss",
    "defocus": "Defocus",
    "time": "Time",
    "exposure": "Exposure",
    "tilt": "Tilt",
    "plane": "Plane",
}


@dataclass(frozen=True, eq=False)
class Curve:
    """One line in a plot.

    Parameters
    ----------
    x, y : (n,) float64
    error : (n,) float64, optional
        Standard error of y, drawn as a band.
    name : str
        As the legend says it.
    colour : str, optional
        ``"#rrggbb"``; that of text unless given.
    x_name, x_units, y_units : str
        What the axes measure.
    """

    x: Floats
    y: Floats
    error: Floats | None = None
    name: str = ""
    colour: str | None = None
    x_name: str = "Energy loss"
    x_units: str = "eV"
    y_units: str = "counts"

    def nearest(self, x: float) -> int | None:
        """Return the index of the point nearest to a place, None where there is none."""
        distance = np.abs(self.x - x)
        return None if np.isnan(distance).all() else int(np.nanargmin(distance))


def axis_name(dim: str) -> str:
    """Return what an axis measures, as a plot says it."""
    return _NAMES.get(dim, dim.replace("_", " ").capitalize())


def curve_of(spectrum: xr.DataArray, *, name: str | None = None, colour: str | None = None) -> Curve:
    """Return the curve of a spectrum, or of any other array with one axis.

    Parameters
    ----------
    spectrum : (n,) DataArray
        Complex values are drawn by their modulus.
    name : str, optional
        Its title unless given.
    """
    from temstack.stack import counts
    from temstack.stack.axes import shown_values

    (dim,) = map(str, spectrum.dims)
    coord = spectrum.coords.get(dim)
    x = np.arange(spectrum.size) if coord is None else shown_values(coord)
    units = PLANE_UNITS.get(dim, "px") if coord is None else str(coord.attrs.get("units", PLANE_UNITS.get(dim, "")))
    error = spectrum.coords.get("standard_error")
    return Curve(
        x=np.asarray(x, dtype=np.float64),
        y=real(counts(spectrum).values),
        error=None if error is None else np.asarray(error.values, dtype=np.float64),
        name=str(spectrum.attrs.get("title") or "") if name is None else name,
        colour=colour,
        x_name=axis_name(dim),
        x_units=units,
        y_units=str(spectrum.attrs.get("intensity_units") or ""),
    )


def real(values: NDArray[Any]) -> Floats:
    """Return values as they can be drawn: complex ones by their modulus."""
    return np.asarray(np.abs(values) if values.dtype.kind == "c" else values, dtype=np.float64)


def label(name: str, units: str) -> str:
    """Return a name with its units: ``"Energy loss (eV)"``."""
    return f"{name} ({units})" if units else name


def to_csv(curves: Sequence[Curve], *, separator: str = ",") -> str:
    """Return curves as a table, a line for each point, with names and units above the columns.

    Curves with the same axis share its column.

    Examples
    --------
    >>> curve = Curve(np.array([700.0, 710]), np.array([4.0, 9]), np.array([2.0, 3]), name="grain")
    >>> print(to_csv([curve]).rstrip())
    Energy loss (eV),grain (counts),grain standard error (counts)
    700.0,4.0,2.0
    710.0,9.0,3.0
    """
    columns: list[tuple[str, Floats]] = []
    before: Curve | None = None
    for curve in curves:
        if before is None or not np.array_equal(before.x, curve.x, equal_nan=True):
            columns.append((label(curve.x_name, curve.x_units), curve.x))
        columns.append((label(curve.name or "value", curve.y_units), curve.y))
        if curve.error is not None:
            columns.append((label(f"{curve.name} standard error".strip(), curve.y_units), curve.error))
        before = curve
    lines = max((len(values) for _, values in columns), default=0)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow([name for name, _ in columns])
    for row in range(lines):
        writer.writerow([float(values[row]) if row < len(values) else "" for _, values in columns])
    return text.getvalue()
