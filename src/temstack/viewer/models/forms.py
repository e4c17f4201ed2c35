"""The form of an operation: its fields from the declaration, what stands in them first, and what they mean.

What a user types is read by the same kinds as on the command line, so that the same is refused in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temstack.errors import InputMissingError, SettingError, TemstackError
from temstack.operations.declaration import REQUIRED, Operation, Parameter, as_text
from temstack.operations.kinds import Choice, Flag, Numbers, Planes, Span, StackInput, Whole
from temstack.operations.spectrum_kinds import References
from temstack.viewer.models.suggestions import Situation, Suggestion, suggestions

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document

Entry = str | bool | Path | Any | None
"""What stands in a field: text, a tick, a stack or the name of its file; None where it is left out."""

CALIBRATED = "calibrated"
"""The parameter that says in which units places are given."""

_LABELS = {"dtype": "Type of pixel", "by": "Sort by", "shift_ev": "Map of shifts", "how": "What", "at": "Where"}
_STARTS = {"dtype": "float32", "second": "y", "angle_deg": "0"}
"""What stands first in fields that must be filled in, where the first choice would be a poor guess."""
_UNITS_IN_NAMES = ("_px", "_ev", "_nm", "_deg", "_s", "_mrad")
_CELLS = {
    "region": ("top", "left", "bottom", "right"),
    "centre": ("z", "y", "x"),
    "point": ("y", "x"),
    "planes": ("before", "behind"),
    "y": ("above", "below"),
    "x": ("left", "right"),
}


@dataclass(frozen=True)
class Field:
    """One line of a form."""

    parameter: Parameter
    label: str
    """``"Width"``."""
    units: str
    """What its numbers are in: ``"px"``, ``"eV"``; empty where they have none."""
    start: Entry
    """What stands in it first."""
    suggestions: tuple[Suggestion, ...] = ()
    cells: tuple[str, ...] = ()
    """Where it takes a fixed number of numbers, what each of them is called."""

    @property
    def name(self) -> str:
        """The parameter's."""
        return self.parameter.name

    @property
    def is_optional(self) -> bool:
        """Whether it may be left out."""
        return self.parameter.default is None

    @property
    def help(self) -> str:
        """One line that says what it is, and what may be given."""
        what = self.parameter.kind.describe()
        said = isinstance(self.parameter.kind, Flag | Choice | StackInput | References)
        return self.parameter.help if said else f"{self.parameter.help} {what[0].upper()}{what[1:]}."

    def read(self, entry: Entry) -> Any:
        """Return the value that an entry means, as :func:`temstack.operations.run` takes it.

        Files are not opened: that takes too long for somebody who is typing.

        Raises
        ------
        TemstackError
            If it cannot be meant.
        """
        if entry is None or (isinstance(entry, str) and not entry.strip()):
            return self._left_out()
        kind = self.parameter.kind
        if isinstance(kind, StackInput | References):
            return _known_files(entry, kind, self.label)
        return kind.parse(entry, self.label) if isinstance(entry, str) else kind.check(entry, self.label)

    def _left_out(self) -> Any:
        if isinstance(self.parameter.kind, References) and self.parameter.default is REQUIRED:
            raise SettingError(self.label, "are missing", advice="open spectra and tick them, or take files")
        if self.parameter.default is REQUIRED:
            raise SettingError(self.label, "is missing", expected=self.parameter.kind.describe())
        if self.parameter.default is None:
            return None
        raise SettingError(self.label, "is empty", expected=self.parameter.kind.describe())


def form_of(operation: Operation, situation: Situation) -> tuple[Field, ...]:
    """Return the fields of an operation for the document in front.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.operations import find
    >>> from temstack.stack import label_stack
    >>> [(f.label, f.units, f.start) for f in form_of(find("despike"), Situation(label_stack(np.zeros((3, 4, 4)))))]
    [('Threshold', '', '8'), ('Size', 'px', '5'), ('Dark too', '', False)]
    """
    return tuple(_field(operation, each, situation) for each in operation.parameters)


