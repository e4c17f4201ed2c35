"""A field for the number of a plane."""

from __future__ import annotations

from qtpy.QtWidgets import QSpinBox


def plane_box(name: str, last: int, tip: str) -> QSpinBox:
    """Return a field for a plane number."""
    box = QSpinBox()
    box.setObjectName(name)
    box.setRange(0, last)
    box.setToolTip(tip)
    return box
