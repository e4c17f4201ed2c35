"""Doing again, on another stack, what the history of one says was done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temstack.errors import SettingError
from temstack.operations.catalogue import find
from temstack.operations.running import run

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress


READING_STEPS = ("add_to_counts", "assemble")
"""What made a stack of files, or put a file right as it was read: done already where there is another stack."""


def replay(
    history: Sequence[Mapping[str, Any]],
    stack: xr.DataArray,
    *,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    skip: Sequence[str] = (),
    progress: Progress | None = None,
) -> xr.DataArray:
    """Return the stack after every operation of a history.

    Parameters
    ----------
    history : sequence of lines with ``operation`` and ``parameters``
        ``attrs["history"]`` of another stack.
    stack : DataArray
        What it is done to.
    changes : mapping of operation to parameters, optional
        Parameters to be other than the history says, in every line of this operation:
        ``{"append_planes": {"planes": "more.dm4"}}``.
    skip : sequence of str
        Operations to leave out.
    progress : Progress, optional
        Told after each line. Lazy operations do their work when the result is written.

    Returns
    -------
    DataArray

    Raises
    ------
    SettingError
        If a line is of an operation that is unknown or does not fit; the message says which line.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> one, other = label_stack(np.zeros((4, 2, 2))), label_stack(np.ones((4, 2, 2)))
    >>> replay(run("extract_planes", one, planes=2).attrs["history"], other).plane.values
    array([2.])
    """
    changes = changes or {}
    names = [str(line["operation"]) for line in history]
    for name in (*changes, *skip):
        if name.replace("-", "_") not in names:
            raise SettingError(
                name, "does not occur in the history", expected="one of " + ", ".join(dict.fromkeys(names))
            )
    left_out = {*READING_STEPS, *(name.replace("-", "_") for name in skip)}
    changed = {name.replace("-", "_"): dict(values) for name, values in changes.items()}
    for number, line in enumerate(history, 1):
        name = str(line["operation"])
        if name not in left_out:
            stack = _one_line(number, name, {**line.get("parameters", {}), **changed.get(name, {})}, stack, progress)
        if progress is not None:
            progress("doing again", number, len(names))
    return stack


def _one_line(
    number: int, name: str, parameters: dict[str, Any], stack: xr.DataArray, progress: Progress | None
) -> xr.DataArray:
    try:
        return run(find(name), stack, progress=progress, **parameters)
    except SettingError as err:
        err.subject = f"line {number} of the history ({name}): {err.subject}"
        raise
