"""Scripts in menus: added, there at the next start, run, removed; a folder of scripts; the console."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox

from temstack.stack import label_stack
from temstack.viewer.models.scripts.script import Script
from temstack.viewer.views.scripts.manage_window import ManageWindow


@pytest.fixture
def start(qtbot):
    """Start the program once more, in the same folder of the user."""
    from temstack.viewer.views.main_window import MainWindow

    started = []

    def go():
        window = MainWindow()
        qtbot.addWidget(window)
        window.show()
        started.append(window)
        qtbot.wait(1)  # menus are filled when all are there
        return window

    yield go
    for window in started:
        window.desk.jobs.cancel_all()


def entry(main, *names):
    """Return an entry of the menus, None where there is none."""
    actions = main.menuBar().actions()
    for name in names:
        found = [one for one in actions if one.text().replace("&", "") == name]
        if not found:
            return None
        actions = found[-1].menu().actions() if found[-1].menu() is not None else []
    return found[-1]


def add(main, script, menu, submenu="", command="Hello"):
    form = main.scripts.add_to_menu(script)
    form.command.setText(command)
    form.menu.setCurrentText(menu)
    form.submenu.setText(submenu)
    form.accept()
    return form


@pytest.mark.parametrize("place", [("TEM", "Series"), ("Volume", ""), ("Help", ""), ("Script", "Mine")])
def test_a_script_stays_in_its_menu_until_it_is_removed(start, qtbot, place):
    menu, submenu = place
    names = [name for name in (menu, submenu, "Hello") if name]
    add(start(), Script('Result("hello")', "hello.s"), menu, submenu)
    second = start()
    qtbot.waitUntil(lambda: entry(second, *names) is not None)
    entry(second, *names).trigger()
    qtbot.waitUntil(lambda: second.scripts.scripting.results.text == "hello")
    manage = ManageWindow(second.scripts)
    assert manage.items.item(0).text() == " › ".join(names)
    manage.remove()
    box = manage.findChild(QMessageBox, "remove script")
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Yes), Qt.MouseButton.LeftButton)
    assert entry(second, *names) is None
    assert menu != "TEM" or entry(second, "TEM") is None
    manage.close()
    third = start()
    qtbot.wait(10)
    assert entry(third, *names) is None


def test_an_entry_that_is_there_is_replaced_only_when_told_so(main, qtbot):
    add(main, Script('Result("one")', "one.s"), "TEM")
    form = add(main, Script('Result("two")', "two.s"), "TEM")
    assert form.isVisible()
    assert "already" in form.said.text()
    form.accept()
    assert not form.isVisible()
    entry(main, "TEM", "Hello").trigger()
    qtbot.waitUntil(lambda: main.scripts.scripting.results.text == "two")


def test_a_script_in_python_stands_in_a_menu_too(main, qtbot):
    add(main, Script("print('hello')", "mine.py", "Python"), "TEM")
    entry(main, "TEM", "Hello").trigger()
    qtbot.waitUntil(lambda: main.scripts.scripting.results.text == "hello\n")


def test_a_script_adds_another_to_the_menu(main, qtbot):
    main.scripts.scripting.run(Script('AddScriptToMenu("Result(7)", "Seven", "Lecture", "", 0)', "adds"))
    qtbot.waitUntil(lambda: entry(main, "Lecture", "Seven") is not None)
    entry(main, "Lecture", "Seven").trigger()
    qtbot.waitUntil(lambda: main.scripts.scripting.results.text == "7")


def test_scripts_that_are_dropped_into_the_folder_appear_in_the_menu(main, qtbot, user_folder):
    folder = user_folder / "user-scripts" / "focus"
    folder.mkdir(parents=True)
    (folder / "step.s").write_text("Result(42)")
    (folder / "notes.txt").write_text("no script")
    entry(main, "Script", "My scripts").menu().aboutToShow.emit()
    inside = entry(main, "Script", "My scripts", "focus").menu()
    assert [one.text() for one in inside.actions()] == ["step"]
    inside.actions()[0].trigger()
    qtbot.waitUntil(lambda: main.scripts.scripting.results.text == "42")


def test_an_error_of_a_script_from_the_menu_is_shown_and_leads_to_its_line(main, qtbot):
    add(main, Script('\nThrow("no beam")', "bad.s"), "TEM", command="Bad")
    entry(main, "TEM", "Bad").trigger()
    qtbot.waitUntil(lambda: any(one.objectName() == "script error" for one in main.scripts.dialogs))
    box = main.scripts.dialogs[-1]
    assert box.text() == "Bad, line 2: thrown: no beam"
    next(one for one in box.buttons() if one.text() == "Show in editor").click()
    [(editor, _)] = main.scripts.editors
    assert editor.code.textCursor().blockNumber() == 1


def test_the_console_sees_stacks_and_shows_others(main, qtbot):
    main.desk.add(label_stack(np.full((2, 4, 4), 3.0)), title="Fe series")
    window = main.scripts.open_console()

    def enter(line):
        window.entry.setText(line)
        qtbot.keyClick(window.entry, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not window.console.is_busy)

    enter("float(Fe_series.mean())")
    qtbot.waitUntil(lambda: window.output.toPlainText().endswith(">>> float(Fe_series.mean())\n3.0\n"))
    enter("for i in range(2):")
    assert window.prompt.text() == "... "
    enter("    print(i, front().shape)")
    enter("")
    qtbot.waitUntil(lambda: window.output.toPlainText().endswith("0 (2, 4, 4)\n1 (2, 4, 4)\n"))
    enter("show(Fe_series * 2, 'twice')")
    qtbot.waitUntil(lambda: main.desk.documents[-1].title == "twice")
    enter("nothing")
    qtbot.waitUntil(lambda: "NameError: name 'nothing' is not defined" in window.output.toPlainText())
    qtbot.keyClick(window.entry, Qt.Key.Key_Up)
    qtbot.keyClick(window.entry, Qt.Key.Key_Up)
    assert window.entry.text() == "show(Fe_series * 2, 'twice')"


def test_stop_ends_what_runs_in_the_console(main, qtbot):
    window = main.scripts.open_console()
    window.console.enter("while True: pass")
    window.console.enter("")
    assert window.console.is_busy
    window.console.stop()
    qtbot.waitUntil(lambda: not window.console.is_busy, timeout=1000)
    window.console.enter("1 + 1")
    qtbot.waitUntil(lambda: window.output.toPlainText().endswith("2\n"))
