"""From the hidden state of the column to electrons on a camera."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from temstack.instrument.simulated.column import Column
from temstack.instrument.simulated.physics import ImageFormation, Optics, Specimen, State

HOLE_NM = 50_000.0
"""Further than this from the middle of the grid the stage shows vacuum, for gain references."""


class Illumination:
    """Specimen and optics of one microscope, for all of its cameras.

    Parameters
    ----------
    specimen : Specimen
    optics : Optics
    """

    def __init__(self, specimen: Specimen, optics: Optics) -> None:
        self.pixel_nm = specimen.pixel_size_nm
        self._optics = optics
        self._specimen = specimen
        self._vacuum = Specimen.from_arrays(specimen.pixel_size_nm, relative_thickness=np.zeros((64, 64)))
        self._formations: dict[tuple[bool, tuple[int, int]], ImageFormation] = {}

    def rate(self, column: Column, shape: tuple[int, int]) -> NDArray[np.float32] | None:
        """Return electrons per px and s that reach a camera at this moment; None if there are none."""
        if not column.dose_rate:
            return None
        stage = column.stage
        is_vacuum = max(abs(stage.y_nm), abs(stage.x_nm)) > HOLE_NM
        key = is_vacuum, shape
        if key not in self._formations:
            seen = self._vacuum if is_vacuum else self._specimen
            self._formations[key] = ImageFormation(seen, self._optics, shape)
        return self._formations[key].rate(self._state(column))

    def _state(self, column: Column) -> State:
        pixel_nm, energy_ev = self.pixel_nm, column.energy_loss_ev
        return State(
            defocus_nm=column.true_defocus_nm,
            energy_loss_ev=energy_ev,
            slit_width_ev=column.slit_width_ev if column.slit_in else None,
            shift_px=_in_px(column.specimen_nm, pixel_nm),
            beam_electrons_per_px_s=column.dose_rate * pixel_nm**2,
            beam_centre_px=_in_px(column.beam_shift_nm, pixel_nm),
            energy_offset_ev=column.true_energy_loss_ev - energy_ev,
            accumulated_dose=column.dose,
            time_s=column.clock.elapsed_s,
        )

    def truth(self, column: Column) -> tuple[tuple[float, float], float, float]:
        """Return drift (px), defocus (nm) and energy loss (eV) as they are at this moment."""
        return _in_px(column.specimen_nm, self.pixel_nm), column.true_defocus_nm, column.true_energy_loss_ev


def _in_px(place_nm: tuple[float, float], pixel_nm: float) -> tuple[float, float]:
    return place_nm[0] / pixel_nm, place_nm[1] / pixel_nm
