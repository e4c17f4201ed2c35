"""Windows of documents: they stand beside each other, leave and come back, and close only when that is agreed."""

import gc
import weakref

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMenu, QMessageBox, QToolButton

from temstack.stack import label_stack
from temstack.viewer.views.desk_window import all_actions
from temstack.viewer.views.menus import window as window_menu


def stack(planes=3, fill=0):
    return label_stack(
        np.full((planes, 16, 20), fill, np.uint16), "energy_loss", plane_values=480 + 5.0 * np.arange(planes)
    )


def add(main, title, *, is_saved=True):
    return main.desk.add(stack(), title=title, is_saved=is_saved)


def question(main, name):
    boxes = [box for box in main.findChildren(QMessageBox) if box.objectName() == name and box.isVisible()]
    return boxes[-1] if boxes else None


def test_four_windows_have_four_corners(main):
    places = [main.window_of(add(main, str(number))).place for number in range(4)]
    assert len({(place.left, place.top) for place in places}) == 4


def test_side_by_side_takes_the_two_used_last(main):
    documents = [add(main, str(number)) for number in range(3)]
    main.window_of(documents[0]).bring_to_front()
    main.window_of(documents[2]).bring_to_front()
    window_menu.arrange_two(main)
    first, second = sorted((main.window_of(documents[0]).place, main.window_of(documents[2]).place))
    assert first.overlap(second) == 0
    assert first.height == second.height == main.area.viewport().height()


def test_next_and_previous_go_round(main):
    documents = [add(main, str(number)) for number in range(3)]
    window_menu.step(main, 1)
    assert main.desk.active is documents[0]
    window_menu.step(main, -1)
    assert main.desk.active is documents[2]


