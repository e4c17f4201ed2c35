"""What a running series tells those who watch it: the viewer, the terminal, a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from temstack.instrument import FrameTruth

if TYPE_CHECKING:
    from temstack.drift import Drift


@dataclass(frozen=True)
class SeriesStarted:
    """A series begins, or goes on.

    Parameters
    ----------
    path : str
        Its store, which can be opened at once.
    planes : int
        How many it will have.
    recorded : int
        How many it has already.
    """

    path: str
    planes: int
    recorded: int


@dataclass(frozen=True, eq=False)
class PlaneRecorded:
    """A plane is safe on disk.

    Parameters
    ----------
    index : int
        Of the plane, 0-based.
    position : float
        Energy, defocus, time… of the plane, in the units of its axis.
    values : dict
        What belongs to the plane: ``exposure_s``, ``scale``, ``counts_max``…
    recorded, planes : int
        How many are on disk, of how many.
    left_s : float, s
        How long the rest will take, as things are.
    pixels : (y, x) array
        As recorded; read it, do not change it.
    truth : FrameTruth, optional
        What was really the case; simulated microscopes only.
    is_saturated : bool
        Whether any pixel that is not hot reached the camera's limit.
    """

    index: int
    position: float
    values: dict[str, Any]
    recorded: int
    planes: int
    left_s: float
    pixels: NDArray[Any]
    truth: FrameTruth | None = None
    is_saturated: bool = False


@dataclass(frozen=True)
class Noted:
    """A line of the log, in plain words."""

    line: str


@dataclass(frozen=True, eq=False)
class DriftEstimated:
    """The drift of the planes so far, and their aligned sum.

    Parameters
    ----------
    drift : Drift
        Not yet refined.
    planes : tuple of int
        The index in the series of each plane that `drift` knows, in the order of recording.
    aligned_sum : (y, x) float64
        Counts of all planes so far, each shifted back by its drift to whole pixels.
    """

    drift: Drift
    planes: tuple[int, ...]
    aligned_sum: NDArray[Any]


@dataclass(frozen=True)
class StateChanged:
    """A series enters another state.

    It is ``running``, perhaps ``pausing``, ``paused`` or ``stopping``, then ``restoring``; it ends as ``complete``,
    ``partial`` or ``failed``.
    """

    state: str
    reason: str = ""


Event = SeriesStarted | PlaneRecorded | Noted | DriftEstimated | StateChanged
Watcher = Callable[[Event], None]


class EventQueue:
    """A watcher that keeps the latest events until somebody fetches them, in another thread or a timer of a window.

    Parameters
    ----------
    size : int
        Of more events than that the oldest are dropped: a slow watcher must not fill the memory with planes.

    Examples
    --------
    >>> queue = EventQueue()
    >>> queue(Noted("plane 0: 812 counts"))
    >>> queue.take()
    [Noted(line='plane 0: 812 counts')]
    """

    def __init__(self, size: int = 64) -> None:
        self._events: Queue[Event] = Queue(size)

    def __call__(self, event: Event) -> None:
        """Take one more event."""
        while True:
            try:
                self._events.put_nowait(event)
                return
            except Full:
                self.take_one()

    def take_one(self) -> Event | None:
        """Return the oldest event, None if there is none."""
        try:
            return self._events.get_nowait()
        except Empty:
            return None

    def take(self) -> list[Event]:
        """Return all events so far, oldest first."""
        found = []
        while (event := self.take_one()) is not None:
            found.append(event)
        return found
