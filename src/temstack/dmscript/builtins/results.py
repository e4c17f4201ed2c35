"""The results window, progress and signals to the user."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.number_text import text_of
from temstack.dmscript.signatures import builtin


@builtin(
    "void Result(string text)",
    "void Result(number value)",
    "void Result(complexnumber value)",
    family="results",
    help="Write into the results window; no new line is added.",
)
def result(run: Run, value: Any) -> None:
    run.write(text_of(value))


@builtin("void Debug(string text)", family="results", help="Write into the results window.")
def debug(run: Run, text: str) -> None:
    run.write(text)


@builtin("void OpenResultsWindow()", family="results", help="Bring the results window up.")
def open_results(run: Run) -> None:
    run.host.notify("results", "")


@builtin(
    "void OpenAndSetProgressWindow(string line1, string line2, string line3)",
    family="results",
    help="Say in three lines how far the script is.",
)
def progress_window(run: Run, *lines: str) -> None:
    run.check()
    run.host.notify("progress", "\n".join(lines))


@builtin("void CloseProgressWindow()", family="results", help="Say that the work is done.")
def close_progress_window(run: Run) -> None:
    run.host.notify("progress", "")


@builtin("void Beep()", family="results", help="Draw attention by a sound.")
def beep(run: Run) -> None:
    run.host.notify("beep", "")
