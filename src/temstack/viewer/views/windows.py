"""Which widget shows a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QWidget

from temstack.viewer.models.document import Document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def view_of(document: Document, main: MainWindow) -> QWidget:
    """Return a widget for a document: a plot for a spectrum or a profile, an image view for all else."""
    if len(document.data.dims) == 1:
        from temstack.viewer.views.spectrum_view import SpectrumView

        return SpectrumView(document, main)
    from temstack.viewer.views.stack_view import StackView

    return StackView(document, main)
