"""Scripts at the desk without a window: what they show and change, how they are stopped, what they may write."""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import pytest

from temstack.stack import label_stack
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.scripts.script import Problem, Script
from temstack.viewer.models.scripts.scripting import Scripting


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def scripting(desk):
    made = Scripting(desk)
    yield made
    desk.jobs.cancel_all()
    wait_for(lambda: not any(one.name == "watch scripts" for one in threading.enumerate()))


def wait_for(is_so, seconds=5.0):
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)
    assert is_so()


def run(scripting, text, language="DM-script", **more):
    """Run a script to its end; return what ended it early, and the text of the results."""
    ended = []
    job = scripting.run(Script(text, "test", language, **more))
    job.finished.connect(ended.append)
    assert job.wait(20)
    return (ended or [None])[0], scripting.results.text


def ones(shape=(3, 8, 8), dtype=np.uint16):
    return label_stack(np.ones(shape, dtype), plane_dim="energy_loss", plane_values=[0.0, 5.0, 7.0])


def test_a_new_image_becomes_a_document_with_its_title_and_calibration(desk, scripting):
    run(
        scripting,
        'image a := RealImage("map", 4, 6, 5)\na = icol\na.SetScale(0.5, 0.5)\na.SetUnitString("nm")\nShowImage(a)',
    )
    [document] = desk.documents
    assert document.title == "map"
    assert not document.is_saved
    assert document.data.dims == ("y", "x")
    assert document.data.shape == (5, 6)
    np.testing.assert_array_equal(document.data[0], np.arange(6))
    assert float(document.data["x"][2]) == 1.0
    assert document.data["x"].attrs["units"] == "nm"


def test_showing_the_same_image_twice_keeps_its_one_window(desk, scripting):
    run(scripting, 'image a := RealImage("a", 4, 4, 4)\nShowImage(a)\na = 7\nShowImage(a)\nUpdateImage(a)')
    [document] = desk.documents
    assert float(document.data.mean()) == 7


def test_the_front_image_is_changed_in_its_window_and_the_change_can_be_undone(desk, scripting):
    document = desk.add(ones(), title="series")
    before = document.data
    problem, _ = run(scripting, "image a := GetFrontImage()\na += 1")
    assert problem is None
    assert float(document.data.mean()) == 2
    assert float(before.mean()) == 1
    np.testing.assert_array_equal(document.data["energy_loss"], [0, 5, 7])
    assert document.data.attrs["history"][-1]["operation"] == "script"
    assert desk.undo.undo_title == "Script test"
    desk.undo.undo()
    assert float(document.data.mean()) == 1
    desk.undo.redo()
    assert float(document.data.mean()) == 2


def test_a_script_that_only_looks_changes_and_loads_nothing(desk, scripting):
    first, second = desk.add(ones(), title="first"), desk.add(ones(), title="second")
    kept = first.data, second.data
    _, results = run(scripting, 'Result(GetFrontImage().GetName() + " of " + CountImages())')
    assert results == "second of 2"
    assert (first.data, second.data)[0] is kept[0]
    assert second.data is kept[1]
    assert desk.undo.undo_title is None


def test_titles_follow_the_script(desk, scripting):
    run(scripting, 'image a := RealImage("a", 4, 4, 4)\nShowImage(a)\nSetName(a, "b")')
    assert desk.documents[0].title == "b"


def test_an_image_that_the_script_closes_leaves_the_desk(desk, scripting):
    run(scripting, 'image a := RealImage("a", 4, 4, 4)\nShowImage(a)\nCloseImage(a)\nResult(CountImages())')
    assert desk.documents == []
    assert scripting.results.text == "0"


def test_scripts_that_run_change_what_is_seen_before_they_end(desk, scripting):
    job = scripting.run(Script('image a := RealImage("a", 4, 4, 4)\nShowImage(a)\na = 3\nSleep(30)', "live"))
    wait_for(lambda: desk.documents and float(desk.documents[0].data.mean()) == 3)
    assert job.is_running


@pytest.mark.parametrize(
    ("text", "language"),
    [("while (1) {}", "DM-script"), ("Sleep(1000)", "DM-script"), ("while True:\n    pass", "Python")],
    ids=["busy", "asleep", "Python"],
)
def test_stop_ends_a_script_within_a_second(scripting, text, language):
    job = scripting.run(Script(text, "endless", language))
    wait_for(lambda: scripting.is_running)
    assert not job.wait(0.1)
    began = time.monotonic()
    job.cancel()
    assert job.wait(5)
    assert time.monotonic() - began < 1.0


def test_a_question_that_waits_is_withdrawn_when_the_script_is_stopped(scripting):
    asked, withdrawn = [], []
    scripting.asked.connect(asked.append)
    job = scripting.run(Script('number a\nGetNumber("how many", 3, a)', "asks"))
    wait_for(lambda: asked)
    asked[0].withdrawn.connect(lambda: withdrawn.append(True))
    job.cancel()
    assert job.wait(5)
    assert withdrawn == [True]


def test_an_error_knows_its_line_in_the_editor(scripting):
    problem, results = run(scripting, 'Result("a")\nThrow("too dark")', first_line=10)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.message) == (11, "thrown: too dark")
    assert results.startswith("a\n")
    assert "too dark" in results


