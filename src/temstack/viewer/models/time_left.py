"""How long work will take, in words."""

from __future__ import annotations

_SOON_S = 1.0
_TOO_EARLY = 0.02


def time_left(spent_s: float, done: int, total: int) -> str:
    """Return how long a step will go on, judged by how long it took so far; empty where nobody can know yet.

    Parameters
    ----------
    spent_s : float, s
        Since the step began.
    done, total : int

    Examples
    --------
    >>> time_left(10.0, 25, 100), time_left(32.0, 1, 10), time_left(0.1, 1, 100), time_left(600.0, 1, 31)
    ('30 s left', '5 min left', '', '5 h left')
    """
    if done <= 0 or total <= 1 or done >= total or spent_s < _SOON_S or done / total < _TOO_EARLY:
        return ""
    left_s = spent_s * (total - done) / done
    if left_s < 90:
        return f"{max(round(left_s), 1)} s left"
    return f"{round(left_s / 60)} min left" if left_s < 5400 else f"{round(left_s / 3600)} h left"
