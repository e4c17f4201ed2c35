"""One series under way: what is done for each plane, and what is known of it so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from temstack.acquire.events import Event as Happening
from temstack.acquire.events import Noted, PlaneRecorded, StateChanged
from temstack.acquire.exposure import Brightness, ExposureRule, Verdict, brightness
from temstack.acquire.live import LiveAlignment
from temstack.acquire.plans import PlaneReadings
from temstack.acquire.restoring import restore
from temstack.acquire.steps import Exposer, Mover
from temstack.acquire.stopping import PauseFlag, StopFlag, Stopped
from temstack.errors import InstrumentError, StorageError
from temstack.instrument import Camera, Frame, Microscope
from temstack.series import Event, Series

if TYPE_CHECKING:
    from pathlib import Path

    from temstack.acquire.darks import Dark, DarkKeeper
    from temstack.store import Recording

SHIFTS = ("image_shift_y_nm", "image_shift_x_nm")
"""Per-plane values of where the image shift stood."""

_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Shot:
    """A frame, how bright it is, and what follows from that."""

    frame: Frame
    brightness: Brightness
    verdict: Verdict
    exposure_asked_s: float
    retakes: int
    dark: Dark | None
    circumstances: Mapping[str, float] = field(default_factory=dict)


@dataclass
class SeriesRun:
    """The state of one series, and the blocking calls that its plan asks for.

    Parameters
    ----------
    series : Series
    path : Path
        Of the store.
    microscope : Microscope
    camera : Camera
    before : mapping
        How the microscope stood before, see :func:`~temstack.acquire.restoring.read_settings`.
    recording : Recording
    missing : list of Event
        The planes that are not recorded yet, in the order of recording.
    mover, exposer : Mover, Exposer
    rule : ExposureRule, optional
        None: every plane is exposed alike.
    exposure_s : float, s
        To ask for at the first plane.
    unit_s : float, s, optional
        Exposure whose scale is 1: the one used for the first plane of the series; None until there is one.
    publish : callable
    stop : StopFlag
    pause : PauseFlag
    live : LiveAlignment, optional
    move_back : callable, optional
        Undoes a drift, see :mod:`~temstack.acquire.compensating`.
    darks : DarkKeeper, optional
        None: no dark references are wanted.
    """

    series: Series
    path: Path
    microscope: Microscope
    camera: Camera
    before: Mapping[str, Any]
    recording: Recording
    missing: list[Event]
    mover: Mover
    exposer: Exposer
    rule: ExposureRule | None
    exposure_s: float
    unit_s: float | None
    publish: Callable[[Happening], None]
    stop: StopFlag
    pause: PauseFlag = field(default_factory=PauseFlag)
    live: LiveAlignment | None = None
    move_back: Callable[[tuple[float, float]], tuple[float, float] | None] | None = None
    darks: DarkKeeper | None = None
    is_restored: bool = field(default=False, init=False)
    is_touched: bool = field(default=False, init=False)
    recorded: int = field(default=0, init=False)
    _pending: tuple[Future[int], PlaneRecorded] | None = field(default=None, init=False)
    _announced: threading.Event = field(default_factory=threading.Event, init=False)
    _began: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        self.recorded = self.series.size - len(self.missing)
        self._planes_here = 0

    # --- in the microscope's thread -------------------------------------------------------------------

    def begin(self) -> None:
        """Insert the camera and let the beam through; the first changes of the microscope."""
        self.is_touched = True
        self.publish(StateChanged("running"))
        self.stop.check()
        if not self.camera.is_inserted:
            self.camera.set_inserted(True)
            self.note(f"camera {self.camera.name!r} inserted")
        beam = self.microscope.beam
        if beam is not None and beam.is_blanked:
            beam.set_blanked(False)
            self.note("beam unblanked for the series")

    def wait_while_paused(self) -> None:
        """Wait until the series shall go on or stop, with the beam kept off the specimen meanwhile."""
        from temstack.acquire.references import beam_blanked

        clock = self.microscope.clock
        paused_at = clock.now()
        with beam_blanked(self.microscope):
            self.publish(StateChanged("paused", self.pause.reason))
            self._began += self.pause.wait(self.stop)
        self.mover.put_off(clock.now() - paused_at)
        self.stop.check()
        self.publish(StateChanged("running"))

    def hold_still(self) -> None:
        """Move the image back by its drift so far, if that is wanted."""
        self.stop.check()
        if self.move_back is None or self.live is None:
            return
        self._wait_until_announced()
        drift_px = self.live.wait()
        if drift_px is None:
            return
        moved_nm = self.move_back(drift_px)
        if moved_nm is not None:
            y, x = drift_px
            self.note(f"drift of y {y:.1f} x {x:.1f} px undone: image moved y {moved_nm[0]:.2f} x {moved_nm[1]:.2f} nm")

    def go_to(self, index: int, position: float) -> dict[str, float]:
        """Go where a plane is to be recorded; return what was read back."""
        self.stop.check()
        read_back = self.mover.go_to(position)
        if self.series.settle_s:
            self.stop.sleep(self.microscope.clock, self.series.settle_s)
        return read_back

    def expose(self, index: int, position: float, after: Shot | None = None) -> Shot:
        """Take a frame and judge it.

        Parameters
        ----------
        index, position
            Which plane.
        after : Shot, optional
            The one that was too bright; its verdict says how long to expose now.
        """
        retakes = 0 if after is None else after.retakes + 1
        asked_s = self.exposure_s if after is None else after.verdict.exposure_s
        frame = self.exposer.expose(asked_s)
        where = f"plane {index}{self._place_of(position)}"
        shot = self._judged(frame, asked_s, retakes, where, None if self.darks is None else self.darks.level(frame))
        if shot.verdict.action != "retake" and self.darks is not None:
            dark = self.darks.take(frame)
            shot = self._judged(frame, asked_s, retakes, where, dark.level, dark)
        shot = replace(shot, circumstances=self._circumstances(frame))
        if shot.verdict.reason:
            self.note(shot.verdict.reason)
        if shot.verdict.action == "accept":
            self.exposure_s = shot.verdict.exposure_s
        return shot

    def try_to_restore(self) -> None:
        """Put the microscope back; what fails now is tried once more at the very end, and reported then."""
        with suppress(InstrumentError):
            self.restore()

    def restore(self) -> None:
        """Put the microscope back to where it was before; a second time does nothing."""
        if self.is_restored or not self.is_touched:
            return
        self.publish(StateChanged("restoring", self.stop.reason))
        for line in restore(self.microscope, self.before):
            self.note(f"put back {line}")
        self.is_restored = True

    # --- elsewhere ------------------------------------------------------------------------------------

    def write(self, index: int, position: float, shot: Shot, read_back: Mapping[str, float]) -> None:
        """Hand a plane to the writer; :meth:`written` waits for it."""
        frame = shot.frame
        if self.unit_s is None:
            self.unit_s = frame.exposure_s
        values: dict[str, Any] = {
            "exposure_s": frame.exposure_s,
            "scale": self.unit_s / frame.exposure_s,
            "time": frame.time,
            "robust_max_counts": shot.brightness.counts,
            "retakes": shot.retakes,
            "dark_id": -1 if shot.dark is None else shot.dark.dark_id,
            **shot.circumstances,
            **read_back,
        }
        plane = PlaneRecorded(
            index,
            position,
            values,
            recorded=0,
            planes=self.series.size,
            left_s=0.0,
            pixels=frame.pixels,
            truth=frame.truth,
            is_saturated=shot.brightness.is_saturated,
        )
        done = self.recording.submit_plane(index, frame.pixels, values)
        self._pending = done, plane
        self._announced.clear()
        done.add_done_callback(lambda done: self._announce(done, plane, shot))

    def written(self) -> PlaneReadings | None:
        """Return the plane that was handed to the writer once it is safe on disk; None if there is none."""
        if self._pending is None:
            return None
        (done, plane), self._pending = self._pending, None
        done.result()
        numbers = {name: float(value) for name, value in plane.values.items()}
        return PlaneReadings({"index": float(plane.index), "position": plane.position, **numbers}, numbers["time"])

    def note(self, line: str) -> None:
        """Write a line into the log of the store, and tell those who watch."""
        self.recording.note(line)
        self.publish(Noted(line))

    def gave_up(self, shot: Shot) -> InstrumentError:
        """Return the error that a plane stayed too bright."""
        return InstrumentError(
            f"camera {self.camera.name!r}",
            "automatic exposure gave up; the plane is kept",
            got=shot.verdict.reason,
            advice="expose shorter, reduce the brightness or the slit width; `temstack resume` goes on",
        )

    def close(self, error: BaseException | None) -> str:
        """Close the store and return the state in which the series ended.

        Parameters
        ----------
        error : BaseException or None
            What ended it.
        """
        if self._pending is not None:
            with suppress(Exception):  # the series has failed already; its first error is the one to tell
                self._pending[0].result()
        if self.live is not None:
            self.live.close()
        if error is None:
            state = "complete" if self.recorded == self.series.size else "partial"
        else:
            state = "partial" if isinstance(error, Stopped) else "failed"
        with suppress(StorageError):  # the disk may be what failed; the planes are safe
            self.recording.finish(state, "" if error is None else str(error))
        return state

    # --- within ---------------------------------------------------------------------------------------

    def _announce(self, done: Future[int], plane: PlaneRecorded, shot: Shot) -> None:
        """Tell everybody of a plane that is safe on disk."""
        if done.exception() is not None:
            return
        self.recorded += 1
        self._planes_here += 1
        left = self.series.size - self.recorded
        left_s = (time.monotonic() - self._began) / self._planes_here * left
        self.publish(replace(plane, recorded=self.recorded, left_s=left_s))
        if self.live is not None:
            dark = None if shot.dark is None else shot.dark.pixels
            self.live.add(plane.index, plane.pixels, dark, plane.values["scale"])
        self._announced.set()

    def _wait_until_announced(self) -> None:
        if self._pending is not None:
            self._pending[0].result()
            self._announced.wait(_PATIENCE_S)

    def _judged(
        self, frame: Frame, asked_s: float, retakes: int, where: str, level: float | None, dark: Dark | None = None
    ) -> Shot:
        found = brightness(frame.pixels, saturation=self.camera.saturation, dark_level=level or 0.0)
        if self.rule is not None:
            verdict = self.rule.judge(found, exposure_s=asked_s, retakes=retakes, where=where)
        elif found.is_saturated:
            verdict = Verdict("accept", asked_s, f"{where}: saturated at {asked_s:g} s, kept: the exposure is fixed")
        else:
            verdict = Verdict("accept", asked_s)
        return Shot(frame, found, verdict, asked_s, retakes, dark)

    def _circumstances(self, frame: Frame) -> dict[str, float]:
        """Return what else the microscope says of the moment."""
        values: dict[str, float] = {}
        if frame.temperature_c is not None:
            values["temperature_c"] = frame.temperature_c
        if self.microscope.image_shift is not None:
            values.update(zip(SHIFTS, self.microscope.image_shift.shift_nm, strict=True))
        return values

    def _place_of(self, position: float) -> str:
        units = self.series.position_units
        return f", {position:g} {units}" if self.series.plane_dim in ("energy_loss", "defocus") else ""
