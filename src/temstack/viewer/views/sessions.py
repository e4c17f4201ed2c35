"""The session: what is open is written down now and then, and reopened at the next start as it was."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer
from qtpy.QtGui import QGuiApplication

from temstack.errors import DamagedFileError
from temstack.stack.user_folder import user_folder
from temstack.viewer.models.arrangement import kept_inside
from temstack.viewer.models.document import Document
from temstack.viewer.models.jobs import Job
from temstack.viewer.models.origin import Origin
from temstack.viewer.models.session import OpenDocument, Remembering, Session, read_session

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress
    from temstack.viewer.views.main_window import MainWindow

_REMEMBER_AFTER_MS = 2000


def session_file() -> Path:
    """Return where the session is kept."""
    return user_folder() / "viewer" / "session.json"


def kept_folder() -> Path:
    """Return where documents are kept that nobody had saved."""
    return user_folder() / "viewer" / "unsaved"


class Sessions(QObject):
    """Remembers what is open, and reopens what was.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        super().__init__(main)
        self._main = main
        self._timer = QTimer(self, singleShot=True, interval=_REMEMBER_AFTER_MS)
        self._timer.timeout.connect(lambda: self.remember())
        self.last = self._read_last()
        self._carried = tuple(each for each in self.last.documents if not each.is_saved)
        """Kept copies of the last session that have not been reopened: they must not be forgotten."""
        self._is_on = False

    def begin(self) -> None:
        """Remember from now on what is open."""
        self._is_on = True
        for signal in (self._main.desk.opened, self._main.desk.closed):
            signal.connect(lambda document: self._timer.start())

    def end(self) -> None:
        """Write down what is open, and no more from now on."""
        self._timer.stop()
        self.remember()
        self._is_on = False

    def remember(self) -> None:
        """Write down what is open now."""
        if not self._is_on:
            return
        session = self.now()
        self._main.keeper.keep(session_file(), session.to_json())
        named = {str(path) for each in session.documents for path in each.origin.paths}
        self._main.keeper.call(lambda: _remove_others(named))

    def now(self) -> Session:
        """Return what is open now."""
        documents = (_as_open(self._main, document) for document in self._in_order())
        return Session(
            documents=(*self._carried, *(each for each in documents if each is not None)),
            place=self._main.place_of(),
            is_maximized=self._main.isMaximized(),
        )

    def place_main(self) -> None:
        """Put the main window to where it stood, if there is still a screen."""
        screen = QGuiApplication.primaryScreen()
        if self.last.place is None or screen is None:
            return
        room = screen.availableVirtualGeometry()
        place = kept_inside(self.last.place, (room.width(), room.height()))
        self._main.setGeometry(*place)
        if self.last.is_maximized:
            self._main.showMaximized()

    def reopen(self) -> list[Job]:
        """Reopen what was open when the desk was left."""
        self._carried = ()
        documents, self.last = self.last.documents, Session(place=self.last.place)
        return [self._reopen(each) for each in documents]

    def _reopen(self, wanted: OpenDocument) -> Job:
        def read(progress: Progress) -> xr.DataArray:
            progress(f"reading {wanted.title}", 0, 1)
            return wanted.origin.read()

        job = self._main.desk.jobs.start(f"Reopen {wanted.title}", read)
        job.finished.connect(lambda data: self._show(wanted, data))
        if not wanted.is_saved:
            # What cannot be read now is kept on: the disk may be back next time.
            job.failed.connect(lambda error: self._carry(wanted))
        return job

    def _carry(self, wanted: OpenDocument) -> None:
        self._carried = (*self._carried, wanted)

    def _show(self, wanted: OpenDocument, data: xr.DataArray) -> None:
        main = self._main
        document = main.desk.add(data, title=wanted.title, path=wanted.path, is_saved=wanted.is_saved)
        document.origin = wanted.origin
        window, view = main.window_of(document), main.view(document)
        room = main.area.viewport().size()
        if wanted.is_detached:
            window.detach(wanted.place)
        else:
            window.put(kept_inside(wanted.place, (room.width(), room.height())))
            if wanted.is_maximized:
                window.showMaximized()
            elif wanted.is_minimized:
                window.showMinimized()
        if isinstance(view, Remembering) and wanted.view:
            main.try_to(lambda: view.restore(wanted.view))

    def _in_order(self) -> list[Document]:
        """Return the documents from the back to the front, as far as anybody knows."""
        active = self._main.desk.active
        return sorted(self._main.desk.documents, key=lambda document: document is active)

    def _read_last(self) -> Session:
        try:
            return read_session(session_file())
        except DamagedFileError as error:
            failure = error
            QTimer.singleShot(0, self, lambda: self._main.show_error(failure))
            return Session()


def keep_unsaved(main: MainWindow) -> Job:
    """Write a copy of each document that is not saved into the user's folder, beside the windows."""
    unsaved = [(document, document.data) for document in main.desk.documents if not document.is_saved]

    def write(progress: Progress) -> list[Path]:
        from temstack.files import write as write_file

        kept_folder().mkdir(parents=True, exist_ok=True)
        return [write_file(data, _new_copy(), progress=progress) for _, data in unsaved]

    def note(copies: list[Path]) -> None:
        for (document, _), copy in zip(unsaved, copies, strict=True):
            document.origin = Origin((copy,))

    job = main.desk.jobs.start("Keep what is not saved", write)
    job.finished.connect(note)
    return job


def _new_copy() -> Path:
    return kept_folder() / f"{secrets.token_hex(6)}.zarr"


def _as_open(main: MainWindow, document: Document) -> OpenDocument | None:
    """Return a document as a session remembers it, None where it is in no file."""
    if document.origin is None:
        return None
    is_copy = kept_folder() in document.origin.paths[0].parents
    window, view = main.window_of(document), main.view(document)
    state: dict[str, Any] = view.state() if isinstance(view, Remembering) else {}
    return OpenDocument(
        origin=document.origin,
        title=document.title,
        place=window.place,
        # After a crash a file that had been changed here opens as it is on disk.
        is_saved=document.is_saved or not is_copy,
        is_detached=window.is_detached,
        is_maximized=window.isMaximized(),
        is_minimized=window.isMinimized(),
        view=state,
        path=document.path,
    )


def _remove_others(named: set[str]) -> None:
    """Remove kept copies that the session does not name any more."""
    if not kept_folder().is_dir():
        return
    for copy in kept_folder().iterdir():
        if str(copy) not in named:
            shutil.rmtree(copy, ignore_errors=True)
