"""An axis beside an image: positions in nm, µm, 1/nm, eV, whatever the pixels measure."""

from __future__ import annotations

import pyqtgraph as pg

from temstack.stack.scale_bars import handy_length
from temstack.viewer.models.calibration import PixelAxis


class CalibratedAxis(pg.AxisItem):
    """Shows where pixels lie, in a unit that suits what is seen."""

    def __init__(self, orientation: str) -> None:
        self._axis = PixelAxis("", 1)
        self._said = ""
        super().__init__(orientation, maxTickLength=-5)
        self.enableAutoSIPrefix(False)
        self.setStyle(tickTextOffset=3, hideOverlappingLabels=True)

    def set_axis(self, axis: PixelAxis) -> None:
        """Show the positions of another axis."""
        self._axis = axis
        view = self.linkedView()
        if view is not None:
            self.linkedViewChanged(view)

    def setRange(self, mn: float, mx: float) -> None:  # noqa: N802 - pyqtgraph calls it
        """Take a range in pixels, from the corner of the first, and show it in units."""
        axis = self._axis
        first, last = axis.position(mn), axis.position(mx)
        far = max(abs(first), abs(last))
        value, units = handy_length(far, axis.units) if far > 0 else (far, axis.units)
        factor = value / far if far > 0 else 1.0
        super().setRange(first * factor, last * factor)
        said = f"{axis.name.replace('_', ' ')} / {units}" if units else axis.name
        if said != self._said:
            self._said = said
            self.setLabel(said)
