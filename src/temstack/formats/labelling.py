"""From what a file holds to a labelled array: names of the dimensions, coordinates, attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import SettingError
from temstack.formats.found import Axis, Found
from temstack.stack import with_history
from temstack.stack.axes import COLOUR_CHANNELS, PLANE_DIMS, PLANE_UNITS, to_plane_units

_ENERGY_NAMES = {"energy loss", "energy", "energy_loss", "eels"}
_KEPT_NAMES = {"y", "x", "ky", "kx", "channel", *PLANE_DIMS}
_DIM_OF_UNIT = {"deg": "tilt", "s": "time", "ms": "time", "min": "time", "h": "time"}


def label_found(found: Found, path: Path) -> xr.DataArray:
    """Return what was found in a file as a labelled array that follows the convention.

    Parameters
    ----------
    found : Found
        Data, axes and metadata as the reader gave them.
    path : Path
        The file it came from.

    Returns
    -------
    DataArray
        Pixels as in the file. Its dimensions stand in the order of the file.
    """
    found = _without_spectrum_height(found)
    signal_type = str(_dig(found.metadata, "Signal.signal_type") or "")
    dims = dims_of(found.axes, signal_type)
    coords = {dim: _coordinate(dim, axis) for dim, axis in zip(dims, found.axes, strict=True)}
    data = found.data
    if data.dtype.names:
        data, channels = _colours(data)
        dims, coords["channel"] = (*dims, "channel"), xr.Variable("channel", list(channels))
    planes = next((dim for dim in dims if dim in PLANE_UNITS), None)
    for name, (values, units) in found.plane_values.items():
        if planes is not None and len(values) == coords[planes].size:
            coords[name] = xr.Variable(planes, values, {"units": units} if units else {})
    attrs = _attributes(found, dims, path)
    data = data.astype(data.dtype.newbyteorder("="), copy=False)
    array = xr.DataArray(data, dims=dims, coords=coords, attrs=attrs)
    array.name = attrs.get("title")  # given None, xarray would take the name of a dask array
    for operation, parameters in found.repairs:
        array = with_history(array, operation, **parameters)
    return array


def dims_of(axes: Sequence[Axis], signal_type: str = "") -> tuple[str, ...]:
    """Return the names of the dimensions of data with these axes.

    An axis in eV or keV is an energy (an energy loss unless the file says X-rays). Of the others the last
    two are ``y`` and ``x``, with two more behind them ``ky`` and ``kx``; those in front are named after their
    units: degrees ``tilt``, seconds ``time``, anything else ``plane``. Names of the convention are kept.

    Examples
    --------
    >>> dims_of([Axis.even("", "eV", 9), Axis.even("", "nm", 4), Axis.even("", "nm", 5)])
    ('energy_loss', 'y', 'x')
    >>> dims_of([Axis.even("", "deg", 9), Axis.even("", "nm", 4), Axis.even("", "nm", 5)])
    ('tilt', 'y', 'x')
    """
    dims = [_energy_dim(axis, signal_type) or _kept_name(axis) for axis in axes]
    dims = [dim if dims.index(dim) == index else "" for index, dim in enumerate(dims)]
    _name_image_axes(dims)
    for index, dim in enumerate(dims):
        if not dim:
            dims[index] = _unused(_plane_dim(axes[index]), dims)
    return tuple(dims)


def _name_image_axes(dims: list[str]) -> None:
    """Name in place the last axes that nothing in the file names."""
    free = [index for index, dim in enumerate(dims) if not dim]
    names = [name for name in ("y", "x") if name not in dims]
    if len(names) == 2 and len(free) >= 4 and "kx" not in dims:
        names += ["ky", "kx"]
    elif not names:
        free = [index for index in free if index > max(dims.index("y"), dims.index("x"))]
        names = ["ky", "kx"] if len(free) == 2 and "kx" not in dims else []
    for index, name in zip(reversed(free), reversed(names), strict=False):
        dims[index] = name


def _energy_dim(axis: Axis, signal_type: str) -> str:
    is_energy = axis.units in ("eV", "keV") or (signal_type == "EELS" and axis.name.lower() in _ENERGY_NAMES)
    if not is_energy:
        return ""
    is_x_ray = signal_type.startswith("EDS") or (axis.units == "keV" and signal_type != "EELS")
    if axis.name == "energy_loss" or not is_x_ray:
        return "energy_loss" if axis.units in ("eV", "keV") else ""
    return "energy"


def _kept_name(axis: Axis) -> str:
    name = axis.name.lower()
    if name in PLANE_UNITS and name != "plane":
        return name if _suits(axis, name) else ""
    return name if name in _KEPT_NAMES else ""


def _suits(axis: Axis, dim: str) -> bool:
    try:
        to_plane_units(axis.values, axis.units, dim)
    except SettingError:
        return False
    return True


def _plane_dim(axis: Axis) -> str:
    return _DIM_OF_UNIT.get(axis.units, "plane")


def _unused(name: str, dims: Sequence[str]) -> str:
    names = [name, "plane", *(f"plane_{number}" for number in range(2, len(dims) + 2))]
    return next(candidate for candidate in names if candidate not in dims)


def _coordinate(dim: str, axis: Axis) -> xr.Variable:
    if dim in PLANE_UNITS and dim != "plane":
        return xr.Variable(dim, to_plane_units(axis.values, axis.units, dim), {"units": PLANE_UNITS[dim]})
    is_image_axis = dim in ("y", "x", "ky", "kx")
    attrs: dict[str, Any] = {"units": axis.units or ("px" if is_image_axis else "")}
    if dim in ("y", "x") and len(axis.values) == 1:
        attrs["step"] = float(axis.step)
    return xr.Variable(dim, axis.values, attrs)


def _without_spectrum_height(found: Found) -> Found:
    """Return a spectrum without its height of one pixel: DM keeps a spectrum as an image one pixel high."""
    energies = [axis.units in ("eV", "keV") for axis in found.axes]
    if len(found.axes) != 2 or sum(energies) != 1 or len(found.axes[energies.index(False)].values) != 1:
        return found
    across = energies.index(False)
    return replace(found, data=found.data.squeeze(across), axes=(found.axes[1 - across],))


def _colours(data: Any) -> tuple[Any, tuple[str, ...]]:
    """Return records of colours as a last dimension, red first."""
    fields = [name for name in ("R", "G", "B", "A") if name in data.dtype.names]
    if isinstance(data, np.ndarray):
        return np.stack([data[name] for name in fields], axis=-1), COLOUR_CHANNELS[: len(fields)]
    import dask.array as da

    return da.stack([data[name] for name in fields], axis=-1), COLOUR_CHANNELS[: len(fields)]


def _attributes(found: Found, dims: Sequence[str], path: Path) -> dict[str, Any]:
    metadata = found.metadata
    attrs: dict[str, Any] = {
        "title": _text(_dig(metadata, "General.title")),
        "intensity_units": _intensity_units(metadata),
        "signal_type": _text(_dig(metadata, "Signal.signal_type")),
        "high_tension_kv": _high_tension_kv(metadata),
        "exposure_s": _number(metadata, "Camera.exposure", "Detector.Camera.exposure", "Detector.EELS.exposure"),
        **found.attrs,
    }
    if "energy_loss" in dims:
        attrs["signal_type"] = attrs["signal_type"] or "EELS"
    attrs = {name: value for name, value in attrs.items() if value not in (None, "")}
    if found.tags:
        attrs["tags"] = dict(found.tags)
    return {**attrs, "source": str(path)}


def _intensity_units(metadata: Mapping[str, Any]) -> str:
    """Return the units out of a quantity such as ``"Electrons (Counts)"``."""
    quantity = _text(_dig(metadata, "Signal.quantity"))
    if quantity.endswith(")") and "(" in quantity:
        return quantity[quantity.rindex("(") + 1 : -1].strip()
    return ""


def _high_tension_kv(metadata: Mapping[str, Any]) -> float | None:
    value = _number(metadata, "beam_energy")
    if value is None or value <= 0:
        return None
    # Some spectra say 200000 where the format wants kV; no electron microscope reaches 5 MV.
    return value / 1000 if value > 5000 else value


def _number(metadata: Mapping[str, Any], *names: str) -> float | None:
    for instrument in ("TEM", "SEM"):
        for name in names:
            value = _dig(metadata, f"Acquisition_instrument.{instrument}.{name}")
            if isinstance(value, int | float | np.number):
                return float(value)
    return None


def _dig(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
