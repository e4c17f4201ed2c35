"""The camera live in a window, with focus and energy beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QHideEvent
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.bench import Abilities, CameraAbout
from temstack.viewer.models.live_frames import DarkState, LiveFrame, LiveSettings
from temstack.viewer.models.live_view import LiveView
from temstack.viewer.views.acquire.fields import NumberBox
from temstack.viewer.views.acquire.knobs import Knobs
from temstack.viewer.views.acquire.live_image import LiveImage

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

_AREAS = {"whole camera": 1, "middle half": 2, "middle quarter": 4}
_SIDE_PX = 250
_TOO_BRIGHT = 0.01


class LiveWindow(QWidget):
    """Frames of the camera one after the other, and what is turned meanwhile.

    Parameters
    ----------
    main : MainWindow
        With a microscope.
    """

    def __init__(self, main: MainWindow) -> None:
        super().__init__()
        self.main = main
        self.setObjectName("live view")
        session = main.desk.bench.require()
        abilities = main.desk.bench.abilities
        assert abilities is not None
        self._cameras = {camera.name: camera for camera in abilities.cameras}
        first = abilities.cameras[0]
        self.live = LiveView(session, main.desk.jobs.deliver, _first_settings(first))
        self.knobs = Knobs(self.live, abilities)
        self._lay_out(abilities)
        self._take_camera(first.name)
        self.live.frame_taken.connect(self._show_frame)
        self.live.dark_known.connect(self._show_dark)
        self.live.state_changed.connect(self._show_state)
        self.live.failed.connect(main.show_error)
        self._show_state()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """An image of some size and the controls."""
        return QSize(860, 620)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Take no frames that nobody sees: they cost dose."""
        if self.live.is_running and not event.spontaneous():
            self.live.stop()
        super().hideEvent(event)

    # --- layout -------------------------------------------------------------------------------------

    def _lay_out(self, abilities: Abilities) -> None:
        self.image, self.fft = LiveImage(), LiveImage()
        self.image.setObjectName("live image")
        self.fft.setObjectName("live fft")
        self.fft.setVisible(False)
        pictures = QSplitter(Qt.Orientation.Horizontal)
        pictures.addWidget(self.image)
        pictures.addWidget(self.fft)
        self.state = QLabel()
        self.state.setObjectName("frame state")
        left = QVBoxLayout()
        left.addWidget(pictures, 1)
        left.addWidget(self.state)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(4, 0, 4, 0)
        column.addLayout(self._buttons())
        column.addWidget(self._camera_box())
        column.addWidget(self.knobs)
        column.addWidget(self._dark_box())
        column.addStretch(1)
        scrolled = QScrollArea()
        scrolled.setWidget(side)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFixedWidth(_SIDE_PX + 30)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(left, 1)
        layout.addWidget(scrolled)

    def _buttons(self) -> QHBoxLayout:
        self.start = QPushButton("Start")
        self.start.setObjectName("start")
        self.start.setCheckable(True)
        self.start.setShortcut("Space")
        self.start.setToolTip("Take frames, or stop (Space)")
        self.start.clicked.connect(lambda: self.live.stop() if self.live.is_running else self.live.start())
        self.fft_button = QPushButton("FFT")
        self.fft_button.setObjectName("fft")
        self.fft_button.setCheckable(True)
        self.fft_button.setToolTip("Show the power spectrum of the middle of each frame")
        self.fft_button.toggled.connect(self._toggle_fft)
        line = QHBoxLayout()
        line.addWidget(self.start, 2)
        line.addWidget(self.fft_button, 1)
        return line

    def _camera_box(self) -> QGroupBox:
        box = QGroupBox("Camera")
        layout = QFormLayout(box)
        self.camera, self.binning, self.area = QComboBox(), QComboBox(), QComboBox()
        self.camera.addItems(list(self._cameras))
        self.camera.currentTextChanged.connect(self._take_camera)
        self.exposure = NumberBox(1e-6, 1e6, "s")
        self.exposure.setObjectName("exposure")
        self.exposure.valueChanged.connect(lambda value: self.live.change(exposure_s=value))
        self.binning.currentTextChanged.connect(lambda _: self._take_readout())
        self.binning.setObjectName("binning")
        self.area.addItems(list(_AREAS))
        self.area.currentTextChanged.connect(lambda _: self._take_readout())
        self.area.setObjectName("area")
        if len(self._cameras) > 1:
            layout.addRow("Camera", self.camera)
        for name, widget, tip in (
            ("Exposure", self.exposure, "Of each frame"),
            ("Binning", self.binning, "Pixels binned to one, y × x"),
            ("Area", self.area, "Which part of the chip is read out: less is faster"),
        ):
            widget.setToolTip(tip)
            layout.addRow(name, widget)
        return box

    def _dark_box(self) -> QGroupBox:
        box = QGroupBox("Dark reference")
        layout = QVBoxLayout(box)
        self.dark = QLabel()
        self.dark.setObjectName("dark state")
        self.dark.setWordWrap(True)
        self.subtract = QCheckBox("Subtract it where it is fresh")
        self.subtract.setChecked(True)
        self.subtract.toggled.connect(lambda is_on: self.live.change(is_dark_subtracted=is_on))
        self.take = QPushButton("Take darks now")
        self.take.setObjectName("take darks")
        self.take.setToolTip("Average dark frames for these settings, with the beam blanked")
        self.take.clicked.connect(lambda: self.live.take_darks())
        for widget in (self.dark, self.subtract, self.take):
            layout.addWidget(widget)
        return box

    # --- what the user changes ----------------------------------------------------------------------

    def _take_camera(self, name: str) -> None:
        camera = self._cameras[name]
        settings = _first_settings(camera)
        self.exposure.setRange(*camera.exposure_range_s)
        self.exposure.setValue(settings.exposure_s)
        self.binning.blockSignals(True)
        self.binning.clear()
        for y, x in camera.binnings:
            self.binning.addItem(f"{y} × {x}", (y, x))
        self.binning.setCurrentIndex(camera.binnings.index(settings.binning))
        self.binning.blockSignals(False)
        self.live.change(camera=name)
        self._take_readout()

    def _take_readout(self) -> None:
        camera = self._cameras[self.camera.currentText()]
        share = _AREAS[self.area.currentText()]
        binning = tuple(self.binning.currentData())
        self.live.change(binning=binning, readout_area=middle(camera.shape, binning, share))

    def _toggle_fft(self, is_on: bool) -> None:
        self.fft.setVisible(is_on)
        self.live.change(has_fft=is_on)

    # --- what comes ---------------------------------------------------------------------------------

    def _show_frame(self, frame: LiveFrame) -> None:
        self.image.show_pixels(frame.pixels, frame.pixel_nm)
        if frame.fft is not None:
            self.fft.show_pixels(frame.fft)
        self.state.setText(frame_in_words(frame, self.live.rate_hz))

    def _show_dark(self, state: DarkState) -> None:
        self.dark.setText(state.sentence)

    def _show_state(self) -> None:
        is_running = self.live.is_running
        self.start.setChecked(is_running)
        self.start.setText("Stop" if is_running else "Start")
        if not is_running:
            waits = " while a series is recorded" if self.main.desk.bench.is_recording else ""
            self.state.setText(f"Stands still{waits}")


