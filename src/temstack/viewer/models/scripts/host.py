"""What a script of the viewer reaches outside itself: questions as dialogs, images as documents, files of the user."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.stacks import stack_from_image
from temstack.viewer.models.scripts.images import mark_of
from temstack.viewer.models.scripts.questions import Question

if TYPE_CHECKING:
    from temstack.dmscript.images import Image
    from temstack.instrument import Microscope
    from temstack.stack.progress import Progress
    from temstack.viewer.models.scripts.scripting import Scripting


_MOST_DIMENSIONS = 3


class DeskHost:
    """The host of one script that runs at the desk; called in the thread of the script.

    Parameters
    ----------
    scripting : Scripting
        Where questions go, and what belongs to all scripts.
    title : str
        Of the script: what its questions say who asks.
    folder : Path
        Where paths of the script that name no folder lie.
    progress : Progress
        Says in the status line how far the script is.
    """

    def __init__(self, scripting: Scripting, title: str, folder: Path, progress: Progress) -> None:
        self._scripting, self._title, self._folder, self._progress = scripting, title, folder, progress
        self._may_write: set[Path] = set()
        self._may_replace: set[Path] = set()
        self._driven: Microscope | None = None
        self.notices: list[tuple[str, str]] = []
        self.check: Callable[[], None] = lambda: None
        """Raises when the script is to end; whoever runs the script sets it."""

    @property
    def microscope(self) -> Microscope:
        """The microscope of the desk."""
        self._driven = self._scripting.microscope()
        return self._driven

    # --- results and questions --------------------------------------------------------------

    def write_result(self, text: str) -> None:
        """Add text to the results window."""
        self._scripting.write(text)

    def ask(self, question: Question) -> Any:
        """Ask, and wait for the answer; the question is withdrawn when the script is stopped."""
        self._scripting.do(lambda: self._scripting.asked.emit(question))
        try:
            return question.wait(self.check)
        except BaseException:
            self._scripting.do(question.withdrawn.emit)
            raise

    def ask_text(self, prompt: str, suggestion: str) -> str | None:
        """Return what the user types; where titles of images are suggested, one that is chosen."""
        shown = tuple(image.name for image in reversed(self._scripting.images.on_desk()))
        if suggestion and suggestion == ",".join(shown):
            chosen: str | None = self.ask(Question("choice", self._title, prompt, shown[0], shown))
            return chosen
        typed: str | None = self.ask(Question("text", self._title, prompt, suggestion))
        return typed

    def ask_number(self, prompt: str, suggestion: float) -> float | None:
        """Return the number that the user types."""
        number = self.ask(Question("number", self._title, prompt, float(suggestion)))
        return None if number is None else float(number)

    def ask_button(self, prompt: str, buttons: Sequence[str]) -> int:
        """Return which button the user presses; closing the dialog is the last one."""
        pressed = self.ask(Question("buttons", self._title, prompt, buttons=tuple(buttons)))
        return len(buttons) - 1 if pressed is None else int(pressed)

    def ask_path(self, prompt: str, suggestion: str, *, purpose: str) -> str | None:
        """Return a path that the user chooses; what was chosen to be written may be replaced."""
        kinds = {"open": "open", "save": "save", "folder": "folder"}
        start = str(self._place(suggestion)) if suggestion else str(self._folder)
        given = self.ask(Question(kinds[purpose], self._title, prompt, start))  # type: ignore[arg-type]  # one of kinds
        if not given:
            return None
        path = Path(given).resolve()
        if purpose == "save":
            self._may_write.add(path)
            self._may_replace.add(path)
        elif purpose == "folder":
            self._may_write.add(path)
        return str(path)

    def use_dialog(
        self, title: str, elements: Sequence[tuple[str, str]], *, is_modal: bool
    ) -> Iterator[tuple[int, str]]:
        """Yield nothing: at the desk dialogs are windows, and :mod:`.script_desk` shows them."""
        return iter(())

    def tell(self, message: str) -> None:
        """Show a message until the user presses OK."""
        self.ask(Question("message", self._title, message))

    # --- display ----------------------------------------------------------------------------

    def show_image(self, image: Image) -> None:
        """Show an image in a window, or bring that to the front; the window is there when this returns."""
        if image.data.ndim > _MOST_DIMENSIONS:
            raise ScriptRuntimeError(
                f"image {image.name!r} cannot be shown in a window",
                got=f"{image.data.ndim} dimensions",
                expected=f"at most {_MOST_DIMENSIONS}",
                advice="show a part of it, e.g. img.slice3(…)",
            )
        data, mark = stack_from_image(image), mark_of(image)
        self._scripting.do_and_wait(lambda: self._scripting.images.show(image, data, mark), self.check)

    def close_image(self, image: Image) -> None:
        """Close the window of an image."""
        self._scripting.do_and_wait(lambda: self._scripting.images.close(image), self.check)

    # --- files ------------------------------------------------------------------------------

    def path(self, text: str, *, writing: bool) -> Path:
        """Return where a path lies; the user is asked before the script writes where nobody sent it.

        Raises
        ------
        ScriptRuntimeError
            If the user does not allow it.
        """
        path = self._place(text)
        if not writing:
            return path
        if not any(path.is_relative_to(allowed) for allowed in self._may_write):
            self._require_leave(f"This script wants to write into the folder\n{path.parent}", "Allow", path)
            self._may_write.add(path.parent)
        if path.is_file() and path not in self._may_replace:
            self._require_leave(f"This script wants to replace or remove the file\n{path}", "Replace", path)
        self._may_replace.add(path)
        return path

    def _require_leave(self, prompt: str, yes: str, path: Path) -> None:
        if self.ask_button(prompt, (yes, "Refuse")) != 0:
            raise ScriptRuntimeError(f"file {str(path)!r} was not written: you refused it")

    def _place(self, text: str) -> Path:
        path = Path(text)
        if not path.is_absolute() and "\\" in text and not PureWindowsPath(text).drive:
            path = Path(text.replace("\\", "/"))
        return (path if path.is_absolute() else self._folder / path).resolve()

    def folder(self, name: str) -> Path:
        """Return the folder for passing files for ``"temp"``, that of the script for all other names."""
        return Path(tempfile.gettempdir()) if name.lower() == "temp" else self._folder

    # --- keys, signals and time -------------------------------------------------------------

    def is_key_down(self, key: str) -> bool:
        """Return whether a key is held down."""
        return self._scripting.keys.is_down(key)

    def pressed_key(self) -> int:
        """Return the code of the next key that was pressed, 0 for none."""
        return self._scripting.keys.take_code()

    def next_key(self) -> str | None:
        """Return the name of the next key that was pressed."""
        return self._scripting.keys.take_name()

    def notify(self, kind: str, text: str) -> None:
        """Pass a signal on: progress to the status line, all else to whom it concerns."""
        self.notices.append((kind, text))
        if kind == "progress":
            self._progress(" · ".join(line for line in text.split("\n") if line.strip()), 0, 0)
        elif kind == "beep":
            self._scripting.do(self._scripting.beeped.emit)
        elif kind == "results":
            self._scripting.do(self._scripting.results.wanted.emit)
        elif kind == "menu":
            self._scripting.do(self._scripting.menu_changed.emit)

    def wait(self, seconds: float) -> None:
        """Let time pass: by the clock of the microscope where the script drives one."""
        sleep = time.sleep if self._driven is None else self._driven.clock.sleep
        sleep(max(seconds, 0.0))
