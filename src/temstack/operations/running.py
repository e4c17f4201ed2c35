"""Running one operation: parameters checked, files opened, the function called, one line of history written."""

from __future__ import annotations

import warnings
from inspect import signature
from typing import TYPE_CHECKING, Any

from temstack.errors import SettingError
from temstack.operations.catalogue import find
from temstack.operations.declaration import Operation
from temstack.operations.kinds import StackInput

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress

_LARGE_BYTES = 2**28


class WholeStackWarning(UserWarning):
    """An operation is about to hold a whole stack in memory that lies on disk."""


def run(operation: str | Operation, stack: Any, *, progress: Progress | None = None, **parameters: Any) -> xr.DataArray:
    """Do one operation of the registry.

    Parameters
    ----------
    operation : str or Operation
        E.g. ``"extract_planes"``.
    stack : DataArray
        What it works on; several in a list where the operation makes one volume of them.
    progress : Progress, optional
        Told by those operations that do their work at once; lazy ones do theirs when the result is written.
    **parameters
        As the declaration names them. For another stack, an array or the name of its file.

    Returns
    -------
    DataArray
        With one more line of history, which says all parameters. Lazy where `stack` is and the operation streams.

    Warns
    -----
    WholeStackWarning
        Before the work, if a large stack on disk must be loaded whole.

    Raises
    ------
    SettingError
        If there is no such operation, or a parameter is missing, unknown or out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> part = run("extract_planes", label_stack(np.zeros((4, 2, 2))), planes=(1, 3))
    >>> part.shape, part.attrs["history"][-1]["parameters"]
    ((2, 2, 2), {'planes': [1, 3], 'calibrated': False})
    """
    wanted = find(operation) if isinstance(operation, str) else operation
    given = wanted.complete(parameters)
    values = {each.name: each.check(given[each.name], each.name) for each in wanted.parameters}
    refuse_other_kind(wanted, stack)
    before = stack if hasattr(stack, "dims") else stack[0]
    _say_what_it_needs(wanted, before)
    function = wanted.load()
    shown = {"progress": progress} if progress is not None and "progress" in signature(function).parameters else {}
    result = function(stack, **values, **shown)
    return _with_one_line(result, before, wanted, {**values, **_files(wanted, given)})


def kind_of(array: Any) -> str:
    """Return whether an array is a ``stack``, ``spectrum image``, ``image`` or ``spectrum``, else its dimensions."""
    dims = tuple(str(dim) for dim in array.dims if dim != "channel")
    if len(dims) == 2 and "energy_loss" in dims:
        return "line of spectra"
    known = {("y", "x"): "image", ("energy_loss",): "spectrum", ("y", "x", "energy_loss"): "spectrum image"}
    if dims in known:
        return known[dims]
    return "stack" if len(dims) == 3 and dims[1:] == ("y", "x") else f"data along {', '.join(dims)}"


def refuse_other_kind(operation: Operation, stack: Any) -> None:
    """Refuse data of a kind that an operation does not work on, in one sentence.

    Raises
    ------
    SettingError
        If it is of another kind, or not several where several are needed.
    """
    if "several" in operation.inputs:
        if hasattr(stack, "dims") or not stack:
            raise SettingError(operation.name, "needs several images or stacks", expected="a list of them")
        return
    kind = kind_of(stack)
    if kind not in operation.inputs:
        advice = "turn it with to-stack first" if kind == "spectrum image" and "stack" in operation.inputs else None
        raise SettingError(
            operation.name, f"does not work on this: {kind}", expected=" or ".join(operation.inputs), advice=advice
        )


def what_it_needs(operation: Operation, stack: xr.DataArray) -> str | None:
    """Return the sentence about a large stack on disk that must be loaded whole; None where none must."""
    if operation.streams or stack.chunks is None or stack.nbytes <= _LARGE_BYTES:
        return None
    reason = f": {operation.whole_stack_reason}" if operation.whole_stack_reason else ""
    return (
        f"{operation.name} holds the whole stack in memory, {stack.nbytes / 1e9:.1f} GB and as much again for "
        f"the result{reason}"
    )


def _say_what_it_needs(operation: Operation, stack: Any) -> None:
    if (sentence := what_it_needs(operation, stack)) is not None:
        warnings.warn(sentence, WholeStackWarning, stacklevel=3)


def _files(operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the history says of other stacks: their files instead of their pixels."""
    return {
        each.name: StackInput.remember(given[each.name])
        for each in operation.parameters
        if isinstance(each.kind, StackInput) and given[each.name] is not None
    }


def _with_one_line(
    result: xr.DataArray, before: xr.DataArray, operation: Operation, parameters: dict[str, Any]
) -> xr.DataArray:
    """Return the result with one line of history, in place of those that the function wrote of its steps."""
    from temstack.stack import with_history

    bare = result.copy(deep=False)
    bare.attrs["history"] = list(before.attrs.get("history", []))
    return with_history(bare, operation.name, **parameters)
