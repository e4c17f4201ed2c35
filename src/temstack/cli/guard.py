"""What a command may end with: success, or one sentence on stderr and an exit code; never a surprise."""

from __future__ import annotations

import errno
import functools
import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import FrameType
from typing import Any, TextIO

import typer

from temstack.cli.console import print_error, print_warning
from temstack.errors import TemstackError

FAILED, INTERRUPTED, TERMINATED = 1, 130, 143

_tracebacks = ContextVar("tracebacks", default=False)


class Terminated(KeyboardInterrupt):
    """The system asked the process to end (SIGTERM): clean up as after Ctrl-C."""


def show_tracebacks(wanted: bool) -> None:
    """Print the traceback of every error from now on (``--debug``)."""
    _tracebacks.set(wanted)


def tracebacks_wanted() -> bool:
    """Return whether errors are to be shown with their traceback."""
    return _tracebacks.get()


def stop_on_termination() -> None:
    """Let SIGTERM unwind the command, so that it removes its temporary files."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    with suppress(ValueError):  # outside the main thread signals cannot be set, nor do they arrive
        signal.signal(signal.SIGTERM, stop)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with every error turned into one sentence and an exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        with _one_line_warnings():
            try:
                command(*args, **kwargs)
                sys.stdout.flush()  # here, so that a closed pipe is noticed here
            except BrokenPipeError:
                _discard_stdout()
                raise typer.Exit(FAILED) from None
            except (KeyboardInterrupt, Exception) as error:
                raise typer.Exit(_report(error)) from None

    return run


def _report(error: BaseException) -> int:
    """Print what went wrong and return the exit code; errors that belong to typer go on to typer."""
    if type(error).__module__.startswith("typer."):
        raise error
    if _tracebacks.get():
        traceback.print_exception(error)
    if isinstance(error, KeyboardInterrupt):
        how = "the system" if isinstance(error, Terminated) else "Ctrl-C"
        print_error(f"stopped by {how}; no unfinished output was left behind", label="")
        return TERMINATED if isinstance(error, Terminated) else INTERRUPTED
    print_error(sentence_for(error))
    return FAILED


def sentence_for(error: BaseException) -> str:
    """Return one line that tells a user what went wrong."""
    match error:
        case TemstackError():
            text = str(error)
        case MemoryError():
            detail = f" ({error})" if str(error) else ""
            text = f"not enough memory{detail}; close other programs, use a --region, or convert to .zarr first"
        case OSError(errno=errno.ENOSPC):
            text = f"{error.filename or 'output'}: the disk is full; free some space or choose another disk"
        case OSError() if error.strerror:
            where = f"{error.filename}: " if error.filename else ""
            text = f"{where}{error.strerror[0].lower()}{error.strerror[1:]}"
        case _:
            text = f"unexpected error ({type(error).__name__}: {error}); run again with --debug to see where"
    return " ".join(text.split())


@contextmanager
def _one_line_warnings() -> Iterator[None]:
    """Print Python's warnings, and what readers log, as one line each; hide those meant for programmers."""

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        print_warning(str(message))

    handler = _LogAsWarning(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            for for_programmers in (
                DeprecationWarning,
                PendingDeprecationWarning,
                FutureWarning,
                ResourceWarning,
            ):
                warnings.simplefilter("ignore", for_programmers)
            warnings.showwarning = show
            yield
    finally:
        root.removeHandler(handler)


class _LogAsWarning(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        print_warning(record.getMessage())


def _discard_stdout() -> None:
    """Send what is still to be printed nowhere: the reader of the pipe (``| head``) has left."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
