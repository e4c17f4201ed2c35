"""What is known about a document beside its pixels, in fields that can be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.errors import SettingError
from temstack.stack.axes import PLANE_UNITS, pixel_coordinate
from temstack.stack.units import length_in_nm

if TYPE_CHECKING:
    import xarray as xr

_LENGTHS = ("nm", "µm", "pm", "Å", "1/nm", "px")
_EVEN = 1e-6


@dataclass(frozen=True)
class Properties:
    """What users may correct.

    Parameters
    ----------
    title : str
    pixel_size : (float, float), in `pixel_units`
        Height and width of a pixel.
    pixel_units : str
        ``"px"`` where there is no calibration.
    axis : str
        What the planes differ in, e.g. ``"energy_loss"``; empty for an image.
    positions : tuple of float, in the units of the axis
        Where each plane lies.
    high_tension_kv : float or None, kV
    """

    title: str = ""
    pixel_size: tuple[float, float] = (1.0, 1.0)
    pixel_units: str = "px"
    axis: str = ""
    positions: tuple[float, ...] = ()
    high_tension_kv: float | None = None

    @property
    def even_axis(self) -> tuple[float, float] | None:
        """Position of the first plane and the distance to the next; None where these differ."""
        if not self.positions:
            return None
        steps = np.diff(self.positions)
        if len(steps) == 0:
            return self.positions[0], 1.0
        step = float(steps.mean())
        is_even = bool(np.all(np.abs(steps - step) <= _EVEN * max(abs(step), 1e-12)))
        return (self.positions[0], step) if is_even else None


def length_units(found: str) -> tuple[str, ...]:
    """Return units of length to choose from, with those that are there.

    >>> length_units("mm")
    ('nm', 'µm', 'pm', 'Å', '1/nm', 'px', 'mm')
    """
    return _LENGTHS if found in _LENGTHS else (*_LENGTHS, found)


def axis_units(axis: str, data: xr.DataArray) -> str:
    """Return the units of an axis of planes; planes that are only counted keep those they have."""
    kept = str(data[axis].attrs.get("units", "")) if axis == "plane" and axis in data.coords else ""
    return PLANE_UNITS.get(axis) or kept


def properties_of(data: xr.DataArray, title: str = "") -> Properties:
    """Return what is known of data.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> found = properties_of(label_stack(np.zeros((3, 4, 5)), "tilt", plane_values=[0, 2, 4]))
    >>> found.pixel_size, found.pixel_units, found.axis, found.even_axis
    ((1.0, 1.0), 'px', 'tilt', (0.0, 2.0))
    """
    from temstack.stack import pixel_size

    axis = next((str(dim) for dim in data.dims if dim in PLANE_UNITS), "")
    is_image = {"y", "x"} <= set(data.dims)
    size, units = pixel_size(data) if is_image else ((1.0, 1.0), "")
    tension = data.attrs.get("high_tension_kv")
    return Properties(
        title=title or str(data.attrs.get("title") or ""),
        pixel_size=size,
        pixel_units=units,
        axis=axis,
        positions=tuple(float(value) for value in data[axis].values) if axis else (),
        high_tension_kv=None if tension is None else float(tension),
    )


def with_properties(data: xr.DataArray, wanted: Properties) -> xr.DataArray:
    """Return data corrected: pixels are shared, and only what is other than before is changed.

    Raises
    ------
    SettingError
        If a number cannot be meant; positions are checked as those of ``set_plane_axis``, which the history names.
    """
    before = properties_of(data)
    if (wanted.pixel_size, wanted.pixel_units) != (before.pixel_size, before.pixel_units):
        data = _with_pixel_size(data, wanted.pixel_size, wanted.pixel_units)
    if wanted.title != before.title:
        data = data.rename(wanted.title or None).assign_attrs(title=wanted.title)
    if wanted.high_tension_kv != before.high_tension_kv:
        data = _with_high_tension(data, wanted.high_tension_kv)
    if before.axis and (wanted.axis, wanted.positions) != (before.axis, before.positions):
        from temstack.operations import run

        data = run("set_plane_axis", data, axis=wanted.axis, values=wanted.positions)
    return data


def plane_table(data: xr.DataArray) -> tuple[list[str], list[list[Any]]]:
    """Return the heads and rows of a table of all values of the planes, positions first."""
    axis = next((str(dim) for dim in data.dims if dim in PLANE_UNITS), None)
    if axis is None:
        return [], []
    names = [axis, *(str(name) for name, coord in data.coords.items() if coord.dims == (axis,) and name != axis)]
    heads = [_head(data, name) for name in names]
    columns = [data[name].values.tolist() for name in names]
    return ["plane", *heads], [[number, *row] for number, row in enumerate(zip(*columns, strict=True))]


def _head(data: xr.DataArray, name: str) -> str:
    units = data[name].attrs.get("units")
    return f"{name.replace('_', ' ')}, {units}" if units else name.replace("_", " ")


def _with_pixel_size(data: xr.DataArray, size: tuple[float, float], units: str) -> xr.DataArray:
    """Return data with other pixels; pixel (0, 0) stays where it was, if that was known in units of length."""
    if not all(np.isfinite(each) and each > 0 for each in size):
        raise SettingError("pixel size", "is no size", got=size, expected="numbers above 0")
    for dim, step in zip(("y", "x"), size, strict=True):
        if dim in data.dims:
            old, new = length_in_nm(str(data[dim].attrs.get("units", ""))), length_in_nm(units)
            origin = 0.0 if old is None or new is None else float(data[dim].values[0]) * old / new
            axis = pixel_coordinate(dim, data.sizes[dim], step, origin=origin, units=units)
            data = data.assign_coords({dim: axis})
    return data


def _with_high_tension(data: xr.DataArray, high_tension_kv: float | None) -> xr.DataArray:
    if high_tension_kv is None:
        result = data.copy(deep=False)
        result.attrs = {name: value for name, value in data.attrs.items() if name != "high_tension_kv"}
        return result
    if not high_tension_kv > 0:
        raise SettingError("high tension", "is no voltage", got=high_tension_kv, expected="a number above 0 kV")
    return data.assign_attrs(high_tension_kv=high_tension_kv)
