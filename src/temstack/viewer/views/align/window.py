"""The Align window of one stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSize
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from temstack.errors import SettingError
from temstack.viewer.models.align_results import add_up, apply_to, exposures_known, stacks_that_fit, write_report
from temstack.viewer.models.aligning import Aligning
from temstack.viewer.models.document import Document
from temstack.viewer.models.latest import Latest
from temstack.viewer.views.align import dialogs
from temstack.viewer.views.align.check_tab import CheckTab
from temstack.viewer.views.align.drift_tab import DriftTab
from temstack.viewer.views.align.form import SettingsForm
from temstack.viewer.views.align.pairs_tab import PairsTab
from temstack.viewer.views.align.preview_tab import PreviewTab

if TYPE_CHECKING:
    from temstack.drift import Drift
    from temstack.viewer.models.jobs import Job
    from temstack.viewer.views.main_window import MainWindow

_TABS = ("preview", "drift", "pairs", "check")


class AlignWindow(QWidget):
    """Everything about the alignment of one stack.

    Parameters
    ----------
    document : Document
        The stack.
    main : MainWindow
    """

    def __init__(self, document: Document, main: MainWindow) -> None:
        super().__init__()
        self.setObjectName("align")
        self.main = main
        self.aligning = Aligning(document, main.desk.jobs)
        self._for_preview, self._for_check = Latest(main.desk.jobs.deliver), Latest(main.desk.jobs.deliver)
        self.form = SettingsForm(self.aligning)
        self.preview = PreviewTab(self.aligning, self._for_preview)
        self.drift_tab = DriftTab(self.aligning)
        self.pairs = PairsTab(self.aligning)
        self.check = CheckTab(self.aligning, self._for_check)
        self._build()
        self._connect()
        self._refresh_state()

    @property
    def document(self) -> Document:
        """The stack that is aligned."""
        return self.aligning.document

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt calls it
        """Large enough for settings and pictures side by side."""
        return QSize(1120, 720)

    def show_tab(self, name: str) -> None:
        """Bring one tab to the front: ``"preview"``, ``"drift"``, ``"pairs"`` or ``"check"``."""
        self.tabs.setCurrentIndex(_TABS.index(name))

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """End what goes on for this window only, and let go of the stack."""
        self._shut()
        super().closeEvent(event)

    # --- what users want --------------------------------------------------------------------------

    def estimate(self) -> Job:
        """Estimate the drift beside the windows."""
        job = self.aligning.estimate()
        job.progressed.connect(lambda step, done, total: self._show_progress(step, done, total))
        job.finished.connect(lambda drift: self._show_found())
        return job

    def cancel(self) -> None:
        """End the estimate that goes on."""
        if self.aligning.job is not None:
            self.aligning.job.cancel()

    def apply(self) -> Job:
        """Shift the planes back; the result gets its own window."""
        return apply_to(self.main.desk, self.document, self._drift(), self.aligning.settings)

    def apply_to_another(self) -> None:
        """Ask for another open stack and shift its planes by this drift."""
        drift = self._drift()
        others = stacks_that_fit(self.main.desk, drift, self.document)
        if not others:
            raise SettingError(
                "apply drift",
                "finds no other open stack with as many planes",
                expected=f"a stack of {drift.n_planes} planes",
                advice="open it first",
            )

        def apply(other: Document) -> None:
            self.main.try_to(lambda: apply_to(self.main.desk, other, drift, self.aligning.settings))

        dialogs.ask_which_stack(self, f"Drift of {self.document.title}", others, apply)

    def align_and_add(self) -> None:
        """Ask how planes are added, estimate the drift if none is known, and add them."""

        def add(weights: str, mean: bool) -> None:
            if self.aligning.drift is None:
                job = self.estimate()
                job.finished.connect(lambda drift: self._add(drift, weights, mean=mean))
            else:
                self._add(self.aligning.drift, weights, mean=mean)

        title = f"Align and add {self.document.title}"
        dialogs.ask_how_to_add(self, title, has_exposures=exposures_known(self.aligning.stack), then=add)

    def load_drift(self) -> None:
        """Ask for a drift that was saved, and take it."""
        path = self.document.path
        dialogs.ask_for_drift_file(self, path.parent if path else None, self._load)

    def save_drift(self) -> None:
        """Ask where to save the drift as text."""
        drift = self._drift()
        save = self._trying(lambda path: drift.save(path, overwrite=True), "Drift saved as")
        dialogs.ask_where_to_save(self, "Save drift", self._beside("-drift.tsv"), "Drift", save)

    def write_report(self) -> None:
        """Ask where to write the page that shows how well it went."""
        drift = self._drift()

        def write(path: Path) -> None:
            job = write_report(self.main.desk, self.document, drift, path)
            job.finished.connect(lambda written: self.main.say(f"Report written as {written}"))

        dialogs.ask_where_to_save(self, "Export report", self._beside("-drift.html"), "Report page", write)

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.tabs = QTabWidget()
        for widget, title, tip in (
            (self.preview, "Filter and correlation", "What the estimate sees with these settings."),
            (self.drift_tab, "Drift", "Where the specimen moved, and what to be careful about."),
            (self.pairs, "Pairs", "How well each pair of planes fits."),
            (self.check, "Check", "Planes on top of each other; arrow keys move one."),
        ):
            self.tabs.addTab(widget, title)
            self.tabs.setTabToolTip(self.tabs.count() - 1, tip)
        self.state = QLabel("")
        self.state.setObjectName("align state")
        self.state.setWordWrap(True)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self.form)
        split.addWidget(self.tabs)
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(split, 1)
        layout.addWidget(self.state)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.run_button = self._button("Estimate", self.estimate, "Estimate the drift with these settings.")
        self.cancel_button = self._button("Cancel", self.cancel, "End the estimate.")
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.apply_button = self._button("Apply", self.apply, "Shift every plane once; the result gets its own window.")
        self.other_button = self._button(
            "Apply to…", self.apply_to_another, "Shift the planes of another open stack by this drift."
        )
        self.add_button = self._button("Align and add…", self.align_and_add, "Add all planes without their drift.")
        self.save_button = self._button("Save drift…", self.save_drift, "Keep the drift as a text file.")
        self.report_button = self._button("Report…", self.write_report, "Write a page that shows how well it went.")
        row = QHBoxLayout()
        row.addWidget(self.run_button)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel_button)
        row.addStretch(1)
        for button in (
            self.apply_button,
            self.other_button,
            self.add_button,
            self.save_button,
            self.report_button,
        ):
            row.addWidget(button)
        return row

    def _button(self, text: str, do: Callable[[], object], tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(text.rstrip("…").lower())
        button.setToolTip(tip)
        button.clicked.connect(lambda: self.main.try_to(do))
        return button

    def _connect(self) -> None:
        aligning = self.aligning
        aligning.settings_changed.connect(self._settings_changed)
        aligning.drift_changed.connect(self._drift_changed)
        aligning.chosen_changed.connect(self._chosen_changed)
        aligning.running_changed.connect(self._refresh_state)
        aligning.data_changed.connect(self._data_changed)
        self.pairs.look_wanted.connect(self._look_at_pair)
        self.check.solve_wanted.connect(self._solve_again)
        self._for_preview.failed.connect(self.preview.complain)
        self._for_check.failed.connect(self.main.show_error)
        self.main.desk.closed.connect(self._document_closed)

    def _shut(self) -> None:
        self.cancel()
        for latest in (self._for_preview, self._for_check):
            latest.close()
            latest.failed.disconnect()
        for signal in ("settings_changed", "drift_changed", "chosen_changed", "running_changed", "data_changed"):
            getattr(self.aligning, signal).disconnect()
        self.main.desk.closed.disconnect(self._document_closed, missing_ok=True)

    # --- what happens -----------------------------------------------------------------------------

    def _settings_changed(self) -> None:
        self.form.show_settings()
        self.preview.refresh()
        self.check.refresh()
        self._refresh_state()

    def _drift_changed(self) -> None:
        self.drift_tab.refresh()
        self.pairs.refresh()
        self.check.refresh()
        self._refresh_state()

    def _chosen_changed(self) -> None:
        self.preview.refresh()
        self.drift_tab.show_chosen()
        self.pairs.show_chosen()
        self.check.show_chosen()

    def _data_changed(self) -> None:
        """Begin anew with other data; there is nothing to align where they are no stack."""
        if not self.aligning.is_possible:
            self._leave()
            return
        self.form.take_data()
        self.check.take_data()
        self._settings_changed()
        self._drift_changed()
        self._chosen_changed()

    def _look_at_pair(self) -> None:
        self.show_tab("check")

    def _solve_again(self) -> None:
        self.main.try_to(self.estimate)

    def _document_closed(self, document: Document) -> None:
        if document is self.document:
            self._leave()

    def _leave(self) -> None:
        window = next((each for each in self.main.windows() if each.widget() is self), None)
        if window is not None:
            window.close()

    def _show_progress(self, step: str, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 0))
        self.progress.setValue(done)
        self.progress.setFormat(f"{step}  %p%")

    def _show_found(self) -> None:
        if self.tabs.currentWidget() is self.preview:
            self.show_tab("drift")

    def _refresh_state(self) -> None:
        aligning = self.aligning
        is_running, has_drift = aligning.is_running, aligning.drift is not None
        self.state.setText(aligning.state_in_words())
        self.run_button.setEnabled(not is_running)
        self.run_button.setText("Solve again" if aligning.estimated is not None else "Estimate")
        self.check.solve.setEnabled(not is_running)
        self.progress.setVisible(is_running)
        self.cancel_button.setVisible(is_running)
        if is_running:
            self._show_progress("estimating", 0, 0)
        for button in (self.apply_button, self.other_button, self.save_button, self.report_button):
            button.setEnabled(has_drift and not is_running)
        self.add_button.setEnabled(not is_running)

    # --- pieces -----------------------------------------------------------------------------------

    def _drift(self) -> Drift:
        if self.aligning.drift is None:
            raise SettingError(
                self.document.title, "has no drift yet", advice="estimate it, load one, or place planes by hand"
            )
        return self.aligning.drift

    def _add(self, drift: Drift, weights: str, *, mean: bool) -> None:
        self.main.try_to(
            lambda: add_up(self.main.desk, self.document, drift, self.aligning.settings, weights=weights, mean=mean)
        )

    def _load(self, path: Path) -> None:
        from temstack.drift import load_drift

        def load() -> None:
            self.aligning.load(load_drift(path))
            self.show_tab("drift")

        self.main.try_to(load)

    def _trying(self, do: Callable[[Path], object], said: str) -> Callable[[Path], None]:
        """Return the same, with errors shown and success said."""

        def try_it(path: Path) -> None:
            def act() -> None:
                do(path)
                self.main.say(f"{said} {path}")

            self.main.try_to(act)

        return try_it

    def _beside(self, ending: str) -> Path:
        """Return a name beside the file of the stack."""
        path = self.document.path
        folder = path.parent if path else Path.home()
        stem = path.stem if path else self.document.title.replace("/", "-")
        return folder / f"{stem}{ending}"


def align_window(main: MainWindow, document: Document) -> AlignWindow:
    """Return the Align window of a stack, opened if there is none, in front of the others."""
    for window in main.windows():
        widget = window.widget()
        if isinstance(widget, AlignWindow) and widget.document is document:
            window.showNormal() if window.isMinimized() else window.show()
            main.area.setActiveSubWindow(window)
            return widget
    widget = AlignWindow(document, main)
    main.add_window(widget, f"Align – {document.title}")
    return widget
