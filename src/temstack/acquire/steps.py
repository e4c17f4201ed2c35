"""What a series does with the microscope between two planes: go there, read back, expose, check what came.

Everything here blocks and runs in the microscope's thread.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from temstack.acquire.approach import Approach, energy_approach, focus_approach
from temstack.acquire.stopping import StopFlag
from temstack.errors import FrameError, InstrumentError, SettingError
from temstack.instrument import Camera, Frame, FrameRequest, Microscope, request_frame
from temstack.series import EftemSeries, FocalSeries, Series, TimeSeries


class Mover(ABC):
    """Goes where the next plane is to be recorded."""

    @abstractmethod
    def go_to(self, position: float) -> dict[str, float]:
        """Go to a position of the series, and return what was read back, by the name of its per-plane value."""

    def put_off(self, duration_s: float) -> None:  # noqa: B027 - most positions are not times
        """Take note that the series was paused, s of the microscope's clock."""


class EnergyMover(Mover):
    """Goes to energy losses.

    Parameters
    ----------
    microscope : Microscope
    series : EftemSeries
    """

    def __init__(self, microscope: Microscope, series: EftemSeries) -> None:
        if microscope.energy_filter is None:
            raise InstrumentError(
                f"microscope {microscope.name!r}", "has no energy filter, which an EFTEM series needs"
            )
        self._filter, self._slit_width_ev = microscope.energy_filter, series.slit_width_ev
        lowest, highest = self._filter.energy_loss_range_ev
        positions = series.positions
        if positions.min() < lowest or positions.max() > highest:
            raise SettingError(
                "EftemSeries",
                "leaves the range of the energy filter",
                got=f"{positions.min():g} to {positions.max():g} eV",
                expected=f"{lowest:g} to {highest:g} eV",
            )
        self._approach: Approach | None = None

    def go_to(self, position: float) -> dict[str, float]:
        """Go to an energy loss, eV; the slit goes in before the first."""
        if self._approach is None:
            if self._slit_width_ev is not None:
                self._filter.set_slit_width_ev(self._slit_width_ev)
            if not self._filter.is_slit_in:
                self._filter.set_slit_in(True)
            self._approach = energy_approach(self._filter)
        return {"energy_loss_read_ev": self._approach.go_to(position)}


class FocusMover(Mover):
    """Goes to foci relative to where the focus was before the series.

    Parameters
    ----------
    microscope : Microscope
    series : FocalSeries
    start_nm : float, nm
        Defocus at which the series is centred: the one before the series, also where it goes on after a break.
    """

    def __init__(self, microscope: Microscope, series: FocalSeries, start_nm: float) -> None:
        if microscope.focus is None:
            raise InstrumentError(f"microscope {microscope.name!r}", "has no focus, which a focal series needs")
        self._approach, self._start_nm = focus_approach(microscope.focus), start_nm
        lowest, highest = microscope.focus.defocus_range_nm
        foci = series.positions + start_nm
        if foci.min() < lowest or foci.max() > highest:
            raise SettingError(
                "FocalSeries",
                "leaves the range of the objective lens",
                got=f"{foci.min():g} to {foci.max():g} nm",
                expected=f"{lowest:g} to {highest:g} nm",
            )

    def go_to(self, position: float) -> dict[str, float]:
        """Go to a focus relative to the start, nm, underfocus positive; return the absolute one."""
        return {"defocus_read_nm": self._approach.go_to(self._start_nm + position)}


class Waiter(Mover):
    """Waits for the time of each plane, counted from the first.

    Parameters
    ----------
    microscope : Microscope
    stop : StopFlag
    is_timed : bool
        False: the next plane begins at once.
    """

    def __init__(self, microscope: Microscope, stop: StopFlag, *, is_timed: bool) -> None:
        self._clock, self._stop, self._is_timed = microscope.clock, stop, is_timed
        self._zero: float | None = None

    def go_to(self, position: float) -> dict[str, float]:
        """Return when it is time; at once if that has passed."""
        if self._is_timed:
            now = self._clock.now()
            if self._zero is None:
                self._zero = now - position
            self._stop.sleep(self._clock, self._zero + position - now)
        return {}

    def put_off(self, duration_s: float) -> None:
        """Put off the planes to come: what was missed in a pause is not made up for in a hurry."""
        if self._zero is not None:
            self._zero += duration_s


def make_mover(microscope: Microscope, series: Series, stop: StopFlag, *, start_nm: float | None) -> Mover:
    """Return what goes from plane to plane, after checking that this microscope can."""
    match series:
        case EftemSeries():
            return EnergyMover(microscope, series)
        case FocalSeries():
            return FocusMover(microscope, series, 0.0 if start_nm is None else start_nm)
        case TimeSeries():
            return Waiter(microscope, stop, is_timed=series.interval_s > 0)
        case _:
            return Waiter(microscope, stop, is_timed=False)


class Exposer:
    """Takes unprocessed frames, and refuses those that are not what was asked for.

    Parameters
    ----------
    microscope : Microscope
    camera : Camera
    series : Series
    stop : StopFlag
    """

    def __init__(self, microscope: Microscope, camera: Camera, series: Series, stop: StopFlag) -> None:
        self._beam, self._camera, self._stop = microscope.beam, camera, stop
        self._binning, self._area = series.binning, series.readout_area
        self._last_number: int | None = None
        self.request = self._request(series.exposure_s)

    def _request(self, exposure_s: float) -> FrameRequest:
        return request_frame(self._camera, exposure_s, binning=self._binning, readout_area=self._area)

    def expose(self, exposure_s: float) -> Frame:
        """Take one frame.

        Raises
        ------
        FrameError
            If it has another shape or type, or is the one before once more.
        InstrumentError
            If there is no beam.
        """
        self._stop.check()
        self._require_beam()
        frame = self._camera.acquire(exposure_s, binning=self._binning, readout_area=self._area)
        self._check(frame)
        self._require_beam()
        return frame

    def _check(self, frame: Frame) -> None:
        subject = f"camera {self._camera.name!r}"
        if frame.pixels.shape != self.request.shape:
            raise FrameError(
                subject, "gave a frame of another shape", got=frame.pixels.shape, expected=self.request.shape
            )
        if frame.pixels.dtype != self._camera.dtype:
            raise FrameError(
                subject, "gave a frame of another type", got=frame.pixels.dtype, expected=self._camera.dtype
            )
        if frame.number == self._last_number:
            raise FrameError(
                subject,
                "gave the frame before once more",
                got=f"frame {frame.number} twice",
                advice="the planes so far are kept; `temstack resume` goes on",
            )
        if not frame.exposure_s > 0:
            raise FrameError(subject, "does not say what exposure it used", got=f"{frame.exposure_s!r} s")
        self._last_number = frame.number

    def _require_beam(self) -> None:
        """Raise if the beam is lost: darkness would look like a very weak energy loss."""
        if self._beam is None:
            return
        if self._beam.is_blanked:
            raise InstrumentError("beam", "is blanked", advice="unblank it")
        current_na = self._beam.current_na
        if current_na is not None and current_na <= 0:
            raise InstrumentError(
                "beam",
                "is lost",
                got=f"{current_na:g} nA",
                advice="look at the gun; the planes so far are kept, and `temstack resume` goes on",
            )
