"""``temstack microscope`` as a user runs it; connecting by name, and drivers of other packages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from temstack.cli import main
from temstack.errors import InstrumentError, SettingError
from temstack.instrument import connect, driver_names, registry
from temstack.instrument.simulated import SimulatedMicroscope
from temstack.testing.process import microscope_process


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "120")
    before = signal.getsignal(signal.SIGTERM)

    def run_words(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ending:
            main(["microscope", *words])
        signal.signal(signal.SIGTERM, before)
        out, err = capfd.readouterr()
        return int(ending.value.code or 0), out, err

    return run_words


def test_sets_are_shown_and_changed(run) -> None:
    code, out, _ = run("sets", "--set", "Record:exposure_s=0.4", "--set", "Record:binning=2x4")
    assert code == 0
    assert [line.split()[:4] for line in out.splitlines() if line.startswith("Record")] == [
        ["Record", "0.4", "s", "2x4"]
    ]
    code, out, _ = run("sets", "--set", "Record:readout_area=0,0,512,256")
    assert "0, 0, 512, 256" in out
    code, out, _ = run("sets", "--set", "Record:readout_area=all")
    assert "0, 0, 512, 256" not in out
    code, out, _ = run("sets", "--reset", "Record")
    assert "0.4 s" not in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--set", "exposure_s=1"), "--set: names no value of a set"),
        (("--set", "Record:exposure_s=-1"), "cannot expose that long or short"),
        (("--set", "Record:speed=1"), "has no such value; got 'speed'"),
        (("--camera", "Orius"), "has no such camera; got 'Orius'; expected 'Virtual CCD'"),
        (("-m", "simulated://127.0.0.1:1"), "cannot be reached"),
        (("-m", "nothing"), "is not known; got 'nothing'"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(run, words: tuple[str, ...], sentence: str) -> None:
    code, _, err = run("sets", *words)
    assert code == 1
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1
    assert sentence in err


def test_a_served_microscope_is_looked_at_and_checked(run) -> None:
    with microscope_process("--shape", "96,128", "--cameras", "signed", "--seed", 3) as served:
        code, out, _ = run("info", "-m", served.address)
        assert code == 0
        assert "96 x 128" in out
        assert "int16" in out
        code, out, _ = run("check", "-m", served.address)
        assert (code, out) == (0, "29 rules kept, 0 left open, 0 broken\n")
        if os.name != "nt":
            served.process.send_signal(signal.SIGINT)
            assert served.process.wait(10) == 0


def test_a_port_in_use_is_said_so() -> None:
    with microscope_process("--shape", "64,64") as served:
        port = served.address.rpartition(":")[2]
        words = [sys.executable, "-m", "temstack.cli", "microscope", "serve", "--shape", "64,64", "--port", port]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"port {port}: cannot be served" in ended.stderr


def test_a_faulty_driver_is_found_by_the_check(run) -> None:
    with microscope_process("--shape", "64,64", "--fault", "focus:off_by:1:40:1000") as served:
        code, out, err = run("check", "-m", served.address)
    assert code == 1
    assert "defocus is absolute" in out
    assert "breaks 1 of 29 rules" in err


def test_drivers_of_other_packages_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "foreign_driver.py").write_text(
        "from temstack.instrument.simulated import SimulatedMicroscope\n"
        "def drive(address, **options):\n"
        "    return SimulatedMicroscope(shape=(64, 64), seed=int((address or '//7').rpartition('/')[2]), **options)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    entries = [
        EntryPoint("foreign", "foreign_driver:drive", registry.GROUP),
        EntryPoint("broken", "no_such_module:drive", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    assert driver_names() == ["broken", "foreign", "simulated"]
    assert isinstance(connect("foreign"), SimulatedMicroscope)
    assert connect("foreign://9", brightness=0.5).beam.brightness == 0.5
    with pytest.raises(InstrumentError, match=r"driver 'broken': cannot be loaded \(ModuleNotFoundError"):
        connect("broken")
    with pytest.raises(SettingError, match="expected one of broken, foreign, simulated"):
        connect("other")


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(SettingError, match=r"does not take this option; got .*'sed'"):
        connect("simulated", sed=1)
    with pytest.raises(SettingError, match="camera: is not known; got 'fast'; expected one of standard"):
        connect("simulated", cameras="fast")
    with pytest.raises(SettingError, match="speed: must be above 0"):
        connect("simulated", speed=0)
