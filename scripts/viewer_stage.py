"""Where pictures of the desk are taken: the real program, driven as its user would, its windows drawn into memory."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# The user's own files, sessions and scripts have no place in pictures.
os.environ["TEMSTACK_CONFIG"] = str(Path(tempfile.mkdtemp(prefix="temstack-pictures-")) / "user")

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from qtpy.QtCore import QPoint, QRect, QSize, Qt
from qtpy.QtGui import QAction, QColor, QFont, QImage, QPainter, QPen
from qtpy.QtWidgets import QApplication, QDialog, QMenu, QWidget

from temstack.viewer.models.arrangement import Place
from temstack.viewer.models.document import Document
from temstack.viewer.views import theme
from temstack.viewer.views.application import application
from temstack.viewer.views.main_window import MainWindow

_PATIENCE_S = 180.0
_TITLE_PX = 28
_EXACT, _GREYS, _COLOURS = 32, 64, 96
_GREY = 12
"""How far red, green and blue may differ in what counts as grey."""


@dataclass(frozen=True)
class Scene:
    """What is played on a stage, and how that looks."""

    play: Callable[[Stage], object]
    look: str = "light"
    size: tuple[int, int] = (1180, 740)


class Stage:
    """One main window, and the folder where its pictures go.

    Parameters
    ----------
    pictures : Path
        The folder of the pictures.
    look : {"light", "dark"}
    size : (width, height), px
        Of the main window.
    """

    def __init__(self, pictures: Path, look: str = "light", size: tuple[int, int] = (1280, 800)) -> None:
        self.app = application()
        self.app.setFont(QFont("DejaVu Sans", 9))
        self.app.setWindowIcon(theme.program_icon())
        theme.apply_theme(look)
        self.pictures = pictures.absolute()
        # Files are named as they are from here, so that pictures show no folder of this computer.
        self.folder = Path(tempfile.mkdtemp(prefix="temstack-pictures-"))
        os.chdir(self.folder)
        self.main = MainWindow()
        self.main.resize(*size)
        self.main.show()
        self.settle()

    def close(self) -> None:
        """Close all windows, and let go of what they showed."""
        self.main.desk.jobs.cancel_all()
        self.main.desk.bench.close()
        for window in self.main.windows():
            window.close_unasked()
        while self.main.desk.documents:
            self.main.desk.close(self.main.desk.documents[0])
        self.main.desk.undo.clear()
        for window in self.app.topLevelWidgets():
            if isinstance(window, QDialog):
                window.close()
        self.main.hide()
        self.main.keeper.finish()
        self.settle()
        gc.collect()

    def settle(self, seconds: float = 0.15) -> None:
        """Let windows draw what they have."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Go on when a condition holds.

        Raises
        ------
        TimeoutError
            If it does not in some minutes.
        """
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {_PATIENCE_S:g} s for {what}")
            QApplication.processEvents()
            time.sleep(0.005)
        self.settle()

    def wait_for_jobs(self) -> None:
        """Go on when nothing is computed any more."""
        self.settle()
        self.wait(lambda: not self.main.desk.jobs.running, "jobs")

    def action(self, *names: str) -> QAction:
        """Return an entry of a menu by the words that lead to it, e.g. ``("Acquire", "Microscope…")``."""
        actions = self.main.menuBar().actions()
        for name in names[:-1]:
            menu = _named(actions, name).menu()
            assert isinstance(menu, QMenu)
            menu.aboutToShow.emit()
            actions = menu.actions()
        return _named(actions, names[-1])

    def choose(self, *names: str) -> None:
        """Choose an entry of a menu."""
        self.action(*names).trigger()
        self.settle()

    def window(self, title: str) -> Any:
        """Return the window whose title begins so."""
        return next(each for each in self.main.windows() if each.windowTitle().startswith(title))

    def put(self, title: str | Document, left: float, top: float, right: float, bottom: float) -> None:
        """Put the window of a document, or that whose title begins so, somewhere; shares of the desk."""
        room = self.main.area.viewport().size()
        edges = [
            round(share * side)
            for share, side in zip((left, top, right, bottom), 2 * (room.width(), room.height()), strict=True)
        ]
        window = self.window(title) if isinstance(title, str) else self.main.window_of(title)
        window.put(Place(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]))
        self.settle(0.05)

    def open_menu(self, *names: str) -> list[tuple[QWidget, QPoint]]:
        """Open a menu, and those in it, as a user sees them; return them with where they stand."""
        bar = self.main.menuBar()
        action = _named(bar.actions(), names[0])
        place = bar.actionGeometry(action).bottomLeft() + bar.pos()
        opened: list[tuple[QWidget, QPoint]] = []
        for name in (*names[1:], None):
            menu = action.menu()
            assert isinstance(menu, QMenu)
            menu.popup(self.main.mapToGlobal(place))
            self.settle(0.05)
            opened.append((menu, QPoint(place)))
            if name is None:
                break
            action = _named(menu.actions(), name)
            menu.setActiveAction(action)
            row = menu.actionGeometry(action)
            place = place + QPoint(row.right(), row.top())
        return opened

    def save(self, name: str, over: list[tuple[QWidget, QPoint]] | None = None, *, dialogs: bool = True) -> Path:
        """Write the picture of the main window with the dialogs and menus over it.

        Parameters
        ----------
        name : str
            The file is ``viewer-NAME.png``.
        over : list of (widget, place), optional
            Menus that are open.
        dialogs : bool
            Whether windows beside the main one are shown on it.
        """
        self.settle()
        shown = self.main.grab().toImage()
        painter = QPainter(shown)
        if dialogs:
            for dialog in self.dialogs():
                self._paint_framed(painter, dialog, shown.size())
        for menu, place in over or []:
            painter.drawPixmap(place, menu.grab())
        painter.end()
        return self.write(shown, name)

    def dialogs(self) -> list[QWidget]:
        """Return the windows that stand over the main one, in the order they were opened."""
        return [each for each in self.app.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]

    def write(self, picture: QImage, name: str) -> Path:
        """Write a picture in few colours: windows have no more, and files stay small."""
        path = self.pictures / f"viewer-{name}.png"
        picture = picture.convertToFormat(QImage.Format.Format_RGBA8888)
        size = (picture.width(), picture.height())
        colours = Image.frombuffer("RGBA", size, bytes(picture.constBits()), "raw", "RGBA", picture.bytesPerLine(), 1)
        few_colours(colours.convert("RGB")).save(path, optimize=True)
        return path

    def _paint_framed(self, painter: QPainter, dialog: QWidget, size: QSize) -> None:
        """Paint a dialog with a frame, as a system draws one, in the middle of the main window."""
        inside = dialog.grab()
        width, height = inside.width() + 2, inside.height() + _TITLE_PX + 1
        place = dialog.property("picture place") or QPoint((size.width() - width) // 2, (size.height() - height) // 2)
        frame = QRect(place, QSize(width, height))
        palette = dialog.palette()
        for step in range(8):
            painter.fillRect(frame.adjusted(-step, -step + 4, step, step + 2), QColor(0, 0, 0, 8))
        painter.fillRect(frame, palette.mid() if not theme.is_dark() else palette.dark())
        painter.setPen(QPen(palette.windowText().color()))
        bar = QRect(frame.left(), frame.top(), width, _TITLE_PX)
        painter.drawText(bar.adjusted(10, 0, -30, 0), int(Qt.AlignmentFlag.AlignVCenter), dialog.windowTitle())
        painter.drawText(
            bar.adjusted(0, 0, -10, 0), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), "✕"
        )
        painter.drawPixmap(frame.left() + 1, frame.top() + _TITLE_PX, inside)


def few_colours(picture: Image.Image) -> Image.Image:
    """Return a picture with a palette: the commonest colours as they are, the rare ones of lines and marks kept too."""
    pixels = np.asarray(picture).reshape(-1, 3)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    common = colours[np.argsort(counts)[::-1]]
    is_coloured = np.ptp(common.astype(int), axis=1) > _GREY
    grey, coloured = common[~is_coloured], common[is_coloured]
    exact = [grey[:_EXACT], coloured[:_EXACT]]
    rest = [_reduced(grey[_EXACT:], _GREYS), _reduced(coloured[_EXACT:], _COLOURS)]
    palette = np.concatenate(exact + rest)
    table = Image.new("P", (1, 1))
    table.putpalette(palette.ravel().tolist())
    return picture.quantize(palette=table, dither=Image.Dither.NONE)


def _reduced(colours: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """Return at most some colours that stand for many."""
    if len(colours) <= count:
        return colours
    line = Image.fromarray(colours[None]).quantize(count, method=Image.Quantize.MEDIANCUT)
    return np.array(line.getpalette(), dtype=np.uint8).reshape(-1, 3)[:count]


def _named(actions: list[QAction], name: str) -> QAction:
    found = [each for each in actions if each.text().replace("&", "") == name]
    if not found:
        raise LookupError(f"no entry {name!r} among {[each.text() for each in actions]}")
    return found[0]
