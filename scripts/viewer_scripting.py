"""Scenes of scripts: the editor with a mistake, dialogs, questions, a menu with a user's script, the console."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QPoint
from viewer_stage import Scene, Stage

from temstack.testing import drifting_eftem_series
from temstack.viewer.models.scripts.script import Script

_EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_WITH_A_MISTAKE = """\
// Mean of every plane of the stack in front, as a new image of one line.
image stack := GetFrontImage()
number width, height, planes
stack.Get3DSize(width, height, planes)

image means := RealImage("means", 4, planes, 1)
for (number iplane = 0; iplane < planes; iplane++)
{
\timage plane := stack.slice2(0, 0, iplane, 0, width, 1, 1, height, 1)
\tmeans[iplane, 0] = mean(plane)
\tresult("plane " + iplane + ": " + maen(plane) + "\\n")
}
means.ShowImage()
"""
_FIRST = """\
// Adds all planes of the stack in front.
image stack := GetFrontImage()
number width, height, planes
stack.Get3DSize(width, height, planes)
image sum := RealImage("sum of planes", 4, width, height)
for (number iplane = 0; iplane < planes; iplane++)
\tsum += stack.slice2(0, 0, iplane, 0, width, 1, 1, height, 1)
sum.ShowImage()
"""


def small_series(stage: Stage):
    """Put a small series on the desk."""
    data = drifting_eftem_series(11, 256, 800.0, 1, start_ev=620.0, step_ev=15.0).stack
    document = stage.main.desk.add(data, title="Iron oxide", is_saved=True)
    stage.main.view(document).show_panels(False)
    stage.settle(0.3)
    return document


def editor(stage: Stage) -> None:
    """Show a script in the editor, its mistake pointed at while it is written."""
    small_series(stage)
    views = stage.main.scripts
    shown = views.edit(Script(_WITH_A_MISTAKE, "means of planes.s"))
    stage.put("means of planes", 0.36, 0, 1, 0.85)
    stage.put("Iron oxide", 0, 0, 0.36, 0.62)
    stage.wait(lambda: shown.problems.count() > 0, "the check")
    text = shown.code.toPlainText()
    cursor = shown.code.textCursor()
    cursor.setPosition(text.index("maen") + 2)
    shown.code.setTextCursor(cursor)
    stage.settle(1.0)
    stage.save("script-editor")


def dialog(stage: Stage) -> None:
    """Show the dialog that a DM-script has made, beside the image that it marks."""
    document = small_series(stage)
    stage.window(document.title).bring_to_front()
    stage.main.scripts.run_file(_EXAMPLES / "dm-scripts" / "measure_dialog.s")
    stage.wait(lambda: bool(stage.main.scripts.dialogs), "the dialog")
    view = stage.main.scripts.dialogs[-1]
    view.widget("size").setText("64")
    view.widget("size").editingFinished.emit()
    stage.settle(0.5)
    view.widget("measure").click()
    stage.wait(lambda: stage.main.scripts.results is not None, "the results")
    for each in stage.main.desk.documents:
        stage.main.view(each).show_panels(False)
    stage.put("first plane", 0.4, 0, 0.8, 0.75)
    stage.put("Iron oxide", 0, 0, 0.4, 0.75)
    stage.put("Results", 0, 0.75, 0.8, 1)
    view.setProperty("picture place", QPoint(920, 160))
    stage.settle(0.5)
    stage.save("script-dialog")


def question(stage: Stage) -> None:
    """Show the exposure question of a lecture's script."""
    views = stage.main.scripts
    shown = views.open(_EXAMPLES / "lecture" / "CM_example1.s")
    stage.put(stage.main.windows()[0].windowTitle(), 0, 0, 1, 1)
    shown.run()
    stage.wait(lambda: bool(views.dialogs), "the question")
    stage.settle(0.5)
    stage.save("script-question")
    views.dialogs[-1].reject()
    stage.settle(0.5)


def menu(stage: Stage) -> None:
    """Show a menu in which a user keeps scripts."""
    small_series(stage)
    for command, menu_title, submenu in (("Add all planes", "Volume", "Mine"), ("Means of planes", "Volume", "Mine")):
        form = stage.main.scripts.add_to_menu(Script(_FIRST, f"{command}.s"))
        form.command.setText(command)
        form.menu.setCurrentText(menu_title)
        form.submenu.setText(submenu)
        if command.startswith("Means"):
            stage.save("script-add")
        form.accept()
    stage.save("script-menu", stage.open_menu("Volume", "Mine"))


def console(stage: Stage) -> None:
    """Show the Python console at work on what is open."""
    small_series(stage)
    shown = stage.main.scripts.open_console()
    for line in (
        "stack = front()",
        "stack.dims, stack.shape",
        'energies = stack["energy_loss"].values',
        'ts.counts(stack).mean(("y", "x")).values.round(1)',
        'show(stack.mean("energy_loss"), "mean of all planes")',
    ):
        shown.entry.setText(line)
        shown.entry.returnPressed.emit()
        stage.settle(0.4)
    stage.settle(0.5)
    for document in stage.main.desk.documents:
        stage.main.view(document).show_panels(False)
    stage.put("Iron oxide", 0, 0, 0.36, 0.5)
    stage.put("mean of", 0, 0.5, 0.36, 1)
    stage.put("Python console", 0.36, 0, 1, 0.75)
    stage.settle(0.5)
    stage.save("console")


SCENES: dict[str, Scene] = {
    "script-editor": Scene(editor),
    "script-dialog": Scene(dialog),
    "script-question": Scene(question),
    "script-menu": Scene(menu),
    "console": Scene(console),
}
