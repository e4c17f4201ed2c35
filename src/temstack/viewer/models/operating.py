"""Operations of the registry done to documents: beside the windows, to be cancelled, to be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from temstack.operations.declaration import Operation
from temstack.viewer.models.apart import apart
from temstack.viewer.models.changes import add_result, replace_data
from temstack.viewer.models.listening import listening
from temstack.viewer.models.memory import free_memory
from temstack.viewer.models.watching import Watch, into_memory

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress
    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.jobs import Job
    from temstack.viewer.models.shelf import Shelf

_SHARE_OF_MEMORY = 4
"""A result takes at most a quarter of the memory that is free; a larger one goes to a file."""


@dataclass(frozen=True)
class Request:
    """What is to be done.

    Parameters
    ----------
    operation : Operation
    documents : tuple of Document
        What it is done to: one, or those that it makes one volume of.
    values : mapping
        Parameters by name, as :func:`temstack.operations.run` takes them.
    is_replacing : bool
        Whether the result takes the place of what the document holds; else it gets a window of its own.
    """

    operation: Operation
    documents: tuple[Document, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    is_replacing: bool = False

    @property
    def data(self) -> Any:
        """What the operation works on: data, or a list of them."""
        given = [document.data for document in self.documents]
        return given if "several" in self.operation.inputs else given[0]

    @property
    def title(self) -> str:
        """What stands over the window of the result."""
        return f"{self.documents[0].title} – {title_of(self.operation)}"


def title_of(operation: Operation) -> str:
    """Return the name of an operation as menus say it.

    >>> from temstack.operations import find
    >>> title_of(find("rotate_90"))
    'Rotate 90°'
    """
    words = operation.name.replace("_", " ").replace(" 90", " 90°")
    return words[0].upper() + words[1:]


def start(desk: Desk, request: Request) -> Job:
    """Do an operation in a job, and put its result on the desk; return the job.

    What the operation warns of is told by ``desk.warned``.
    """

    def work(progress: Progress) -> xr.DataArray:
        with listening(lambda sentence: desk.jobs.deliver(lambda: desk.warned.emit(sentence))):
            return calculate(request.operation, request.data, request.values, progress, desk.shelf)

    title = f"{title_of(request.operation)} {request.documents[0].title}"
    job = desk.jobs.start(title, lambda progress: apart(work, progress))
    job.finished.connect(lambda result: _show(desk, request, result))
    return job


def calculate(
    operation: Operation, data: Any, values: Mapping[str, Any], progress: Progress, shelf: Shelf | None = None
) -> xr.DataArray:
    """Return the result of an operation with all its pixels there: in memory, or in a file where it is too large.

    Parameters
    ----------
    operation : Operation
    data : DataArray or list of them
    values : mapping
        Its parameters.
    progress : Progress
        Looked at for every block that is read or made, so that what it raises ends the work within a moment.
    shelf : Shelf, optional
        Where a result too large for memory goes; without one everything is kept in memory.
    """
    from temstack.operations import run

    watch = Watch(progress)
    if not operation.streams:
        watched = data  # in memory as a whole or soon to be: nothing is read block by block
    else:
        watched = [watch.over(each) for each in data] if isinstance(data, list) else watch.over(data)
    return settle(run(operation, watched, progress=watch, **values), progress, shelf)


def settle(result: xr.DataArray, progress: Progress, shelf: Shelf | None = None) -> xr.DataArray:
    """Return data with all pixels calculated: in memory if there is room, else in a file of the shelf."""
    if shelf is not None and result.chunks is not None and result.nbytes > free_memory() // _SHARE_OF_MEMORY:
        return shelf.put(result, progress=progress)
    return into_memory(result, progress)


def _show(desk: Desk, request: Request, result: xr.DataArray) -> None:
    document = request.documents[0]
    done = title_of(request.operation)
    if request.is_replacing and document in desk.documents:
        replace_data(desk, document, result, done=done)
    else:
        add_result(desk, result, title=request.title, done=done)
