"""What a series will cost, in words; and the file that it could go to."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from temstack.series import Forecast
from temstack.viewer.models.recording_facts import duration


def forecast_facts(cost: Forecast, free_bytes: int | None = None) -> list[tuple[str, str, str]]:
    """Return what a series costs: name, value, and the value if every plane takes the longest exposure.

    The last is empty where it is the same.

    Parameters
    ----------
    cost : Forecast
    free_bytes : int, optional
        Room on the disk.

    Examples
    --------
    >>> cost = Forecast(21, 30.0, 200.0, 21.0, 21.0, 840.0, 840.0, 1, 44 * 2**20)
    >>> forecast_facts(cost)[:2]
    [('Time', '30 s', '3 min'), ('Under the beam', '21 s', '')]
    """
    facts = [
        _fact("Time", cost.time_s, cost.longest_time_s, duration),
        _fact("Under the beam", cost.exposed_s, cost.longest_exposed_s, duration),
    ]
    if cost.dose_per_nm2 is not None and cost.largest_dose_per_nm2 is not None:
        facts.append(_fact("Dose", cost.dose_per_nm2, cost.largest_dose_per_nm2, lambda dose: f"{dose:.3g} e/nm²"))
    free = "" if free_bytes is None else f"{size(free_bytes)} free"
    facts.append(("Disk", f"{size(cost.disk_bytes)} at most", free))
    facts.append(("Dark references", f"{cost.dark_references} at most" if cost.dark_references else "none", ""))
    return facts


def forecast_table(title: str, facts: list[tuple[str, str, str]]) -> str:
    """Return a forecast as rich text.

    >>> forecast_table("3 planes", [("Time", "30 s", "")])
    '<b>3 planes</b><table cellspacing="3"><tr><td>Time</td><td>30&nbsp;s</td><td></td></tr></table>'
    """
    rows = [
        f"<tr><td>{name}</td><td>{least}</td><td>{most}</td></tr>".replace(" ", "&nbsp;") for name, least, most in facts
    ]
    if any(most for _, _, most in facts):
        rows.insert(0, "<tr><td></td><td><i>as the first plane</i></td><td><i>at the longest</i></td></tr>")
    return f'<b>{title}</b><table cellspacing="3">{"".join(rows)}</table>'


def size(count_bytes: int) -> str:
    """Return a number of bytes in words.

    >>> size(44 * 2**20), size(3 * 2**31)
    ('44 MiB', '6.0 GiB')
    """
    return f"{count_bytes / 2**20:.0f} MiB" if count_bytes < 2**30 else f"{count_bytes / 2**30:.1f} GiB"


def next_free(folder: Path, stem: str, suffix: str = ".zarr") -> Path:
    """Return the first file ``stem-001.zarr``, ``stem-002.zarr`` … that there is not.

    >>> next_free(Path("no such folder"), "eftem").name
    'eftem-001.zarr'
    """
    return next(path for number in count(1) if not (path := folder / f"{stem}-{number:03d}{suffix}").exists())


def free_bytes(path: Path) -> int | None:
    """Return the room on the disk of a file that is to be; None if its folder cannot be asked."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None


def _fact(name: str, least: float, most: float, shown: Callable[[float], str]) -> tuple[str, str, str]:
    return name, shown(least), "" if least == most else shown(most)
