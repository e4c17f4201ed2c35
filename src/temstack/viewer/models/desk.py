"""Everything that is open, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.viewer.models.bench import Bench
from temstack.viewer.models.document import Document
from temstack.viewer.models.jobs import Deliver, Job, Jobs
from temstack.viewer.models.links import Links
from temstack.viewer.models.listening import listening
from temstack.viewer.models.region_steps import RegionSteps
from temstack.viewer.models.shared_regions import SharedRegions
from temstack.viewer.models.shelf import Shelf
from temstack.viewer.models.undo import Step, UndoStack

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress


class Desk:
    """The documents that are open, and the work that goes on.

    Parameters
    ----------
    deliver : callable, optional
        How to call a function in the thread of the windows; without windows it is called at once.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> desk = Desk()
    >>> desk.add(label_stack(np.zeros((3, 4, 4))), title="zeros")
    <Document ... 'zeros': stack>
    """

    opened = Signal(Document)
    closed = Signal(Document)
    activated = Signal(object)
    """The document in front, or None."""
    warned = Signal(str)
    """A sentence that users should read, from work that goes on all the same."""

    def __init__(self, deliver: Deliver | None = None) -> None:
        self.documents: list[Document] = []
        self.jobs = Jobs(deliver)
        self.shelf = Shelf()
        self.bench = Bench(self.jobs)
        self.links = Links()
        self.undo = UndoStack(lambda: [each.data for each in self.documents])
        self.shared_regions = SharedRegions(self.links, self.undo)
        self._region_steps: dict[Document, RegionSteps] = {}
        self._active: Document | None = None

    @property
    def active(self) -> Document | None:
        """The document in front."""
        return self._active

    @active.setter
    def active(self, document: Document | None) -> None:
        if document is not self._active:
            self._active = document
            self.activated.emit(document)

    def add(
        self, data: xr.DataArray, *, title: str | None = None, path: Path | None = None, is_saved: bool = False
    ) -> Document:
        """Put data on the desk and return their document."""
        return self.put_back(Document(data, title=title, path=path, is_saved=is_saved))

    def put_back(self, document: Document) -> Document:
        """Put a document on the desk, a new one or one that was closed."""
        self.documents.append(document)
        self._region_steps[document] = RegionSteps(self.undo, document)
        self.opened.emit(document)
        self.active = document
        return document

    def close(self, document: Document) -> None:
        """Take a document off the desk; this can be undone while there is memory to keep it."""
        self.undo.push(
            Step(
                f"Close {document.title}",
                undo=lambda: self.put_back(document),
                redo=lambda: self.close(document),
                holds=(document.data,),
            )
        )
        self.documents.remove(document)
        self._region_steps.pop(document).end()
        if document is self._active:
            self.active = None
        self.closed.emit(document)

    def open(self, path: str | Path) -> Job:
        """Read a file beside the windows, and put all stacks that it holds on the desk."""
        file = Path(path)

        def read(progress: Progress) -> list[xr.DataArray]:
            from temstack.files import read_all

            progress(f"reading {file.name}", 0, 1)
            with listening(self._warn):
                return list(read_all(file))

        job = self.jobs.start(f"Open {file.name}", read)
        job.finished.connect(lambda found: self._add_all(found, file))
        return job

    def open_folder(self, folder: Path) -> Job:
        """Read the images in a folder beside the windows, as the planes of one stack."""
        from temstack.formats.series import files_of

        def find(progress: Progress) -> list[Path]:
            return files_of(folder)

        job = self.jobs.start(f"Look into {folder.name}", find)
        job.finished.connect(lambda paths: self.open_series(paths))
        return job

    def open_series(self, paths: Sequence[Path], **options: Any) -> Job:
        """Read files of one image each beside the windows, and put them on the desk as the planes of one stack.

        Parameters
        ----------
        paths : sequence of Path
            In any order that :func:`temstack.read` takes; one file if its options say what it holds.
        **options
            More of what :func:`temstack.read` takes, as plain values.
        """
        from temstack.viewer.models.origin import Origin

        origin = Origin(tuple(paths), options=options)
        name = paths[0].name if len(paths) == 1 else f"{len(paths)} files"

        def read(progress: Progress) -> xr.DataArray:
            progress(f"reading {name}", 0, 1)
            with listening(self._warn):
                return origin.read()

        def show(data: xr.DataArray) -> None:
            self.add(data, title=paths[0].stem if len(paths) == 1 else None, is_saved=True).origin = origin

        job = self.jobs.start(f"Open {name}", read)
        job.finished.connect(show)
        return job

    def _warn(self, sentence: str) -> None:
        self.jobs.deliver(lambda: self.warned.emit(sentence))

    def _add_all(self, found: list[xr.DataArray], file: Path) -> None:
        from temstack.viewer.models.origin import Origin

        for index, data in enumerate(found):
            document = self.add(data, title=None if len(found) > 1 else file.stem, path=file, is_saved=True)
            document.origin = Origin((file,), index, is_alone=len(found) == 1)
