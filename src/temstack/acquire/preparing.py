"""From what is wanted to a series that can begin: everything that may be refused is refused here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from temstack.acquire.compensating import make_compensator
from temstack.acquire.darks import DarkKeeper
from temstack.acquire.events import Event as Happening
from temstack.acquire.exposure import ExposureRule
from temstack.acquire.live import LiveAlignment
from temstack.acquire.outputs import Outputs, outputs_of
from temstack.acquire.references import ReferenceLibrary
from temstack.acquire.running import SHIFTS, SeriesRun
from temstack.acquire.steps import Exposer, make_mover
from temstack.acquire.stopping import PauseFlag, StopFlag
from temstack.errors import SettingError
from temstack.instrument import Camera, Microscope, request_frame
from temstack.series import CameraFacts, EftemSeries, Series, forecast, planned_stack, series_from
from temstack.stack.durable import require_room
from temstack.store import Recording, create_recording, open_stack, reopen_recording


@dataclass(frozen=True)
class Job:
    """A series that is wanted, new or to be gone on with.

    Parameters
    ----------
    series : Series
    outputs : Outputs
    drift_compensation : str, optional
    live_drift : bool
    is_resumed : bool
        The store is there already.
    microscope : str
        The one that it was begun with, where it is resumed.
    """

    series: Series
    outputs: Outputs
    drift_compensation: str | None = None
    live_drift: bool = False
    is_resumed: bool = False
    microscope: str = ""


def job_again(path: str | Path, *, live_drift: bool) -> Job:
    """Return the job that a store was made for, to go on with it.

    Raises
    ------
    InputMissingError, DamagedFileError
        If there is no store.
    SettingError
        If it is not a recording, or complete.
    """
    store = Path(path)
    if store.suffix.lower() != ".zarr" and store.with_suffix(".zarr").exists():
        store = store.with_suffix(".zarr")
    attrs = open_stack(store, raw=True).attrs
    if "series" not in attrs or "state" not in attrs:
        raise SettingError(str(store), "is not a recording", expected="a store that `temstack acquire` began")
    series = series_from(attrs["series"])
    compensation = attrs.get("drift_compensation")
    follow = live_drift or compensation is not None
    return Job(
        series,
        outputs_of(store, attrs),
        drift_compensation=compensation,
        live_drift=follow,
        is_resumed=True,
        microscope=str(attrs.get("microscope", "simulated")),
    )


def camera_for(microscope: Microscope, series: Series) -> Camera:
    """Return the camera that a series names, or the first."""
    return microscope.camera if series.camera is None else microscope.find_camera(series.camera)


def facts_of(microscope: Microscope, series: Series) -> CameraFacts:
    """Return what a forecast needs to know of the camera of a series.

    Raises
    ------
    SettingError, DeviceLimitError
        If the camera cannot read out what the series wants.
    """
    camera = camera_for(microscope, series)
    request = request_frame(camera, series.exposure_s, binning=series.binning, readout_area=series.readout_area)
    return CameraFacts(
        name=camera.name,
        shape=request.shape,
        dtype=camera.dtype,
        saturation=camera.saturation,
        exposure_range_s=camera.exposure_range_s,
        pixel_size_nm=_binned(camera.pixel_size_nm, series.binning),
        dose_rate_per_nm2_s=_dose_rate(microscope),
    )


def prepare(
    job: Job,
    microscope: Microscope,
    name: str,
    before: dict[str, Any],
    publish: Callable[[Happening], None],
    stop: StopFlag,
    pause: PauseFlag,
) -> SeriesRun:
    """Return a series that can begin: its store is made, the microscope has not been changed.

    Parameters
    ----------
    job : Job
    microscope : Microscope
    name : str
        Under which the microscope is connected again.
    before : dict
        Its settings, see :func:`~temstack.acquire.restoring.read_settings`.
    publish, stop, pause
        Of the session.

    Raises
    ------
    SettingError, InstrumentError
        If this microscope cannot do it.
    OutputExistsError, StorageError
        If the store cannot be made.
    """
    series, camera = job.series, camera_for(microscope, job.series)
    facts = facts_of(microscope, series)
    forecast(series, facts)  # refuses what the camera cannot do
    rule = _rule(series, camera)
    move_back = make_compensator(microscope, job.drift_compensation, facts.pixel_size_nm)
    attrs = _open_attrs(job, microscope, name, before)
    mover = make_mover(microscope, series, stop, start_nm=attrs.get("start_defocus_nm"))
    exposer = Exposer(microscope, camera, series, stop)
    recording = (
        reopen_recording(job.outputs.store) if job.is_resumed else _new_recording(job, microscope, camera, facts, attrs)
    )
    try:
        seen = open_stack(recording.path, raw=True)
        _require_same_camera(seen, facts)
        exposure_s, unit_s = _exposure_to_begin_with(series, seen)
        run = SeriesRun(
            series=series,
            path=job.outputs.store,
            microscope=microscope,
            camera=camera,
            before=before,
            recording=recording,
            missing=[event for event in series.events() if event.index not in recording.recorded],
            mover=mover,
            exposer=exposer,
            rule=rule,
            exposure_s=exposure_s,
            unit_s=unit_s,
            publish=publish,
            stop=stop,
            pause=pause,
            live=LiveAlignment(publish) if job.live_drift else None,
            move_back=move_back,
        )
        if series.processing != "unprocessed":
            run.darks = DarkKeeper(microscope, camera, series, recording, run.note)
        return run
    except BaseException:
        recording.close()
        raise


def _open_attrs(job: Job, microscope: Microscope, name: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in the store beside the settings: enough to go on, and for whoever reads it later."""
    if job.is_resumed:
        return dict(open_stack(job.outputs.store, raw=True).attrs)
    attrs: dict[str, Any] = {
        "high_tension_kv": microscope.high_tension_kv,
        "microscope": name,
        "microscope_settings": before,
        "output": job.outputs.final.name,
        "overwrite": job.outputs.overwrite,
    }
    if "defocus_nm" in before:
        attrs["start_defocus_nm"] = before["defocus_nm"]
    if "slit_width_ev" in before and isinstance(job.series, EftemSeries):
        attrs["slit_width_ev"] = job.series.slit_width_ev or before["slit_width_ev"]
    if job.drift_compensation is not None:
        attrs["drift_compensation"] = job.drift_compensation
    return attrs


