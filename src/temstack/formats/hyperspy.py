"""To HyperSpy's signals and back without loss, in memory and as HSPY files.

HyperSpy keeps axes and a tree of metadata. What has no place there goes into ``metadata.temstack``: the order
of our dimensions, the values of each plane, and all attributes with their typed tags. Someone who works with
the signal in HyperSpy may change its axes, title or high tension; these then win over what was kept.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import UnsupportedDataError
from temstack.formats.found import Found
from temstack.formats.labelling import label_found
from temstack.formats.rosetta import found_in, plain
from temstack.stack.tags import tags_from_json, tags_to_json

if TYPE_CHECKING:
    from hyperspy.signal import BaseSignal

_NAMES = {"energy_loss": "Energy loss", "energy": "Energy"}
_PIECE = 16000
"""Characters of text in one piece: HDF5 keeps no attribute above 64 KiB."""

_LONGEST_TEXT = 30000
_EVENNESS = 1e-9


def to_hyperspy(array: xr.DataArray) -> BaseSignal:
    """Return the same data as a signal of HyperSpy.

    A stack or spectrum image with an energy axis becomes a map of spectra (``EELSSpectrum`` where eXSpy is
    installed), any other stack a series of images. Pixels stay as recorded; per-plane values, attributes and
    tags are in ``metadata.temstack`` and ``original_metadata``.

    Parameters
    ----------
    array : DataArray
        Of any layout. Dask pixels make a lazy signal.

    Raises
    ------
    UnsupportedDataError
        If HyperSpy is not installed.
    """
    try:
        import hyperspy.api as hs
    except ImportError as err:
        raise UnsupportedDataError(
            "HyperSpy", "is not installed", advice="install it with: pip install temstack[hyperspy]"
        ) from err
    parts = signal_dictionary(array)
    dimension = sum(not axis["navigate"] for axis in parts["axes"])
    make = {1: hs.signals.Signal1D, 2: hs.signals.Signal2D}.get(dimension, hs.signals.BaseSignal)
    with warnings.catch_warnings():
        # HyperSpy warns about how HyperSpy imports its own classes.
        warnings.filterwarnings("ignore", message="Importing .* is deprecated")
        signal = make(**{name: parts[name] for name in ("data", "axes", "metadata", "original_metadata")})
        if parts["attributes"]["_lazy"]:
            signal = signal.as_lazy()
        signal.set_signal_type(str(array.attrs.get("signal_type", "")))
    return signal


def from_hyperspy(signal: BaseSignal) -> xr.DataArray:
    """Return a signal of HyperSpy as a labelled array that follows the convention.

    What :func:`to_hyperspy` kept comes back as it was, as far as it still fits the signal.

    Parameters
    ----------
    signal : BaseSignal
        Any signal; a lazy one gives dask pixels.
    """
    axes = signal.axes_manager.as_dictionary()
    found = found_in(
        {
            "data": signal.data,
            "axes": [axes[name] for name in sorted(axes, key=lambda name: int(name.split("-")[1]))],
            "metadata": signal.metadata.as_dictionary(),
            "original_metadata": signal.original_metadata.as_dictionary(),
        }
    )
    array = label_signal(found, Path(str(_dig(found.metadata, "General.original_filename") or "")))
    if array.attrs.get("source") == ".":
        del array.attrs["source"]
    return array


def label_signal(found: Found, path: Path) -> xr.DataArray:
    """Return what was found in a signal as a labelled array, with what :func:`to_hyperspy` kept restored."""
    kept = found.metadata.get("temstack")
    array = label_found(found, path)
    return _restored(array, kept) if isinstance(kept, Mapping) and "attributes" in kept else array


def signal_dictionary(array: xr.DataArray) -> dict[str, Any]:
    """Return an array as the dictionary that RosettaSciIO writes and HyperSpy makes a signal of.

    Parameters
    ----------
    array : DataArray
        Of any layout.
    """
    signal_dims = _signal_dims(array)
    dims = [str(dim) for dim in array.dims if dim not in ("channel", *signal_dims)] + signal_dims
    data = array.transpose(*dims, ...).data
    if "channel" in array.dims:
        data = _as_records(data)
    title = str(array.attrs.get("title", ""))
    tags = array.attrs.get("tags", {})
    return {
        "data": data,
        "axes": [_axis(array.coords[dim], navigate=dim not in signal_dims) for dim in dims],
        "metadata": {
            "General": {"title": title, "original_filename": Path(str(array.attrs.get("source", ""))).name},
            "Signal": _signal_metadata(array),
            "Acquisition_instrument": {"TEM": _instrument(array)},
            "temstack": _kept(array),
        },
        "original_metadata": _readable(plain(tags)) if tags else {},
        "attributes": {"_lazy": array.chunks is not None, "ragged": False},
        "learning_results": {},
        "models": {},
        "package_info": {"package": "", "package_version": ""},
        "tmp_parameters": {},
    }


def _signal_dims(array: xr.DataArray) -> list[str]:
    """Return the dimensions that HyperSpy takes for the signal; the others are for navigation."""
    for signal in (["energy_loss"], ["energy"], ["ky", "kx"], ["y", "x"]):
        if set(signal) <= set(array.dims):
            return signal
    return [str(dim) for dim in array.dims[-1:]]


def _axis(coord: xr.DataArray, *, navigate: bool) -> dict[str, Any]:
    units = str(coord.attrs.get("units", ""))
    values = np.asarray(coord.values, dtype=np.float64)
    axis = {
        "name": _NAMES.get(str(coord.name), str(coord.name)),
        "units": "" if units == "px" else units,
        "navigate": navigate,
    }
    if (even := even_axis(values, coord.attrs.get("step"))) is None:
        return {**axis, "_type": "DataAxis", "axis": values}
    origin, step = even
    return {**axis, "_type": "UniformDataAxis", "offset": origin, "scale": step, "size": len(values)}


def even_axis(values: NDArray[np.float64], step: float | None = None) -> tuple[float, float] | None:
    """Return origin and step of evenly spaced positions, None where they are uneven.

    Parameters
    ----------
    values : (n,) float64
        Positions.
    step : float
        Spacing to give to an axis of one position.

    Examples
    --------
    >>> even_axis(np.array([480.0, 485.0, 490.0]))
    (480.0, 5.0)
    """
    if len(values) < 2:
        return (float(values[0]) if len(values) else 0.0), float(step or 1.0)
    # Twelve digits: 0.6000000000000001 / 3 was meant as 0.2.
    mean = float(f"{(values[-1] - values[0]) / (len(values) - 1):.12g}")
    even = values[0] + mean * np.arange(len(values))
    if mean == 0 or np.abs(values - even).max() > _EVENNESS * max(abs(mean), np.abs(values).max() * 1e-3):
        return None
    return float(values[0]), mean


def _as_records(data: Any) -> Any:
    """Return colours as HyperSpy keeps them: one record of bytes for each pixel."""
    names = ["R", "G", "B", "A"][: data.shape[-1]]
    dtype = np.dtype([(name, data.dtype) for name in names])

    def view(block: Any) -> Any:
        return np.ascontiguousarray(block).view(dtype)[..., 0]

    if isinstance(data, np.ndarray):
        return view(data)
    return data.rechunk({data.ndim - 1: -1}).map_blocks(view, dtype=dtype, drop_axis=data.ndim - 1)


def _signal_metadata(array: xr.DataArray) -> dict[str, Any]:
    units = array.attrs.get("intensity_units")
    quantity = {"quantity": f"Intensity ({units})"} if units else {}
    return {"signal_type": str(array.attrs.get("signal_type", "")), **quantity}


def _instrument(array: xr.DataArray) -> dict[str, Any]:
    instrument: dict[str, Any] = {}
    if "high_tension_kv" in array.attrs:
        instrument["beam_energy"] = float(array.attrs["high_tension_kv"])
    if "exposure_s" in array.attrs:
        instrument["Camera"] = {"exposure": float(array.attrs["exposure_s"])}
    return instrument


def _kept(array: xr.DataArray) -> dict[str, Any]:
    """Return what HyperSpy has no place for."""
    axes = {str(dim): dict(array.coords[dim].attrs) for dim in array.dims}
    positions = {str(dim): np.asarray(array.coords[dim].values) for dim in array.dims if dim != "channel"}
    planes = {str(name): coord for name, coord in array.coords.items() if name not in array.dims}
    return {
        "dims": [str(dim) for dim in array.dims],
        "planes": {name: _column(coord) for name, coord in planes.items()},
        "attributes": in_pieces(tags_to_json({"attrs": array.attrs, "axes": axes, "positions": positions})),
    }


def _column(coord: xr.DataArray) -> dict[str, Any]:
    values = coord.values
    column = {
        "values": _shown(values),
        "dtype": str(values.dtype) if values.dtype.kind != "O" else "str",
        "dims": [str(dim) for dim in coord.dims],
    }
    return {**column, "units": str(coord.attrs["units"])} if "units" in coord.attrs else column


def _shown(values: NDArray[Any]) -> Any:
    """Return values as HyperSpy's files can keep them: arrays of numbers, lists of text."""
    if values.dtype.kind in "biufc":
        return values if values.ndim else values.item()
    return [str(value) for value in values] if values.ndim else str(values)


