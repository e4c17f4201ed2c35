"""The menu Acquire: a microscope, the camera live, series."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QApplication, QFileDialog

from temstack.stack.user_folder import journal_folder
from temstack.viewer.models.series_titles import TITLES

if TYPE_CHECKING:
    from temstack.viewer.models.recording import Recorder
    from temstack.viewer.views.desk_window import DeskWindow
    from temstack.viewer.views.main_window import MainWindow

_MENU = "Acquire"
_KEYS = {"eftem": "Ctrl+Alt+E", "focal": "Ctrl+Alt+F", "time": "Ctrl+Alt+T", "exposure": "Ctrl+Alt+M"}
_TIPS = {
    "eftem": "Energy-filtered images at evenly spaced energy losses",
    "focal": "Images through focus",
    "time": "The same view again and again",
    "exposure": "Many short exposures of one view, to be aligned and added",
}


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    Acquiring(main)


class Acquiring:
    """What the menu does; its windows, and when it may do what.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        from temstack.viewer.views.acquire.microscope import add_status

        self._main, self._bench = main, main.desk.bench
        self._live: DeskWindow | None = None
        self._recordings: dict[Recorder, DeskWindow] = {}
        self._with_microscope: list[QAction] = []
        self._idle: list[QAction] = []
        self._add_entries()
        add_status(main)
        self._bench.changed.connect(self._enable)
        self._bench.recording_began.connect(self._show_recording)
        main.quit_guards.append(self._may_quit)
        application = QApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self._bench.close)
        self._enable()
        QTimer.singleShot(0, main, self._look_for_unfinished)

    def _add_entries(self) -> None:
        menu, add = self._main.menu(_MENU), self._main.add_action
        add(_MENU, "&Microscope…", self._choose, keys="Ctrl+Alt+C", tip="Connect a microscope")
        disconnect = add(_MENU, "&Disconnect", self._bench.disconnect, tip="Let the microscope go")
        menu.addSeparator()
        live = add(_MENU, "&Live view", self._show_live, keys="Ctrl+L", tip="The camera live, focus and energy")
        menu.addSeparator()
        series = [
            add(_MENU, f"{title}…", partial(self._show_form, kind), keys=_KEYS[kind], tip=_TIPS[kind])
            for kind, title in TITLES.items()
        ]
        menu.addSeparator()
        add(_MENU, "&Dark and gain references…", self._show_references, tip="List, take and forget references")
        resume = add(_MENU, "&Resume a series…", self._resume, tip="Record the planes that are missing in a series")
        self._shown = add(_MENU, "&Show recording", self._show_again, tip="Bring the window of the series back")
        menu.addSeparator()
        add(_MENU, "Reco&ver microscope", self._recover, tip="Put back what a program that died left in the middle")
        self._with_microscope = [live]
        self._idle = [disconnect, *series, resume]

    def _enable(self) -> None:
        is_connected, is_recording = self._bench.is_connected, self._bench.is_recording
        for action in self._with_microscope:
            action.setEnabled(is_connected)
        for action in self._idle:
            action.setEnabled(is_connected and not is_recording)
        self._shown.setEnabled(self._bench.recorder is not None)

    # --- entries ------------------------------------------------------------------------------------

    def _choose(self) -> None:
        from temstack.viewer.views.acquire.microscope import MicroscopeDialog

        MicroscopeDialog(self._main).open()

    def _show_form(self, kind: str) -> None:
        from temstack.viewer.views.acquire.form import SeriesForm

        SeriesForm(self._main, kind).show()

    def _show_references(self) -> None:
        from temstack.viewer.views.acquire.references import ReferencesDialog

        dialog = ReferencesDialog(self._main)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _show_live(self) -> None:
        from temstack.viewer.views.acquire.live import LiveWindow

        if self._live is not None:
            self._live.show()
            self._live.raise_()
            return
        widget = LiveWindow(self._main)
        window = self._live = self._main.add_window(widget, "Live view")
        session = self._bench.session

        def close_if_gone() -> None:
            if self._bench.session is not session:
                window.close()

        def let_go() -> bool:
            if self._live is window:
                self._live = None
                self._bench.changed.disconnect(close_if_gone)
                widget.live.close(0.0)
            return True

        window.ask_to_close = let_go
        window.destroyed.connect(let_go)
        self._bench.changed.connect(close_if_gone)
        widget.live.start()

    def _resume(self) -> None:
        active = self._main.desk.active
        if active is not None and active.path is not None and active.data.attrs.get("state") in ("partial", "failed"):
            self._bench.resume(active.path)
            return
        chooser = QFileDialog(self._main, "Resume a series: choose its .zarr folder", str(self._bench.folder))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(lambda name: self._main.try_to(lambda: self._bench.resume(Path(name))))
        chooser.open()

    def _recover(self) -> None:
        from temstack.viewer.views.acquire.unfinished import recover_all

        recover_all(self._main)

    def _look_for_unfinished(self) -> None:
        if journal_folder().is_dir():
            from temstack.viewer.views.acquire.unfinished import offer_recovery

            offer_recovery(self._main)

    # --- a series under way -------------------------------------------------------------------------

    def _show_recording(self, recorder: Recorder) -> None:
        from temstack.viewer.views.acquire.recording import LiveDocument, RecordingView, title_of

        if recorder.job is None:
            LiveDocument(self._main, recorder)
        view = RecordingView(self._main, recorder)
        window = self._main.add_window(view, title_of(recorder))
        self._recordings[recorder] = window
        window.ask_to_close = lambda: self._may_close(recorder, window)

        def forget() -> None:
            view.detach()
            if self._recordings.get(recorder) is window:
                del self._recordings[recorder]

        window.destroyed.connect(forget)

    def _may_close(self, recorder: Recorder, window: DeskWindow) -> bool:
        from temstack.viewer.views.acquire.recording import ask_before_closing

        if recorder.is_running:
            ask_before_closing(self._main, recorder, window.close_unasked)
            return False
        return True

    def _show_again(self) -> None:
        recorder = self._bench.recorder
        if recorder is None:
            return
        window = self._recordings.get(recorder)
        if window is None:
            self._show_recording(recorder)
        else:
            window.show()
            window.raise_()

    # --- the end of the program -----------------------------------------------------------------------

    def _may_quit(self) -> bool:
        """Return whether the program may end; while a series is recorded its user is asked."""
        recorder = self._bench.recorder
        if recorder is None or not recorder.is_running:
            return True
        from temstack.viewer.views.acquire.quitting import ask_before_quitting

        ask_before_quitting(self._main, recorder)
        return False
