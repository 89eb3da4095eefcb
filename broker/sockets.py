"""Makes and configures every socket of the broker. No rule of chat, and no other file sets a socket option."""

import socket
import sys
from typing import Final

import zmq

from hubbub.schemas import limits

REQUEST_DOMAIN: Final = b"request"
PUBLISH_DOMAIN: Final = b"publish"
"""ZAP domains: any key may connect to the first, only those of live sessions to the second."""

_REPLIES_QUEUED: Final = 64
"""A client has at most 32 requests outstanding, so a fuller queue is one that nobody reads; 64 replies are 8 MiB."""
_EVENTS_QUEUED: Final = 1000
_REQUESTS_QUEUED: Final = 1000
_SUBSCRIPTIONS_QUEUED: Final = 2
"""One, for libzmq counts a credential of its own as another. Before the broker sees the first frame of a connection,
libzmq takes in all that are queued, and for each byte of a topic it makes a node: one session that sent 20,000 subscriptions
of 400 bytes cost 367 MiB and three seconds with 1000 here, and nothing with 2."""
_BACKLOG: Final = 1000
HANDSHAKE_MS: Final = 5_000
"""Whoever connects and says no more than a part of what CURVE wants is sent away after this."""
LINGER_MS: Final = 1000
"""When stopping: the time that the last replies have to leave."""


class PortInUse(Exception):
    """The text says which port, and what to do."""


def request_socket(context: zmq.Context[zmq.Socket[bytes]], secret_key: bytes) -> zmq.Socket[bytes]:
    """The ROUTER, not bound yet."""
    router = _server_socket(context, zmq.ROUTER, secret_key, REQUEST_DOMAIN)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)
    router.setsockopt(zmq.SNDHWM, _REPLIES_QUEUED)
    router.setsockopt(zmq.MAXMSGSIZE, limits.REQUEST_MAX_BYTES)
    return router


def publish_socket(context: zmq.Context[zmq.Socket[bytes]], secret_key: bytes) -> zmq.Socket[bytes]:
    """The XPUB, not bound yet; subscriptions are applied by hand (feed.py)."""
    xpub = _server_socket(context, zmq.XPUB, secret_key, PUBLISH_DOMAIN)
    xpub.setsockopt(zmq.XPUB_MANUAL, 1)
    xpub.setsockopt(zmq.SNDHWM, _EVENTS_QUEUED)
    xpub.setsockopt(zmq.MAXMSGSIZE, limits.SUBSCRIPTION_MAX_BYTES)
    return xpub


def _server_socket(
    context: zmq.Context[zmq.Socket[bytes]], kind: int, secret_key: bytes, domain: bytes
) -> zmq.Socket[bytes]:
    made = context.socket(kind)
    for option, value in (
        (zmq.RCVHWM, _SUBSCRIPTIONS_QUEUED if kind == zmq.XPUB else _REQUESTS_QUEUED),
        (zmq.HEARTBEAT_IVL, 10_000),
        (zmq.HEARTBEAT_TIMEOUT, 30_000),
        (zmq.HEARTBEAT_TTL, 30_000),
        (zmq.HANDSHAKE_IVL, HANDSHAKE_MS),
        (zmq.BACKLOG, _BACKLOG),
        (zmq.TCP_KEEPALIVE, 1),
        (zmq.LINGER, 0),
        (zmq.CURVE_SERVER, 1),
        (zmq.ZAP_ENFORCE_DOMAIN, 1),  # without it libzmq lets everyone in while no ZAP handler runs
    ):
        made.setsockopt(option, value)
    made.setsockopt(zmq.CURVE_SECRETKEY, secret_key)
    made.setsockopt(zmq.ZAP_DOMAIN, domain)
    return made


def bind(made: zmq.Socket[bytes], host: str, port: int) -> int:
    """Bind to all interfaces (host "*") or to one; port 0: any. Returns the port. Raises PortInUse."""
    for ipv6 in (1, 0) if host == "*" else (1 if ":" in host else 0,):
        made.setsockopt(zmq.IPV6, ipv6)
        shown = f"[{host}]" if ":" in host else host
        try:
            made.bind(f"tcp://{shown}:{port or '*'}")
        except zmq.ZMQError as error:
            if error.errno == zmq.EADDRINUSE:
                raise PortInUse(_in_use(port)) from None
            if host == "*" and ipv6:
                continue  # a machine without IPv6
            raise PortInUse(
                f"Cannot listen on {shown}:{port}: {error}. Choose another --host or --port."
            ) from None
        endpoint = made.getsockopt(zmq.LAST_ENDPOINT)
        assert isinstance(endpoint, bytes)  # noqa: S101  # what pyzmq gives for this option
        return int(endpoint.rstrip(b"\0").rsplit(b":", 1)[1])
    raise PortInUse(f"Cannot listen on port {port}.")


def hello_listener(host: str, port: int) -> socket.socket:
    """The plain TCP listener, on all interfaces (host "*") or one; port 0: any. Raises PortInUse."""
    try:
        if host != "*":
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return _listening(host, port, family)
        if socket.has_dualstack_ipv6():
            try:
                return _listening("", port, socket.AF_INET6, dual=True)
            except PortInUse:
                raise
            except OSError:
                pass  # a machine without IPv6
        return _listening("", port, socket.AF_INET)
    except OSError as error:
        raise PortInUse(
            f"Cannot listen on port {port}: {error.strerror}. Choose another --host or --port."
        ) from None


def _listening(host: str, port: int, family: int, dual: bool = False) -> socket.socket:
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=dual)
    except OSError as error:
        # create_server wraps the error and keeps its number
        if error.errno in (98, 48, 10048):
            raise PortInUse(_in_use(port)) from None
        raise


def _in_use(port: int) -> str:
    return (
        f"Port {port} is in use, perhaps by another Hubbub. Stop it, or choose another with --port "
        f"(the port behind the next one, --port + {limits.HELLO_PORT_OFFSET}, must be free too) and --publish-port."
    )


def admin_socket(
    context: zmq.Context[zmq.Socket[bytes]], address: str, server_key: bytes, keys: tuple[bytes, bytes]
) -> zmq.Socket[bytes]:
    """A DEALER connected to a running broker with the administrator's (public, secret) keys."""
    dealer = context.socket(zmq.DEALER)
    dealer.setsockopt(zmq.LINGER, 0)
    dealer.setsockopt(zmq.IPV6, 1)
    dealer.setsockopt(zmq.CURVE_SERVERKEY, server_key)
    dealer.setsockopt(zmq.CURVE_PUBLICKEY, keys[0])
    dealer.setsockopt(zmq.CURVE_SECRETKEY, keys[1])
    dealer.connect(address)
    return dealer


def wake_pair() -> tuple[socket.socket, socket.socket]:
    """(read end, write end) of what other threads wake the loop with; neither blocks."""
    read, write = socket.socketpair()
    read.setblocking(False)
    write.setblocking(False)
    if sys.platform != "win32":
        write.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return read, write
