"""Windows of images, texts and dialogs; without a screen they remember where they were put.

Positions and sizes are px on the screen, ``x, y``; the frame counts as large as what is inside.
"""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temstack.dmscript.context import Run
    from temstack.dmscript.displays import ImageDocument
    from temstack.dmscript.objects import ScriptObject

_next_id = itertools.count(1)

TEXT_WINDOW, IMAGE_WINDOW, DIALOG_WINDOW = 4, 5, 6
"""Types of windows; 5 is DM's number for images, the others are ours."""


class Window:
    """A window: its title, type and place.

    Parameters
    ----------
    title : str
        What stands above it.
    kind : int
        One of the types of this module.
    """

    dm_type = "documentwindow"

    def __init__(self, title: str, kind: int) -> None:
        self.id = next(_next_id)
        self.own_title = title
        self.kind = kind
        self.position = (0.0, 0.0)
        self.size = (512.0, 512.0)
        self.view_state = 0.0

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.own_title

    @title.setter
    def title(self, title: str) -> None:
        self.own_title = title

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Where it lies: ``(top, left, bottom, right)``."""
        (x, y), (width, height) = self.position, self.size
        return y, x, y + height, x + width

    @bounds.setter
    def bounds(self, area: tuple[float, float, float, float]) -> None:
        top, left, bottom, right = area
        self.position, self.size = (left, top), (right - left, bottom - top)

    def is_shown(self, run: Run) -> bool:
        """Return whether it is on the screen."""
        return any(other is self for other in run.text_windows)

    def show(self, run: Run) -> None:
        """Bring it to the front."""
        self.hide(run)
        if isinstance(self, TextWindow):
            run.text_windows.append(self)

    def hide(self, run: Run) -> None:
        """Take it off the screen."""
        run.text_windows[:] = [other for other in run.text_windows if other is not self]


class TextWindow(Window):
    """A window with a text: a script, or notes."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__(title, TEXT_WINDOW)
        self.text = text
        self.path = ""


class DocumentWindow(Window):
    """The window of a document of images."""

    def __init__(self, document: ImageDocument) -> None:
        super().__init__("", IMAGE_WINDOW)
        self.document = document

    @property
    def title(self) -> str:
        """The title of the document."""
        return self.document.name

    @title.setter
    def title(self, title: str) -> None:
        self.document.name = title

    def is_shown(self, run: Run) -> bool:
        """Return whether one of its images is on the screen."""
        return any(other is image for other in run.shown for image in self.document.images)

    def show(self, run: Run) -> None:
        """Bring its images to the front."""
        for image in self.document.images:
            run.show(image)

    def hide(self, run: Run) -> None:
        """Take its images off the screen."""
        for image in self.document.images:
            run.close(image)


class FrameWindow(Window):
    """The window of a dialog; it does not keep the dialog's object alive."""

    def __init__(self, owner: ScriptObject) -> None:
        super().__init__("", DIALOG_WINDOW)
        self._owner = weakref.ref(owner)

    @property
    def title(self) -> str:
        """The title of the dialog."""
        owner = self._owner()
        return "" if owner is None else str(owner.ui.title)

    @title.setter
    def title(self, title: str) -> None:
        owner = self._owner()
        if owner is not None:
            owner.ui.title = title

    def is_shown(self, run: Run) -> bool:
        """Return whether the dialog is on the screen."""
        owner = self._owner()
        return owner is not None and bool(owner.ui.is_open)

    def show(self, run: Run) -> None:
        """Show the dialog beside the script."""
        owner = self._owner()
        if owner is not None and not owner.ui.is_open:
            run.desk.display(owner, self.title)

    def hide(self, run: Run) -> None:
        """Close the dialog."""
        owner = self._owner()
        if owner is not None:
            run.desk.close(owner)
