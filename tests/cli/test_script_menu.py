"""``temstack script menu``: scripts stay in the menu from one start to the next."""

from __future__ import annotations

import json

import pytest

from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.running import run_script

ADD = 'AddScriptToMenu("result(\\"hello\\\\n\\")", "Hello", "TEM", "Series", 0)\n'


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMSTACK_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def command(capsys):
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


def test_an_empty_menu_says_how_to_fill_it(command):
    code, out, _ = command("menu")
    assert code == 0
    assert "AddScriptToMenu" in out


def test_a_script_adds_another_that_the_next_start_finds(command, tmp_path):
    (tmp_path / "add.s").write_text(ADD)
    assert command("run", "add.s")[0] == 0
    assert command("menu")[1] == "TEM › Series › Hello\n"
    assert command("menu", "run", "hello") == (0, "hello\n", "")
    assert command("menu", "run", "TEM > Series > Hello")[1] == "hello\n"
    assert command("menu", "remove", "Hello")[1] == "removed TEM › Series › Hello\n"
    assert list((tmp_path / "config" / "scripts").glob("*.s")) == []


def test_another_script_chooses_it():
    run_script(ADD)
    run = run_script('result(ChooseMenuItem("TEM", "Series", "Hello"))')
    assert run.results == "hello\n1"
    assert ("menu", "not there: A › B") in run_script('ChooseMenuItem("A", "", "B")').notices


def test_a_script_is_added_by_hand_and_not_replaced_unasked(command, tmp_path):
    (tmp_path / "focus.s").write_text('result("1")')
    assert command("menu", "add", "focus.s", "--menu", "Mine") == (0, "added Mine › focus\n", "")
    code, _, error = command("menu", "add", "focus.s", "--menu", "Mine")
    assert code == 1
    assert "--overwrite" in error
    (tmp_path / "focus.s").write_text('result("2")')
    assert command("menu", "add", "focus.s", "--menu", "Mine", "--overwrite")[0] == 0
    assert command("menu", "run", "focus")[1].startswith("2")


def test_two_of_one_name_are_told_apart(command, tmp_path):
    for menu in ("One", "Two"):
        (tmp_path / "same.s").write_text(f'result("{menu}")')
        command("menu", "add", "same.s", "--menu", menu)
    code, _, error = command("menu", "run", "same")
    assert code == 1
    assert "'One › same', 'Two › same'" in error
    assert command("menu", "run", "Two > same")[1].startswith("Two")


def test_a_script_that_is_not_there_is_named_with_those_that_are(command):
    run_script(ADD)
    code, _, error = command("menu", "run", "Goodbye")
    assert code == 1
    assert "expected one of 'TEM › Series › Hello'" in error


def test_a_library_is_not_run(command):
    run_script('AddScriptToMenu("void f() {}", "Tools", "", "", 1)')
    assert command("menu")[1] == "Tools [library]\n"
    assert command("menu", "run", "Tools")[0] == 1


def test_the_error_of_a_script_of_the_menu_shows_its_line(command):
    run_script('AddScriptToMenu("number a\\nthrow(\\"no beam\\")", "Bad", "TEM", "", 0)')
    code, _, error = command("menu", "run", "Bad")
    assert code == 1
    assert "Bad.s:2:1: thrown: no beam" in error


def test_files_are_added_from_allowed_folders_only(tmp_path):
    (tmp_path / "tool.s").write_text('result("tool")')
    script = 'AddScriptFileToMenu("tool.s", "Tool", "TEM", "", 0)'
    with pytest.raises(ScriptRuntimeError, match="outside the folders"):
        run_script(script)
    run_script(script, folders=[tmp_path])
    [item] = json.loads((tmp_path / "config" / "scripts" / "menu.json").read_text())
    assert item["command"] == "Tool"
    (tmp_path / "tool.s").unlink()
    assert run_script('ChooseMenuItem("TEM", "", "Tool")').results == "tool"


def test_a_run_without_persistent_tags_leaves_nothing(tmp_path):
    run_script(ADD, persistent_tags=None)
    run_script(ADD, persistent_tags=tmp_path / "mine.json")
    assert not (tmp_path / "config").exists()
    assert (tmp_path / "mine-scripts" / "Hello.s").is_file()


def test_a_script_in_python_is_kept_as_such_and_is_for_the_viewer(command, tmp_path):
    (tmp_path / "mine.py").write_text("print('hello')\n")
    assert command("menu", "add", "mine.py", "--menu", "TEM")[1].strip() == "added TEM › mine"
    assert (tmp_path / "config" / "scripts" / "mine.py").read_text() == "print('hello')\n"
    code, _, err = command("menu", "run", "mine")
    assert code != 0
    assert "in Python" in err
    assert "temstack gui" in err
    assert run_script('Result(ChooseMenuItem("TEM", "", "mine"))').results == "0"
