"""Everything a script reaches outside itself: results window, questions, display, files, keys, waiting, microscope.

Scripts never touch the outside but through a :class:`Host`. :class:`HeadlessHost` needs no one at the screen:
questions are answered from what the caller gave, or by what the script suggests; shown images are kept;
files are reached only inside the folders that the caller allows; no program is ever started.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Protocol

from temstack.dmscript.errors import ScriptRuntimeError

if TYPE_CHECKING:
    from temstack.dmscript.images import Image
    from temstack.instrument import Microscope

Answers = Mapping[str, str | Sequence[str]]
CANCEL_WORDS = frozenset({"cancel", "no", "false", "0"})
OK_WORDS = frozenset({"ok", "yes", "true", "1", "continue"})


class Host(Protocol):
    """What a script may ask of the world; the viewer and the command line each supply one."""

    @property
    def microscope(self) -> Microscope:
        """The microscope that a script drives; connected to when first asked for."""

    def write_result(self, text: str) -> None:
        """Add text to the results window."""

    def ask_text(self, prompt: str, suggestion: str) -> str | None:
        """Return what the user types, None for cancel."""

    def ask_number(self, prompt: str, suggestion: float) -> float | None:
        """Return the number that the user types, None for cancel."""

    def ask_button(self, prompt: str, buttons: Sequence[str]) -> int:
        """Return which of the buttons the user presses; the first is the affirmative one."""

    def ask_path(self, prompt: str, suggestion: str, *, purpose: str) -> str | None:
        """Return a path to ``"open"``, ``"save"`` or a ``"folder"``; None for cancel."""

    def use_dialog(
        self, title: str, elements: Sequence[tuple[str, str]], *, is_modal: bool
    ) -> Iterator[tuple[int, str]]:
        """Yield which of the elements ``(identifier, label)`` the user changes or presses, and what to.

        ``(-1, "ok")`` and ``(-1, "cancel")`` end a modal dialog.
        """

    def tell(self, message: str) -> None:
        """Show a message that needs no answer but OK."""

    def show_image(self, image: Image) -> None:
        """Show an image, or bring it to the front."""

    def close_image(self, image: Image) -> None:
        """Take an image off the screen."""

    def path(self, text: str, *, writing: bool) -> Path:
        """Return where a path of a script lies; ScriptRuntimeError where it may not be reached."""

    def folder(self, name: str) -> Path:
        """Return one of the folders that DM has names for, e.g. ``"application"`` or ``"common_data"``."""

    def is_key_down(self, key: str) -> bool:
        """Return whether ``"shift"``, ``"alt"``, ``"ctrl"``, ``"space"``… is held down."""

    def pressed_key(self) -> int:
        """Return the code of a key that was pressed, 0 for none."""

    def next_key(self) -> str | None:
        """Return the name of the next key that the user presses over an image, None where there is none."""

    def notify(self, kind: str, text: str) -> None:
        """Draw attention: ``"progress"``, ``"beep"``, ``"results"`` to bring that window up, ``"dialog"`` as a tree."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


