"""At the start: a series that a program left in the middle when it died, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QMessageBox

from temstack.viewer.models.background import Background
from temstack.viewer.models.bench import Choice
from temstack.viewer.models.unfinished import Unfinished, find_unfinished, recover

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def offer_recovery(main: MainWindow) -> None:
    """Ask what to do about the latest series that broke off, if there is one."""
    beside = Background(main.desk.jobs.deliver)
    beside.ask("unfinished", find_unfinished, lambda found: _ask(main, found[-1]) if found else None, main.show_error)


def recover_all(main: MainWindow, then: Callable[[], object] | None = None) -> None:
    """Put back every microscope that was left in the middle, beside the windows, and say what was done."""
    job = main.desk.jobs.start("Recover microscope", lambda _: recover())
    job.finished.connect(lambda words: _say(main, words) if then is None else then())


def _ask(main: MainWindow, series: Unfinished) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Question, "temstack", "A series was not finished.", parent=main)
    box.setObjectName("unfinished")
    box.setInformativeText(series.sentence)
    words = "Open the series" if series.is_gone else "Recover the microscope"
    recovered = box.addButton(words, QMessageBox.ButtonRole.AcceptRole)
    resumed = None
    if series.recording.exists() and not series.is_gone:
        resumed = box.addButton("Recover, and go on recording", QMessageBox.ButtonRole.AcceptRole)
    box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(recovered)

    def decide(button: Any) -> None:
        if resumed is not None and button is resumed:
            recover_all(main, lambda: connect_and_resume(main, series))
        elif button is recovered:
            recover_all(main)
            if series.recording.exists():
                main.open(series.recording)

    box.buttonClicked.connect(decide)
    box.setModal(False)
    box.show()
    return box


def connect_and_resume(main: MainWindow, series: Unfinished) -> None:
    """Connect the microscope of a series, and go on with it."""
    job = main.desk.bench.connect(Choice(name=series.microscope))
    job.finished.connect(lambda _: main.try_to(lambda: main.desk.bench.resume(series.recording)))


def _say(main: MainWindow, words: str) -> None:
    box = QMessageBox(QMessageBox.Icon.Information, "temstack", "Recover microscope", parent=main)
    box.setObjectName("recovered")
    box.setInformativeText(words)
    box.setModal(False)
    box.show()
