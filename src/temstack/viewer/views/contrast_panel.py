"""The panel of contrast: histogram, limits, gamma, colours, and the plane in numbers."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QSignalBlocker, Qt, QTimer
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.colour_maps import MAPS
from temstack.viewer.models.contrast import Statistics, histogram, statistics
from temstack.viewer.models.display import CONTRASTS, PARTS, Display
from temstack.viewer.views.colours import SWATCH_SIZE, look_of, swatch
from temstack.viewer.views.histogram import HistogramView

_CALM_MS = 60
_SETTLED_MS = 250


class ContrastPanel(QWidget):
    """Changes how a display looks, and shows its values.

    The histogram follows some times each second, and the numbers of the whole plane when the stepping stops: neither
    slows it down.
    """

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display = display
        self.histogram = HistogramView()
        self.low, self.high = _limit_edit("black limit"), _limit_edit("white limit")
        self.contrast, self.colour_map, self.part = QComboBox(), QComboBox(), QComboBox()
        self.gamma = QDoubleSpinBox()
        self.auto = QPushButton("Auto")
        self.is_log, self.marks = QCheckBox("Log"), QCheckBox("Mark clipped")
        self.numbers = QLabel()
        self._calm, self._settled = QTimer(self), QTimer(self)
        self._fill()
        self._lay_out()
        self._connect()
        self.refresh()

    def _fill(self) -> None:
        for box, choices, tip in (
            (self.contrast, CONTRASTS, "Where black and white come from"),
            (self.part, PARTS, "What is shown of complex pixels"),
        ):
            for name, words in choices.items():
                box.addItem(words, name)
            box.setToolTip(tip)
        for name, words in MAPS.items():
            self.colour_map.addItem(swatch(name), name, name)
            self.colour_map.setItemData(self.colour_map.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.colour_map.setIconSize(SWATCH_SIZE)
        self.colour_map.setToolTip("Colours from black to white")
        self.gamma.setRange(0.05, 20)
        self.gamma.setSingleStep(0.1)
        self.gamma.setToolTip("Gamma: below 1 dark values come apart, above 1 bright ones")
        self.auto.setToolTip("Automatic contrast, for each plane by itself (A)")
        self.is_log.setToolTip("Colours follow the logarithm of the counts")
        self.marks.setToolTip("Show pixels below the black limit in blue, and above the white limit in red")
        self.numbers.setToolTip("All pixels of the plane")
        self.numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget, name in (
            (self.contrast, "contrast"), (self.colour_map, "colour map"), (self.part, "part"), (self.gamma, "gamma"),
            (self.auto, "auto contrast"), (self.is_log, "log"), (self.marks, "mark clipped"), (self.numbers, "numbers"),
        ):  # fmt: skip
            widget.setObjectName(name)

    def _lay_out(self) -> None:
        limits = QHBoxLayout()
        limits.setContentsMargins(0, 0, 0, 0)
        limits.addWidget(self.low)
        limits.addWidget(QLabel("…"))
        limits.addWidget(self.high)
        ticks = QHBoxLayout()
        ticks.addWidget(self.is_log)
        ticks.addWidget(self.marks)
        ticks.addStretch(1)
        first = QHBoxLayout()
        first.addWidget(self.contrast, 1)
        first.addWidget(self.auto)
        self.form = QFormLayout()
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setVerticalSpacing(4)
        self.form.addRow("Show", self.part)
        self.form.addRow("Limits", limits)
        self.form.addRow("Gamma", self.gamma)
        self.form.addRow("Colours", self.colour_map)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 0, 2, 0)
        layout.setSpacing(4)
        layout.addWidget(self.histogram)
        layout.addLayout(first)
        layout.addLayout(self.form)
        layout.addLayout(ticks)
        layout.addWidget(self.numbers)

    def _connect(self) -> None:
        display = self._display
        for timer, wait, call in ((self._calm, _CALM_MS, self._count), (self._settled, _SETTLED_MS, self._ask_numbers)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(call)
        self.histogram.limits_dragged.connect(lambda low, high: display.update(contrast="fixed", limits=(low, high)))
        self.histogram.auto_wanted.connect(self.set_auto)
        self.auto.clicked.connect(self.set_auto)
        self.contrast.activated.connect(lambda _: self.set_contrast(self.contrast.currentData()))
        self.colour_map.activated.connect(lambda _: display.update(colour_map=self.colour_map.currentData()))
        self.part.activated.connect(lambda _: display.update(part=self.part.currentData()))
        self.gamma.valueChanged.connect(lambda gamma: display.update(gamma=gamma))
        self.is_log.toggled.connect(lambda wanted: display.update(is_log=wanted))
        self.marks.toggled.connect(lambda wanted: display.update(marks_clipped=wanted))
        for edit in (self.low, self.high):
            edit.editingFinished.connect(self._typed)
        display.changed.connect(self.refresh)

    def set_auto(self) -> None:
        """Choose the contrast automatically, for each plane."""
        self._display.update(contrast="plane", limits=None)

    def set_contrast(self, contrast: str) -> None:
        """Choose where black and white come from; fixed ones start where they are now."""
        limits = self._display.shown.limits if contrast == "fixed" else None
        self._display.update(contrast=contrast, limits=limits)

    def refresh(self) -> None:
        """Show how the display looks now."""
        shown, settings = self._display.shown, self._display.settings
        has_limits = shown.limits is not None
        blockers = [QSignalBlocker(each) for each in (self.gamma, self.is_log, self.marks)]
        for box, name in ((self.contrast, settings.contrast), (self.colour_map, settings.colour_map)):
            box.setCurrentIndex(box.findData(name))
            box.setEnabled(has_limits)
        self.part.setCurrentIndex(self.part.findData(settings.part))
        self.form.setRowVisible(self.part, self._display.info.kind == "complex")
        self.gamma.setValue(settings.gamma)
        self.is_log.setChecked(settings.is_log)
        self.marks.setChecked(settings.marks_clipped)
        del blockers
        look = look_of(shown, 1.0)
        self.histogram.show_limits(shown.limits, None if look is None else look.table)
        for edit, limit in zip((self.low, self.high), shown.limits or (None, None), strict=True):
            edit.setEnabled(has_limits)
            if not edit.hasFocus() or not edit.isModified():
                edit.setText("" if limit is None else f"{limit:.6g}")
        if not self._calm.isActive():
            self._calm.start()
        self._settled.start()

    def _typed(self) -> None:
        if not (self.low.isModified() or self.high.isModified()):
            return
        try:
            low, high = float(self.low.text().replace("−", "-")), float(self.high.text().replace("−", "-"))
        except ValueError:
            low = high = 0.0
        for edit in (self.low, self.high):
            edit.setModified(False)
        if low < high:
            self._display.update(contrast="fixed", limits=(low, high))
        self.refresh()

    def _count(self) -> None:
        values, scale, limits = self._display.values, self._display.scale, self._display.shown.limits
        if values is None or limits is None or not self.isVisible():
            return
        found = histogram(values, (limits[0] / scale, limits[1] / scale))
        self.histogram.show_histogram(type(found)(found.edges * scale, found.pixels))

    def _ask_numbers(self) -> None:
        values, scale, saturation = self._display.values, self._display.scale, self._display.info.saturation
        if values is None or not self.isVisible():
            return
        self._display.background.ask(
            "statistics", lambda: statistics(values, scale=scale, saturation=saturation), self._show_numbers
        )

    def _show_numbers(self, found: Statistics) -> None:
        self.numbers.setText(in_words(found, self._display.info.intensity_units or "counts"))

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Catch up with what changed while nobody looked."""
        super().showEvent(event)
        self.refresh()


def in_words(found: Statistics, units: str) -> str:
    """Return the statistics of a plane in a few lines."""
    lines = [
        f"min {found.lowest:.5g}   max {found.highest:.5g}",
        f"mean {found.mean:.5g}   sd {found.deviation:.4g} {units}",
    ]
    if found.saturated:
        lines.append(f"{found.saturated} px saturated")
    if found.without_value:
        lines.append(f"{found.without_value} px without value")
    return "\n".join(lines).replace("-", "−")


def _limit_edit(name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setMinimumWidth(56)
    edit.setToolTip(f"{name.capitalize()}, in counts; typing fixes the contrast")
    return edit
