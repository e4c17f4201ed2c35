"""Units as files spell them, brought to one spelling each."""

from __future__ import annotations

_SPELLINGS = {
    "µm": ("um", "μm", "micron", "microns", "micrometer", "micrometers", "micrometre", "\\u00b5m"),
    "nm": ("nanometer", "nanometers", "nanometre"),
    "pm": ("picometer", "picometers"),
    "mm": ("millimeter", "millimeters"),
    "m": ("meter", "meters", "metre"),
    "Å": ("a", "å", "ang", "angstrom", "angstroms"),
    "1/nm": ("1 / nm", "nm^-1", "nm-1", "1/nanometer"),
    "1/Å": ("1/a", "1 / å", "a^-1"),
    "1/m": ("1/meters",),
    "deg": ("°", "degree", "degrees"),
    "s": ("sec", "second", "seconds"),
    "ms": ("millisecond", "milliseconds"),
    "eV": ("ev",),
    "keV": ("kev",),
    "": ("px", "pixel", "pixels", "none", "null", "number", "<undefined>", "channel", "channels"),
}
_ONE_SPELLING = {variant: unit for unit, variants in _SPELLINGS.items() for variant in (unit.lower(), *variants)}


def unit_of(text: object) -> str:
    """Return a unit in the spelling used here; an empty text where there is none.

    Parameters
    ----------
    text : object
        What the file says: text, or None. Unknown units are kept as they are.

    Examples
    --------
    >>> unit_of("micron"), unit_of("1 / nm"), unit_of("pixels"), unit_of("furlong")
    ('µm', '1/nm', '', 'furlong')
    """
    given = "" if text is None else str(text).strip().strip("\x00")
    # The sign of micro has two code points that look the same; files use both.
    return _ONE_SPELLING.get(given.replace("μ", "µ").lower(), given)
