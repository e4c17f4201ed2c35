"""Named parameter sets are kept per camera, whole or not at all, and refuse what the camera cannot do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from temstack.errors import DamagedFileError, DeviceLimitError, SettingError
from temstack.instrument import request_frame
from temstack.instrument.parameter_sets import SET_NAMES, ParameterSet, ParameterSets, default_sets
from temstack.instrument.simulated import CAMERAS, SimulatedMicroscope
from temstack.stack.user_folder import user_folder as folder_of_user

Make = Callable[..., SimulatedMicroscope]


@pytest.fixture
def sets(make_microscope: Make) -> ParameterSets:
    return ParameterSets(make_microscope().camera)


def test_every_camera_has_four_sets_that_it_can_do(make_microscope: Make) -> None:
    for camera in make_microscope(cameras=",".join(CAMERAS), shape=None, specimen="film").cameras:
        found = default_sets(camera)
        assert tuple(found) == SET_NAMES
        for one in found.values():
            one.check(camera)
        assert found["Record"].binning == (1, 1)


def test_a_change_is_kept_for_this_camera_only(make_microscope: Make, user_folder: Path) -> None:
    first, second = make_microscope(cameras="standard,signed").cameras
    ParameterSets(first).change("Record", exposure_s=0.25, binning=[2, 4], readout_area=[0, 8, 40, 88])
    again = ParameterSets(first)["Record"]
    assert (again.exposure_s, again.binning, again.readout_area) == (0.25, (2, 4), (0, 8, 40, 88))
    assert again.processing == "gain_normalized"
    assert ParameterSets(second)["Record"] == default_sets(second)["Record"]
    assert [path.parent for path in user_folder.rglob("*.json")] == [user_folder / "cameras"]


def test_a_set_takes_frames(make_microscope: Make) -> None:
    camera = make_microscope().camera
    sets = ParameterSets(camera)
    frame = sets.change("Search", exposure_s=0.1, binning=(4, 4), processing="dark_subtracted").acquire(camera)
    assert (frame.exposure_s, frame.binning, frame.processing) == (0.1, (4, 4), "dark_subtracted")
    assert not sets.change("Search", shutter="closed").acquire(camera).shutter_open


def test_a_new_name_makes_a_set_like_record_and_reset_takes_it_away(sets: ParameterSets) -> None:
    sets.change("Record", exposure_s=2.0)
    assert sets.change("Low dose", binning=(2, 2)).exposure_s == 2.0
    assert list(sets.all()) == [*SET_NAMES, "Low dose"]
    sets.reset("Low dose")
    sets.reset("Record")
    assert sets.all()["Record"].exposure_s == 1.0
    with pytest.raises(SettingError, match="has no such parameter set; got 'Low dose'; expected one of View, Search"):
        _ = sets["Low dose"]
    with pytest.raises(SettingError, match="has no such parameter set"):
        sets.reset("Low dose")


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"exposure": 1}, SettingError, "has no such value; got 'exposure'; expected one of exposure_s"),
        ({"exposure_s": "long"}, SettingError, "exposure_s: cannot be meant; got 'long'"),
        ({"exposure_s": 1e9}, DeviceLimitError, "cannot expose that long or short"),
        ({"binning": (3, 3)}, DeviceLimitError, r"has no such binning \(y, x\); got 3x3"),
        ({"binning": 2}, SettingError, "binning: cannot be meant; got 2"),
        ({"readout_area": (0, 0, 65, 96)}, DeviceLimitError, "has no such readout area"),
        ({"processing": "raw"}, SettingError, "processing: cannot be meant; got 'raw'"),
        ({"frames": 0}, SettingError, "frames: must be 1 or more"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    sets: ParameterSets, values: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        sets.change("Record", **values)
    assert not sets.path.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sets": {"View": {"exposur_s": 1}}}', '{"sets": {"View": 5}}'])
def test_a_damaged_file_is_named(sets: ParameterSets, content: str) -> None:
    sets.path.parent.mkdir(parents=True)
    sets.path.write_text(content)
    with pytest.raises(DamagedFileError, match=r"Virtual-CCD.*json: cannot be read \(.*\); put it right, or remove it"):
        sets.all()


def test_names_that_no_file_can_have_are_told_apart(make_microscope: Make, tmp_path: Path) -> None:
    from dataclasses import replace

    paths = set()
    for name in ("A/B", "A:B", "A B", "A-B", "..", "ä" * 300):
        camera = make_microscope(cameras=replace(CAMERAS["standard"], name=name)).camera
        sets = ParameterSets(camera, tmp_path)
        sets.change("View", exposure_s=0.5)
        assert json.loads(sets.path.read_text(encoding="utf-8"))["camera"] == name
        paths.add(sets.path.name.lower())
    assert len(paths) == 6
    assert {path.name.lower() for path in tmp_path.iterdir()} == paths


def test_the_users_folder_is_where_the_system_wants_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TEMSTACK_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "roaming"))
    folders = {}
    for system in ("linux", "darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        folders[system] = folder_of_user()
    assert folders["linux"] == tmp_path / "xdg" / "temstack"
    assert folders["win32"] == tmp_path / "roaming" / "temstack"
    assert folders["darwin"] == Path.home() / "Library" / "Application Support" / "temstack"


def test_an_area_that_is_no_multiple_of_the_binning_loses_its_rest(make_microscope: Make) -> None:
    request = request_frame(make_microscope().camera, 0.1, binning=(2, 4), readout_area=(1, 2, 10, 13))
    assert request.readout_area == (1, 2, 9, 10)
    assert request.shape == (4, 2)
    with pytest.raises(DeviceLimitError, match="smaller than one binned pixel; got \\(0, 0, 1, 8\\) at binning 2x4"):
        request_frame(make_microscope().camera, 0.1, binning=(2, 4), readout_area=(0, 0, 1, 8))


def test_sets_are_values() -> None:
    assert ParameterSet(exposure_s=1) == ParameterSet(exposure_s=1.0)
    assert ParameterSet().changed(frames=3).frames == 3