class HeadlessHost:
    """A host without a screen.

    Parameters
    ----------
    answers : mapping of str to str or sequence of str
        Answers to questions: part of the prompt (in any case of letters) → what to answer, several to be given
        one after the other. ``"cancel"`` cancels; a button is named by its label. A question without an answer
        gets what the script suggests, and the first button.
    folders : sequence of path
        Folders in which files may be read and written; none unless given.
    overwrite : bool
        Whether files that were there before the run may be replaced.
    write : callable, optional
        Gets the text of the results window as it comes.
    microscope : Microscope or str
        What the script drives, or its name or address as :func:`temstack.instrument.connect` takes it; connected
        to only when first needed.
    seed : int, optional
        Of a simulated microscope that is made here.

    Examples
    --------
    >>> host = HeadlessHost(answers={"exposure": "0.5"})
    >>> host.ask_text("Exposure time (s)", "1")
    '0.5'
    """

    def __init__(
        self,
        answers: Answers | None = None,
        *,
        folders: Sequence[str | Path] = (),
        overwrite: bool = False,
        write: Callable[[str], None] | None = None,
        microscope: Microscope | str = "simulated",
        seed: int | None = None,
    ) -> None:
        self._answers = {
            key: [value] if isinstance(value, str) else list(value) for key, value in (answers or {}).items()
        }
        self.unused_answers = set(self._answers)
        self.folders = [Path(folder).resolve() for folder in folders]
        self.overwrite = overwrite
        self.questions: list[tuple[str, str]] = []
        self.notices: list[tuple[str, str]] = []
        self._write = write
        self._own_files: set[Path] = set()
        self._wanted_microscope, self._seed = microscope, seed
        self._microscope: Microscope | None = None

    # --- microscope -------------------------------------------------------------------------

    @property
    def microscope(self) -> Microscope:
        """The microscope, connected to at the first call."""
        if self._microscope is None:
            wanted = self._wanted_microscope
            if isinstance(wanted, str):
                from temstack.instrument import connect

                seeded = {"seed": self._seed} if wanted == "simulated" and self._seed is not None else {}
                wanted = connect(wanted, **seeded)
            self._microscope = wanted
        return self._microscope

    def close(self) -> None:
        """End the connection to a microscope that was made here."""
        if self._microscope is not None and isinstance(self._wanted_microscope, str):
            self._microscope.close()
            self._microscope = None

    # --- results and questions --------------------------------------------------------------

    def write_result(self, text: str) -> None:
        """Pass text on to the caller."""
        if self._write is not None:
            self._write(text)

    def ask_text(self, prompt: str, suggestion: str) -> str | None:
        """Return the answer given for this prompt, or else the suggestion."""
        given = self._answer(prompt)
        answer = suggestion if given is None else given
        cancelled = given is not None and given.strip().lower() == "cancel"
        self.questions.append((prompt, "cancelled" if cancelled else answer))
        return None if cancelled else answer

    def ask_number(self, prompt: str, suggestion: float) -> float | None:
        """Return the number given for this prompt, or else the suggestion."""
        answer = self.ask_text(prompt, repr(float(suggestion)))
        try:
            return None if answer is None else float(answer)
        except ValueError:
            raise ScriptRuntimeError(f"the answer to {prompt!r} is no number", got=repr(answer)) from None

    def ask_button(self, prompt: str, buttons: Sequence[str]) -> int:
        """Return the button that the answer names, or else the first."""
        given = self._answer(prompt)
        pressed = 0 if given is None else _button(given, prompt, buttons)
        self.questions.append((prompt, buttons[pressed]))
        return pressed

    def ask_path(self, prompt: str, suggestion: str, *, purpose: str) -> str | None:
        """Return the path given for this prompt; without one the dialog is cancelled."""
        given = self._answer(prompt) or self._answer(purpose)
        cancelled = given is None or given.strip().lower() == "cancel"
        self.questions.append((prompt, "cancelled" if cancelled else str(given)))
        return None if cancelled else given

    def use_dialog(
        self, title: str, elements: Sequence[tuple[str, str]], *, is_modal: bool
    ) -> Iterator[tuple[int, str]]:
        """Yield the answers given for elements, by identifier or else by label, in the order they were given.

        Several answers for elements of a dialog beside the script are given in rounds; a modal dialog takes one of
        each, and is ended by OK unless the answer for its title is ``cancel``.
        """
        places = {key: index for key in self._answers if (index := _element(key, elements)) is not None}
        rounds = 1 if is_modal else max((len(self._answers[key]) for key in places), default=0)
        for turn in range(rounds):
            for key, index in places.items():
                if not is_modal and turn >= len(self._answers[key]):
                    continue
                answer = self._next(key) if is_modal else self._answers[key][turn]
                self.unused_answers.discard(key)
                self.questions.append((elements[index][0] or elements[index][1], answer))
                yield index, answer
        if is_modal:
            ending = next((self._next(key) for key in self._answers if _plain(key) == _plain(title)), "ok")
            self.questions.append((title, ending))
            yield -1, "cancel" if ending.strip().lower() in CANCEL_WORDS else "ok"

    def tell(self, message: str) -> None:
        """Write the message where results go."""
        self.questions.append((message, "OK"))
        self.write_result(message if message.endswith("\n") else message + "\n")

    def _answer(self, prompt: str) -> str | None:
        """Return the next answer for a prompt: the key that is all of it, or else the longest part of it."""
        wanted = _plain(prompt)
        fitting = [key for key in self._answers if _plain(key) and _plain(key) in wanted]
        if not fitting:
            return None
        return self._next(max(fitting, key=lambda key: (_plain(key) == wanted, len(key))))

    def _next(self, key: str) -> str:
        self.unused_answers.discard(key)
        waiting = self._answers[key]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    # --- display ----------------------------------------------------------------------------

    def show_image(self, image: Image) -> None:
        """Do nothing: there is no screen, and the run knows which images it has shown."""

    def close_image(self, image: Image) -> None:
        """Do nothing."""

    # --- files ------------------------------------------------------------------------------

    def path(self, text: str, *, writing: bool) -> Path:
        """Return the path, if it lies inside an allowed folder and replaces nothing that was there before."""
        path = self._place(text)
        if not any(path.is_relative_to(folder) for folder in self.folders):
            allowed = ", ".join(map(str, self.folders)) or "none"
            raise ScriptRuntimeError(
                f"file {text!r} lies outside the folders that the script may use ({allowed}); allow its folder"
            )
        if writing:
            if path.is_file() and not self.overwrite and path not in self._own_files:
                raise ScriptRuntimeError(f"file {text!r} exists already; allow overwriting or choose another name")
            self._own_files.add(path)
        return path

    def _place(self, text: str) -> Path:
        """Return an absolute path; names separated by backslashes are understood everywhere."""
        path = Path(text)
        if not path.is_absolute() and "\\" in text and not PureWindowsPath(text).drive:
            path = Path(text.replace("\\", "/"))
        if not path.is_absolute() and self.folders:
            path = self.folders[0] / path
        return path.resolve()

    def folder(self, name: str) -> Path:
        """Return the first allowed folder, whatever the name; the present one where none is allowed."""
        return self.folders[0] if self.folders else Path.cwd()

    # --- keys and time ----------------------------------------------------------------------

    def is_key_down(self, key: str) -> bool:
        """Return False: nobody is at the keyboard."""
        return False

    def pressed_key(self) -> int:
        """Return 0: nobody is at the keyboard."""
        return 0

    def next_key(self) -> str | None:
        """Return the next of the answers for ``key``."""
        waiting = self._answers.get("key", [])
        self.unused_answers.discard("key")
        return waiting.pop(0) if waiting else None

    def notify(self, kind: str, text: str) -> None:
        """Keep it in ``notices``; the tree of a dialog is written where results go, too."""
        self.notices.append((kind, text))
        if kind == "dialog":
            self.write_result(text)

    def wait(self, seconds: float) -> None:
        """Let time pass: by the clock of the microscope where there is one, which may run faster than ours."""
        if self._microscope is None:
            time.sleep(max(seconds, 0.0))
        else:
            self._microscope.clock.sleep(max(seconds, 0.0))


def _element(key: str, elements: Sequence[tuple[str, str]]) -> int | None:
    """Return which element an answer is for: that of this identifier, or else of this label."""
    for part in (0, 1):
        for index, names in enumerate(elements):
            if names[part] and _plain(names[part]) == _plain(key):
                return index
    return None


def _plain(prompt: str) -> str:
    return " ".join(prompt.lower().strip().rstrip(":?").split())


def _button(answer: str, prompt: str, buttons: Sequence[str]) -> int:
    word = answer.strip().lower()
    labels = [button.strip().lower() for button in buttons]
    if word in labels:
        return labels.index(word)
    if word in OK_WORDS:
        return 0
    if word in CANCEL_WORDS:
        return len(buttons) - 1
    raise ScriptRuntimeError(f"the answer {answer!r} to {prompt!r} names no button; expected {' or '.join(buttons)}")
