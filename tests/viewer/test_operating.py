"""Operations beside the windows: the same as in a script, ended at once, undone, kept in files where they are large."""

from __future__ import annotations

import gc
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from temstack.errors import SettingError
from temstack.operations import find, run
from temstack.stack import label_stack
from temstack.viewer.models import operating
from temstack.viewer.models.apart import apart
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.jobs import Cancelled
from temstack.viewer.models.listening import listening
from temstack.viewer.models.operating import Request, calculate, start
from temstack.viewer.models.shelf import Shelf, remove_leftovers
from temstack.viewer.models.watching import Watch


def series(planes: int = 6, side: int = 32) -> xr.DataArray:
    pixels = np.random.default_rng(1).poisson(100, (planes, side, side)).astype(np.uint16)
    return label_stack(pixels, "energy_loss", plane_values=480 + 5 * np.arange(planes), title="series")


def quiet(step: str, done: int, total: int) -> None:
    """Say nothing."""


def finished(job) -> None:
    assert job.wait(10)


def test_the_result_is_that_of_a_script_and_can_be_undone() -> None:
    desk = Desk()
    source = desk.add(series())
    finished(start(desk, Request(find("crop"), (source,), {"region": (2, 3, 20, 30)})))
    result = desk.documents[1]
    xr.testing.assert_identical(result.data, run("crop", series(), region=(2, 3, 20, 30)))
    assert (result.title, result.is_saved, desk.active) == ("series – Crop", False, result)
    desk.undo.undo()
    assert desk.documents == [source]
    assert desk.active is not result


def test_the_result_may_take_the_place_of_the_data() -> None:
    desk = Desk()
    document = desk.add(series())
    finished(start(desk, Request(find("flip"), (document,), {"axis": "y"}, is_replacing=True)))
    assert desk.documents == [document]
    np.testing.assert_array_equal(document.data, series().values[:, ::-1])
    desk.undo.undo()
    np.testing.assert_array_equal(document.data, series())
    desk.undo.redo()
    assert document.data.attrs["history"][-1]["operation"] == "flip"


def test_what_an_operation_refuses_leaves_the_desk_as_it_was() -> None:
    desk = Desk()
    told: list[BaseException] = []
    job = start(desk, Request(find("crop"), (desk.add(series()),), {"region": (0, 0, 99, 99)}))
    job.failed.connect(told.append)
    finished(job)
    assert len(desk.documents) == 1
    assert desk.undo.undo_title is None
    assert isinstance(told[0], SettingError)


def test_a_calculation_ends_at_once_even_where_nothing_can_be_asked_of_it() -> None:
    entered, leave = threading.Event(), threading.Event()
    desk = Desk()

    def work(progress) -> None:
        entered.set()
        leave.wait(10)  # a median of a large plane
        progress("over", 1, 1)
        raise AssertionError("went on")

    job = desk.jobs.start("Long", lambda progress: apart(work, progress))
    assert entered.wait(10)
    before = time.monotonic()
    job.cancel()
    finished(job)
    assert time.monotonic() - before < 1
    assert job.state == "cancelled"
    leave.set()


def test_every_block_that_is_read_is_a_place_to_end() -> None:
    seen: list[tuple[str, int, int]] = []

    def progress(step: str, done: int, total: int) -> None:
        seen.append((step, done, total))
        if len(seen) == 2:
            raise Cancelled("enough")

    large = label_stack(np.zeros((40, 512, 512), np.uint16))
    with pytest.raises(Cancelled):
        calculate(find("filter_planes"), large, {}, progress)
    assert len(seen) < 8


def test_a_watched_stack_is_the_same_stack() -> None:
    watch = Watch(quiet)
    for each in (series(), series()[0], series().transpose("y", "x", "energy_loss"), series().chunk({"y": 5})):
        watched = watch.over(each)
        assert watched.chunks is not None
        xr.testing.assert_identical(watched.compute(), each.compute())
    xr.testing.assert_identical(watch.over(series()[:, 0, 0]), series()[:, 0, 0])


def test_a_large_result_lies_in_a_file_as_long_as_it_is_held(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(operating, "free_memory", lambda: 1000)
    shelf = Shelf(tmp_path)
    result = calculate(find("rotate_90"), series(), {"axis": "x"}, quiet, shelf)
    assert len(list(tmp_path.glob("results-*/*.zarr"))) == 1
    xr.testing.assert_identical(result.compute(), run("rotate_90", series(), axis="x"))
    part = result[1:3]
    del result
    gc.collect()
    np.testing.assert_array_equal(part, run("rotate_90", series(), axis="x")[1:3])
    del part
    gc.collect()
    assert list(tmp_path.glob("results-*/*.zarr")) == []
    del shelf
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_a_large_result_that_is_cancelled_leaves_no_file(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(operating, "free_memory", lambda: 1000)

    def progress(step: str, done: int, total: int) -> None:
        if step == "writing planes":
            raise Cancelled("enough")

    shelf = Shelf(tmp_path)
    with pytest.raises(Cancelled):
        calculate(find("fourier_transform"), series(), {}, progress, shelf)
    assert list(tmp_path.glob("results-*/*.zarr")) == []


def test_results_of_programs_that_were_killed_are_removed_and_those_of_others_kept(tmp_path: Path) -> None:
    killed = tmp_path / "results-1-abc"
    killed.mkdir()
    (killed / "in-use").touch()
    (killed / "1.zarr").mkdir()
    other = tmp_path / "mine"
    other.mkdir()
    shelf = Shelf(tmp_path)
    kept = shelf.put(series())
    assert not killed.exists()
    assert other.exists()
    remove_leftovers(tmp_path)
    xr.testing.assert_identical(kept.compute(), series())


def test_warnings_are_heard_once_and_the_filters_stay_as_they_were() -> None:
    filters = list(warnings.filters)
    heard: list[str] = []
    others: list[str] = []
    inside = threading.Event()
    ended = threading.Event()

    def other_job() -> None:
        with listening(others.append):
            inside.set()
            ended.wait(10)
            warnings.warn("other", stacklevel=1)

    thread = threading.Thread(target=other_job)
    with listening(heard.append):
        thread.start()
        assert inside.wait(10)
        for _ in range(3):
            warnings.warn("clipped", stacklevel=1)
        warnings.warn("for programmers", DeprecationWarning, stacklevel=1)
    ended.set()
    thread.join()
    assert (heard, others) == (["clipped"], ["other"])
    assert warnings.filters == filters


def test_the_desk_tells_what_an_operation_warns_of() -> None:
    desk = Desk()
    told: list[str] = []
    desk.warned.connect(told.append)
    finished(start(desk, Request(find("convert_type"), (desk.add(series()),), {"dtype": "int8"})))
    (sentence,) = told
    assert "int8" in sentence


def test_a_start_removes_what_a_killed_program_left(main, qtbot, user_folder) -> None:
    from temstack.viewer.views.main_window import MainWindow

    killed = user_folder / "cache" / "results-1-abc"
    killed.mkdir(parents=True)
    (killed / "in-use").touch()
    again = MainWindow()
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: not killed.exists(), timeout=10_000)
