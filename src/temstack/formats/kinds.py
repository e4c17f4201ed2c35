"""The kinds of files that can be read and written, by the ends of their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from temstack.errors import UnknownFormatError


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Parameters
    ----------
    name : str
        As a user would call it.
    suffixes : tuple of str
        Ends of file names, lower case. The first is what we would write.
    reader : str
        Module of RosettaSciIO that reads it.
    is_written : bool
        Whether we write it.
    is_read_lazily : bool
        Whether its reader can leave pixels on disk.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str
    is_written: bool = False
    is_read_lazily: bool = True


DM = Kind("DigitalMicrograph", (".dm4", ".dm3"), "digitalmicrograph", is_written=True)
MRC = Kind("MRC", (".mrc", ".mrcs", ".st", ".ali", ".rec", ".map"), "mrc", is_written=True)
TIFF = Kind("TIFF", (".tif", ".tiff"), "tiff", is_written=True)
TIA = Kind("TIA", (".ser", ".emi"), "tia")
EMD = Kind("EMD", (".emd",), "emd")
HSPY = Kind("HyperSpy", (".hspy",), "hspy", is_written=True)
BCF = Kind("Bruker", (".bcf",), "bruker")
MSA = Kind("MSA spectrum", (".msa", ".emsa"), "msa", is_written=True, is_read_lazily=False)
IMAGE = Kind("image", (".png", ".jpg", ".jpeg", ".bmp"), "image", is_written=True, is_read_lazily=False)
ZARR = Kind("Zarr", (".zarr",), "", is_written=True)
RAW = Kind("raw", (".raw", ".bin", ".dat", ".img"), "")

KINDS = (DM, MRC, TIFF, TIA, EMD, HSPY, BCF, MSA, IMAGE, ZARR, RAW)
"""All kinds, most usual first."""

_KIND_OF_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}


def find_kind(path: Path) -> Kind | None:
    """Return the kind of a file by the end of its name, None where it is not known.

    Examples
    --------
    >>> find_kind(Path("series.DM4")).name
    'DigitalMicrograph'
    """
    return _KIND_OF_SUFFIX.get(path.suffix.lower())


def kind_to_write(path: Path) -> Kind:
    """Return the kind of an output by the end of its name.

    Raises
    ------
    UnknownFormatError
        If nothing here writes such files.
    """
    kind = find_kind(path)
    if kind is None or not kind.is_written:
        raise UnknownFormatError(
            path.name,
            "files of this kind cannot be written",
            got=repr(path.suffix) if path.suffix else "a name without an end such as .dm4",
            expected="one of " + ", ".join(suffix for k in KINDS if k.is_written for suffix in k.suffixes[:2]),
        )
    return kind
