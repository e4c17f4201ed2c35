"""Cut the text of a script into words.

A kind is the word itself for signs and keywords (``":="``, ``"while"``), else ``"name"``, ``"number"``, ``"string"``,
``"newline"`` or ``"end"``. A newline is a word because it ends a statement, also inside parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from temstack.dmscript.errors import ScriptSyntaxError
from temstack.dmscript.source import Source

KEYWORDS = frozenset(
    {"break", "catch", "class", "continue", "else", "for", "foreach", "if", "interface"}
    | {"recover", "return", "throw", "try", "tryguard", "while"}
)
"""Words that cannot name anything. `module`, `uses`, `self`, `super`, `alloc`, `exit` are names that mean something."""

_WORD = re.compile(
    r"""
      (?P<blank>   (?: [ \t\f\v\xa0\ufeff\x00\x1a\u200b]+ | //[^\n]* | /\*.*?\*/
                     | \\[ \t\xa0]*(?://[^\n]*)?(?:\n|\Z) )+ )
    | (?P<name>    [^\W\d]\w* )
    | (?P<newline> \n )
    | (?P<number>  0[xX][0-9a-fA-F]+ | (?: \d+\.\d+ | \d+\.(?![^\W\d]|\.) | \d+ | \.\d+ )(?: [eE][+-]?\d+ )?
                   | \d+\.[eE][+-]?\d+ )
    | (?P<sign>    := | == | != | <= | >= | && | \|\| | \*\*=? | \+\+ | -- | \+= | -= | \*= | /= | %=
                   | [-+*/%^&|!~<>=?:.,;()\[\]{}] )
    | (?P<string>  "(?: [^"\\\n] | \\[^\n] | \\\n )*" )
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "\n": ""}


@dataclass(slots=True)
class Words:
    """The words of a script, as three lists of one length."""

    kinds: list[str]
    texts: list[str]
    offsets: list[int]


def scan(source: Source) -> Words:
    """Return the words of a script; the last is ``"end"``.

    Raises
    ------
    ScriptSyntaxError
        At a character that starts no word, a string or a comment that does not end.

    Examples
    --------
    >>> scan(Source("img := a // b")).kinds
    ['name', ':=', 'name', 'end']
    """
    text = source.text
    kinds: list[str] = []
    texts: list[str] = []
    offsets: list[int] = []
    place, size = 0, len(text)
    match_at = _WORD.match
    while place < size:
        match = match_at(text, place)
        if match is None:
            raise _no_word(source, place)
        kind = match.lastgroup
        end = match.end()
        if kind != "blank":
            word = match[0]
            if kind == "name":
                lower = word.lower()
                kind = lower if lower in KEYWORDS else "name"
            elif kind == "sign":
                if word == "/" and text.startswith("/*", place):
                    raise _no_word(source, place)
                kind = word
            kinds.append(kind)  # type: ignore[arg-type]  # every alternative is named
            texts.append(word)
            offsets.append(place)
        place = end
    kinds.append("end")
    texts.append("")
    offsets.append(size)
    return Words(kinds, texts, offsets)


def string_value(word: str) -> str:
    r"""Return the text that a string literal stands for.

    Examples
    --------
    >>> string_value(r'"a\tb"'), string_value(r'"C:\\data"')
    ('a\tb', 'C:\\data')
    """
    inside = word[1:-1]
    return _ESCAPE.sub(_escaped, inside) if "\\" in inside else inside


def _escaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    return _ESCAPED.get(code, code)


def number_value(word: str) -> float:
    """Return the number that a literal stands for.

    Examples
    --------
    >>> number_value("0xFF"), number_value(".5")
    (255.0, 0.5)
    """
    if word[:2] in ("0x", "0X"):
        return float(int(word, 16) & 0xFFFFFFFFFFFFFFFF)
    return float(word)


def _no_word(source: Source, place: int) -> ScriptSyntaxError:
    text, at = source.text, source.position(place)
    if text[place] == '"':
        error = ScriptSyntaxError(
            "the string does not end on its line",
            at,
            expected='a closing "',
            advice='close it with "; write \\" inside',
        )
    elif text.startswith("/*", place):
        error = ScriptSyntaxError("the comment does not end", at, expected="*/", advice="close it with */")
    elif text[place] in "“”„‟«»":
        error = ScriptSyntaxError(
            "typographic quotation marks", at, got=text[place], expected='"', advice="type plain ones"
        )
    elif text[place] in "'‘’`´":
        error = ScriptSyntaxError(
            "strings stand between double quotation marks", at, got=text[place], expected='"', advice="use double ones"
        )
    elif text[place] == "\\":
        error = ScriptSyntaxError(
            "a backslash continues a line only at its end", at, advice="remove what follows it, or the backslash"
        )
    else:
        error = ScriptSyntaxError("a character that starts nothing", at, got=repr(text[place]), advice="remove it")
    error.placed(source)
    return error
