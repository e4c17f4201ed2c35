"""The reference page of all operations, made from their declarations: ``python -m temstack.operations.page > FILE``."""

from __future__ import annotations

from collections.abc import Iterator

from temstack.operations.catalogue import operations
from temstack.operations.declaration import REQUIRED, Operation, Parameter, as_text

_HEAD = """# Operations

Every operation below is declared once. It can be called as `temstack.operations.run("name", stack, …)`, it is done
again by `temstack replay`, and it is named by `temstack methods`. Those of the menu Volume are commands, too:
`temstack volume name-with-hyphens INPUT -o OUTPUT`, with the parameters as options.

This page is made by `python -m temstack.operations.page`; a test compares it.
"""


def page() -> str:
    """Return the page as Markdown."""
    lines = [_HEAD]
    place: tuple[str, ...] = ()
    for operation in sorted_by_menu():
        if operation.menu != place:
            place = operation.menu
            lines.append(f"## {' › '.join(place)}\n")
        lines.extend(_about(operation))
    return "\n".join(lines).rstrip() + "\n"


def sorted_by_menu() -> list[Operation]:
    """Return all operations, those of one part of a menu together, parts in the order they first occur."""
    everything = operations()
    places = list(dict.fromkeys(each.menu for each in everything))
    return sorted(everything, key=lambda each: places.index(each.menu))


def _about(operation: Operation) -> Iterator[str]:
    yield f"### `{operation.name}`\n"
    works_on = "several images or stacks" if "several" in operation.inputs else ", ".join(operation.inputs)
    gives = "the same" if operation.output == "same" else operation.output
    memory = (
        "goes through plane by plane"
        if operation.streams
        else f"needs the whole stack in memory: {operation.whole_stack_reason}"
    )
    yield f"{operation.summary} Works on: {works_on}; gives: {gives}; {memory}.\n"
    if operation.parameters:
        yield "| parameter | what it is | may be | default |\n|---|---|---|---|"
        yield from (_row(each) for each in operation.parameters)
        yield ""


def _row(parameter: Parameter) -> str:
    default = "required" if parameter.default is REQUIRED else as_text(parameter.default) or "–"
    cells = (f"`{parameter.name}`", parameter.help, parameter.kind.describe(), default)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
