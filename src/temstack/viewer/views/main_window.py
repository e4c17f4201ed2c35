"""The main window: menus above, one window for each document inside, the work that goes on below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from qtpy.QtCore import QTimer
from qtpy.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QLabel, QMainWindow, QMdiArea, QMdiSubWindow, QMenu, QWidget

from temstack.stack.user_folder import user_folder
from temstack.viewer.models.arrangement import Place, fitting_size, place_new
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.document import Document
from temstack.viewer.models.jobs import Job
from temstack.viewer.models.kept import Keeper
from temstack.viewer.models.preferences import Preferences
from temstack.viewer.models.recent import Recent
from temstack.viewer.models.words import document_in_words, window_title
from temstack.viewer.views.application import Courier
from temstack.viewer.views.closing import Closing
from temstack.viewer.views.collecting import Collector
from temstack.viewer.views.desk_window import DeskWindow
from temstack.viewer.views.errors import show_error
from temstack.viewer.views.jobs_bar import JobsBar
from temstack.viewer.views.sessions import Sessions
from temstack.viewer.views.windows import view_of

MENUS = (
    "file",
    "edit",
    "clipboard",
    "document",
    "operations",
    "regions",
    "align",
    "acquire",
    "script",
    "window",
    "help",
)
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
        self.setObjectName("temstack")
        self.collector = Collector(self)
        self.courier = Courier()
        self.desk = desk or Desk()
        self.desk.jobs.deliver = self.courier
        self.keeper = Keeper()
        self.recent = Recent(user_folder() / "viewer" / "recent.json", self.keeper)
        self.preferences = Preferences(user_folder() / "viewer" / "preferences.json", self.keeper)
        self.closing = Closing(self)
        self.sessions = Sessions(self)
        self.quit_guards: list[Callable[[], bool]] = []
        """Asked before the program ends, each returns whether it may; who says no tells the user why."""
        self._documents: dict[Document, DeskWindow] = {}
        self._menus: dict[str, QMenu] = {}
        self._build_frame()
        for name in MENUS:
            import_module(f"temstack.viewer.views.menus.{name}").build(self)
        self.desk.opened.connect(self._show_document)
        self.desk.closed.connect(self._close_window)
        self.desk.activated.connect(lambda document: self._describe())
        self.desk.warned.connect(lambda sentence: self.say(sentence))
        self.desk.jobs.started.connect(self._follow)
        self.area.subWindowActivated.connect(lambda window: self._activate(window))
        self.collector.settle()
        QTimer.singleShot(0, self, self._get_ready)

    def _get_ready(self) -> None:
        """Load what shows the first image when the window has opened, rather than while somebody waits for that."""
        from temstack.viewer.views import stack_view  # noqa: F401

        self.collector.settle()

    def menu(self, title: str) -> QMenu:
        """Return a menu of the bar by its title, e.g. ``"Volume"``; made at the first call."""
        if title not in self._menus:
            menu = self.menuBar().addMenu(f"&{title}")
            menu.setToolTipsVisible(True)
            self._menus[title] = menu
        return self._menus[title]

    def add_action(
        self, title: str, text: str, do: Callable[[], object], *, keys: str | None = None, tip: str = ""
    ) -> QAction:
        """Add an entry to a menu and return it; what its call raises is shown."""
        action = QAction(text, self)
        if keys:
            action.setShortcut(keys)
        action.setToolTip(tip)
        action.setStatusTip(tip)
        action.triggered.connect(lambda: self.try_to(do))
        self.menu(title).addAction(action)
        return action

    def try_to(self, do: Callable[[], object]) -> None:
        """Do something at once, and say it if that fails."""
        try:
            do()
        except Exception as error:
            self.show_error(error)

    def open(self, path: str | Path) -> Job:
        """Open a file or a folder; one that is no Zarr store is read as the images of one stack."""
        from temstack.formats.kinds import ZARR, find_kind

        file = Path(path)
        if file.is_dir() and find_kind(file) is not ZARR:
            return self.desk.open_folder(file)
        job = self.desk.open(file)
        job.finished.connect(lambda found: self.recent.add(file))
        return job

    def open_each(self, paths: Sequence[Path]) -> None:
        """Open files, each by itself; ask for the shape of raw ones."""
        from temstack.viewer.models.import_form import is_raw
        from temstack.viewer.views.import_dialog import ImportDialog

        for path in paths:
            if self.scripts.takes(path):
                self.scripts.try_to_open(path)
            elif is_raw([path]) and path.is_file():
                ImportDialog(self, [path]).open()
            else:
                self.open(path)

    def add_window(self, widget: QWidget, title: str) -> DeskWindow:
        """Show a widget in a window inside this one, where it covers least."""
        return self._add_window(widget, title, None)

    def view(self, document: Document) -> QWidget:
        """Return the widget that shows a document."""
        return self._documents[document].widget()

    def window_of(self, document: Document) -> DeskWindow:
        """Return the window of a document."""
        return self._documents[document]

    def windows(self) -> list[DeskWindow]:
        """Return all windows, also those that have left this one, in the order they were opened."""
        return list(self._windows)

    def front_window(self) -> DeskWindow | None:
        """Return the window that was used last."""
        return self._front if self._front in self._windows else None

    def close_document(self, document: Document, then: Callable[[], object] | None = None) -> None:
        """Close a document, after asking if it is not saved; *then* is called when it is closed."""
        self.closing.close_document(document, then)

    def show_error(self, error: BaseException) -> None:
        """Say what went wrong, in one sentence with details on demand."""
        show_error(self, error)

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar for a while."""
        self.statusBar().showMessage(sentence, 8000)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the program, unless work goes on or something is not saved: then ask first."""
        if not self.closing.may_quit():
            event.ignore()
            return
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files that are dragged here."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open the files that are dropped here."""
        event.acceptProposedAction()
        self.open_each([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _build_frame(self) -> None:
        self.setWindowTitle("temstack")
        self.resize(1280, 860)
        self.setAcceptDrops(True)
        self.area = QMdiArea()
        self.area.setObjectName("desk")
        self.area.setAcceptDrops(False)  # files dropped on it belong to this window
        self.setCentralWidget(self.area)
        self._windows: list[DeskWindow] = []
        self._front: DeskWindow | None = None
        self.about = QLabel()
        self.about.setObjectName("about the document")
        self.about.setContentsMargins(8, 0, 0, 0)
        self.jobs_bar = JobsBar(self.desk.jobs)
        self.statusBar().addWidget(self.about)
        self.statusBar().addPermanentWidget(self.jobs_bar)

    def _add_window(self, widget: QWidget, title: str, document: Document | None) -> DeskWindow:
        window = DeskWindow(widget, self.area, document)
        window.setWindowTitle(title)
        room = self.area.viewport().size()
        area = (room.width(), room.height())
        frame = window.sizeHint() - widget.sizeHint()
        wanted = widget.sizeHint() if widget.size().isEmpty() else widget.sizeHint().expandedTo(widget.minimumSize())
        size = fitting_size((wanted.width() + frame.width(), wanted.height() + frame.height()), area)
        stand = [each.place for each in self._windows if not each.is_detached and not each.isMinimized()]
        window.setGeometry(*place_new(size, area, stand))
        self._windows.append(window)
        window.destroyed.connect(lambda: self._forget(window))
        window.came_to_front.connect(lambda window: self._activate(window))
        window.show()
        return window

    def _show_document(self, document: Document) -> None:
        window = self._add_window(view_of(document, self), window_title(document), document)
        self._documents[document] = window
        window.ask_to_close = lambda: self._ask(document)
        for signal in (document.title_changed, document.saved_changed, document.data_changed):
            signal.connect(self._describe_all)

    def _ask(self, document: Document) -> bool:
        # A window that is asked does not close from within: it goes on where its document is off the desk already,
        # else the document closes it when the user has answered.
        self.close_document(document)
        return document not in self.desk.documents

    def _describe_all(self) -> None:
        """Bring title bars and the status bar up to date."""
        for document, window in self._documents.items():
            window.setWindowTitle(window_title(document))
        self._describe()

    def _describe(self) -> None:
        active = self.desk.active
        self.about.setText(document_in_words(active) if active else "")
        self.about.setToolTip(str(active.path) if active and active.path else "")

    def _close_window(self, document: Document) -> None:
        window = self._documents.pop(document)
        for signal in (document.title_changed, document.saved_changed, document.data_changed):
            signal.disconnect(self._describe_all)
        self._forget(window)
        window.close_unasked()
        self._activate_any()

    def _forget(self, window: DeskWindow) -> None:
        if window in self._windows:
            self._windows.remove(window)
        if window is self._front:
            self._front = None

    def _activate(self, window: QMdiSubWindow | None) -> None:
        # None comes when a window of another program is in front, too: the document stays the active one.
        if not isinstance(window, DeskWindow) or window not in self._windows:
            return
        self._front = window
        if window.is_detached:
            window.share_actions(self.menuBar())
        if window.document is not None and window.document in self._documents:
            self.desk.active = window.document

    def _activate_any(self) -> None:
        if self.desk.active is None and self._documents:
            window = self.front_window()
            shown = window.document if window is not None and window.document in self._documents else None
            self.desk.active = shown or next(reversed(self._documents))

    def _follow(self, job: Job) -> None:
        job.failed.connect(self.show_error)

    def place_of(self) -> Place:
        """Return where this window stands on the screen when it is not maximised."""
        shown = self.normalGeometry()
        return Place(shown.x(), shown.y(), shown.width(), shown.height())
