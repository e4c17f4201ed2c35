"""Annotations on displays and documents: lines, arrows, boxes, ovals, texts, scale bars, and groups of them.

Places are px of the image, ``top, left, bottom, right``; a line goes from ``(top, left)`` to ``(bottom, right)``,
which may lie on either side. A display is a component too: what is drawn on it are its children.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from temstack.dmscript.tag_groups import TagGroup

_next_id = itertools.count(1)

LINE, ARROW, DOUBLE_ARROW, BOX, OVAL = 2, 3, 4, 5, 6
SPOT_MASK, ARRAY_MASK, TEXT, PICTURE, BAND_PASS, GROUP, WEDGE_MASK = 8, 9, 13, 14, 15, 17, 19
DISPLAY, SCALE_BAR, DOCUMENT_ROOT = 20, 31, 0
"""Types of components as DM counts them; scripts use the numbers."""

LINES = frozenset((LINE, ARROW, DOUBLE_ARROW))
NAMES = {
    LINE: "line", ARROW: "arrow", DOUBLE_ARROW: "double arrow", BOX: "box", OVAL: "oval", SPOT_MASK: "spot mask",
    ARRAY_MASK: "array mask", TEXT: "text", PICTURE: "picture", BAND_PASS: "band pass mask", GROUP: "group",
    WEDGE_MASK: "wedge mask", DISPLAY: "display", SCALE_BAR: "scale bar", DOCUMENT_ROOT: "document",
}  # fmt: skip

Rect = tuple[float, float, float, float]


class Component:
    """An annotation, or what holds annotations.

    Parameters
    ----------
    kind : int
        One of the types of this module.
    rect : tuple of float, px
        ``(top, left, bottom, right)``.
    text : str
        What a text annotation says.
    """

    dm_type = "component"

    def __init__(self, kind: int, rect: Rect = (0.0, 0.0, 0.0, 0.0), text: str = "") -> None:
        self.id = next(_next_id)
        self.kind = kind
        self.rect = rect
        self.text = text
        self.parent: Component | None = None
        self.children: list[Component] = []
        self.foreground = (1.0, 0.0, 0.0)
        self.background = (0.0, 0.0, 0.0)
        self.font = ("Arial", 0.0, 12.0)
        self.is_visible = True
        self.tags = TagGroup()
        self.properties: dict[str, Any] = {}

    @property
    def bounds(self) -> Rect:
        """The rectangle around it, ``(top, left, bottom, right)``, top above bottom."""
        top, left, bottom, right = self.rect
        return min(top, bottom), min(left, right), max(top, bottom), max(left, right)

    # --- the tree -------------------------------------------------------------------------------

    def add(self, child: Component, index: int | None = None) -> None:
        """Put a component into this one, before the child at *index*, or at the end."""
        child.leave()
        self.children.insert(len(self.children) if index is None else index, child)
        child.parent = self

    def leave(self) -> None:
        """Leave the component that this one is in."""
        if self.parent is not None:
            self.parent.children[:] = [other for other in self.parent.children if other is not self]
            self.parent = None

    def holds(self, other: Component) -> bool:
        """Return whether another component is this one, or inside it."""
        return any(one is other for one in self.walk())

    def walk(self) -> Iterator[Component]:
        """Yield this component and all inside it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def of_type(self, kind: float) -> list[Component]:
        """Return the children of one type."""
        return [child for child in self.children if child.kind == int(kind)]

    # --- changes --------------------------------------------------------------------------------

    def move(self, down: float, right: float) -> None:
        """Shift it, with all inside, by px."""
        for one in self.walk():
            top, left, bottom, end = one.rect
            one.rect = (top + down, left + right, bottom + down, end + right)

    def clone(self) -> Component:
        """Return a copy, with all inside, that belongs to nothing."""
        copy = Component(self.kind, self.rect, self.text)
        copy.foreground, copy.background, copy.font = self.foreground, self.background, self.font
        copy.is_visible, copy.tags, copy.properties = self.is_visible, self.tags.clone(), dict(self.properties)
        for child in self.children:
            copy.add(child.clone())
        return copy
