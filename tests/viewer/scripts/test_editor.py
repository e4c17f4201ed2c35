"""The editor: marks while one types, runs, points at errors, completes, comments, saves."""

from __future__ import annotations

from pathlib import Path

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from temstack.stack import label_stack
from temstack.viewer.models.scripts.script import Script
from temstack.viewer.views.scripts.code_colours import ERROR

LECTURE = Path(__file__).parents[3] / "examples" / "lecture"


@pytest.fixture
def scripts(main):
    return main.scripts


@pytest.fixture
def small_microscope(scripts):
    """Let scripts drive a microscope with a small camera, which is computed in no time."""
    from temstack.instrument import connect

    with connect("simulated", shape=(64, 64)) as microscope:
        scripts.scripting.simulate = lambda: microscope
        yield microscope


def write(qtbot, editor, text):
    editor.code.setFocus()
    with qtbot.waitSignal(editor.checked, timeout=10_000):
        QTest.keyClicks(editor.code, text)
        QTest.keyClick(editor.code, Qt.Key.Key_Escape)


def listed(editor):
    return [editor.problems.item(row).text() for row in range(editor.problems.count())]


def test_a_mistake_is_marked_while_one_types_and_goes_when_it_is_mended(scripts, qtbot):
    editor = scripts.new()
    write(qtbot, editor, "Rezult(1)")
    assert listed(editor) == ["1:1  unknown function 'Rezult'; did you mean 'Result'?"]
    [mark] = [one for one in editor.code.extraSelections() if one.format.underlineColor() == ERROR]
    assert mark.cursor.selectedText() == "Rezult"
    editor.code.selectAll()
    write(qtbot, editor, "Result(1)")
    assert listed(editor) == ["No problems found"]


def test_a_click_on_a_problem_goes_to_its_place(scripts, qtbot):
    editor = scripts.edit(Script("number a = 1\n\nResult(b)\n", "t"))
    qtbot.waitSignal(editor.checked, timeout=10_000).wait()
    item = editor.problems.item(0)
    qtbot.mouseClick(
        editor.problems.viewport(), Qt.MouseButton.LeftButton, pos=editor.problems.visualItemRect(item).center()
    )
    assert editor.code.textCursor().blockNumber() == 2
    assert editor.code.textCursor().positionInBlock() == 7


def test_ctrl_return_runs_the_script_and_its_text_stands_in_the_results(scripts, qtbot):
    editor = scripts.edit(Script('Result("hello")', "t"))
    editor.code.setFocus()
    qtbot.keyClick(editor.code, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: scripts.results is not None and scripts.results.text.toPlainText() == "hello")


def test_what_is_selected_runs_alone_and_its_error_points_at_the_line_of_the_editor(scripts, qtbot):
    editor = scripts.edit(Script('Result("a")\nResult("b")\nThrow("dark")\n', "t"))
    editor.code.go_to(3)
    QTest.keyClick(editor.code, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    editor.run()
    qtbot.waitUntil(lambda: not editor.job.is_running)
    qtbot.waitUntil(lambda: listed(editor)[0].startswith("3:1"))
    assert "dark" in listed(editor)[0]
    assert not scripts.scripting.results.text.startswith("a")


def test_the_lecture_example_runs_with_its_exposure_asked_for(main, scripts, small_microscope, qtbot):
    editor = scripts.open(LECTURE / "CM_example1.s")
    editor.run()
    qtbot.waitUntil(lambda: bool(scripts.dialogs), timeout=30_000)
    [dialog] = scripts.dialogs
    assert dialog.windowTitle() == "CM_example1.s"
    dialog.field.setText("0.5")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=30_000)
    assert [document.kind for document in main.desk.documents] == ["image", "image"]
    qtbot.waitUntil(lambda: not editor.job.is_running)


def test_the_lecture_example_ends_when_its_question_is_cancelled(main, scripts, small_microscope, qtbot):
    editor = scripts.open(LECTURE / "CM_example1.s")
    editor.run()
    qtbot.waitUntil(lambda: bool(scripts.dialogs), timeout=30_000)
    qtbot.keyClick(scripts.dialogs[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not editor.job.is_running)
    assert scripts.scripting.results.text.endswith("simulated one.\nImage acquisition aborted\n")
    assert main.desk.documents == []


def test_a_number_is_wanted_where_a_script_asks_for_one(scripts, qtbot):
    job = scripts.scripting.run(Script('number a\nGetNumber("how many", 3, a)\nResult(a)', "t"))
    qtbot.waitUntil(lambda: bool(scripts.dialogs))
    dialog = scripts.dialogs[0]
    assert dialog.field.text() == "3"
    dialog.field.setText("many")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.field.setText("0,5")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not job.is_running)
    assert scripts.scripting.results.text == "0.5"


