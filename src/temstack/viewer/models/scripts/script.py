"""A script that is to run: its text, its language, where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from temstack.dmscript.source import read_source
from temstack.errors import InputMissingError

Language = Literal["DM-script", "Python"]
SUFFIXES: dict[Language, tuple[str, ...]] = {"DM-script": (".s", ".dmscript"), "Python": (".py",)}
"""How files of each language end; the first is the usual one."""


@dataclass(frozen=True)
class Script:
    """A script, or a part of one.

    Parameters
    ----------
    text : str
        What is to run.
    title : str
        What its questions and messages call it.
    language : {"DM-script", "Python"}
        Its language.
    path : Path, optional
        Its file; paths in the script that name no folder lie beside it.
    first_line : int
        Which line of its editor the text starts on, counted from 1.
    """

    text: str
    title: str
    language: Language = "DM-script"
    path: Path | None = None
    first_line: int = 1

    @property
    def folder(self) -> Path:
        """The folder in which its files lie."""
        return Path.home() if self.path is None else self.path.parent


@dataclass(frozen=True)
class Problem:
    """What is wrong with a script, or ended it.

    Parameters
    ----------
    message : str
        The sentence.
    line, column : int
        Where, from 1; line 0 is nowhere in this script.
    severity : {"error", "warning"}
        Whether the script cannot go on so.
    length : int
        How many characters are meant; 0 for the word that starts there.
    details : str
        More for those who want it, e.g. the calls that led there.
    """

    message: str
    line: int = 0
    column: int = 1
    severity: Literal["error", "warning"] = "error"
    length: int = 0
    details: str = ""

    @property
    def place(self) -> str:
        """Where it is, as ``line:column``; ``""`` for nowhere."""
        return f"{self.line}:{self.column}" if self.line else ""


def language_of(path: Path) -> Language:
    """Return the language of a file by its ending; what is not Python is DM-script.

    >>> language_of(Path("mine.py")), language_of(Path("mine.s"))
    ('Python', 'DM-script')
    """
    return "Python" if path.suffix.lower() in SUFFIXES["Python"] else "DM-script"


def read_script(path: Path) -> Script:
    """Return the script in a file.

    Raises
    ------
    InputMissingError
        If there is no such file, or it is no text.
    """
    source = read_source(path)
    if "\0" in source.text:
        raise InputMissingError(str(path), "is no text", advice="open a script, e.g. a file that ends in .s or .py")
    return Script(source.text, path.name, language_of(path), path)
