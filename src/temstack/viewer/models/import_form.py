"""Files that need a word from their user: several as one stack, an axis they do not say, raw pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temstack.errors import SettingError

RAW_TYPES = ("uint8", "int16", "uint16", "int32", "uint32", "float32", "float64", "complex64")
BYTE_ORDERS = {"little-endian (usual)": "<", "big-endian": ">"}


@dataclass(frozen=True)
class ImportForm:
    """What a user says about files.

    Examples
    --------
    >>> ImportForm((Path("a.tif"), Path("b.tif")), axis="defocus", start="-100", step="20").options()
    {'axis': 'defocus', 'start': -100.0, 'step': 20.0}
    >>> ImportForm((Path("a.raw"),), shape="512, 512", dtype="uint16").options()
    {'shape': [512, 512], 'dtype': '<u2', 'offset': 0}
    """

    paths: tuple[Path, ...] = ()
    axis: str = ""
    """Empty for what the files say."""
    start: str = ""
    step: str = ""
    shape: str = ""
    dtype: str = "uint16"
    order: str = "<"
    offset: int = 0

    @property
    def is_raw(self) -> bool:
        """Whether the files say nothing about themselves."""
        return is_raw(self.paths)

    def options(self) -> dict[str, Any]:
        """Return what :func:`temstack.read` is told, as plain values.

        Raises
        ------
        SettingError
            If a number cannot be read, or something is missing.
        """
        if not self.paths:
            raise SettingError("files", "none is chosen", advice="add at least one")
        found: dict[str, Any] = {}
        if self.axis:
            found["axis"] = self.axis
            if self.start.strip() or self.step.strip():
                found["start"] = _number(self.start or "0", "start")
                found["step"] = _number(self.step or "1", "step")
        if self.is_raw:
            import numpy as np

            found["shape"] = _shape(self.shape)
            # "|u1" for single bytes, whose order means nothing.
            found["dtype"] = np.dtype(self.order + np.dtype(self.dtype).str[1:]).str
            found["offset"] = self.offset
        return found


def is_raw(paths: Sequence[Path]) -> bool:
    """Return whether files are raw pixels, which do not say their shape and type."""
    from temstack.formats.kinds import RAW, find_kind

    return bool(paths) and find_kind(paths[0]) is RAW


def _shape(text: str) -> list[int]:
    parts = text.replace("×", ",").replace("x", ",").replace(";", ",").split(",")
    try:
        shape = [int(part) for part in parts]
    except ValueError:
        shape = []
    if len(shape) not in (2, 3) or min(shape) < 1:
        raise SettingError(
            "shape", "is not the size of an image or a stack", got=repr(text), expected="e.g. 512, 512 or 20, 512, 512"
        )
    return shape


def _number(text: str, name: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as err:
        raise SettingError(name, "is no number", got=repr(text), expected="e.g. 480 or -12.5") from err
