"""A series on its way to disk: planes are safe one by one, whatever happens afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError, StackError, StorageError
from temstack.stack.durable import force_names_to_disk, replace_when_done, storage_error
from temstack.store.columns import Columns, column_types
from temstack.store.creating import DARK, RECORDING, STATE, create_files, plane_axis, set_attributes
from temstack.store.journal import NAME, Contents, Journal, read_journal
from temstack.store.layout import PIXELS
from temstack.store.lock import busy, hold, is_held
from temstack.store.planes import plane_file, write_take
from temstack.store.reading import open_stack
from temstack.store.repairing import repair
from temstack.store.writer import PlaneWriter, Waiting

STATES = ("complete", "partial", "failed")
"""How a recording can end."""


def create_recording(
    path: str | Path, planned: xr.DataArray, *, gain: NDArray[np.float32] | None = None, overwrite: bool = False
) -> Recording:
    """Make the store of a series that is about to be recorded, and return it ready for planes.

    Parameters
    ----------
    path : str or Path
        The store, a folder; usually named ``….zarr``.
    planned : (n, y, x) or (y, x, n) DataArray
        A stack or spectrum image with all labels, e.g. of :func:`temstack.series.planned_stack`. Its pixels are not
        looked at. Per-plane values that planes bring along must be there already, as numbers or truth values.
    gain : (y, x) float32, dimensionless, optional
        The gain reference. Dark references may come later.
    overwrite : bool
        Replace a store that is there.

    Returns
    -------
    Recording

    Raises
    ------
    OutputExistsError
        If *path* exists and *overwrite* was not given.
    StorageError
        If the disk is full, read-only or forbidden, or another series is being recorded into *path*.

    Examples
    --------
    >>> import tempfile
    >>> from temstack.stack import create_stack
    >>> path = Path(tempfile.mkdtemp()) / "series.zarr"
    >>> with create_recording(path, create_stack("integer", (2, 3, 4), signed=False)) as recording:
    ...     recording.write_plane(0, np.full((3, 4), 7, np.uint16))
    >>> stack = open_stack(path)
    >>> stack.is_recorded.values.tolist(), stack.attrs["state"]
    ([True, False], 'partial')
    """
    path = Path(path)
    if is_held(path / PIXELS / NAME):
        raise busy(path)
    with replace_when_done(path, overwrite=overwrite, folder=True) as temporary:
        create_files(planned, gain, temporary)
    return _opened(path)


def reopen_recording(path: str | Path) -> Recording:
    """Return a recording that was interrupted, to go on with it.

    Every plane that was acknowledged is there; what was on its way is removed. Pixels are read once and compared with
    the journal.

    Raises
    ------
    SettingError
        If it is complete, or was not recorded by temstack.
    StorageError
        If it is being recorded at this moment.
    DamagedFileError, InputMissingError
        If there is nothing that can be opened.
    """
    path = Path(path)
    stack = open_stack(path, raw=True)
    if not (path / PIXELS / NAME).exists():
        raise SettingError(
            str(path), "is not a recording", expected="a store that `temstack acquire` began and did not finish"
        )
    if stack.attrs.get(STATE) == "complete":
        raise SettingError(str(path), "is complete", advice="there is nothing left to record")
    return _opened(path, check=True)


def _opened(path: Path, *, check: bool = False) -> Recording:
    journal = Journal(path / PIXELS / NAME)
    try:
        hold(journal.handle, path)
        contents = read_journal(journal.path)
        journal.start_at(contents.good_bytes)
        return Recording(path, journal, contents, check=check)
    except BaseException:
        journal.close()
        raise


class Recording:
    """The store of a series while it is recorded; made by :func:`create_recording` or :func:`reopen_recording`.

    Only one program at a time has it; others may look with :func:`temstack.store.open_stack` or
    ``xarray.open_zarr(path, consolidated=False)``. Leaving a ``with`` block finishes it: ``complete`` if every plane is
    there, else ``partial``, or ``failed`` after an error.
    """

    def __init__(self, path: Path, journal: Journal, contents: Contents, *, check: bool = False) -> None:
        stack = open_stack(path, raw=True, live=False)
        self.path = path
        """The store."""
        self.attrs = dict(stack.attrs)
        """Attributes of the stack; ``series`` are the settings."""
        self._axis = plane_axis(stack)
        self._dim, self._dtype = str(stack.dims[self._axis]), stack.dtype
        self._frame_shape = tuple(size for axis, size in enumerate(stack.shape) if axis != self._axis)
        self._size = stack.shape[self._axis]
        self._journal, self._darks = journal, len(contents.darks)
        types = column_types(stack, self._dim)
        self._columns = Columns(path, types)
        self._dark_columns = Columns(path, {f"{DARK}_{name}": np.dtype("<f8") for name in ("exposure_s", "time")})
        self._takes = {index: lines[-1].take for index, lines in contents.planes.items()}
        recorded: set[int] = set()
        if check:
            recorded = repair(path, self._axis, self._size, contents, self._columns)
            set_attributes(path, **{STATE: RECORDING})
        self._writer = PlaneWriter(path, self._axis, journal, self._columns, recorded)
        self._is_open = True

    # --- planes ---------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Number of planes of the series."""
        return self._size

    @property
    def recorded(self) -> frozenset[int]:
        """The planes that are safe on disk."""
        return self._writer.recorded

    def write_plane(self, index: int, pixels: NDArray[Any], values: Mapping[str, Any] | None = None) -> None:
        """Write a plane, or another take of it, and return when nothing of it can be lost any more.

        Parameters
        ----------
        index : int
            Its place in the stack.
        pixels : (y, x) array
            Of exactly the type of the stack.
        values : mapping
            Its per-plane values by name. The position along the plane dimension may be among them.

        Raises
        ------
        StorageError
            If the disk is full, read-only or forbidden: this plane is lost, those before are safe.
        StackError, SettingError
            If the plane does not fit the series.
        """
        self.submit_plane(index, pixels, values).result()

    def submit_plane(self, index: int, pixels: NDArray[Any], values: Mapping[str, Any] | None = None) -> Future[int]:
        """Begin to write a plane, and return at once.

        Parameters
        ----------
        index, pixels, values
            As in :meth:`write_plane`. The pixels must not be changed until the future is done.

        Returns
        -------
        Future
            Its result, the index, is there when nothing of the plane can be lost any more.
        """
        self._require_open()
        checked = self._columns.check(values or {}, f"plane {index}")
        self._check(index, pixels)
        take = self._takes.get(index, -1) + 1
        self._takes[index] = take
        return self._writer.submit(Waiting(index, take, pixels, checked))

    def _check(self, index: int, pixels: NDArray[Any]) -> None:
        if not 0 <= index < self._size:
            raise StackError(f"plane {index}", "is not part of the series", expected=f"0 to {self._size - 1}")
        if pixels.shape != self._frame_shape or np.dtype(pixels.dtype) != self._dtype:
            raise StackError(
                f"plane {index}",
                "has not the shape and type of the series",
                got=f"{pixels.shape} {pixels.dtype}",
                expected=f"{self._frame_shape} {self._dtype}",
            )

    # --- what else is kept ----------------------------------------------------------------------------

    def add_dark(self, pixels: NDArray[np.float32], *, exposure_s: float, time: float) -> int:
        """Keep a dark reference with the series, and return its number, the ``dark_id`` of planes it belongs to.

        Parameters
        ----------
        pixels : (y, x) float32, counts
        exposure_s : float, s
        time : float, s
            When it was taken, seconds since 1970.
        """
        self._require_open()
        if pixels.shape != self._frame_shape:
            raise StackError(
                "dark reference", "has not the shape of the series", got=pixels.shape, expected=self._frame_shape
            )
        number = self._darks
        if number >= self._size:
            raise StackError("dark references", "there are more than planes", got=number + 1, expected=self._size)
        with self._storage_errors():
            target = plane_file(self.path, DARK, number)
            crc, size = write_take(target.with_name(f".{DARK}-{number}"), np.asarray(pixels, np.float32))
            target.with_name(f".{DARK}-{number}").replace(target)
            force_names_to_disk(target.parent)
            about = {"dark_exposure_s": float(exposure_s), "dark_time": float(time)}
            self._dark_columns.write(number, about)
            with self._writer.lock:
                self._journal.append([{"dark": number, "crc": crc, "bytes": size, **about}])
        self._darks += 1
        return number

    def note(self, text: str) -> None:
        """Add a line to the log of the series; it is safe on disk when the next plane is."""
        self._require_open()
        with self._storage_errors(), self._writer.lock:
            self._journal.append([{"note": text}], force=False)

    def stack(self) -> xr.DataArray:
        """Return the stack as it is now, lazily."""
        return open_stack(self.path)

    # --- the end --------------------------------------------------------------------------------------

    def finish(self, state: str, reason: str = "") -> None:
        """End the recording: wait for what is on its way, and write down how it ended.

        Parameters
        ----------
        state : str
            ``"complete"``, ``"partial"`` or ``"failed"``.
        reason : str
            Why it is not complete, in words.

        Raises
        ------
        SettingError
            If it is said to be complete and planes are missing; the recording is ended as partial then.
        StorageError
            If that cannot be written; the planes are safe all the same.
        """
        self._require_open()
        if state not in STATES:
            raise SettingError("state", "is no way to end", got=repr(state), expected=" or ".join(STATES))
        self._writer.close()
        missing = self._size - len(self.recorded)
        true_state = "partial" if state == "complete" and missing else state
        try:
            with self._storage_errors():
                self._columns.force()
                self._dark_columns.force()
                self._journal.force()
                notes = read_journal(self._journal.path).notes
                why = {"state_reason": reason} if reason else {}
                set_attributes(self.path, **{STATE: true_state, "log": notes, **why})
        finally:
            self._release()
        if true_state != state:
            raise SettingError("state", "cannot be complete", got=f"{missing} of {self._size} planes are missing")

    def close(self) -> None:
        """Wait for what is on its way and let go, without an end; as if the program had died. Twice does nothing."""
        if self._is_open:
            self._writer.close()
            self._release()

    def _release(self) -> None:
        self._is_open = False
        self._columns.close()
        self._dark_columns.close()
        self._journal.close()

    def _require_open(self) -> None:
        if not self._is_open:
            raise StorageError(str(self.path), "the recording has ended", advice="go on with reopen_recording")

    @contextmanager
    def _storage_errors(self) -> Iterator[None]:
        try:
            yield
        except StorageError:
            raise
        except OSError as err:
            raise storage_error(self.path, err) from err

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._is_open:
            return
        if error is not None:
            self.finish("failed", str(error) or type(error).__name__)
            return
        self._writer.close()
        self.finish("complete" if len(self.recorded) == self._size else "partial")
