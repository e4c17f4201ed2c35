"""The list of what is wrong with a script, with its places; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QListWidget, QListWidgetItem

from temstack.viewer.models.scripts.script import Problem
from temstack.viewer.views.scripts.code_colours import ERROR, WARNING


class ProblemList(QListWidget):
    """Problems, one a line."""

    chosen = Signal(object)
    """The problem that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("problems")
        self.setWordWrap(True)
        self.itemClicked.connect(lambda item: self.chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        self.itemActivated.connect(lambda item: self.chosen.emit(item.data(Qt.ItemDataRole.UserRole)))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show other problems."""
        self.clear()
        for problem in problems:
            item = QListWidgetItem(f"{problem.place}  {problem.message}" if problem.place else problem.message)
            item.setIcon(_dot(problem.severity))
            item.setToolTip(problem.details)
            item.setData(Qt.ItemDataRole.UserRole, problem)
            self.addItem(item)
        if not problems:
            item = QListWidgetItem("No problems found")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)


def _dot(severity: str) -> QIcon:
    picture = QPixmap(12, 12)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ERROR if severity == "error" else WARNING)
    painter.drawEllipse(2, 2, 8, 8)
    painter.end()
    return QIcon(picture)
