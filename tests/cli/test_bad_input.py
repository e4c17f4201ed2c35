"""What users really give a program: one sentence, exit code not 0, no traceback, nothing left behind."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temstack import write
from temstack.stack import label_stack

RAW = ("--shape", "64,64", "--dtype", "<f4")


def assert_one_sentence(result: Any, *words: str) -> None:
    """The user is told once, in words, and gets no traceback."""
    assert result.code == 1, result.err
    assert len(result.errors) == 1, result.err
    assert "Traceback" not in result.err
    assert "unexpected error" not in result.err
    for word in words:
        assert word in result.errors[0]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder for inputs."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    return folder


def _empty(place: Path, _: Path) -> list[object]:
    (place / "empty.dm4").touch()
    return [place / "empty.dm4"]


def _truncated_half(place: Path, good: Path) -> list[object]:
    data = good.read_bytes()
    (place / "half.dm4").write_bytes(data[: len(data) // 2])
    return [place / "half.dm4"]


def _truncated_header(place: Path, good: Path) -> list[object]:
    (place / "header.dm4").write_bytes(good.read_bytes()[:40])
    return [place / "header.dm4"]


def _text(place: Path, _: Path) -> list[object]:
    (place / "notes.dm3").write_text("These are my notes.\n" * 50)
    return [place / "notes.dm3"]


def _wrong_shape(place: Path, _: Path) -> list[object]:
    np.zeros((64, 64), "<f4").tofile(place / "a.raw")
    return [place / "a.raw", "--shape", "65,64", "--dtype", "<f4"]


def _no_shape(place: Path, _: Path) -> list[object]:
    np.zeros((64, 64), "<f4").tofile(place / "a.raw")
    return [place / "a.raw"]


def _no_such_type(place: Path, _: Path) -> list[object]:
    np.zeros((64, 64), "<f4").tofile(place / "a.raw")
    return [place / "a.raw", "--shape", "64,64", "--dtype", "real"]


def _one_plane(place: Path, _: Path) -> list[object]:
    write(label_stack(np.eye(64, dtype=np.float32)[None]), place / "one.dm4")
    return [place / "one.dm4"]


def _blank(place: Path, _: Path) -> list[object]:
    write(label_stack(np.zeros((3, 48, 48), np.uint16)), place / "blank.dm4")
    return [place / "blank.dm4"]


def _all_nan(place: Path, _: Path) -> list[object]:
    write(label_stack(np.full((3, 48, 48), np.nan, np.float32)), place / "nan.zarr")
    return [place / "nan.zarr"]


def _empty_folder(place: Path, _: Path) -> list[object]:
    return [place]


def _folder_of_something_else(place: Path, _: Path) -> list[object]:
    (place / "thesis.docx").write_bytes(b"PK")
    return [place]


def _missing(place: Path, _: Path) -> list[object]:
    return [place / "gone.dm4"]


def _no_match(place: Path, _: Path) -> list[object]:
    return [place / "series_*.dm3"]


def _unknown_kind(place: Path, _: Path) -> list[object]:
    (place / "a.xyz").write_bytes(b"123")
    return [place / "a.xyz"]


def _different_sizes(place: Path, _: Path) -> list[object]:
    for side in (32, 48):
        write(label_stack(np.ones((1, side, side), np.uint8))[0].drop_vars("plane"), place / f"{side}.tif")
    return [place / "32.tif", place / "48.tif"]


@pytest.mark.parametrize(
    "make",
    [
        _empty,
        _truncated_half,
        _truncated_header,
        _text,
        _wrong_shape,
        _no_shape,
        _no_such_type,
        _one_plane,
        _blank,
        _all_nan,
        _empty_folder,
        _folder_of_something_else,
        _missing,
        _no_match,
        _unknown_kind,
        _different_sizes,
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(run, everything_in, place, stack_path, tmp_path, make):
    words = make(place, stack_path)
    before = everything_in(tmp_path)
    result = run("align", *words, "-o", tmp_path / "out.zarr", "--report", tmp_path / "page.html")
    assert_one_sentence(result)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("command", ["info", "convert", "show", "spectrum", "set"])
def test_every_command_says_what_is_wrong_with_a_file(run, everything_in, place, stack_path, tmp_path, command):
    [path] = _truncated_half(place, stack_path)
    out = {
        "info": [],
        "spectrum": [],
        "convert": [tmp_path / "o.zarr"],
        "show": ["-o", tmp_path / "o.png"],
        "set": ["-o", tmp_path / "o.dm4"],
    }
    before = everything_in(tmp_path)
    assert_one_sentence(run(command, path, *out[command]), "half.dm4")
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--region", "0,0,10"], "--region"),
        (["--region", "0,0,9999,10"], "region"),
        (["--pin", "3"], "--pin"),
        (["--pin", "77=1,1"], "77"),
        (["--band-pass", "0.3"], "--band-pass"),
        (["--reference", "99", "--estimator", "reference"], "99"),
        (["--pairs", "some"], "--pairs"),
        (["--mask", "nowhere.png"], "nowhere.png"),
        (["--apply-drift", "nowhere.txt"], "nowhere.txt"),
        (["--axis", "colour"], "axis"),
        (["--axis", "energy_loss", "--start", "0", "--step", "5", "--units", "nm"], "nm"),
        (["--axis", "energy_loss", "--values", "1,2,3", "--units", "eV"], ""),
        (["--values", "1,two"], "--values"),
        (["--max-shift", "-4"], "max_shift"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_cannot_be_meant(run, stack_path, tmp_path, words, named):
    result = run("align", stack_path, "-o", tmp_path / "out.zarr", *words)
    assert_one_sentence(result, named)
    assert not (tmp_path / "out.zarr").exists()


def test_an_output_of_unknown_kind_is_refused_before_any_work(run, tmp_path):
    result = run("align", tmp_path / "not-even-there.dm4", "-o", tmp_path / "out.xyz")
    assert_one_sentence(result, "out.xyz", ".dm4")


def test_two_outputs_of_one_name_are_refused(run, stack_path, tmp_path):
    out = tmp_path / "a.zarr"
    assert_one_sentence(run("align", stack_path, "-o", out, "--save-drift", out), "two outputs")


def test_a_plane_of_nan_among_good_ones_is_named_and_does_not_spoil_the_others(run, series, tmp_path):
    planes = series.stack.values.astype(np.float32)
    planes[2] = np.nan
    write(series.stack.copy(data=planes), tmp_path / "one-nan.zarr")
    result = run("align", tmp_path / "one-nan.zarr", "-o", tmp_path / "out.zarr")
    assert result.code == 0, result.err
    warned = [line for line in result.err.splitlines() if line.startswith("warning: ")]
    assert any("2" in line for line in warned), result.err


@pytest.fixture
def not_root(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Give up being root, to whom nothing is forbidden, until the end of the test."""
    if os.name == "nt":
        pytest.skip("permissions work differently on Windows")

    def give_up() -> None:
        for folder in (tmp_path, *tmp_path.parents):
            if folder.is_relative_to(tempfile.gettempdir()) and folder.owner() == "root":
                folder.chmod(folder.stat().st_mode | 0o055)
        if was_root:
            os.seteuid(65534)

    was_root = os.geteuid() == 0
    yield give_up
    if was_root:
        os.seteuid(0)


