"""What the desk keeps between two starts: small JSON files in the user's folder, whole or not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from temstack.errors import DamagedFileError


def read_kept(path: Path) -> Any:
    """Return what was kept in a file, None where there is no such file.

    Raises
    ------
    DamagedFileError
        If the file cannot be read or holds something else.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as err:
        raise DamagedFileError(
            str(path), f"cannot be read: {err}", advice="the desk starts without it and writes it anew"
        ) from err


def write_kept(path: Path, values: Any) -> None:
    """Write plain values to a file, in place of what was there."""
    from temstack.stack.durable import replace_when_done

    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(values, ensure_ascii=False, indent=1)
    with replace_when_done(path, overwrite=True) as unfinished:
        unfinished.write_text(text + "\n", encoding="utf-8")


class Keeper:
    """Writes what is to be kept beside the windows, in order: forcing a file to disk may take a while."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keep")
        self._latest: Future[None] | None = None

    def keep(self, path: Path, values: Any) -> None:
        """Write plain values soon; a failure is left for :meth:`finish` to say."""
        self.call(lambda: write_kept(path, values))

    def call(self, work: Callable[[], None]) -> None:
        """Do some other small work on files, after what was handed over before."""
        self._latest = self._thread.submit(work)

    def finish(self) -> BaseException | None:
        """Wait until all is written; return why the latest was not, if so."""
        error = self._latest.exception() if self._latest else None
        self._thread.shutdown()
        return error
