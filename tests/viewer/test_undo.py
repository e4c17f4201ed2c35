"""What was done at the desk is undone and done again, within bounds of number and memory."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from temstack.stack import label_stack
from temstack.viewer.models.changes import add_result, rename, replace_data
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.undo import Step, UndoStack


def stack(value: float = 0.0, planes: int = 3):
    return label_stack(np.full((planes, 4, 4), value))


def counting(title: str, log: list[str]) -> Step:
    return Step(title, undo=lambda: log.append(f"-{title}"), redo=lambda: log.append(f"+{title}"))


def test_steps_are_undone_backwards_and_done_again_forwards() -> None:
    log: list[str] = []
    undo = UndoStack()
    for title in "abc":
        undo.push(counting(title, log))
    undo.undo()
    undo.undo()
    assert (undo.undo_title, undo.redo_title) == ("a", "b")
    undo.redo()
    assert log == ["-c", "-b", "+b"]
    undo.push(counting("d", log))
    assert undo.redo_title is None, "a new step ends what could be done again"
    assert [undo.undo_title, len(undo)] == ["d", 3]


def test_only_so_many_steps_are_kept() -> None:
    undo = UndoStack(most_steps=5)
    for number in range(8):
        undo.push(counting(str(number), []))
    assert len(undo) == 5
    for _ in range(9):
        undo.undo()
    assert undo.redo_title == "3"


def test_the_oldest_are_forgotten_where_they_hold_too_much_memory() -> None:
    undo = UndoStack(most_bytes=stack().nbytes * 2)
    parts = [stack(number) for number in range(3)]
    held = [weakref.ref(each.values) for each in parts]
    for each in parts:
        undo.push(Step("close", undo=each.sum, redo=each.sum, holds=(each,)))
    del each, parts
    gc.collect()
    assert len(undo) == 2
    assert [reference() is None for reference in held] == [True, False, False]


def test_data_of_open_documents_cost_nothing_and_views_cost_once() -> None:
    desk = Desk()
    document = desk.add(stack())
    replace_data(desk, document, document.data[1:], done="Remove planes")
    assert desk.undo.held_bytes == 0
    replace_data(desk, document, stack(planes=5), done="Other")
    assert desk.undo.held_bytes == stack().nbytes


def test_a_result_goes_and_comes_back_as_the_same_document() -> None:
    desk = Desk()
    source = desk.add(stack())
    result = add_result(desk, stack(1), title="untitled – Crop", done="Crop")
    desk.undo.undo()
    assert desk.documents == [source]
    assert desk.undo.redo_title == "Crop"
    desk.undo.redo()
    assert desk.documents == [source, result]
    assert desk.active is result


def test_a_closed_document_comes_back_with_what_was_done_to_it_before() -> None:
    desk = Desk()
    document = desk.add(stack(), title="series")
    rename(desk, document, "other")
    replace_data(desk, document, stack(2), done="Add")
    desk.close(document)
    assert desk.undo.undo_title == "Close other"
    for _ in range(3):
        desk.undo.undo()
    assert desk.documents == [document]
    assert document.title == "series"
    np.testing.assert_array_equal(document.data, stack())
    for _ in range(3):
        desk.undo.redo()
    assert desk.documents == []


def test_a_closed_document_is_free_when_nobody_can_get_it_back() -> None:
    desk = Desk()
    document = desk.add(stack())
    reference = weakref.ref(document)
    desk.close(document)
    del document
    gc.collect()
    assert reference() is not None
    desk.undo.clear()
    gc.collect()
    assert reference() is None


def test_whether_it_was_saved_comes_back_too() -> None:
    desk = Desk()
    document = desk.add(stack(), is_saved=True)
    replace_data(desk, document, stack(2), done="Add")
    assert not document.is_saved
    desk.undo.undo()
    assert document.is_saved


def test_a_step_that_fails_ends_undoing_for_good() -> None:
    def fail() -> None:
        raise RuntimeError("the file is gone")

    undo = UndoStack()
    undo.push(counting("a", []))
    undo.push(Step("b", undo=fail, redo=fail))
    with pytest.raises(RuntimeError, match="the file is gone"):
        undo.undo()
    assert (undo.undo_title, undo.redo_title) == (None, None)
    undo.push(counting("c", []))
    assert undo.undo_title == "c"


def test_regions_are_drawn_moved_and_removed_in_steps_and_a_drag_is_one() -> None:
    desk = Desk()
    document = desk.add(label_stack(np.zeros((3, 32, 32))))
    grain = document.regions.add("rectangle", ((2, 2), (8, 8)), name="grain")
    for _ in range(4):
        grain = document.regions.change(grain.moved(1, 0))
    document.regions.remove(grain.number)
    seen = []
    while desk.undo.undo_title:
        seen.append(desk.undo.undo_title)
        desk.undo.undo()
        seen.append([each.box for each in document.regions])
    assert seen == ["Remove grain", [(6, 2, 12, 8)], "Change grain", [(2, 2, 8, 8)], "Add grain", []]
    for _ in range(2):
        desk.undo.redo()
    assert [(each.box, each.number) for each in document.regions] == [((6, 2, 12, 8), grain.number)]


def test_regions_that_change_with_the_data_are_no_step_of_their_own() -> None:
    desk = Desk()
    document = desk.add(label_stack(np.zeros((3, 32, 32))))
    document.regions.add("rectangle", ((2, 2), (8, 8)))
    replace_data(desk, document, label_stack(np.zeros((3, 8, 8))), done="Bin")
    assert len(document.regions) == 0
    desk.undo.undo()
    assert desk.undo.undo_title == "Add rectangle 1"
    assert len(document.regions) == 1
