"""Where a document came from, so that it can be read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Origin:
    """The files that hold a document as it was read.

    Parameters
    ----------
    paths : tuple of Path
        One file, or the files whose images became the planes of one stack.
    dataset : int
        Which one, where a single file holds several.

    Examples
    --------
    >>> origin = Origin((Path("fe.dm4"),), 1)
    >>> Origin.from_json(origin.to_json()).dataset
    1
    """

    paths: tuple[Path, ...]
    dataset: int = 0
    options: dict[str, Any] = field(default_factory=dict, hash=False)
    """What else :func:`temstack.read` was told: the axis, or the shape of raw files."""
    is_alone: bool = True
    """Whether nothing else is in the file: only then can it be replaced."""

    def read(self) -> xr.DataArray:
        """Return the data, as lazily as the format allows."""
        from temstack.files import read, read_all

        if len(self.paths) > 1 or self.options:
            return read(self.paths if len(self.paths) > 1 else self.paths[0], **self.options)
        found = read_all(self.paths[0])
        return found[min(self.dataset, len(found) - 1)]

    def to_json(self) -> dict[str, Any]:
        """Return plain values, with whole paths."""
        paths = [str(path.absolute()) for path in self.paths]
        return {"paths": paths, "dataset": self.dataset, "options": self.options, "is_alone": self.is_alone}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Origin:
        """Return the origin that :meth:`to_json` described."""
        return cls(
            tuple(Path(str(path)) for path in values["paths"]),
            int(values["dataset"]),
            dict(values["options"]),
            bool(values["is_alone"]),
        )
