"""Which files a dialog offers."""

from __future__ import annotations


def open_filters() -> list[str]:
    """Return the kinds of files that can be opened, all together first.

    Examples
    --------
    >>> open_filters()[1]
    'DigitalMicrograph (*.dm4 *.dm3)'
    """
    from temstack.formats.kinds import KINDS, ZARR

    kinds = [kind for kind in KINDS if kind is not ZARR]  # a Zarr is a folder, which this dialog does not offer
    patterns = [" ".join(f"*{suffix}" for suffix in kind.suffixes) for kind in kinds]
    named = [f"{kind.name[:1].upper()}{kind.name[1:]} ({each})" for kind, each in zip(kinds, patterns, strict=True)]
    return [f"All that can be opened ({' '.join(patterns)})", *named, "All files (*)"]
