"""One widget for each kind of value that a form asks for; each gives the text that the kind itself reads."""

# ruff: noqa: D102 - what the methods of each editor do is said once, in FieldEditor

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from temstack.operations.kinds import Choice, Flag, Number, StackInput, Whole
from temstack.operations.spectrum_kinds import References
from temstack.viewer.models.forms import Entry, Field

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document

_LARGEST = 1e12
_MANY_CHARACTERS = 24


class FieldEditor(QWidget):
    """The widget of one field. Its `entry` is what stands in it, None where it is left out."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.setObjectName(field.name)
        self.setToolTip(field.help)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def entry(self) -> Entry:
        """Return what stands in it."""
        raise NotImplementedError

    def set_entry(self, entry: Entry) -> None:
        """Put something in it."""
        raise NotImplementedError

    def add_suggestions(self) -> None:
        """Add a button that puts in what the document suggests."""
        if not self.field.suggestions:
            return
        button = QToolButton()
        button.setText("…")
        button.setToolTip("Take a value from the image")
        button.setObjectName(f"{self.field.name} suggestions")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for each in self.field.suggestions:
            shown = each.words if len(each.words) <= _MANY_CHARACTERS else each.words[:_MANY_CHARACTERS] + "…"
            action = menu.addAction(f"{each.label}:  {shown}" if shown != each.label else shown)
            action.triggered.connect(lambda checked=False, words=each.words: self.set_entry(words))
        button.setMenu(menu)
        self.row.addWidget(button)


class FlagEditor(FieldEditor):
    """A tick."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = QCheckBox(field.label)
        self.box.toggled.connect(lambda on: self.changed.emit())
        self.row.addWidget(self.box)

    def entry(self) -> Entry:
        return self.box.isChecked()

    def set_entry(self, entry: Entry) -> None:
        self.box.setChecked(bool(entry))


class ChoiceEditor(FieldEditor):
    """One of some words."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        assert isinstance(field.parameter.kind, Choice)
        self.box = QComboBox()
        if field.is_optional:
            self.box.addItem("as it is", None)
        for word in field.parameter.kind.options:
            self.box.addItem(word.replace("_", " "), word)
        self.box.currentIndexChanged.connect(lambda index: self.changed.emit())
        self.row.addWidget(self.box)
        self.row.addStretch()

    def entry(self) -> Entry:
        word: str | None = self.box.currentData()
        return word

    def set_entry(self, entry: Entry) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(entry)))


class _Spin(QDoubleSpinBox):
    """A spin box that shows numbers as people write them: 0.25, 8, 1e-06."""

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        return f"{value:.10g}"


class NumberEditor(FieldEditor):
    """A number in its range and units; with a tick before it where it may be left out."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        kind = field.parameter.kind
        assert isinstance(kind, Number)
        self.spin = _Spin()
        self.spin.setDecimals(0 if isinstance(kind, Whole) else 9)
        low = kind.lowest if kind.lowest is not None else kind.above
        self.spin.setRange(-_LARGEST if low is None else low, _LARGEST if kind.highest is None else kind.highest)
        if not isinstance(kind, Whole):
            self.spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.spin.setSuffix(f" {field.units}" if field.units else "")
        self.spin.setKeyboardTracking(True)
        self.spin.setMinimumWidth(140)
        self.tick = QCheckBox()
        self.tick.setVisible(field.is_optional)
        self.tick.setToolTip("Ticked: this number. Not ticked: left out.")
        self.tick.setChecked(not field.is_optional)
        self.spin.setEnabled(not field.is_optional)
        self.tick.toggled.connect(self._tick)
        self.spin.valueChanged.connect(lambda value: self.changed.emit())
        self.row.addWidget(self.tick)
        self.row.addWidget(self.spin)
        self.add_suggestions()
        self.row.addStretch()

    def entry(self) -> Entry:
        return f"{self.spin.value():.10g}" if self.tick.isChecked() else None

    def set_entry(self, entry: Entry) -> None:
        self.tick.setChecked(entry is not None or not self.field.is_optional)
        if entry is not None:
            self.spin.setValue(float(entry))  # type: ignore[arg-type]

    def _tick(self, is_on: bool) -> None:
        self.spin.setEnabled(is_on)
        self.changed.emit()


class TextEditor(FieldEditor):
    """Any words or numbers on one line."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = QLineEdit()
        left_out = "left out" if field.is_optional else field.parameter.kind.metavar
        self.line.setPlaceholderText(left_out)
        self.line.setMinimumWidth(220)
        self.line.setClearButtonEnabled(field.is_optional)
        self.line.textChanged.connect(lambda text: self.changed.emit())
        self.row.addWidget(self.line, 1)
        if field.units:
            self.row.addWidget(QLabel(field.units))
        self.add_suggestions()

    def entry(self) -> Entry:
        return self.line.text().strip() or None

    def set_entry(self, entry: Entry) -> None:
        self.line.setText("" if entry is None else str(entry))


class CellsEditor(FieldEditor):
    """Several numbers, each with its name above: top, left, bottom, right."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.lines: list[QLineEdit] = []
        for cell in field.cells:
            line = QLineEdit()
            line.setPlaceholderText(cell)
            line.setToolTip(f"{field.label}: {cell}. {field.help}")
            line.setObjectName(f"{field.name} {cell}")
            line.setMinimumWidth(54)
            line.textChanged.connect(lambda text: self.changed.emit())
            self.row.addWidget(QLabel(cell))
            self.row.addWidget(line)
            self.lines.append(line)
        if field.units:
            self.row.addWidget(QLabel(field.units))
        self.add_suggestions()

    def entry(self) -> Entry:
        words = [line.text().strip() for line in self.lines]
        return ",".join(words) if any(words) else None

    def set_entry(self, entry: Entry) -> None:
        words = str(entry or "").split(",")
        for line, word in zip(self.lines, words + [""] * len(self.lines), strict=False):
            line.setText(word.strip())


def editor_for(field: Field, documents: Sequence[Document]) -> FieldEditor:
    """Return the widget for a field.

    Parameters
    ----------
    field : Field
    documents : sequence of Document
        What else is open, for fields that ask for another stack.
    """
    from temstack.viewer.views.stack_editors import ReferencesEditor, StackEditor

    kind: Any = field.parameter.kind
    if isinstance(kind, StackInput):
        return StackEditor(field, documents)
    if isinstance(kind, References):
        return ReferencesEditor(field, documents)
    if isinstance(kind, Flag):
        return FlagEditor(field)
    if isinstance(kind, Choice):
        return ChoiceEditor(field)
    if isinstance(kind, Number):
        return NumberEditor(field)
    return CellsEditor(field) if field.cells else TextEditor(field)
