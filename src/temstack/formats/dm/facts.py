"""What the microscope noted about an image, out of the many tags in which it may stand.

Tags marked *seen* stand in files that we have; the others are named by public readers and scripts, or follow
from them. ``docs/reference/dm-files.md`` lists all of them for users.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

import numpy as np

from temstack.stack.tags import Tag, get_tag

_ENERGY_LOSS = (
    "EELS Spectrometer:Energy loss (eV)",  # seen
    "EELS:Acquisition:Spectrometer:Energy loss (eV)",
    "EELS:Acquisition:Energy loss (eV)",
    "EELS:Energy loss (eV)",
    "EFTEM:Energy loss (eV)",
    "EFTEM:Energy (eV)",
    "Energy Filter:Energy loss (eV)",
)
_SLIT_WIDTH = (
    "EELS Spectrometer:Slit width (eV)",  # seen
    "EELS:Acquisition:Spectrometer:Slit width (eV)",  # seen
    "EFTEM:Slit width (eV)",
    "Energy Filter:Slit width (eV)",
)
_SLIT_INSERTED = (
    "EELS Spectrometer:Slit inserted",  # seen
    "EELS:Acquisition:Spectrometer:Slit inserted",  # seen
)
# What the camera did stands before what it was asked for.
_EXPOSURE = (
    "DataBar:Exposure Time (s)",  # seen
    "Acquisition:Parameters:Detector:exposure (s)",  # seen
    "Acquisition:Parameters:High Level:Exposure (s)",  # seen
    "EELS:Acquisition:Exposure (s)",  # seen
)
_DATE_AND_TIME = (
    ("DataBar:Acquisition Date", "DataBar:Acquisition Time"),  # seen
    ("EELS:Acquisition:Date", "EELS:Acquisition:Start time"),  # seen
)
_MAGNIFICATION = (
    "Microscope Info:Actual Magnification",
    "Microscope Info:Indicated Magnification",
)  # both seen
_DEFOCUS_NM = ("Microscope Info:Defocus_nm",)  # set by a public DM script
_TECNAI = "Tecnai:Microscope Info"  # seen: a page of text by the microscope's maker

_BEFORE_STACKING = "source:Tags at creation"  # seen: where a plug-in that builds stacks keeps the tags of its images

_WINDOWS_EPOCH_S = -11644473600.0
"""1601-01-01, from which Windows counts steps of 100 ns, in seconds of Unix time."""


def plane_facts(tags: dict[str, Tag]) -> dict[str, float | str]:
    """Return what the microscope noted about one image, in our names and units.

    Parameters
    ----------
    tags : dict
        The ``ImageTags`` of an image, or ``attrs["tags"]`` of an array read from a DM file.

    Returns
    -------
    facts : dict
        As many as the file tells of ``energy_loss_ev``, ``slit_width_ev`` (while the slit is in),
        ``exposure_s``, ``time`` (s since 1970; only differences mean something), ``acquired``
        (``"2016-08-27T20:54:33"``, the clock on the wall), ``high_tension_kv``, ``magnification``,
        ``binning_y``, ``binning_x``, ``tilt_deg`` and ``defocus_nm`` (underfocus positive).

    Examples
    --------
    >>> plane_facts({"Microscope Info": {"Voltage": 200000.0}, "DataBar": {"Exposure Time (s)": 0.5}})
    {'exposure_s': 0.5, 'high_tension_kv': 200.0}
    """
    before = get_tag(tags, _BEFORE_STACKING)
    facts = plane_facts(before) if isinstance(before, dict) else {}
    found = {name: find(tags) for name, find in _FINDERS.items()}
    facts |= {name: value for name, value in found.items() if value is not None}
    return {**facts, **_binning(tags)}


def _first_number(tags: dict[str, Tag], paths: Iterable[str]) -> float | None:
    for path in paths:
        tag = get_tag(tags, path)
        if isinstance(tag, (bool, int, float, np.number)) and np.isfinite(tag):
            return float(tag)
    return None


def _from_tecnai(tags: dict[str, Tag], pattern: str) -> str | None:
    text = get_tag(tags, _TECNAI)
    found = re.search(pattern, text) if isinstance(text, str) else None
    return found[1] if found else None


def _energy_loss_ev(tags: dict[str, Tag]) -> float | None:
    value = _first_number(tags, _ENERGY_LOSS)
    text = _from_tecnai(tags, r"Total energy loss:\s*(-?[\d.]+)\s*\[eV\]")
    return value if value is not None else float(text) if text else None


def _slit_width_ev(tags: dict[str, Tag]) -> float | None:
    if _first_number(tags, _SLIT_INSERTED) == 0 or _from_tecnai(tags, r"Slit state:\s*(\w+)") == "Retracted":
        return None
    value = _first_number(tags, _SLIT_WIDTH)
    text = _from_tecnai(tags, r"Slit width:\s*([\d.]+)\s*\[eV\]")
    return value if value is not None else float(text) if text else None


def _exposure_s(tags: dict[str, Tag]) -> float | None:
    value = _first_number(tags, _EXPOSURE)
    nanoseconds = _first_number(tags, ["Acquisition:Frame:Sequence:Exposure Time (ns)"])  # seen
    return value if value is not None else None if nanoseconds is None else nanoseconds * 1e-9


def _high_tension_kv(tags: dict[str, Tag]) -> float | None:
    volts = _first_number(tags, ["Microscope Info:Voltage"])  # seen
    return volts / 1e3 if volts else None


def _defocus_nm(tags: dict[str, Tag]) -> float | None:
    value = _first_number(tags, _DEFOCUS_NM)
    text = _from_tecnai(tags, r"Defocus \(um\)\s*(-?[\d.]+)")
    # The maker's sign: overfocus is positive there. 0.0 is added because -0.0 looks odd.
    return value if value is not None else -1000 * float(text) + 0.0 if text else None


def _acquired(tags: dict[str, Tag]) -> str | None:
    moment = _moment(tags)
    return moment.isoformat() if moment else None


def _time(tags: dict[str, Tag]) -> float | None:
    """Return seconds by the computer's own clock, which counts 100 ns, else by the clock on the wall."""
    ticks = _first_number(tags, ["DataBar:Acquisition Time (OS)"])  # seen
    if ticks:
        return ticks * 1e-7 + _WINDOWS_EPOCH_S
    moment = _moment(tags)
    return (moment - datetime(1970, 1, 1)).total_seconds() if moment else None


