"""Where regions lie once their image was cropped, padded or binned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from temstack.viewer.models.regions import Region

if TYPE_CHECKING:
    import xarray as xr

_TURNING = frozenset(
    ("rotate_90", "rotate_in_plane", "flip", "swap_axes", "orthogonal_slice", "line_slice", "oblique_slice")
)
"""Operations after which a place in the image is no longer the same place of the specimen."""


def frame_of(data: xr.DataArray) -> dict[str, Any]:
    """Return what tells where an image lies: its size, its axes, and how much was done to it before."""
    return {
        "shape": [data.sizes["y"], data.sizes["x"]],
        "y": _axis(data, "y"),
        "x": _axis(data, "x"),
        "history": len(data.attrs.get("history", [])),
    }


def placed_in(data: xr.DataArray, regions: Sequence[Region], frame: Mapping[str, Any]) -> list[Region]:
    """Return regions that were drawn in one image where they lie in another made from it.

    Parameters
    ----------
    data : DataArray
        The other image.
    regions : sequence of Region
    frame : mapping
        What :func:`frame_of` said of the first.
    """
    later = data.attrs.get("history", [])[int(frame.get("history", 0)) :]
    if any(_turns(line) for line in later):
        return []
    shape = data.sizes["y"], data.sizes["x"]
    if frame.get("shape") != list(shape):  # the axes say where it was cut; calibrating leaves the shape alone
        maps = [_map(frame.get(dim), _axis(data, dim)) for dim in ("y", "x")]
        if None in maps:
            return []
        (fy, oy), (fx, ox) = maps  # type: ignore[misc]
        regions = [
            replace(
                each,
                points=tuple((y * fy + oy, x * fx + ox) for y, x in each.points),
                width_px=max(each.width_px * fy, 1.0),
            )
            for each in regions
        ]
    return [each.inside(shape) for each in regions if each.area(shape) is not None]


def _turns(line: Mapping[str, Any]) -> bool:
    name = line.get("operation")
    return name in _TURNING or (name == "project" and line.get("parameters", {}).get("axis", "z") != "z")


def _axis(data: xr.DataArray, dim: str) -> list[Any]:
    """Return where the edge of the first pixel lies, the step, and the units."""
    coord = data.coords.get(dim)
    if coord is None:
        return [-0.5, 1.0, "px"]
    values = coord.values
    step = float(values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else float(coord.attrs.get("step", 1))
    return [float(values[0]) - step / 2, step, str(coord.attrs.get("units", "px"))]


def _map(before: Any, after: list[Any]) -> tuple[float, float] | None:
    """Return the factor and the offset that bring a place from one axis to the other, px."""
    if not isinstance(before, list | tuple) or len(before) != 3 or before[2] != after[2] or not after[1]:
        return None
    return float(before[1]) / after[1], (float(before[0]) - after[0]) / after[1]
