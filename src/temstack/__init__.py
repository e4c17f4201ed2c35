"""Record, align and analyse 3-D image stacks in transmission electron microscopy.

A stack is an ``xarray.DataArray`` with dimensions ``(plane-like, y, x)``; see :mod:`temstack.stack`.
The names below are loaded on first use, so that ``import temstack`` stays fast.

>>> import temstack as ts
>>> ts.create_stack("real", (3, 4, 5)).dims
('plane', 'y', 'x')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from temstack.version import __version__ as __version__

if TYPE_CHECKING:
    from temstack.acquire import connect as connect
    from temstack.dmscript import run_script as run_script
    from temstack.drift import align as align
    from temstack.drift import apply_drift as apply_drift
    from temstack.drift import estimate_drift as estimate_drift
    from temstack.drift import load_drift as load_drift
    from temstack.drift import sum_aligned as sum_aligned
    from temstack.files import read as read
    from temstack.files import read_all as read_all
    from temstack.files import write as write
    from temstack.formats import from_hyperspy as from_hyperspy
    from temstack.formats import to_hyperspy as to_hyperspy
    from temstack.spectrum import elemental_map as elemental_map
    from temstack.spectrum import extract_spectrum as extract_spectrum
    from temstack.spectrum import thickness as thickness
    from temstack.stack import check_stack as check_stack
    from temstack.stack import counts as counts
    from temstack.stack import create_stack as create_stack

_ROOM_OF = {
    "connect": "acquire",
    "run_script": "dmscript",
    "align": "drift",
    "apply_drift": "drift",
    "estimate_drift": "drift",
    "load_drift": "drift",
    "sum_aligned": "drift",
    "read": "files",
    "read_all": "files",
    "write": "files",
    "from_hyperspy": "formats",
    "to_hyperspy": "formats",
    "elemental_map": "spectrum",
    "extract_spectrum": "spectrum",
    "thickness": "spectrum",
    "check_stack": "stack",
    "counts": "stack",
    "create_stack": "stack",
}

__all__ = ["__version__", *_ROOM_OF]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'temstack' has no attribute {name!r}")
    value = getattr(import_module(f"temstack.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
