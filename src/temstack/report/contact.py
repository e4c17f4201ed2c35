"""One picture of a whole stack: every plane small, side by side, with its axis value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from temstack.errors import SettingError, UnsupportedDataError
from temstack.report.pictures import (
    Pixels,
    contrast_limits,
    displayable,
    draw_scale_bar,
    picture,
    png_bytes,
    reduced,
    scale_bar,
)
from temstack.report.plots import spectrum_plot
from temstack.report.words import pixel_width, plane_name
from temstack.stack import counts, plane_dim
from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress

_SHEET_WIDTH_PX = 1500
_DPI = 100


@dataclass(frozen=True)
class Grid:
    """Where the small pictures lie on the sheet, px."""

    columns: int
    rows: int
    thumb: tuple[int, int]
    gap: int = 8
    label: int = 22

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the sheet."""
        return (
            self.rows * (self.thumb[0] + self.label + self.gap) + self.gap,
            self.columns * (self.thumb[1] + self.gap) + self.gap,
        )

    def corner(self, place: int) -> tuple[int, int]:
        """Return top and left of the picture at *place*, counted along the rows."""
        row, column = divmod(place, self.columns)
        top = self.gap + self.label + row * (self.thumb[0] + self.label + self.gap)
        return top, self.gap + column * (self.thumb[1] + self.gap)


