"""How long a series takes, what dose it costs and how much disk, before it is begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from temstack.errors import SettingError
from temstack.series.kinds import Series, TimeSeries

DARKS_KEPT = 4
"""Frames that are averaged to a dark reference."""


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """What must be known of a camera, and of the beam on it, to plan a series.

    Parameters
    ----------
    name : str
    shape : (int, int), px
        Of a frame, binned, of the area that is read out.
    dtype : numpy type
        Of an unprocessed frame.
    saturation : float, counts
    exposure_range_s : (float, float), s
    pixel_size_nm : (float, float), nm, optional
        Of a binned pixel at the specimen; None if unknown.
    overhead_s : float, s
        From the end of one exposure to the start of the next: readout, move and settling.
    dose_rate_per_nm2_s : float, electrons per nm² and s, optional
        At the specimen; None if unknown.
    """

    name: str
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    saturation: float
    exposure_range_s: tuple[float, float]
    pixel_size_nm: tuple[float, float] | None = None
    overhead_s: float = 0.1
    dose_rate_per_nm2_s: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a series will cost.

    With automatic exposure nobody knows beforehand: then ``time_s`` and ``dose_per_nm2`` hold if every plane is exposed
    as the first, ``longest_time_s`` and ``largest_dose_per_nm2`` if every plane takes the longest exposure that is
    allowed. Otherwise both are the same.

    Parameters
    ----------
    planes : int
    time_s, longest_time_s : float, s
    exposed_s, longest_exposed_s : float, s
        The part of it in which the specimen is under the beam for a frame.
    dose_per_nm2, largest_dose_per_nm2 : float, electrons per nm², optional
        None where the dose rate is unknown.
    dark_references : int
        How many must be taken at most.
    disk_bytes : int
        Pixels and references as they are; compression makes it less.
    """

    planes: int
    time_s: float
    longest_time_s: float
    exposed_s: float
    longest_exposed_s: float
    dose_per_nm2: float | None
    largest_dose_per_nm2: float | None
    dark_references: int
    disk_bytes: int


def forecast(series: Series, facts: CameraFacts) -> Forecast:
    """Return what a series will cost on a camera.

    Parameters
    ----------
    series : Series
    facts : CameraFacts

    Raises
    ------
    SettingError
        If the camera cannot do it, said before anything is exposed.

    Examples
    --------
    >>> from temstack.series import ExposureSeries
    >>> facts = CameraFacts("CCD", (1024, 1024), np.dtype("u2"), 65535, (0.01, 60), dose_rate_per_nm2_s=50)
    >>> cost = forecast(ExposureSeries(n_planes=20, exposure_s=0.5, processing="unprocessed"), facts)
    >>> round(cost.time_s), round(cost.dose_per_nm2), cost.disk_bytes // 2**20
    (12, 500, 40)
    """
    shortest, longest = facts.exposure_range_s
    if not shortest <= series.exposure_s <= longest:
        raise SettingError(
            "exposure_s",
            f"is not within what camera {facts.name!r} can",
            got=f"{series.exposure_s:g} s",
            expected=f"{shortest:g} to {longest:g} s",
        )
    most_s, distinct = _automatic(series, facts)
    darks = 0 if series.processing == "unprocessed" else distinct
    dark_s = [darks * DARKS_KEPT * (each + facts.overhead_s) for each in (series.exposure_s, most_s)]
    exposed, most_exposed = series.size * series.exposure_s, series.size * most_s
    rate = facts.dose_rate_per_nm2_s
    return Forecast(
        planes=series.size,
        time_s=_duration(series, series.exposure_s, facts) + dark_s[0],
        longest_time_s=_duration(series, most_s, facts) + dark_s[1],
        exposed_s=exposed,
        longest_exposed_s=most_exposed,
        dose_per_nm2=None if rate is None else rate * exposed,
        largest_dose_per_nm2=None if rate is None else rate * most_exposed,
        dark_references=darks,
        disk_bytes=int(np.prod(facts.shape)) * (series.size * facts.dtype.itemsize + 4 * (darks + (darks > 0))),
    )


def _automatic(series: Series, facts: CameraFacts) -> tuple[float, int]:
    """Return the longest exposure that may come, and how many different ones."""
    if series.auto_exposure is None:
        return series.exposure_s, 1
    limits = series.auto_exposure.resolved(saturation=facts.saturation, exposure_range_s=facts.exposure_range_s)
    if not limits.shortest_s <= series.exposure_s <= limits.longest_s:
        raise SettingError(
            "exposure_s",
            "the first exposure is not within those of automatic exposure",
            got=f"{series.exposure_s:g} s",
            expected=f"{limits.shortest_s:g} to {limits.longest_s:g} s",
        )
    up = int(np.log2(limits.longest_s / series.exposure_s) + 1e-9)
    down = int(np.log2(series.exposure_s / limits.shortest_s) + 1e-9)
    return series.exposure_s * 2.0**up, min(up + down + 1, series.size)


def _duration(series: Series, exposure_s: float, facts: CameraFacts) -> float:
    each = exposure_s + facts.overhead_s + series.settle_s
    if isinstance(series, TimeSeries) and series.interval_s:
        return (series.size - 1) * max(series.interval_s, each) + each
    return series.size * each
