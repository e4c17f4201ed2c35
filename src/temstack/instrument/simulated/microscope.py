"""A whole virtual microscope, made of a seed, a specimen, cameras and what is to go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import inf
from typing import Any

from temstack.errors import SettingError
from temstack.instrument.microscope import Microscope
from temstack.instrument.simulated.camera import SimulatedCamera
from temstack.instrument.simulated.cameras import CameraSetup, area_to_fill, camera_setups, resized
from temstack.instrument.simulated.clock import SimulatedClock
from temstack.instrument.simulated.column import Column, ColumnClock
from temstack.instrument.simulated.control import SimulationControl
from temstack.instrument.simulated.faults import Fault, FaultPlan
from temstack.instrument.simulated.illumination import Illumination
from temstack.instrument.simulated.imperfections import Imperfections
from temstack.instrument.simulated.lenses import (
    SimulatedBeam,
    SimulatedEnergyFilter,
    SimulatedFocus,
    SimulatedShift,
    SimulatedStage,
)
from temstack.instrument.simulated.physics import (
    Optics,
    Specimen,
    amorphous_film,
    interface,
    lattice,
    particles_on_film,
)

SPECIMENS: dict[str, Callable[..., Specimen]] = {
    "particles": particles_on_film,
    "lattice": lattice,
    "interface": interface,
    "film": amorphous_film,
}
"""Ready-made specimens by name."""

_BEAM_RADIUS = 4.0  # of the largest camera's side: 2 % less light in its corners


class SimulatedMicroscope(Microscope):
    """A virtual microscope in this process.

    It stands at 100 nm underfocus, zero loss, slit of 10 eV in, beam on. The same seed and the same calls give the same
    frames.

    Parameters
    ----------
    seed : int
        Of specimen, drift, errors and chance.
    specimen : str or Specimen
        ``"particles"`` (iron, iron oxide, silica on carbon), ``"lattice"``, ``"interface"``, ``"film"``, or your own;
        its pixels are those of the cameras.
    cameras : str, CameraSetup, or tuple of them
        Names of :data:`~temstack.instrument.simulated.cameras.CAMERAS` joined by commas, or your own.
    shape : (int, int), px, optional
        Height and width of all cameras, instead of their own.
    pixel_nm : float, nm, optional
        Size of a pixel at the specimen, instead of the specimen's own.
    optics : Optics, optional
        Lenses and high tension.
    imperfections : Imperfections, optional
        Drift, focus error, filter settling…; ``Imperfections.none()`` for an ideal one.
    faults : iterable of Fault or str
        What goes wrong, as :class:`Fault` or ``"device:kind[:call[:amount[:times]]]"``.
    speed : float, dimensionless
        Seconds of the microscope in one of ours: 1 is real time, inf does not wait.
    electrons_per_px_s : float, electrons per unbinned px and s
        At full brightness, without specimen.
    brightness : float, 0 to 1
        Where the condenser stands. An image at zero loss takes about 1 s; energy losses of some 100 eV, 10,000 times
        weaker, want full brightness.

    Attributes
    ----------
    simulation : SimulationControl
        Faults and the truth.

    Examples
    --------
    >>> with SimulatedMicroscope(seed=1, shape=(128, 128)) as microscope:
    ...     frame = microscope.camera.acquire(0.05)
    >>> frame.pixels.shape, frame.pixels.dtype, frame.exposure_s
    ((128, 128), dtype('uint16'), 0.05)
    """

    simulation: SimulationControl

    def __init__(
        self,
        *,
        seed: int = 1,
        specimen: str | Specimen = "particles",
        cameras: str | CameraSetup | tuple[str | CameraSetup, ...] = "standard",
        shape: tuple[int, int] | None = None,
        pixel_nm: float | None = None,
        optics: Optics | None = None,
        imperfections: Imperfections | None = None,
        faults: Iterable[Fault | str] = (),
        speed: float = inf,
        electrons_per_px_s: float = 400_000.0,
        brightness: float = 0.01,
    ) -> None:
        setups = camera_setups(cameras)
        if shape is not None:
            setups = tuple(resized(setup, shape) for setup in setups)
        seen = _specimen(specimen, seed, area_to_fill(setups), pixel_nm)
        plan = FaultPlan(fault if isinstance(fault, Fault) else Fault.from_text(fault) for fault in faults)
        column = Column(
            seed,
            SimulatedClock(speed),
            plan,
            imperfections or Imperfections(),
            full_dose_rate=electrons_per_px_s / seen.pixel_size_nm**2,
            brightness=brightness,
        )
        largest_px = max(max(setup.detector.shape) for setup in setups)
        lit = optics or Optics(beam_radius_px=_BEAM_RADIUS * largest_px)
        illumination = Illumination(seen, lit)
        super().__init__(
            name="simulated",
            high_tension_kv=lit.high_tension_kv,
            cameras=tuple(
                SimulatedCamera(setup, column, illumination, 1000 * seed + number)
                for number, setup in enumerate(setups)
            ),
            focus=SimulatedFocus(column),
            energy_filter=SimulatedEnergyFilter(column),
            beam=SimulatedBeam(column),
            stage=SimulatedStage(column),
            image_shift=SimulatedShift(column, "image_shift"),
            beam_shift=SimulatedShift(column, "beam_shift"),
            clock=ColumnClock(column),
        )
        object.__setattr__(self, "simulation", SimulationControl(column))


def _specimen(wanted: str | Specimen, seed: int, shape: tuple[int, int], pixel_nm: float | None) -> Specimen:
    if isinstance(wanted, Specimen):
        return wanted if pixel_nm is None else replace(wanted, pixel_size_nm=pixel_nm)
    if wanted not in SPECIMENS:
        raise SettingError("specimen", "is not known", got=repr(wanted), expected="one of " + ", ".join(SPECIMENS))
    size: dict[str, Any] = {} if pixel_nm is None else {"pixel_size_nm": pixel_nm}
    return SPECIMENS[wanted](seed, shape=shape, **size)
