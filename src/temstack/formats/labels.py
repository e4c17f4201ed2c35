"""Energies, tilts and times that the labels of slices say."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from temstack.formats.found import Axis
from temstack.formats.units import unit_of

_NUMBER = r"(?P<number>[-+−]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)"
_ENERGY = re.compile(rf"(?<![\w.]){_NUMBER}\s*(?P<unit>k?eV)\b")
_ALONE = re.compile(rf"{_NUMBER}\s*(?P<unit>deg|degrees|°|ms|s|sec)")


def short_labels(labels: Sequence[str]) -> list[str]:
    """Return the first line of each label: ImageJ puts all tags of a DM file behind it."""
    return [label.strip().split("\n", 1)[0].strip() for label in labels]


def axis_of_labels(labels: Sequence[str]) -> Axis | None:
    """Return the axis that slice labels describe, None unless every one says a position in the same units.

    An energy may stand anywhere in the label (``"Fe pre-edge 617 eV"``); a tilt or a time must stand alone,
    because ``"2 s exposure"`` is no position.

    Parameters
    ----------
    labels : sequence of str
        One for each plane.

    Examples
    --------
    >>> axis_of_labels(["617eV", "672eV", "0.7 keV"]) is None
    True
    >>> axis_of_labels(["pre 617 eV", "post 717 eV"]).values
    array([617., 717.])
    """
    found = [_position(label) for label in short_labels(labels)]
    units = {unit for unit, _ in found}
    if len(units) != 1 or "" in units:
        return None
    return Axis("", units.pop(), np.array([number for _, number in found], dtype=np.float64))


def _position(label: str) -> tuple[str, float]:
    """Return the unit and the number in a label; no unit where it says none, or two."""
    energies = list(_ENERGY.finditer(label))
    match = energies[0] if len(energies) == 1 else _ALONE.fullmatch(label)
    if match is None:
        return "", 0.0
    return unit_of(match["unit"]), float(match["number"].replace("−", "-"))
