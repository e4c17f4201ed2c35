"""Small questions: what to add up and how, which other stack, which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QListWidget,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.document import Document
from temstack.viewer.models.words import shape_in_words

_DRIFT_FILES = "Drift (*.tsv *.txt);;All files (*)"


def ask_how_to_add(parent: QWidget, title: str, *, has_exposures: bool, then: Callable[[str, bool], object]) -> QDialog:
    """Ask how planes are added up; *then* gets the weights, and whether the mean is wanted."""
    dialog = _dialog(parent, "align and add", title)
    equal = QRadioButton("All planes weigh the same")
    exposure = QRadioButton("Planes weigh as their exposure: least noise")
    exposure.setObjectName("weigh as exposure")
    exposure.setEnabled(has_exposures)
    if not has_exposures:
        exposure.setToolTip("The planes do not say their exposure.")
    equal.setChecked(True)
    mean = QCheckBox("Mean instead of sum")
    mean.setObjectName("mean")
    for widget in (equal, exposure, mean):
        dialog.layout().addWidget(widget)
    _finish(dialog, "Add", lambda: then("exposure" if exposure.isChecked() else "equal", mean.isChecked()))
    return dialog


def ask_which_stack(
    parent: QWidget, title: str, documents: list[Document], then: Callable[[Document], object]
) -> QDialog:
    """Ask to which of the open stacks something is done."""
    dialog = _dialog(parent, "apply to another stack", title)
    dialog.layout().addWidget(QLabel("Apply the drift to"))
    choice = QListWidget()
    choice.setObjectName("stacks")
    for document in documents:
        choice.addItem(f"{document.title}  ·  {shape_in_words(document.data)}")
    choice.setCurrentRow(0)
    choice.itemDoubleClicked.connect(lambda _: dialog.accept())
    dialog.layout().addWidget(choice)
    _finish(dialog, "Apply", lambda: then(documents[choice.currentRow()]))
    return dialog


def ask_for_drift_file(parent: QWidget, folder: Path | None, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a drift that was saved."""
    dialog = QFileDialog(parent, "Load drift", str(folder or ""), _DRIFT_FILES)
    dialog.setObjectName("load drift")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _open(dialog, then)


def ask_where_to_save(
    parent: QWidget, title: str, suggested: Path, kind: str, then: Callable[[Path], object]
) -> QFileDialog:
    """Ask for a file to write; the dialog itself asks before one is replaced."""
    dialog = QFileDialog(parent, title, str(suggested), f"{kind} (*{suggested.suffix});;All files (*)")
    dialog.setObjectName(title.lower())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggested.suffix.removeprefix("."))
    return _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[Path], object]) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog


def _dialog(parent: QWidget, name: str, title: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    QVBoxLayout(dialog)
    return dialog


def _finish(dialog: QDialog, verb: str, then: Callable[[], object]) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.button(QDialogButtonBox.StandardButton.Ok).setText(verb)
    buttons.accepted.connect(lambda: dialog.accept())
    buttons.rejected.connect(lambda: dialog.reject())
    dialog.accepted.connect(lambda: then())
    dialog.layout().addWidget(buttons)
    dialog.open()
