"""The bar below a stack: slider, place in eV, nm or s, and playing like a film."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtCore import QEvent, QSignalBlocker, Qt, QTimer
from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from temstack.viewer.models.calibration import StackInfo
from temstack.viewer.models.display import Display
from temstack.viewer.models.playing import MODES, next_plane
from temstack.viewer.views.painted_icons import painted_icon

_PAGE = 10
_FRAMES_PER_SECOND = 10


class PlaceBox(QDoubleSpinBox):
    """The place of the plane on its axis, with units; its arrows go from plane to plane, also on irregular axes."""

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display = display
        self.setObjectName("plane value")
        self.setKeyboardTracking(False)
        self.setAccelerated(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.take(display.info)
        self.valueChanged.connect(self._typed)

    def take(self, info: StackInfo) -> None:
        """Take range, decimals and units from a stack."""
        finite = info.values[np.isfinite(info.values)]
        blocker = QSignalBlocker(self)
        self.setDecimals(decimals_for(info.values))
        self.setRange(float(finite.min(initial=0)), float(finite.max(initial=0)))
        if finite.size:
            self.setRange(float(finite.min()), float(finite.max()))
        self.setSuffix(f" {info.units}" if info.units else "")
        self.setToolTip(f"{info.plane_name.capitalize()}: the plane nearest what you type is shown")
        del blocker

    def show_place(self, value: float) -> None:
        """Show where the plane lies."""
        blocker = QSignalBlocker(self)
        self.setValue(value if np.isfinite(value) else 0.0)
        del blocker

    def stepBy(self, steps: int) -> None:  # noqa: N802 - Qt calls it
        """Go some planes on."""
        self._display.step(steps)

    def stepEnabled(self) -> Any:  # noqa: N802 - Qt asks
        """Say which arrows lead anywhere."""
        flags = QAbstractSpinBox.StepEnabledFlag
        allowed = flags.StepNone
        if self._display.plane > 0:
            allowed |= flags.StepDownEnabled
        if self._display.plane < self._display.info.planes - 1:
            allowed |= flags.StepUpEnabled
        return allowed

    def _typed(self, value: float) -> None:
        self._display.go_to(value)
        self.show_place(float(self._display.info.values[self._display.plane]))


def decimals_for(values: np.ndarray[Any, Any]) -> int:
    """Return how many decimals tell all values apart, at most 6.

    Examples
    --------
    >>> decimals_for(np.array([480.0, 485.0])), decimals_for(np.array([0.0, 0.25, 0.5]))
    (0, 2)
    """
    finite = values[np.isfinite(values)]
    for decimals in range(6):
        if np.allclose(np.round(finite, decimals), finite, rtol=1e-9, atol=1e-9):
            return decimals
    return 6


class PlaneBar(QWidget):
    """Slider and place of the plane, and playing.

    Parameters
    ----------
    display : Display
        What it moves and follows.
    """

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display = display
        self._direction = 1
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)
        self.play_button = QToolButton()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.place = PlaceBox(display)
        self.number = QSpinBox()
        self.of = QLabel()
        self.speed = QSpinBox()
        self.mode = QComboBox()
        self._lay_out()
        self._connect()
        self.take_data()

    def _lay_out(self) -> None:
        self.slider.setObjectName("plane slider")
        self.slider.setPageStep(_PAGE)
        self.slider.setToolTip("Plane; ← and → go one on, Page up and down ten, Ctrl+Home and Ctrl+End to the ends")
        self.number.setObjectName("plane number")
        self.number.setToolTip("Number of the plane, from 0")
        self.number.setKeyboardTracking(False)
        self.play_button.setObjectName("play")
        self.play_button.setAutoRaise(True)
        self.play_button.setToolTip("Play the stack like a film (Space)")
        self.speed.setObjectName("frames per second")
        self.speed.setRange(1, 100)
        self.speed.setValue(_FRAMES_PER_SECOND)
        self.speed.setSuffix(" /s")
        self.speed.setToolTip("Planes shown each second")
        self.mode.setObjectName("play mode")
        for name, words in MODES.items():
            self.mode.addItem(name, name)
            self.mode.setItemData(self.mode.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.mode.setToolTip("What playing does at the end: loop, bounce, or stop")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 6, 0)
        layout.setSpacing(4)
        for widget in (self.play_button, self.slider, self.place, self.number, self.of, self.speed, self.mode):
            layout.addWidget(widget, 1 if widget is self.slider else 0)
        self.slider.setMinimumWidth(60)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._show_playing()

    def _connect(self) -> None:
        display = self._display
        self.slider.valueChanged.connect(lambda plane: setattr(display, "plane", plane))
        self.number.valueChanged.connect(lambda plane: setattr(display, "plane", plane))
        self.play_button.clicked.connect(self.toggle_playing)
        self.speed.valueChanged.connect(lambda speed: self._timer.setInterval(round(1000 / speed)))
        display.plane_changed.connect(self._follow)

    def take_data(self) -> None:
        """Take the planes of other data."""
        info = self._display.info
        blockers = [QSignalBlocker(each) for each in (self.slider, self.number)]
        for each in (self.slider, self.number):
            each.setRange(0, info.planes - 1)
        del blockers
        self.of.setText(f"of {info.planes}")
        self.place.take(info)
        self.place.setVisible(not info.is_counted)
        self.setVisible(info.planes > 1)
        if info.planes < 2:
            self.stop()
        self._follow(self._display.plane)

    def _follow(self, plane: int) -> None:
        blockers = [QSignalBlocker(each) for each in (self.slider, self.number)]
        self.slider.setValue(plane)
        self.number.setValue(plane)
        del blockers
        self.place.show_place(float(self._display.info.values[plane]))

    @property
    def is_playing(self) -> bool:
        """Whether the stack is being played."""
        return bool(self._timer.isActive())

    def toggle_playing(self) -> None:
        """Play, or stop."""
        if self.is_playing:
            self.stop()
        elif self._display.info.planes > 1:
            self.play()

    def play(self) -> None:
        """Play from this plane on; from the start where it stands at the end."""
        display, mode = self._display, self.mode.currentData()
        if mode == "once" and display.plane == display.info.planes - 1:
            display.plane = 0
        self._direction = 1
        self._timer.start(round(1000 / self.speed.value()))
        self._show_playing()

    def stop(self) -> None:
        """Stop at this plane."""
        self._timer.stop()
        self._show_playing()

    def _show_playing(self) -> None:
        self.play_button.setIcon(painted_icon("pause" if self.is_playing else "play", self.palette()))

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "mode"):
            self._show_playing()

    def _next(self) -> None:
        if self._display.is_loading:
            return  # whoever is slower than the film is waited for
        found = next_plane(self._display.plane, self._display.info.planes, self._direction, self.mode.currentData())
        self._direction = found.direction
        self._display.plane = found.plane
        if not found.direction:
            self.stop()
