"""Drift: a stack goes in, where the specimen moved in each plane comes out, and the stack put right.

What goes through, one pure function each: filter the planes (:mod:`~temstack.drift.spectra`), correlate
pairs (:mod:`~temstack.drift.pairs`), solve for the drift (:mod:`~temstack.drift.graph`), apply it
(:mod:`~temstack.drift.apply`). Read :mod:`~temstack.drift.estimate` first: it calls the others in order.

Sign: ``drift_px`` is where the specimen moved to, (y, x), relative to plane 0; ``shift_px = -drift_px`` is applied.
"""

from __future__ import annotations
