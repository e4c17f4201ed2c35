"""Time: clocks, dates, waiting."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import time
from datetime import datetime, timedelta

from temstack.dmscript.context import Run
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

TICKS_OF_DELAY = 60
"""``Delay`` counts in sixtieths of a second."""

_EPOCH = datetime(1601, 1, 1)  # where DM's 100 ns clock starts, as Windows file times do
_LONGEST_NAP_S = 0.05  # between two looks whether the run should stop


def _wait(run: Run, seconds: float) -> None:
    # Counted in naps, not by our clock: a simulated microscope's may run faster.
    left = seconds
    while left > 0:
        run.check()
        run.host.wait(min(left, _LONGEST_NAP_S))
        left -= _LONGEST_NAP_S
    run.check()


@builtin("void Sleep(number seconds)", family="timing", help="Wait.")
def sleep(run: Run, seconds: float) -> None:
    _wait(run, seconds)


@builtin("void Delay(number ticks)", family="timing", help="Wait for sixtieths of a second.")
def delay(run: Run, ticks: float) -> None:
    _wait(run, ticks / TICKS_OF_DELAY)


@builtin("void Yield()", family="timing", help="Let others work.")
def yield_to_others(run: Run) -> None:
    _wait(run, 0.0)


@builtin("number GetOSTickCount()", family="timing", help="Milliseconds of a clock that never goes back.")
def get_os_tick_count(run: Run) -> float:
    return float(time.monotonic_ns() // 1_000_000)


@builtin("number GetOSTicksPerSecond()", family="timing", help="How fast that clock counts.")
def get_os_ticks_per_second(run: Run) -> float:
    return 1000.0


@builtin("number CalcOSSecondsBetween(number start, number end)", family="timing", help="Seconds between two counts.")
def calc_os_seconds_between(run: Run, start: float, end: float) -> float:
    return (end - start) / 1000


@builtin("number GetHighResTickCount()", family="timing", help="Microseconds of a clock that never goes back.")
def get_high_res_tick_count(run: Run) -> float:
    return float(time.perf_counter_ns() // 1000)


@builtin("number GetHighResTicksPerSecond()", family="timing", help="How fast that clock counts.")
def get_high_res_ticks_per_second(run: Run) -> float:
    return 1e6


@builtin(
    "number CalcHighResSecondsBetween(number start, number end)", family="timing", help="Seconds between two counts."
)
def calc_high_res_seconds_between(run: Run, start: float, end: float) -> float:
    return (end - start) / 1e6


@builtin("number GetCurrentTime()", family="timing", help="Now, in units of 100 ns since 1601.")
def get_current_time(run: Run) -> float:
    return (datetime.now() - _EPOCH).total_seconds() * 1e7


@builtin("string GetTime(number format)", family="timing", help="Time of day; format 0 short, 1 with seconds.")
def get_time(run: Run, form: float) -> str:
    return datetime.now().strftime("%H:%M:%S" if form else "%H:%M")


@builtin(
    "string GetDate(number format)", family="timing", help="Date; format 0 short, else with the name of the month."
)
def get_date(run: Run, form: float) -> str:
    return datetime.now().strftime("%d %B %Y" if form else "%Y-%m-%d")


@builtin("string DateStamp()", family="timing", help="Date and time as text.")
def date_stamp(run: Run) -> str:
    return datetime.now().strftime("%Y-%m-%d %H:%M:%S")


@builtin(
    "string FormatTimeString(number time, number format)",
    family="timing",
    help="Date and time of a GetCurrentTime() value; format 1 time only, 2 date only, else both.",
    throws=True,
)
def format_time_string(run: Run, value: float, form: float) -> str:
    moment = _EPOCH + timedelta(microseconds=value / 10)
    pattern = {1: "%H:%M:%S", 2: "%Y-%m-%d"}.get(int(form), "%Y-%m-%d %H:%M:%S")
    return moment.strftime(pattern)


@builtin(
    "void DeconstructLocalGregorianDate(number time, number &year, number &month, number &day, number &hour, "
    "number &minute, number &second, number &nanosecond)",
    family="timing",
    help="The parts of a GetCurrentTime() value.",
)
def deconstruct(run: Run, value: float, *parts: Reference) -> None:
    moment = _EPOCH + timedelta(microseconds=value / 10)
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    for reference, field in zip(parts, (*fields, moment.microsecond * 1000), strict=True):
        reference.set(float(field))
