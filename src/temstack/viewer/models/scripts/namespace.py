"""The names that Python scripts and the console find: the open stacks, and how to show others."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.errors import SettingError

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.scripts.scripting import Scripting


class Stacks(Mapping[str, Any]):
    """What is open, by title or by number; a title that several have is that of the one opened last.

    Parameters
    ----------
    desk : Desk
        The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __getitem__(self, key: str | int) -> xr.DataArray:
        documents = list(self._desk.documents)
        if isinstance(key, int):
            return documents[key].data
        for document in reversed(documents):
            if document.title == key:
                return document.data
        open_ones = ", ".join(repr(document.title) for document in documents) or "nothing"
        raise SettingError(f"stack {key!r}", "is not open", expected=f"one of {open_ones}")

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(document.title for document in list(self._desk.documents)))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        lines = [f"{title!r}: {dict(self[title].sizes)}" for title in self]
        return "\n".join(lines) or "nothing is open"


def desk_names(scripting: Scripting, title: str) -> dict[str, Any]:
    """Return the names that a Python script called *title* finds."""
    import temstack

    desk = scripting.desk

    def front() -> xr.DataArray:
        """Return what is in front."""
        if desk.active is None:
            raise SettingError("front()", "no stack or image is open", advice="open one first")
        return desk.active.data

    def show(data: Any, title: str | None = None) -> None:
        """Show a stack, an image, a spectrum or an array in a window of its own."""
        shown = as_labelled(data)
        scripting.do_and_wait(lambda: desk.add(shown, title=title), lambda: None)

    return {"ts": temstack, "np": np, "stacks": Stacks(desk), "front": front, "show": show}


def as_labelled(data: Any) -> xr.DataArray:
    """Return an array as a stack or an image in pixels; what is labelled already stays as it is.

    Raises
    ------
    SettingError
        If it is nothing that could be shown.

    Examples
    --------
    >>> as_labelled(np.zeros((4, 6))).dims, as_labelled(np.zeros((2, 4, 6))).dims
    (('y', 'x'), ('plane', 'y', 'x'))
    """
    import xarray as xr

    from temstack.stack import label_stack

    if isinstance(data, xr.DataArray):
        return data
    if not hasattr(data, "shape"):
        data = np.asarray(data)
    if getattr(data, "dtype", np.dtype("O")).kind not in "biufc" or data.ndim not in (2, 3) or not data.size:
        got = f"{type(data).__name__} of shape {getattr(data, 'shape', ())}"
        raise SettingError(
            "show()", "cannot show this", got=got, expected="a DataArray, or numbers in 2 or 3 dimensions"
        )
    if data.dtype.kind == "b":
        data = data.astype(np.uint8)
    stack = label_stack(data[None] if data.ndim == 2 else data)
    return stack[0].drop_vars("plane", errors="ignore") if data.ndim == 2 else stack


def variable_names(titles: list[str]) -> dict[str, str]:
    """Return a name for a variable for each title that can have one, titles of later stacks first.

    Examples
    --------
    >>> variable_names(["Fe series (aligned)", "sum", "2nd"])
    {'Fe_series_aligned': 'Fe series (aligned)', 'sum_': 'sum', '_2nd': '2nd'}
    """
    found = {}
    for title in titles:
        plain = re.sub(r"\W+", "_", title).strip("_")
        if not plain:
            continue
        if plain[0].isdigit():
            plain = f"_{plain}"
        if keyword.iskeyword(plain) or plain in _BUILTINS:
            plain += "_"
        found[plain] = title
    return found


_BUILTINS = {*dir(__import__("builtins")), "ts", "np", "stacks", "front", "show"}
