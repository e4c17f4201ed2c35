"""Where and how a document is saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
)

from temstack.viewer.models.document import Document
from temstack.viewer.models.saving import Prospect, formats, has_scales, prospect, suggested_path
from temstack.viewer.views.file_row import FileRow
from temstack.viewer.views.saving import Then, save_to

if TYPE_CHECKING:
    from temstack.stack.progress import Progress
    from temstack.viewer.views.main_window import MainWindow

_AFTER_TYPING_MS = 250


class SaveDialog(QDialog):
    """Asks for a file and a format, and says what the format loses before anything is written.

    Parameters
    ----------
    main : MainWindow
    document : Document
        What is saved.
    then : callable, optional
        Called when it is saved.
    """

    def __init__(self, main: MainWindow, document: Document, then: Then | None = None) -> None:
        super().__init__(main)
        self.setObjectName("save as")
        self.setWindowTitle(f"Save {document.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._main, self._document, self._then = main, document, then
        self._is_open = True
        self.finished.connect(lambda _: self._end())
        self._formats = formats()
        self._tried: dict[tuple[str, bool], Prospect] = {}
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_TYPING_MS)
        self._timer.timeout.connect(lambda: self._try())
        self._build()
        self._follow_name()

    @property
    def path(self) -> Path:
        """The file that is named."""
        return self.file.path

    def accept(self) -> None:
        """Save, and close."""
        if not self.save_button.isEnabled():
            return
        self._main.preferences.set("folder", str(self.path.parent))
        save_to(self._main, self._document, self.path, raw=self.raw.isChecked(), then=self._then)
        super().accept()

    def _build(self) -> None:
        folder = self._main.preferences.folder
        self.file = FileRow(folder, suggested_path(self._document, folder), tip="The file; its end says the format")
        self.file.changed.connect(lambda: self._follow_name())
        self.format = QComboBox(objectName="format", toolTip="What other programs are to read it")
        for each in self._formats:
            self.format.addItem(f"{each.name}   {' '.join(each.suffixes[:2])}", each.suffixes)
        self.format.activated.connect(lambda _: self._follow_format())
        self.raw = QCheckBox("Numbers as recorded, beside the scale of each plane (otherwise scaled 4-byte floats)")
        self.raw.setObjectName("raw")
        self.raw.setToolTip("Smaller and exact; other programs show wrong intensities unless they use the scales")
        self.raw.setVisible(has_scales(self._document.data))
        self.raw.toggled.connect(lambda _: self._look())
        self.words = QLabel(objectName="what is lost", wordWrap=True)
        self.words.setMinimumHeight(self.words.fontMetrics().lineSpacing() * 3)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save_button = buttons.button(QDialogButtonBox.StandardButton.Save)
        buttons.accepted.connect(lambda: self.accept())
        buttons.rejected.connect(lambda: self.reject())
        form = QFormLayout()
        form.addRow("File", self.file)
        form.addRow("Format", self.format)
        form.addRow("", self.raw)
        form.addRow("", self.words)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def _follow_name(self) -> None:
        suffix = self.path.suffix.lower()
        for index, each in enumerate(self._formats):
            if suffix in each.suffixes:
                self.format.setCurrentIndex(index)
                break
        self._look()

    def _follow_format(self) -> None:
        path = self.path
        known = {suffix for each in self._formats for suffix in each.suffixes}
        stem = path.with_suffix("") if path.suffix.lower() in known else path
        self.file.path = stem.with_name(stem.name + self._formats[self.format.currentIndex()].suffix)

    def _look(self) -> None:
        """Say what is known now, and find out the rest soon."""
        found = self._tried.get(self._what())
        self.save_button.setEnabled(found is not None and found.is_possible and bool(self.path.stem))
        self.save_button.setText("Replace" if self.path.exists() else "Save")
        if found is None:
            self.words.setText("…")
            self._timer.start()
            return
        there = f"{self.path.name} exists already and will be replaced. " if self.path.exists() else ""
        self.words.setText(there + found.words)

    def _what(self) -> tuple[str, bool]:
        return self.path.suffix.lower(), self.raw.isChecked() and self.raw.isVisibleTo(self)

    def _try(self) -> None:
        what, data = self._what(), self._document.data

        def find_out(progress: Progress) -> Prospect:
            return prospect(data, what[0], raw=what[1])

        job = self._main.desk.jobs.start("Look what the format keeps", find_out)
        job.finished.connect(lambda found: self._note(what, found))

    def _note(self, what: tuple[str, bool], found: Prospect) -> None:
        self._tried[what] = found
        if self._is_open:
            self._look()

    def _end(self) -> None:
        self._is_open = False
        self._timer.stop()
