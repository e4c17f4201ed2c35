"""What is printed: results on stdout; warnings, errors and progress on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from temstack.stack.progress import Progress

_WIDEST = 1000  # columns; measured against the window, a table would seem to fit


def _console(*, stderr: bool = False) -> Console:
    # Made afresh each time: whoever captures stdout (tests, notebooks) has replaced it in the meantime.
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_line(text: str = "") -> None:
    """Print one line of results."""
    _console().print(text)


def print_error(sentence: str, *, label: str = "error: ") -> None:
    """Print the one sentence that says why a command failed."""
    _console(stderr=True).print(f"{label}{sentence}", style="red")


def print_warning(text: str) -> None:
    """Print a warning as one line."""
    _console(stderr=True).print(f"warning: {' '.join(text.split())}", style="yellow")


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print names and values, the values one below the other."""
    rows = list(facts)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        print_line(f"{name:<{width}}  {value}")


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, most: int | None = None, words: int = 0
) -> None:
    """Print a table: the first columns *words* to the left, numbers to the right.

    Of more than *most* rows the middle is left out.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, heading in enumerate(headings):
        table.add_column(Text(heading), justify="left" if column < words else "right", no_wrap=True)
    for row in _with_gap([list(row) for row in rows], most):
        table.add_row(*(Text(cell) for cell in row))
    console = _console()
    console.soft_wrap = False
    # Not cut at the edge of the window: a table that goes to a file or a narrow window stays whole.
    wanted = console.measure(table, options=console.options.update(max_width=_WIDEST)).maximum
    console.width = max(console.width, wanted)
    console.print(table, crop=False)


def _with_gap(rows: list[list[str]], most: int | None) -> list[list[str]]:
    if most is None or len(rows) <= most:
        return rows
    head, tail = most - most // 3 - 1, most // 3
    left_out = len(rows) - head - tail
    gap = ["…" for _ in rows[0]]
    gap[1] = f"{left_out} more"
    return [*rows[:head], gap, *rows[-tail:]]


def progress_console() -> Console:
    """Return where progress is shown: stderr."""
    return _console(stderr=True)


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Give a progress function that draws bars on a terminal and prints one line per step elsewhere."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield _finished_steps(console)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        tasks = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step)
            bars.update(tasks[step], completed=done, total=total)

        yield show


def _finished_steps(console: Console) -> Progress:
    finished = set()

    def show(step: str, done: int, total: int) -> None:
        if done >= total and step not in finished:
            finished.add(step)
            console.print(f"{step}: {done} of {total}")

    return show
