"""How a running series looks on the screen: a bar, the plane, its counts and exposure, the time left, and the log."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from temstack.cli.console import progress_console

if TYPE_CHECKING:
    from rich.console import Console

    from temstack.acquire import Event, PlaneRecorded, Session
    from temstack.series import Series


@contextmanager
def recording_shown(session: Session, series: Series) -> Iterator[None]:
    """Show what a session publishes until the block ends: a bar on a terminal, lines elsewhere.

    When a series breaks off, say what is kept and how to go on.
    """
    console, kept = progress_console(), _Kept()
    session.watch(kept)
    try:
        with _shown(console, session, series):
            yield
    except BaseException:
        if kept.line:
            console.print(kept.line)
        raise
    finally:
        session.unwatch(kept)


@contextmanager
def _shown(console: Console, session: Session, series: Series) -> Iterator[None]:
    if not console.is_terminal:
        watcher = session.watch(_Lines(console, series))
        try:
            yield
        finally:
            session.unwatch(watcher)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[about]}"))
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("recording", total=series.size, about="")

        def show(event: Event) -> None:
            from temstack.acquire import Noted, PlaneRecorded, StateChanged

            match event:
                case PlaneRecorded():
                    bars.update(task, completed=event.recorded, about=_about(event, series))
                case Noted():
                    console.print(event.line)
                case StateChanged(state="stopping" | "restoring"):
                    bars.update(task, description=event.state)
                case _:
                    pass

        session.watch(show)
        try:
            yield
        finally:
            session.unwatch(show)


class _Kept:
    """Remembers what would be kept if the series broke off now."""

    def __init__(self) -> None:
        self.line = self._path = ""

    def __call__(self, event: Event) -> None:
        from temstack.acquire import PlaneRecorded, SeriesStarted

        if isinstance(event, SeriesStarted):
            self._path = event.path
        elif isinstance(event, PlaneRecorded):
            planes = f"{event.recorded} of {event.planes} planes are kept"
            self.line = f"{planes}; go on with: {shlex.join(['temstack', 'resume', self._path])}"


class _Lines:
    """One line for each plane and note."""

    def __init__(self, console: Console, series: Series) -> None:
        self._console, self._series = console, series

    def __call__(self, event: Event) -> None:
        from temstack.acquire import Noted, PlaneRecorded

        if isinstance(event, PlaneRecorded):
            self._console.print(f"{event.recorded} of {event.planes}: {_about(event, self._series)}")
        elif isinstance(event, Noted):
            self._console.print(event.line)


def _about(plane: PlaneRecorded, series: Series) -> str:
    """Return a plane in words.

    ``plane 12, 540 eV, 0.8 s, 5210 counts, 3 s left``
    """
    values = plane.values
    parts = [
        f"plane {plane.index}, {plane.position:g} {series.position_units}",
        f"{values['exposure_s']:g} s exposure",
        f"{values['robust_max_counts']:.0f} counts",
    ]
    if plane.recorded < plane.planes:
        parts.append(f"{plane.left_s:.0f} s left")
    return ", ".join(parts)
