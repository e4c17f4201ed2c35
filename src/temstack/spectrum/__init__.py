"""Spectra out of stacks: what was recorded at each energy loss, in an area of the specimen.

In comes an EFTEM stack ``(energy_loss, y, x)`` or a spectrum image ``(y, x, energy_loss)``; any other plane
axis gives a curve against time or defocus. Out goes a spectrum ``(energy_loss,)`` in counts with its
calibrated axis, per-plane values and, where it is known, its standard error.

Always true: pixels are scaled to counts as :func:`temstack.stack.counts` does; regions are
``(top, left, bottom, right)``, half-open, and may not reach outside the image; no more of a lazy stack is in
memory than a few of its blocks.

Read :mod:`~temstack.spectrum.extraction`.
"""

from temstack.spectrum.extraction import extract_spectrum as extract_spectrum
