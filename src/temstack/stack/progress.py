"""How long work reports its progress, without knowing who shows it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""``progress(step, done, total)``: *step* in words ("correlating pairs"), *done* of *total* counts."""


def no_progress(step: str, done: int, total: int) -> None:
    """Show nothing."""
