"""A correction to what RosettaSciIO says about TIA files: where their images begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from temstack.formats.found import Axis, Found
from temstack.formats.kinds import TIA
from temstack.formats.rosetta import read_found

_METRES_TO = {"nm": 1e9, "1/nm": 1e-9}


def read_tia(path: Path, *, lazy: bool) -> list[Found]:
    """Return what is in a SER or EMI file, with origins in the units of their axes.

    The reader brings the pixel size from metres to nanometres, but leaves the origin in metres.
    """
    return [_adjust(one) for one in read_found(path, TIA, lazy=lazy)]


def _adjust(found: Found) -> Found:
    header = found.tags.get("ser_header_parameters", {})
    axes = tuple(_with_origin_in_units(axis, header) for axis in found.axes)
    return replace(found, axes=axes)


def _with_origin_in_units(axis: Axis, header: Mapping[str, Any]) -> Axis:
    in_metres = _origin_in_metres(axis.name.upper(), header)
    if (
        in_metres is None
        or axis.units not in _METRES_TO
        or not np.isclose(axis.values[0], in_metres, rtol=1e-6, atol=0)
    ):
        return axis
    return Axis.even(axis.name, axis.units, len(axis.values), axis.step, in_metres * _METRES_TO[axis.units])


def _origin_in_metres(letter: str, header: Mapping[str, Any]) -> float | None:
    names = [f"Calibration{part}{letter}" for part in ("Offset", "Element", "Delta")]
    values = [_first(header.get(name)) for name in names]
    if any(value is None for value in values):
        return None
    offset, element, delta = (float(value) for value in values if value is not None)
    return offset - element * delta


def _first(value: Any) -> float | None:
    while isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, int | float) else None
