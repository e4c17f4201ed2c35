"""One stack, image or spectrum that is open."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from temstack.viewer.models.region_set import ATTRIBUTE, Regions, with_regions

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.origin import Origin

_numbers = itertools.count(1)


class Document:
    """What one window shows: data by the stack convention, and where they came from.

    Parameters
    ----------
    data : DataArray
        A stack, spectrum image, image or spectrum; in memory or lazy.
    title : str, optional
        What stands over its window; the title of the data unless given.
    path : Path, optional
        The file it was read from or saved to.
    is_saved : bool
        Whether nothing would be lost if it were closed.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> document = Document(label_stack(np.zeros((3, 4, 4))), title="zeros")
    >>> document.kind, document.title
    ('stack', 'zeros')
    """

    data_changed = Signal()
    """Other data are in its place."""
    title_changed = Signal(str)
    saved_changed = Signal(bool)
    """Whether nothing would be lost if it were closed is no longer as it was."""

    def __init__(
        self, data: xr.DataArray, *, title: str | None = None, path: Path | None = None, is_saved: bool = False
    ) -> None:
        self.number = next(_numbers)
        self.path = path
        self.origin: Origin | None = None
        """Where it can be read again as it was opened or saved."""
        self._is_saved = is_saved
        self._data = data
        self.regions = Regions(data)
        """What is drawn on it; kept among the attributes of its data, and so saved with them."""
        self.regions.edited.connect(self._keep_regions)
        self._title = title or str(data.attrs.get("title") or "") or (path.stem if path else f"untitled {self.number}")

    @property
    def is_saved(self) -> bool:
        """Whether nothing would be lost if it were closed."""
        return self._is_saved

    @is_saved.setter
    def is_saved(self, is_saved: bool) -> None:
        if is_saved != self._is_saved:
            self._is_saved = is_saved
            self.saved_changed.emit(is_saved)

    @property
    def data(self) -> xr.DataArray:
        """What it holds."""
        return self._data

    def replace_data(self, data: xr.DataArray, *, is_saved: bool = False) -> None:
        """Put other data in its place, and tell those who watch."""
        self._data = data
        self.regions.follow(data)
        if len(self.regions) or ATTRIBUTE in data.attrs:
            self._data = with_regions(data, self.regions)
        self.is_saved = is_saved
        self.data_changed.emit()

    def _keep_regions(self) -> None:
        self._data = with_regions(self._data, self.regions)
        self.is_saved = False

    @property
    def title(self) -> str:
        """What stands over its window."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        self._title = title
        self.title_changed.emit(title)

    @property
    def kind(self) -> str:
        """``"stack"``, ``"spectrum image"``, ``"image"`` or ``"spectrum"``, else its dimensions in words."""
        from temstack.operations.running import kind_of

        return kind_of(self._data)

    def __repr__(self) -> str:
        return f"<Document {self.number} {self.title!r}: {self.kind}>"
