"""Controls that ask for the settings of a series, one for each kind of field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from temstack.errors import SettingError

if TYPE_CHECKING:
    from temstack.viewer.models.series_form import Field

_PLACEHOLDERS = {"area": "whole camera, or top, left, bottom, right", "numbers": "such as -40, -10, 0, 10, 40"}


class NumberBox(QDoubleSpinBox):
    """A number with its unit, shown with no more digits than it has."""

    def __init__(self, low: float, high: float, unit: str = "") -> None:
        super().__init__()
        self.setDecimals(6)
        self.setRange(low, high)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(False)
        if unit:
            self.setSuffix(f" {unit}")
        self.setMinimumWidth(110)

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """Return the number as short as it can be said."""
        return str(self.locale().toString(value, "g", 7))


class FieldEdit(QWidget):
    """Asks for one setting.

    Parameters
    ----------
    field : Field
    """

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.setToolTip(field.help)
        self.setObjectName(field.name)

    def value(self) -> Any:
        """Return the setting; None where it is left out.

        Raises
        ------
        SettingError
            If it cannot be meant.
        """
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a setting."""
        raise NotImplementedError

    def _hold(self, *widgets: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            layout.addWidget(widget)
        self.setFocusProxy(widgets[-1])


class NumberEdit(FieldEdit):
    """A number or count; one that may be left out has a tick before it."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box: QDoubleSpinBox | QSpinBox
        if field.kind == "count":
            self.box = QSpinBox()
            self.box.setRange(int(field.low), int(field.high))
            self.box.setKeyboardTracking(False)
        else:
            self.box = NumberBox(field.low, field.high, field.unit)
        self.tick: QCheckBox | None = None
        if field.is_optional:
            self.tick = QCheckBox()
            self.tick.setToolTip("Set it, or leave it out")
            self.tick.toggled.connect(self._set_or_leave)
            self._hold(self.tick, self.box)
            layout = self.layout()
            assert isinstance(layout, QHBoxLayout)
            layout.setStretch(1, 1)
            self._set_or_leave(False)
        else:
            self._hold(self.box)
        self.box.valueChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Any:
        """Return the number."""
        return None if self.tick is not None and not self.tick.isChecked() else self.box.value()

    def set_value(self, value: Any) -> None:
        """Show a number, or that there is none."""
        if self.tick is not None:
            self.tick.setChecked(value is not None)
        if value is not None:
            self.box.setValue(value)

    def _set_or_leave(self, is_set: bool) -> None:
        """Propose a number, or say what it means that there is none."""
        self.box.setEnabled(is_set)
        # Words stand for the lowest value: nobody can step there while it is left out.
        self.box.setSpecialValueText("" if is_set else self.field.left_out)
        if is_set:
            self.box.setValue(type(self.box.value())(self.field.proposed))
        else:
            self.box.setValue(self.box.minimum())
        self.changed.emit()


class ChoiceEdit(FieldEdit):
    """One of a few words; *names* maps what is shown to what is meant."""

    def __init__(self, field: Field, names: dict[str, Any] | None = None) -> None:
        super().__init__(field)
        self.box = QComboBox()
        self._names = names or {choice.replace("_", " "): choice for choice in field.choices}
        self.box.addItems(list(self._names))
        self._hold(self.box)
        self.box.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Any:
        """Return what is meant."""
        return self._names[self.box.currentText()]

    def set_value(self, value: Any) -> None:
        """Show a choice; one that there is not is added."""
        shown = next((name for name, meant in self._names.items() if meant == value), None)
        if shown is None:
            shown = str(value)
            self._names[shown] = value
            self.box.addItem(shown)
        self.box.setCurrentText(shown)


class TextEdit(FieldEdit):
    """A text, or numbers separated by commas."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = QLineEdit()
        self.line.setPlaceholderText(_PLACEHOLDERS.get(field.kind, ""))
        self.line.setClearButtonEnabled(True)
        self._hold(self.line)
        self.line.textChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Any:
        """Return the text, or the numbers."""
        text = self.line.text().strip()
        if not text:
            return None
        if self.field.kind == "text":
            return text
        try:
            numbers = [float(part) for part in text.replace(";", ",").split(",")]
        except ValueError:
            raise SettingError(
                self.field.label, "is not a list of numbers", got=repr(text), expected=_PLACEHOLDERS[self.field.kind]
            ) from None
        if self.field.kind == "area" and (len(numbers) != 4 or any(number % 1 for number in numbers)):
            raise SettingError(self.field.label, "needs four whole numbers", got=repr(text))
        return tuple(map(int, numbers)) if self.field.kind == "area" else tuple(numbers)

    def set_value(self, value: Any) -> None:
        """Show a text, or numbers."""
        shown = "" if value is None else value
        self.line.setText(shown if isinstance(shown, str) else ", ".join(f"{number:g}" for number in shown))


def edit_for(field: Field) -> FieldEdit:
    """Return what asks for a field."""
    if field.kind in ("number", "count"):
        return NumberEdit(field)
    if field.name == "processing":
        processings = {
            "Gain normalized": "gain_normalized",
            "Dark subtracted": "dark_subtracted",
            "Unprocessed": "unprocessed",
        }
        return ChoiceEdit(field, processings)
    if field.kind == "pair":
        pairs = [tuple(int(part) for part in choice.split(" × ")) for choice in field.choices] or [(1, 1)]
        return ChoiceEdit(field, {f"{y} × {x}": (y, x) for y, x in pairs})
    if field.choices:
        names: dict[str, Any] = {field.choices[0]: None} if field.is_optional else {}
        return ChoiceEdit(field, names | {choice.replace("_", " "): choice for choice in field.choices[len(names) :]})
    return TextEdit(field)
