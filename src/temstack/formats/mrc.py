"""What stands in and beside MRC files that RosettaSciIO does not use: tilts, unsigned counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.errors import DamagedFileError
from temstack.formats.found import Axis, Found
from temstack.formats.kinds import MRC
from temstack.formats.rosetta import read_found, reading

_UNSIGNED_OFFSET = 32768
_TILT_IN_MDOC = re.compile(r"^\s*TiltAngle\s*=\s*(\S+)\s*$", re.MULTILINE)


def read_mrc(path: Path, *, lazy: bool) -> list[Found]:
    """Return what is in an MRC file, with its tilts, calibration and counts as they were meant.

    - Tilts come from a ``.rawtlt``, ``.tlt`` or ``.mdoc`` file of the same name, or from the extended header.
    - A pixel size that is not above 0 is no calibration, and planes have a distance only in a volume: in a
      stack of images programs write anything there.
    - Integers that FEI's software shifted by −32768 to fit a signed type are shifted back, where its own
      header proves the shift: it says the mean of each plane before shifting.
    """
    found = read_found(path, MRC, lazy=lazy)
    if lazy:
        with reading(path, MRC.name):
            for one in found:  # a file that is cut short shows at its last pixel
                one.data[(-1,) * one.data.ndim].compute()
    return [_adjust(path, one) for one in found]


def _adjust(path: Path, found: Found) -> Found:
    header = found.tags.get("fei_header")
    found = _with_sane_calibration(found)
    if len(found.axes) != 3:
        return found
    planes = len(found.axes[0].values)
    if isinstance(header, Mapping):
        found = _with_unsigned_counts(found, header)
        found = _with_exposure(found, header, planes)
    tilts = _tilts(path, header, planes)
    if tilts is None:
        return found
    return replace(found, axes=(Axis("tilt", "deg", tilts), *found.axes[1:]))


def _with_sane_calibration(found: Found) -> Found:
    header = found.tags.get("std_header", {})
    is_volume = header.get("ISPG", 0) >= 1 and header.get("Zlen", 0) > 0
    return replace(found, axes=tuple(_sane(axis, is_volume) for axis in found.axes))


def _sane(axis: Axis, is_volume: bool) -> Axis:
    size = len(axis.values)
    units = "nm" if axis.name == "z" and is_volume else axis.units
    if not units or not np.isfinite(axis.step) or axis.step <= 0:
        return Axis.even(axis.name, "", size)
    return Axis.even(axis.name, units, size, _meant(axis.step), _meant(axis.values[0]))


def _meant(number: float) -> float:
    """Return what was meant by a number that was kept in 32 bits, which are good for 7 digits."""
    return float(f"{number:.7g}")


def _with_unsigned_counts(found: Found, header: Mapping[str, Any]) -> Found:
    means = header.get("mean_int")
    if found.data.dtype != np.int16 or not means:
        return found
    first = float(np.asarray(found.data[0]).mean())
    if abs(first + _UNSIGNED_OFFSET - float(means[0])) > 1:
        return found
    # The same bits but the sign: adding 32768 to a signed number is flipping its highest bit.
    counts = (found.data.view(np.uint16) ^ np.uint16(_UNSIGNED_OFFSET)).astype(np.uint16, copy=False)
    return replace(found, data=counts, repairs=(("add_to_counts", {"counts": _UNSIGNED_OFFSET}),))


def _with_exposure(found: Found, header: Mapping[str, Any], planes: int) -> Found:
    exposures = np.asarray(header.get("exp_time", [])[:planes], dtype=np.float64)
    if len(exposures) != planes or not (exposures > 0).all():
        return found
    return replace(found, plane_values={**found.plane_values, "exposure_s": (exposures, "s")})


def _tilts(path: Path, header: Any, planes: int) -> NDArray[np.float64] | None:
    """Return the tilt of each plane in degrees, None where nothing says it."""
    for side_file in (*(path.with_suffix(end) for end in (".rawtlt", ".tlt")), *_mdocs(path)):
        if side_file.is_file():
            return _tilts_in(side_file, planes)
    if isinstance(header, Mapping):
        tilts = np.asarray(header.get("a_tilt", [])[:planes], dtype=np.float64)
        if len(tilts) == planes and np.ptp(tilts) > 0:
            return tilts
    return None


def _mdocs(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + ".mdoc"), path.with_suffix(".mdoc")


def _tilts_in(side_file: Path, planes: int) -> NDArray[np.float64]:
    text = side_file.read_text(encoding="utf-8", errors="replace")
    words = _TILT_IN_MDOC.findall(text) if side_file.suffix == ".mdoc" else text.split()
    try:
        tilts = np.array([float(word) for word in words])
    except ValueError as err:
        raise DamagedFileError(
            side_file.name,
            "does not hold tilts",
            got=repr(text[:40]),
            expected=f"{planes} numbers in degrees",
        ) from err
    if len(tilts) != planes:
        raise DamagedFileError(
            side_file.name,
            "has the wrong number of tilts",
            got=len(tilts),
            expected=f"{planes}, one for each plane",
            advice="put it right, or move it away to read the stack without tilts",
        )
    return tilts
