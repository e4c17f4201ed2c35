"""Physics of the virtual microscope: specimen, lenses and camera go in, frames in honest electrons come out.

What comes in: a :class:`Specimen` (maps of potential, thickness and atoms), :class:`Optics`, and the :class:`State` of
the moment. What goes out: electrons per pixel and second (:func:`electron_rate`), and from those a :class:`Readout`
(:meth:`DetectorModel.expose`) with its truth. Always true: the same numbers give the same frame, in whatever order
frames are asked for; nothing here has a clock, or answers differently for what it was asked before.

Signs: underfocus is positive; ``shift_px`` is where the specimen moved to, (y, x).

Read :mod:`~temstack.instrument.simulated.physics.formation` first, then
:mod:`~temstack.instrument.simulated.physics.loss` and :mod:`~temstack.instrument.simulated.physics.detector`.
"""

from __future__ import annotations

from temstack.instrument.simulated.physics.detector import DetectorModel, Readout, ReadoutTruth
from temstack.instrument.simulated.physics.formation import ImageFormation, electron_rate
from temstack.instrument.simulated.physics.optics import Optics
from temstack.instrument.simulated.physics.samples import amorphous_film, interface, lattice, particles_on_film
from temstack.instrument.simulated.physics.specimen import Specimen
from temstack.instrument.simulated.physics.state import State

__all__ = [
    "DetectorModel",
    "ImageFormation",
    "Optics",
    "Readout",
    "ReadoutTruth",
    "Specimen",
    "State",
    "amorphous_film",
    "electron_rate",
    "interface",
    "lattice",
    "particles_on_film",
]
