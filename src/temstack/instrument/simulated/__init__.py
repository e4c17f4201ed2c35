"""The virtual microscope: the same protocols as hardware, with physics, imperfections and faults put in on purpose.

In comes a seed, a specimen and what is to go wrong; out goes a :class:`SimulatedMicroscope`. Always true: one clock,
which only actions move on, so that the same calls give the same frames; what the devices hide (drift, true defocus,
true energy) stands in ``frame.truth``.

Read :mod:`~temstack.instrument.simulated.microscope` first, then :mod:`~temstack.instrument.simulated.column`, the
hidden state; the physics of specimen, optics and detector is in :mod:`~temstack.instrument.simulated.physics`.
"""

from temstack.instrument.simulated.cameras import CAMERAS as CAMERAS
from temstack.instrument.simulated.cameras import CameraSetup as CameraSetup
from temstack.instrument.simulated.faults import KINDS as KINDS
from temstack.instrument.simulated.faults import Fault as Fault
from temstack.instrument.simulated.imperfections import Imperfections as Imperfections
from temstack.instrument.simulated.microscope import SPECIMENS as SPECIMENS
from temstack.instrument.simulated.microscope import SimulatedMicroscope as SimulatedMicroscope