def in_pieces(text: str) -> list[str]:
    """Return a long text as a list of pieces; joined they are the text again."""
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def _readable(tree: Any) -> Any:
    """Return tags for reading in HyperSpy: names without what its files and trees give a meaning to."""
    if isinstance(tree, Mapping):
        return {name.replace("/", "_").replace(".", "_") or "_": _readable(item) for name, item in tree.items()}
    if isinstance(tree, list):
        return [_readable(item) for item in tree]
    return tree[:_LONGEST_TEXT] if isinstance(tree, str) else tree


def _restored(array: xr.DataArray, kept: Mapping[str, Any]) -> xr.DataArray:
    exact = tags_from_json("".join(str(piece) for piece in _listed(kept["attributes"])))
    dims = [str(dim) for dim in _listed(kept["dims"])]
    if len(dims) == array.ndim:
        array = _with_dims(array, dims)
    for dim in array.dims:
        array = _with_axis(array, str(dim), exact)
    for name, column in kept.get("planes", {}).items():
        array = _with_column(array, name, column)
    changed = {"title", "signal_type", "high_tension_kv", "exposure_s", "intensity_units"} & set(array.attrs)
    attrs = {**exact["attrs"], **{name: array.attrs[name] for name in changed}}
    array.attrs = attrs
    return array.rename(attrs.get("title"))


