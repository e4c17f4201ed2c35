"""Fields that ask for other stacks: one that is open, or a file."""

# ruff: noqa: D102 - what the methods of each editor do is said once, in FieldEditor

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QFileDialog, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from temstack.viewer.models.forms import Entry, Field
from temstack.viewer.views.field_editors import FieldEditor

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document

_ROWS_SHOWN = 4


class StackEditor(FieldEditor):
    """A stack or image: one of those that are open, or a file."""

    def __init__(self, field: Field, documents: Sequence[Document]) -> None:
        super().__init__(field)
        self.box = QComboBox()
        self.box.addItem("left out" if field.is_optional else "choose one…", None)
        for document in documents:
            self.box.addItem(f"{document.title}  ({document.kind})", document)
        self.box.currentIndexChanged.connect(lambda index: self.changed.emit())
        self.file = QPushButton("File…")
        self.file.setToolTip("Take one from a file")
        self.file.clicked.connect(self._choose)
        self.row.addWidget(self.box, 1)
        self.row.addWidget(self.file)

    def entry(self) -> Entry:
        chosen: Any = self.box.currentData()
        return chosen.data if hasattr(chosen, "data") else chosen

    def set_entry(self, entry: Entry) -> None:
        for index in range(self.box.count()):
            chosen = self.box.itemData(index)
            if chosen is entry or getattr(chosen, "data", None) is entry:
                self.box.setCurrentIndex(index)
                return
        if isinstance(entry, str | Path):
            self.box.addItem(Path(entry).name, Path(entry))
            self.box.setCurrentIndex(self.box.count() - 1)

    def _choose(self) -> None:
        _ask_for_files(self, self.field, lambda files: self.set_entry(files[0]))


class ReferencesEditor(FieldEditor):
    """Some spectra, each with a tick and its name: those that are open, and files."""

    def __init__(self, field: Field, documents: Sequence[Document]) -> None:
        super().__init__(field)
        self.list = QListWidget()
        self.list.setToolTip(field.help + " Double-click a name to change it.")
        self.list.setMaximumHeight(self.list.fontMetrics().height() * (_ROWS_SHOWN + 2))
        for document in documents:
            if document.kind == "spectrum":
                self._add(document.title, document, is_taken=False)
        self.list.itemChanged.connect(lambda item: self.changed.emit())
        self.file = QPushButton("Files…")
        self.file.setToolTip("Take spectra from files")
        self.file.clicked.connect(self._choose)
        side = QVBoxLayout()
        side.addWidget(self.file)
        side.addStretch()
        self.row.addWidget(self.list, 1)
        self.row.addLayout(side)

    def entry(self) -> Entry:
        items = [self.list.item(row) for row in range(self.list.count())]
        taken = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        chosen = {item.text(): item.data(Qt.ItemDataRole.UserRole) for item in taken}
        return {name: getattr(each, "data", each) for name, each in chosen.items()} or None

    def set_entry(self, entry: Entry) -> None:
        for name, each in entry.items() if isinstance(entry, dict) else ():
            self._add(name, each, is_taken=True)
        self.changed.emit()

    def _add(self, name: str, spectrum: Any, *, is_taken: bool) -> None:
        item = QListWidgetItem(name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
        item.setData(Qt.ItemDataRole.UserRole, spectrum)
        item.setCheckState(Qt.CheckState.Checked if is_taken else Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def _choose(self) -> None:
        _ask_for_files(self, self.field, lambda files: self.set_entry({Path(file).stem: Path(file) for file in files}))


def _ask_for_files(parent: FieldEditor, field: Field, take: Any) -> None:
    dialog = QFileDialog(parent, f"Choose a file: {field.label}")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(take)
    dialog.open()
