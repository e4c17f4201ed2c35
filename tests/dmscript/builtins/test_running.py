"""What goes into a run of a script, and what comes back."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

import temstack as ts
from temstack.dmscript.errors import ScriptCancelled, ScriptLimitError, ScriptRuntimeError
from temstack.dmscript.host import HeadlessHost
from temstack.dmscript.images import Image
from temstack.errors import InputMissingError, SettingError
from temstack.stack import label_stack

LECTURE = Path(__file__).parents[3] / "examples" / "lecture"


def run(text, **options):
    return ts.run_script(text, **{"persistent_tags": None, **options})


@pytest.fixture
def series():
    data = np.random.default_rng(1).poisson(50, (6, 32, 40)).astype(np.uint16)
    energies = 480 + 5.0 * np.arange(6)
    return label_stack(data, "energy_loss", plane_values=energies, pixel_size=0.5, pixel_units="nm", title="O K")


# --- the lecture ------------------------------------------------------------------------------


def test_create_stack_gives_the_wrapped_signed_bytes_of_the_slide():
    (stack,) = run(LECTURE / "test_createStack.s").images
    plane, row, column = np.ogrid[:5, :100, :100]
    wanted = (row + column * plane + 128) % 256 - 128
    assert stack.dtype == np.int8
    np.testing.assert_array_equal(stack.values, wanted)


def test_kinds_of_stacks_take_the_memory_that_the_slide_says():
    lines = run(LECTURE / "create_stacks.s").results.splitlines()
    pixels = 64 * 48 * 5
    assert [int(line.split()[-2]) for line in lines] == [4 * pixels, 16 * pixels, 2 * pixels, pixels]


def test_both_ways_of_asking_for_the_size_agree(series):
    first, second = run(LECTURE / "size.s", images=[series]).results.splitlines()
    assert first.split(":")[1].split() == second.split(":")[1].split() == ["40", "x", "32", "x", "6"]


def test_sub_volume_is_half_open_and_keeps_its_calibration(series):
    answers = {"left": "10", "right": "20", "first plane": "1", "last plane": "3"}
    part = run(LECTURE / "sub_volume.s", images=[series], answers=answers).image("sub-volume")
    np.testing.assert_array_equal(part.values, series.values[1:4, :, 10:20])
    np.testing.assert_allclose(part.energy_loss, [485, 490, 495])
    assert part.x.values[0] == pytest.approx(5.0)


def test_cancelling_a_question_ends_the_lecture_script_silently(series):
    assert run(LECTURE / "sub_volume.s", images=[series], answers={"top": "cancel"}).shown == []


def test_extracted_spectrum_is_the_sum_of_each_plane(series):
    (spectrum,) = run(LECTURE / "extract_spectrum.s", images=[series]).shown
    assert spectrum.size == (6, 1)
    np.testing.assert_allclose(spectrum.data[0], series.values.sum(axis=(1, 2)))
    assert (spectrum.calibrations[0].origin, spectrum.calibrations[0].units) == (480.0, "eV")


# --- what goes in -----------------------------------------------------------------------------


def test_a_script_is_a_path_or_its_text(tmp_path):
    path = tmp_path / "a script.s"
    path.write_text('result("from a file")')
    assert run(path).results == run(str(path)).results == "from a file"
    assert run('result("text")').results == "text"
    with pytest.raises(InputMissingError, match="nowhere"):
        run("nowhere.s")


@pytest.mark.parametrize(
    ("kind", "given"),
    [("array", np.ones((2, 3), np.int16)), ("image", Image(np.ones((2, 3)), "i")), ("file", "front.tif")],
)
def test_images_to_start_with_come_in_every_form(tmp_path, monkeypatch, kind, given):
    monkeypatch.chdir(tmp_path)
    if kind == "file":
        ts.write(label_stack(np.ones((1, 2, 3), np.float32))[0].drop_vars("plane"), given)
    assert run("result(sum(GetFrontImage()))", images=[given]).results == "6"


def test_counts_with_a_scale_per_plane_open_scaled():
    stack = label_stack(np.full((2, 2, 2), 10, np.uint16), per_plane={"scale": [1.0, 0.5]})
    assert run("image a := GetFrontImage()\nresult(sum(a))", images=[stack]).results == "60"


def test_seeds_repeat_random_numbers():
    text = 'image a := RealImage("a",4,5,5)\na = random()\nresult(sum(a))'
    assert run(text, seed=3).results == run(text, seed=3).results != run(text, seed=4).results


# --- what stops it ----------------------------------------------------------------------------


def test_cancelling_from_another_thread_stops_a_loop_within_a_second():
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    start = time.monotonic()
    with pytest.raises(ScriptCancelled):
        run("number a\nwhile (1) a += 1", cancel=stop)
    assert time.monotonic() - start < 1.5


def test_cancelling_wakes_a_sleeping_script():
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    start = time.monotonic()
    with pytest.raises(ScriptCancelled):
        run("Sleep(60)", cancel=stop)
    assert time.monotonic() - start < 1.5


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ({"steps": 100}, "while (1) {}"),
        ({"seconds": 0.1}, "while (1) {}"),
        ({"memory_bytes": 1_000_000}, 'image a := RealImage("a",4,1000,1000)'),
    ],
)
def test_limits_end_a_script_even_inside_try(limit, text):
    with pytest.raises(ScriptLimitError):
        run(f"try {{ {text} }} catch {{ break }}", **limit)


def test_an_error_carries_what_was_done_before_it():
    with pytest.raises(ScriptRuntimeError) as caught:
        run('image a := RealImage("a",4,2,2)\nShowImage(a)\nresult("so far")\nThrow("no more")')
    partial = caught.value.partial
    assert (partial.results, [image.name for image in partial.shown]) == ("so far", ["a"])


def test_an_image_that_was_not_shown_is_named():
    with pytest.raises(SettingError, match=r"'other'.*'a'"):
        run('image a := RealImage("a",4,2,2)\nShowImage(a)').image("other")


# --- questions --------------------------------------------------------------------------------


def test_answers_go_to_the_prompt_that_fits_best_and_in_order():
    text = """
        number a, b, c
        GetNumber("Exposure time (s): ", 1, a)
        GetNumber("Exposure", 1, b)
        GetNumber("Exposure", 1, c)
        result(a+" "+b+" "+c)"""
    answers = {"exposure": ["2", "3"], "Exposure time": "0.5"}
    assert run(text, answers=answers).results == "0.5 2 3"


def test_cancel_and_buttons():
    text = 'number n\nresult(GetNumber("A",1,n)+" "+OKCancelDialog("B")+" "+TwoButtonDialog("C","Left","Right"))'
    assert run(text, answers={"a": "cancel", "b": "cancel", "c": "right"}).results == "0 0 0"


def test_an_answer_that_is_no_number_or_no_button_is_an_error():
    with pytest.raises(ScriptRuntimeError, match="'A' is no number; got 'x'"):
        run('number n\nGetNumber("A",1,n)', answers={"A": "x"})
    with pytest.raises(ScriptRuntimeError, match="names no button; expected Left or Right"):
        run('TwoButtonDialog("C","Left","Right")', answers={"C": "up"})


def test_questions_and_answers_are_kept_and_unused_answers_known():
    host = HeadlessHost({"A": "2", "Z": "1"})
    left = run('number n\nGetNumber("A",1,n)\nOKDialog("hello")', host=host)
    assert left.questions == [("A", "2"), ("hello", "OK")]
    assert host.unused_answers == {"Z"}


def test_progress_and_sounds_reach_the_host():
    left = run('OpenAndSetProgressWindow("a","b","")\nBeep()\nCloseProgressWindow()')
    assert left.notices == [("progress", "a\nb\n"), ("beep", ""), ("progress", "")]


def test_a_host_of_the_callers_own_is_asked():
    class AtTheScreen(HeadlessHost):
        updated = 0

        def is_key_down(self, key):
            return key == "shift"

        def show_image(self, image):
            self.updated += 1

    host = AtTheScreen()
    left = run(
        'image a := RealImage("a",4,2,2)\nShowImage(a)\nUpdateImage(a)\nresult(ShiftDown()+SpaceDown())', host=host
    )
    assert (left.results, host.updated) == ("1", 2)


# --- persistent tags --------------------------------------------------------------------------


def test_persistent_tags_stay_from_run_to_run(tmp_path):
    file = tmp_path / "deep" / "tags.json"
    run('SetPersistentNumberNote("a:b",4)', persistent_tags=file)
    assert run('number n\nGetPersistentNumberNote("a:b",n)\nresult(n)', persistent_tags=file).results == "4"


def test_the_users_file_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("TEMSTACK_CONFIG", str(tmp_path))
    ts.run_script('SetPersistentStringNote("a","x")')
    assert (tmp_path / "persistent-tags.json").is_file()
    assert not list(tmp_path.glob("*tmp*"))


def test_persistent_tags_are_kept_when_the_script_fails(tmp_path):
    file = tmp_path / "tags.json"
    with pytest.raises(ScriptRuntimeError):
        run('SetPersistentNumberNote("n",1)\nThrow("x")', persistent_tags=file)
    assert file.exists()
