"""The profiles along all lines drawn in an image, for the plane that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtGui import QImage
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from temstack.viewer.models.background import Background
from temstack.viewer.models.curves import Curve
from temstack.viewer.models.document import Document
from temstack.viewer.models.line_profile import line_profile
from temstack.viewer.views.curve_plot import CurvePlot
from temstack.viewer.views.curve_tools import CurveTools

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView

_HINT = "Draw a line on the image: press L there, and drag."


class ProfileView(QWidget):
    """One curve for each line of a stack view; it follows lines, planes and data."""

    def __init__(self, view: StackView) -> None:
        super().__init__()
        self.setObjectName("line profile")
        self.view, self.main, self.document = view, view.main, view.document
        self._background = Background(view.main.desk.jobs.deliver)
        self._is_closed = False
        self.plot = CurvePlot()
        self.tools = CurveTools(self.plot, self, view.main.show_error)
        self.hint = QLabel(_HINT)
        self.hint.setContentsMargins(6, 2, 6, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.tools)
        layout.addWidget(self.hint)
        layout.addWidget(self.plot, 1)
        self.document.regions.edited.connect(self.refresh)
        self.view.display.changed.connect(self.refresh)
        self.main.desk.closed.connect(self._close_with)
        self.refresh()

    def refresh(self) -> None:
        """Have the profiles made anew."""
        lines = [region for region in self.document.regions if region.kind == "line"]
        self.hint.setVisible(not lines)
        display = self.view.display
        pixels, scale, info = display.values, display.scale, display.info
        if pixels is None or pixels.ndim != 2:
            return
        units = info.intensity_units or "counts"

        def make() -> list[Curve]:
            return [line_profile(line, pixels, info.y, info.x, scale=scale, units=units) for line in lines]

        self._background.ask("profiles", make, self.plot.show_curves, self.main.show_error)

    def as_shown(self) -> QImage:
        """Return the plot as a picture, at the resolution of its screen."""
        return self.plot.plot.grab().toImage()

    def close_model(self) -> None:
        """Let go of the document."""
        if not self._is_closed:
            self._is_closed = True
            self._background.close()
            self.document.regions.edited.disconnect(self.refresh, missing_ok=True)
            self.view.display.changed.disconnect(self.refresh, missing_ok=True)
            self.main.desk.closed.disconnect(self._close_with, missing_ok=True)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Let go of the document."""
        self.close_model()
        super().closeEvent(event)

    def _close_with(self, document: Document) -> None:
        if document is self.document:
            self.close_model()
            window = self.parentWidget()
            (window if window is not None else self).close()


def open_profile(view: StackView) -> ProfileView:
    """Open a window with the profiles of the lines of a stack view."""
    profile = ProfileView(view)
    view.main.add_window(profile, f"Profiles of {view.document.title}")
    return profile
