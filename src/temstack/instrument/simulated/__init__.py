"""The virtual microscope: the same protocols as hardware, with physics, imperfections and faults put in on purpose.

In comes a seed, a specimen and what is to go wrong; out goes a :class:`SimulatedMicroscope`. Always true: one clock,
which only actions move on, so that the same calls give the same frames; what the devices hide (drift, true defocus,
true energy) stands in ``frame.truth``.

Read :mod:`~temstack.instrument.simulated.microscope` first, then :mod:`~temstack.instrument.simulated.column`, the
hidden state; the physics of specimen, optics and detector is in :mod:`~temstack.instrument.simulated.physics`.
"""
