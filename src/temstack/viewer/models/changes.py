"""What users do to documents, done so that it can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from temstack.viewer.models.properties import properties_of, with_properties
from temstack.viewer.models.undo import Step

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.properties import Properties


def add_result(desk: Desk, data: xr.DataArray, *, title: str, done: str) -> Document:
    """Put what an operation gave on the desk as a document of its own.

    Parameters
    ----------
    desk : Desk
    data : DataArray
    title : str
        What stands over its window, ``"Fe series – Crop"``.
    done : str
        What was done, as it follows the word Undo: ``"Crop"``.
    """
    document = desk.add(data, title=title)
    desk.undo.push(
        Step(
            done,
            undo=lambda: desk.close(document),
            redo=lambda: desk.put_back(document),
            holds=(data,),
        )
    )
    return document


def replace_data(desk: Desk, document: Document, data: xr.DataArray, *, done: str) -> None:
    """Put what an operation gave in the place of what a document held."""
    before, was_saved = document.data, document.is_saved
    with desk.undo.quiet():  # the regions that go with the data are part of this step
        document.replace_data(data)
    after = document.data
    desk.undo.push(
        Step(
            done,
            undo=lambda: document.replace_data(before, is_saved=was_saved),
            redo=lambda: document.replace_data(after),
            holds=(before, after),
        )
    )


def rename(desk: Desk, document: Document, title: str) -> None:
    """Give a document another title."""
    before, after = document.title, title
    if before == after:
        return

    def name_it(title: str) -> None:
        document.title = title

    name_it(after)
    desk.undo.push(Step("Rename", undo=lambda: name_it(before), redo=lambda: name_it(after)))


def change_properties(desk: Desk, document: Document, wanted: Properties) -> None:
    """Correct what is known about a document beside its pixels."""
    before, old, was_saved = document.data, document.title, document.is_saved
    if properties_of(before, old) == wanted:
        return
    new = wanted.title or old
    own_title = properties_of(before).title if new == old else new  # a window may be called after its file
    after = with_properties(before, replace(wanted, title=own_title))

    def put(data: xr.DataArray, title: str, is_saved: bool) -> None:
        document.replace_data(data, is_saved=is_saved)
        if document.title != title:
            document.title = title

    with desk.undo.quiet():
        put(after, new, False)
    after = document.data
    desk.undo.push(
        Step(
            "Change properties",
            undo=lambda: put(before, old, was_saved),
            redo=lambda: put(after, new, False),
            holds=(before, after),
        )
    )
