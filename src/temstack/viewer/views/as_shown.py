"""Pictures and films of a stack as it is shown: its contrast, colours and the part that is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from qtpy.QtGui import QImage

from temstack.viewer.models.calibration import shape_of_pixels
from temstack.viewer.models.contrast import robust_limits
from temstack.viewer.models.display import Display, real_part
from temstack.viewer.models.sampling import colour, true_colour
from temstack.viewer.views.colours import look_of

if TYPE_CHECKING:
    from temstack.report.movies import Shade
    from temstack.viewer.models.regions import Region

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class PictureWish:
    """What a picture or film is to look like besides what is shown."""

    side_px: int = 1024
    """Its longer side."""
    has_scale_bar: bool = True
    has_value: bool = True
    is_part: bool = False
    """Only what is seen of the image now."""
    has_regions: bool = True


def shader(display: Display) -> Shade:
    """Return what gives the counts of any plane the colours that they have on the screen.

    Later changes of the display do not change it, so that it can work beside the windows.
    """
    shown = display.shown
    is_per_plane = display.settings.contrast == "plane" and shown.part != "phase"

    def shade(plane: NDArray[Any]) -> Rgb:
        if shown.limits is None:
            return _as_rgb(true_colour(plane))
        values = real_part(np.asarray(plane), shown.part)
        how = _with_limits_of(values, shown) if is_per_plane else shown
        look = look_of(how, 1.0)
        assert look is not None
        dtype = np.float64 if values.dtype.itemsize > 4 else np.float32
        return _as_rgb(colour(values.astype(dtype), look))

    return shade


def part_seen(display: Display) -> tuple[slice, slice]:
    """Return the rows and columns that are seen of an image."""
    height, width = display.info.y.size, display.info.x.size
    left, top, wide, high = display.area or (0.0, 0.0, float(width), float(height))
    rows = slice(max(int(np.floor(top)), 0), min(int(np.ceil(top + high)), height))
    columns = slice(max(int(np.floor(left)), 0), min(int(np.ceil(left + wide)), width))
    is_empty = rows.stop <= rows.start or columns.stop <= columns.start
    return (slice(0, height), slice(0, width)) if is_empty else (rows, columns)


def picture(display: Display, data: xr.DataArray, wish: PictureWish, regions: Iterable[Region] = ()) -> Rgb:
    """Return the plane that is shown as a picture, (height, width, 3)."""
    from temstack.report.movies import draw_frame

    plane = display.current
    if plane is None:
        raise ValueError("the plane is still being read; wait until it is there")
    pixels = shader(display)(np.asarray(plane.pixels) * plane.scale if plane.scale != 1 else plane.pixels)
    if wish.is_part:
        pixels = pixels[part_seen(display)]
    value = display.info.position(plane.index) if wish.has_value else ""
    return draw_frame(np.ascontiguousarray(pixels), data, _look(display, wish, regions), value or None)


def film_of(
    display: Display, data: xr.DataArray, wish: PictureWish, regions: Iterable[Region] = ()
) -> tuple[xr.DataArray, Shade, Any]:
    """Return what :func:`temstack.report.movies.write_movie` needs: the stack, its colours, the look of frames."""
    stack = data.transpose("energy_loss", "y", "x", ...) if data.dims[:2] == ("y", "x") else data
    if wish.is_part:
        rows, columns = part_seen(display)
        stack = stack.isel(y=rows, x=columns)
    return stack, shader(display), _look(display, wish, regions)


def as_image(rgb: Rgb) -> QImage:
    """Return a picture as Qt's, with pixels of its own."""
    height, width = rgb.shape[:2]
    whole = np.ascontiguousarray(rgb)
    return QImage(whole.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _look(display: Display, wish: PictureWish, regions: Iterable[Region]) -> Any:
    from temstack.report.movies import Look
    from temstack.viewer.models.drawn_regions import draw_regions

    info = display.info
    rows, columns = part_seen(display) if wish.is_part else (slice(0, info.y.size), slice(0, info.x.size))
    drawn = list(regions) if wish.has_regions else []
    corner, shown = (rows.start, columns.start), (rows.stop - rows.start, columns.stop - columns.start)
    return Look(
        side_px=wish.side_px,
        has_scale_bar=wish.has_scale_bar,
        has_value=wish.has_value,
        pixel_shape=shape_of_pixels(info.y, info.x),
        draw_on=(lambda frame: draw_regions(frame, drawn, corner, shown)) if drawn else None,
    )


def _with_limits_of(values: NDArray[Any], shown: Any) -> Any:
    from dataclasses import replace

    from temstack.viewer.models.colour_maps import DIVERGING

    low, high = robust_limits(values)
    if shown.colour_map in DIVERGING:
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    return replace(shown, limits=(low, high))


def _as_rgb(colours: NDArray[np.uint32]) -> Rgb:
    channels = [(colours >> np.uint32(shift)) & np.uint32(255) for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1).astype(np.uint8)
