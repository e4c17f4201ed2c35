"""Planes turned by any angle, each in itself."""

from __future__ import annotations

from math import ceil, cos, radians, sin
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, pixel_coordinate, pixel_size, with_history
from temstack.volume.blockwise import map_planes, refuse_colours

_ORDERS = {"nearest": 0, "linear": 1, "cubic": 3}


def rotate_in_plane(
    stack: xr.DataArray,
    angle_deg: float,
    *,
    interpolation: str = "cubic",
    expand: bool = False,
    fill_value: float = 0.0,
) -> xr.DataArray:
    """Return the stack with every plane turned about the middle of the image.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray
    angle_deg : float, deg
        Positive is clockwise on the screen (``x`` towards ``y``), as for
        :func:`~temstack.volume.turning.rotate_90`. Pixels need not be square.
    interpolation : {"cubic", "linear", "nearest"}
        How values between pixels are found.
    expand : bool
        Make the image as large as the turned one; otherwise it keeps its size and loses its corners.
    fill_value : float
        What stands where nothing was recorded, in pixels as recorded (before ``scale``).

    Returns
    -------
    stack : DataArray
        float32, or float64 where the pixels need it; planes keep their ``scale``. The middle of the image keeps
        its position.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> rotate_in_plane(label_stack(np.array([[[1.0, 2], [3, 4]]])), 90).values.round(6)
    array([[[3., 1.],
            [4., 2.]]])
    """
    image = stack if stack.dims == ("y", "x") else check_stack(stack)
    refuse_colours(image)
    if interpolation not in _ORDERS:
        raise SettingError("interpolation", "is unknown", got=repr(interpolation), expected=", ".join(_ORDERS))
    dtype = np.result_type(image.dtype, np.float32)
    shape, matrix, offset = _geometry(image, angle_deg, expand=expand)

    def turn(plane: NDArray[Any]) -> NDArray[Any]:
        from scipy.ndimage import affine_transform

        order: Any = _ORDERS[interpolation]
        return affine_transform(
            plane.astype(dtype), matrix, offset, shape, order=order, mode="constant", cval=fill_value
        )

    pixels = map_planes(image, turn, dtype, shape)
    coords: dict[str, Any] = {str(name): c for name, c in image.coords.items() if not {"y", "x"} & set(c.dims)}
    coords |= {dim: _centred(image.coords[dim], size) for dim, size in zip(("y", "x"), shape, strict=True)}
    turned = xr.DataArray(pixels, dims=image.dims, coords=coords, name=image.name, attrs=image.attrs)
    return with_history(
        turned,
        "rotate_in_plane",
        angle_deg=angle_deg,
        interpolation=interpolation,
        expand=expand,
        fill_value=fill_value,
    )


def _geometry(
    image: xr.DataArray, angle_deg: float, *, expand: bool
) -> tuple[tuple[int, int], NDArray[np.float64], NDArray[np.float64]]:
    """Return the new shape, and where each new pixel ``p`` was: at ``matrix @ p + offset``, in px."""
    # Right angles are exact: rounding must not make an image of 100 px one of 101.
    c, s = (round(value, 15) for value in (cos(radians(angle_deg)), sin(radians(angle_deg))))
    (dy, dx), _ = pixel_size(image)
    height, width = image.sizes["y"], image.sizes["x"]
    # Backwards, (y, x): a positive turn brings x to y.
    matrix = np.array([[c, -s * dx / dy], [s * dy / dx, c]])
    shape = (height, width)
    if expand:
        shape = (
            ceil(abs(c) * height + abs(s) * width * dx / dy - 1e-6),
            ceil(abs(s) * height * dy / dx + abs(c) * width - 1e-6),
        )
    middle, new_middle = (np.array(size) / 2 - 0.5 for size in ((height, width), shape))
    return shape, matrix, middle - matrix @ new_middle


def _centred(coord: xr.DataArray, size: int) -> xr.Variable:
    """Return an axis of another length, of the same spacing and about the same middle."""
    if size == coord.size:
        return coord.variable
    values = coord.values
    step = (values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else float(coord.attrs.get("step", 1.0))
    origin = values.mean() - step * (size - 1) / 2
    return pixel_coordinate(str(coord.name), size, step, origin, str(coord.attrs.get("units", "px")))
