"""All operations there are: the modules of declarations, in the order of the menus."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module

from temstack.errors import SettingError
from temstack.operations.declaration import Operation

MODULES: tuple[str, ...] = (
    "volume_planes",
    "volume_shape",
    "volume_values",
    "drift_steps",
    "spectrum_maps",
    "spectrum_series",
)
"""Modules of this room that end in a tuple ``OPERATIONS``."""


@cache
def _by_name() -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for module in MODULES:
        for operation in import_module(f"temstack.operations.{module}").OPERATIONS:
            assert operation.name not in found, f"two operations are called {operation.name}"
            found[operation.name] = operation
    return found


def operations(menu: str | None = None) -> tuple[Operation, ...]:
    """Return all operations in the order of the menus, or those of one menu.

    Examples
    --------
    >>> "extract_planes" in [operation.name for operation in operations("Volume")]
    True
    """
    return tuple(each for each in _by_name().values() if menu in (None, each.menu[0]))


def find(name: str) -> Operation:
    """Return the operation of a name, with underscores or hyphens.

    Raises
    ------
    SettingError
        If there is none; the message names those that are spelt alike.

    Examples
    --------
    >>> find("extract-planes").summary
    'Keep only some planes.'
    """
    known = _by_name()
    if (key := name.replace("-", "_")) in known:
        return known[key]
    alike = get_close_matches(key, known, n=3)
    raise SettingError(
        "operation",
        "is unknown",
        got=repr(name),
        expected=" or ".join(alike) if alike else "one of " + ", ".join(known),
    )
