"""Specimens whose truth is known, for tests and for trying things out.

What comes in: how many planes, how large, how many electrons, a seed. What goes out: a
:class:`SimulatedSeries`, the recorded stack beside the drift that was put in. Always true: the same
seed gives the same numbers, and the specimen moves over the field of view as a real one does, so that
what leaves on one side does not come back on the other.

Read :mod:`~temstack.testing.specimens` first; :mod:`~temstack.testing.imaging` holds the physics it is
made of.
"""

from __future__ import annotations

from temstack.testing.imaging import Detector
from temstack.testing.specimens import (
    SimulatedSeries,
    drift_path,
    drifting_eftem_series,
    drifting_focal_series,
    drifting_lattice_series,
)

__all__ = [
    "Detector",
    "SimulatedSeries",
    "drift_path",
    "drifting_eftem_series",
    "drifting_focal_series",
    "drifting_lattice_series",
]
