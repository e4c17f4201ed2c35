"""Answers that may come when nobody is there any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtWidgets import QWidget


def while_alive(widget: QWidget, call: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a call that does nothing once the widget is gone: answers may come late."""
    is_gone: list[bool] = []
    widget.destroyed.connect(lambda: is_gone.append(True))
    return lambda answer: None if is_gone else call(answer)