def test_an_error_of_python_points_at_the_line_of_the_script(scripting):
    problem, results = run(scripting, "def f():\n    return 1 / 0\n\nf()", "Python")
    assert problem.line == 2
    assert problem.message == "ZeroDivisionError: division by zero"
    assert "return 1 / 0" in results
    assert "python_run" not in results


def test_a_python_script_finds_the_stacks_and_shows_others(desk, scripting):
    desk.add(ones(), title="series")
    problem, results = run(
        scripting, "print(stacks['series'].shape, front().sizes['x'])\nshow(front()[0] * 4, 'four')", "Python"
    )
    assert problem is None
    assert results == "(3, 8, 8) 8\n"
    assert desk.documents[-1].title == "four"
    assert float(desk.documents[-1].data.mean()) == 4


def test_what_python_prints_elsewhere_goes_where_it_always_went(scripting, capsys):
    job = scripting.run(
        Script("import time\nfor i in range(20):\n    print('mine')\n    time.sleep(0.01)", "p", "Python")
    )
    while job.is_running:
        sys.stdout.write("yours\n")
        time.sleep(0.01)
    assert job.wait(5)
    assert set(scripting.results.text.split()) == {"mine"}
    assert set(capsys.readouterr().out.split()) == {"yours"}


def test_a_script_asks_before_it_writes_where_nobody_sent_it(scripting, tmp_path):
    answers = iter([1, 0])
    asked = []

    def answer(question):
        asked.append(question)
        question.answer(next(answers))

    scripting.asked.connect(answer)
    file = tmp_path / "out.txt"
    text = f'number f = CreateFileForWriting("{file.as_posix()}")\nWriteFile(f, "hello")\nCloseFile(f)'
    problem, _ = run(scripting, text)
    assert "you refused it" in problem.message
    assert not file.exists()
    problem, _ = run(scripting, text)
    assert problem is None
    assert file.read_text() == "hello"
    assert all(str(tmp_path) in question.prompt for question in asked)


def test_after_a_document_was_changed_at_the_desk_the_next_script_sees_that(desk, scripting):
    document = desk.add(ones(), title="series")
    run(scripting, "image a := GetFrontImage()\na += 1")
    document.replace_data(document.data * 10)
    _, results = run(scripting, "Result(mean(GetFrontImage()))")
    assert results == "20"


def test_regions_of_interest_of_a_script_are_drawn_and_follow_it(desk, scripting):
    text = """
    image a := RealImage("a", 4, 20, 16)
    ShowImage(a)
    imagedisplay d = a.ImageGetImageDisplay(0)
    roi r = NewROI()
    r.ROISetRectangle(2, 4, 6, 9)
    r.ROISetLabel("grain")
    d.ImageDisplayAddROI(r)
    Sleep(0.5)
    r.ROISetRectangle(3, 4, 7, 9)
    roi p = NewROI()
    p.ROISetPoint(5, 1)
    d.ImageDisplayAddROI(p)
    """
    job = scripting.run(Script(text, "marks"))
    wait_for(lambda: desk.documents and len(desk.documents[0].regions) == 1)
    [first] = desk.documents[0].regions
    assert (first.name, first.kind, first.box) == ("grain", "rectangle", (2, 4, 6, 9))
    assert job.wait(10)
    moved, point = desk.documents[0].regions
    assert (moved.number, moved.box) == (first.number, (3, 4, 7, 9))
    assert (point.kind, point.points) == ("point", ((1.5, 5.5),))


def test_a_script_finds_what_is_drawn_on_the_front_image(desk, scripting):
    document = desk.add(ones(), title="series")
    document.regions.add("rectangle", [(1, 2), (5, 7)], name="grain")
    text = """
    imagedisplay d = GetFrontImage().ImageGetImageDisplay(0)
    number t, l, b, r
    d.ImageDisplayGetROI(0).ROIGetRectangle(t, l, b, r)
    Result(d.ImageDisplayCountROIs() + ": " + t + " " + l + " " + b + " " + r)
    """
    problem, results = run(scripting, text)
    assert problem is None
    assert results == "1: 1 2 5 7"
    assert [region.name for region in document.regions] == ["grain"]
    run(
        scripting,
        "imagedisplay d = GetFrontImage().ImageGetImageDisplay(0)\nd.ImageDisplayDeleteROI(d.ImageDisplayGetROI(0))",
    )
    assert len(document.regions) == 0


def test_an_image_that_no_window_can_show_is_refused_in_words(desk, scripting):
    problem, _ = run(scripting, 'image a := RealImage("block", 4, 8, 8, 3, 2)\nShowImage(a)')
    assert problem.line == 2
    assert "image 'block' cannot be shown" in problem.message
    assert "4 dimensions" in problem.message
    assert desk.documents == []


@pytest.mark.parametrize(
    ("asking", "answer", "printed"),
    [
        ("ask('n', 3)", 4.0, "4"),
        ("ask('t', 0.5)", 0.25, "0.25"),
        ("input('name ')", "Fe", "'Fe'"),
        ("ask('n', 3)", None, "None"),
    ],
)
def test_a_python_script_asks(scripting, asking, answer, printed):
    scripting.asked.connect(lambda question: question.answer(answer))
    _, results = run(scripting, f"print(repr({asking}))", "Python")
    assert results == f"{printed}\n"
