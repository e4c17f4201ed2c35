"""Where a microscope stood before a series, and how it gets back there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from temstack.acquire.approach import ENERGY_TOLERANCE_EV, energy_approach, focus_approach
from temstack.errors import InstrumentError
from temstack.instrument import Microscope

Settings = dict[str, Any]
"""Settings of a microscope by name, as plain JSON: ``{"defocus_nm": 100.0, "is_blanked": False, …}``."""

TRIES = 3
"""How often a device is asked before it counts as broken: many a fault comes once only."""

_SHIFT_TOLERANCE_NM = 0.5
_STAGE_TOLERANCE_NM = 5.0


@dataclass(frozen=True)
class _Knob:
    """One setting: how to read it, how to put it back, and when it counts as back."""

    name: str
    device: str
    read: Callable[[Any], Any]
    put: Callable[[Any, Any], object]
    tolerance: Callable[[Any], float] = lambda _device: 0.0


# In this order they are put back; the beam comes last, for it may have been blanked to spare the specimen.
_KNOBS = (
    _Knob(
        "defocus_nm",
        "focus",
        lambda focus: focus.defocus_nm,
        lambda focus, value: focus_approach(focus).go_to(value),
        # The reading before was one that the lens has, so what comes back is the same but for rounding.
        lambda focus: 0.1 * abs(focus.nm_per_unit),
    ),
    _Knob(
        "energy_loss_ev",
        "energy_filter",
        lambda energy_filter: energy_filter.energy_loss_ev,
        lambda energy_filter, value: energy_approach(energy_filter).go_to(value),
        lambda _filter: ENERGY_TOLERANCE_EV / 2,
    ),
    _Knob(
        "is_slit_in",
        "energy_filter",
        lambda energy_filter: energy_filter.is_slit_in,
        lambda energy_filter, value: energy_filter.set_slit_in(value),
    ),
    _Knob(
        "slit_width_ev",
        "energy_filter",
        lambda energy_filter: energy_filter.slit_width_ev,
        lambda energy_filter, value: energy_filter.set_slit_width_ev(value),
        lambda _filter: 0.1,
    ),
    _Knob(
        "image_shift_nm",
        "image_shift",
        lambda shift: list(shift.shift_nm),
        lambda shift, value: shift.set_shift_nm(value),
        lambda _shift: _SHIFT_TOLERANCE_NM,
    ),
    _Knob(
        "stage_nm",
        "stage",
        lambda stage: [stage.position.y_nm, stage.position.x_nm],
        lambda stage, value: stage.move_to(y_nm=value[0], x_nm=value[1]),
        lambda _stage: _STAGE_TOLERANCE_NM,
    ),
    _Knob(
        "is_blanked",
        "beam",
        lambda beam: beam.is_blanked,
        lambda beam, value: beam.set_blanked(value),
    ),
)


def read_settings(microscope: Microscope) -> Settings:
    """Return every setting that a series may change, as it is now.

    Examples
    --------
    >>> from temstack.instrument import connect
    >>> with connect("simulated", shape=(64, 64)) as microscope:
    ...     read_settings(microscope)["defocus_nm"]
    100.0
    """
    settings: Settings = {}
    for knob in _KNOBS:
        device = getattr(microscope, knob.device)
        if device is not None:
            settings[knob.name] = knob.read(device)
    settings["inserted"] = {camera.name: camera.is_inserted for camera in microscope.cameras}
    return settings


def restore(microscope: Microscope, settings: Mapping[str, Any]) -> list[str]:
    """Put back every setting that is not as it was, and return what was put back, in words.

    One device that fails does not keep the others from being put back; each is tried three times.

    Raises
    ------
    InstrumentError
        If something could not be put back; it names all of that, after all else has been put back.
    """
    done: list[str] = []
    failed: list[str] = []
    for knob in _KNOBS:
        device = getattr(microscope, knob.device)
        if device is not None and knob.name in settings:
            _attempt(knob, device, settings[knob.name], done, failed)
    for camera in microscope.cameras:
        if camera.name in settings.get("inserted", {}):
            _attempt(_inserted(camera.name), camera, settings["inserted"][camera.name], done, failed)
    if failed:
        raise InstrumentError(
            f"microscope {microscope.name!r}",
            "could not be put back to where it was",
            got="; ".join(failed),
            advice="when the device answers again, run: temstack recover",
        )
    return done


def _inserted(camera: str) -> _Knob:
    return _Knob(
        f"camera {camera!r} inserted",
        "",
        lambda device: device.is_inserted,
        lambda device, value: device.set_inserted(value),
    )


def _attempt(knob: _Knob, device: Any, wanted: Any, done: list[str], failed: list[str]) -> None:
    """Put one setting back, in up to three tries, and write down how it went."""
    problem = ""
    for _ in range(TRIES):
        try:
            before = knob.read(device)
            if _is_back(before, wanted, knob.tolerance(device)):
                return
            knob.put(device, wanted)
            if _is_back(knob.read(device), wanted, knob.tolerance(device)):
                done.append(f"{knob.name}: {_shown(before)} → {_shown(wanted)}")
                return
            problem = f"reads {_shown(knob.read(device))}"
        except Exception as error:  # whatever a driver raises, the other devices must still be put back
            problem = str(error)
    failed.append(f"{knob.name} should be {_shown(wanted)} ({problem})")


def _is_back(value: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, list):
        return all(abs(a - b) <= tolerance for a, b in zip(value, wanted, strict=True))
    if isinstance(wanted, bool):
        return bool(value) == wanted
    return bool(abs(value - wanted) <= tolerance)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(f"{one:g}" for one in value) + ")"
    return str(value) if isinstance(value, bool) else f"{value:g}"
