"""Regions that several windows share: drawn, moved or removed in one, they are in all that are linked so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from temstack.viewer.models.calibration import StackInfo
from temstack.viewer.models.display import Display
from temstack.viewer.models.links import Links, place_like
from temstack.viewer.models.region_set import Regions
from temstack.viewer.models.regions import Region
from temstack.viewer.models.undo import Step, UndoStack

_KIND = "region"


class SharedRegions:
    """Keeps the regions of windows alike that are linked in their regions.

    Who joins gets the regions of the others, and they get its own. Those of the same kind and name become one, and
    lie where the others have them. A place is the same by its units where both images have the same; else by its
    share of the image. A region that lies beside an image is not in it until it comes back.

    Parameters
    ----------
    links : Links
        Which windows are linked.
    undo : UndoStack
        Where joining is a step. What a region does in one window is one step, that of this window.
    """

    def __init__(self, links: Links, undo: UndoStack) -> None:
        self._links, self._undo = links, undo
        self._regions: dict[Display, Regions] = {}
        self._disconnect: dict[Display, list[Callable[[], object]]] = {}
        self._shared: list[dict[Display, int]] = []
        """Of each region, its number in the windows that have it."""
        self._is_following = False
        links.joined.connect(self._join)
        links.left.connect(self._leave)

    def watch(self, display: Display, regions: Regions) -> None:
        """Know what is drawn on a display, from now until :meth:`forget`."""
        self._regions[display] = regions
        self._disconnect[display] = []
        for signal, act in ((regions.added, self._add), (regions.changed, self._change), (regions.removed, self._drop)):
            follow = partial(self._follow, act, display)
            signal.connect(follow)
            self._disconnect[display].append(partial(signal.disconnect, follow))

    def forget(self, display: Display) -> None:
        """Let a display go: its window closes."""
        self._leave(_KIND, display)
        for disconnect in self._disconnect.pop(display, []):
            disconnect()
        self._regions.pop(display, None)

    def renew(self, display: Display) -> None:
        """Take a display for another one: it shows other data now."""
        if self._links.is_linked(_KIND, display):
            self._leave(_KIND, display)
            with self._leading():
                self._pair(display)

    def _join(self, kind: str, display: Display) -> None:
        if kind != _KIND or display not in self._regions:
            return
        members = [each for each in (display, *self._links.partners(_KIND, display)) if each in self._regions]
        before = {each: tuple(self._regions[each]) for each in members}
        with self._leading():
            self._pair(display)
        after = {each: tuple(self._regions[each]) for each in members}
        if after != before:
            step = Step("Link regions", partial(self._part, display, before), partial(self._unite, display, after))
            self._undo.push(step)

    def _part(self, display: Display, before: dict[Display, tuple[Region, ...]]) -> None:
        self._links.unlink(_KIND, display)
        self._restore(before)

    def _unite(self, display: Display, after: dict[Display, tuple[Region, ...]]) -> None:
        self._restore(after)
        if display in self._regions:
            self._links.link(_KIND, display)

    def _restore(self, wanted: dict[Display, tuple[Region, ...]]) -> None:
        for display, regions in wanted.items():
            if display in self._regions:
                self._regions[display].restore(regions)

    def _leave(self, kind: str, display: Display) -> None:
        if kind == _KIND:
            for numbers in self._shared:
                numbers.pop(display, None)
            self._shared = [numbers for numbers in self._shared if numbers]

    def _pair(self, display: Display) -> None:
        """Give a display the regions of the others, and them its own."""
        own = {(each.kind, each.name): each for each in self._regions[display]}
        for numbers in list(self._shared):
            leader, number = next(iter(numbers.items()))
            region = self._regions[leader].get(number)
            if region is None:
                continue
            same = own.pop((region.kind, region.name), None)
            if same is not None:
                numbers[display] = same.number
            self._show_in(display, region, leader, numbers)
        for region in own.values():
            self._add(display, region)

    @contextmanager
    def _leading(self) -> Iterator[None]:
        """Let nobody follow those that follow; what they do is no step of its own."""
        self._is_following = True
        try:
            with self._undo.quiet():
                yield
        finally:
            self._is_following = False

    def _follow(self, act: Callable[[Display, Region], None], display: Display, region: Region) -> None:
        is_own = self._links.is_linked(_KIND, display) and not self._regions[display].is_replaced
        if is_own and not self._is_following:
            with self._leading():
                act(display, region)

    def _add(self, leader: Display, region: Region) -> None:
        numbers = {leader: region.number}
        self._shared.append(numbers)
        self._tell(leader, region, numbers)

    def _change(self, leader: Display, region: Region) -> None:
        for numbers in self._shared:
            if numbers.get(leader) == region.number:
                self._tell(leader, region, numbers)

    def _drop(self, leader: Display, region: Region) -> None:
        for numbers in [each for each in self._shared if each.get(leader) == region.number]:
            self._shared.remove(numbers)
            for display, number in numbers.items():
                if display is not leader and self._regions[display].get(number) is not None:
                    self._regions[display].remove(number)

    def _tell(self, leader: Display, region: Region, numbers: dict[Display, int]) -> None:
        for display in self._links.partners(_KIND, leader):
            if display in self._regions:
                self._show_in(display, region, leader, numbers)

    def _show_in(self, display: Display, region: Region, leader: Display, numbers: dict[Display, int]) -> None:
        regions = self._regions[display]
        placed = region_like(leader.info, region, display.info)
        before = regions.get(numbers.get(display, 0))
        if placed is None:
            if numbers.pop(display, None) is not None and before is not None:
                regions.remove(before.number)
        elif before is None:
            numbers[display] = regions.take(placed).number
        else:
            regions.change(replace(placed, number=before.number))


def region_like(info: StackInfo, region: Region, other: StackInfo) -> Region | None:
    """Return a region of one image where it lies in another; None where that is beside it.

    Of a region that reaches beyond the other image, what is left lies where it did.
    """
    if not (other.y.size and other.x.size):
        return None
    points: Any = [(place_like(info.y, y, other.y), place_like(info.x, x, other.x)) for y, x in region.points]
    wider = abs(place_like(info.x, 1.0, other.x) - place_like(info.x, 0.0, other.x))
    placed = replace(region, points=tuple(points), width_px=max(region.width_px * wider, 1.0))
    shape = other.y.size, other.x.size
    if placed.area(shape) is None:
        return None
    return replace(placed, points=tuple((float(y), float(x)) for y, x in np.clip(placed.points, 0, shape)))
