"""A session: a microscope by name, and the series recorded with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from temstack.acquire.events import EventQueue, SeriesStarted, StateChanged, Watcher
from temstack.acquire.interrupting import signals_as_stop
from temstack.acquire.journal import find_journal, journal_kept, not_restored
from temstack.acquire.outputs import finish_outputs, outputs_for
from temstack.acquire.preparing import Job, camera_for, facts_of, job_again, prepare
from temstack.acquire.publishing import Publisher
from temstack.acquire.restoring import read_settings
from temstack.acquire.stopping import PauseFlag, StopFlag, Stopped
from temstack.errors import InstrumentError
from temstack.instrument import Microscope
from temstack.instrument import connect as connect_microscope
from temstack.series import (
    AutoExposure,
    EftemSeries,
    ExposureSeries,
    FocalSeries,
    Forecast,
    Series,
    TimeSeries,
    forecast,
)

if TYPE_CHECKING:
    import xarray as xr

    from temstack.acquire.engine import Engine
    from temstack.acquire.running import SeriesRun

T = TypeVar("T")


def connect(name: str = "simulated", **options: Any) -> Session:
    """Return a session with a microscope, to be used in a ``with`` block.

    Parameters
    ----------
    name : str
        ``"simulated"``, ``"simulated://127.0.0.1:PORT"``, or the driver of another package; see
        :func:`temstack.instrument.connect`.
    **options
        Of the driver: ``seed=1``, ``brightness=1.0``, ``shape=(512, 512)``…

    Raises
    ------
    SettingError, InstrumentError
        If there is no such microscope, or it cannot be reached.

    Examples
    --------
    >>> import tempfile
    >>> with connect("simulated", seed=1, shape=(64, 64)) as session:
    ...     stack = session.focal_series(n_planes=3, step_nm=20, path=Path(tempfile.mkdtemp()) / "focal.zarr")
    >>> stack.defocus.values.tolist()
    [-20.0, 0.0, 20.0]
    """
    return Session(connect_microscope(name, **options), name)


class Session:
    """A microscope, and what is recorded with it; one series at a time.

    Parameters
    ----------
    microscope : Microscope
        Closed with the session.
    name : str, optional
        Under which it can be connected again after a crash; left out, its own.
    """

    def __init__(self, microscope: Microscope, name: str | None = None) -> None:
        self.microscope = microscope
        self.name = microscope.name if name is None else name
        self._publish = Publisher()
        self._busy = threading.Lock()
        self._engine: Engine | None = None
        self._engine_lock = threading.Lock()
        self._stop = StopFlag()
        self._pause = PauseFlag()

    # --- series ---------------------------------------------------------------------------------------

    def eftem_series(self, path: str | Path | None = None, **settings: Any) -> xr.DataArray:
        """Record an EFTEM series.

        Parameters
        ----------
        path : str or Path, optional
            Where it goes; left out, a name with date and time in the current folder.
        **settings
            Of :class:`~temstack.series.EftemSeries`: ``start_ev``, ``step_ev``, ``stop_ev`` or ``n_planes``,
            ``binning``…; ``exposure_s`` or ``auto_exposure``, which is True where neither is given. Also those of
            :meth:`run`.
        """
        return self._record(EftemSeries, path, settings)

    def focal_series(self, path: str | Path | None = None, **settings: Any) -> xr.DataArray:
        """Record a focal series around the present focus; see :class:`~temstack.series.FocalSeries`."""
        return self._record(FocalSeries, path, settings)

    def time_series(self, path: str | Path | None = None, **settings: Any) -> xr.DataArray:
        """Record the same view again and again; see :class:`~temstack.series.TimeSeries`."""
        return self._record(TimeSeries, path, settings)

    def exposure_series(self, path: str | Path | None = None, **settings: Any) -> xr.DataArray:
        """Record many short exposures of one view; see :class:`~temstack.series.ExposureSeries`."""
        return self._record(ExposureSeries, path, settings)

    def _record(self, kind: type[Series], path: str | Path | None, settings: dict[str, Any]) -> xr.DataArray:
        options = {name: settings.pop(name) for name in _RUN_OPTIONS if name in settings}
        return self.run(kind(**_with_rules(kind, settings)), path, **options)

    def run(
        self,
        series: Series,
        path: str | Path | None = None,
        *,
        overwrite: bool = False,
        as_spectrum_image: bool = False,
        drift_compensation: str | None = None,
        live_drift: bool | None = None,
    ) -> xr.DataArray:
        """Record a series and return it.

        Focus, energy, slit, blanker, image shift, stage and cameras are back where they were when this returns, however
        it returns. Ctrl-C and SIGTERM stop the series after the frame under way, and take effect after that.

        Parameters
        ----------
        series : Series
        path : str or Path, optional
            ``….zarr`` is recorded into directly. Another kind of file is written when the series is complete, from a
            store of the same name beside it. Left out: a name with date and time, in the current folder.
        overwrite : bool
            Replace what is there.
        as_spectrum_image : bool
            Return and write (y, x, energy_loss); planes are recorded all the same, into a store beside *path*.
        drift_compensation : str, optional
            ``"image_shift"`` or ``"stage"``: undo the drift before each plane.
        live_drift : bool, optional
            Follow the drift and tell watchers. Left out: if anybody watches, or drift is compensated.

        Returns
        -------
        stack : (n, y, x) DataArray
            Opened from the store. After :meth:`stop`, ``is_recorded`` tells which planes are there.

        Raises
        ------
        InstrumentError
            If a device failed, or stands where a series that broke off had left it. Planes so far are on disk.
        StorageError
            If the disk is full; planes so far are on it.
        OutputExistsError
            If *path* exists and *overwrite* was not given.
        SettingError
            If this microscope cannot do it; nothing has been changed then.
        """
        outputs = outputs_for(path, series, as_spectrum_image=as_spectrum_image, overwrite=overwrite)
        with self._one_at_a_time():
            series = self._call(self._complete, series)
            follow = self._is_followed(live_drift, drift_compensation)
            job = Job(series, outputs, drift_compensation=drift_compensation, live_drift=follow)
            self._go_through(job)
        return finish_outputs(outputs)

    def resume(self, path: str | Path, *, live_drift: bool | None = None) -> xr.DataArray:
        """Go on with a series that was stopped or broke off, and return it.

        What a process that died left on this microscope is put back first.

        Parameters
        ----------
        path : str or Path
            The store, or the file that it should have become.
        live_drift : bool, optional
            As in :meth:`run`.

        Raises
        ------
        InputMissingError, DamagedFileError
            If there is no recording.
        SettingError
            If it is complete, or was made with another camera.
        """
        with self._one_at_a_time():
            self._recover_first()
            job = job_again(path, live_drift=self._is_followed(live_drift, None))
            self._go_through(job)
        return finish_outputs(job.outputs)

    def forecast(self, series: Series) -> Forecast:
        """Return what a series would cost in time, dose and disk; nothing is changed.

        Raises
        ------
        SettingError
            If the camera cannot do it.
        """
        return self.ask(lambda: forecast(complete := self._complete(series), facts_of(self.microscope, complete)))

    def ask(self, call: Callable[[], T]) -> T:
        """Call something of the microscope while no series runs: read or set focus, take a frame to look at.

        Calls of all threads happen one after the other, in the one thread that talks to the microscope.

        Raises
        ------
        InstrumentError
            If a series is under way, whose microscope nobody else may change; and what the call raises.
        """
        return cast("T", self._call(self._if_idle, call))

    @property
    def is_recording(self) -> bool:
        """Whether a series is under way."""
        return self._busy.locked()

    # --- watching, pausing and stopping ---------------------------------------------------------------

    def watch(self, watcher: Watcher) -> Watcher:
        """Tell somebody of each plane, note and change of state, see :mod:`temstack.acquire.events`; return it.

        It is called in threads of the session and must return soon; windows take an :class:`EventQueue`.
        """
        self._publish.add(watcher)
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """Tell them no more."""
        self._publish.remove(watcher)

    def events(self) -> EventQueue:
        """Return a new queue of all that happens from now on."""
        queue = EventQueue()
        self._publish.add(queue)
        return queue

    def stop(self, reason: str = "the user") -> None:
        """Ask the series under way to stop after the frame under way; from any thread."""
        if self._busy.locked() and not self._stop.is_set:
            self._stop.set(reason)
            self._publish(StateChanged("stopping", reason))

    def pause(self, reason: str = "the user") -> None:
        """Ask the series under way to wait after the plane under way, with the beam blanked; from any thread.

        What was recorded is safe on disk then. A time-lapse goes on where it was: its later planes are put off.
        """
        if self._busy.locked() and not self._stop.is_set and not self._pause.is_set:
            self._pause.set(reason)
            self._publish(StateChanged("pausing", reason))

    def go_on(self) -> None:
        """Let a series go on that was paused; from any thread."""
        if self._pause.is_set:
            self._pause.clear()
            self._publish(StateChanged("running"))

    # --- ending ---------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the connection; a series under way is stopped first."""
        self.stop("the end of the session")
        with self._busy:
            if self._engine is not None:
                self._engine.close()
                self._engine = None
        self.microscope.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- within ---------------------------------------------------------------------------------------

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._busy.acquire(blocking=False):
            raise InstrumentError(
                f"microscope {self.name!r}", "is recording another series", advice="wait until it ends, or stop it"
            )
        try:
            self._stop, self._pause = StopFlag(), PauseFlag()
            yield
        finally:
            self._busy.release()

    def _if_idle(self, call: Callable[[], T]) -> T:
        # Asked in the microscope's thread: so no series can begin between the question and the call.
        if self._busy.locked():
            raise InstrumentError(
                f"microscope {self.name!r}", "is recording a series", advice="wait until it ends, or stop it"
            )
        return call()

    @property
    def _ready_engine(self) -> Engine:
        with self._engine_lock:
            if self._engine is None:
                from temstack.acquire.engine import Engine

                self._engine = Engine()
            return self._engine

    def _call(self, call: Any, *arguments: Any) -> Any:
        """Call something in the thread that belongs to the microscope."""
        return self._ready_engine.call(call, *arguments)

    def _complete(self, series: Series) -> Series:
        """Return the series with what its parameter set says."""
        if series.parameter_set is None:
            return series
        from temstack.instrument.parameter_sets import ParameterSets

        camera = camera_for(self.microscope, series)
        return series.filled_from(ParameterSets(camera)[series.parameter_set].model_dump())

    def _is_followed(self, wanted: bool | None, compensation: str | None) -> bool:
        if compensation is not None:
            return True
        return self._publish.is_heard if wanted is None else wanted

    def _recover_first(self) -> None:
        from temstack.acquire.recovering import recover_here

        journal = find_journal(self.name)
        if journal is not None:
            self._call(recover_here, journal, self.microscope)

    def _go_through(self, job: Job) -> None:
        """Record what is missing, with the journal on disk from before the first change until all is back.

        Signals are taken over around all of it: delivered earlier, SIGTERM would leave the journal there.
        """
        journal = find_journal(self.name)
        if journal is not None and not journal.is_in_use:
            raise not_restored(journal)
        before = self._call(read_settings, self.microscope)
        with signals_as_stop(self.stop), journal_kept(self.name, job.outputs.store, before) as journal:
            run: SeriesRun | None = None
            try:
                run = self._call(
                    prepare, job, self.microscope, self.name, before, self._publish, self._stop, self._pause
                )
                error = self._carry_out(run)
            finally:
                if run is None or run.is_restored or not run.is_touched:
                    journal.remove()
        if error is not None and not isinstance(error, Stopped):
            raise error

    def _carry_out(self, run: SeriesRun) -> BaseException | None:
        """Run the plan; return what ended it. Then the microscope is back if it can be, and the store closed."""
        from temstack.acquire.plans import series_plan

        engine = self._ready_engine
        self._publish(SeriesStarted(str(run.path), run.series.size, run.recorded))
        running = engine.start(series_plan(run), at_end=lambda: engine.call(run.restore))
        running.wait()
        state = run.close(running.error)
        self._publish(StateChanged(state, "" if running.error is None else str(running.error)))
        return running.error


_RUN_OPTIONS = ("overwrite", "as_spectrum_image", "drift_compensation", "live_drift")


def _with_rules(kind: type[Series], settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings in which ``auto_exposure=True`` stands for automatic exposure with its own thresholds.

    An EFTEM series spans decades of counts: it is exposed automatically unless an exposure is given.
    """
    rules = settings.get("auto_exposure", kind is EftemSeries and not {"exposure_s", "parameter_set"} & settings.keys())
    if isinstance(rules, bool):
        return {**settings, "auto_exposure": AutoExposure() if rules else None}
    return settings
