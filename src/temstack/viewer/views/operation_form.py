"""The fields of an operation on the screen: a widget for each, what is wrong beside it, its help below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from temstack.operations.declaration import Operation
from temstack.viewer.models.forms import CALIBRATED, Entry, Field, form_of, read_form
from temstack.viewer.models.suggestions import Situation
from temstack.viewer.views.field_editors import FieldEditor, FlagEditor, editor_for

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document


class OperationForm(QWidget):
    """The fields of one operation.

    Parameters
    ----------
    operation : Operation
    situation : Situation
        What suggests values.
    documents : sequence of Document
        What may be chosen where another stack is asked for.
    """

    changed = Signal()

    def __init__(self, operation: Operation, situation: Situation, documents: Sequence[Document]) -> None:
        super().__init__()
        self.operation, self._situation, self._documents = operation, situation, documents
        self.fields: tuple[Field, ...] = ()
        self.editors: dict[str, FieldEditor] = {}
        self.problems: dict[str, QLabel] = {}
        self.help = QLabel()
        self.help.setWordWrap(True)
        self.help.setTextFormat(Qt.TextFormat.PlainText)
        self.units = _UnitsBox(situation) if _has_places(operation) else None
        self._rows = QFormLayout()
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._rows)
        layout.addStretch()
        layout.addWidget(self.help)
        if self.units is not None:
            self._rows.addRow("Places in", self.units)
            self.units.currentIndexChanged.connect(lambda index: self._change_units())
        self._build(situation)

    def read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values that are meant, and what is wrong, by name of field; what is wrong is shown, too."""
        values, problems = read_form(self.fields, self.entries())
        for name in self.problems:
            self.show_problem(name, problems.get(name, ""))
        return values, problems

    def entries(self) -> dict[str, Entry]:
        """Return what stands in every field."""
        entries = {name: editor.entry() for name, editor in self.editors.items()}
        if self.units is not None:
            entries[CALIBRATED] = self.units.is_calibrated
        return entries

    def fill_in(self, entries: Mapping[str, Entry]) -> None:
        """Put something into some of the fields."""
        if self.units is not None and CALIBRATED in entries:
            self.units.set_calibrated(bool(entries[CALIBRATED]))
        for name, entry in entries.items():
            if name in self.editors:
                self.editors[name].set_entry(entry)

    def show_problem(self, name: str, sentence: str) -> None:
        """Say below a field what is wrong with it; nothing where the sentence is empty."""
        label = self.problems[name]
        label.setText(sentence)
        label.setVisible(bool(sentence))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show the help of the field that the keyboard or the mouse is in."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter):
            name = watched.property("field")
            if name in self.editors:
                self.help.setText(self.editors[name].field.help)
        return bool(super().eventFilter(watched, event))

    def _build(self, situation: Situation) -> None:
        self.fields = form_of(self.operation, situation)
        for field in self.fields:
            if field.name != CALIBRATED or self.units is None:
                self._add_row(field)
        self.help.setText("")

    def _add_row(self, field: Field) -> None:
        editor = editor_for(field, self._documents)
        editor.set_entry(field.start)
        editor.changed.connect(lambda: self.changed.emit())
        for each in (editor, *editor.findChildren(QWidget)):
            each.setProperty("field", field.name)
            each.installEventFilter(self)
        problem = _problem_label(self, f"{field.name} problem")
        cell = QWidget()
        lines = QVBoxLayout(cell)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(1)
        lines.addWidget(editor)
        lines.addWidget(problem)
        label = QLabel("" if isinstance(editor, FlagEditor) else field.label)
        label.setToolTip(field.help)
        self._rows.addRow(label, cell)
        self.editors[field.name], self.problems[field.name] = editor, problem

    def _change_units(self) -> None:
        """Ask for places in other units; what was only suggested is suggested anew."""
        before = {field.name: field.start for field in self.fields}
        kept = {name: entry for name, entry in self.entries().items() if entry != before.get(name)}
        assert self.units is not None
        while self._rows.rowCount() > 1:
            self._rows.removeRow(1)
        self.editors.clear()
        self.problems.clear()
        self._situation = self.units.situation
        self._build(self._situation)
        kept_fields = {name: entry for name, entry in kept.items() if name != CALIBRATED and not _is_place(self, name)}
        self.fill_in(kept_fields)
        self.changed.emit()


class _UnitsBox(QComboBox):
    """Whether places are counted in pixels and planes, or given in the units of the axes."""

    def __init__(self, situation: Situation) -> None:
        super().__init__()
        self.setObjectName(CALIBRATED)
        self._situation = situation
        found = [
            str(situation.data[dim].attrs.get("units", ""))
            for dim in situation.data.dims
            if dim in situation.data.coords
        ]
        units = [each for each in dict.fromkeys(found) if each not in ("", "px")]
        self.addItem("pixels and planes, counted from 0", False)
        self.addItem(f"units of the axes: {', '.join(units)}" if units else "units of the axes", True)
        self.setToolTip("In what places and ranges are given.")

    @property
    def is_calibrated(self) -> bool:
        """Whether it is the units of the axes."""
        return bool(self.currentData())

    def set_calibrated(self, is_calibrated: bool) -> None:
        """Choose one."""
        self.setCurrentIndex(int(is_calibrated))

    @property
    def situation(self) -> Situation:
        """What suggests values in these units."""
        from dataclasses import replace

        return replace(self._situation, calibrated=self.is_calibrated)


def _has_places(operation: Operation) -> bool:
    return any(each.name == CALIBRATED for each in operation.parameters)


def _is_place(form: OperationForm, name: str) -> bool:
    return next(field for field in form.fields if field.name == name).parameter.kind.units == "axis"


def _problem_label(parent: QWidget, name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setPalette(warning_palette(parent))
    label.hide()
    return label


def warning_palette(widget: QWidget) -> QPalette:
    """Return the palette of a widget with a red that can be read on its background."""
    palette = QPalette(widget.palette())
    is_dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#ff7b72" if is_dark else "#b3261e"))
    return palette
