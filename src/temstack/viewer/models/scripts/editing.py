"""Changes of a script's text that editors offer: comment out, indent, the next line's indent."""

from __future__ import annotations

from temstack.viewer.models.scripts.script import Language

MARKS: dict[Language, str] = {"DM-script": "//", "Python": "#"}
INDENTS: dict[Language, str] = {"DM-script": "\t", "Python": "    "}
OPENERS: dict[Language, str] = {"DM-script": "{", "Python": ":"}


def toggled_comment(lines: list[str], language: Language) -> list[str]:
    """Return lines commented out; if all that say something are so already, back in use.

    Examples
    --------
    >>> toggled_comment(["a", "", "  b"], "Python")
    ['# a', '', '  # b']
    >>> toggled_comment(["# a", "", "  # b"], "Python")
    ['a', '', '  b']
    """
    mark = MARKS[language]
    said = [line for line in lines if line.strip()]
    if said and all(line.lstrip().startswith(mark) for line in said):
        return [_without(line, mark) for line in lines]
    return [_with(line, mark) for line in lines]


def _with(line: str, mark: str) -> str:
    if not line.strip():
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{mark} {line.lstrip()}"


def _without(line: str, mark: str) -> str:
    if not line.strip():
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return indent + line.lstrip().removeprefix(mark).removeprefix(" ")


def indented(lines: list[str], language: Language) -> list[str]:
    """Return lines one step further to the right; empty ones stay.

    >>> indented(["a", ""], "Python")
    ['    a', '']
    """
    return [INDENTS[language] + line if line.strip() else line for line in lines]


def dedented(lines: list[str], language: Language) -> list[str]:
    r"""Return lines one step further to the left, as far as they can.

    >>> dedented(["    a", "  b", "\tc"], "Python")
    ['a', 'b', 'c']
    """
    return [_dedented(line, len(INDENTS[language].expandtabs(4))) for line in lines]


def _dedented(line: str, width: int) -> str:
    if line.startswith("\t"):
        return line[1:]
    blanks = len(line) - len(line.lstrip(" "))
    return line[min(blanks, width) :]


def next_indent(line: str, language: Language) -> str:
    r"""Return what the line after this one starts with.

    >>> next_indent("  if x:", "Python"), next_indent("\twhile (a) {", "DM-script")
    ('      ', '\t\t')
    """
    indent = line[: len(line) - len(line.lstrip())]
    code = line.split(MARKS[language])[0].rstrip()
    return indent + INDENTS[language] if code.endswith(OPENERS[language]) else indent
