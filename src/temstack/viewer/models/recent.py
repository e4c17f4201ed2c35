"""The files that were opened last."""

from __future__ import annotations

from pathlib import Path

from psygnal import Signal

from temstack.errors import DamagedFileError
from temstack.viewer.models.kept import Keeper, read_kept

_MOST = 12


class Recent:
    """Which files were opened or saved last, latest first; kept between starts.

    Parameters
    ----------
    path : Path
        Where they are kept.
    keeper : Keeper
        Who writes that file.
    """

    changed = Signal()

    def __init__(self, path: Path, keeper: Keeper) -> None:
        self._path, self._keeper = path, keeper
        self.files = _files_in(path)

    def add(self, file: Path) -> None:
        """Put a file at the top."""
        whole = file.absolute()
        self.files = [whole, *(each for each in self.files if each != whole)][:_MOST]
        self._changed()

    def clear(self) -> None:
        """Forget all of them."""
        self.files = []
        self._changed()

    def _changed(self) -> None:
        self._keeper.keep(self._path, [str(file) for file in self.files])
        self.changed.emit()


def _files_in(path: Path) -> list[Path]:
    try:
        found = read_kept(path)
    except DamagedFileError:
        return []  # a list of shortcuts is not worth a message
    return [Path(each) for each in found if isinstance(each, str)][:_MOST] if isinstance(found, list) else []
