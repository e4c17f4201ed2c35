"""Plots and other views as pictures: as they stand on the screen, twice as fine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QImage, QPainter
from qtpy.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from temstack.stack.progress import Progress
    from temstack.viewer.views.main_window import MainWindow

_FINER = 2


def grabbed(widget: QWidget) -> QImage:
    """Return a widget as a picture, twice as fine as on the screen."""
    image = QImage(widget.size() * _FINER, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_FINER)
    image.fill(widget.palette().color(widget.backgroundRole()))
    painter = QPainter(image)
    widget.render(painter)
    painter.end()
    return image


def plot_picture(view: QWidget) -> QImage:
    """Return a plot as a picture: as it says itself that it is shown, else all of its window."""
    own = getattr(view, "as_shown", None)
    return own() if callable(own) else grabbed(view)


def export_plot(main: MainWindow, widget: QWidget, title: str) -> QFileDialog:
    """Ask for a file, and write a view into it; return the dialog."""
    from temstack.viewer.models.saving import free_path

    dialog = QFileDialog(main, "Export picture", str(free_path(main.preferences.folder, title, ".png")))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["Pictures (*.png *.jpg *.bmp)"])
    dialog.setDefaultSuffix("png")
    dialog.fileSelected.connect(lambda name: write_image(main, plot_picture(widget), Path(name)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def write_image(main: MainWindow, image: QImage, path: Path) -> None:
    """Write a picture beside the windows, whole or not at all."""

    def write(progress: Progress) -> Path:
        from temstack.errors import UnsupportedDataError
        from temstack.stack.durable import replace_when_done

        with replace_when_done(path, overwrite=True) as unfinished:
            if not image.save(str(unfinished)):
                got = repr(path.suffix) if path.suffix else "a name without an end"
                raise UnsupportedDataError(path.name, "cannot be written", got=got, expected=".png, .jpg or .bmp")
        return path

    job = main.desk.jobs.start(f"Export {path.name}", write)
    job.finished.connect(lambda _: main.say(f"picture → {path}"))
