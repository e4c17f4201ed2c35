"""The specimen: what a microscope is asked to look at, as maps over an area that closes on itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError
from temstack.instrument.simulated.physics.edges import EDGES

Map = NDArray[np.float32]
_MAPS = ("potential_v_nm", "relative_thickness", "aperture_loss")


@dataclass(frozen=True, eq=False)
class Specimen:
    """Maps of one specimen area, larger than what the camera sees; beyond its rim it repeats itself.

    Make one by :meth:`from_arrays`, or by the functions in :mod:`~temstack.instrument.simulated.physics.samples`.

    Parameters
    ----------
    pixel_size_nm : float, nm
        Size of a map pixel, which is that of an unbinned camera pixel.
    potential_v_nm : (y, x) float32, V nm
        Electrostatic potential, integrated along the beam; turns the phase of the electron wave.
    relative_thickness : (y, x) float32, dimensionless
        Thickness over the mean free path of inelastic scattering (t/lambda).
    aperture_loss : (y, x) float32, dimensionless
        A share ``1 - exp(-aperture_loss)`` of all electrons is scattered onto the objective aperture.
    elements : mapping of (y, x) float32, atoms per nm²
        Atoms of each element, by its symbol.
    plasmon_ev, plasmon_width_ev : float, eV
        Energy and full width at half height of the plasmon.
    background_exponent : float, dimensionless
        Well above the plasmon single losses fall as ``E^-background_exponent``.
    contamination_per_dose : float, nm²
        Relative thickness that grows on the whole area per electron and nm².
    fading_dose : mapping of float, electrons per nm²
        Dose at which an element has fallen to 1/e; elements not named stay.
    """

    pixel_size_nm: float
    potential_v_nm: Map
    relative_thickness: Map
    aperture_loss: Map
    elements: Mapping[str, Map] = field(default_factory=dict)
    plasmon_ev: float = 24.0
    plasmon_width_ev: float = 12.0
    background_exponent: float = 3.2
    contamination_per_dose: float = 0.0
    fading_dose: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_positive(self, "pixel_size_nm", "plasmon_ev", "plasmon_width_ev")
        if not 1.5 <= self.background_exponent <= 6:
            raise SettingError(
                "background_exponent", "is not physical", got=self.background_exponent, expected="1.5 to 6"
            )
        for symbol in (*self.elements, *self.fading_dose):
            if symbol not in EDGES:
                raise SettingError(
                    "elements", "has an element without known edges", got=repr(symbol), expected=", ".join(EDGES)
                )
        maps = {name: getattr(self, name) for name in _MAPS}
        for name, values in (maps | {f"elements[{s!r}]": m for s, m in self.elements.items()}).items():
            _check_map(name, values, self.potential_v_nm.shape, may_be_negative=name == "potential_v_nm")
        object.__setattr__(self, "elements", MappingProxyType(dict(self.elements)))
        object.__setattr__(self, "fading_dose", MappingProxyType(dict(self.fading_dose)))

    def __reduce__(self) -> tuple[Any, ...]:  # read-only mappings cannot be pickled, as other processes need
        values = dict(self.__dict__, elements=dict(self.elements), fading_dose=dict(self.fading_dose))
        return _remake, (values,)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the maps, px."""
        height, width = self.potential_v_nm.shape
        return height, width

    @classmethod
    def from_arrays(
        cls,
        pixel_size_nm: float,
        *,
        elements: Mapping[str, ArrayLike] | None = None,
        relative_thickness: ArrayLike | None = None,
        potential_v_nm: ArrayLike | None = None,
        aperture_loss: ArrayLike | None = None,
        **properties: Any,
    ) -> Specimen:
        """Return a specimen made of your own maps; what is left out is zero everywhere.

        Parameters
        ----------
        pixel_size_nm : float, nm
        elements : mapping of (y, x), atoms per nm², optional
        relative_thickness, potential_v_nm, aperture_loss : (y, x), optional
            As in :class:`Specimen`. At least one map is needed, and all must have one shape.
        **properties
            The single numbers of :class:`Specimen`, such as ``plasmon_ev``.

        Examples
        --------
        >>> import numpy as np
        >>> Specimen.from_arrays(0.5, elements={"Fe": np.ones((64, 96))}).shape
        (64, 96)
        """
        given = {
            name: np.array(values, dtype=np.float32)
            for name, values in zip(_MAPS, (potential_v_nm, relative_thickness, aperture_loss), strict=True)
            if values is not None
        }
        atoms = {symbol: np.array(values, dtype=np.float32) for symbol, values in (elements or {}).items()}
        known = [*given.values(), *atoms.values()]
        if not known:
            raise SettingError("specimen", "has no map", expected="elements, relative_thickness or potential_v_nm")
        zeros = np.zeros(known[0].shape, np.float32)
        maps: dict[str, Any] = {name: given.get(name, zeros) for name in _MAPS}
        return cls(pixel_size_nm, elements=atoms, **maps, **properties)


def _remake(values: dict[str, Any]) -> Specimen:
    return Specimen(**values)


def _check_positive(specimen: Specimen, *names: str) -> None:
    for name in names:
        value = getattr(specimen, name)
        if not (value > 0 and np.isfinite(value)):
            raise SettingError(name, "must be a number above 0", got=value)


def _check_map(name: str, values: Map, shape: tuple[int, ...], *, may_be_negative: bool) -> None:
    if values.ndim != 2 or not values.size:
        raise SettingError(name, "is no map", got=f"shape {values.shape}", expected="(y, x)")
    if values.shape != shape:
        raise SettingError(name, "does not fit the other maps", got=f"shape {values.shape}", expected=f"shape {shape}")
    if not np.isfinite(values).all():
        raise SettingError(name, "holds values that are not numbers", advice="replace NaN and infinity")
    if not may_be_negative and values.min() < 0:
        raise SettingError(name, "cannot be negative", got=float(values.min()), expected="0 or more")
