"""The list of all built-ins, for people: searched, and as a page."""

from __future__ import annotations

from collections.abc import Sequence

from temstack.dmscript.signatures import FAMILIES, Signature, load_registry


def matching(word: str | None = None) -> list[Signature]:
    """Return the built-ins in whose name, family or help a word occurs, those with it in the name first.

    Examples
    --------
    >>> [signature.name for signature in matching("get3dsize")]
    ['Get3DSize']
    """
    everything = list(load_registry())
    if not word:
        return everything
    lower = word.lower()
    named = [one for one in everything if lower in one.name.lower()]
    told = [one for one in everything if lower in f"{one.family} {one.help}".lower() and one not in named]
    return [*named, *told]


def function_page(signatures: Sequence[Signature]) -> str:
    """Return the page of the documentation that lists built-ins by family."""
    names = {one.name.lower() for one in signatures}
    done = {one.name.lower() for one in signatures if one.is_implemented}
    parts = [_INTRODUCTION, f"{len(names)} functions, {len(done)} of them implemented.\n"]
    parts += ["| family | functions | implemented |", "|---|---|---|"]
    by_family = {family: [one for one in signatures if one.family == family] for family in FAMILIES}
    for family, ones in by_family.items():
        if ones:
            count = len({one.name.lower() for one in ones})
            implemented = len({one.name.lower() for one in ones if one.is_implemented})
            parts.append(f"| [{family}](#{family}) | {count} | {implemented} |")
    for family, ones in by_family.items():
        if ones:
            parts += ["", f"## {family}", "", "| function | may throw | what it does |", "|---|---|---|"]
            parts += [_row(one) for one in ones]
    return "\n".join(parts) + "\n"


_INTRODUCTION = """# Functions of DM-script

Made by `temstack script functions --markdown`. `&` marks a variable that the function sets; any function may also be
called as a method of its first argument: `img.GetSize(x, y)`. What every error says, and where this differs from
DigitalMicrograph, is in [the language](../dm-language.md).
"""


def _row(one: Signature) -> str:
    text = one.help.replace("|", "\\|") + ("" if one.is_implemented else " *(not implemented)*")
    return f"| `{one}` | {'yes' if one.may_throw else ''} | {text} |"
