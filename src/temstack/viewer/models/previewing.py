"""What an operation would give on the plane that is shown, worked out beside the windows; the latest wish counts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.operations.declaration import Operation
from temstack.stack.axes import PLANE_UNITS
from temstack.viewer.models.apart import Abandoned
from temstack.viewer.models.beside import begin
from temstack.viewer.models.jobs import Deliver
from temstack.viewer.models.listening import listening
from temstack.viewer.models.watching import Watch, into_memory

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress

_QUICK_BYTES = 2**26
"""64 MiB: of stacks of this size any operation is shown beforehand without being asked."""


@dataclass(frozen=True)
class Preview:
    """Pixels before and after an operation: images (y, x), spectra (n,), or None where there is neither."""

    before: xr.DataArray | None
    after: xr.DataArray | None
    words: str
    """What the result is: ``"stack, 5 × 60 × 80 uint16"``."""


@dataclass(frozen=True)
class Wish:
    """What is to be shown beforehand."""

    operation: Operation
    data: Any
    values: Mapping[str, Any]
    plane: int = 0


def is_quick(operation: Operation, data: Any) -> bool:
    """Return whether one plane of the result takes little more than one plane of the input, or all of it is small."""
    if not hasattr(data, "nbytes"):
        return all(is_quick(operation, each) for each in data)
    plane_by_plane = operation.streams and operation.output == "same" and operation.menu[0] == "Volume"
    return plane_by_plane or data.nbytes <= _QUICK_BYTES


def preview(wish: Wish, progress: Progress) -> Preview:
    """Return what an operation would give: of a lazy result only one plane is worked out.

    Parameters
    ----------
    wish : Wish
    progress : Progress
        Looked at for every block; what it raises ends the work.
    """
    from temstack.operations import run

    watch = Watch(progress)
    several = isinstance(wish.data, list)
    watched = [watch.over(each) for each in wish.data] if several else watch.over(wish.data)
    result = run(wish.operation, watched, progress=watch, **wish.values)
    before = wish.data[0] if several else wish.data
    after = one_plane(result, wish.plane)
    shown = one_plane(before, wish.plane)
    return Preview(
        None if shown is None else into_memory(shown, progress),
        None if after is None else into_memory(after, progress),
        in_words(result),
    )


def one_plane(data: xr.DataArray, plane: int) -> xr.DataArray | None:
    """Return the counts of one plane, of an image or of a spectrum; None for data of other dimensions."""
    from temstack.stack import counts

    dim = next((str(dim) for dim in data.dims if dim in PLANE_UNITS), None)
    if dim is not None and {"y", "x"} <= set(data.dims):
        data = data.isel({dim: min(plane, data.sizes[dim] - 1)})
    shown = "channel" not in data.dims and (data.ndim == 1 or set(data.dims) == {"y", "x"})
    return counts(data) if shown else None


def in_words(data: xr.DataArray) -> str:
    """Return what data are, in a few words."""
    from temstack.operations.running import kind_of

    return f"{kind_of(data)}, {' × '.join(str(size) for size in data.shape)}, {data.dtype}"


class Previewer:
    """Works wishes out one after the other in a thread; a newer wish ends the one before it.

    Parameters
    ----------
    deliver : callable
        How to call a function in the thread of the windows.
    """

    shown = Signal(Preview)
    failed = Signal(object)
    """The exception that the operation would raise."""
    working = Signal()

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._next: Wish | None = None
        self._latest = 0
        self._thread: threading.Thread | None = None

    @property
    def is_working(self) -> bool:
        """Whether a wish is being worked out."""
        return self._thread is not None

    def ask(self, wish: Wish) -> None:
        """Have a wish worked out; what was asked before counts no more."""
        self.working.emit()
        with self._lock:
            self._latest += 1
            self._next = wish
            if self._thread is None:
                self._thread = begin(self._work, self._deliver, "preview")

    def stop(self) -> None:
        """Let nothing that is still worked out be shown."""
        with self._lock:
            self._latest += 1
            self._next = None

    def _work(self) -> None:
        while True:
            with self._lock:
                wish, number = self._next, self._latest
                self._next = None
                if wish is None:
                    self._thread = None
                    return
            self._work_out(wish, number)

    def _work_out(self, wish: Wish, number: int) -> None:
        def look(step: str, done: int, total: int) -> None:
            if number != self._latest:
                raise Abandoned

        try:
            with listening(lambda sentence: None):
                found = preview(wish, look)
        except Abandoned:
            return
        except Exception as error:
            self._tell(number, self.failed, error)
        else:
            self._tell(number, self.shown, found)

    def _tell(self, number: int, signal: Any, what: object) -> None:
        self._deliver(lambda: signal.emit(what) if number == self._latest else None)
