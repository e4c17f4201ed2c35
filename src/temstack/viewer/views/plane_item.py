"""A plane on the screen: of all its pixels only those are worked on that are seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF
from qtpy.QtGui import QImage, QPainter

from temstack.viewer.models.sampling import Colours, Look, Resampler, colour, screen_samples, true_colour


class PlaneItem(pg.ImageItem):
    """An image in pixel coordinates: x is the column, y the row, the centre of the first pixel is (0.5, 0.5).

    It paints at the resolution of the screen: mean of the pixels where several fall on one of the screen, sharp squares
    where one covers many. So a plane of 4096² costs hardly more than one of 512².
    """

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")
        self.image: NDArray[Any] | None = None
        self._look: Look | None = None
        self._painted: tuple[Any, ...] = ()
        self._picture = QImage()
        self._resampler: Resampler | None = None
        self._geometry: tuple[Any, ...] = ()

    def show_plane(self, values: NDArray[Any] | None, look: Look | None) -> None:
        """Show other pixels, or the same in another look.

        Parameters
        ----------
        values : (y, x), or (y, x, channel) between 0 and 255; or None for nothing
        look : Look or None
            None for colour.
        """
        old = self.image
        is_resized = (values is None or old is None) or values.shape[:2] != old.shape[:2]
        if is_resized:
            self.prepareGeometryChange()
        self.image, self._look = values, look
        self._painted = ()
        if is_resized:
            self.informViewBoundsChanged()
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw what is seen of the image."""
        if self.image is None:
            return
        seen = self._seen(painter, self.image)
        if seen is None:
            return
        left, top, width, height, dpr = seen
        painter.save()
        transform = painter.worldTransform()
        key = (left, top, width, height, transform.m11(), transform.m22(), transform.dx(), transform.dy())
        if self._painted != key:
            self._picture = self._drawn(painter, self.image, left, top, width, height, dpr)
            self._painted = key
        painter.resetTransform()
        painter.drawImage(QPointF(left / dpr, top / dpr), self._picture)
        painter.restore()

    def _seen(self, painter: QPainter, pixels: NDArray[Any]) -> tuple[int, int, int, int, float] | None:
        """Return which pixels of the screen are covered, (left, top, width, height), and how many make one unit."""
        dpr = float(painter.device().devicePixelRatioF())
        image = QRectF(0, 0, pixels.shape[1], pixels.shape[0])
        box = self.getViewBox()
        if box is not None:
            image = image.intersected(box.viewRect())
        if image.isEmpty():
            return None
        on_screen = painter.worldTransform().mapRect(image)
        left, top = int(np.floor(on_screen.left() * dpr)), int(np.floor(on_screen.top() * dpr))
        width = int(np.ceil(on_screen.right() * dpr)) - left
        height = int(np.ceil(on_screen.bottom() * dpr)) - top
        return (left, top, width, height, dpr) if width > 0 and height > 0 else None

    def _drawn(
        self, painter: QPainter, pixels: NDArray[Any], left: int, top: int, width: int, height: int, dpr: float
    ) -> QImage:
        back, _ = painter.worldTransform().inverted()
        first = back.map(QPointF(left / dpr, top / dpr))
        last = back.map(QPointF((left + width) / dpr, (top + height) / dpr))
        geometry = (first.x(), first.y(), last.x(), last.y(), width, height, pixels.shape[:2])
        if self._resampler is None or self._geometry != geometry:
            rows = screen_samples(first.y(), last.y(), height, pixels.shape[0])
            columns = screen_samples(first.x(), last.x(), width, pixels.shape[1])
            self._resampler, self._geometry = Resampler(rows, columns), geometry
        picture = as_picture(self._coloured(self._resampler(pixels)))
        picture.setDevicePixelRatio(dpr)
        return picture

    def _coloured(self, values: NDArray[Any]) -> Colours:
        return true_colour(values) if self._look is None else colour(values, self._look)


def as_picture(colours: Colours) -> QImage:
    """Return a picture of its own memory from (height, width) 0xffRRGGBB."""
    height, width = colours.shape
    pixels = np.ascontiguousarray(colours)
    picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    picture._pixels = pixels  # QImage does not keep the memory that it draws from
    return picture
