"""Tags of a file as a tree of names and short texts, and which of them a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from temstack.stack.tags import OddGroup, RawTag

_LONGEST = 200


@dataclass(frozen=True)
class TagNode:
    """One tag, or a group of them."""

    name: str
    path: str
    """Names joined by colons, as ``get_tag`` takes them."""
    text: str
    """Its value in words; of a group how many tags it holds."""
    type: str
    children: tuple[TagNode, ...] = ()


def tag_tree(tags: Any) -> tuple[TagNode, ...]:
    """Return the tags of a group.

    Examples
    --------
    >>> [(node.name, node.text, node.type) for node in tag_tree({"Voltage": np.float32(200000), "Names": ["a"]})]
    [('Voltage', '200000.0', 'float32'), ('Names', '1 tag', 'list')]
    """
    return tuple(_node(name, tag, path) for name, path, tag in _named(tags, ""))


def matching(nodes: tuple[TagNode, ...], words: str) -> tuple[TagNode, ...]:
    """Return the tags whose path or value holds all words, with the groups that they lie in."""
    wanted = words.lower().split()
    if not wanted:
        return nodes
    return tuple(found for node in nodes if (found := _matching(node, wanted)) is not None)


def _matching(node: TagNode, wanted: list[str]) -> TagNode | None:
    haystack = f"{node.path} {'' if node.children else node.text}".lower()
    if all(word in haystack for word in wanted):
        return node
    inside = tuple(found for child in node.children if (found := _matching(child, wanted)) is not None)
    return TagNode(node.name, node.path, node.text, node.type, inside) if inside else None


def _node(name: str, tag: Any, path: str) -> TagNode:
    children = tuple(_node(inner, each, where) for inner, where, each in _named(tag, path))
    if isinstance(tag, dict | list | OddGroup):
        return TagNode(name, path, f"{len(children)} tag{'' if len(children) == 1 else 's'}", _type_of(tag), children)
    return TagNode(name, path, _in_words(tag), _type_of(tag))


def _named(tag: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    start = f"{path}:" if path else ""
    if isinstance(tag, dict):
        items = list(tag.items())
    elif isinstance(tag, OddGroup):
        items = [(name or f"[{index}]", each) for index, (name, each) in enumerate(tag.items)]
    elif isinstance(tag, list):
        items = [(f"[{index}]", each) for index, each in enumerate(tag)]
    else:
        return
    for name, each in items:
        yield str(name), f"{start}{name}", each


def _type_of(tag: Any) -> str:
    if isinstance(tag, np.ndarray):
        return f"{tag.dtype} array"
    if isinstance(tag, np.generic):
        return str(tag.dtype)
    names = {dict: "group", OddGroup: "group", list: "list", tuple: "structure", RawTag: "unknown", str: "text"}
    return next((name for kind, name in names.items() if isinstance(tag, kind)), type(tag).__name__)


def _in_words(tag: Any) -> str:
    if isinstance(tag, np.ndarray):
        shown = ", ".join(str(each) for each in tag.ravel()[:8].tolist())
        return f"{tag.size} values: {shown}{' …' if tag.size > 8 else ''}"
    if isinstance(tag, RawTag):
        return f"{len(tag.data)} bytes of type {tag.info}"
    text = str(tag)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
