"""What happens in a series, in which order: plain generators of messages, run by bluesky's engine.

Every blocking call is asked for by one message, so between any two of them the engine can be watched, and a plan can be
tested without an engine by answering its messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from temstack.acquire.engine import Plan, ask
from temstack.acquire.stopping import Stopped

if TYPE_CHECKING:
    from temstack.acquire.running import SeriesRun


def series_plan(run: SeriesRun) -> Plan:
    """Record all planes that are missing, and put the microscope back whatever happens."""
    from bluesky.preprocessors import finalize_wrapper

    return (yield from finalize_wrapper(_recorded(run), lambda: ask(run.try_to_restore)))


def _recorded(run: SeriesRun) -> Plan:
    from bluesky.utils import Msg

    yield Msg("open_run", None, plan_name=run.series.kind, planes=run.series.size, store=str(run.path))
    try:
        yield from ask(run.begin)
        for event in run.missing:
            yield Msg("checkpoint")
            if run.pause.is_set:
                yield from _announced(run)
                yield from ask(run.wait_while_paused)
            yield from _plane(run, event.index, event.position)
        yield from _announced(run)
    except Stopped as stopped:
        yield from _announced(run)
        yield Msg("close_run", None, exit_status="abort", reason=str(stopped))
        raise
    except Exception as error:
        yield Msg("close_run", None, exit_status="fail", reason=str(error))
        raise
    yield Msg("close_run", None, exit_status="success", reason="")


def _plane(run: SeriesRun, index: int, position: float) -> Plan:
    """Record one plane: go there, expose until the frame is good, hand it to the writer."""
    yield from ask(run.hold_still)
    read_back = yield from ask(run.go_to, index, position)
    shot = yield from ask(run.expose, index, position)
    while shot.verdict.action == "retake":
        shot = yield from ask(run.expose, index, position, after=shot)
    yield from _announced(run)
    run.write(index, position, shot, read_back)
    if shot.verdict.action == "give_up":
        yield from _announced(run)
        raise run.gave_up(shot)


def _announced(run: SeriesRun) -> Plan:
    """Wait until the plane before is safe on disk, then let the engine's subscribers know."""
    from bluesky.utils import Msg

    plane = yield from ask(run.written)
    if plane is not None:
        yield Msg("create", None, name="primary")
        yield Msg("read", plane)
        yield Msg("save")


class PlaneReadings:
    """The values of a plane as bluesky reads a device.

    Parameters
    ----------
    values : dict of str to float
    time : float, s since 1970
    """

    name = "plane"
    parent = None

    def __init__(self, values: dict[str, float], time: float) -> None:
        self._values, self._time = values, time

    # The engine keeps what it saw in a set; all planes are readings of one thing.
    def __hash__(self) -> int:
        return hash(PlaneReadings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlaneReadings)

    def read(self) -> dict[str, Any]:
        """Return the values."""
        return {name: {"value": value, "timestamp": self._time} for name, value in self._values.items()}

    def describe(self) -> dict[str, Any]:
        """Return what the values are."""
        return {name: {"source": f"temstack:{name}", "dtype": "number", "shape": []} for name in self._values}

    def read_configuration(self) -> dict[str, Any]:
        """Return nothing: the settings stand in the store."""
        return {}

    def describe_configuration(self) -> dict[str, Any]:
        """Return nothing."""
        return {}
