"""The tags that a file brought along, as a tree that can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QApplication, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from temstack.viewer.models.document import Document
from temstack.viewer.models.tag_tree import TagNode, matching, tag_tree

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

_OPENED_WHEN_FOUND = 300


class TagsWindow(QWidget):
    """The tags of one document.

    Parameters
    ----------
    main : MainWindow
    document : Document
    """

    def __init__(self, main: MainWindow, document: Document) -> None:
        super().__init__(main, Qt.WindowType.Tool)
        self.main, self.document = main, document
        self.setObjectName("tags")
        self.setWindowTitle(f"Tags – {document.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 520)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names and values")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda words: self.refresh())
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Tag", "Value", "Type"])
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setToolTip("Ctrl+C copies the path and value of a tag")
        self.found = QLabel()
        QShortcut(QKeySequence.StandardKey.Copy, self.tree, lambda: self._copy())
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.found)
        self._nodes = tag_tree(document.data.attrs.get("tags", {}))
        main.desk.closed.connect(self._close_with)
        self.refresh()

    def refresh(self) -> None:
        """Show what the search finds."""
        words = self.search.text()
        shown = matching(self._nodes, words)
        self.tree.clear()
        self.tree.addTopLevelItems([_item(node) for node in shown])
        total = sum(map(_count, shown))
        if words and total <= _OPENED_WHEN_FOUND:
            self.tree.expandAll()
        elif not words:
            self.tree.expandToDepth(0)
        self.tree.setColumnWidth(0, 300)
        self.tree.setColumnWidth(1, 200)
        self.found.setText(
            f"{total} tag{'' if total == 1 else 's'}" if self._nodes else "The file brought no tags along."
        )

    def _copy(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            QApplication.clipboard().setText(f"{item.data(0, Qt.ItemDataRole.UserRole)} = {item.text(1)}")

    def _close_with(self, document: Document) -> None:
        if document is self.document:
            self.main.desk.closed.disconnect(self._close_with)
            self.close()


def _item(node: TagNode) -> QTreeWidgetItem:
    item = QTreeWidgetItem([node.name, node.text, node.type])
    item.setData(0, Qt.ItemDataRole.UserRole, node.path)
    item.setToolTip(0, node.path)
    item.setToolTip(1, node.text)
    item.addChildren([_item(child) for child in node.children])
    return item


def _count(node: TagNode) -> int:
    return sum(map(_count, node.children)) if node.children else 1
