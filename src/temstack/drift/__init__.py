"""Drift: a stack goes in; out comes where the specimen moved in each plane, and the stack put right.

What it goes through, one pure function each: planes filtered and windowed (:mod:`~temstack.drift.planes`), transformed
once and correlated in pairs (:mod:`~temstack.drift.pairs`), the choice on which all pairs agree
(:mod:`~temstack.drift.graph`, :mod:`~temstack.drift.merge`), all planes refined together
(:mod:`~temstack.drift.refine`), what is not known said (:mod:`~temstack.drift.checks`), and applied
(:mod:`~temstack.drift.apply`). Read :mod:`~temstack.drift.estimate` first: it calls the others in order.

Sign: ``drift_px`` is where the specimen moved to, (y, x), relative to plane 0; ``-drift_px`` is applied. A plane whose
drift is 3 px in y shows at row 13 what plane 0 shows at row 10.
"""

from temstack.drift.apply import align as align
from temstack.drift.apply import apply_drift as apply_drift
from temstack.drift.apply import sum_aligned as sum_aligned
from temstack.drift.by_hand import drift_by_hand as drift_by_hand
from temstack.drift.by_hand import pin_planes as pin_planes
from temstack.drift.estimate import estimate_drift as estimate_drift
from temstack.drift.live import LiveDrift as LiveDrift
from temstack.drift.result import Drift as Drift
from temstack.drift.result import load_drift as load_drift
from temstack.drift.shift import shift_plane as shift_plane
