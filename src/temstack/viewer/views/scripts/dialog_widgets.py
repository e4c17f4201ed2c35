"""One widget for each kind of element that DM-scripts put into dialogs.

A widget is built from an :class:`Element`, shows another one of the same shape with ``show_element``, and tells a
:class:`Hand` what the user does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qtpy.QtCore import QSignalBlocker, QSize, Qt
from qtpy.QtGui import QIcon, QImage, QPixmap
from qtpy.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from temstack.dmscript.displays import display_of
from temstack.dmscript.images import Image
from temstack.dmscript.rendering import colours_of
from temstack.viewer.models.scripts.dialogs import Element, ScriptDialog

_STEPS = 1000


class Hand:
    """What the user does to one element.

    Parameters
    ----------
    dialog : ScriptDialog
        Whose element it is.
    element : Element
        As it was built.
    """

    def __init__(self, dialog: ScriptDialog, element: Element) -> None:
        self._dialog, self._place = dialog, element.place

    def type_in(self, value: float | str) -> None:
        """Tell what stands in a field by now."""
        self._dialog.type_in(self._place, value)

    def change(self, value: float | str) -> None:
        """Tell what was entered or chosen."""
        self._dialog.change(self._place, value)

    def press(self) -> None:
        """Tell that a button was pressed."""
        self._dialog.press(self._place)


class LabelWidget(QLabel):
    """A line of text."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        _widen(self, element)
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show its text."""
        self.setText(element.title)


class ButtonWidget(QPushButton):
    """A button with a word on it."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.clicked.connect(lambda: hand.press())
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show its word."""
        self.setText(element.title.replace("&", "&&"))


class PictureButtonWidget(QToolButton):
    """A button with a picture on it."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self.clicked.connect(lambda: hand.press())
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show its picture, or its name where it has none."""
        if element.picture is None:
            self.setText(element.title or element.identifier)
            return
        picture = pixmap_of(element.picture)
        self.setIcon(QIcon(picture))
        self.setIconSize(picture.size().boundedTo(QSize(128, 128)))
        self.setToolTip(element.title or element.identifier)


class PictureWidget(QLabel):
    """A picture."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show its picture."""
        if element.picture is not None:
            self.setPixmap(pixmap_of(element.picture))


class NumberWidget(QLineEdit):
    """A field for a number."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self._hand, self._is_whole = hand, element.kind == "IntegerField"
        self._entered = 0.0
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        _widen(self, element, usual=10)
        self.textEdited.connect(lambda text: self._typed())
        self.editingFinished.connect(self._finish)
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show its number; what is being typed stays as it is typed."""
        if self.isModified() and self.number == float(element.value or 0.0):
            return
        self._entered = float(element.value or 0.0)
        self.setText(f"{self._entered:.{element.digits or 6}g}" if not self._is_whole else f"{self._entered:.0f}")

    @property
    def number(self) -> float | None:
        """What stands in it, None where that is no number."""
        try:
            number = float(self.text().strip().replace(",", "."))
        except ValueError:
            return None
        return float(int(number)) if self._is_whole and np.isfinite(number) else number

    def _typed(self) -> None:
        mark_wrong(self, is_wrong=self.number is None)
        if self.number is not None:
            self._hand.type_in(self.number)

    def _finish(self) -> None:
        number = self.number
        if number is None:
            mark_wrong(self, is_wrong=False)
            self.setText(f"{self._entered:g}")
        elif number != self._entered:
            self._entered = number
            self.setModified(False)
            self._hand.change(number)


class TextWidget(QLineEdit):
    """A field for a text."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self._hand, self._entered = hand, ""
        _widen(self, element, usual=20)
        self.textEdited.connect(hand.type_in)
        self.editingFinished.connect(self._finish)
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show its text; what is being typed is not entered yet."""
        if self.isModified() and self.text() == str(element.value):
            return
        self._entered = str(element.value)
        self.setText(self._entered)

    def _finish(self) -> None:
        if self.text() != self._entered:
            self._entered = self.text()
            self.setModified(False)
            self._hand.change(self._entered)


