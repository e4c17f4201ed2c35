"""What was done at the desk, so that it can be undone and done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

if TYPE_CHECKING:
    import xarray as xr

_MOST_STEPS = 100
_SHARE_OF_MEMORY = 8


@dataclass(frozen=True)
class Step:
    """One thing that was done, and how to go back and forth over it.

    Parameters
    ----------
    title : str
        What was done, as it follows the words Undo and Redo: ``"Crop"``.
    undo, redo : callable
        Put things as they were before, and as they were after. Called in turns, undo first.
    holds : tuple of DataArray
        Data that would be free if nobody could go over this step any more; they count as its memory.
    """

    title: str
    undo: Callable[[], object]
    redo: Callable[[], object]
    holds: tuple[xr.DataArray, ...] = field(default=(), repr=False)


class UndoStack:
    """What was done, in order; the oldest steps are forgotten when they are many or hold much memory.

    Parameters
    ----------
    data_on_desk : callable
        Gives the data of all open documents: what these hold costs nothing more.
    most_steps : int
        How many steps are kept.
    most_bytes : int, optional
        How much memory steps may hold that is on no open document; an eighth of what the machine has unless given.

    Examples
    --------
    >>> stack, words = UndoStack(), ["after"]
    >>> stack.push(Step("Rename", undo=lambda: words.append("before"), redo=lambda: words.append("after")))
    >>> stack.undo(); words[-1], stack.undo_title, stack.redo_title
    ('before', None, 'Rename')
    """

    changed = Signal()
    """Other steps can be undone or done again."""

    def __init__(
        self,
        data_on_desk: Callable[[], list[xr.DataArray]] = list,
        *,
        most_steps: int = _MOST_STEPS,
        most_bytes: int | None = None,
    ) -> None:
        from temstack.viewer.models.memory import all_memory

        self.most_steps = most_steps
        self.most_bytes = all_memory() // _SHARE_OF_MEMORY if most_bytes is None else most_bytes
        self._data_on_desk = data_on_desk
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._is_moving = False

    @property
    def undo_title(self) -> str | None:
        """What would be undone."""
        return self._done[-1].title if self._done else None

    @property
    def redo_title(self) -> str | None:
        """What would be done again."""
        return self._undone[-1].title if self._undone else None

    def push(self, step: Step) -> None:
        """Remember what was just done; what had been undone before cannot be done again any more.

        Called while a step is undone or done again, it does nothing: what that changes is known already.
        """
        if self._is_moving:
            return
        self._undone.clear()
        self._done.append(step)
        self._forget_what_is_too_much()
        self.changed.emit()

    def push_onto(self, last: Step, step: Step) -> bool:
        """Put a step in the place of the last one that is done, if that is `last`; return whether it is.

        For what goes on in many small steps, such as moving a region.
        """
        if self._is_moving or not self._done or self._done[-1] is not last:
            return False
        self._done[-1] = step
        return True

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Remember nothing of what is done in the block, which is part of a step that is pushed as a whole."""
        before, self._is_moving = self._is_moving, True
        try:
            yield
        finally:
            self._is_moving = before

    @property
    def is_quiet(self) -> bool:
        """Whether what is done now is not remembered."""
        return self._is_moving

    def undo(self) -> None:
        """Undo the last step that is done."""
        if self._done:
            self._move(self._done, self._undone, lambda step: step.undo())

    def redo(self) -> None:
        """Do the last step again that was undone."""
        if self._undone:
            self._move(self._undone, self._done, lambda step: step.redo())

    def clear(self) -> None:
        """Forget everything, and so set free what it held."""
        self._done.clear()
        self._undone.clear()
        self.changed.emit()

    @property
    def held_bytes(self) -> int:
        """Memory that only these steps hold, apart from what open documents show."""
        shown = {id(owner) for data in self._data_on_desk() for owner in _owners(data)}
        held = {id(owner): owner.nbytes for step in self._steps() for data in step.holds for owner in _owners(data)}
        return sum(size for owner, size in held.items() if owner not in shown)

    def __len__(self) -> int:
        return len(self._done) + len(self._undone)

    def _steps(self) -> Iterator[Step]:
        yield from self._done
        yield from self._undone

    def _move(self, source: list[Step], target: list[Step], go: Callable[[Step], object]) -> None:
        step = source[-1]
        self._is_moving = True
        try:
            go(step)
        except BaseException:
            # Whatever is left half way, going further over it would do harm.
            source.clear()
            target.clear()
            raise
        else:
            target.append(source.pop())
        finally:
            self._is_moving = False
            self.changed.emit()

    def _forget_what_is_too_much(self) -> None:
        del self._done[: -self.most_steps]
        while self._done and self.held_bytes > self.most_bytes:
            del self._done[0]


def _owners(data: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the array that owns the pixels of data in memory; views of one array have the same owner."""
    pixels = data.variable._data if hasattr(data, "variable") else data
    if not isinstance(pixels, np.ndarray):
        return  # lazy: what it reads, it reads again
    while isinstance(pixels.base, np.ndarray):
        pixels = pixels.base
    yield pixels
