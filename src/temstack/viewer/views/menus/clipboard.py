"""Copying what is shown to the clipboard: an entry of the menu Edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtGui import QGuiApplication, QImage

from temstack.viewer.views.document_actions import enable_with_document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the entry into the menu."""
    copy = main.add_action(
        "Edit",
        "&Copy picture as shown",
        lambda: copy_picture(main),
        keys="Ctrl+C",
        tip="Put the picture on the clipboard, with its contrast and a scale bar",
    )
    enable_with_document(main, [copy])


def copy_picture(main: MainWindow) -> None:
    """Put the picture of the document in front on the clipboard."""
    document = main.desk.active
    if document is not None:
        QGuiApplication.clipboard().setImage(_picture(main))
        main.say(f"copied: {document.title}")


def _picture(main: MainWindow) -> QImage:
    from temstack.viewer.views.as_shown import PictureWish, as_image, picture
    from temstack.viewer.views.plot_export import grabbed
    from temstack.viewer.views.stack_view import StackView

    document = main.desk.active
    assert document is not None
    view = main.view(document)
    if not isinstance(view, StackView):
        return grabbed(view)
    return as_image(picture(view.display, document.data, PictureWish(is_part=True)))
