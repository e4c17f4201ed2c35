"""Outputs that are whole or not there: written under a temporary name, forced to disk, renamed.

A rename alone is atomic but not durable: after a power cut the name may point to a file whose
bytes never reached the disk. So the file and the folder that names it are forced to disk as well.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from temstack.errors import OutputExistsError, StorageError, TemstackError

_PROBLEMS = {
    errno.ENOSPC: ("the disk is full", "free some space or choose another disk"),
    errno.EDQUOT: ("your disk quota is used up", "free some space or choose another disk"),
    errno.EFBIG: (
        "the file would be larger than is allowed here",
        "choose another disk, or raise the limit on the size of a file (ulimit -f)",
    ),
    errno.EROFS: ("the disk is read-only", "choose another folder"),
    errno.EACCES: ("no permission to write here", "choose another folder or change its permissions"),
    errno.EPERM: ("no permission to write here", "choose another folder or change its permissions"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
}
_ALWAYS_FROM_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}

# Only a folder that holds one of these is replaced: `--overwrite` must never delete a folder of data.
_MARKS_OF_A_STORE = ("zarr.json", ".zgroup", ".zarray")


@contextmanager
def replace_when_done(path: str | Path, *, overwrite: bool = False, folder: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to, and move it to *path* when the block ends without an error.

    Whatever goes wrong in the block, also Ctrl-C, the temporary file is removed and what was at
    *path* before stays as it was. The temporary path lies in the same folder, has the same suffix,
    and does not exist yet when the block starts.

    Parameters
    ----------
    path : str or Path
        Where the output belongs. A symbolic link is followed.
    overwrite : bool
        Replace an existing output; otherwise it is an error, before the work and again after it.
    folder : bool
        The output is a folder (a Zarr store) instead of a file. Replacing a folder takes two renames:
        a power cut between them leaves the old one beside *path* under a hidden name.

    Yields
    ------
    Path
        The temporary path.

    Raises
    ------
    OutputExistsError
        *path* exists and *overwrite* was not given, or it is a folder that is not a Zarr store.
    StorageError
        The disk is full, read-only or forbidden, or the file would become too large.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "report.txt"
    >>> with replace_when_done(place) as temporary:
    ...     _ = temporary.write_text("whole")
    >>> place.read_text()
    'whole'
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".temstack-{secrets.token_hex(6)}-partial{target.suffix}")
    with _storage_errors(Path(path), target, temporary):
        _refuse_existing(target, overwrite=overwrite, folder=folder)
        try:
            _try_the_place(temporary, folder=folder)
            yield temporary
            _force_to_disk(temporary)
            _move(temporary, target, overwrite=overwrite, folder=folder)
        except BaseException:
            _remove(temporary)
            raise
        force_names_to_disk(target.parent)


def require_room(path: Path, n_bytes: int) -> None:
    """Refuse before the work what cannot fit, for libraries that do not survive a full disk (HDF5).

    Parameters
    ----------
    path : Path
        Where the output is about to be written.
    n_bytes : int
        What it takes at least, uncompressed.
    """
    number = 0
    with suppress(ImportError):  # Windows has no such limit
        import resource

        allowed = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        if allowed != resource.RLIM_INFINITY and n_bytes > allowed:
            number = errno.EFBIG
    if n_bytes > shutil.disk_usage(path.parent).free:
        number = errno.ENOSPC
    if number:
        problem, advice = _PROBLEMS[number]
        raise StorageError(path.name, problem, got=f"{n_bytes} bytes to write", advice=advice)


def _refuse_existing(target: Path, *, overwrite: bool, folder: bool) -> None:
    if not target.exists():
        return
    if not target.is_file() and not target.is_dir():
        raise StorageError(str(target), "is a device, not a file", advice="choose another name")
    if not overwrite:
        raise OutputExistsError(
            str(target), "already exists", advice="choose another name or allow overwriting (--overwrite)"
        )
    if target.is_dir() and not (folder and _is_replaceable_folder(target)):
        raise OutputExistsError(
            str(target), "is a folder that temstack did not write", advice="choose another name or remove it"
        )
    if not os.access(target, os.W_OK):
        raise StorageError(str(target), "is write-protected", advice="choose another name")


def _is_replaceable_folder(target: Path) -> bool:
    inside = {entry.name for entry in target.iterdir()}
    return not inside or not inside.isdisjoint(_MARKS_OF_A_STORE)


def _try_the_place(temporary: Path, *, folder: bool) -> None:
    """Make and remove the temporary output, to learn before the work whether writing is allowed."""
    if not temporary.parent.is_dir():
        raise StorageError(str(temporary.parent), "there is no such folder", advice="make it first")
    if folder:
        temporary.mkdir()
    else:
        temporary.touch(exist_ok=False)
    _remove(temporary)


def _force_to_disk(path: Path) -> None:
    if not path.is_dir():
        _force_file_to_disk(path)
        return
    for parent, _, names in os.walk(path, topdown=False):
        for name in names:
            _force_file_to_disk(Path(parent, name))
        force_names_to_disk(Path(parent))


def _force_file_to_disk(path: Path) -> None:
    with path.open("r+b") as file:  # Windows flushes only handles that may write
        os.fsync(file.fileno())


def force_names_to_disk(folder: Path) -> None:
    """Force a folder's entries to disk, where the system can: Windows cannot open a folder."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written but not listed
        return
    try:
        os.fsync(handle)
    except OSError as err:
        if err.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network disks cannot
            raise
    finally:
        os.close(handle)


