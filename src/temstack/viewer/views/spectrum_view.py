"""A spectrum, or any other data with one axis, in its window; others can be laid over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qtpy.QtGui import QImage
from qtpy.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from temstack.viewer.models.curves import curve_of
from temstack.viewer.models.document import Document
from temstack.viewer.models.regions import COLOURS
from temstack.viewer.views.curve_plot import CurvePlot
from temstack.viewer.views.curve_tools import CurveTools

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


class SpectrumView(QWidget):
    """One or several spectra, each with its standard errors where these are known.

    Attributes
    ----------
    document : Document
        Whose window this is.
    shown : list of Document
        All that is drawn, that one first.
    """

    def __init__(self, document: Document, main: MainWindow) -> None:
        super().__init__()
        self.document, self.main = document, main
        self.shown: list[Document] = []
        self.plot = CurvePlot()
        self.tools = CurveTools(self.plot, self, main.show_error)
        self._build_overlay_menu()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.tools)
        layout.addWidget(self.plot, 1)
        main.desk.closed.connect(self._close)
        self.overlay(document)

    def overlay(self, document: Document) -> None:
        """Draw another spectrum over this one."""
        if document not in self.shown:
            self.shown.append(document)
            document.data_changed.connect(self.refresh)
            document.title_changed.connect(self._retitle)
            self.refresh()

    def take_off(self, document: Document) -> None:
        """Draw a spectrum no more."""
        if document in self.shown:
            self.shown.remove(document)
            document.data_changed.disconnect(self.refresh, missing_ok=True)
            document.title_changed.disconnect(self._retitle, missing_ok=True)
            self.refresh()

    def refresh(self) -> None:
        """Draw the spectra."""
        curves = [curve_of(each.data, name=each.title) for each in self.shown if each.data.ndim == 1]
        if len(curves) > 1:
            curves = [replace(each, colour=COLOURS[place % len(COLOURS)]) for place, each in enumerate(curves)]
        self.plot.show_curves(curves)

    def state(self) -> dict[str, Any]:
        """Return how it looks, in values that JSON can hold."""
        box = self.plot.item.getViewBox()
        state: dict[str, Any] = {"log": self.tools.log.isChecked(), "errors": self.tools.bands.isChecked()}
        return state if all(box.autoRangeEnabled()) else {**state, "range": box.viewRange()}

    def restore(self, state: dict[str, Any]) -> None:
        """Look as :meth:`state` said."""
        self.tools.log.setChecked(bool(state.get("log", False)))
        self.tools.bands.setChecked(bool(state.get("errors", True)))
        if "range" in state:
            x, y = state["range"]
            self.plot.item.getViewBox().setRange(xRange=x, yRange=y, padding=0)

    def as_shown(self) -> QImage:
        """Return the plot as a picture, at the resolution of its screen."""
        return self.plot.plot.grab().toImage()

    def _build_overlay_menu(self) -> None:
        button = QToolButton()
        button.setObjectName("overlay")
        button.setText("Overlay")
        button.setToolTip("Draw other spectra that are open over this one")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        button.setMenu(menu)
        menu.aboutToShow.connect(lambda: self._fill_overlay_menu(menu))
        self.tools.addWidget(button)

    def _fill_overlay_menu(self, menu: QMenu) -> None:
        menu.clear()
        for each in self._others():
            action = menu.addAction(each.title)
            action.setCheckable(True)
            action.setChecked(each in self.shown)
            action.toggled.connect(self._switch(each))
        if menu.isEmpty():
            menu.addAction("no other spectrum is open").setEnabled(False)

    def _others(self) -> Sequence[Document]:
        return [each for each in self.main.desk.documents if each is not self.document and each.data.ndim == 1]

    def _switch(self, document: Document) -> Callable[[bool], None]:
        return lambda is_on: self.overlay(document) if is_on else self.take_off(document)

    def _retitle(self, _: str) -> None:
        self.refresh()

    def _close(self, document: Document) -> None:
        if document is self.document:
            self.main.desk.closed.disconnect(self._close, missing_ok=True)
            for each in list(self.shown):
                each.data_changed.disconnect(self.refresh, missing_ok=True)
                each.title_changed.disconnect(self._retitle, missing_ok=True)
            self.shown.clear()
        else:
            self.take_off(document)
