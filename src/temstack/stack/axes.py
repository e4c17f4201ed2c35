"""The axes of a stack: their names, their units, and the coordinates made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError, StackError
from temstack.stack.units import length_in_nm

PLANE_UNITS = {
    "energy_loss": "eV",
    "defocus": "nm",
    "time": "s",
    "exposure": "s",
    "tilt": "deg",
    "plane": "",
}
"""What each plane dimension is measured in; ``plane`` is counted, or keeps its own units (a depth in nm)."""

_SURELY_SINCE_1970_S = 1e8

PLANE_DIMS: tuple[str, ...] = tuple(PLANE_UNITS)
"""Names the plane dimension may have: what was varied from plane to plane."""

COLOUR_CHANNELS = ("red", "green", "blue", "alpha")
"""Names along the last dimension of a colour stack, ``channel``; ``alpha`` may be missing."""

_FACTORS = {
    "eV": {"eV": 1.0, "ev": 1.0, "keV": 1e3, "meV": 1e-3},
    "s": {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "μs": 1e-6, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0},
    "deg": {"deg": 1.0, "°": 1.0, "degrees": 1.0, "rad": np.rad2deg(1.0), "mrad": np.rad2deg(1e-3)},
}

_UNEVENNESS = 1e-3
"""How far pixel spacings may differ, as a fraction of the pixel size: float32 axes are not quite even."""


def to_plane_units(values: NDArray[np.float64], units: str | None, plane_dim: str) -> NDArray[np.float64]:
    """Return positions along a plane dimension in the units of the convention.

    Parameters
    ----------
    values : (n,) float64, in `units`
        Positions of the planes.
    units : str or None
        Their units; None means that they are right already.
    plane_dim : str
        What was varied, which decides the units: see :data:`PLANE_UNITS`.

    Returns
    -------
    values : (n,) float64
        In ``PLANE_UNITS[plane_dim]``.

    Raises
    ------
    SettingError
        If the units measure something else.

    Examples
    --------
    >>> to_plane_units(np.array([0.5, 1.0]), "µm", "defocus")
    array([ 500., 1000.])
    """
    wanted = PLANE_UNITS[plane_dim]
    if units is None or units == wanted or plane_dim == "plane":
        return values
    factor = length_in_nm(units) if wanted == "nm" else _FACTORS.get(wanted, {}).get(units)
    if factor is None:
        raise SettingError(
            "plane_units",
            f"do not suit the axis {plane_dim!r}",
            got=repr(units),
            expected=f"{wanted!r}, or units that can be brought to it",
        )
    return values * factor


def plane_coordinate(dim: str, values: ArrayLike | None, units: str | None, planes: int) -> xr.Variable:
    """Return the coordinate of a plane axis; without values planes are counted, as only ``plane`` allows."""
    if values is None:
        if dim != "plane":
            raise SettingError(
                "plane_values",
                f"are missing for the axis {dim!r}",
                expected=f"{planes} numbers in {PLANE_UNITS[dim]}",
                advice="or use plane_dim='plane', which is only counted",
            )
        values = np.arange(planes)
    positions = np.asarray(values, dtype=np.float64)
    if positions.shape != (planes,):
        raise SettingError(
            "plane_values",
            "must be one number for each plane",
            got=f"shape {positions.shape}",
            expected=f"({planes},)",
        )
    kept = (units or "") if dim == "plane" else PLANE_UNITS[dim]
    return xr.Variable(dim, to_plane_units(positions, units, dim), {"units": kept})


def shown_values(coord: xr.DataArray) -> NDArray[np.float64]:
    """Return the values of a plane axis as people read them: points of time count from the first.

    A time-lapse keeps seconds since 1970, of which nobody can see how far apart two planes are.

    Examples
    --------
    >>> shown_values(xr.DataArray([1.75e9, 1.75e9 + 10.5], dims="time", attrs={"units": "s"}))
    array([ 0. , 10.5])
    """
    values = np.asarray(coord.values, dtype=np.float64)
    known = values[np.isfinite(values)]
    is_time = coord.dims == ("time",) and coord.attrs.get("units") == "s" and known.size > 0
    return values - known[0] if is_time and known[0] > _SURELY_SINCE_1970_S else values


def pixel_coordinate(dim: str, size: int, step: float, origin: float = 0.0, units: str = "px") -> xr.Variable:
    """Return the coordinate of an image axis: `size` pixels of `step` `units`, the first one at `origin`.

    An axis one pixel long has no spacing to tell its pixel size from, so ``attrs["step"]`` keeps it.
    """
    attrs: dict[str, Any] = {"units": units}
    if size == 1:
        attrs["step"] = float(step)
    # Positions are origin + i * step: adding up steps would drift.
    return xr.Variable(dim, float(origin) + np.arange(size, dtype=np.float64) * float(step), attrs)


def plane_dim(stack: xr.DataArray) -> str:
    """Return the name of the dimension along which the planes lie, wherever it stands.

    Raises
    ------
    StackError
        If the array has no plane dimension, or two.

    Examples
    --------
    >>> plane_dim(xr.DataArray(np.zeros((3, 4, 2)), dims=("y", "x", "energy_loss")))
    'energy_loss'
    """
    found = [str(dim) for dim in stack.dims if dim in PLANE_UNITS]
    if len(found) != 1:
        raise StackError(
            named(stack),
            "has no plane dimension" if not found else f"has {len(found)} plane dimensions",
            got=words(stack.dims),
            expected="one of " + words(PLANE_DIMS),
        )
    return found[0]


def pixel_size(stack: xr.DataArray) -> tuple[tuple[float, float], str]:
    """Return the height and width of a pixel and their unit.

    Where ``y`` and ``x`` have different units of length, both are given in nm. An axis one pixel long that
    does not say its own ``attrs["step"]`` takes the size of the other axis: pixels are square unless
    something says otherwise.

    Parameters
    ----------
    stack : DataArray with dimensions y and x
        A stack, image or spectrum image.

    Returns
    -------
    size : (float, float), in units
        ``(dy, dx)``, always positive.
    units : str
        ``"px"`` where there is no calibration.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> pixel_size(label_stack(np.zeros((2, 3, 4)), pixel_size=0.2, pixel_units="nm"))
    ((0.2, 0.2), 'nm')
    """
    for dim in ("y", "x"):
        if dim not in stack.dims or dim not in stack.coords:
            raise StackError(named(stack), f"has no axis {dim!r} to take a pixel size from", got=words(stack.dims))
        if problem := spacing_problem(stack.coords[dim]):
            raise StackError(named(stack), problem)
    dy, dx = pixel_step(stack.coords["y"]), pixel_step(stack.coords["x"])
    units_y, units_x = str(stack.y.attrs.get("units", "px")), str(stack.x.attrs.get("units", "px"))
    if dy is None or dx is None:
        known, units = (dx, units_x) if dy is None else (dy, units_y)
        return (known or 1.0, known or 1.0), units
    if units_y == units_x:
        return (dy, dx), units_y
    y_in_nm, x_in_nm = length_in_nm(units_y), length_in_nm(units_x)
    if y_in_nm is None or x_in_nm is None:
        raise StackError(
            named(stack),
            "its axes y and x have units that cannot be compared",
            got=f"{units_y!r} and {units_x!r}",
        )
    return (dy * y_in_nm, dx * x_in_nm), "nm"


def pixel_step(coord: xr.DataArray) -> float | None:
    """Return the spacing of an image axis in its own units, positive; None where one pixel does not say."""
    if coord.size < 2:
        step = coord.attrs.get("step")
        return abs(float(step)) if step else None
    positions = coord.values
    step = abs(float(positions[-1] - positions[0])) / (coord.size - 1)
    # 0 + 3 * 0.2 is not 0.6 to the last bit: give back the number that the axis was made with.
    return float(f"{step:.12g}")


def spacing_problem(coord: xr.DataArray) -> str | None:
    """Return in words what is wrong with the spacing of an image axis, None where it is even."""
    steps = np.diff(coord.values)
    if not len(steps) or not np.isfinite(steps).all():
        return None
    mean = steps.mean()
    if mean == 0 or np.abs(steps - mean).max() > _UNEVENNESS * abs(mean):
        return f"axis {str(coord.name)!r} has pixels of different size, from {steps.min():g} to {steps.max():g}"
    return None


def named(array: object, kind: str = "stack") -> str:
    """Return what to call an array in a message: its kind, and its title where it has one."""
    name = getattr(array, "name", None)
    return f"{kind} {str(name)!r}" if name else kind


def words(names: Any) -> str:
    """Return names in quotes with commas, for a message."""
    return ", ".join(repr(str(name)) for name in names)
