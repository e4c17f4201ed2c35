"""Sections through a volume: across an axis, at any angle, and along a line drawn in the image.

Angles follow :mod:`temstack.volume.turning`. All of them read the stack once, a few planes at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import cos, radians, sin
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, iter_planes, pixel_coordinate, pixel_size, plane_dim, with_history
from temstack.stack.axes import pixel_step
from temstack.stack.progress import Progress, no_progress
from temstack.stack.units import length_in_nm
from temstack.volume.blockwise import as_counts
from temstack.volume.turning import AXES, dim_of, turned_to_image

Floats = NDArray[np.float64]
Point = tuple[float, float]


def orthogonal_slice(stack: xr.DataArray, axis: str, at: float, *, calibrated: bool = False) -> xr.DataArray:
    """Return the section of a volume across one of its axes.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    axis : {"z", "y", "x"}
        ``"z"`` gives a plane (XY), ``"y"`` the plane axis downwards and ``x`` to the right (XZ), ``"x"`` the plane
        axis to the right and ``y`` downwards (YZ).
    at : float
        Where: a number of a plane, row or column, or with `calibrated` a position, which means the nearest pixel.
    calibrated : bool
        Whether `at` is in the units of the axis.

    Returns
    -------
    image : (y, x) DataArray
        Pixels as recorded, with their ``scale``. A view: nothing is copied or computed.

    Raises
    ------
    SettingError
        If the place lies outside the volume.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.arange(12).reshape(3, 2, 2), "energy_loss", plane_values=[480, 490, 500])
    >>> section = orthogonal_slice(stack, "y", 1)
    >>> section.values.tolist(), section.y.units
    ([[2, 3], [6, 7], [10, 11]], 'eV')
    """
    check_stack(stack)
    if axis not in AXES:
        raise SettingError("axis", "is no axis", got=repr(axis), expected="one of " + ", ".join(AXES))
    index = _nearest(stack.coords[dim_of(stack, axis)], at, calibrated)
    turned = turned_to_image(stack, axis)
    image = turned[index]
    if axis != "z":  # where the section lies is no position along an axis of planes any more
        image = image.rename({plane_dim(turned): f"at_{axis}"})
    return with_history(image, "orthogonal_slice", axis=axis, at=at, calibrated=calibrated)


def line_slice(
    stack: xr.DataArray,
    points: Sequence[Point],
    *,
    width: float = 1.0,
    calibrated: bool = False,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the section of a volume along a line drawn in the image, straight or with corners.

    The line is sampled at the distance of one pixel, between pixels linearly; across its width the mean is taken, of
    what lies inside the image.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    points : sequence of (y, x)
        The ends and corners, in px (the middle of the first pixel is 0, 0) or with `calibrated` in the units of the
        axes.
    width : float, px or units
        How wide the line is, across; 1 px is the line alone.
    calibrated : bool
        Whether points and width are in units.
    progress : Progress
        Told after every plane.

    Returns
    -------
    image : (y, x) DataArray of counts
        ``x`` is the distance from the first point, ``y`` the plane axis.

    Raises
    ------
    SettingError
        If a point lies outside the image, or the line has no length.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.arange(18.0).reshape(2, 3, 3))
    >>> line_slice(stack, [(0, 0), (0, 2), (2, 2)]).values
    array([[ 0.,  1.,  2.,  5.,  8.],
           [ 9., 10., 11., 14., 17.]])
    """
    check_stack(stack)
    (dy, dx), units = pixel_size(stack)
    step = min(dy, dx)
    corners = _points_px(stack, points, calibrated) * (dy, dx)
    across = width if calibrated else width * step
    if not across > 0:
        raise SettingError("width", "must be above 0", got=width)
    places, normals = _along(corners, step)
    weights = _sampling(places / (dy, dx), normals / (dy, dx), across, step, stack.shape[1:3])
    met = np.unique(weights.indices)
    weights = weights[:, met]
    source = as_counts(stack)
    rows = np.empty((len(source), len(places)), source.dtype)
    for index, plane in iter_planes(source):
        rows[index] = weights @ plane.ravel()[met]
        progress("slicing planes", index + 1, len(source))
    labels = turned_to_image(stack, "y")[0]
    coords: dict[str, Any] = {str(n): c for n, c in labels.coords.items() if c.dims == ("y",) and n != "scale"}
    coords["x"] = pixel_coordinate("x", len(places), step, 0.0, units)
    image = xr.DataArray(rows, dims=("y", "x"), coords=coords, name=stack.name, attrs=stack.attrs)
    return with_history(image, "line_slice", points=points, width=width, calibrated=calibrated)


