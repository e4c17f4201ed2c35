"""Documents in a few words, for titles and the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.document import Document

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def size_in_words(n_bytes: int) -> str:
    """Return a size as a user reads it.

    Examples
    --------
    >>> size_in_words(999), size_in_words(209_715_200), size_in_words(5 * 2**40)
    ('999 B', '200 MiB', '5 TiB')
    """
    value, unit = float(n_bytes), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.3g} {_UNITS[unit]}"


def shape_in_words(data: xr.DataArray) -> str:
    """Return the shape of data, slowest axis first, with its type of pixels.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> shape_in_words(label_stack(np.zeros((3, 4, 5), np.uint16)))
    '3 × 4 × 5 uint16'
    """
    lengths = [str(length) for dim, length in data.sizes.items() if dim != "channel"]
    return f"{' × '.join(lengths)} {'colour' if 'channel' in data.dims else data.dtype}"


def document_in_words(document: Document) -> str:
    """Return what a document is, its shape, and the room it takes: ``"stack · 61 × 512 × 512 uint16 · 30.5 MiB"``."""
    data = document.data
    where = "in memory" if data.chunks is None else "read from disk as needed"
    return f"{document.kind} · {shape_in_words(data)} · {size_in_words(data.nbytes)} {where}"


def window_title(document: Document) -> str:
    """Return what stands over the window of a document; a star marks what is not saved.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> from temstack.viewer.models.document import Document
    >>> window_title(Document(label_stack(np.zeros((3, 4, 5))), title="Fe"))
    'Fe *'
    """
    return document.title if document.is_saved else f"{document.title} *"
