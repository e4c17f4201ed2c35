"""Closing documents and ending the program: nothing is lost that somebody did not agree to lose."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QMessageBox

from temstack.viewer.models.document import Document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

Box = QMessageBox.StandardButton
Role = QMessageBox.ButtonRole


class Closing:
    """Asks before something is closed that is not saved.

    No question stops the program: each is a box that stands over the window until it is answered.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        self._main = main
        self._asked: dict[Document, QMessageBox] = {}
        self._quit_box: QMessageBox | None = None
        self._is_decided = False
        main.desk.closed.connect(self._take_back)

    def close_document(self, document: Document, then: Callable[[], object] | None = None) -> None:
        """Close a document; ask first whether to save it where it is not saved."""
        if document.is_saved:
            self._close(document, then)
        elif document in self._asked:
            self._asked[document].raise_()
        else:
            self._ask_to_save(document, then)

    def close_all(self) -> None:
        """Close all documents, one after the other; the first Cancel ends it."""
        documents = self._main.desk.documents
        if documents:
            self.close_document(documents[-1], self.close_all)

    def may_quit(self) -> bool:
        """Return whether the program may end now; otherwise its user has been asked, or told why not."""
        main = self._main
        if self._is_decided:
            return True
        if not all(guard() for guard in main.quit_guards):
            return False
        if main.desk.jobs.running:
            self._ask_to_cancel()
            return False
        unsaved = [each for each in main.desk.documents if not each.is_saved]
        if unsaved:
            self._ask_what_to_keep(unsaved)
            return False
        return self._end()

    def quit_unasked(self) -> None:
        """End the program soon; keep for the next start what is not saved."""
        self._when_idle(self._keep_and_quit)

    def _close(self, document: Document, then: Callable[[], object] | None) -> None:
        if document in self._main.desk.documents:
            self._main.desk.close(document)
        if then is not None:
            then()

    def _ask_to_save(self, document: Document, then: Callable[[], object] | None) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "temstack",
            f"“{document.title}” is not saved. Save it before it is closed?",
            Box.Save | Box.Discard | Box.Cancel,
            self._main.window_of(document) if self._main.window_of(document).is_detached else self._main,
        )
        box.setObjectName("unsaved")
        box.setDefaultButton(Box.Save)
        self._asked[document] = box
        box.finished.connect(lambda answer: self._answered(document, Box(answer), then))
        box.open()

    def _answered(
        self, document: Document, answer: QMessageBox.StandardButton, then: Callable[[], object] | None
    ) -> None:
        box = self._asked.pop(document, None)
        if box is None:
            return
        box.deleteLater()
        if answer == Box.Discard:
            self._close(document, then)
        elif answer == Box.Save:
            from temstack.viewer.views.saving import save

            save(self._main, document, then=lambda: self._close(document, then))

    def _take_back(self, document: Document) -> None:
        """Ask no more about a document that has been closed in another way."""
        box = self._asked.pop(document, None)
        if box is not None:
            box.close()
            box.deleteLater()

    def _ask_to_cancel(self) -> None:
        titles = "\n".join(f"• {job.title}" for job in self._main.desk.jobs.running)
        box = self._quit_question("Work is still going on:\n\n" + titles)
        box.addButton("Cancel it and quit", Role.AcceptRole)
        box.addButton("Stay", Role.RejectRole)
        box.accepted.connect(lambda: self._when_idle(lambda: self._main.close()))
        box.open()

    def _ask_what_to_keep(self, unsaved: list[Document]) -> None:
        titles = "\n".join(f"• {document.title}" for document in unsaved)
        box = self._quit_question(
            f"{len(unsaved)} {'document is' if len(unsaved) == 1 else 'documents are'} not saved:\n\n{titles}"
        )
        box.setInformativeText("What is kept is there again, still not saved, when temstack is started next.")
        keep = box.addButton("Keep for the next start", Role.AcceptRole)
        discard = box.addButton("Discard", Role.DestructiveRole)
        box.addButton("Stay", Role.RejectRole)
        box.setDefaultButton(keep)
        box.buttonClicked.connect(
            lambda button: self._keep_and_quit() if button is keep else self._discard() if button is discard else None
        )
        box.open()

    def _quit_question(self, text: str) -> QMessageBox:
        if self._quit_box is not None:
            self._quit_box.close()
            self._quit_box.deleteLater()
        box = QMessageBox(QMessageBox.Icon.Question, "temstack", text, parent=self._main)
        box.setObjectName("quit")
        self._quit_box = box
        return box

    def _when_idle(self, then: Callable[[], object]) -> None:
        """Cancel all work, and call something when the last of it has ended."""
        running = list(self._main.desk.jobs.running)
        if not running:
            then()
            return
        for job in running:
            job.ended.connect(lambda: None if self._main.desk.jobs.running else then())
            job.cancel()

    def _keep_and_quit(self) -> None:
        from temstack.viewer.views.sessions import keep_unsaved

        job = keep_unsaved(self._main)
        job.finished.connect(lambda _: self._finish())

    def _discard(self) -> None:
        for document in [each for each in self._main.desk.documents if not each.is_saved]:
            self._main.desk.close(document)
        self._finish()

    def _finish(self) -> None:
        if self._end():
            self._main.close()

    def _end(self) -> bool:
        """Remember the session and close all windows; return whether all of them agreed."""
        main = self._main
        for window in main.windows():
            if window.document is None and not window.close():
                return False
        main.sessions.end()
        self.let_go()
        return True

    def let_go(self) -> None:
        """Close everything unasked and end all work, so that the main window can be freed; nothing happens after it.

        The views let go of their documents while all windows still stand: Qt frees a window with all that is in it,
        in an order of its own.
        """
        if self._is_decided:
            return
        self._is_decided = True
        main = self._main
        main.desk.jobs.cancel_all()
        for window in main.windows():
            if window.document is None:
                window.close_unasked()
        for document in list(main.desk.documents):
            main.desk.close(document)
        main.desk.undo.clear()
        error = main.keeper.finish()
        if error is not None:
            print(f"temstack: what was open could not be remembered: {error}")  # noqa: T201 - no window is left
        main.courier.close()
