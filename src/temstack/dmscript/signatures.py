"""Built-in functions: how one is declared, found, and chosen among overloads of its name.

Each is declared once, in the language's own words, above the function that does it::

    @builtin("void GetSize(image img, number &width, number &height)", family="images", help="Size in pixels.")
    def get_size(run, img, width, height):
        ...

The checker, ``temstack script functions``, the pages and the running script all read this declaration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

# --- types ------------------------------------------------------------------------------------

_SPELLINGS = {
    "number": "realnumber float double long short int integer boolean bool uint32 sint32 int32 uint16 int16",
    "complexnumber": "complex",
    "rgbnumber": "rgb",
    "image": "realimage compleximage rgbimage binaryimage integerimage subarea realsubarea complexsubarea rgbsubarea "
    "imagereference image2d editablereference rawimage colorimage",
    "object": "uiframe thread scriptobject",
    "component": "imagecomponent annotation",
    "imagedisplay": "rasterimagedisplay lineplotimagedisplay argbimagedisplay tableimagedisplay textualimagedisplay "
    "surfaceplotimagedisplay spreadsheetimagedisplay",
    "documentwindow": "window imagewindow",
    "imagedocument": "document pagedocument",
    "taggroup": "taglist tags",
}
TYPE_OF_WORD = {word: name for name, words in _SPELLINGS.items() for word in (name, *words.split())}
"""Every spelling of a type that means one of ours; a word that is not here names a type of its own."""

_ALSO = {
    "imagedisplay": ("component",),
    "imagedocument": (),
    "objectlist": ("object",),
}
_VALUES = ("number", "complexnumber", "rgbnumber", "string")
HANDLES = frozenset(
    "image taggroup object objectlist roi component imagedisplay imagedocument documentwindow stream "  # noqa: SIM905
    "signal mutex workspace void null any".split()
)
"""Types whose variables stand for something that lives elsewhere, so that two variables may share it."""


def canonical_type(word: str) -> str:
    """Return our one name of a type.

    Examples
    --------
    >>> canonical_type("RealImage"), canonical_type("Number"), canonical_type("ROI")
    ('image', 'number', 'roi')
    """
    lower = word.lower()
    return TYPE_OF_WORD.get(lower, lower)


def type_of(value: Any) -> str:
    """Return the type of a value of a running script.

    Examples
    --------
    >>> type_of(1.5), type_of("text"), type_of(1j)
    ('number', 'string', 'complexnumber')
    """
    kind = _TYPE_OF_CLASS.get(type(value))
    if kind is not None:
        return kind
    return str(getattr(value, "dm_type", "object"))


_TYPE_OF_CLASS: dict[type, str] = {
    float: "number",
    int: "number",
    bool: "number",
    complex: "complexnumber",
    str: "string",
    type(None): "void",
}

# --- declarations -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function: its type, its name, and whether the function may change it."""

    type: str
    name: str
    is_reference: bool = False

    def __str__(self) -> str:
        return f"{self.type} {'&' if self.is_reference else ''}{self.name}"


