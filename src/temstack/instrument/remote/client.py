"""Drive a microscope that another process serves, through the same protocols as one that is here."""

from __future__ import annotations

import functools
import itertools
import socket
import time
from collections.abc import Callable
from math import inf
from typing import Any, cast
from urllib.parse import urlsplit

from temstack.errors import ConnectionLostError, DeviceTimeoutError, SettingError
from temstack.instrument.microscope import Microscope
from temstack.instrument.protocols import Camera, Simulation
from temstack.instrument.remote.devices import DEVICES, members
from temstack.instrument.remote.token import user_token
from temstack.instrument.remote.values import pack, unpack, unpack_error
from temstack.instrument.remote.wire import Arrays, Message, receive, send

# What never changes is asked once.
_CONSTANT = {
    "name",
    "shape",
    "dtype",
    "saturation",
    "pixel_size_um",
    "exposure_range_s",
    "binnings",
    "defocus_range_nm",
    "nm_per_unit",
    "backlash_nm",
    "energy_loss_range_ev",
    "slit_width_range_ev",
    "hysteresis_ev",
    "method",
    "largest_shift_nm",
    "limits",
}


class Connection:
    """One client's line to a server; made anew when it broke, at the next call.

    Parameters
    ----------
    host, port : str, int
    token : str
    patience_s : float, s
        How long the server may be silent. It speaks twice a second while a call is under way.
    longest_call_s : float, s
        How long a call may take beyond the exposures and waits it asks for.
    pictures : bool
        Ask for the true electrons beside each simulated frame.
    """

    def __init__(
        self, host: str, port: int, token: str, *, patience_s: float, longest_call_s: float, pictures: bool
    ) -> None:
        self._place, self._token = (host, port), token
        self._patience_s, self._longest_call_s, self._pictures = patience_s, longest_call_s, pictures
        self._numbers = itertools.count()
        self._socket: socket.socket | None = None
        self.greeting = self._connect()

    @property
    def subject(self) -> str:
        """What to call the other side in a sentence."""
        return f"microscope at {self._place[0]}:{self._place[1]}"

    def _connect(self) -> Message:
        try:
            self._socket = socket.create_connection(self._place, timeout=self._patience_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            send(self._socket, {"token": self._token})
            greeting, _ = receive(self._socket)
        except OSError as err:  # our ConnectionLostError too
            self.close()
            raise ConnectionLostError(
                self.subject,
                f"cannot be reached ({getattr(err, 'strerror', None) or err})",
                advice="start it with `temstack microscope serve` and use the address that it prints",
            ) from err
        if "error" in greeting:
            self.close()
            raise unpack_error(greeting["error"])
        return greeting

    def close(self) -> None:
        """End the line; the microscope stays as it is."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def call(self, device: str, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Let the other side read a property or call a method, and return or raise what it did."""
        if self._socket is None:
            self._connect()
        number, sent = next(self._numbers), cast("Arrays", [])
        message: Message = {"id": number, "device": device, "name": name}
        message |= {"arguments": pack(arguments, sent), "options": pack(options, sent), "pictures": self._pictures}
        limit_s = self._longest_call_s + _asked_for_s(name, arguments, options)
        try:
            answer, arrays = self._exchange(message, sent, f"{device}.{name}", limit_s)
        except BaseException:  # also Ctrl-C: half an answer may be on its way
            self.close()
            raise
        if "error" in answer:
            raise unpack_error(answer["error"])
        return unpack(answer["value"], arrays)

    def _exchange(self, message: Message, sent: Arrays, what: str, limit_s: float) -> tuple[Message, Arrays]:
        line, until = cast("socket.socket", self._socket), time.monotonic() + limit_s
        try:
            send(line, message, sent)
            while time.monotonic() < until:
                answer, arrays = receive(line)
                if answer.get("id") == message["id"]:
                    return answer, arrays
        except TimeoutError as err:
            raise DeviceTimeoutError(
                self.subject,
                f"has been silent for {self._patience_s:g} s during {what}",
                advice="see whether its process still runs, then connect again",
            ) from err
        except OSError as err:
            raise ConnectionLostError(
                self.subject,
                f"is gone during {what} ({getattr(err, 'problem', None) or getattr(err, 'strerror', None) or err})",
                advice="connect again; it keeps its focus and energy as they were",
            ) from err
        raise DeviceTimeoutError(
            self.subject, f"did not finish {what} within {limit_s:g} s", advice="look at the device, then try again"
        )


def _asked_for_s(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> float:
    """Return how long a call may take because its caller wants it so, s."""
    first = arguments[0] if arguments else options.get("exposure_s", options.get("duration_s", 0.0))
    frames = options.get("frames", 16 if name == "acquire_gain_reference" else 1)
    if name not in ("acquire", "dark_reference", "acquire_gain_reference", "sleep"):
        return 0.0
    wanted_s = 2.0 * float(first) * float(frames)
    return wanted_s if 0 <= wanted_s < inf else 0.0  # the other side refuses the others


class RemoteDevice:
    """A device at the other end; its members are those of the protocol."""

    def __init__(self, connection: Connection, address: str) -> None:
        self._connection, self._address = connection, address
        self._known: dict[str, Any] = {}

    def _call(self, name: str, *arguments: Any, **options: Any) -> Any:
        return self._connection.call(self._address, name, arguments, options)

    def _read(self, name: str) -> Any:
        if name not in _CONSTANT:
            return self._call(name)
        if name not in self._known:
            self._known[name] = self._call(name)
        return self._known[name]


@functools.cache
def remote_class(protocol: type) -> type[RemoteDevice]:
    """Return the class of remote devices of a protocol: each member passes the call on."""
    made: dict[str, Any] = {"__doc__": f"A {protocol.__name__} at the other end."}
    for name, is_property in members(protocol).items():
        made[name] = _property(name) if is_property else _method(name, getattr(protocol, name))
    return type(f"Remote{protocol.__name__}", (RemoteDevice,), made)


def _property(name: str) -> property:
    return property(lambda self: self._read(name))


def _method(name: str, like: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(like)
    def method(self: RemoteDevice, *arguments: Any, **options: Any) -> Any:
        return self._call(name, *arguments, **options)

    return method


class RemoteMicroscope(Microscope):
    """A microscope in another process.

    Parameters
    ----------
    connection : Connection

    Attributes
    ----------
    simulation : Simulation or None
        Faults and hidden truth, where the other side is simulated.
    """

    simulation: Simulation | None

    def __init__(self, connection: Connection) -> None:
        greeting = connection.greeting
        devices = {
            name: remote_class(DEVICES[name])(connection, name) for name in greeting["devices"] if name in DEVICES
        }
        simulation = devices.pop("simulation", None)
        super().__init__(
            name=greeting["name"],
            high_tension_kv=greeting["high_tension_kv"],
            cameras=tuple(
                cast("Camera", remote_class(Camera)(connection, f"cameras.{number}"))
                for number in range(greeting["cameras"])
            ),
            on_close=connection.close,
            **cast("dict[str, Any]", devices),
        )
        object.__setattr__(self, "simulation", simulation)


def connect_to(
    address: str,
    *,
    token: str | None = None,
    patience_s: float = 10.0,
    longest_call_s: float = 60.0,
    pictures: bool = False,
) -> RemoteMicroscope:
    """Return the microscope that is served at an address.

    Parameters
    ----------
    address : str
        ``simulated://127.0.0.1:PORT``, as ``temstack microscope serve`` prints it.
    token : str, optional
        The key of the server; left out, the user's own.
    patience_s : float, s
        How long the server may be silent before it counts as dead.
    longest_call_s : float, s
        How long a call may take beyond the exposures and waits it asks for.
    pictures : bool
        Ask for the true electrons beside each simulated frame; triples what is sent.

    Raises
    ------
    ConnectionLostError
        If nobody answers there.
    SettingError
        If that is no address.
    """
    host, port = _place_in(address)
    token = user_token() if token is None else token
    return RemoteMicroscope(
        Connection(host, port, token, patience_s=patience_s, longest_call_s=longest_call_s, pictures=pictures)
    )


def _place_in(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise SettingError("address", "is none", got=repr(address), expected="such as simulated://127.0.0.1:43210")
    return host, port
