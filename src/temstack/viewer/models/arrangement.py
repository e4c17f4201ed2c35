"""Where windows stand: placed so that they do not pile up, side by side, tiled, cascaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from math import ceil, sqrt
from typing import NamedTuple

_CASCADE_STEP_PX = 28
_CASCADE_SHARE = 0.6
_LARGEST_SHARE = (0.62, 0.78)
_SAME_CORNER_PX = 20
_SMALLEST_PX = (240, 180)


class Place(NamedTuple):
    """Where a window stands, in px from the upper left corner of its area."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its right edge, half-open."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge, half-open."""
        return self.top + self.height

    def overlap(self, other: Place) -> int:
        """Return the area that two windows share, px²."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0) * max(height, 0)


def fitting_size(wanted: tuple[int, int], area: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a new window: what it asks for, but never so large that a second finds no room.

    Parameters
    ----------
    wanted, area : (width, height), px
    """
    return (
        max(_SMALLEST_PX[0], min(wanted[0], int(area[0] * _LARGEST_SHARE[0]))),
        max(_SMALLEST_PX[1], min(wanted[1], int(area[1] * _LARGEST_SHARE[1]))),
    )


def place_new(size: tuple[int, int], area: tuple[int, int], others: Sequence[Place]) -> Place:
    """Return where a new window covers least of the others, and never exactly on one of them.

    Parameters
    ----------
    size, area : (width, height), px
    others : sequence of Place
        The windows that stand there.

    Examples
    --------
    >>> place_new((400, 300), (1000, 800), [Place(0, 0, 400, 300)])
    Place(left=400, top=0, width=400, height=300)
    """
    width, height = size
    most_left, most_top = max(area[0] - width, 0), max(area[1] - height, 0)
    lefts = {0, most_left, *(min(each.right, most_left) for each in others)}
    tops = {0, most_top, *(min(each.bottom, most_top) for each in others)}
    lefts |= {min(max(each.left, 0) + _CASCADE_STEP_PX, most_left) for each in others}
    tops |= {min(max(each.top, 0) + _CASCADE_STEP_PX, most_top) for each in others}
    places = (Place(left, top, width, height) for top, left in product(sorted(tops), sorted(lefts)))
    return min(places, key=lambda place: _covered(place, others))


def _covered(place: Place, others: Iterable[Place]) -> tuple[int, int, int, int]:
    """Return how bad a place is: title bars it hides first, then what it covers, then how low and far right it is."""
    overlaps = [place.overlap(each) for each in others]
    piled = sum(
        abs(place.left - each.left) < _SAME_CORNER_PX and abs(place.top - each.top) < _SAME_CORNER_PX for each in others
    )
    return piled, sum(overlaps), place.top, place.left


def tiles(count: int, area: tuple[int, int]) -> list[Place]:
    """Return a place for each of some windows, which together fill the area.

    Examples
    --------
    >>> tiles(3, (1000, 800))[2]
    Place(left=0, top=400, width=1000, height=400)
    """
    if not count:
        return []
    columns = ceil(sqrt(count))
    rows = ceil(count / columns)
    found = []
    for row in range(rows):
        in_row = min(columns, count - row * columns)
        top, bottom = row * area[1] // rows, (row + 1) * area[1] // rows
        for column in range(in_row):
            left, right = column * area[0] // in_row, (column + 1) * area[0] // in_row
            found.append(Place(left, top, right - left, bottom - top))
    return found


def side_by_side(count: int, area: tuple[int, int]) -> list[Place]:
    """Return a place for each of some windows, beside each other at full height.

    Examples
    --------
    >>> side_by_side(2, (1000, 800))[1]
    Place(left=500, top=0, width=500, height=800)
    """
    edges = [index * area[0] // count for index in range(count + 1)]
    return [Place(left, 0, right - left, area[1]) for left, right in pairwise(edges)]


def cascade(count: int, area: tuple[int, int]) -> list[Place]:
    """Return a place for each of some windows, each a title bar lower than the one before.

    Examples
    --------
    >>> [place[:2] for place in cascade(3, (1000, 800))]
    [(0, 0), (28, 28), (56, 56)]
    """
    width, height = (max(int(side * _CASCADE_SHARE), least) for side, least in zip(area, _SMALLEST_PX, strict=True))
    room = max(min(area[0] - width, area[1] - height), 0) // _CASCADE_STEP_PX + 1
    steps = [(index % room) * _CASCADE_STEP_PX for index in range(count)]
    return [Place(step, step, width, height) for step in steps]


def kept_inside(place: Place, area: tuple[int, int]) -> Place:
    """Return a place moved and shrunk so that the window can be seen whole, e.g. after the screen became smaller.

    Examples
    --------
    >>> kept_inside(Place(900, 10, 300, 200), (1000, 800))
    Place(left=700, top=10, width=300, height=200)
    """
    width, height = min(place.width, area[0]), min(place.height, area[1])
    left = min(max(place.left, 0), area[0] - width)
    top = min(max(place.top, 0), area[1] - height)
    return Place(left, top, width, height)
