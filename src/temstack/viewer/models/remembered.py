"""What was filled in last, so that a form begins where its user left it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from temstack.operations.declaration import Operation
from temstack.operations.kinds import Numbers, Points, Span, StackInput
from temstack.operations.spectrum_kinds import EnergyWindows, References
from temstack.viewer.models.forms import CALIBRATED, Entry


class Choices(Protocol):
    """Where small choices are kept between starts."""

    def get(self, name: str, usual: Any) -> Any:
        """Return a choice."""

    def set(self, name: str, value: Any) -> None:
        """Remember a choice."""


def remember(choices: Choices, operation: Operation, entries: Mapping[str, Entry]) -> None:
    """Keep what was filled in, but not what belongs to one stack: places, energies, other stacks.

    Parameters
    ----------
    choices : Choices
    operation : Operation
    entries : mapping of name to entry
    """
    kept = {name: entry for name, entry in entries.items() if isinstance(entry, str | bool | None)}
    lasting = {name: entry for name, entry in kept.items() if _lasts(operation, name)}
    choices.set("operations", {**choices.get("operations", {}), operation.name: lasting})


def last_entries(choices: Choices, operation: Operation) -> dict[str, Entry]:
    """Return what was filled in last time, for fields that the operation still has."""
    found = choices.get("operations", {}).get(operation.name, {})
    known = {each.name for each in operation.parameters}
    return {name: entry for name, entry in found.items() if name in known} if isinstance(found, dict) else {}


def _lasts(operation: Operation, name: str) -> bool:
    kind = operation.parameter(name).kind
    belongs_to_a_stack = isinstance(kind, Span | Points | StackInput | References | EnergyWindows | Numbers)
    is_a_place = kind.units == "axis" or name in ("index", "plane")
    return name == CALIBRATED or not (belongs_to_a_stack or is_a_place)
