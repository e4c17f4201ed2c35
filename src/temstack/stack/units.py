"""Lengths as microscopes' files spell them."""

from __future__ import annotations

_NANOMETRES = {
    "m": 1e9,
    "cm": 1e7,
    "mm": 1e6,
    "um": 1e3,
    "µm": 1e3,
    "μm": 1e3,
    "micron": 1e3,
    "nm": 1.0,
    "å": 0.1,
    "angstrom": 0.1,
    "pm": 1e-3,
}


def length_in_nm(units: str) -> float | None:
    """Return how many nm one of *units* is, or None where it is no length (``"px"``, ``"1/nm"``).

    >>> length_in_nm("µm"), length_in_nm("px")
    (1000.0, None)
    """
    return _NANOMETRES.get(units.strip().lower())
