"""The camera live, and the knobs beside it: one thread that asks the microscope for frames and moves it in between."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from temstack.acquire import Session
from temstack.acquire.references import ReferenceLibrary
from temstack.instrument import Camera, Frame, Microscope
from temstack.viewer.models.asked_microscope import AskedDevice
from temstack.viewer.models.beside import begin
from temstack.viewer.models.jobs import Deliver
from temstack.viewer.models.live_frames import DarkState, LiveFrame, LiveSettings, live_frame, read_knobs, turn_knob

LARGEST_RATE_HZ = 10.0
"""Frames per second at most: the eye needs no more, and the microscope's computer has other work."""

_READ_EVERY_S = 1.0
_FRAMES_FOR_RATE = 12


class LiveView:
    """Frames of a camera, one after the other, and knobs turned between them.

    Signals are emitted in the thread of the windows.

    Parameters
    ----------
    session : Session
    deliver : callable
        Calls a function in the thread of the windows.
    settings : LiveSettings
    """

    frame_taken = Signal(object)
    """A :class:`LiveFrame`."""
    read = Signal(object)
    """:class:`Readings`."""
    dark_known = Signal(object)
    """A :class:`DarkState`."""
    state_changed = Signal()
    """Running or not."""
    failed = Signal(object)
    """The exception that stopped it, or that a knob raised."""

    def __init__(self, session: Session, deliver: Deliver, settings: LiveSettings) -> None:
        self._session, self._deliver = session, deliver
        self._settings = settings
        self._library = ReferenceLibrary()
        self._wanted: dict[str, Callable[[Microscope], object]] = {}
        self._lock, self._news = threading.Lock(), threading.Event()
        self._is_closed = False
        self._is_wanted = False
        self._is_unseen = False
        self._dark: tuple[Any, NDArray[np.float32] | None] = (None, None)
        self._taken_at: deque[float] = deque(maxlen=_FRAMES_FOR_RATE)
        self._read_at = self._next_frame_at = float("-inf")
        self._used_s = settings.exposure_s
        self._thread = begin(self._work, self._deliver, "live-view")

    # --- in the thread of the windows ----------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether frames are being taken."""
        return self._is_wanted

    @property
    def settings(self) -> LiveSettings:
        """How frames are taken."""
        return self._settings

    @property
    def rate_hz(self) -> float:
        """Frames per second of late; 0 while it stands."""
        times = list(self._taken_at)
        if not self._is_wanted or len(times) < 2 or times[-1] == times[0]:
            return 0.0
        return (len(times) - 1) / (times[-1] - times[0])

    def change(self, **settings: Any) -> None:
        """Take the next frames differently; see :class:`LiveSettings`."""
        self._settings = replace(self._settings, **settings)
        self._dark = (None, None)
        self._news.set()

    def start(self) -> None:
        """Take frames from now on."""
        self._taken_at.clear()
        self._is_wanted = True
        self._news.set()
        self.state_changed.emit()

    def stop(self) -> None:
        """Take no more frames."""
        self._is_wanted = False
        self._news.set()
        self.state_changed.emit()

    def set(self, knob: str, value: float | bool) -> None:
        """Turn a knob between two frames; where it was asked for several values by then, the last counts.

        Parameters
        ----------
        knob : str
            A field of :class:`Readings`.
        value : float or bool
        """
        with self._lock:
            self._wanted[knob] = lambda microscope: turn_knob(microscope, knob, value)
        self._news.set()

    def take_darks(self) -> None:
        """Take a dark reference for the present settings, with the beam blanked."""
        with self._lock:
            self._wanted["dark"] = self._take_dark
        self._news.set()

    def close(self, timeout_s: float = 10.0) -> None:
        """End its thread, after the frame under way."""
        self._is_wanted, self._is_closed = False, True
        self._news.set()
        self._thread.join(timeout_s)

    # --- in its own thread ---------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._is_closed:
            began = time.monotonic()
            if not self._session.is_recording:
                self._step(began)
            elif self._is_wanted:
                self._stop_with(None)
            next_at = self._next_frame_at if self._is_wanted else began + _READ_EVERY_S
            self._news.wait(max(next_at - time.monotonic(), 0.0))
            self._news.clear()

    def _step(self, began: float) -> None:
        try:
            self._turn_knobs()
            if self._is_wanted and began >= self._next_frame_at:
                self._next_frame_at = began + 1 / LARGEST_RATE_HZ
                self._take_frame()
            if began - self._read_at > _READ_EVERY_S:
                self._look_around()
        except Exception as error:  # whatever a driver raises, the user is told, and may go on
            self._stop_with(None if self._session.is_recording else error)

    def _stop_with(self, error: Exception | None) -> None:
        """Take no more frames, because of an error, or to make way for a series."""
        self._is_wanted = False
        self._read_at = time.monotonic() if error is not None else float("-inf")

        def tell() -> None:
            self.state_changed.emit()
            if error is not None:
                self.failed.emit(error)

        if not self._is_closed:
            self._deliver(tell)

    def _turn_knobs(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, {}
        for turn in wanted.values():
            self._session.ask(partial(turn, self._session.microscope))
            self._read_at = float("-inf")

    def _take_frame(self) -> None:
        settings = self._settings
        camera = self._session.ask(self._camera)
        frame = self._session.ask(
            lambda: camera.acquire(settings.exposure_s, binning=settings.binning, readout_area=settings.readout_area)
        )
        self._taken_at.append(time.monotonic())
        self._used_s = frame.exposure_s
        if self._is_unseen:  # the windows are busy: a frame late is no longer live
            return
        dark = self._dark_of(frame) if settings.is_dark_subtracted else None
        shown = live_frame(frame, AskedDevice(self._session, camera), dark, has_fft=settings.has_fft)
        self._is_unseen = True
        self._deliver(lambda: self._show(shown))

    def _show(self, frame: LiveFrame) -> None:
        self._is_unseen = False
        if not self._is_closed:
            self.frame_taken.emit(frame)

    def _look_around(self) -> None:
        readings = self._session.ask(lambda: read_knobs(self._session.microscope))
        state = self._dark_state()
        self._read_at = time.monotonic()

        def tell() -> None:
            if not self._is_closed:
                self.read.emit(readings)
                self.dark_known.emit(state)

        self._deliver(tell)

    # --- dark references -----------------------------------------------------------------------------

    def _how(self) -> dict[str, Any]:
        return {"binning": self._settings.binning, "readout_area": self._settings.readout_area}

    def _kept_dark(self) -> Any:
        microscope = self._session.microscope
        return self._session.ask(
            lambda: self._library.kept_dark(microscope, self._camera(), self._used_s, **self._how())
        )

    def _camera(self) -> Camera:
        """Return the camera; asked in the thread that talks to the microscope, as all that concerns it."""
        return self._session.microscope.find_camera(self._settings.camera)

    def _dark_of(self, frame: Frame) -> NDArray[np.float32] | None:
        """Return the dark reference of a frame, looked up once for each setting."""
        key = (self._settings.camera, frame.exposure_s, frame.binning, frame.readout_area)
        if self._dark[0] != key:
            kept = self._kept_dark()
            self._dark = key, kept[0].pixels if kept is not None and kept[1] else None
        return self._dark[1]

    def _take_dark(self, microscope: Microscope) -> None:
        self._library.dark(microscope, self._camera(), self._used_s, renew=True, **self._how())
        self._dark = (None, None)

    def _dark_state(self) -> DarkState:
        kept = self._kept_dark()
        if kept is None:
            return DarkState(self._used_s)
        now = self._session.ask(self._session.microscope.clock.now)
        return DarkState(self._used_s, max(now - kept[0].time, 0.0), kept[1])
