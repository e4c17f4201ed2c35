"""What is lost when a document is saved in some format, found out before it is saved."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from temstack.errors import TemstackError
from temstack.viewer.models.listening import listening

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.document import Document

_TRIED_PX = 8
_EVERYTHING = "Keeps everything: values, calibrations, tags and history."


@dataclass(frozen=True)
class Format:
    """A format that documents are saved in."""

    name: str
    suffixes: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """The end of a new file's name."""
        return self.suffixes[0]


def formats() -> list[Format]:
    """Return all formats that can be written, most useful first; one for each version of a format.

    Examples
    --------
    >>> [each.suffix for each in formats()][:3]
    ['.zarr', '.dm4', '.dm3']
    """
    from temstack.formats.kinds import DM, KINDS, ZARR

    found = [Format("Zarr, larger than memory", ZARR.suffixes)]
    found += [Format(f"{DM.name} ({suffix[1:].upper()})", (suffix,)) for suffix in DM.suffixes]
    for kind in KINDS:
        if kind.is_written and kind not in (DM, ZARR):
            found.append(Format(kind.name, kind.suffixes))
    return found


@dataclass(frozen=True)
class Prospect:
    """What saving would give."""

    is_possible: bool
    words: str
    """What is lost, that nothing is, or why it is not possible: one sentence."""


def prospect(data: xr.DataArray, suffix: str, *, raw: bool = False) -> Prospect:
    """Find out what a format would keep of some data, by writing a few of their pixels for a try.

    Parameters
    ----------
    data : DataArray
        Whole; only a corner of each plane is read.
    suffix : str
        E.g. ``".dm4"``.
    raw : bool
        Pixels as recorded, see :func:`temstack.write`.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> prospect(label_stack(np.zeros((3, 20, 20))), ".msa").is_possible
    False
    """
    if suffix == ".zarr":
        return Prospect(True, _EVERYTHING)
    from temstack.files import write

    corner = {dim: slice(0, _TRIED_PX) for dim in ("y", "x") if dim in data.dims}
    losses: list[str] = []
    with tempfile.TemporaryDirectory(prefix="temstack-") as folder, listening(losses.append):
        target = Path(folder, "it" + suffix)
        try:
            write(data.isel(corner).compute(), target, raw=raw)
        except TemstackError as error:
            return Prospect(False, _sentence(str(error).removeprefix(f"{target.name}: ")))
        except (OSError, ValueError, TypeError) as error:
            return Prospect(False, _sentence(f"cannot be written as {suffix}: {error}"))
    if not losses:
        return Prospect(True, _EVERYTHING)
    return Prospect(True, _sentence("; ".join(each.removeprefix(f"{target.name}: ") for each in losses)))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def has_scales(data: xr.DataArray) -> bool:
    """Return whether there is a difference between pixels as recorded and counts."""
    return "scale" in data.coords and bool((data.coords["scale"].values != 1).any())


def suggested_path(document: Document, folder: Path) -> Path:
    """Return where a document would be saved: its own file if such files are written, else a free name.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> from temstack.viewer.models.document import Document
    >>> data = label_stack(np.zeros((3, 4, 4)))
    >>> suggested_path(Document(data, title="O K: 532 eV"), Path("series")).name
    'O K 532 eV.zarr'
    """
    suffix = ".dm4" if document.kind == "spectrum" else ".zarr"
    if can_be_saved_in_place(document) and document.path is not None:
        return free_path(document.path.parent, document.title, document.path.suffix)
    return free_path(folder, document.title, suffix)


def free_path(folder: Path, title: str, suffix: str) -> Path:
    """Return a path that does not exist yet, named by a title."""
    name = "".join(" " if letter in '<>:"/\\|?*' else letter for letter in title)
    name = " ".join(name.split()).strip(". ") or "untitled"
    path, number = folder / (name + suffix), 2
    while path.exists():
        path, number = folder / f"{name} {number}{suffix}", number + 1
    return path


def can_be_saved_in_place(document: Document) -> bool:
    """Return whether the file of a document is of a kind that is written, and holds nothing else."""
    from temstack.formats.kinds import find_kind

    if document.path is None:
        return False
    kind = find_kind(document.path)
    is_alone = document.origin is None or (document.origin.is_alone and len(document.origin.paths) == 1)
    return kind is not None and kind.is_written and is_alone
