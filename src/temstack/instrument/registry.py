"""Microscopes by name: ours, and those that other packages offer."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, cast

from temstack.errors import ConnectionLostError, InstrumentError, SettingError
from temstack.instrument.microscope import Microscope

GROUP = "temstack.drivers"
"""Group of entry points in which a package names its drivers."""


class Driver(Protocol):
    """What an entry point of :data:`GROUP` leads to: a callable that connects.

    It is called with the address (``scheme://place``, or None where only the name was given) and the options of
    :func:`connect`, and returns a :class:`Microscope`.
    """

    def __call__(self, address: str | None, **options: Any) -> Microscope:
        """Connect and return the microscope."""


def _simulated(address: str | None, **options: Any) -> Microscope:
    if address is None:
        from temstack.instrument.simulated import SimulatedMicroscope

        return SimulatedMicroscope(**options)
    from temstack.instrument.remote.client import connect_to

    return connect_to(address, **options)


_OURS: dict[str, Driver] = {"simulated": _simulated}


def driver_names() -> list[str]:
    """Return the names that :func:`connect` knows.

    >>> "simulated" in driver_names()
    True
    """
    return sorted({*_OURS, *(entry.name for entry in entry_points(group=GROUP))})


def connect(name: str, **options: Any) -> Microscope:
    """Return a microscope by name or address.

    Parameters
    ----------
    name : str
        ``"simulated"``: a virtual microscope in this process. ``"simulated://127.0.0.1:PORT"``: one that
        ``temstack microscope serve`` runs. ``"NAME"`` or ``"NAME://PLACE"``: the driver NAME of another package.
    **options
        Passed on to the driver: ``seed=…`` and all else that
        :class:`~temstack.instrument.simulated.SimulatedMicroscope` takes, or
        :func:`~temstack.instrument.remote.client.connect_to`.

    Raises
    ------
    SettingError
        If there is no such driver, or it does not take these options.
    ConnectionLostError
        If nobody answers at the address.

    Examples
    --------
    >>> with connect("simulated", seed=3) as microscope:
    ...     microscope.focus.set_defocus_nm(80)
    80.0
    """
    scheme, has_place, _ = name.partition("://")
    driver = _find(scheme)
    try:
        return driver(name if has_place else None, **options)
    except TypeError as err:
        if "unexpected keyword argument" not in str(err):
            raise
        raise SettingError(f"microscope {scheme!r}", "does not take this option", got=str(err)) from err
    except (SettingError, InstrumentError):
        raise
    except OSError as err:
        raise ConnectionLostError(f"microscope {name!r}", f"cannot be reached ({err})") from err


def _find(scheme: str) -> Driver:
    if scheme in _OURS:
        return _OURS[scheme]
    for entry in entry_points(group=GROUP):
        if entry.name == scheme:
            return _load(entry)
    raise SettingError(
        "microscope",
        "is not known",
        got=repr(scheme),
        expected="one of " + ", ".join(driver_names()),
        advice="a driver may come with a package that must be installed first",
    )


def _load(entry: EntryPoint) -> Driver:
    try:
        return cast("Driver", entry.load())
    except Exception as err:  # whatever a foreign package stumbles over
        raise InstrumentError(
            f"driver {entry.name!r}", f"cannot be loaded ({type(err).__name__}: {err})", advice="reinstall its package"
        ) from err
