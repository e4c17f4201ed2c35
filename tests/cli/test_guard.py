"""Whatever goes wrong: one sentence, the right exit code, and a traceback only where it was asked for."""

import errno
import os
import subprocess
import sys

import pytest

from temstack.cli import guard
from temstack.cli.guard import sentence_for
from temstack.errors import DamagedFileError


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DamagedFileError("a.dm4", "is empty", got="0 bytes"), "a.dm4: is empty; got 0 bytes"),
        (MemoryError("Unable to allocate 40 GiB"), "not enough memory (Unable to allocate 40 GiB); close other"),
        (OSError(errno.ENOSPC, "No space left on device", "out.zarr"), "out.zarr: the disk is full; free some space"),
        (PermissionError(errno.EACCES, "Permission denied", "a.dm3"), "a.dm3: permission denied"),
        (ZeroDivisionError("division\nby zero"), "unexpected error (ZeroDivisionError: division by zero); run again"),
    ],
    ids=["ours", "memory", "disk full", "system", "unexpected"],
)
def test_every_error_is_one_line(error, sentence):
    assert sentence_for(error).startswith(sentence)
    assert "\n" not in sentence_for(error)


@pytest.fixture
def broken(monkeypatch):
    """Let ``temstack info`` end with an error of the test's choice."""

    def break_with(error):
        def raise_it(*_):
            raise error

        monkeypatch.setattr("temstack.cli.inputs.Source.read", raise_it)

    return break_with


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DamagedFileError("a", "is empty"), 1),
        (MemoryError(), 1),
        (OSError(errno.EIO, "Input/output error"), 1),
        (RuntimeError("surprise"), 1),
        (BrokenPipeError(), 1),
        (KeyboardInterrupt(), 130),
        (guard.Terminated(), 143),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_errors_end_with_their_exit_code_and_without_a_traceback(run, broken, error, code):
    broken(error)
    ended = run("info", "x.dm4")
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) == (0 if isinstance(error, BrokenPipeError) else 1)


@pytest.mark.parametrize("words", [("--debug", "info", "x"), ("info", "x", "--debug")], ids=["before", "after"])
def test_debug_shows_the_traceback_wherever_it_stands(run, broken, words):
    broken(RuntimeError("surprise"))
    ended = run(*words)
    assert ended.code == 1
    assert "Traceback" in ended.err
    assert ended.errors == ["error: unexpected error (RuntimeError: surprise); run again with --debug to see where"]


def test_debug_does_not_last_longer_than_its_command(run, broken):
    broken(RuntimeError("surprise"))
    run("info", "x", "--debug")
    assert "Traceback" not in run("info", "x").err


def test_warnings_are_one_line_each_and_those_for_programmers_are_hidden(run, monkeypatch):
    import logging
    import warnings

    def warn(*_):
        warnings.warn("the axis\nis irregular", UserWarning, stacklevel=1)
        warnings.warn("use something else", DeprecationWarning, stacklevel=1)
        logging.getLogger("some.reader").warning("a tag is %s", "odd")
        raise DamagedFileError("a", "is empty")

    monkeypatch.setattr("temstack.cli.inputs.Source.read", warn)
    assert run("info", "x").err.splitlines() == [
        "warning: the axis is irregular",
        "warning: a tag is odd",
        "error: a: is empty",
    ]


def test_a_misspelt_command_or_option_is_exit_code_2(run):
    assert run("algin").code == 2
    assert run("info", "--plains", "x").code == 2
    assert run("align", "x").code == 2


def test_version(run):
    ended = run("--version")
    assert ended.code == 0
    assert ended.out.startswith("temstack 0.")


def test_help_comes_at_once_and_loads_nothing_heavy():
    code = (
        "import sys, temstack.cli\n"
        "try: temstack.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('numpy', 'xarray', 'matplotlib', 'numba') if name in sys.modules])"
    )
    best = 9.0
    for _ in range(3):
        before = os.times()
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        after = os.times()  # its own time, as the machine may be busy with something else
        best = min(best, sum(after[2:4]) - sum(before[2:4]))
    assert out.rstrip().endswith("[]")
    assert "align" in out
    assert best < 0.5


@pytest.mark.parametrize("command", ["info", "show", "set", "align", "convert", "spectrum", "demo"])
def test_every_command_has_help(run, command):
    ended = run(command, "--help")
    assert ended.code == 0
    assert "Usage" in ended.out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that close like this")
def test_a_reader_that_leaves_early_is_no_error(stack_path):
    command = f"{sys.executable} -m temstack.cli info {stack_path} --planes | true"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in ended.stderr
    assert "BrokenPipe" not in ended.stderr
