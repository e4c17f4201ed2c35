"""Panels beside an image, one below the other; each folds at a click on its title."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget


class Panel(QWidget):
    """A title, and below it a widget that can be folded away."""

    def __init__(self, content: QWidget, title: str) -> None:
        super().__init__()
        self.title = title
        self.content = content
        self._button = QToolButton()
        self._button.setText(title)
        self._button.setCheckable(True)
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._button.setObjectName(f"fold {title}")
        self._button.setToolTip(f"Fold or unfold {title}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(2)
        layout.addWidget(self._button)
        layout.addWidget(content)
        self._button.toggled.connect(self._fold)
        self._button.setChecked(True)

    @property
    def is_open(self) -> bool:
        """Whether its content is seen."""
        return bool(self._button.isChecked())

    @is_open.setter
    def is_open(self, is_open: bool) -> None:
        self._button.setChecked(is_open)

    def _fold(self, is_open: bool) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.content.setVisible(is_open)


class Panels(QScrollArea):
    """The column of panels; not there while it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panels")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(4, 2, 6, 2)
        self._layout.addStretch(1)
        self.setWidget(inside)
        self._panels: list[Panel] = []
        self.setVisible(False)

    def add(self, content: QWidget, title: str) -> Panel:
        """Put a widget below the others."""
        panel = Panel(content, title)
        self._panels.append(panel)
        self._layout.insertWidget(self._layout.count() - 1, panel)
        self.setMinimumWidth(max(self.minimumWidth(), panel.minimumSizeHint().width() + 24))
        self.setVisible(True)
        return panel

    def folded(self) -> list[str]:
        """Return the titles of those that are folded."""
        return [panel.title for panel in self._panels if not panel.is_open]

    def fold(self, titles: list[str]) -> None:
        """Fold these, and unfold all others."""
        for panel in self._panels:
            panel.is_open = panel.title not in titles