@dataclass(frozen=True)
class Signature:
    """One way to call a built-in.

    Parameters
    ----------
    name : str
        As it is usually written, e.g. ``"GetSize"``.
    returns : str
        Type of the value, ``"void"`` for none.
    parameters : tuple of Parameter
        In order; with `is_variadic` the last may be repeated, or left out.
    family : str
        Which file of :mod:`temstack.dmscript.builtins` it stands in.
    help : str
        What it does, in one sentence.
    may_throw : bool
        Whether it may throw even when called with the right types.
    elementwise : bool
        Whether it takes pixel after pixel: then NumPy arrays may stand for numbers, and give an array. A parameter
        declared ``image`` is the array of a whole image even then.
    is_random : bool
        Whether it draws another number for each pixel; it takes the shape of the pixels as one more argument.
    function : callable, optional
        ``function(run, *arguments)``; None where only the name is declared.
    """

    name: str
    returns: str
    parameters: tuple[Parameter, ...]
    is_variadic: bool = False
    family: str = ""
    help: str = ""
    may_throw: bool = False
    elementwise: bool = False
    is_random: bool = False
    function: Callable[..., Any] | None = None

    @property
    def is_implemented(self) -> bool:
        """Whether it does something."""
        return self.function is not None

    def takes(self, count: int) -> bool:
        """Return whether it can be called with *count* arguments."""
        if self.is_variadic:
            return count >= len(self.parameters) - 1
        return count == len(self.parameters)

    def parameter(self, index: int) -> Parameter:
        """Return the parameter that argument number *index* fills."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def __str__(self) -> str:
        inside = ", ".join(str(parameter) for parameter in self.parameters)
        return f"{self.returns} {self.name}({inside}{', ...' if self.is_variadic else ''})"


_DECLARATION = re.compile(r"\s*(\w+)\s+(\w+)\s*\((.*)\)\s*")
_PARAMETER = re.compile(r"\s*(\w+)\s*(&?)\s*(\w*)\s*")


def parse_signature(text: str, **facts: Any) -> Signature:
    """Return the signature that *text* declares, in the words of the language.

    A last parameter followed by ``...`` may be repeated or left out.

    Examples
    --------
    >>> print(parse_signature("void Get3DSize(Image img, Number &x, Number &y, Number &z)"))
    void Get3DSize(image img, number &x, number &y, number &z)
    """
    match = _DECLARATION.fullmatch(text)
    if match is None:
        raise ValueError(f"declaration {text!r}: is not 'type Name(type name, …)'")
    inside, is_variadic = match[3].strip(), False
    if inside.endswith("..."):
        inside, is_variadic = inside[:-3].rstrip().removesuffix(","), True
    parameters = tuple(_parameter(part, text) for part in inside.split(",")) if inside else ()
    return Signature(match[2], canonical_type(match[1]), parameters, is_variadic, **facts)


def _parameter(text: str, whole: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        raise ValueError(f"declaration {whole!r}: {text!r} is not 'type name' or 'type &name'")
    return Parameter(canonical_type(match[1]), match[3] or match[1].lower(), match[2] == "&")


# --- the registry -----------------------------------------------------------------------------


class Registry:
    """Built-ins by name, in any case of letters."""

    def __init__(self) -> None:
        self._signatures: dict[str, list[Signature]] = {}

    def add(self, signature: Signature) -> None:
        """Add one way to call a name; the same types twice is a mistake of ours."""
        known = self._signatures.setdefault(signature.name.lower(), [])
        types = [(parameter.type, parameter.is_reference) for parameter in signature.parameters]
        for other in known:
            if types == [(parameter.type, parameter.is_reference) for parameter in other.parameters]:
                raise ValueError(f"{signature}: is declared twice")
        known.append(signature)

    def find(self, name: str) -> tuple[Signature, ...]:
        """Return all ways to call *name*; none if it is no built-in."""
        return tuple(self._signatures.get(name.lower(), ()))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._signatures

    def __iter__(self) -> Iterator[Signature]:
        for name in sorted(self._signatures):
            yield from self._signatures[name]

    def names(self) -> list[str]:
        """Return all names as usually written, in the order of the alphabet."""
        return [self._signatures[name][0].name for name in sorted(self._signatures)]

    def nearest(self, name: str, others: Iterable[str] = ()) -> list[str]:
        """Return up to three known names that look like *name*, best first."""
        spelled = {known: ways[0].name for known, ways in self._signatures.items()}
        spelled.update({other.lower(): other for other in others})
        return [spelled[match] for match in get_close_matches(name.lower(), spelled, 3, 0.75)]


_registry = Registry()


FAMILIES = (
    "images",
    "arithmetic",
    "statistics",
    "geometry",
    "filters",
    "correlation",
    "fitting",
    "slices",
    "calibration",
    "numbers",
    "strings",
    "tags",
    "persistent",
    "results",
    "prompts",
    "display",
    "regions",
    "documents",
    "files",
    "streams",
    "hdf5",
    "timing",
    "objects",
    "threads",
    "application",
    "plug_ins",
    "ssc",
    "camera",
    "camera_manager",
    "camera_sets",
    "camera_parameters",
    "camera_cooling",
    "microscope",
    "microscope_settings",
    "energy_filter",
    "scan",
    "dialogs",
    "choices",
    "frames",
    "windows",
    "annotations",
    "annotation_style",
    "numbered_annotations",
    "line_plots",
    "listeners",
    "display_style",
    "transforms",
    "execute",
    "menu",
    "workspaces",
)
"""Modules of :mod:`temstack.dmscript.builtins`, in the order of the pages. A new family is one more name here."""


@cache
def load_registry() -> Registry:
    """Return all built-ins."""
    for family in FAMILIES:
        import_module(f"temstack.dmscript.builtins.{family}")
    return _registry


_Function = TypeVar("_Function", bound=Callable[..., Any])


def builtin(
    *declarations: str,
    family: str,
    help: str,  # noqa: A002 - the word for it
    throws: bool = False,
    elementwise: bool = False,
    is_random: bool = False,
) -> Callable[[_Function], _Function]:
    """Declare a built-in above the function that does it; several declarations share the function.

    Parameters
    ----------
    *declarations : str
        As :func:`parse_signature` reads them.
    family, help, throws, elementwise, is_random
        As in :class:`Signature`.
    """

    def declare(function: _Function) -> _Function:
        for text in declarations:
            facts: dict[str, Any] = {"family": family, "help": help, "may_throw": throws}
            facts |= {"elementwise": elementwise, "is_random": is_random}
            _registry.add(parse_signature(text, **facts, function=function))
        return function

    return declare


def declare_only(*declarations: str, family: str, help: str = "", throws: bool = False) -> None:  # noqa: A002
    """Declare built-ins whose work is not done yet: calling one raises ``not implemented: NAME``."""
    for text in declarations:
        _registry.add(parse_signature(text, family=family, help=help, may_throw=throws))


# --- overloads --------------------------------------------------------------------------------


def choose(signatures: Sequence[Signature], argument_types: Sequence[str]) -> Signature | None:
    """Return the signature that fits arguments of these types best, None if none does.

    Parameters
    ----------
    signatures : sequence of Signature
        All of one name, or of a script's own functions.
    argument_types : sequence of str
        As :func:`canonical_type` names them; ``"any"`` where the type is not known before the run.
    """
    best, least = None, None
    for signature in signatures:
        cost = _cost(signature, argument_types)
        if cost is not None and (least is None or cost < least):
            best, least = signature, cost
    return best


def choose_leniently(signatures: Sequence[Signature], types: Sequence[str]) -> Signature | None:
    """Return the signature that fits best; failing that, one where only handles of different types meet."""
    chosen = choose(signatures, types)
    if chosen is not None:
        return chosen
    for signature in signatures:
        if signature.takes(len(types)) and all(_may_pass(signature, index, given) for index, given in enumerate(types)):
            return signature
    return None


def _may_pass(signature: Signature, index: int, given: str) -> bool:
    wanted = signature.parameter(index)
    cost = conversion_cost(given, wanted.type, is_reference=wanted.is_reference, by_pixel=signature.elementwise)
    if cost is not None or given == "void":
        return True
    plain = ("number", "complexnumber", "rgbnumber", "string", "image")
    return given not in plain and wanted.type not in plain


def _cost(signature: Signature, types: Sequence[str]) -> int | None:
    """Return how far the arguments are from the parameters, None where they cannot be passed."""
    if not signature.takes(len(types)):
        return None
    total = 1 if signature.is_variadic else 0
    for index, given in enumerate(types):
        wanted = signature.parameter(index)
        cost = conversion_cost(given, wanted.type, is_reference=wanted.is_reference, by_pixel=signature.elementwise)
        if cost is None:
            return None
        total += cost
    return total


def conversion_cost(given: str, wanted: str, *, is_reference: bool = False, by_pixel: bool = False) -> int | None:
    """Return 0 for the same type, more the further apart they are, None where one cannot stand for the other.

    Examples
    --------
    >>> conversion_cost("number", "complexnumber"), conversion_cost("string", "number")
    (4, None)
    """
    if given == wanted:
        return 0
    if "any" in (given, wanted):
        return 2
    if wanted in _ALSO.get(given, ()):
        return 1
    if given == "null":
        return None if wanted in _VALUES else 1
    if by_pixel and given == "image":
        return 1
    if is_reference and wanted in _VALUES:
        return None
    return _CONVERSIONS.get((given, wanted))


_CONVERSIONS = {
    ("number", "complexnumber"): 4,
    ("number", "rgbnumber"): 8,
    ("rgbnumber", "number"): 8,
    ("number", "string"): 16,
    ("complexnumber", "string"): 16,
    ("rgbnumber", "string"): 16,
    ("number", "image"): 8,
    ("complexnumber", "image"): 8,
    ("rgbnumber", "image"): 8,
}