def middle(shape: tuple[int, int], binning: tuple[int, ...], share: int) -> tuple[int, int, int, int] | None:
    """Return the middle part of a camera, whole binned pixels; None for all of it.

    >>> middle((1024, 1024), (2, 2), 4)
    (384, 384, 640, 640)
    """
    if share == 1:
        return None
    sizes = [extent // share // step * step for extent, step in zip(shape, binning, strict=True)]
    top, left = ((extent - size) // 2 for extent, size in zip(shape, sizes, strict=True))
    return top, left, top + sizes[0], left + sizes[1]


def frame_in_words(frame: LiveFrame, rate_hz: float) -> str:
    """Return what is to be said of a frame, e.g. ``1024 × 1024 px · 0.1 s · 9.8 frames/s``."""
    height, width = frame.pixels.shape
    words = [f"{height} × {width} px", f"{frame.exposure_s:g} s", f"{rate_hz:.1f} frames/s"]
    if frame.saturated > 0:
        advice = ": less brightness, or shorter" if frame.saturated > _TOO_BRIGHT else ""
        words.append(f"{max(frame.saturated, 0.0001):.2%} of the pixels saturated{advice}")
    return " · ".join(words)


def _first_settings(camera: CameraAbout) -> LiveSettings:
    """Return settings that give some frames a second: short, and binned to 1024 px where the camera is larger."""
    shortest, longest = camera.exposure_range_s
    square = sorted(pair for pair in camera.binnings if pair[0] == pair[1])
    fitting = [pair for pair in square if max(camera.shape) <= 1024 * pair[0]]
    return LiveSettings(camera.name, min(max(0.1, shortest), longest), fitting[0] if fitting else square[-1])
