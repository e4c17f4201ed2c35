"""Which calls may travel: exactly the members of the protocols."""

from __future__ import annotations

from typing import Any

from temstack.errors import InstrumentError
from temstack.instrument.microscope import Microscope
from temstack.instrument.protocols import Beam, Camera, Clock, EnergyFilter, Focus, Shift, Simulation, Stage

DEVICES: dict[str, type] = {
    "focus": Focus,
    "energy_filter": EnergyFilter,
    "beam": Beam,
    "stage": Stage,
    "image_shift": Shift,
    "beam_shift": Shift,
    "clock": Clock,
    "simulation": Simulation,
}
"""Protocol of each device by its name in :class:`Microscope`; cameras are ``cameras.0``, ``cameras.1``…"""


def members(protocol: type) -> dict[str, bool]:
    """Return the public members of a protocol: True for a property, False for a method.

    >>> members(Beam)["is_blanked"], members(Beam)["set_blanked"]
    (True, False)
    """
    return {name: isinstance(value, property) for name, value in vars(protocol).items() if not name.startswith("_")}


def find_device(microscope: Microscope, address: str) -> tuple[Any, type]:
    """Return a device and its protocol; InstrumentError if the microscope has none."""
    name, _, number = address.partition(".")
    if name == "cameras" and number.isdecimal() and int(number) < len(microscope.cameras):
        return microscope.cameras[int(number)], Camera
    device = getattr(microscope, name, None) if name in DEVICES and not number else None
    if device is None:
        raise InstrumentError(f"microscope {microscope.name!r}", "has no such device", got=repr(address))
    return device, DEVICES[name]


def call(microscope: Microscope, address: str, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Read a property or call a method of a device, if its protocol has it."""
    device, protocol = find_device(microscope, address)
    known = members(protocol)
    if name not in known:
        raise InstrumentError(address, "has no such call", got=repr(name), expected="one of " + ", ".join(known))
    member = getattr(device, name)
    return member if known[name] else member(*arguments, **options)
