"""The list of all functions of DM-script: searched, with how each is called and what it does."""

from __future__ import annotations

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from temstack.dmscript.listing import matching

_MOST = 400


class ReferenceWindow(QWidget):
    """Functions whose name, family or help has a word in it.

    Parameters
    ----------
    word : str
        What to look for first.
    """

    def __init__(self, word: str = "") -> None:
        super().__init__()
        self.setObjectName("functions")
        self.word = QLineEdit(word)
        self.word.setPlaceholderText("part of a name, family or description, e.g. acquire")
        self.word.setClearButtonEnabled(True)
        self.rows = QTreeWidget()
        self.rows.setHeaderLabels(["Call", "What it does", "Family"])
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        self.rows.setAlternatingRowColors(True)
        self.said = QLabel()
        layout = QVBoxLayout(self)
        for part in (self.word, self.rows, self.said):
            layout.addWidget(part)
        header = self.rows.header()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self.rows.setColumnWidth(0, 420)
        self.word.textChanged.connect(lambda text: self.search())
        self.search()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for calls and what they do."""
        return QSize(900, 480)

    def search(self) -> None:
        """Show what matches."""
        found = matching(self.word.text().strip() or None)
        self.rows.clear()
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        rows = []
        for one in found[:_MOST]:
            marks = [] if one.is_implemented else ["not implemented"]
            marks += ["may throw"] if one.may_throw else []
            row = QTreeWidgetItem([str(one), one.help + (f" [{', '.join(marks)}]" if marks else ""), one.family])
            row.setFont(0, mono)
            row.setToolTip(0, str(one))
            row.setToolTip(1, one.help)
            if not one.is_implemented:
                row.setDisabled(True)
            row.setData(0, Qt.ItemDataRole.UserRole, one.name)
            rows.append(row)
        self.rows.addTopLevelItems(rows)
        count = len({one.name.lower() for one in found})
        self.said.setText(
            f"{count} functions" + (f"; the first {_MOST} ways to call them" if len(found) > _MOST else "")
        )
