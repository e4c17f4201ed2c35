"""What is done to the regions of a document, as steps that can be undone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from temstack.viewer.models.undo import Step, UndoStack

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.regions import Region

    Drawn = tuple[Region, ...]

_ONE_MOVE_S = 0.7
"""Changes of a region that follow each other within this time are one: it is being dragged."""


class RegionSteps:
    """Watches the regions of a document, and pushes a step for each thing that is done to them.

    Parameters
    ----------
    undo : UndoStack
    document : Document
    """

    def __init__(self, undo: UndoStack, document: Document) -> None:
        self._undo, self._document = undo, document
        self._known: Drawn = tuple(document.regions)
        self._last: tuple[Step, Drawn, float] | None = None
        document.regions.edited.connect(self._look)

    def end(self) -> None:
        """Watch no more."""
        self._document.regions.edited.disconnect(self._look)

    def _look(self) -> None:
        before, after = self._known, tuple(self._document.regions)
        self._known = after
        if before == after or self._undo.is_quiet:
            return
        now = time.monotonic()
        title = _what_happened(before, after)
        if self._last is not None and now - self._last[2] < _ONE_MOVE_S and self._last[0].title == title:
            last, first, _ = self._last
            step = self._step(title, first, after)
            if title.startswith("Change") and self._undo.push_onto(last, step):
                self._last = (step, first, now)
                return
        step = self._step(title, before, after)
        self._undo.push(step)
        self._last = (step, before, now)

    def _step(self, title: str, before: Drawn, after: Drawn) -> Step:
        regions = self._document.regions
        return Step(title, undo=lambda: regions.restore(before), redo=lambda: regions.restore(after))


def _what_happened(before: Drawn, after: Drawn) -> str:
    """Return what was done in words: ``"Add grain 1"``."""
    numbers, others = {each.number for each in before}, {each.number for each in after}
    for verb, these, those in (("Add", after, numbers), ("Remove", before, others)):
        for region in these:
            if region.number not in those:
                return f"{verb} {region.name}"
    changed = [new for old, new in zip(before, after, strict=False) if old != new]
    return f"Change {changed[0].name}" if changed else "Change regions"
