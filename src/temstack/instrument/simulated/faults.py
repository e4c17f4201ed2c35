"""What goes wrong on demand: which device, at which of its calls, how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from temstack.errors import ConnectionLostError, DeviceTimeoutError, InstrumentError, SettingError

KINDS: dict[str, dict[str, str]] = {
    "camera": {
        "raises": "the camera reports an error; nothing is exposed",
        "times_out": "the camera does not answer for 30 s, then the driver gives up",
        "wrong_shape": "the frame has `amount` rows less than asked for (1)",
        "rounds_exposure": "the exposure becomes a multiple of `amount` s (0.1), and the frame says so",
        "stale_frame": "the frame before comes once more",
        "connection_lost": "nobody answers any more on this connection",
    },
    "focus": {
        "raises": "the lens refuses; it stays where it is",
        "times_out": "the lens does not answer for 30 s and stays where it is",
        "off_by": "the lens ends `amount` nm (20) beside its target, and reads back where it is",
        "connection_lost": "nobody answers any more on this connection",
    },
    "energy_filter": {
        "raises": "the filter refuses; it stays where it is",
        "times_out": "the filter does not answer for 30 s and stays where it is",
        "off_by": "the filter ends `amount` eV (5) beside its target, and reads back where it is",
        "does_not_settle": "the filter goes on drifting; whoever waits is told so",
        "connection_lost": "nobody answers any more on this connection",
    },
    "beam": {
        "drops": "the beam is gone for `amount` s (until the end)",
        "raises": "the blanker refuses",
        "connection_lost": "nobody answers any more on this connection",
    },
    "stage": {
        "raises": "the stage refuses; it stays where it is",
        "off_by": "the stage ends `amount` nm (50) beside its target along x, and reads back where it is",
        "connection_lost": "nobody answers any more on this connection",
    },
    "image_shift": {"raises": "the deflectors refuse", "connection_lost": "nobody answers any more"},
}
"""Every fault there is: device, kind, what happens."""

AMOUNTS = {
    ("camera", "wrong_shape"): 1.0,
    ("camera", "rounds_exposure"): 0.1,
    ("focus", "off_by"): 20.0,
    ("energy_filter", "off_by"): 5.0,
    ("beam", "drops"): inf,
    ("stage", "off_by"): 50.0,
}
"""The amount where a fault names none."""

PATIENCE_S = 30.0
"""How long a driver waits for a device that does not answer, s."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Parameters
    ----------
    device : str
        ``"camera"``, ``"focus"``, ``"energy_filter"``, ``"beam"``, ``"stage"`` or ``"image_shift"``.
    kind : str
        See :data:`KINDS`.
    call : int
        At which call that changes or exposes, counted from 1 when the fault is armed. ``beam:drops`` counts the
        calls of the camera.
    times : int
        For how many calls from then on.
    amount : float, optional
        Unit and default in :data:`KINDS`.
    """

    device: str
    kind: str
    call: int = 1
    times: int = 1
    amount: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS.get(self.device, {}):
            known = [f"{device}:{kind}" for device, kinds in KINDS.items() for kind in kinds]
            raise SettingError(
                "fault", "is unknown", got=f"{self.device}:{self.kind}", expected="one of " + ", ".join(known)
            )
        if self.call < 1 or self.times < 1:
            raise SettingError(
                f"fault {self.device}:{self.kind}",
                "needs call and times of 1 or more",
                got=f"call={self.call}, times={self.times}",
            )

    @property
    def size(self) -> float:
        """The amount, or its default."""
        return AMOUNTS.get((self.device, self.kind), 0.0) if self.amount is None else self.amount

    @classmethod
    def from_text(cls, text: str) -> Fault:
        """Return the fault that ``device:kind[:call[:amount[:times]]]`` means.

        >>> Fault.from_text("energy_filter:off_by:7:3.5")
        Fault(device='energy_filter', kind='off_by', call=7, times=1, amount=3.5)
        """
        parts = text.split(":")
        try:
            call = int(parts[2]) if len(parts) > 2 else 1
            amount = float(parts[3]) if len(parts) > 3 and parts[3] else None
            times = int(parts[4]) if len(parts) > 4 else 1
        except ValueError:
            parts = []
        if not 2 <= len(parts) <= 5:
            raise SettingError(
                "fault",
                "cannot be read",
                got=repr(text),
                expected="device:kind[:call[:amount[:times]]], such as camera:raises:7",
            )
        return cls(parts[0], parts[1], call, times, amount)


class FaultPlan:
    """The faults of one microscope, and how many calls each device has had.

    Parameters
    ----------
    faults : iterable of Fault
        To be armed from the start.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._calls: Counter[str] = Counter()
        self._armed: list[tuple[int, Fault]] = []
        self.connection_is_lost = False
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Arm a fault; its calls count from now on."""
        self._armed.append((self._calls[_counted_with(fault)], fault))

    def clear(self) -> None:
        """Disarm all; a lost connection is back."""
        self._armed.clear()
        self.connection_is_lost = False

    def check_connection(self) -> None:
        """Raise if the connection was lost earlier."""
        if self.connection_is_lost:
            raise ConnectionLostError("simulated microscope", "does not answer any more", advice="connect again")

    def begin(self, device: str, name: str) -> dict[str, Fault]:
        """Count a call that exposes or changes something, and return what else goes wrong with it, by kind.

        Parameters
        ----------
        device, name : str
            Whose call it is, and what it is called in the sentence of an error.

        Raises
        ------
        InstrumentError, ConnectionLostError
            If that is what goes wrong.
        """
        self.check_connection()
        self._calls[device] += 1
        due = {
            fault.kind: fault
            for since, fault in self._armed
            if _counted_with(fault) == device and 0 <= self._calls[device] - since - fault.call < fault.times
        }
        if "connection_lost" in due:
            self.connection_is_lost = True
            self.check_connection()
        if "raises" in due:
            raise InstrumentError(name, "reports a hardware error", advice="look at the device, then try again")
        return due


def _counted_with(fault: Fault) -> str:
    return "camera" if fault.kind == "drops" else fault.device


def raise_timeout(name: str) -> None:
    """Say that a device did not answer."""
    raise DeviceTimeoutError(
        name, f"did not answer within {PATIENCE_S:g} s", advice="look at the device, then try again"
    )
