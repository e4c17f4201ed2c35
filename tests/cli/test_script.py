"""``temstack script``: run, check, functions and shell, as a user types them."""

from __future__ import annotations

import io
import json
import sys

import numpy as np
import pytest

import temstack as ts
from temstack.cli.script import answers_from
from temstack.errors import SettingError
from temstack.stack import label_stack

FOCUS = """number df = 0.5
if (!GetNumber("Defocus step (nm)", df, df)) {
    result("cancelled\\n")
    exit(0)
}
result("step " + df + "\\n")
image a := RealImage("Result image", 4, 8, 6)
a = icol * df
ShowImage(a)
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMSTACK_CONFIG", str(tmp_path / "config"))


def script(tmp_path, text, name="a.s"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return name


@pytest.fixture
def command(capsys):
    """Run ``temstack script …``; return the exit code and what was printed."""
    from temstack.cli.app import run

    def go(*words):
        try:
            run(["script", *map(str, words)])
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return go


# --- run --------------------------------------------------------------------------------------


def test_run_prints_results_and_writes_what_was_shown(tmp_path, command):
    code, out, err = command("run", script(tmp_path, FOCUS), "--show", "pictures", "--save", "data")
    assert (code, err) == (0, "")
    assert out.startswith("step 0.5\n")
    assert (tmp_path / "pictures" / "01_Result_image.png").read_bytes().startswith(b"\x89PNG")
    np.testing.assert_allclose(ts.read(tmp_path / "data" / "01_Result_image.dm4").values[0], np.arange(8) * 0.5)


def test_answers_come_from_the_line_and_from_a_file(tmp_path, command):
    file = script(tmp_path, FOCUS)
    assert command("run", file, "--answer", "Defocus step (nm)=2")[1] == "step 2\n"
    (tmp_path / "answers.txt").write_text("# the answers\ndefocus = 3\n")
    assert command("run", file, "--answers", "answers.txt")[1] == "step 3\n"
    assert command("run", file, "--answer", "defocus=cancel")[:2] == (0, "cancelled\n")


def test_an_answer_to_no_question_is_warned_about(tmp_path, command):
    code, _, err = command("run", script(tmp_path, FOCUS), "--answer", "exposure=1")
    assert code == 0
    assert "'exposure': the script asked no such question" in err


def test_answers_may_hold_equals_signs_and_repeat():
    assert answers_from(["a=1", "a = 2", "b=x=y"], None) == {"a": ["1", "2"], "b": ["x=y"]}
    with pytest.raises(SettingError, match="PROMPT=ANSWER"):
        answers_from(["nothing"], None)


def test_an_error_shows_the_line_with_a_pointer_and_no_traceback(tmp_path, command):
    code, out, err = command("run", script(tmp_path, 'result("before\\n")\n\tThrow("no luck")\n'), "--tags", "none")
    assert (code, out) == (1, "before\n")
    assert err.expandtabs().splitlines() == ["error: a.s:2:2: thrown: no luck", '        Throw("no luck")', "        ^"]


def test_debug_shows_the_traceback(tmp_path, command):
    assert "Traceback" in command("run", script(tmp_path, 'Throw("x")'), "--debug")[2]


def test_what_was_shown_before_an_error_is_written(tmp_path, command):
    code, _, _ = command("run", script(tmp_path, FOCUS + 'Throw("late")'), "--save", "data", "--as", ".tif")
    assert code == 1
    assert (tmp_path / "data" / "01_Result_image.tif").exists()


def test_outputs_are_not_overwritten_unless_asked(tmp_path, command):
    file = script(tmp_path, FOCUS)
    assert command("run", file, "--save", "data")[0] == 0
    code, _, err = command("run", file, "--save", "data")
    assert code == 1
    assert "already exists" in err
    assert command("run", file, "--save", "data", "--overwrite")[0] == 0


def test_files_need_a_folder(tmp_path, command):
    file = script(tmp_path, 'CreateFile("x.txt")')
    code, _, err = command("run", file)
    assert code == 1
    assert "outside the folders" in err
    assert command("run", file, "--folder", ".")[0] == 0
    assert (tmp_path / "x.txt").exists()


def test_an_image_to_start_with_is_in_front(tmp_path, command):
    ts.write(label_stack(np.ones((2, 3, 4), np.float32), title="front"), tmp_path / "s.dm4")
    file = script(tmp_path, "result(GetFrontImage().GetName() + sum(GetFrontImage()))")
    assert command("run", file, "--image", "s.dm4")[1] == "front24"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "missing.s"], "there is no such script"),
        (["run", "a.s", "--as", ".xyz"], "cannot be written"),
        (["run", "a.s", "--catch", "maybe"], "rethrow or continue"),
        (["run", "a.s", "--steps", "3"], "too many steps"),
        (["check", "missing.s"], "there is no such script"),
        (["functions", "nosuchword"], "no name, family or help"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, command, words, sentence):
    script(tmp_path, "while (1) {}")
    code, _, err = command(*words)
    assert code == 1
    assert sentence in err
    assert "Traceback" not in err


# --- check ------------------------------------------------------------------------------------


def test_check_finds_every_unknown_name_without_running(tmp_path, command):
    code, out, _ = command("check", script(tmp_path, 'result("never")\nRezult(1)\nShowImag(2)\n'))
    assert code == 1
    assert "a.s:2:1: error (name): unknown function 'Rezult'; did you mean 'Result'?" in out
    assert "a.s:3:1: error (name)" in out
    assert "2 errors" in out
    assert "never" not in out.splitlines()


def test_check_prints_json(tmp_path, command):
    code, out, _ = command("check", script(tmp_path, "number a = (1\n"), "--json")
    (found,) = json.loads(out)
    assert code == 1
    assert (found["line"], found["severity"], found["code"]) == (1, "error", "syntax")


def test_suspicious_code_is_a_warning_that_strict_counts(tmp_path, command):
    file = script(tmp_path, 'exit(0)\nresult("never")\n')
    code, out, _ = command("check", file)
    assert code == 0
    assert "0 errors, 1 warning" in out
    assert command("check", file, "--strict")[0] == 1


def test_a_good_script_passes(tmp_path, command):
    assert command("check", script(tmp_path, FOCUS)) == (0, "1 script is fine\n", "")
    assert command("check", script(tmp_path, FOCUS), "--json")[1] == "[]\n"


# --- functions and shell ----------------------------------------------------------------------


def test_functions_are_searched_and_say_what_may_throw(command):
    code, out, _ = command("functions", "getfrontimage")
    assert code == 0
    assert "image GetFrontImage()\n    The image in front. [may throw]" in out
    rows = json.loads(command("functions", "calibration", "--json")[1])
    assert {"ImageCopyCalibrationFrom"} <= {row["name"] for row in rows}
    assert all(row["is_implemented"] for row in rows)


def test_the_shell_keeps_variables_and_goes_on_after_an_error(command, monkeypatch):
    lines = (
        'number a = 3\na * 2\nif (a > 2) {\n  result("big\\n")\n}\nfoo(1)\na\nvoid f(number x) { result(x) }\nf(a)\n'
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    code, out, err = command("shell")
    assert code == 0
    assert out.split() == ["6", "big", "3", "3"]
    assert "unknown function 'foo'" in err
