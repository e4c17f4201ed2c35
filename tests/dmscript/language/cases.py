"""Test cases written in the language itself.

A file of cases holds many, each begun by a line ``//# name``. What it must write to the results window stands in
lines ``//> text``; an error it must end with, in a comment on the failing line::

    Rezult(1) //! 1 name error: unknown function 'Rezult'; ...

The number is the column, then come kind and text; a text ending in `...` may go on. ``//@ option=value`` sets an
option of the run (``catch``, ``short_circuit``, ``rounding``, ``overflow``, ``steps``), ``//@ answer=ID=VALUE`` one
of the answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ERROR = re.compile(r"//!\^?\s*(\d+)\s+(.*)")


@dataclass
class Case:
    """One case: its text with what is expected of it."""

    name: str
    text: str
    output: str | None = None
    error: tuple[int, int, str] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)


def read_cases(path: Path) -> list[Case]:
    """Return all cases in a file."""
    found = []
    for part in re.split(r"^//#", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, text = part.partition("\n")
        found.append(_case(f"{path.stem}: {name.strip()}", text))
    return found


def _value(text: str) -> Any:
    if text in ("True", "False"):
        return text == "True"
    if text.isdigit():
        return int(text)
    return float(text) if text.replace(".", "").isdigit() else text


def _case(name: str, text: str) -> Case:
    case = Case(name, text)
    output = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("//>"):
            output.append(line[4:])
        elif line.startswith("//@"):
            key, _, value = line[3:].strip().partition("=")
            if key == "answer":
                prompt, _, answer = value.partition("=")
                case.answers.setdefault(prompt, []).append(answer)
            else:
                case.options[key] = _value(value)
        elif match := _ERROR.search(line):
            # ``//!^`` speaks of the line before: a comment or string that does not end takes in what follows it.
            case.error = (number - line.count("//!^"), int(match[1]), match[2].strip())
    case.output = "\n".join(output)
    return case
