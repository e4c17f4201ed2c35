"""What was done to a document, in words, and doing the same to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temstack.operations import methods_paragraph, replay
from temstack.operations.declaration import as_text
from temstack.viewer.models.apart import apart
from temstack.viewer.models.changes import add_result
from temstack.viewer.models.listening import listening
from temstack.viewer.models.operating import settle
from temstack.viewer.models.watching import Watch

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress
    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.jobs import Job


@dataclass(frozen=True)
class Line:
    """One thing that was done."""

    operation: str
    """Its name in words."""
    sentence: str
    """As a paper says it."""
    parameters: tuple[tuple[str, str], ...]
    version: str


def lines_of(data: xr.DataArray) -> list[Line]:
    """Return what was done to data, the first thing first.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.operations import run
    >>> from temstack.stack import label_stack
    >>> [line.sentence for line in lines_of(run("extract_planes", label_stack(np.zeros((4, 2, 2))), planes=(1, 3)))]
    ['Planes 1 to 3 (the last excluded) were extracted.']
    """
    return [_line(each) for each in data.attrs.get("history", [])]


def methods_of(data: xr.DataArray) -> str:
    """Return the paragraph for the methods section of a paper; empty where nothing was done."""
    return methods_paragraph(data.attrs.get("history", []))


def do_the_same(desk: Desk, done_to: Document, other: Document) -> Job:
    """Do to another document what was done to one, in a job; the result gets a window of its own."""
    history = list(done_to.data.attrs.get("history", []))
    data = other.data
    done = f"The same as {done_to.title}"

    def work(progress: Progress) -> xr.DataArray:
        watch = Watch(progress)
        with listening(lambda sentence: desk.jobs.deliver(lambda: desk.warned.emit(sentence))):
            return settle(replay(history, watch.over(data), progress=watch), progress, desk.shelf)

    job = desk.jobs.start(f"{done}, to {other.title}", lambda progress: apart(work, progress))
    title = f"{other.title} – as {done_to.title}"
    job.finished.connect(lambda result: add_result(desk, result, title=title, done=done))
    return job


def _line(step: dict[str, Any]) -> Line:
    name = str(step.get("operation", ""))
    words = name.replace("_", " ")
    # The first sentence of the paragraph says only the version.
    sentence = methods_paragraph([{**step, "version": ""}]).removeprefix("Stacks were processed with temstack. ")
    given = step.get("parameters", {})
    parameters = tuple((str(key), _text(value)) for key, value in given.items() if value is not None)
    return Line(words[:1].upper() + words[1:], sentence, parameters, str(step.get("version", "")))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(each)}" for key, each in value.items())
    return as_text(value)
