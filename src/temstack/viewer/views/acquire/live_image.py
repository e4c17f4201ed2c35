"""An image that changes many times a second: contrast from its own pixels, scale bar, nothing else."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.contrast import robust_limits
from temstack.viewer.models.display import Shown
from temstack.viewer.views.colours import look_of
from temstack.viewer.views.image_pane import ImagePane


class LiveImage(ImagePane):
    """Shows one array of pixels after the other."""

    def __init__(self) -> None:
        super().__init__(has_axes=False)
        self._size: tuple[int, ...] = ()
        self._pixel: tuple[float, float] | None = None

    def show_pixels(
        self, pixels: NDArray[Any], pixel_nm: tuple[float, float] | None = None, *, colour_map: str = "grey"
    ) -> None:
        """Show other pixels.

        Parameters
        ----------
        pixels : (y, x) array
        pixel_nm : (float, float), nm, optional
            Height and width of a pixel.
        colour_map : str
        """
        if (pixels.shape, pixel_nm) != (self._size, self._pixel):
            self._take_size(pixels, pixel_nm)
        shown = Shown(0, "", robust_limits(pixels), colour_map, 1.0, False, False, "")
        self.image_item.show_plane(pixels, look_of(shown, 1.0))

    def _take_size(self, pixels: NDArray[Any], pixel_nm: tuple[float, float] | None) -> None:
        self._size, self._pixel = pixels.shape, pixel_nm
        steps, units = ((1.0, 1.0), "px") if pixel_nm is None else (pixel_nm, "nm")
        height, width = pixels.shape
        self.set_axes(PixelAxis("y", height, steps[0], 0.0, units), PixelAxis("x", width, steps[1], 0.0, units))
        self.image_item.show_plane(pixels, None if pixels.ndim == 3 else look_of(_grey(pixels), 1.0))
        self.fit()


def _grey(pixels: NDArray[Any]) -> Shown:
    return Shown(0, "", robust_limits(pixels), "grey", 1.0, False, False, "")