def test_escape_presses_the_last_button(scripts, qtbot):
    job = scripts.scripting.run(Script('Result(OKCancelDialog("go on?"))', "t"))
    qtbot.waitUntil(lambda: bool(scripts.dialogs))
    qtbot.keyClick(scripts.dialogs[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not job.is_running)
    assert scripts.scripting.results.text == "0"


def test_stop_ends_an_endless_loop(scripts, qtbot):
    editor = scripts.edit(Script("while (1) {}", "t"))
    editor.run()
    qtbot.waitUntil(lambda: scripts.scripting.is_running)
    editor.stop()
    qtbot.waitUntil(lambda: not editor.job.is_running, timeout=1000)


def test_names_are_completed_and_their_help_is_shown(scripts, qtbot):
    editor = scripts.new()
    editor.code.setFocus()
    QTest.keyClicks(editor.code, "getfronti")
    assert editor.code.completer.is_open
    assert "GetFrontImage" in editor.said.text()
    qtbot.keyClick(editor.code, Qt.Key.Key_Return)
    assert editor.code.toPlainText() == "GetFrontImage"
    assert not editor.code.completer.is_open


def test_lines_are_commented_out_and_back(scripts, qtbot):
    editor = scripts.edit(Script("a\n\tb\nc", "t"))
    editor.code.selectAll()
    qtbot.keyClick(editor.code, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert editor.code.toPlainText() == "// a\n\t// b\n// c"
    qtbot.keyClick(editor.code, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert editor.code.toPlainText() == "a\n\tb\nc"


def test_the_next_line_is_indented_as_the_one_before(scripts, qtbot):
    editor = scripts.new("Python")
    QTest.keyClicks(editor.code, "for i in x:")
    qtbot.keyClick(editor.code, Qt.Key.Key_Escape)
    qtbot.keyClick(editor.code, Qt.Key.Key_Return)
    QTest.keyClicks(editor.code, "y")
    assert editor.code.toPlainText() == "for i in x:\n    y"


def test_find_goes_round_and_replace_all_counts(scripts, qtbot):
    editor = scripts.edit(Script("one two one Two", "t"))
    bar = editor.find_bar
    bar.open()
    bar.wanted.setText("two")
    assert bar.next()
    assert editor.code.textCursor().selectionStart() == 4
    assert bar.next()
    assert bar.next()
    assert editor.code.textCursor().selectionStart() == 4
    bar.instead.setText("three")
    bar.replace_all()
    assert editor.code.toPlainText() == "one three one three"
    editor.code.undo()
    assert editor.code.toPlainText() == "one two one Two"


def test_a_script_is_saved_and_found_among_the_last_ones(scripts, qtbot, tmp_path):
    editor = scripts.new()
    QTest.keyClicks(editor.code, "exit(0)")
    assert editor.is_modified
    editor.save_to(tmp_path / "mine.s")
    assert (tmp_path / "mine.s").read_text() == "exit(0)"
    assert editor.title == "mine.s"
    assert not editor.is_modified
    assert scripts.recent.files[0] == tmp_path / "mine.s"


def test_code_is_coloured_also_over_lines(scripts, qtbot):
    editor = scripts.edit(Script("number a\n/* one\ntwo */ Result(a)", "t"))
    block = editor.code.document().findBlockByNumber(2)
    spans = [(one.start, one.length) for one in block.layout().formats()]
    assert spans == [(0, 6), (7, 6)]


def test_an_editor_and_what_it_ran_leave_nothing_behind(main, scripts, qtbot):
    import gc
    import weakref

    import numpy as np

    document = main.desk.add(label_stack(np.ones((2, 8, 8))), title="ones")
    editor = scripts.edit(Script("image a := GetFrontImage()\nResult(mean(a))", "t"))
    editor.run()
    qtbot.waitUntil(lambda: not editor.job.is_running)
    qtbot.waitUntil(lambda: scripts.scripting.results.text == "1")
    followed = weakref.ref(document)
    main.desk.undo.clear()
    main.desk.close(document)
    main.desk.undo.clear()
    [(_, window)] = scripts.editors
    window.close()
    qtbot.waitUntil(lambda: not scripts.editors)
    del document

    def is_gone():
        gc.collect()
        return followed() is None

    qtbot.waitUntil(is_gone)


def test_a_script_that_is_dropped_on_the_desk_opens_in_the_editor(main, scripts, qtbot, tmp_path):
    (tmp_path / "mine.py").write_text("print(1)")
    main.open_each([tmp_path / "mine.py"])
    [(editor, _)] = scripts.editors
    assert (editor.code.toPlainText(), editor.code.language) == ("print(1)", "Python")
