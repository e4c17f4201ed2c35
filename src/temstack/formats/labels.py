"""Energies, tilts and times that the labels of slices say."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from temstack.formats.found import Axis
from temstack.formats.units import unit_of
from temstack.stack.axes import PLANE_DIMS

_NUMBER = r"(?P<number>[-+−]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)"
_ENERGY = re.compile(rf"(?P<name>)(?<![\w.]){_NUMBER}\s*(?P<unit>k?eV)\b")
_ALONE = re.compile(rf"(?P<name>){_NUMBER}\s*(?P<unit>deg|degrees|°|ms|s|sec)")
_NAMED = re.compile(rf"(?P<name>{'|'.join(PLANE_DIMS)}) {_NUMBER}(?: (?P<unit>\S+))?")


def short_labels(labels: Sequence[str]) -> list[str]:
    """Return the first line of each label: ImageJ puts all tags of a DM file behind it."""
    return [label.strip().split("\n", 1)[0].strip() for label in labels]


def axis_of_labels(labels: Sequence[str]) -> Axis | None:
    """Return the axis that slice labels describe, None unless every one says a position in the same units.

    An energy may stand anywhere in the label (``"Fe pre-edge 617 eV"``); a tilt or a time must stand alone,
    because ``"2 s exposure"`` is no position. Our own labels name the axis: ``"defocus -270 nm"``.

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
    kinds = {position[:2] for position in found if position}
    if None in found or len(kinds) != 1:
        return None
    name, units = kinds.pop()
    return Axis(name, units, np.array([position[2] for position in found if position], dtype=np.float64))


def _position(label: str) -> tuple[str, str, float] | None:
    """Return the name of the axis if it says one, the unit, and the number in a label."""
    energies = list(_ENERGY.finditer(label))
    energy = energies[0] if len(energies) == 1 else None
    match = _NAMED.fullmatch(label) or _ALONE.fullmatch(label) or energy
    if match is None:
        return None
    return match["name"], unit_of(match["unit"]), float(match["number"].replace("−", "-"))