def oblique_slice(
    stack: xr.DataArray,
    *,
    about_x_deg: float = 0.0,
    about_y_deg: float = 0.0,
    centre: Sequence[float] | None = None,
    z_step_px: float | None = None,
    fill_value: float = 0.0,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the section of a volume at any angle, interpolated linearly.

    It starts as the plane through the centre; it is turned about the ``x`` axis first, then about the ``y`` axis of
    the volume.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    about_x_deg, about_y_deg : float, deg
        Positive about ``x`` brings ``y`` (down) to ``z`` (away), positive about ``y`` brings ``z`` to ``x``.
    centre : (z, y, x), px, optional
        A point that the section goes through; left out, the middle of the volume.
    z_step_px : float, px, optional
        How far planes are apart, in pixels. Left out, it follows from the calibration where the plane axis is a
        length, and is 1 otherwise.
    fill_value : float, counts
        What stands where the section lies outside the volume.
    progress : Progress
        Told after every plane.

    Returns
    -------
    image : (y, x) DataArray of counts
        As large as is needed to hold all of the section; its pixels are square.

    Raises
    ------
    SettingError
        If the centre lies outside the volume.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.arange(27.0).reshape(3, 3, 3))
    >>> oblique_slice(stack, about_x_deg=90).values  # what was down points away
    array([[ 3.,  4.,  5.],
           [12., 13., 14.],
           [21., 22., 23.]])
    """
    check_stack(stack)
    sizes = np.array(stack.shape[:3], dtype=float)
    middle = (sizes - 1) / 2 if centre is None else np.asarray(centre, dtype=float)
    if middle.shape != (3,) or not ((middle >= 0) & (middle <= sizes - 1)).all():
        limits = " and ".join(f"{axis} 0 … {size - 1:g}" for axis, size in zip("zyx", sizes, strict=True))
        raise SettingError("centre", "does not lie in the volume", got=centre, expected=limits)
    (dy, dx), units = pixel_size(stack)
    step = min(dy, dx)
    spacing = np.array([_z_step(stack, z_step_px, step, units), dy / step, dx / step])
    down, right = _directions(about_x_deg, about_y_deg)
    shape, places = _places(sizes, middle, spacing, down, right)
    source = as_counts(stack)
    values = _sampled(source, places, fill_value, progress)
    coords: dict[str, Any] = {str(n): c for n, c in stack.coords.items() if c.ndim == 0 and n != "scale"}
    coords |= {dim: pixel_coordinate(dim, n, step, 0.0, units) for dim, n in zip(("y", "x"), shape, strict=True)}
    image = xr.DataArray(values.reshape(shape), dims=("y", "x"), coords=coords, name=stack.name, attrs=stack.attrs)
    options = {"about_x_deg": about_x_deg, "about_y_deg": about_y_deg, "centre": centre, "z_step_px": z_step_px}
    return with_history(image, "oblique_slice", **options, fill_value=fill_value)


def _nearest(coord: xr.DataArray, at: float, calibrated: bool) -> int:
    if not calibrated:
        if at != int(at) or not 0 <= at < coord.size:
            raise SettingError("at", f"is no place along {coord.name}", got=at, expected=f"0 … {coord.size - 1}")
        return int(at)
    values = coord.values
    reach = (np.abs(np.diff(values)).max() if len(values) > 1 else float(coord.attrs.get("step", 1.0))) / 2
    if not values.min() - reach <= at <= values.max() + reach:
        raise SettingError(
            "at",
            f"lies outside the axis {coord.name}",
            got=at,
            expected=f"{values.min():g} … {values.max():g} {coord.attrs.get('units', '')}".strip(),
        )
    return int(np.abs(values - at).argmin())


def _points_px(stack: xr.DataArray, points: Sequence[Point], calibrated: bool) -> Floats:
    """Return the points in px, checked."""
    given = np.asarray(points, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != 2 or len(given) < 2:
        raise SettingError("points", "must be at least two places (y, x)", got=points)
    places = given.copy()
    for axis, dim in enumerate(("y", "x")):
        coord = stack.coords[dim].values
        if calibrated:
            places[:, axis] = (given[:, axis] - coord[0]) / (coord[-1] - coord[0]) * (len(coord) - 1)
        outside = np.flatnonzero((places[:, axis] < -0.5) | (places[:, axis] > len(coord) - 0.5))
        if len(outside):
            low, high = sorted((coord[0], coord[-1])) if calibrated else (0, len(coord) - 1)
            raise SettingError(
                "points",
                "lie outside the image",
                got=f"{dim} = {given[outside[0], axis]:g}",
                expected=f"{dim} {low:g} … {high:g}",
            )
    return places


def _along(corners: Floats, step: float) -> tuple[Floats, Floats]:
    """Return places along a line at even distances, and the direction across the line at each."""
    sides = np.diff(corners, axis=0)
    lengths = np.hypot(*sides.T)
    if not lengths.sum() > 0:
        raise SettingError("points", "are all the same: the line has no length")
    sides, starts, lengths = sides[lengths > 0], corners[:-1][lengths > 0], lengths[lengths > 0]
    ends = np.cumsum(lengths)
    distance = np.arange(int(ends[-1] / step + 1e-6) + 1) * step
    side = np.minimum(np.searchsorted(ends, distance, side="left"), len(ends) - 1)
    directions = sides / lengths[:, None]
    places = starts[side] + directions[side] * (distance - (ends - lengths)[side])[:, None]
    return places, np.stack([directions[side, 1], -directions[side, 0]], axis=1)


def _sampling(places: Floats, normals: Floats, across: float, step: float, shape: tuple[int, ...]) -> Any:
    """Return the sparse matrix that takes the pixels of a plane to the values along the line."""
    from scipy.sparse import csr_array

    count = max(1, round(across / step))
    offsets = (np.arange(count) - (count - 1) / 2) * step
    y, x = np.moveaxis(places[:, None] + normals[:, None] * offsets[:, None], -1, 0)
    row = np.broadcast_to(np.arange(len(places))[:, None], y.shape)
    inside = (y >= -0.5) & (y <= shape[0] - 0.5) & (x >= -0.5) & (x <= shape[1] - 0.5)
    y, x = np.clip(y, 0, shape[0] - 1), np.clip(x, 0, shape[1] - 1)
    top, left = np.minimum(y.astype(int), shape[0] - 2), np.minimum(x.astype(int), shape[1] - 2)
    top, left = np.maximum(top, 0), np.maximum(left, 0)
    rows, columns, weights = [], [], []
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        part = np.abs(1 - down - (y - top)) * np.abs(1 - right - (x - left)) * inside
        bottom, side = np.minimum(top + down, shape[0] - 1), np.minimum(left + right, shape[1] - 1)
        rows.append(row.ravel())
        columns.append((bottom * shape[1] + side).ravel())
        weights.append(part.ravel())
    triplets = np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))
    matrix = csr_array(triplets, shape=(len(places), shape[0] * shape[1]))
    return csr_array(matrix.multiply(1 / matrix.sum(axis=1)[:, None]))


def _z_step(stack: xr.DataArray, given: float | None, step: float, units: str) -> float:
    """Return how far planes are apart, in pixels."""
    if given is not None:
        if not given > 0:
            raise SettingError("z_step_px", "must be above 0", got=given)
        return given
    coord = stack.coords[plane_dim(stack)]
    plane, pixel = length_in_nm(str(coord.attrs.get("units", ""))), length_in_nm(units)
    distance = pixel_step(coord)
    if plane_dim(stack) != "plane" or plane is None or pixel is None or not distance:
        return 1.0
    return distance * plane / (step * pixel)


def _directions(about_x_deg: float, about_y_deg: float) -> tuple[Floats, Floats]:
    """Return where ``down`` and ``right`` of the section point, as (z, y, x)."""
    (cx, sx), (cy, sy) = ((cos(radians(a)), sin(radians(a))) for a in (about_x_deg, about_y_deg))
    # About x: y to z. About y: z to x, and so x to -z.
    down = np.array([sx * cy, cx, sx * sy])
    right = np.array([-sy, 0.0, cy])
    return down, right


def _places(
    sizes: Floats, middle: Floats, spacing: Floats, down: Floats, right: Floats
) -> tuple[tuple[int, int], Floats]:
    """Return the shape of the section, and where each of its pixels lies in the volume, px (z, y, x)."""
    corners = np.array(list(product(*((0, size - 1) for size in sizes)))) - middle
    rows_px, columns_px = (
        np.arange(np.floor((along - 1e-6).min()), np.ceil((along + 1e-6).max()) + 1)
        for along in ((corners * spacing) @ down, (corners * spacing) @ right)
    )
    places = rows_px[:, None, None] * (down / spacing) + (columns_px[:, None] * (right / spacing) + middle)
    inside = _inside(places, sizes)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    box = places[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return (box.shape[0], box.shape[1]), box.reshape(-1, 3)


def _inside(places: Floats, sizes: Floats) -> NDArray[np.bool_]:
    """Return which places lie in the volume, a rounding error aside."""
    return np.asarray(np.all((places > -1e-6) & (places < sizes - 1 + 1e-6), axis=-1))


def _sampled(source: xr.DataArray, places: Floats, fill_value: float, progress: Progress) -> NDArray[Any]:
    """Return the values at places in the volume; each plane adds its share to those within one plane of it."""
    from scipy.ndimage import map_coordinates

    sizes = np.array(source.shape, dtype=float)
    inside = _inside(places, sizes)
    clipped = np.clip(places, 0, sizes - 1)
    values = np.where(inside, 0, fill_value).astype(source.dtype)
    for index, plane in iter_planes(source):
        near = np.flatnonzero(inside & (np.abs(clipped[:, 0] - index) < 1))
        share = 1 - np.abs(clipped[near, 0] - index)
        values[near] += share * map_coordinates(plane, clipped[near, 1:].T, order=1)
        progress("slicing planes", index + 1, len(source))
    return values
