"""Series × instrument → planes on disk: nothing is lost, and everything goes back.

In come a :class:`~temstack.series.Series` and a microscope by name (:func:`connect`); out goes a stack, opened from its
store, while everybody who watches is told plane by plane.

Always true: what must be put back is on disk before the microscope is changed first, and is put back whatever happens;
a plane is announced when it is safe on disk; a series ends as ``complete``, ``partial`` (stopped) or ``failed``, and
what it has stays readable and can be gone on with; energies and foci are approached from below, read back and checked;
raw counts are stored, corrections are made on reading.

Read :mod:`~temstack.acquire.session` first, then :mod:`~temstack.acquire.plans`. bluesky is loaded when first used.
"""

from temstack.acquire.events import DriftEstimated as DriftEstimated
from temstack.acquire.events import Event as Event
from temstack.acquire.events import EventQueue as EventQueue
from temstack.acquire.events import Noted as Noted
from temstack.acquire.events import PlaneRecorded as PlaneRecorded
from temstack.acquire.events import SeriesStarted as SeriesStarted
from temstack.acquire.events import StateChanged as StateChanged
from temstack.acquire.recovering import Recovery as Recovery
from temstack.acquire.recovering import recover as recover
from temstack.acquire.session import Session as Session
from temstack.acquire.session import connect as connect
