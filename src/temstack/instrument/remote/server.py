"""Serve a microscope on this computer, to this user."""

from __future__ import annotations

import hmac
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from types import TracebackType
from typing import Self

from temstack.errors import ConnectionLostError, InstrumentError, SettingError
from temstack.instrument.microscope import Microscope
from temstack.instrument.remote.devices import DEVICES, call
from temstack.instrument.remote.token import user_token
from temstack.instrument.remote.values import pack, pack_error, unpack, without_pictures
from temstack.instrument.remote.wire import Arrays, Message, receive, send

HEARTBEAT_S = 0.5
"""How often the server says that a call is still under way, s."""

_LOOPBACK = "127.0.0.1"
_GREETING_WITHIN_S = 5.0
_LOOK_UP_EVERY_S = 0.2


def _nothing() -> None:
    pass


class MicroscopeServer:
    """A microscope that other processes of this user drive, one call at a time.

    Parameters
    ----------
    microscope : Microscope
        Used from one thread of the server's, whoever calls. Closing the server does not close it.
    port : int
        0 takes a free one.
    token : str, optional
        The key that clients must know; left out, the user's own.
    on_connection_lost : callable
        Called when the microscope raised ConnectionLostError, after the client was cut off.

    Examples
    --------
    >>> from temstack.instrument.simulated import SimulatedMicroscope
    >>> from temstack.instrument.remote.client import connect_to
    >>> with SimulatedMicroscope(seed=1) as here, MicroscopeServer(here, token="key") as server:
    ...     with connect_to(server.address, token="key") as microscope:
    ...         microscope.focus.set_defocus_nm(50.0)
    50.0
    """

    def __init__(
        self,
        microscope: Microscope,
        *,
        port: int = 0,
        token: str | None = None,
        on_connection_lost: Callable[[], None] = _nothing,
    ) -> None:
        self._microscope = microscope
        self._token = user_token() if token is None else token
        self._on_connection_lost = on_connection_lost
        self._clients: set[socket.socket] = set()
        self._is_closing = threading.Event()
        self._microscope_thread = ThreadPoolExecutor(1, thread_name_prefix="microscope")
        self._listener = _listen(port)
        self._accepting = threading.Thread(target=self._accept, name="microscope-server", daemon=True)
        self._accepting.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    @property
    def address(self) -> str:
        """What to give to :func:`temstack.instrument.connect`."""
        return f"simulated://{_LOOPBACK}:{self.port}"

    def serve_until_stopped(self) -> None:
        """Return only when :meth:`close` is called, or by Ctrl-C."""
        while not self._is_closing.wait(_LOOK_UP_EVERY_S):  # Windows: Ctrl-C does not interrupt a wait without end
            pass

    def close(self) -> None:
        """Cut off all clients and stop listening."""
        self._is_closing.set()
        self._accepting.join()
        self._listener.close()
        for client in list(self._clients):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._microscope_thread.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- clients ------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while not self._is_closing.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Answer one client until it leaves."""
        self._clients.add(client)
        try:
            with client, suppress(OSError, ValueError, KeyError, TypeError):
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._greet(client):
                    while not self._is_closing.is_set():
                        self._answer(client, *receive(client))
        finally:
            self._clients.discard(client)

    def _greet(self, client: socket.socket) -> bool:
        """Let a client in that knows the key, and tell it what there is."""
        client.settimeout(_GREETING_WITHIN_S)
        hello, _ = receive(client)
        client.settimeout(None)
        if not hmac.compare_digest(str(hello.get("token", "")).encode(), self._token.encode()):
            refused = InstrumentError(
                "microscope server", "does not know this key", advice="connect as the user who started it"
            )
            send(client, {"error": pack_error(refused)})
            return False
        microscope = self._microscope
        devices = [name for name in DEVICES if getattr(microscope, name, None) is not None]
        send(
            client,
            {
                "name": microscope.name,
                "high_tension_kv": microscope.high_tension_kv,
                "cameras": len(microscope.cameras),
                "devices": devices,
            },
        )
        return True

    def _answer(self, client: socket.socket, message: Message, arrays: Arrays) -> None:
        pending = self._microscope_thread.submit(self._call, message, arrays)
        answer, sent = self._wait_for(pending, client)
        send(client, {**answer, "id": message["id"]}, sent)

    def _call(self, message: Message, arrays: Arrays) -> tuple[Message, Arrays]:
        options = unpack(message["options"], arrays)
        arguments = unpack(message["arguments"], arrays)
        try:
            value = call(self._microscope, message["device"], message["name"], arguments, options)
        except ConnectionLostError:
            raise
        except Exception as error:  # whatever a driver raises belongs to the client
            return {"error": pack_error(error)}, []
        sent: Arrays = []
        return {"value": pack(value if message.get("pictures") else without_pictures(value), sent)}, sent

    def _wait_for(self, pending: Future[tuple[Message, Arrays]], client: socket.socket) -> tuple[Message, Arrays]:
        """Return the answer; until it comes, tell the client that we are alive."""
        while True:
            try:
                return pending.result(timeout=HEARTBEAT_S)
            except ConnectionLostError:
                self._on_connection_lost()
                raise
            except NotYet:
                send(client, {"working": True})


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise SettingError("port", "is out of range", got=port, expected="0 to 65535; 0 takes a free one")
    try:
        listener = socket.create_server((_LOOPBACK, port))
    except OSError as err:
        raise InstrumentError(
            f"port {port}",
            f"cannot be served ({err.strerror or err})",
            advice="choose another port, or 0 for a free one",
        ) from err
    listener.settimeout(_LOOK_UP_EVERY_S)
    return listener