def _new_recording(
    job: Job, microscope: Microscope, camera: Camera, facts: CameraFacts, attrs: dict[str, Any]
) -> Recording:
    series, store = job.series, job.outputs.store
    planned = planned_stack(series, facts, **attrs)
    unknown = np.full(series.size, np.nan)
    planned = planned.assign_coords({name: (series.plane_dim, unknown, {"units": "nm"}) for name in SHIFTS})
    if job.outputs.as_spectrum_image:
        planned = planned.transpose("y", "x", series.plane_dim)
    require_room(store.absolute(), forecast(series, facts).disk_bytes // 2)  # counts shrink to 40 %
    gain = None
    if series.processing == "gain_normalized":
        how: dict[str, Any] = {"binning": series.binning, "readout_area": series.readout_area}
        gain = ReferenceLibrary().gain(microscope, camera, **how)
        gain = camera.gain_reference(**how) if gain is None else gain
    return create_recording(store, planned, gain=gain, overwrite=job.outputs.overwrite)


def _rule(series: Series, camera: Camera) -> ExposureRule | None:
    if series.auto_exposure is None:
        return None
    return ExposureRule(
        series.auto_exposure.resolved(saturation=camera.saturation, exposure_range_s=camera.exposure_range_s)
    )


def _require_same_camera(seen: xr.DataArray, facts: CameraFacts) -> None:
    frame = tuple(seen.sizes[dim] for dim in ("y", "x"))
    known = seen.attrs.get("camera", facts.name)
    if known != facts.name or frame != facts.shape or seen.dtype != facts.dtype:
        raise SettingError(
            "series",
            "was begun with another camera",
            got=f"{facts.name!r} with {facts.shape} {facts.dtype}",
            expected=f"{known!r} with {frame} {seen.dtype}",
            advice="connect the microscope that it was begun with",
        )


def _exposure_to_begin_with(series: Series, seen: xr.DataArray) -> tuple[float, float | None]:
    """Return the exposure to ask for, and the one of scale 1; where a series goes on, as it was when it broke off."""
    recorded = seen.coords["is_recorded"].values
    if not recorded.any():
        return series.exposure_s, None
    used, scale = seen.coords["exposure_s"].values, seen.coords["scale"].values
    last = [event.index for event in series.events() if recorded[event.index]][-1]
    unit_s = float(used[last] * scale[last])
    # Asked for are powers of two of the first; what the camera made of them may differ a little.
    doublings = 0 if series.auto_exposure is None else round(log2(1 / scale[last]))
    return series.exposure_s * 2.0**doublings, unit_s


def _binned(pixel_nm: tuple[float, float] | None, binning: tuple[int, int]) -> tuple[float, float] | None:
    return None if pixel_nm is None else (pixel_nm[0] * binning[0], pixel_nm[1] * binning[1])


def _dose_rate(microscope: Microscope) -> float | None:
    """Return electrons per nm² and s where the microscope knows; only simulated ones do."""
    simulation = getattr(microscope, "simulation", None)
    return None if simulation is None else float(simulation.truth["dose_per_nm2_s"])
