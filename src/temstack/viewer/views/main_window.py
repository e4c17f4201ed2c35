"""The main window: menus above, one window for each document inside."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from qtpy.QtWidgets import QMainWindow, QMdiArea, QMdiSubWindow, QMenu, QWidget

from temstack.viewer.models.desk import Desk
from temstack.viewer.models.document import Document
from temstack.viewer.models.jobs import Job
from temstack.viewer.views.application import Courier
from temstack.viewer.views.errors import show_error
from temstack.viewer.views.windows import view_of

MENUS = ("file", "edit", "operations", "align", "acquire", "script", "window", "help")
"""Modules of :mod:`temstack.viewer.views.menus`, in the order of the menu bar; each has ``build(main)``."""


class MainWindow(QMainWindow):
    """The window of the program.

    Parameters
    ----------
    desk : Desk, optional
        What it shows; a new empty one unless given.
    """

    def __init__(self, desk: Desk | None = None) -> None:
        super().__init__()
        self._courier = Courier()
        self.desk = desk or Desk()
        self.desk.jobs.deliver = self._courier
        self.setWindowTitle("temstack")
        self.resize(1280, 860)
        self.area = QMdiArea()
        self.setCentralWidget(self.area)
        self._windows: dict[Document, QMdiSubWindow] = {}
        self._menus: dict[str, QMenu] = {}
        for name in MENUS:
            import_module(f"temstack.viewer.views.menus.{name}").build(self)
        self.desk.opened.connect(self._show_document)
        self.desk.closed.connect(self._close_window)
        self.desk.jobs.started.connect(self._follow)
        self.area.subWindowActivated.connect(self._activate)

    def menu(self, title: str) -> QMenu:
        """Return a menu of the bar by its title, e.g. ``"Volume"``; made at the first call."""
        if title not in self._menus:
            self._menus[title] = self.menuBar().addMenu(title)
        return self._menus[title]

    def open(self, path: str | Path) -> Job:
        """Open a file."""
        return self.desk.open(path)

    def add_window(self, widget: QWidget, title: str) -> QMdiSubWindow:
        """Show a widget in a window inside this one."""
        window = self.area.addSubWindow(widget)
        window.setWindowTitle(title)
        window.show()
        return window

    def view(self, document: Document) -> QWidget:
        """Return the widget that shows a document."""
        return self._windows[document].widget()

    def show_error(self, error: BaseException) -> None:
        """Say what went wrong, in one sentence with details on demand."""
        show_error(self, error)

    def _show_document(self, document: Document) -> None:
        window = self.add_window(view_of(document, self), document.title)
        self._windows[document] = window
        document.title_changed.connect(lambda title: window.setWindowTitle(title))

    def _close_window(self, document: Document) -> None:
        window = self._windows.pop(document)
        window.close()
        window.deleteLater()

    def _activate(self, window: QMdiSubWindow | None) -> None:
        self.desk.active = next((each for each, shown in self._windows.items() if shown is window), None)

    def _follow(self, job: Job) -> None:
        job.progressed.connect(lambda step, done, total: self.statusBar().showMessage(f"{job.title}: {step}"))
        job.failed.connect(self.show_error)
        job.ended.connect(lambda: self.statusBar().clearMessage())