def _with_dims(array: xr.DataArray, dims: Sequence[str]) -> xr.DataArray:
    """Return the array with dimensions named and ordered as they were before HyperSpy."""
    found = [str(dim) for dim in array.dims]
    others = [dim for dim in dims if dim not in found]
    names = {dim: others.pop(0) for dim in found if dim not in dims and others}
    array = array.rename(names)
    return array.transpose(*dims) if set(array.dims) == set(dims) else array


def _with_axis(array: xr.DataArray, dim: str, exact: Mapping[str, Any]) -> xr.DataArray:
    """Return the array with exact positions on an axis, unless they were changed in HyperSpy."""
    coord, positions = array.coords[dim], exact["positions"].get(dim)
    if positions is None or len(positions) != coord.size:
        return array
    close = np.allclose(positions, coord.values, rtol=1e-6, atol=1e-6 * float(np.ptp(positions)))
    same_units = coord.attrs.get("units") == exact["axes"][dim].get("units")
    if not (close and same_units):
        return array
    return array.assign_coords({dim: xr.Variable(dim, positions, exact["axes"][dim])})


def _with_column(array: xr.DataArray, name: str, column: Mapping[str, Any]) -> xr.DataArray:
    dims = [str(dim) for dim in _listed(column["dims"])]
    values = np.asarray(_listed(column["values"]) if dims else column["values"])
    if any(dim not in array.dims for dim in dims):
        return array
    shape = tuple(array.sizes[dim] for dim in dims)
    if values.size != np.prod(shape):
        return array
    dtype = str(column["dtype"])
    values = values.astype(str) if dtype == "str" or dtype.startswith("<U") else values.astype(dtype)
    attrs = {"units": str(column["units"])} if "units" in column else {}
    return array.assign_coords({name: xr.Variable(dims, values.reshape(shape), attrs)})


def _listed(value: Any) -> list[Any]:
    return list(np.atleast_1d(value)) if not isinstance(value, list | tuple) else list(value)


def _dig(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree
