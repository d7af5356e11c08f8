"""Serving: one process, one socket, and an end that keeps nobody waiting."""

import errno
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from time import monotonic
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from bot.health import Condition

LONGEST_GOODBYE = 2
"""Seconds that open streams are given to end, before they are cut off."""


class PortInUse(Exception):
    """Somebody else listens there. Carries the port that was wanted."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


class PortReserved(Exception):
    """This user may not listen there, as on most systems below 1024. Carries the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"this user may not listen on port {port}")
        self.port = port


class NoSuchAddress(Exception):
    """This machine has no such address to listen on."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not an address of this machine")
        self.host = host


def bound(host: str, port: int) -> socket.socket:
    """A socket on an address, with a free port for 0; raises `PortInUse`, `PortReserved` or `NoSuchAddress`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as unknown:
        raise NoSuchAddress(host) from unknown
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as refused:
        listener.close()
        match refused.errno:
            case errno.EADDRINUSE:
                raise PortInUse(port) from refused
            case errno.EACCES:
                raise PortReserved(port) from refused
            case _:
                raise NoSuchAddress(host) from refused
    return listener


def address_of(listener: socket.socket) -> str:
    """The socket as an address for a browser."""
    host, port, *_ = listener.getsockname()
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


class Server(uvicorn.Server):
    """Says so once it answers, and not before; told to end, it first says that it drains, then ends open streams."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        leave: Callable[[], None],
        condition: Condition,
        drain_seconds: float = 0,
    ) -> None:
        super().__init__(config)
        self.ready = ready
        self.leave = leave
        self.condition = condition
        self.drain_seconds = drain_seconds
        self.ends_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins the leave-taking; a second one does not wait for it."""
        if self.drain_seconds and not self.condition.draining:
            self.ends_at = monotonic() + self.drain_seconds
        else:
            super().handle_exit(sig, frame)
        self.condition.draining = True

    async def on_tick(self, counter: int) -> bool:
        if self.ends_at is not None and monotonic() >= self.ends_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()  # what is there now stays until the end; rubbish is looked for in what comes
        gc.enable()
        if self.started:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.leave()
        await super().shutdown(sockets)


def serve(app: Starlette, listener: socket.socket, ready: Callable[[], None], drain_seconds: float = 0) -> None:
    """Answers on the socket until the process is told to end. `ready` is called when the first request can come."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LONGEST_GOODBYE,
    )
    # When everything is closed, uvicorn raises the signal that ended it anew. Both are how it is meant to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with closing(listener), suppress(KeyboardInterrupt):
        Server(config, ready, app.state.leave, app.state.condition, drain_seconds).run(sockets=[listener])
