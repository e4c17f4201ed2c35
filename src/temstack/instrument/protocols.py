"""What a driver must offer, device by device.

Common to all of them: calls block until the device has answered; targets are absolute, and a setter returns what
was read back afterwards; units stand in the names; what cannot be done raises an
:class:`~temstack.errors.InstrumentError` and changes nothing. A driver is plain Python and may be used from one
thread at a time.

That a class has these members is what ``isinstance`` checks; that they do what is written here is what
:mod:`temstack.testing.conformance` checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from temstack.instrument.frames import Frame


@runtime_checkable
class Camera(Protocol):
    """A camera: exposure in, frame out."""

    @property
    def name(self) -> str:
        """What the camera is called; no two cameras of a microscope share a name."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width, unbinned px."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels of an unprocessed frame, at any binning."""

    @property
    def saturation(self) -> float:
        """Counts at which a pixel of an unprocessed frame, binned or not, becomes no brighter."""

    @property
    def pixel_size_um(self) -> tuple[float, float]:
        """Height and width of an unbinned pixel on the chip, µm."""

    @property
    def pixel_size_nm(self) -> tuple[float, float] | None:
        """Height and width of an unbinned pixel at the specimen, nm, at the present magnification; None if unknown."""

    @property
    def exposure_range_s(self) -> tuple[float, float]:
        """Shortest and longest exposure, s."""

    @property
    def binnings(self) -> tuple[tuple[int, int], ...]:
        """Every binning ``(y, x)`` there is; ``(1, 1)`` is the first."""

    @property
    def temperature_c(self) -> float | None:
        """Temperature of the chip, °C; None if unknown."""

    @property
    def is_inserted(self) -> bool:
        """Whether the camera is in the beam; true where it cannot be moved."""

    def set_inserted(self, inserted: bool) -> bool:
        """Insert or retract the camera; return whether it is in."""

    def acquire(
        self,
        exposure_s: float,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
        processing: str = "unprocessed",
        shutter_open: bool = True,
    ) -> Frame:
        """Expose once and return the frame; the exposure begins after the call, never before.

        Parameters
        ----------
        exposure_s : float, s
            What is wanted. The frame says what was used.
        binning : (int, int)
            ``(y, x)``, one of :attr:`binnings`. Binned pixels are sums.
        readout_area : (int, int, int, int), unbinned px, optional
            ``(top, left, bottom, right)``, half-open; left out: everything.
        processing : str
            ``"unprocessed"``; ``"dark_subtracted"``: minus the dark reference, which is taken first where there is
            none for these settings; ``"gain_normalized"``: that, divided by the gain reference.
        shutter_open : bool
            False keeps the beam off the camera: a dark frame.

        Raises
        ------
        SettingError, DeviceLimitError
            As :func:`temstack.instrument.request_frame` says; nothing was exposed.
        InstrumentError
            If the camera is retracted or failed.
        """

    def dark_reference(
        self,
        exposure_s: float,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
        frames: int = 1,
        renew: bool = False,
    ) -> NDArray[np.float32]:
        """Return what the camera subtracts at these settings; take it first if there is none, or if *renew*.

        Parameters
        ----------
        exposure_s, binning, readout_area
            As in :meth:`acquire`. References are kept by the exposure that the camera really uses.
        frames : int
            How many dark frames are averaged where one must be taken.
        renew : bool
            Take a new one in any case.

        Returns
        -------
        (y, x) float32, counts
        """

    def gain_reference(
        self, *, binning: Sequence[int] = (1, 1), readout_area: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Return what the camera divides by at these settings.

        Returns
        -------
        (y, x) float32, dimensionless
            Sensitivity of each pixel, 1 on average over the whole camera.
        """

    def acquire_gain_reference(self, exposure_s: float, *, frames: int = 16) -> NDArray[np.float32]:
        """Measure the gain reference anew and keep it. The beam must be flat and free of specimen.

        Parameters
        ----------
        exposure_s : float, s
            Of each frame.
        frames : int
            How many are averaged.

        Returns
        -------
        (y, x) float32, dimensionless
            Unbinned, the whole camera.
        """


@runtime_checkable
class Focus(Protocol):
    """The objective lens. Underfocus (a weaker lens) is positive, as in ``chi = -pi lambda defocus k^2 + …``."""

    @property
    def defocus_nm(self) -> float:
        """Defocus, nm, underfocus positive, as read back from the lens."""

    def set_defocus_nm(self, defocus_nm: float) -> float:
        """Go to a defocus and return the one read back, the nearest that the lens has."""

    @property
    def defocus_range_nm(self) -> tuple[float, float]:
        """Lowest and highest defocus, nm."""

    @property
    def nm_per_unit(self) -> float:
        """Defocus, nm, that one step up of the lens's DAC adds; negative where a step up makes the lens stronger."""

    @property
    def backlash_nm(self) -> float:
        """How far the true focus may lag behind, depending on the side it was approached from, nm; 0 if none."""


