"""The bridge: an image of a script from a stack, and a stack from an image of a script.

``dimension 0`` of a script is ``x``; the plane dimension of a stack is dimension 2. A spectrum image
``(y, x, energy_loss)`` opens as the block [x, y, energy loss] that DigitalMicrograph has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.dmscript.conversion import RGB_PIXEL
from temstack.dmscript.images import Calibration, Image
from temstack.dmscript.tag_groups import from_tags, to_tags

if TYPE_CHECKING:
    import xarray as xr

_PLANE_DIM_OF_UNITS = {"ev": "energy_loss", "s": "time", "deg": "tilt"}


def image_from_stack(stack: xr.DataArray, name: str | None = None) -> Image:
    """Return a stack, image, spectrum or spectrum image as an image of a script.

    Parameters
    ----------
    stack : DataArray
        As :func:`temstack.read` returns it. Counts with a ``scale`` per plane become scaled real numbers.
    name : str, optional
        Title, by default that of the stack.

    Returns
    -------
    Image
        With its own pixels, calibration and tags.
    """
    from temstack.stack import counts

    array = counts(stack) if "scale" in stack.coords else stack
    array = _in_order(array)
    title = name if name is not None else str(stack.attrs.get("title") or "")
    image = Image(_pixels(array), title)
    dims = [str(dim) for dim in array.dims if dim != "channel"]
    image.calibrations = [_calibration(array, dim) for dim in reversed(dims)]
    image.intensity = Calibration(units=str(stack.attrs.get("intensity_units") or ""))
    tags = stack.attrs.get("tags")
    if tags:
        image.tags = from_tags(_image_tags(tags))
    return image


def _in_order(array: xr.DataArray) -> xr.DataArray:
    if "energy_loss" in array.dims and array.dims[-1] == "energy_loss" and array.ndim == 3:
        return array.transpose("energy_loss", "y", "x")
    return array


def _pixels(array: xr.DataArray) -> np.ndarray[Any, Any]:
    values = np.asarray(array.values)
    if "channel" in array.dims:
        colours = np.zeros(values.shape[:-1], RGB_PIXEL)
        for index, name in enumerate(("red", "green", "blue", "alpha")[: values.shape[-1]]):
            colours[name] = values[..., index]
        return colours
    if values.dtype.fields or values.dtype.kind not in "iufcb":
        return values
    plain = values.astype(values.dtype.newbyteorder("="), copy=True)
    return plain.astype(np.float32) if plain.dtype == np.float16 else np.ascontiguousarray(plain)


def _calibration(array: xr.DataArray, dim: str) -> Calibration:
    if dim not in array.coords or array.sizes[dim] < 1:
        return Calibration()
    values = np.asarray(array[dim].values, np.float64)
    scale = float((values[-1] - values[0]) / (len(values) - 1)) if len(values) > 1 else 1.0
    units = str(array[dim].attrs.get("units", ""))
    return Calibration(float(values[0]), scale or 1.0, "" if units == "px" else units)


def _image_tags(tags: Any) -> Any:
    """Return the tags that a script sees of a whole file's tags: those of its image."""
    for place in ("ImageList", "ImageTags"):
        if isinstance(tags, dict) and place in tags:
            inside = tags[place]
            if place == "ImageList" and isinstance(inside, list) and inside:
                return inside[-1].get("ImageTags", {}) if isinstance(inside[-1], dict) else {}
            return inside
    return tags


def stack_from_image(image: Image) -> xr.DataArray:
    """Return an image of a script as temstack's arrays: stack, image, or spectrum.

    Parameters
    ----------
    image : Image
        Of one to three dimensions.

    Returns
    -------
    DataArray
        ``(plane-like, y, x)``, ``(y, x)``, or ``(energy_loss,)`` for one line of pixels in eV; any other line is an
        image one pixel high. Planes are ``energy_loss`` where they are in eV, ``time`` in s, ``tilt`` in deg.
    """
    import xarray as xr

    data, calibrations = image.data, list(image.calibrations)
    is_spectrum = calibrations[0].units.lower() == "ev" and data.size == data.shape[-1]
    if is_spectrum:
        data, calibrations = data.reshape(-1), calibrations[:1]
    elif data.ndim == 1:
        data, calibrations = data[None], [*calibrations, Calibration()]
    is_colour = image.is_colour
    if is_colour:
        data = np.stack([data[name] for name in ("red", "green", "blue")], axis=-1)
    dims = _dims(image, calibrations)
    coords = {
        dim: _coordinate(dim, length, calibration)
        for dim, length, calibration in zip(dims, data.shape, reversed(calibrations), strict=False)
    }
    attrs: dict[str, Any] = {"title": image.name}
    if image.intensity.units:
        attrs["intensity_units"] = image.intensity.units
    if len(image.tags):
        attrs["tags"] = to_tags(image.tags)
    signal = image.tags.find("Meta Data:Signal")
    if isinstance(signal, str) or "energy_loss" in dims:
        attrs["signal_type"] = signal if isinstance(signal, str) else "EELS"
    named = [*dims, "channel"] if is_colour else dims
    return xr.DataArray(data, dims=named, coords=coords, attrs=attrs)


def _dims(image: Image, calibrations: list[Calibration]) -> list[str]:
    if len(calibrations) == 1:
        return ["energy_loss"]
    if len(calibrations) == 2:
        return ["y", "x"]
    plane = _PLANE_DIM_OF_UNITS.get(calibrations[2].units.lower(), "plane")
    return [*(f"axis_{index}" for index in range(len(calibrations) - 1, 2, -1)), plane, "y", "x"]


def _coordinate(dim: str, length: int, calibration: Calibration) -> Any:
    import xarray as xr

    values = calibration.origin + np.arange(length, dtype=np.float64) * (calibration.scale or 1.0)
    return xr.Variable(dim, values, {"units": calibration.units or ("px" if dim in ("x", "y") else "")})
