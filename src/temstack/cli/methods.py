"""``temstack methods``: what was done to a stack, as a paragraph for a paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from temstack.cli.console import print_line, print_warning
from temstack.cli.replay import history_of


def methods(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A file that temstack wrote, or its history as JSON.", show_default=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the history itself, for `temstack replay`.")] = False,
) -> None:
    """Print what was done to a stack, as a paragraph for the methods section of a paper."""
    from temstack.operations import methods_paragraph

    history = history_of(path)
    if as_json:
        print_line(json.dumps(history, indent=2, ensure_ascii=False))
    elif history:
        print_line(methods_paragraph(history))
    else:
        print_warning(f"{path}: has no history: temstack did nothing to it, or the format of the file does not keep it")
