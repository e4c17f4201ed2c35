"""Each operation has a dialog made from its declaration, which does what a script does."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest
import xarray as xr
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QMessageBox, QPushButton

from temstack.operations import find, operations
from temstack.operations import running as running_room
from temstack.stack import label_stack
from temstack.viewer.models.forms import form_of, read_form
from temstack.viewer.models.regions import Region
from temstack.viewer.models.suggestions import Situation
from temstack.viewer.views.menus.operations import MENUS, open_dialog
from temstack.viewer.views.operation_dialog import OperationDialog

SIDE = 24
EVERY = [each for title in MENUS for each in operations(title)]


def edge_series() -> xr.DataArray:
    """A small EFTEM stack of counts."""
    pixels = np.random.default_rng(5).poisson(500, (8, SIDE, SIDE)).astype(np.uint16)
    energies = 600.0 + 10 * np.arange(8)
    return label_stack(
        pixels,
        "energy_loss",
        plane_values=energies,
        pixel_size=0.5,
        pixel_units="nm",
        per_plane={"exposure_s": np.linspace(1, 2, 8)},
    )


def zero_loss_series() -> xr.DataArray:
    """A lazy stack through a zero-loss peak."""
    energies = np.arange(-5.0, 10.0)
    mean = 5000 * np.exp(-(energies[:, None, None] ** 2) / 3) + np.zeros((1, SIDE, SIDE))
    return label_stack(mean.astype(np.uint16), "energy_loss", plane_values=energies).chunk({"energy_loss": 1})


@pytest.fixture
def shown(main, qtbot):
    """Open a dialog as its menu does, without a preview unless asked for."""

    def show(name: str, data=None, *, previewed: bool = False) -> OperationDialog:
        if data is not None:
            main.desk.add(data)
        open_dialog(main, find(name))
        dialog = next(each for each in main.findChildren(OperationDialog) if each.operation.name == name)
        dialog.is_previewed.setChecked(previewed)
        return dialog

    return show


def test_every_operation_of_the_menus_stands_in_them_once(main) -> None:
    main.desk.add(edge_series())
    found = [
        action.objectName()
        for title in MENUS
        for part in main.menu(title).actions()
        if part.menu()
        for action in part.menu().actions()
    ]
    assert [each.name for each in EVERY] == [name for name in found if name in {each.name for each in EVERY}]


def test_what_does_not_fit_is_grey_and_says_why(main) -> None:
    from qtpy.QtGui import QAction

    crop, to_stack = (main.menu("Volume").findChild(QAction, name) for name in ("crop", "to_stack"))
    assert not crop.isEnabled()
    assert "No image is open." in crop.toolTip()
    main.desk.add(edge_series(), title="series")
    assert crop.isEnabled()
    assert not to_stack.isEnabled()
    assert "series is a stack" in to_stack.toolTip()


def test_wrong_words_are_said_at_the_field_and_forbid_ok(qtbot, shown) -> None:
    dialog = shown("extract_planes", edge_series())
    line = dialog.form.editors["planes"].findChild(QLineEdit)
    line.clear()
    qtbot.keyClicks(line, "5,2")
    problem = dialog.findChild(QLabel, "planes problem")
    assert problem.isVisible()
    assert problem.text() == "its start must lie before its stop; got 5 … 2; expected START,STOP"
    assert not dialog.ok.isEnabled()
    line.clear()
    qtbot.keyClicks(line, "2,5")
    assert not problem.isVisible()
    assert dialog.ok.isEnabled()


def test_what_the_operation_itself_refuses_is_said_before_it_is_done(qtbot, shown) -> None:
    dialog = shown("crop", edge_series(), previewed=True)
    dialog.form.fill_in({"region": f"0,0,{SIDE + 1},4"})
    qtbot.waitUntil(lambda: bool(dialog.sentence.text()), timeout=10_000)
    assert not dialog.ok.isEnabled()
    dialog.form.fill_in({"region": "0,0,5,4"})
    qtbot.waitUntil(lambda: "8 × 5 × 4" in dialog.pane.words.text(), timeout=10_000)
    assert dialog.ok.isEnabled()
    np.testing.assert_array_equal(dialog.pane.after.item.image, edge_series()[0, :5, :4])


def test_a_dialog_comes_back_when_the_operation_refuses(main, qtbot, shown) -> None:
    dialog = shown("add", edge_series())
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.isVisible() and bool(dialog.sentence.text()), timeout=10_000)
    assert "needs exactly one of number, plane and other" in dialog.sentence.text()
    assert main.findChildren(QMessageBox) == [], "said once"
    assert len(main.desk.documents) == 1


def test_the_result_may_take_the_place_of_this_one(main, qtbot, shown) -> None:
    dialog = shown("flip", edge_series())
    dialog.in_place.click()
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    (document,) = main.desk.documents
    qtbot.waitUntil(lambda: bool(document.data.attrs.get("history")), timeout=10_000)
    np.testing.assert_array_equal(document.data, edge_series().values[:, :, ::-1])
    assert not shown("project").in_place.isEnabled(), "an image cannot take the place of a stack"


def test_a_large_stack_that_must_be_in_memory_is_asked_about(main, qtbot, shown, monkeypatch) -> None:
    monkeypatch.setattr(running_room, "_LARGE_BYTES", 100)
    dialog = shown("align_zero_loss", zero_loss_series())
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    box = dialog.findChild(QMessageBox, "whole stack warning")
    assert "holds the whole stack in memory" in box.text()
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert main.desk.jobs.running == []
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    box = dialog.findChildren(QMessageBox)[-1]
    go_on = next(each for each in box.findChildren(QPushButton) if each.text() == "Continue")
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=20_000)


def test_a_cancelled_operation_leaves_nothing_and_its_dialog_comes_back(main, qtbot, shown, monkeypatch) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(stack, **parameters):
        entered.set()
        leave.wait(10)
        return stack

    dialog = shown("normalise_to_exposure", edge_series())
    monkeypatch.setattr(type(dialog.operation), "load", lambda self: slow)
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(entered.is_set, timeout=10_000)
    assert not dialog.isVisible()
    dialog.job.cancel()
    qtbot.waitUntil(lambda: dialog.job.state == "cancelled", timeout=1000)
    assert dialog.isVisible()
    assert len(main.desk.documents) == 1
    assert main.desk.undo.undo_title is None
    leave.set()


def test_suggestions_come_from_the_regions_and_the_plane_shown(main, qtbot, shown) -> None:
    document = main.desk.add(edge_series())
    document.regions.add("rectangle", ((2, 4), (10, 20)), name="grain")
    dialog = shown("crop")
    assert dialog.form.editors["region"].entry() == "2,4,10,20"
    dialog.form.units.setCurrentIndex(1)
    assert dialog.form.editors["region"].entry() == "1,2,5,10"
    main.view(document).display.plane = 3
    assert shown("extract_planes").form.editors["planes"].entry() == "3,4"


def test_a_region_that_is_chosen_is_what_an_operation_is_meant_for() -> None:
    regions = (Region("line", ((1.5, 1.5), (9.5, 5.5)), "profile"), Region("rectangle", ((2, 4), (10, 20)), "grain"))
    operation = find("extract_spectrum")

    def starts(situation: Situation) -> dict:
        return {field.name: field.start for field in form_of(operation, situation) if isinstance(field.start, str)}

    assert starts(Situation(edge_series(), regions=regions)) == {"width_px": "1"}
    chosen = Situation(edge_series(), regions=regions, is_region_chosen=True)
    assert starts(chosen) == {"width_px": "1", "line": "1,1 9,5"}
    turned = Situation(edge_series(), regions=regions[::-1], is_region_chosen=True)
    assert starts(turned) == {"width_px": "1", "region": "2,4,10,20"}
    values, problems = read_form(
        form_of(operation, chosen), {field.name: field.start for field in form_of(operation, chosen)}
    )
    assert problems == {}
    assert values["line"] == ((1, 1), (9, 5))


def test_a_form_begins_where_it_was_left_but_places_belong_to_a_stack(qtbot, main, shown) -> None:
    dialog = shown("filter_planes", edge_series())
    dialog.form.fill_in({"how": "median", "width_px": "3"})
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=10_000)
    qtbot.waitUntil(lambda: not main.findChildren(OperationDialog), timeout=10_000)
    again = shown("filter_planes")
    assert again.form.entries() == {"how": "median", "width_px": "3"}
    defaults = next(each for each in again.findChildren(QPushButton) if each.text() == "Defaults")
    qtbot.mouseClick(defaults, Qt.MouseButton.LeftButton)
    assert again.form.entries() == {"how": "gaussian", "width_px": "1"}


def test_a_closed_dialog_is_gone(main, qtbot, shown) -> None:
    dialog = weakref.ref(shown("crop", edge_series(), previewed=True))
    dialog().findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel).click()
    qtbot.waitUntil(lambda: not main.findChildren(OperationDialog), timeout=10_000)
    qtbot.waitUntil(lambda: gc.collect() >= 0 and dialog() is None, timeout=10_000)


def test_closing_a_document_closes_its_dialogs(main, qtbot, shown) -> None:
    shown("crop", edge_series())
    main.desk.close(main.desk.documents[0])
    qtbot.waitUntil(lambda: not main.findChildren(OperationDialog), timeout=10_000)


def test_forms_read_what_the_command_line_reads() -> None:
    fields = form_of(find("insert_planes"), Situation(edge_series(), plane=2))
    entries = {field.name: field.start for field in fields}
    values, problems = read_form(fields, {**entries, "planes": "nothing.dm4", "index": "-1"})
    assert problems["planes"].startswith("there is no such file or folder; got nothing.dm4")
    assert problems["index"] == "is not a whole number, 0 or more; got -1.0"
    values, problems = read_form(fields, {**entries, "planes": edge_series()[2]})
    assert problems == {}
    assert values["index"] == 2