class TextBoxWidget(QPlainTextEdit):
    """A field for lines of text."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        metrics = self.fontMetrics()
        self.setMinimumSize(
            int(metrics.averageCharWidth() * min(element.width or 30, 100)) + 30,
            int(metrics.lineSpacing() * min(element.height or 4, 30)) + 12,
        )
        self.setTabChangesFocus(True)
        self.show_element(element)
        self.textChanged.connect(lambda: hand.type_in(self.toPlainText()))

    def show_element(self, element: Element) -> None:
        """Show its text."""
        if self.toPlainText() != str(element.value):
            with QSignalBlocker(self):
                self.setPlainText(str(element.value))


class CheckWidget(QCheckBox):
    """A box to be checked or not."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self.show_element(element)
        self.clicked.connect(lambda is_on: hand.change(float(is_on)))

    def show_element(self, element: Element) -> None:
        """Show its title, and whether it is checked."""
        self.setText(element.title.replace("&", "&&"))
        self.setChecked(bool(element.value))


class MenuWidget(QComboBox):
    """A menu of entries."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self._values = [value for _, value in element.entries]
        self.addItems([label for label, _ in element.entries])
        self.show_element(element)
        self.activated.connect(lambda index: hand.change(self._values[index]))

    def show_element(self, element: Element) -> None:
        """Show which entry is chosen."""
        self.setCurrentIndex(_index(self._values, element.value))


class RadioWidget(QWidget):
    """Radio buttons, one below the other."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self._values = [value for _, value in element.entries]
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for index, (label, _) in enumerate(element.entries):
            button = QRadioButton(label.replace("&", "&&"))
            self._group.addButton(button, index)
            layout.addWidget(button)
        self.show_element(element)
        self._group.idClicked.connect(lambda index: hand.change(self._values[index]))

    def show_element(self, element: Element) -> None:
        """Show which button is on."""
        index = _index(self._values, element.value)
        if index >= 0:
            self._group.button(index).setChecked(True)


class ListWidget(QListWidget):
    """A list of entries of which one is chosen."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self._values = [value for _, value in element.entries]
        self.addItems([label for label, _ in element.entries])
        metrics = self.fontMetrics()
        self.setMinimumWidth(int(metrics.averageCharWidth() * min(element.width or 20, 100)) + 30)
        self.setFixedHeight(int((metrics.lineSpacing() + 4) * min(element.height or 6, 30)) + 8)
        self.show_element(element)
        self.currentRowChanged.connect(lambda row: hand.change(self._values[row]) if row >= 0 else None)

    def show_element(self, element: Element) -> None:
        """Show which entry is chosen."""
        with QSignalBlocker(self):
            self.setCurrentRow(_index(self._values, element.value))


class ProgressWidget(QProgressBar):
    """A bar of progress, 0 to 1."""

    def __init__(self, element: Element, hand: Hand) -> None:
        super().__init__()
        self.setRange(0, _STEPS)
        self.show_element(element)

    def show_element(self, element: Element) -> None:
        """Show how far it is."""
        self.setValue(round(float(element.value or 0.0) * _STEPS))


WIDGETS: dict[str, Callable[[Element, Hand], Any]] = {
    "Label": LabelWidget,
    "PushButton": ButtonWidget,
    "BevelButton": PictureButtonWidget,
    "DualStateBevelButton": PictureButtonWidget,
    "Bitmap": PictureWidget,
    "RealField": NumberWidget,
    "IntegerField": NumberWidget,
    "StringField": TextWidget,
    "TextBox": TextBoxWidget,
    "CheckBox": CheckWidget,
    "Popup": MenuWidget,
    "Choice": MenuWidget,
    "RadioList": RadioWidget,
    "List": ListWidget,
    "ProgressBar": ProgressWidget,
}
"""Of each kind of element that holds no other, what draws it."""


def mark_wrong(widget: QWidget, *, is_wrong: bool) -> None:
    """Underline a field whose value cannot be used."""
    widget.setStyleSheet("border: none; border-bottom: 2px solid #d9534f;" if is_wrong else "")


def pixmap_of(image: Image) -> QPixmap:
    """Return an image of a script as its display shows it."""
    colours = np.ascontiguousarray(colours_of(image, display_of(image)))
    height, width = colours.shape[:2]
    return QPixmap.fromImage(QImage(colours.data, width, height, 3 * width, QImage.Format.Format_RGB888))


def _index(values: list[float], value: float | str) -> int:
    return values.index(float(value)) if isinstance(value, int | float) and float(value) in values else -1


def _widen(widget: QWidget, element: Element, usual: float = 0) -> None:
    characters = min(element.width or usual, 80)
    if characters:
        widget.setMinimumWidth(int(widget.fontMetrics().averageCharWidth() * characters) + 12)
