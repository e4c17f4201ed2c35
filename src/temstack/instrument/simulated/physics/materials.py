"""What simulated specimens are made of, in bulk numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Material:
    """A solid, as a beam of 200 kV sees it.

    Parameters
    ----------
    atoms_per_nm3 : mapping of float
        By element.
    mean_potential_v : float, V
        Mean inner potential.
    inelastic_path_nm : float, nm
        Mean free path of inelastic scattering at 200 kV.
    aperture_path_nm : float, nm
        Mean free path of scattering onto an objective aperture of about 10 mrad.
    """

    atoms_per_nm3: Mapping[str, float]
    mean_potential_v: float
    inelastic_path_nm: float
    aperture_path_nm: float


# Densities: CRC Handbook. Mean inner potentials: typical of those measured by electron holography (C 9, Fe2O3 17,
# Au 25 V). Inelastic paths: K. Iakoubovskii et al., Microsc. Res. Tech. 71 (2008) 626, rounded. Aperture paths: elastic
# mean free paths of the same order as L. Reimer, H. Kohl, Transmission Electron Microscopy, chapter 6.
CARBON = Material({"C": 100.0}, mean_potential_v=9.0, inelastic_path_nm=160.0, aperture_path_nm=400.0)
IRON = Material({"Fe": 84.9}, mean_potential_v=22.0, inelastic_path_nm=102.0, aperture_path_nm=90.0)
IRON_OXIDE = Material({"Fe": 39.5, "O": 59.3}, mean_potential_v=17.0, inelastic_path_nm=120.0, aperture_path_nm=130.0)
SILICA = Material({"Si": 22.1, "O": 44.2}, mean_potential_v=10.0, inelastic_path_nm=155.0, aperture_path_nm=300.0)
GOLD = Material({"Au": 59.0}, mean_potential_v=25.0, inelastic_path_nm=84.0, aperture_path_nm=25.0)

CARBON_ATOM_V_NM3 = 0.12
"""Volume integral of a carbon atom's potential: 0.4788 V nm² times its scattering factor 0.251 nm at angle zero."""
