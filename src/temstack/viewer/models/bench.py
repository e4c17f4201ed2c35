"""The microscope of the desk: which one is connected, if any, and where it stands."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.errors import InstrumentError, SettingError
from temstack.viewer.models import virtual_microscope
from temstack.viewer.models.jobs import Job, Jobs
from temstack.viewer.models.virtual_microscope import RunningMicroscope, VirtualSetup

if TYPE_CHECKING:
    from temstack.acquire import Session
    from temstack.series import Series
    from temstack.stack.progress import Progress
    from temstack.viewer.models.recording import Recorder


@dataclass(frozen=True)
class Choice:
    """Which microscope to connect.

    Parameters
    ----------
    virtual : VirtualSetup, optional
        Start a virtual one.
    name : str
        Else: a driver, or the address of one that is served.
    options : dict
        Of the driver.
    """

    virtual: VirtualSetup | None = None
    name: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def options_from(text: str) -> dict[str, Any]:
    """Return options of a driver from ``name=value, …``.

    Raises
    ------
    SettingError
        If a part has no name or no value.

    Examples
    --------
    >>> options_from("port=3, mode=fast")
    {'port': 3, 'mode': 'fast'}
    """
    found: dict[str, Any] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise SettingError("options", "are not names and values", got=repr(part), expected="name=value, name=value")
        try:
            found[name.strip()] = json.loads(value)
        except ValueError:
            found[name.strip()] = value.strip()
    return found


@dataclass(frozen=True)
class CameraAbout:
    """What forms need to know of a camera: name, size, binnings ``(y, x)`` and exposures, s."""

    name: str
    shape: tuple[int, int]
    binnings: tuple[tuple[int, int], ...]
    exposure_range_s: tuple[float, float]


@dataclass(frozen=True)
class Abilities:
    """What forms and controls need to know of a microscope; ranges are None where there is no such device.

    Parameters
    ----------
    high_tension_kv : float, kV
    cameras : tuple of CameraAbout
    defocus_range_nm, energy_loss_range_ev, slit_width_range_ev : (float, float), optional
    has_beam : bool
    """

    high_tension_kv: float
    cameras: tuple[CameraAbout, ...]
    defocus_range_nm: tuple[float, float] | None
    energy_loss_range_ev: tuple[float, float] | None
    slit_width_range_ev: tuple[float, float] | None
    has_beam: bool


class Bench:
    """The one microscope that the desk works with.

    Parameters
    ----------
    jobs : Jobs
        Where connecting goes on.

    Attributes
    ----------
    session : Session or None
        The connection.
    abilities : Abilities or None
        Of the microscope that is connected.
    recorder : Recorder or None
        Of the series under way, or of the last.
    """

    changed = Signal()
    """Connected, or no longer; recording, or no longer."""
    recording_began = Signal(object)
    """The :class:`~temstack.viewer.models.recording.Recorder` of a series."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._asking: ThreadPoolExecutor | None = None
        self._served: RunningMicroscope | None = None
        self._leaving: threading.Thread | None = None
        self.session: Session | None = None
        self.abilities: Abilities | None = None
        self.recorder: Recorder | None = None
        self.title = ""
        self.is_connecting = False
        self.folder = Path.cwd() if os.access(Path.cwd(), os.W_OK) else Path.home()
        """Where series go, unless the user says so."""

    @property
    def is_connected(self) -> bool:
        """Whether there is a microscope."""
        return self.session is not None

    @property
    def is_recording(self) -> bool:
        """Whether a series is under way."""
        return self.session is not None and self.session.is_recording

    @property
    def about(self) -> str:
        """The microscope in a few words."""
        if self.is_connecting:
            return f"Connecting to the {self.title} …"
        if self.abilities is None:
            return "No microscope"
        return f"{self.title[:1].upper()}{self.title[1:]} · {self.abilities.high_tension_kv:g} kV"

    def require(self) -> Session:
        """Return the connection.

        Raises
        ------
        InstrumentError
            If no microscope is connected.
        """
        if self.session is None:
            raise InstrumentError("microscope", "none is connected", advice="choose one: Acquire > Microscope…")
        return self.session

    def connect(self, choice: Choice) -> Job:
        """Connect to a microscope beside the windows; the one before is let go first."""
        self.disconnect()
        self.title = choice.virtual.title if choice.virtual else f"microscope {choice.name}"
        self.is_connecting = True
        self.changed.emit()
        job = self._jobs.start(f"Connect {self.title}", lambda progress: _connected(choice, progress))
        job.finished.connect(self._take)
        job.ended.connect(self._ended)
        return job

    def disconnect(self) -> None:
        """Let the microscope go, beside the windows; a virtual one that was started here ends.

        Raises
        ------
        InstrumentError
            If a series is under way.
        """
        if self.is_recording:
            raise InstrumentError("microscope", "is recording a series", advice="stop it first")
        session, served, asking = self.session, self._served, self._asking
        self.session, self.abilities, self._served, self._asking = None, None, None, None
        if session is not None:
            self.changed.emit()
            if asking is not None:
                asking.shutdown(wait=False, cancel_futures=True)
            self._leaving = threading.Thread(target=_let_go, args=(session, served), name="disconnect")
            self._leaving.start()

    def close(self) -> None:
        """Stop a series under way, keep its planes, let the microscope go, and wait for that."""
        if self.session is not None:
            self.session.stop("the end of the program")
            while self.session.is_recording:
                time.sleep(0.02)
        self.disconnect()
        if self._leaving is not None:
            self._leaving.join()

    def record(self, series: Series, path: Path, **options: Any) -> Recorder:
        """Begin to record a series into a file; options are those of :meth:`temstack.acquire.Session.run`."""
        return self._recorded(series, lambda recorder: recorder.start(path, **options))

    def resume(self, path: Path) -> Recorder:
        """Go on with a series that was stopped or broke off.

        Raises
        ------
        InputMissingError, DamagedFileError, SettingError
            If there is none.
        """
        from temstack.acquire.preparing import job_again

        return self._recorded(job_again(path, live_drift=True).series, lambda recorder: recorder.resume(path))

    def _recorded(self, series: Series, begin: Callable[[Recorder], Job]) -> Recorder:
        from temstack.viewer.models.recording import Recorder

        session = self.require()
        if self.is_recording:
            raise InstrumentError("microscope", "is recording another series", advice="wait until it ends, or stop it")
        recorder = self.recorder = Recorder(session, self._jobs, series)
        self.recording_began.emit(recorder)  # windows first, so that they miss nothing
        recorder.ended.connect(self._ended)
        begin(recorder)
        self.changed.emit()
        return recorder

    def ask(
        self, call: Callable[[Session], Any], then: Callable[[Any], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Ask the microscope something beside the windows; the answer, or the error, comes in their thread."""
        session = self.require()
        if self._asking is None:
            self._asking = ThreadPoolExecutor(1, thread_name_prefix="asking")
        self._asking.submit(self._ask, session, call, then, failed)

    def _ask(self, session: Session, call: Callable[[Session], Any], then: Any, failed: Any) -> None:
        try:
            answer = call(session)
        except Exception as error:
            problem = error
            self._jobs.deliver(lambda: failed(problem) if self.session is session else None)
        else:
            self._jobs.deliver(lambda: then(answer) if self.session is session else None)

    def _take(self, connected: tuple[Session, Abilities, RunningMicroscope | None]) -> None:
        self.session, self.abilities, self._served = connected
        if self._served is not None:
            self.title = self._served.setup.title

    def _ended(self) -> None:
        self.is_connecting = False
        self.changed.emit()


def _connected(choice: Choice, progress: Progress) -> tuple[Session, Abilities, RunningMicroscope | None]:
    from temstack.acquire import connect

    served = None
    if choice.virtual is not None:
        progress("starting", 0, 2)
        served = virtual_microscope.start(choice.virtual)
    else:
        left = virtual_microscope.still_running()
        served = left if left is not None and left.address == choice.name else None
    progress("connecting", 1, 2)
    try:
        session = connect(served.address if served else choice.name, **choice.options)
        return session, session.ask(lambda: abilities_of(session)), served
    except BaseException:
        if choice.virtual is not None and served is not None:
            virtual_microscope.end(served)
        raise


def _let_go(session: Session, served: RunningMicroscope | None) -> None:
    try:
        session.close()
    finally:
        if served is not None:
            virtual_microscope.end(served)


def abilities_of(session: Session) -> Abilities:
    """Return what a microscope can do; asks it, so in a thread beside the windows."""
    microscope = session.microscope
    energy, focus = microscope.energy_filter, microscope.focus
    return Abilities(
        high_tension_kv=microscope.high_tension_kv,
        cameras=tuple(
            CameraAbout(one.name, one.shape, one.binnings, one.exposure_range_s) for one in microscope.cameras
        ),
        defocus_range_nm=None if focus is None else focus.defocus_range_nm,
        energy_loss_range_ev=None if energy is None else energy.energy_loss_range_ev,
        slit_width_range_ev=None if energy is None else energy.slit_width_range_ev,
        has_beam=microscope.beam is not None,
    )
