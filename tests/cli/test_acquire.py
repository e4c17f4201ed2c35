"""Recording from the terminal: what is written, what is said, and what an interruption leaves."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

import temstack as ts
from temstack.instrument import connect
from temstack.testing.process import microscope_process

SMALL = ("--option", "shape=64,64")


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder instead of the user's own."""
    monkeypatch.setenv("TEMSTACK_CONFIG", str(tmp_path_factory.mktemp("user")))


def test_an_eftem_series_goes_into_any_format(run, tmp_path: Path) -> None:
    words = ("--start", 100, "--stop", 120, "--step", 10, "--exposure", 0.2, *SMALL)
    ended = run("acquire", "eftem", "-o", tmp_path / "e.dm4", *words, "--as-spectrum-image")
    assert ended.code == 0, ended.err
    assert "plane 2, 120 eV, 0.2 s exposure" in ended.err
    assert "put back energy_loss_ev: 120 → 0" in ended.err
    image = ts.read(tmp_path / "e.dm4")
    assert image.dims == ("y", "x", "energy_loss")
    assert image.energy_loss.values.tolist() == [100.0, 110.0, 120.0]
    assert ts.read(tmp_path / "e.zarr").attrs["state"] == "complete"
    assert run("acquire", "eftem", "-o", tmp_path / "e.dm4", *words).code == 1, "it is there already"


def test_a_dry_run_records_nothing(run, tmp_path: Path) -> None:
    ended = run("acquire", "eftem", "-o", tmp_path / "e.zarr", "--start", 0, "--step", 10, "--planes", 61, "--dry-run")
    assert ended.code == 0
    assert "61, 0 to 600 eV" in ended.out
    assert "e/nm²" in ended.out
    assert list(tmp_path.iterdir()) == []


def test_settings_are_kept_in_a_file_and_options_go_before_them(run, tmp_path: Path) -> None:
    words = ("--planes", 3, "--step", 10, "--exposure", 0.1, "--binning", 2, 4)
    assert run("acquire", "focal", *words, "--save-settings", tmp_path / "f.toml").code == 0
    ended = run("acquire", "focal", "-o", tmp_path / "f.zarr", "--settings", tmp_path / "f.toml", "--step", 20, *SMALL)
    assert ended.code == 0, ended.err
    stack = ts.read(tmp_path / "f.zarr")
    assert stack.shape == (3, 32, 16)
    assert stack.defocus.values.tolist() == [-20.0, 0.0, 20.0]
    assert stack.exposure_s.values.tolist() == [0.1] * 3


@pytest.mark.parametrize(
    ("words", "say"),
    [
        (("eftem", "--start", 0, "--stop", 15, "--step", 10), "whole number of steps"),
        (("eftem", "--planes", 3), "start_ev"),
        (("focal", "--planes", 3), "needs a number of planes and a step"),
        (("time", "--planes", 3, "--interval", 0.1), "interval"),
        (("exposure", "--planes", 3, "--binning", 3, 3), "no such binning"),
        (("exposure", "--planes", 3, "--processing", "raw"), "processing"),
        (("exposure", "--planes", 3, "--microscope", "nosuch"), "is not known"),
        (("exposure", "--planes", 3, "--option", "sed=3"), "does not take this option"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_sentence(run, tmp_path: Path, words: tuple[object, ...], say: str) -> None:
    ended = run("acquire", *words, "-o", tmp_path / "x.zarr")
    assert ended.code == 1
    [error] = ended.errors
    assert say in error
    assert list(tmp_path.iterdir()) == []


def test_references_are_taken_listed_and_forgotten(run) -> None:
    assert "taken, 4 frames" in run("references", "dark", "--exposure", 0.5, *SMALL).out
    listed = run("references", "list").out
    assert "dark" in listed
    assert "0.5 s" in listed
    assert "1 forgotten" in run("references", "forget", "all").out
    assert "No references" in run("references", "list").out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes in another way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_series_is_recovered_and_resumed(run, child, tmp_path: Path, number: int) -> None:
    path = tmp_path / "f.zarr"
    with microscope_process("--shape", "64,64", "--speed", 20) as served, connect(served.address) as microscope:
        words = ("--planes", 12, "--step", 20, "--exposure", 1, "--microscope", served.address)
        recording = child("acquire", "focal", "-o", path, *words)
        recording.wait_until_it_says("3 of 12")
        os.kill(recording.process.pid, number)
        ended = recording.end()
        if number == signal.SIGKILL:
            assert microscope.focus is not None
            assert microscope.focus.defocus_nm != 100.0
            refused = run("acquire", "focal", "-o", tmp_path / "g.zarr", *words)
            assert "temstack recover" in refused.errors[0]
            recovered = run("recover")
            assert recovered.code == 0
            assert "defocus_nm" in recovered.out
        else:
            assert ended.code == (130 if number == signal.SIGINT else 143), ended.err
            assert f"planes are kept; go on with: temstack resume {path}" in ended.err
        assert microscope.focus is not None
        assert microscope.focus.defocus_nm == 100.0
        assert "No series left a microscope" in run("recover").out
        kept = ts.read(path)
        assert kept.attrs["state"] == "partial"
        assert 3 <= int(kept.is_recorded.sum()) < 12
        resumed = run("resume", path)
        assert resumed.code == 0, resumed.err
        assert "12 of 12 planes" in resumed.out
    whole = ts.read(path)
    assert whole.attrs["state"] == "complete"
    assert whole.defocus_read_nm.values.tolist() == [100.0 + 20 * (index - 5.5) for index in range(12)]
    assert json.dumps(whole.attrs["series"])
