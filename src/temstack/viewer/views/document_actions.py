"""Menu entries that need a document in front."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qtpy.QtGui import QAction

from temstack.viewer.models.document import Document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def enable_with_document(main: MainWindow, actions: Iterable[QAction], *, kinds: Iterable[str] = ()) -> None:
    """Let actions be used while a document is in front.

    Parameters
    ----------
    main : MainWindow
    actions : iterable of QAction
    kinds : iterable of str
        Only documents of these kinds, see :attr:`~temstack.viewer.models.document.Document.kind`.
    """
    entries, wanted = list(actions), tuple(kinds)

    def follow(document: Document | None) -> None:
        is_possible = document is not None and (not wanted or document.kind in wanted)
        for action in entries:
            action.setEnabled(is_possible)

    main.desk.activated.connect(follow)
    follow(main.desk.active)
