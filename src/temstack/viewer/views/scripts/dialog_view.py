"""A dialog that a DM-script built, as a window: its elements laid out, kept up to date, and heard."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QCloseEvent
from qtpy.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.scripts.dialogs import Element, Place, ScriptDialog
from temstack.viewer.views.scripts.dialog_widgets import WIDGETS, Hand, mark_wrong

LOOK_EVERY_MS = 100
"""How often the window looks whether the script has changed something."""

Columns = QHBoxLayout | QVBoxLayout | QGridLayout


class ScriptDialogView(QDialog):
    """The window of one dialog of a script.

    Parameters
    ----------
    dialog : ScriptDialog
        What it shows.
    parent : QWidget
        The window it stands over.
    """

    def __init__(self, dialog: ScriptDialog, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("script dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        self._shown: dict[Place, tuple[QWidget, Element]] = {}
        self._root: Element | None = None
        self._may_close = False
        outer = QVBoxLayout(self)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        self._body = QWidget()
        outer.addWidget(self._body)
        outer.addStretch(1)
        if dialog.is_modal:
            outer.addWidget(self._ok_and_cancel())
        dialog.closed.connect(self.take_away)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.refresh)
        self._clock.start(LOOK_EVERY_MS)
        self.refresh()

    def widget(self, identifier: str) -> Any:
        """Return the widget of an element by the script's name for it, or by its title; KeyError if there is none."""
        for widget, element in self._shown.values():
            if identifier in (element.identifier, element.title):
                return widget
        raise KeyError(identifier)

    def refresh(self) -> None:
        """Draw what the script has changed since the last look."""
        try:
            root = self.dialog.look()
        except (RuntimeError, ValueError, IndexError):
            return  # the script is changing it right now; the next look is soon
        if self._root is None or root.shape != self._root.shape:
            self._build(root)
        elif root != self._root:
            self._update(root)
        self._root = root
        if self.windowTitle() != self.dialog.title:
            self.setWindowTitle(self.dialog.title or "Script")

    def take_away(self) -> None:
        """Leave the screen: the script closed it, or has ended."""
        self._clock.stop()
        self._may_close = True
        super().reject()

    def reject(self) -> None:
        """Tell the script of Escape; it takes the window away."""
        self._commit()
        self.dialog.end("cancel" if self.dialog.is_modal else "close")

    def accept(self) -> None:
        """Tell the script of OK."""
        self._commit()
        self.dialog.end("ok")

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the script of the closing, unless it wanted that itself."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.reject()

    def _commit(self) -> None:
        """Let the field that is being typed into tell its value."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            focus.clearFocus()

    def _ok_and_cancel(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    # --- drawing ----------------------------------------------------------------------------

    def _build(self, root: Element) -> None:
        self._shown.clear()
        fresh = self._holder(root, QWidget())
        self.layout().replaceWidget(self._body, fresh)
        self._body.deleteLater()
        self._body = fresh
        self.adjustSize()

    def _update(self, element: Element) -> None:
        widget, before = self._shown.get(element.place, (None, element))
        if widget is not None and element != before:
            self._shown[element.place] = (widget, element)
            if hasattr(widget, "show_element") and _content(element) != _content(before):
                widget.show_element(element)
            self._show_state(widget, element)
        for one in element.inside:
            self._update(one)

    def _make(self, element: Element) -> QWidget:
        if element.kind in WIDGETS:
            made = WIDGETS[element.kind](element, Hand(self.dialog, element))
        elif element.kind == "TabList":
            made = self._tabs(element)
        elif element.kind == "PanelList":
            made = self._panels(element)
        elif element.kind == "Box":
            made = self._holder(element, QGroupBox(element.title))
        else:
            made = self._holder(element, QWidget())
        made.setObjectName(element.identifier or element.title)
        self._shown[element.place] = (made, element)
        self._show_state(made, element)
        return made

    def _show_state(self, widget: QWidget, element: Element) -> None:
        widget.setEnabled(element.is_enabled)
        if widget.isHidden() == element.is_shown:
            widget.setVisible(element.is_shown)
        if element.is_invalid:
            mark_wrong(widget, is_wrong=True)
        if isinstance(widget, QGroupBox):
            widget.setTitle(element.title)
        if isinstance(widget, QStackedWidget | QTabWidget):
            widget.setCurrentIndex(int(element.value))

    def _holder(self, element: Element, widget: QWidget) -> QWidget:
        columns = element.columns
        grid = QGridLayout(widget)
        if not isinstance(widget, QGroupBox) and element.kind not in ("Tab", "Panel"):
            grid.setContentsMargins(0, 0, 0, 0)
        for index, one in enumerate(element.inside):
            row, column = divmod(index, columns) if columns else (index, 0)
            made = self._make(one)
            fills = "x" in one.fill.lower() or one.kind in (
                "Box",
                "TabList",
                "PanelList",
                "TextBox",
                "ProgressBar",
                "List",
            )
            grid.addWidget(made, row, column, Qt.AlignmentFlag(0) if fills else _alignment(one.anchor))
        if element.kind in ("Tab", "Panel"):
            grid.setRowStretch(grid.rowCount(), 1)  # a page is as high as the highest of its list
        grid.setColumnStretch(max(columns, 1), 1 if columns else 0)
        return widget

    def _tabs(self, element: Element) -> QTabWidget:
        tabs = QTabWidget()
        for one in element.inside:
            tabs.addTab(self._make(one), one.title)
        tabs.setCurrentIndex(int(element.value))
        tabs.currentChanged.connect(lambda index: self.dialog.change(element.place, float(index)))
        return tabs

    def _panels(self, element: Element) -> QStackedWidget:
        panels = QStackedWidget()
        for one in element.inside:
            panels.addWidget(self._make(one))
        panels.setCurrentIndex(int(element.value))
        return panels


def _content(element: Element) -> tuple[Any, ...]:
    """Return what a widget draws itself; a value typed by the user stays while the script leaves this alone."""
    return element.title, element.value, id(element.picture)


def _alignment(anchor: str) -> Qt.AlignmentFlag:
    lower = anchor.lower()
    sides = {"west": "AlignLeft", "left": "AlignLeft", "east": "AlignRight", "right": "AlignRight"}
    name = next((sides[word] for word in sides if word in lower), "AlignLeft" if not lower else "AlignHCenter")
    return getattr(Qt.AlignmentFlag, name) | Qt.AlignmentFlag.AlignVCenter