def read_form(fields: tuple[Field, ...], entries: Mapping[str, Entry]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that entries mean, and by name of field what is wrong with the others.

    Parameters
    ----------
    fields : tuple of Field
    entries : mapping of name to entry
        One for each field.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields:
        try:
            values[field.name] = field.read(entries[field.name])
        except TemstackError as error:
            problems[field.name] = at_the_field(error)
    return values, problems


def at_the_field(error: TemstackError) -> str:
    """Return the sentence of an error as it stands beside the field that it is about, whose name is there already.

    >>> at_the_field(SettingError("Width", "is not a number above 0 px", got=-1))
    'is not a number above 0 px; got -1'
    """
    return str(error).removeprefix(f"{error.subject}: ")


def field_of_error(fields: tuple[Field, ...], error: BaseException) -> Field | None:
    """Return the field that an error of the operation itself is about, where it says so."""
    subject = str(getattr(error, "subject", "")).removeprefix("--").replace("-", "_").lower()
    return next((field for field in fields if subject in (field.name, field.label.lower())), None)


def why_not(operation: Operation, document: Document | None) -> str | None:
    """Return in one sentence why an operation cannot be done to a document; None where it can."""
    from temstack.operations.running import refuse_other_kind

    if document is None:
        return "No image is open."
    if "several" in operation.inputs:
        return None
    try:
        refuse_other_kind(operation, document.data)
    except SettingError:
        wanted = " or ".join(_with_article(each) for each in operation.inputs)
        return f"This needs {wanted}; {document.title} is {_with_article(document.kind)}."
    return None


def _with_article(kind: str) -> str:
    return kind if kind.startswith("data ") else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def label_of(parameter: Parameter) -> str:
    """Return what a field is called: the name of the parameter without its units.

    >>> from temstack.operations import find
    >>> label_of(find("fourier_transform").parameter("is_windowed"))
    'Windowed'
    """
    if parameter.name in _LABELS:
        return _LABELS[parameter.name]
    name = parameter.name.removeprefix("is_")
    for ending in _UNITS_IN_NAMES:
        if parameter.kind.units and name.endswith(ending):
            name = name.removesuffix(ending)
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]


def _field(operation: Operation, parameter: Parameter, situation: Situation) -> Field:
    found = suggestions(operation, parameter, situation)
    kind = parameter.kind
    cells: tuple[str, ...] = ()
    if isinstance(kind, Numbers) and kind.count is not None:
        cells = _CELLS.get(parameter.name, ())[: kind.count]
    elif isinstance(kind, Span) and not isinstance(kind, Planes):
        cells = ("from", "to")
    return Field(
        parameter,
        label_of(parameter),
        _units(parameter, situation),
        found[0].words if _is_drawn(parameter, situation) and found else _start(parameter, found),
        found,
        cells if len(cells) in (2, 3, 4) else (),
    )


def _units(parameter: Parameter, situation: Situation) -> str:
    kind = parameter.kind
    if kind.units != "axis":
        return kind.units
    if parameter.name in ("values", "plane_values", "start", "step"):
        return str(situation.data[situation.plane_dim].attrs.get("units", "")) if situation.plane_dim else ""
    along = {"y": "y", "x": "x", "region": "x", "points": "x", "at": "x", "line": "x", "polygon": "x", "point": "x"}
    return situation.units(along.get(parameter.name, situation.plane_dim))


def _is_drawn(parameter: Parameter, situation: Situation) -> bool:
    """Whether the region that is chosen in the image is of the kind that a field asks for."""
    kinds = {"rectangle": ("region",), "line": ("line", "points"), "polygon": ("polygon",), "point": ("point",)}
    return parameter.name in kinds.get(situation.chosen_kind, ())


def _start(parameter: Parameter, found: tuple[Suggestion, ...]) -> Entry:
    if parameter.default is not REQUIRED:
        default = parameter.default
        return default if default is None or isinstance(default, bool) else as_text(default)
    kind = parameter.kind
    if isinstance(kind, StackInput | References):
        return None
    if found:
        return found[0].words
    if parameter.name in _STARTS:
        return _STARTS[parameter.name]
    if isinstance(kind, Choice):
        return kind.options[0]
    if isinstance(kind, Whole):
        return f"{max(kind.lowest or 0, 0):g}"
    return None


def _known_files(entry: Any, kind: StackInput | References, label: str) -> Any:
    """Return stacks as they are, and files as names of files that are there."""
    if isinstance(kind, References):
        named: dict[str, Any] = kind.files(entry) if isinstance(entry, str) else {**entry}
        if not named:
            raise SettingError(label, "is missing", expected=kind.describe())
        return {name: _known_files(each, StackInput(), label) for name, each in named.items()}
    if isinstance(entry, str | Path):
        path = Path(entry).expanduser()
        if not path.exists():
            raise InputMissingError(label, "there is no such file or folder", got=str(path))
        return path
    return entry
