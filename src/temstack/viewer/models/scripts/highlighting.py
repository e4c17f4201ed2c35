"""Which parts of a script's text are keywords, types, functions, texts, numbers and comments.

Works on text that is being typed, so nothing in it need be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Literal

from temstack.dmscript.scanner import KEYWORDS
from temstack.dmscript.signatures import TYPE_OF_WORD, load_registry
from temstack.viewer.models.scripts.script import Language

Kind = Literal["keyword", "type", "function", "text", "number", "comment"]
Span = tuple[int, int, Kind]
"""First character, number of characters, kind."""

_DM_WORD = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<text>    "(?: [^"\\\n] | \\[^\n] | \\\n )*"? )
    | (?P<number>  0[xX][0-9a-fA-F]+ | (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
    | (?P<name>    [^\W\d]\w* )
    """,
    re.VERBOSE | re.DOTALL,
)

_MORE_KEYWORDS = frozenset(("alloc", "self", "super", "exit", "this", "null", "module", "uses"))


@cache
def _functions() -> frozenset[str]:
    return frozenset(signature.name.lower() for signature in load_registry())


def dm_spans(text: str) -> Iterator[Span]:
    """Yield the spans of a DM-script.

    Examples
    --------
    >>> list(dm_spans("number a = 1 // one"))
    [(0, 6, 'type'), (11, 1, 'number'), (13, 6, 'comment')]
    """
    for match in _DM_WORD.finditer(text):
        kind = match.lastgroup
        if kind == "name":
            found = _kind_of_name(match[0].lower())
            if found is not None:
                yield match.start(), len(match[0]), found
        elif kind is not None:
            yield match.start(), len(match[0]), kind  # type: ignore[misc]  # the groups are named for the kinds


def _kind_of_name(name: str) -> Kind | None:
    if name in KEYWORDS or name in _MORE_KEYWORDS:
        return "keyword"
    if name in TYPE_OF_WORD or name == "void":
        return "type"
    return "function" if name in _functions() else None


def python_spans(text: str) -> Iterator[Span]:
    """Yield the spans of a Python script.

    Examples
    --------
    >>> list(python_spans("if x: print(1)"))
    [(0, 2, 'keyword'), (6, 5, 'function'), (12, 1, 'number')]
    """
    for at, token, word in _python_lexer().get_tokens_unprocessed(text):
        name = str(token)
        for part, kind in _PYTHON_KINDS:
            if name.startswith(part):
                yield at, len(word), kind
                break


_PYTHON_KINDS: tuple[tuple[str, Kind], ...] = (
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Name.Builtin", "function"),
    ("Token.Name.Decorator", "function"),
    ("Token.Name.Function", "function"),
    ("Token.Name.Class", "type"),
    ("Token.Name.Exception", "type"),
    ("Token.Literal.String", "text"),
    ("Token.Literal.Number", "number"),
    ("Token.Comment", "comment"),
)


@cache
def _python_lexer():  # type: ignore[no-untyped-def]  # pygments has no types
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

    return PythonLexer(stripnl=False, ensurenl=False)


SPANS: dict[Language, Callable[[str], Iterator[Span]]] = {"DM-script": dm_spans, "Python": python_spans}
