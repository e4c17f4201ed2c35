"""What was done to a stack, as a paragraph for the methods section of a paper."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

from temstack.errors import SettingError
from temstack.operations.catalogue import find
from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Flag, Points, Span, StackInput


def methods_paragraph(history: Sequence[Mapping[str, Any]]) -> str:
    """Return a history in words.

    Parameters
    ----------
    history : sequence of lines with ``operation``, ``parameters`` and ``version``
        ``attrs["history"]`` of a stack.

    Returns
    -------
    str
        One paragraph. Settings that were left as they are by default are not named.

    Examples
    --------
    >>> methods_paragraph([{"operation": "extract_planes", "parameters": {"planes": [2, 5]}, "version": "1.0"}])
    'Stacks were processed with temstack 1.0. Planes 2 to 5 (the last excluded) were extracted.'
    """
    if not history:
        return ""
    versions = list(dict.fromkeys(str(line.get("version", "")) for line in history))
    named = " and ".join(version for version in versions if version)
    sentences = [f"Stacks were processed with temstack{' ' + named if named else ''}"]
    sentences += [_sentence(str(line["operation"]), line.get("parameters", {})) for line in history]
    return ". ".join(sentences) + "."


def _sentence(name: str, parameters: Mapping[str, Any]) -> str:
    try:
        operation = find(name)
    except SettingError:  # an operation of a later version, or one that only programs call
        told = ", ".join(f"{key} {_plain(value)}" for key, value in parameters.items() if value is not None)
        text = f"the operation {name} was applied" + (f" ({told})" if told else "")
    else:
        text = _declared(operation, parameters)
    return text[0].upper() + text[1:]


def _declared(operation: Operation, parameters: Mapping[str, Any]) -> str:
    values = {each.name: parameters.get(each.name, each.default) for each in operation.parameters}
    spoken = {each.name: _spoken(each, values) for each in operation.parameters}
    template = operation.methods or f"the operation {operation.name.replace('_', ' ')} was applied"
    named = {field for _, field, _, _ in string.Formatter().parse(template) if field}
    rest = [
        spoken[each.name] if isinstance(each.kind, Flag) else f"{each.name.replace('_', ' ')}: {spoken[each.name]}"
        for each in operation.parameters
        if each.name not in named and each.name != "calibrated" and _differs(values[each.name], each.default)
    ]
    return template.format_map(spoken) + (f" ({'; '.join(rest)})" if rest else "")


def _differs(value: Any, default: Any) -> bool:
    as_tuple = tuple(value) if isinstance(value, list) else value
    return bool(as_tuple is not None and as_tuple != default)


def _spoken(parameter: Parameter, values: Mapping[str, Any]) -> str:
    """Return a value as it stands in a sentence."""
    value, kind = values[parameter.name], parameter.kind
    if isinstance(kind, StackInput):
        return _file_name(value)
    if isinstance(kind, Flag):
        return parameter.name.replace("_", " ")
    units = kind.units if kind.units and kind.units != "axis" else ""
    if isinstance(kind, Span) and isinstance(value, list | tuple):
        ends = [
            "the start" if value[0] is None else _plain(value[0]),
            "the end" if value[1] is None else _plain(value[1]),
        ]
        within = "" if value[1] is None else " (the last excluded)"
        return f"{ends[0]} to {ends[1]}{' ' + units if units else ''}{within}"
    if isinstance(kind, Points) and value:
        return "; ".join(f"({_plain(point)})" for point in value) + (f" {units}" if units else "")
    return _plain(value) + (f" {units}" if units and value is not None else "")


def _file_name(value: Any) -> str:
    from pathlib import PurePath

    known = value if isinstance(value, Mapping) else {"source": value}
    if known.get("source"):
        return PurePath(str(known["source"]).replace("\\", "/")).name
    return str(known.get("title") or "another stack")


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items() if key != "packed")
    return (
        f"{value:g}".replace("-", "−") if isinstance(value, float | int) and not isinstance(value, bool) else str(value)
    )
