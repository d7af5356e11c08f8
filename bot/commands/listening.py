"""Listening: an address to answer on, or the sentence for what keeps this user from it."""

from socket import socket

from bot import serving
from bot.commands.starting import fail
from bot.serving import NoSuchAddress, PortInUse, PortReserved
from bot.settings import Settings
from bot.wording import Wording


def listening(say: Wording, host: str, port: int, variable: str) -> socket:
    """A socket on the address; the setting the port is from is named where it cannot be had."""
    try:
        return serving.bound(host, port)
    except PortInUse as taken:
        with serving.bound(host, 0) as free:
            other = free.getsockname()[1]
        raise fail(say("serve.port_taken", port=taken.port, other=other, variable=variable)) from None
    except PortReserved as reserved:
        raise fail(say("serve.port_reserved", port=reserved.port, variable=variable)) from None
    except NoSuchAddress as unknown:
        raise fail(say("serve.no_such_address", host=unknown.host, variable=variable.replace("PORT", "HOST"))) from None


def watch_listener(say: Wording, settings: Settings) -> socket | None:
    """The socket for health and metrics alone, where the settings ask for one."""
    if settings.metrics_port is None:
        return None
    return listening(say, settings.metrics_host, settings.metrics_port, "EVENHAND_METRICS_PORT")
