"""What a word that is being typed may become: functions with their help, types, and names of the script."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass
from functools import cache

from temstack.dmscript.scanner import KEYWORDS
from temstack.dmscript.signatures import TYPE_OF_WORD, load_registry
from temstack.viewer.models.scripts.script import Language

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Word:
    """A word that can be completed.

    Parameters
    ----------
    text : str
        The word.
    signature : str
        How it is called, one way a line; ``""`` for what is no function.
    help : str
        What it does.
    """

    text: str
    signature: str = ""
    help: str = ""


@cache
def known_words(language: Language) -> tuple[Word, ...]:
    """Return the words of a language, sorted."""
    if language == "Python":
        own = ("ts", "np", "stacks", "front", "show", "ask")
        public = [name for name in dir(builtins) if not name.startswith("_")]
        return tuple(Word(name) for name in sorted({*keyword.kwlist, *public, *own}, key=str.lower))
    words = {name: Word(name) for name in (*KEYWORDS, *(word for word in TYPE_OF_WORD if word.isalpha()))}
    for one in load_registry():
        if one.name.isidentifier():
            before = words.get(one.name)
            ways = f"{before.signature}\n{one}" if before is not None and before.signature else str(one)
            words[one.name] = Word(one.name, ways, before.help if before is not None and before.help else one.help)
    return tuple(sorted(words.values(), key=lambda word: word.text.lower()))


def completions(text: str, at: int, language: Language) -> list[Word]:
    r"""Return what the word before character *at* may become; nothing for fewer than two letters.

    Names of the script itself come first.

    Examples
    --------
    >>> [word.text for word in completions("number count = 1\nco", 19, "DM-script")][:2]
    ['count', 'colorimage']
    """
    start = word_start(text, at)
    typed = text[start:at].lower()
    if len(typed) < 2:
        return []
    known = known_words(language)
    taken = {word.text.lower() for word in known}
    rest = text[:start] + text[at:]
    own = sorted({name for name in _NAME.findall(rest) if name.lower() not in taken}, key=str.lower)
    found = [Word(name) for name in own if name.lower().startswith(typed)]
    return found + [word for word in known if word.text.lower().startswith(typed)]


def word_start(text: str, at: int) -> int:
    """Return where the word starts that ends before character *at*."""
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return at


def help_for(name: str) -> Word | None:
    """Return a built-in function of DM-script by its name, None where there is none."""
    lower = name.lower()
    return next((word for word in known_words("DM-script") if word.text.lower() == lower and word.signature), None)


def function_around(text: str, at: int) -> Word | None:
    """Return the built-in function whose name or arguments character *at* stands in, None where there is none.

    >>> function_around("Result(sqrt(", 12).text, function_around("Result(1)", 3).text
    ('sqrt', 'Result')
    """
    start = word_start(text, at)
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    found = help_for(text[start:end]) if end > start else None
    line_start = text.rfind("\n", 0, at) + 1
    depth, place = 0, at - 1
    while found is None and place >= line_start:
        depth += (text[place] == ")") - (text[place] == "(")
        if depth < 0:
            found = help_for(text[word_start(text, place) : place])
            depth = 0
        place -= 1
    return found
