"""Colours for values: names, what they suit, and those that a formula makes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from temstack.viewer.models.sampling import LEVELS, Colours

MAPS: dict[str, str] = {
    "grey": "black to white",
    "inverted": "white to black",
    "hot": "black, red, yellow, white",
    "viridis": "even to the eye, also in print",
    "magma": "even to the eye, dark to bright",
    "inferno": "even to the eye, dark to yellow",
    "plasma": "even to the eye, without black",
    "rainbow": "blue to red; finds steps where there are none",
    "blue-white-red": "two sides of zero",
    "phase": "a circle: both ends are alike",
}
"""Every colour map, and what it is good for."""

DIVERGING = ("blue-white-red",)
"""Maps with a middle that means zero: automatic limits lie evenly around it."""

Table = NDArray[np.float64]
"""(n, 3) red, green, blue between 0 and 1."""


def _hot(t: Table) -> Table:
    return np.clip(np.stack([t * 3, t * 3 - 1, t * 3 - 2], axis=-1), 0, 1)


def _rainbow(t: Table) -> Table:
    return np.asarray(np.clip(1.5 - np.abs(4 * t[:, None] - np.array([3.0, 2.0, 1.0])), 0, 1))


def _blue_white_red(t: Table) -> Table:
    ends = np.array([[0.02, 0.19, 0.55], [1.0, 1.0, 1.0], [0.6, 0.0, 0.1]])
    return np.stack([np.interp(t, (0, 0.5, 1), ends[:, channel]) for channel in range(3)], axis=-1)


def _phase(t: Table) -> Table:
    return np.asarray(0.5 + 0.45 * np.cos(2 * np.pi * (t[:, None] - np.array([0.0, 1 / 3, 2 / 3]))))


_FORMULAS: dict[str, Callable[[Table], Table]] = {
    "grey": lambda t: np.stack([t, t, t], axis=-1),
    "inverted": lambda t: np.stack([1 - t, 1 - t, 1 - t], axis=-1),
    "hot": _hot,
    "rainbow": _rainbow,
    "blue-white-red": _blue_white_red,
    "phase": _phase,
}


def formula_map(name: str, size: int = 256) -> Table | None:
    """Return the colours of a map that a formula makes, (size, 3); None for one that must be looked up.

    Examples
    --------
    >>> formula_map("grey", 3).tolist()
    [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5], [1.0, 1.0, 1.0]]
    """
    make = _FORMULAS.get(name)
    return None if make is None else make(np.linspace(0, 1, size))


def look_up_table(colours: Table, *, gamma: float = 1.0, marks_clipped: bool = False) -> Colours:
    """Return the table of a :class:`~temstack.viewer.models.sampling.Look`.

    Parameters
    ----------
    colours : (n, 3)
    gamma : float, > 0
        Below 1 the dark values come apart, above 1 the bright ones.
    marks_clipped : bool
        Show what lies beyond the limits in blue and red instead of the first and last colour.
    """
    place = np.linspace(0, 1, LEVELS) ** gamma * (len(colours) - 1)
    between = np.stack([np.interp(place, np.arange(len(colours)), colours[:, c]) for c in range(3)], axis=-1)
    below = (0.1, 0.35, 1.0) if marks_clipped else tuple(between[0])
    above = (1.0, 0.1, 0.1) if marks_clipped else tuple(between[-1])
    nothing = (0.45, 0.15, 0.45)
    rgb = np.round(np.vstack([below, between, above, nothing]) * 255).astype(np.uint32)
    return np.uint32(0xFF000000) | (rgb[:, 0] << np.uint32(16)) | (rgb[:, 1] << np.uint32(8)) | rgb[:, 2]
