"""The microscope as scripts see it: its cameras as handles, and settings that are kept beside it.

Scripts know settings that our protocols have not: spot size, camera length, a shutter while idle. On a simulated
microscope they are kept and read back, and change no image. On a real one they are refused: a script must not
believe that it has turned a lens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.instrument import Beam, Camera, EnergyFilter, Focus, Microscope, Shift, Stage


@dataclass(eq=False)
class CameraHandle:
    """A camera in a variable of a script.

    Parameters
    ----------
    camera : Camera
    number : int
        Its ID in the functions that take one; the first camera is 0.
    title : str
        What scripts call it; they may rename it.
    settings : dict
        What is kept for it: default orientation, idle shutters, target temperature…
    """

    camera: Camera
    number: int
    title: str
    settings: dict[str, Any] = field(default_factory=dict)
    dm_type = "object"


@dataclass
class _Kept:
    """What scripts have set on one microscope that it has no device for."""

    values: dict[str, Any] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    camera_settings: dict[int, dict[str, Any]] = field(default_factory=dict)
    current_camera: int = 0


_kept: WeakKeyDictionary[Microscope, _Kept] = WeakKeyDictionary()


class Devices:
    """The devices of the microscope of a run.

    Parameters
    ----------
    microscope : Microscope
    """

    def __init__(self, microscope: Microscope) -> None:
        self.microscope = microscope
        self.kept = _kept.setdefault(microscope, _Kept())
        self.cameras = [self._handle(number, camera) for number, camera in enumerate(microscope.cameras)]

    def _handle(self, number: int, camera: Camera) -> CameraHandle:
        settings = self.kept.camera_settings.setdefault(number, {})
        return CameraHandle(camera, number, self.kept.titles.get(number, camera.name), settings)

    @property
    def is_simulated(self) -> bool:
        """Whether nothing real is moved."""
        return getattr(self.microscope, "simulation", None) is not None

    # --- cameras ------------------------------------------------------------------------------

    @property
    def camera(self) -> CameraHandle:
        """The camera that scripts use where they name none."""
        return self.camera_number(self.kept.current_camera)

    def camera_number(self, number: float) -> CameraHandle:
        """Return the camera with an ID."""
        if not 0 <= number < len(self.cameras):
            last = len(self.cameras) - 1
            expected = f"an ID from 0 to {last}" if last >= 0 else "a microscope with a camera"
            raise ScriptRuntimeError(f"there is no camera with the ID {number:g}", expected=expected)
        return self.cameras[int(number)]

    def select(self, camera: CameraHandle) -> None:
        """Make a camera the one that scripts use where they name none."""
        self.kept.current_camera = camera.number

    def rename(self, camera: CameraHandle, title: str) -> None:
        """Call a camera something else in scripts."""
        camera.title = self.kept.titles[camera.number] = title

    # --- lenses, filter, beam, stage ----------------------------------------------------------

    def _there(self, device: Any, what: str) -> Any:
        if device is None:
            raise ScriptRuntimeError(f"the microscope {self.microscope.name!r} has no {what} that a script could drive")
        return device

    @property
    def focus(self) -> Focus:
        """The objective lens."""
        lens: Focus = self._there(self.microscope.focus, "focus")
        return lens

    @property
    def energy_filter(self) -> EnergyFilter:
        """The energy filter."""
        energy_filter: EnergyFilter = self._there(self.microscope.energy_filter, "energy filter")
        return energy_filter

    @property
    def beam(self) -> Beam:
        """Illumination and blanker."""
        beam: Beam = self._there(self.microscope.beam, "beam control")
        return beam

    @property
    def stage(self) -> Stage:
        """The goniometer."""
        stage: Stage = self._there(self.microscope.stage, "stage")
        return stage

    def shift(self, which: str) -> Shift:
        """Return a pair of deflectors: ``"image shift"`` or ``"beam shift"``."""
        shift: Shift = self._there(getattr(self.microscope, which.replace(" ", "_")), which)
        return shift

    # --- settings without a device --------------------------------------------------------------

    def setting(self, name: str, default: Any) -> Any:
        """Return a setting as scripts left it, or what it is from the start."""
        return self.kept.values.get(name, default)

    def keep(self, name: str, value: Any) -> None:
        """Keep a setting, if the microscope is a simulated one.

        Raises
        ------
        ScriptRuntimeError
            If it is a real one, whose driver does not offer this.
        """
        self.require_simulated(name)
        self.kept.values[name] = value

    def require_simulated(self, name: str) -> None:
        """Raise if keeping a setting would make a script believe that it had changed a real microscope."""
        if not self.is_simulated:
            raise ScriptRuntimeError(
                f"the driver of microscope {self.microscope.name!r} cannot set the {name}",
                advice="set it at the microscope and leave this out",
            )


def devices_of(run: Run) -> Devices:
    """Return the devices of a run, connected to at the first call."""
    if run.devices is None:
        run.devices = Devices(run.host.microscope)
    return run.devices
