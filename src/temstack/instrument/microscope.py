"""A microscope: the devices that one driver gives, under one name."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from temstack.errors import InstrumentError, SettingError
from temstack.instrument.protocols import Beam, Camera, Clock, EnergyFilter, Focus, Shift, Stage


class SystemClock:
    """The time of this computer."""

    def now(self) -> float:
        """Return the time, seconds since 1970 (UTC)."""
        return time.time()

    def sleep(self, duration_s: float) -> None:
        """Return when that much time has passed."""
        time.sleep(max(duration_s, 0.0))


def _nothing() -> None:
    pass


@dataclass(frozen=True, eq=False)
class Microscope:
    """The devices of one microscope; what it has not is None.

    Use it in a ``with`` block, or :meth:`close` it. Closing ends the connection and changes nothing on the
    microscope: whoever changed focus or energy puts them back.

    Parameters
    ----------
    name : str
    high_tension_kv : float, kV
    cameras : tuple of Camera
        The first is the one to use where nobody says which.
    focus, energy_filter, beam, stage, image_shift, beam_shift : optional
    clock : Clock
        Waiting is done by it, so that a simulated microscope can hurry.
    on_close : callable
        What :meth:`close` calls, once.
    """

    name: str
    high_tension_kv: float
    cameras: tuple[Camera, ...]
    focus: Focus | None = None
    energy_filter: EnergyFilter | None = None
    beam: Beam | None = None
    stage: Stage | None = None
    image_shift: Shift | None = None
    beam_shift: Shift | None = None
    clock: Clock = field(default_factory=SystemClock)
    on_close: Callable[[], None] = _nothing

    @property
    def camera(self) -> Camera:
        """The camera to use where nobody says which."""
        if not self.cameras:
            raise InstrumentError(f"microscope {self.name!r}", "has no camera")
        return self.cameras[0]

    def find_camera(self, name: str) -> Camera:
        """Return the camera of that name; SettingError if there is none."""
        for camera in self.cameras:
            if camera.name == name:
                return camera
        raise SettingError(
            f"microscope {self.name!r}",
            "has no such camera",
            got=repr(name),
            expected=" or ".join(repr(camera.name) for camera in self.cameras) or "none",
        )

    def close(self) -> None:
        """End the connection; a second time does nothing."""
        on_close = self.on_close
        object.__setattr__(self, "on_close", _nothing)
        on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
