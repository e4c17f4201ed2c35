"""What was done to a document: a window with a line for each thing, to be done again and to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.document import Document
from temstack.viewer.models.history import do_the_same, lines_of, methods_of

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

_NAMES_WIDTH = 190


class HistoryWindow(QWidget):
    """The history of the document in front; it follows when another one comes to the front.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        super().__init__(main, Qt.WindowType.Tool)
        self.main = main
        self.document: Document | None = None
        self.setObjectName("history")
        self.resize(560, 380)
        self._lay_out()
        main.desk.activated.connect(self.show_document)
        self.show_document(main.desk.active)

    def show_document(self, document: Document | None) -> None:
        """Show the history of a document; of none, say so."""
        if document is None and self.document in self.main.desk.documents:
            return  # a tool window came to the front
        if self.document is not None:
            self.document.data_changed.disconnect(self.refresh)
        self.document = document
        if document is not None:
            document.data_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw it anew."""
        lines = lines_of(self.document.data) if self.document else []
        title = self.document.title if self.document else "no image"
        self.setWindowTitle(f"History – {title}")
        self.tree.clear()
        for number, line in enumerate(lines, 1):
            item = QTreeWidgetItem([f"{number}. {line.operation}", line.sentence])
            item.setToolTip(1, line.sentence)
            for name, value in (*line.parameters, ("temstack", line.version)):
                item.addChild(QTreeWidgetItem([name.replace("_", " "), value]))
            self.tree.addTopLevelItem(item)
        self.tree.setColumnWidth(0, _NAMES_WIDTH)
        self.nothing.setVisible(not lines)
        self.nothing.setText("Nothing was done to it by temstack." if self.document else "No image is open.")
        self.again.setEnabled(bool(lines))
        self.methods.setEnabled(bool(lines))

    def _lay_out(self) -> None:
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Step", "What was done"])
        self.tree.setAlternatingRowColors(True)
        self.nothing = QLabel()
        self.again = QPushButton("Do the same to")
        self.again.setToolTip("Do all of this again, with the same settings, to another open image")
        self.others = QMenu(self.again)
        self.others.aboutToShow.connect(lambda: self._list_others())
        self.again.setMenu(self.others)
        self.methods = QPushButton("Copy methods paragraph")
        self.methods.setToolTip("Put it on the clipboard in words for the methods section of a paper")
        self.methods.clicked.connect(lambda: self._copy())
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addWidget(self.methods)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.nothing)
        layout.addLayout(buttons)

    def _list_others(self) -> None:
        self.others.clear()
        for other in self.main.desk.documents:
            if other is not self.document:
                action = self.others.addAction(f"{other.title}  ({other.kind})")
                action.triggered.connect(lambda checked=False, other=other: self.do_to(other))
        if self.others.isEmpty():
            self.others.addAction("No other image is open").setEnabled(False)

    def do_to(self, other: Document) -> None:
        """Do to another document what was done to this one."""
        if self.document is not None:
            do_the_same(self.main.desk, self.document, other)

    def _copy(self) -> None:
        if self.document is not None:
            QApplication.clipboard().setText(methods_of(self.document.data))
            self.main.say("The methods paragraph is on the clipboard.")