def _move(temporary: Path, target: Path, *, overwrite: bool, folder: bool) -> None:
    try:
        if folder and overwrite and target.exists():
            _exchange_folder(temporary, target)
        elif folder:
            temporary.rename(target)
        elif overwrite:
            temporary.replace(target)
        else:
            _rename_to_new_name(temporary, target)
    except OSError as err:
        if not overwrite and target.exists():
            raise OutputExistsError(
                str(target), "appeared while the output was being written", advice="choose another name"
            ) from err
        raise


def _rename_to_new_name(temporary: Path, target: Path) -> None:
    """Rename a file, failing if *target* exists: POSIX rename would silently replace it."""
    if os.name == "nt":
        temporary.rename(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # FAT and some network disks have no hard links
        if target.exists():
            raise
        temporary.rename(target)
    else:
        temporary.unlink()


def _exchange_folder(temporary: Path, target: Path) -> None:
    old = target.with_name(f".temstack-{secrets.token_hex(6)}-replaced{target.suffix}")
    target.rename(old)
    try:
        temporary.rename(target)
    except BaseException:
        old.rename(target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    """Remove a file or folder; what cannot be removed must not hide the error that led here."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)


@contextmanager
def _storage_errors(path: Path, target: Path, temporary: Path) -> Iterator[None]:
    """Turn the system's errors about the output into one sentence; let all others pass."""
    try:
        yield
    except TemstackError:
        raise
    except (OSError, RuntimeError) as err:  # h5py reports a full disk as either
        number = _error_number(err)
        if number in _ALWAYS_FROM_WRITING or _is_about(err, target, temporary):
            raise storage_error(path, err) from err
        raise


def storage_error(path: Path, err: OSError | RuntimeError) -> StorageError:
    """Return in one sentence why something could not be written, from what the system said."""
    problem, advice = _PROBLEMS.get(_error_number(err), (f"cannot be written ({err})", None))
    return StorageError(str(path), problem, advice=advice)


def _error_number(err: BaseException) -> int:
    """Return the system's error number, also where a library put it in words only."""
    if isinstance(err, OSError) and err.errno is not None:
        return err.errno
    in_words = re.search(r"errno = (\d+)", str(err))  # HDF5
    if in_words:
        return int(in_words[1])
    if re.search(r"\d+ requested and \d+ written", str(err)):  # numpy.ndarray.tofile
        return errno.ENOSPC
    return 0


def _is_about(err: BaseException, target: Path, temporary: Path) -> bool:
    if not isinstance(err, OSError):
        return False
    names = [str(name) for name in (err.filename, err.filename2) if name is not None]
    ours = (str(target), str(temporary))
    return any(name.startswith(ours) for name in names) or err.errno == errno.EIO