def test_no_permission_to_read_or_write(run, stack_path, tmp_path, not_root):
    locked, shut = tmp_path / "locked.dm4", tmp_path / "shut"
    shutil.copy(stack_path, locked)
    locked.chmod(0)
    shut.mkdir(mode=0o555)
    run("convert", stack_path, tmp_path / "warm-up.dm4")  # imports what another user may not
    not_root()
    reading = run("info", locked)
    writing = run("convert", stack_path, shut / "out.dm4")
    assert_one_sentence(reading, "locked.dm4", "permission")
    assert_one_sentence(writing, "out.dm4", "permission")
    assert list(shut.iterdir()) == []


@pytest.fixture
def files_may_not_grow() -> Iterator[None]:
    """No file may become larger than 10 kB."""
    resource = pytest.importorskip("resource", reason="Windows has no limit on the size of a file")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", ["out.dm4", "out.dm3", "out.zarr", "out.mrc", "out.tif", "out.hspy"])
def test_a_file_that_may_not_grow_is_removed(run, tmp_path, everything_in, request, name):
    noise = np.random.default_rng(0).random((3, 64, 64), np.float32)  # does not compress
    write(label_stack(noise), tmp_path / "noise.dm4")
    before = everything_in(tmp_path)
    request.getfixturevalue("files_may_not_grow")
    assert_one_sentence(run("convert", tmp_path / "noise.dm4", tmp_path / name), name)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("name", ["out.dm4", "out.zarr", "out.hspy", "out.mrc", "out.tif"])
def test_a_full_disk_leaves_nothing(run, everything_in, stack_path, tmp_path, monkeypatch, name):
    before = everything_in(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert_one_sentence(run("convert", stack_path, tmp_path / name), name, "disk is full")
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("option", ["--report", "--save-drift"])
def test_a_full_disk_keeps_what_was_already_written(run, stack_path, tmp_path, monkeypatch, option):
    last = tmp_path / "last.out"
    real = Path.write_text

    def full(path: Path, *args: object, **options: object) -> int:
        if path.suffix == ".out":
            path.touch()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "write_text", full)
    assert_one_sentence(run("align", stack_path, "-o", tmp_path / "a.zarr", option, last), "disk is full")
    assert (tmp_path / "a.zarr").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zarr", "in"]


@pytest.mark.data
def test_a_blanked_frame_among_real_data(run, data_dir, tmp_path):
    blanked = data_dir / "dm" / "BF_001.dm3"
    assert_one_sentence(run("align", blanked, "-o", tmp_path / "a.zarr"))
    assert_one_sentence(run("align", blanked, blanked, blanked, "-o", tmp_path / "a.zarr"))
    assert list(tmp_path.iterdir()) == []