def _moment(tags: dict[str, Tag]) -> datetime | None:
    for date_path, time_path in _DATE_AND_TIME:
        date, time = get_tag(tags, date_path), get_tag(tags, time_path)
        if isinstance(date, str) and isinstance(time, str):
            return _parsed(date, time)
    return None


def _parsed(date: str, time: str) -> datetime | None:
    """Return a moment from texts in the language of the computer: 8/29/2017 1:58:43 PM, 27.08.2016 20:54:33.

    Slashes are read as month first, as on American computers, where that is possible.
    """
    numbers = [int(number) for number in re.findall(r"\d+", date)]
    clock = re.match(r"\s*(\d+):(\d+)(?::(\d+))?\s*([AaPp][Mm])?", time)
    if len(numbers) != 3 or not clock:
        return None
    first, second, third = numbers
    if first > 31:
        year, month, day = first, second, third
    else:
        month_first = "/" in date and first <= 12
        month, day, year = (first, second, third) if month_first else (second, first, third)
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "pm" else 0)
    try:
        return datetime(year, month, day, hour, int(clock[2]), int(clock[3] or 0))
    except ValueError:
        return None


def _binning(tags: dict[str, Tag]) -> dict[str, float | str]:
    pair = get_tag(tags, "Acquisition:Parameters:High Level:Binning")  # seen: (x, y)
    if isinstance(pair, tuple) and len(pair) == 2:
        return {"binning_y": float(pair[1]), "binning_x": float(pair[0])}
    both = _first_number(tags, ["DataBar:Binning"])  # seen
    return {} if not both else {"binning_y": both, "binning_x": both}


_FINDERS: dict[str, Callable[[dict[str, Tag]], float | str | None]] = {
    "energy_loss_ev": _energy_loss_ev,
    "slit_width_ev": _slit_width_ev,
    "exposure_s": _exposure_s,
    "time": _time,
    "acquired": _acquired,
    "high_tension_kv": _high_tension_kv,
    "magnification": lambda tags: _first_number(tags, _MAGNIFICATION),
    "tilt_deg": lambda tags: _first_number(tags, ["Microscope Info:Stage Position:Stage Alpha"]),  # seen
    "defocus_nm": _defocus_nm,
}