def test_a_window_leaves_the_main_window_and_comes_back_to_its_place(main, qtbot):
    document = add(main, "Fe")
    window = main.window_of(document)
    before = window.place
    qtbot.keyClick(main, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.is_detached
    assert main.view(document).isVisible()
    window_menu.attach_all(main)
    assert not window.is_detached
    assert window.place == before
    assert main.view(document).isVisible()


def test_a_window_on_its_own_makes_its_document_the_active_one(main, qtbot):
    first, _ = add(main, "first"), add(main, "second")
    main.window_of(first).detach()
    main.window_of(first).bring_to_front()
    assert main.desk.active is first
    main.window_of(first).close()
    assert main.desk.documents == [main.desk.active]


def test_the_title_marks_what_is_not_saved(main):
    document = add(main, "Fe")
    assert main.window_of(document).windowTitle() == "Fe"
    document.replace_data(stack(4))
    assert main.window_of(document).windowTitle() == "Fe *"
    document.title = "Co"
    assert main.window_of(document).windowTitle() == "Co *"


def test_the_status_bar_says_what_is_in_front(main):
    add(main, "Fe")
    assert "stack · 3 × 16 × 20 uint16" in main.about.text()


def test_a_saved_document_closes_at_once_and_the_next_is_active(main, qtbot):
    first, second = add(main, "first"), add(main, "second")
    main.window_of(second).close()
    qtbot.waitUntil(lambda: main.desk.active is first)
    assert main.desk.documents == [first]


@pytest.mark.parametrize(("button", "is_open"), [("Discard", False), ("Cancel", True)])
def test_an_unsaved_document_asks_before_it_closes(main, qtbot, button, is_open):
    document = add(main, "Fe", is_saved=False)
    main.window_of(document).close()
    assert document in main.desk.documents
    box = question(main, "unsaved")
    assert "Fe" in box.text()
    qtbot.mouseClick(box.button(getattr(QMessageBox.StandardButton, button)), Qt.MouseButton.LeftButton)
    assert (document in main.desk.documents) == is_open


def test_a_saved_document_closed_by_the_button_of_its_window_is_free(main, qtbot):
    document = main.desk.add(label_stack(np.zeros((2, 8, 8))), is_saved=True)
    gone, held = [], weakref.ref(document)
    main.window_of(document).destroyed.connect(lambda: gone.append(True))
    main.window_of(document).close()
    assert document not in main.desk.documents
    qtbot.waitUntil(lambda: bool(gone), timeout=60_000)
    main.desk.undo.clear()
    del document
    qtbot.waitUntil(lambda: gc.collect() >= 0 and held() is None, timeout=60_000)


def test_close_all_stops_at_the_first_cancel(main, qtbot):
    kept, gone = add(main, "kept", is_saved=False), add(main, "gone")
    main.closing.close_all()
    assert gone not in main.desk.documents
    qtbot.mouseClick(question(main, "unsaved").button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert main.desk.documents == [kept]


def test_a_closed_document_frees_its_window_and_its_pixels(main, qtbot):
    document = add(main, "Fe")
    pixels, view = weakref.ref(document.data.values), weakref.ref(main.view(document))
    main.desk.close(document)
    main.desk.undo.clear()
    del document

    def is_gone():
        gc.collect()
        return pixels() is None and view() is None

    qtbot.waitUntil(is_gone)


def test_closing_can_be_undone(main):
    document = add(main, "Fe")
    main.desk.close(document)
    main.desk.undo.undo()
    assert main.desk.documents == [document]
    assert main.view(document).isVisible()
    document.title = "again"
    assert main.window_of(document).windowTitle() == "again"


def test_a_job_is_shown_while_it_goes_on_and_ends_when_cancelled(main, qtbot):
    def work(progress):
        step = 0
        while True:
            step += 1
            progress("correlating pairs", step % 100, 100)

    job = main.desk.jobs.start("Align Fe", work)
    row = main.jobs_bar.rows[job]
    qtbot.waitUntil(lambda: "correlating pairs" in row.label.text())
    qtbot.mouseClick(row.findChild(QToolButton, "cancel job"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: job.state == "cancelled")
    assert not main.jobs_bar.rows


def test_an_error_of_a_job_is_said_once_in_one_sentence(main, qtbot):
    def work(progress):
        raise ValueError("the slit is not there")

    main.desk.jobs.start("Align", work)
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)))
    (box,) = main.findChildren(QMessageBox)
    assert box.text() == "the slit is not there"
    assert "ValueError" in box.detailedText()


def test_no_two_entries_of_the_menus_have_the_same_keys(main):
    menus = [action.menu() for action in main.menuBar().actions()]
    keys = [
        (key.toString(), action.text())
        for menu in menus
        if isinstance(menu, QMenu)
        for action in all_actions(menu)
        for key in action.shortcuts()
    ]
    assert len({key for key, _ in keys}) == len(keys), sorted(keys)


def test_the_list_of_keys_has_what_the_menus_have(main):
    from temstack.viewer.views.menus.help import shortcuts

    found = shortcuts(main)
    assert ("File", "Open…", "Ctrl+O") in found
    assert any(menu == "Window" for menu, _, _ in found)


def test_the_window_menu_lists_what_is_open(main):
    add(main, "Fe"), add(main, "Co")
    menu = main.menu("Window")
    for _ in range(2):
        menu.aboutToShow.emit()
    listed = {
        action.text(): action for action in menu.actions() if action.text().startswith("&") and action.isCheckable()
    }
    assert list(listed) == ["&1 Fe", "&2 Co"]
    listed["&1 Fe"].trigger()
    assert main.desk.active.title == "Fe"


@pytest.fixture
def usual_colours(qapp):
    from temstack.viewer.views.theme import apply_theme

    before = qapp.palette()
    yield
    apply_theme("light")
    qapp.setPalette(before)


def test_the_theme_changes_at_once_and_is_remembered(main, usual_colours, qapp):
    from temstack.viewer.views.theme import is_dark

    window_menu.choose_theme(main, "dark")
    assert is_dark()
    window_menu.choose_theme(main, "light")
    assert not is_dark()
    assert main.preferences.theme == "light"