@runtime_checkable
class EnergyFilter(Protocol):
    """An imaging energy filter. Energy losses are positive: at 532 eV, electrons pass that have lost 532 eV."""

    @property
    def energy_loss_ev(self) -> float:
        """The energy loss in the middle of the slit, eV, as read back."""

    def set_energy_loss_ev(self, energy_loss_ev: float, *, wait: bool = True) -> float:
        """Go to an energy loss and return the one read back.

        Parameters
        ----------
        energy_loss_ev : float, eV
        wait : bool
            Return only when the filter has settled, as :meth:`wait` does.

        Raises
        ------
        DeviceLimitError
            If it is out of range.
        NotSettledError
            If the filter did not settle.
        """

    def wait(self) -> None:
        """Return when the filter has settled; NotSettledError if it does not."""

    @property
    def energy_loss_range_ev(self) -> tuple[float, float]:
        """Lowest and highest energy loss, eV."""

    @property
    def hysteresis_ev(self) -> float:
        """How far the true energy may lag behind, depending on the side it was approached from, eV; 0 if none."""

    @property
    def is_slit_in(self) -> bool:
        """Whether the slit selects an energy; without it electrons of all energies pass."""

    def set_slit_in(self, inserted: bool) -> bool:
        """Insert or retract the slit; return whether it is in."""

    @property
    def slit_width_ev(self) -> float:
        """Width of the slit, eV, also while it is out."""

    def set_slit_width_ev(self, slit_width_ev: float) -> float:
        """Set the width of the slit and return the one read back."""

    @property
    def slit_width_range_ev(self) -> tuple[float, float]:
        """Narrowest and widest slit, eV."""

    @property
    def method(self) -> str:
        """What is changed to shift the energy: ``"high_tension"``, ``"drift_tube"`` or ``"prism"``."""


@runtime_checkable
class Beam(Protocol):
    """Illumination and blanker."""

    @property
    def is_blanked(self) -> bool:
        """Whether the beam is kept off the specimen."""

    def set_blanked(self, blanked: bool) -> bool:
        """Blank or unblank the beam; return whether it is blanked."""

    @property
    def brightness(self) -> float:
        """Illumination as a fraction of the largest, 0 to 1."""

    def set_brightness(self, brightness: float) -> float:
        """Set the illumination, 0 to 1, and return the one read back."""

    @property
    def current_na(self) -> float | None:
        """Current of the beam, nA, 0 while it is blanked or lost; None if it cannot be measured."""


@runtime_checkable
class Shift(Protocol):
    """A pair of deflectors, named ``(y, x)`` as pixels are: image shift, or beam shift."""

    @property
    def shift_nm(self) -> tuple[float, float]:
        """The shift, nm ``(y, x)``: the image (or beam) lies that far towards higher rows and columns."""

    def set_shift_nm(self, shift_nm: Sequence[float]) -> tuple[float, float]:
        """Go to a shift and return the one read back. To undo a drift, set the shift to minus the drift."""

    @property
    def largest_shift_nm(self) -> float:
        """Largest shift along y and along x, nm."""


@dataclass(frozen=True, slots=True)
class StagePosition:
    """Where the stage is.

    ``x_nm`` and ``y_nm`` move the specimen's image towards higher columns and rows, ``z_nm`` up (each nm weakens
    the defocus by one); ``tilt_deg`` is the first tilt.
    """

    x_nm: float
    y_nm: float
    z_nm: float
    tilt_deg: float


@runtime_checkable
class Stage(Protocol):
    """The goniometer."""

    @property
    def position(self) -> StagePosition:
        """Where it is, as read back."""

    def move_to(
        self,
        *,
        x_nm: float | None = None,
        y_nm: float | None = None,
        z_nm: float | None = None,
        tilt_deg: float | None = None,
    ) -> StagePosition:
        """Go to a position and return the one read back; an axis left out stays."""

    @property
    def limits(self) -> tuple[StagePosition, StagePosition]:
        """Lowest and highest value of each axis."""


@runtime_checkable
class Clock(Protocol):
    """The time as the microscope has it; a simulated one may run faster than ours."""

    def now(self) -> float:
        """Return the time, seconds since 1970 (UTC)."""

    def sleep(self, duration_s: float) -> None:
        """Return when that much of the microscope's time has passed."""


@runtime_checkable
class Simulation(Protocol):
    """The back door of a simulated microscope, its attribute ``simulation``; no real one has it."""

    def arm(self, fault: str) -> None:
        """Let something go wrong: ``device:kind[:call[:amount[:times]]]``, calls counted from now."""

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""

    def restore_connection(self) -> None:
        """Answer again after a lost connection; other faults stay armed."""

    @property
    def truth(self) -> dict[str, float]:
        """What is the case at this moment, whatever the devices read back; units stand in the names."""
