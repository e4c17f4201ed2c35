"""Saving a document: into its own file, or where and how a dialog says, with what will be lost told before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from temstack.viewer.models.document import Document
from temstack.viewer.models.jobs import Job
from temstack.viewer.models.listening import listening
from temstack.viewer.models.origin import Origin
from temstack.viewer.models.saving import can_be_saved_in_place

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress
    from temstack.viewer.views.main_window import MainWindow

Then = Callable[[], object]


def save(main: MainWindow, document: Document, then: Then | None = None) -> None:
    """Save a document where it came from; ask where, if it came from nowhere or from what is only read."""
    if document.path is not None and can_be_saved_in_place(document):
        save_to(main, document, document.path, then=then)
        return
    from temstack.viewer.views.save_dialog import SaveDialog

    SaveDialog(main, document, then).open()


def save_to(main: MainWindow, document: Document, path: Path, *, raw: bool = False, then: Then | None = None) -> Job:
    """Save a document in a file, replacing what is there, beside the windows.

    The file is whole or as it was before, also after Cancel.
    """
    data = document.data

    def write(progress: Progress) -> tuple[xr.DataArray | None, list[str]]:
        from temstack.files import write as write_file

        lost: list[str] = []
        with listening(lost.append):
            write_file(data, path, overwrite=True, raw=raw, progress=progress)
        return _read_again(data, path), lost

    def note(result: tuple[xr.DataArray | None, list[str]]) -> None:
        again, lost = result
        # What was done to it while it was being written is not in the file.
        is_saved = document.data is data
        if is_saved and again is not None:
            document.replace_data(again, is_saved=True)
        document.path, document.origin, document.title = path, Origin((path,)), path.stem
        document.is_saved = is_saved
        main.recent.add(path)
        main.say("; ".join(lost) if lost else f"saved → {path}")
        if then is not None:
            then()

    job = main.desk.jobs.start(f"Save {path.name}", write)
    job.finished.connect(note)
    return job


def _read_again(data: xr.DataArray, path: Path) -> xr.DataArray | None:
    """Return what is in the file now, where pixels that were still on disk may have been in what it replaced."""
    if data.chunks is None:
        return None
    from temstack.files import read

    return read(path, lazy=True)
