"""The back door of a virtual microscope: faults on demand, and the truth."""

from __future__ import annotations

from temstack.instrument.simulated.column import Column
from temstack.instrument.simulated.faults import Fault


class SimulationControl:
    """What no real microscope offers; for tests.

    Parameters
    ----------
    column : Column
    """

    def __init__(self, column: Column) -> None:
        self._column = column

    def arm(self, fault: str) -> None:
        """Let something go wrong: ``device:kind[:call[:amount[:times]]]``, calls counted from now."""
        self._column.faults.add(Fault.from_text(fault))

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._column.faults.clear()

    def restore_connection(self) -> None:
        """Answer again after a lost connection; other faults stay armed."""
        self._column.faults.connection_is_lost = False

    @property
    def truth(self) -> dict[str, float]:
        """What is the case at this moment, whatever the devices read back."""
        column = self._column
        y_nm, x_nm = column.specimen_nm
        return {
            "defocus_nm": column.true_defocus_nm,
            "energy_loss_ev": column.true_energy_loss_ev,
            "specimen_y_nm": y_nm,
            "specimen_x_nm": x_nm,
            "dose_per_nm2": column.dose,
            "dose_per_nm2_s": column.dose_rate,
            "elapsed_s": column.clock.elapsed_s,
        }
