"""Two planes on top of each other with the drift of now: blink, difference, two colours; and keys that move one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from psygnal import Signal
from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from temstack.report.words import number, plane_name
from temstack.viewer.models.aligning import AGAINST, Aligning, Chosen
from temstack.viewer.models.calibration import describe
from temstack.viewer.models.latest import Latest
from temstack.viewer.models.overlay import MODES, AlignedPlanes, Picture, Wish
from temstack.viewer.views.align.plane_box import plane_box
from temstack.viewer.views.image_pane import ImagePane

_KEYS = {"blink": "B", "difference": "D", "overlay": "O"}
_TIPS = {
    "blink": "Show the two planes in turns: what jumps is not aligned.",
    "difference": "Second minus first, brightness fitted: edges with a bright and a dark side are not aligned.",
    "overlay": "First magenta, second green: grey where they agree, coloured fringes where not.",
}
_ARROWS = {
    Qt.Key.Key_Up: (-1.0, 0.0),
    Qt.Key.Key_Down: (1.0, 0.0),
    Qt.Key.Key_Left: (0.0, -1.0),
    Qt.Key.Key_Right: (0.0, 1.0),
}
_PRESSED = "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }"
_MODE_KEYS = {Qt.Key.Key_B: "blink", Qt.Key.Key_D: "difference", Qt.Key.Key_O: "overlay"}


class KeyPane(ImagePane):
    """An image that hands keys on."""

    def __init__(self) -> None:
        super().__init__()
        self.take_key: Any = lambda event: False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt calls it
        """Let the tab have a key first."""
        if not self.take_key(event):
            super().keyPressEvent(event)


class CheckTab(QWidget):
    """Is it aligned? Look, and put right what is not."""

    solve_wanted = Signal()

    def __init__(self, aligning: Aligning, latest: Latest) -> None:
        super().__init__()
        self.setObjectName("check")
        self._aligning, self._latest = aligning, latest
        self._planes = AlignedPlanes(aligning.stack)
        self._frames: list[Picture] = []
        self._frame = 0
        self._mode = "blink"
        self.pane = KeyPane()
        self.pane.setObjectName("check image")
        self.pane.take_key = lambda event: self._take_key(event)
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._next_frame())
        layout = QHBoxLayout(self)
        left = QVBoxLayout()
        left.addLayout(self._which_row())
        left.addLayout(self._how_row())
        left.addWidget(self.pane, 1)
        self.words = QLabel("")
        self.words.setObjectName("check in words")
        self.words.setWordWrap(True)
        left.addWidget(self.words)
        layout.addLayout(left, 1)
        layout.addLayout(self._by_hand_column())
        self._take_calibration()
        self.show_chosen()

    @property
    def mode(self) -> str:
        """``"blink"``, ``"difference"`` or ``"overlay"``."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode = mode
        self.mode_buttons[mode].setChecked(True)
        self.refresh()

    @property
    def is_blinking(self) -> bool:
        """Whether frames change."""
        return bool(self._timer.isActive())

    def refresh(self) -> None:
        """Show it anew if it is seen."""
        self._show_pins()
        self._say()
        if self.isVisible():
            wish = self._wish()
            planes = self._planes
            self._latest.ask(lambda: planes.pictures(wish), lambda frames: self._take_frames(frames))

    def show_chosen(self) -> None:
        """Follow the choice of planes."""
        chosen = self._aligning.chosen
        for box, value in ((self.plane, chosen.plane), (self.other, self._aligning.partners[0])):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.against.blockSignals(True)
        self.against.setCurrentIndex(self.against.findData(chosen.against))
        self.against.blockSignals(False)
        self.other.setEnabled(chosen.against == "plane")
        self.refresh()

    def take_data(self) -> None:
        """Show other data of the document."""
        self._planes = AlignedPlanes(self._aligning.stack)
        for box in (self.plane, self.other):
            box.setMaximum(self._aligning.n_planes - 1)
        self._take_calibration()
        self.show_chosen()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Show, and take the keys."""
        super().showEvent(event)
        self.refresh()
        self.pane.setFocus()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    # --- controls ---------------------------------------------------------------------------------

    def _which_row(self) -> QHBoxLayout:
        last = self._aligning.n_planes - 1
        self.plane = plane_box("check plane", last, "The plane that is judged, and that arrow keys move (PgUp, PgDn).")
        self.other = plane_box("check other plane", last, "The plane it is compared with.")
        self.against = QComboBox()
        self.against.setObjectName("check against")
        self.against.setToolTip("What the plane is compared with.")
        for value, text in AGAINST.items():
            self.against.addItem(text, value)
        self.plane.valueChanged.connect(lambda plane: self._choose(plane=int(plane)))
        self.other.valueChanged.connect(lambda plane: self._choose(other=int(plane)))
        self.against.currentIndexChanged.connect(lambda _: self._choose(against=self.against.currentData()))
        row = QHBoxLayout()
        row.addWidget(QLabel("Plane"))
        row.addWidget(self.plane)
        row.addWidget(QLabel("against"))
        row.addWidget(self.against)
        row.addWidget(self.other)
        row.addStretch(1)
        return row

    def _how_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.mode_buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for mode, text in MODES.items():
            button = QToolButton()
            button.setText(text)
            button.setObjectName(mode)
            button.setCheckable(True)
            button.setStyleSheet(_PRESSED)
            button.setToolTip(f"{_TIPS[mode]} Key {_KEYS[mode]}.")
            button.clicked.connect(lambda _, mode=mode: self._set_mode(mode))
            group.addButton(button)
            self.mode_buttons[mode] = button
            row.addWidget(button)
        self.mode_buttons[self._mode].setChecked(True)
        self.rate = _number_box(
            "blink rate", 0.5, 10.0, 2.0, " /s", "How often a second the frame changes; Space stops it."
        )
        self.rate.valueChanged.connect(lambda _: self._set_rate())
        self.smooth = _number_box("check smooth", 0.0, 20.0, 0.0, " px", "Blur for the eye only, for noisy planes.")
        self.smooth.setSpecialValueText("off")
        self.smooth.valueChanged.connect(lambda _: self.refresh())
        row.addSpacing(12)
        row.addWidget(QLabel("Rate"))
        row.addWidget(self.rate)
        row.addWidget(QLabel("Smooth"))
        row.addWidget(self.smooth)
        row.addStretch(1)
        return row

    def _by_hand_column(self) -> QVBoxLayout:
        self.pins = QListWidget()
        self.pins.setObjectName("planes by hand")
        self.pins.setToolTip("Planes placed by hand; a click shows one.")
        self.pins.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.pins.setFixedWidth(190)
        self.pins.itemClicked.connect(lambda item: self._choose(plane=item.data(Qt.ItemDataRole.UserRole)))
        self.release = _button("Release", "Let the selected planes go back to where they were estimated.")
        self.release_all = _button("Release all", "Let all planes go back to where they were estimated.")
        self.solve = _button("Solve again", "Estimate again; planes placed by hand stay where they are.")
        self.release.clicked.connect(lambda: self._release_selected())
        self.release_all.clicked.connect(lambda: self._aligning.release())
        self.solve.clicked.connect(lambda: self.solve_wanted.emit())
        column = QVBoxLayout()
        column.addWidget(QLabel("Placed by hand"))
        column.addWidget(self.pins, 1)
        row = QHBoxLayout()
        row.addWidget(self.release)
        row.addWidget(self.release_all)
        column.addLayout(row)
        column.addWidget(self.solve)
        return column

    def _choose(self, **changes: Any) -> None:
        self._aligning.chosen = replace(self._aligning.chosen, **changes)
        self.show_chosen()

    def _set_mode(self, mode: str) -> None:
        self.mode = mode
        self.pane.setFocus()

    def _set_rate(self) -> None:
        if self._timer.isActive():
            self._timer.start(self._period_ms())

    def _period_ms(self) -> int:
        return round(1000 / float(self.rate.value()))

    # --- keys -------------------------------------------------------------------------------------

    def _take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means; return whether it means something."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            step = _step_px(event.modifiers())
            down, right = _ARROWS[key]
            self._aligning.nudge(down * step, right * step)
        elif key in _MODE_KEYS and not event.modifiers():
            self.mode = _MODE_KEYS[key]
        elif key == Qt.Key.Key_Space:
            self._pause_or_go_on()
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            step = 1 if key == Qt.Key.Key_PageDown else -1
            self._choose(plane=min(max(self._aligning.chosen.plane + step, 0), self._aligning.n_planes - 1))
        else:
            return False
        return True

    def _pause_or_go_on(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._next_frame()
        elif len(self._frames) > 1:
            self._timer.start(self._period_ms())

    def _release_selected(self) -> None:
        planes = [int(item.data(Qt.ItemDataRole.UserRole)) for item in self.pins.selectedItems()]
        if planes:
            self._aligning.release(*planes)

    # --- what is shown ----------------------------------------------------------------------------

    def _wish(self) -> Wish:
        aligning, places = self._aligning, self._aligning.places_px
        plane, partners = aligning.chosen.plane, aligning.partners
        at = tuple((float(places[k, 0]), float(places[k, 1])) for k in (plane, *partners))
        return Wish(plane, partners, at, self._mode, aligning.settings.interpolation, float(self.smooth.value()))

    def _take_frames(self, frames: list[Picture]) -> None:
        is_new_size = not self._frames or self._frames[0].shape != frames[0].shape
        self._frames = frames
        # While keys move the second plane, that is the one to see.
        self._frame = min(self._frame, len(frames) - 1)
        self.pane.image_item.show_plane(frames[self._frame], None)
        if is_new_size:
            self.pane.fit()
        if len(frames) < 2:
            self._timer.stop()
        elif not self._timer.isActive() and self.isVisible():
            self._timer.start(self._period_ms())
        self._say()

    def _next_frame(self) -> None:
        if not self._frames:
            return
        self._frame = (self._frame + 1) % len(self._frames)
        self.pane.image_item.show_plane(self._frames[self._frame], None)
        self._say()

    def _take_calibration(self) -> None:
        info = describe(self._aligning.stack)
        self.pane.set_axes(info.y, info.x)

    def _say(self) -> None:
        self.words.setText(check_in_words(self._aligning, self._mode, self._frame))

    def _show_pins(self) -> None:
        self.pins.clear()
        for plane, (y, x) in sorted(self._aligning.pins.items()):
            item = QListWidgetItem(f"{plane}:  y {number(y)}, x {number(x)} px")
            item.setData(Qt.ItemDataRole.UserRole, plane)
            self.pins.addItem(item)
        has_pins = bool(self._aligning.pins)
        self.release.setEnabled(has_pins)
        self.release_all.setEnabled(has_pins)
        self.solve.setEnabled(not self._aligning.is_running)


def check_in_words(aligning: Aligning, mode: str, frame: int) -> str:
    """Return what is seen, and which keys do something."""
    chosen, stack = aligning.chosen, aligning.stack
    second = plane_name(stack, chosen.plane)
    is_mean = chosen.against == "neighbours"
    first = AGAINST["neighbours"] if is_mean else f"plane {plane_name(stack, aligning.partners[0])}"
    if mode == "blink":
        seen = f"Shown: plane {second}" if frame else f"Shown: {first}, before plane {second}"
    elif mode == "difference":
        seen = f"Plane {second} minus {first}"
    else:
        seen = f"Magenta: {first} · green: plane {second}"
    y, x = aligning.places_px[chosen.plane]
    apart = not _same_group(aligning, chosen)
    warning = "  These two do not hang together: their distance is not known." if apart else ""
    return (
        f"{seen}  ·  drift of plane {chosen.plane}: y {number(y)}, x {number(x)} px.{warning}\n"
        f"Arrow keys move plane {chosen.plane} by 1 px (Shift 0.1, Ctrl 10) · PgUp, PgDn: plane · Space: stop"
    )


def _same_group(aligning: Aligning, chosen: Chosen) -> bool:
    drift = aligning.drift
    if drift is None:
        return True
    return all(drift.groups[chosen.plane] == drift.groups[other] for other in aligning.partners)


def _step_px(modifiers: Qt.KeyboardModifier) -> float:
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return 0.1
    return 10.0 if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0


def _number_box(name: str, lowest: float, highest: float, value: float, suffix: str, tip: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setObjectName(name)
    box.setRange(lowest, highest)
    box.setSingleStep(0.5)
    box.setDecimals(1)
    box.setSuffix(suffix)
    box.setValue(value)
    box.setToolTip(tip)
    return box


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(text.lower())
    button.setToolTip(tip)
    return button