def contact_sheet(
    array: xr.DataArray,
    path: str | Path,
    *,
    most_planes: int = 100,
    title: str | None = None,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Path:
    """Write a PNG with every plane of a stack, each with its own robust contrast, and a scale bar.

    Parameters
    ----------
    array : (plane, y, x), (y, x, energy_loss), (y, x) or (energy_loss,) DataArray
        Read one plane at a time. An image gives one large picture, a spectrum its plot.
    path : str or Path
        The PNG to write.
    most_planes : int
        Of a longer stack, this many planes are shown, evenly spread from first to last.
    title : str, optional
        Left out, the stack's own name.
    overwrite : bool
        Replace an existing file.
    progress : Progress

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    SettingError
        If the name does not end in ``.png``.
    UnsupportedDataError
        If there are no planes to show, as in data of four dimensions.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise SettingError(str(path), "is no name for a contact sheet", expected="a name that ends in .png")
    png = sheet_png(array, most_planes=most_planes, title=title, progress=progress)
    with replace_when_done(path, overwrite=overwrite) as unfinished:
        unfinished.write_bytes(png)
    return path


def sheet_png(
    array: xr.DataArray,
    *,
    most_planes: int = 100,
    title: str | None = None,
    progress: Progress = no_progress,
) -> bytes:
    """Return the picture that :func:`contact_sheet` writes."""
    if set(array.dims) - {"channel"} == {"y", "x"}:
        width, units = pixel_width(array)
        values = np.asarray(counts(array).transpose("y", "x", ...).values)
        return picture(displayable(values), pixel_size=width, units=units, side_px=1000)
    if array.ndim == 1:
        return _spectrum(array, title)
    if not {"y", "x"} < set(array.dims) or array.ndim - ("channel" in array.dims) != 3:
        raise UnsupportedDataError(
            "contact sheet",
            "has no planes to show",
            got=f"dimensions {array.dims}",
            expected="a stack or an image",
        )
    return _sheet_of_stack(array, most_planes, title or array.name, progress)


def _spectrum(array: xr.DataArray, title: str | None) -> bytes:
    [dim] = map(str, array.dims)
    units = (array[dim].attrs.get("units"), array.attrs.get("intensity_units"))
    x_label, y_label = f"{dim.replace('_', ' ')} / {units[0] or 'index'}", str(units[1] or "intensity")
    values = displayable(np.asarray(counts(array).values))
    heading = str(title or array.name or "")
    return spectrum_plot(array[dim].values, values, x_label=x_label, y_label=y_label, title=heading)


def _sheet_of_stack(array: xr.DataArray, most_planes: int, title: object, progress: Progress) -> bytes:
    dim = plane_dim(array)
    stack = counts(array).transpose(dim, "y", "x", ...)
    shown = np.unique(np.linspace(0, stack.sizes[dim] - 1, min(most_planes, stack.sizes[dim])).round().astype(int))
    grid = _grid_for(len(shown), stack.sizes["y"], stack.sizes["x"])
    sheet = np.ones((*grid.shape, 3), dtype=np.float32)
    for place, thumb in enumerate(_thumbs(stack, dim, shown, grid, progress)):
        top, left = grid.corner(place)
        sheet[top : top + thumb.shape[0], left : left + thumb.shape[1]] = thumb
    labels = [plane_name(stack, int(index)) for index in shown]
    heading = _heading(stack, dim, title, len(shown))
    return _drawn(sheet, grid, labels, heading, _bar_scale(stack, grid))


def _thumbs(stack: xr.DataArray, dim: str, shown: np.ndarray, grid: Grid, progress: Progress) -> Iterator[Pixels]:
    for done, index in enumerate(shown):
        plane = displayable(np.asarray(stack.isel({dim: int(index)}).values))
        yield _grey(_resized(plane, grid.thumb))
        progress("drawing planes", done + 1, len(shown))


def _grid_for(planes: int, height: int, width: int) -> Grid:
    """Return the grid that makes a sheet about as wide as high, with pictures of a sensible size."""
    ideal = min(planes, max(1, round((planes * 1.3 * height / width) ** 0.5)))

    def ugliness(count: int) -> float:
        places_left_empty = -planes % count
        return float(places_left_empty / planes + 0.5 * abs(count - ideal) / ideal)

    columns = min(range(1, planes + 1), key=ugliness)
    widest = _SHEET_WIDTH_PX // columns - 8
    thumb_width = int(np.clip(widest, 60, 480))
    thumb_height = max(8, round(thumb_width * height / width))
    return Grid(columns, ceil(planes / columns), (thumb_height, thumb_width))


def _resized(image: Pixels, shape: tuple[int, int]) -> Pixels:
    """Return the image at the size of the thumbnail: averaged down, or its pixels repeated."""
    small = reduced(image, max(shape))
    rows, columns = (
        np.minimum((np.arange(new) + 0.5) * old / new, old - 1).astype(int)
        for new, old in zip(shape, small.shape[:2], strict=True)
    )
    return np.asarray(small[np.ix_(rows, columns)])


def _grey(image: Pixels) -> Pixels:
    if image.ndim == 3:
        return image
    low, high = contrast_limits(image)
    grey = np.clip((np.nan_to_num(image, nan=low) - low) / (high - low), 0, 1)
    return np.repeat(grey[..., None], 3, axis=2)


def _bar_scale(stack: xr.DataArray, grid: Grid) -> tuple[float, str]:
    size, units = pixel_width(stack)
    return size * stack.sizes["x"] / grid.thumb[1], units


def _heading(stack: xr.DataArray, dim: str, title: object, shown: int) -> str:
    count, height, width = stack.sizes[dim], stack.sizes["y"], stack.sizes["x"]
    part = f", {shown} of them shown" if shown < count else ""
    name = f"{title}   ·   " if title else ""
    return f"{name}{count} planes{part}   ·   {height} × {width} px"


def _drawn(sheet: Pixels, grid: Grid, labels: list[str], heading: str, bar_scale: tuple[float, str]) -> bytes:
    top_strip = 34
    height, width = grid.shape
    width_px = max(width, 420)  # room for the heading above a single narrow picture
    figure = Figure(figsize=(width_px / _DPI, (height + top_strip) / _DPI), dpi=_DPI, facecolor="white")
    axes = figure.add_axes((0, 0, width / width_px, height / (height + top_strip)))
    axes.imshow(sheet, interpolation="nearest", aspect="auto")
    axes.set_axis_off()
    figure.text(grid.gap / width_px, 1 - 0.5 * top_strip / (height + top_strip), heading, va="center", fontsize=11)
    size = float(np.clip(grid.thumb[1] / 14, 6, 10))
    for place, label in enumerate(labels):
        top, left = grid.corner(place)
        axes.text(left, top - 5, label, fontsize=size, color="0.25", va="bottom", ha="left")
    top, left = grid.corner(0)
    bar = scale_bar(grid.thumb[1], *bar_scale)
    draw_scale_bar(axes, bar, (left, top, grid.thumb[1], grid.thumb[0]), text_size=size)
    return png_bytes(figure)
