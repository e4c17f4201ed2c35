"""The pieces of a self-contained HTML page: everything in one file, nothing from the network."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files


def page(title: str, body: Iterable[str]) -> str:
    """Return a whole page with its style inside."""
    style = files("temstack.report").joinpath("page.css").read_text(encoding="utf-8")
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def figure(png: bytes, caption: str, *, alt: str, kind: str = "image") -> str:
    """Return a picture with its caption; *kind* ``"plot"`` leaves a margin around it."""
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<figure class="{kind}"><img alt="{escape(alt)}" src="data:image/png;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def section(heading: str, *parts: str) -> str:
    """Return a heading and what stands below it; nothing at all where every part is empty."""
    inside = "\n".join(part for part in parts if part)
    return f"<section>\n<h2>{escape(heading)}</h2>\n{inside}\n</section>" if inside else ""


def group(layout: str, *parts: str) -> str:
    """Return parts laid out as the style's class *layout* says."""
    return f'<div class="{layout}">\n' + "\n".join(part for part in parts if part) + "\n</div>"


def paragraph(text: str, *, quiet: bool = False) -> str:
    """Return a paragraph, in a quieter colour for what only explains."""
    return f'<p class="quiet">{escape(text)}</p>' if quiet else f"<p>{escape(text)}</p>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a row of small labels over large values."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="facts">{items}</dl>'


def bullets(lines: Sequence[str], *, kind: str = "decisions") -> str:
    """Return a list of sentences."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="{kind}">{items}</ul>' if lines else ""


def warning_box(lines: Sequence[str]) -> str:
    """Return the box that must not be overlooked, or nothing where there is nothing to warn of."""
    if not lines:
        return ""
    word = "Look at this before you use the result:" if len(lines) > 1 else "Look at this first:"
    return f'<div class="warnings" role="alert"><strong>{word}</strong>{bullets(lines)}</div>'


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table that scrolls where it is long."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def code(text: str) -> str:
    """Return text to be copied to a terminal."""
    return f"<pre>{escape(text)}</pre>"
