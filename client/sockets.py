"""Makes and configures the client's sockets. No rule of chat, and no other file sets a socket option."""

from typing import Final

import zmq

from hubbub.client.keys import DeviceKey, curve_text
from hubbub.schemas import limits
from hubbub.schemas.hello import Hello

_QUEUE: Final = 1000
_HANDSHAKE_MS: Final = 5_000

LINK_UP: Final = zmq.EVENT_HANDSHAKE_SUCCEEDED
LINK_GONE: Final = (
    zmq.EVENT_DISCONNECTED
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_CLOSED
)

Context = zmq.Context[zmq.Socket[bytes]]
Socket = zmq.Socket[bytes]


def request_socket(context: Context, hello: Hello, host: str, device: DeviceKey) -> Socket:
    """The DEALER, connecting. Its routing id is unset: a fixed one goes deaf after a half-open reconnect."""
    return _connected(context, zmq.DEALER, hello.key, host, hello.port, device)


def feed_socket(context: Context, hello: Hello, host: str, device: DeviceKey) -> Socket:
    """The XSUB, connecting (a SUB filters again on its own side, and would drop all of it)."""
    return _connected(context, zmq.XSUB, hello.key, host, hello.publish_port, device)


def monitor(socket: Socket) -> Socket:
    """Where the socket's link announces that it came up or went."""
    return socket.get_monitor_socket(LINK_UP | LINK_GONE)


def close(socket: Socket, watcher: Socket) -> None:
    """The socket and its monitor, at once."""
    socket.disable_monitor()
    watcher.close(linger=0)
    socket.close(linger=0)


def _connected(context: Context, kind: int, key: bytes, host: str, port: int, device: DeviceKey) -> Socket:
    made = context.socket(kind)
    for option, value in (
        (zmq.RCVHWM, _QUEUE),
        (zmq.SNDHWM, _QUEUE),
        (zmq.MAXMSGSIZE, 2 * limits.REPLY_MAX_BYTES),
        (zmq.HEARTBEAT_IVL, 10_000),
        (zmq.HEARTBEAT_TIMEOUT, 30_000),
        (zmq.HEARTBEAT_TTL, 30_000),
        (zmq.HANDSHAKE_IVL, _HANDSHAKE_MS),
        (zmq.CONNECT_TIMEOUT, _HANDSHAKE_MS),
        (zmq.TCP_KEEPALIVE, 1),
        (zmq.LINGER, 0),
        (zmq.IPV6, 1),
        # Never by libzmq: the session core says hello again first (ports, key and epoch may be others), with its own
        # jittered backoff.
        (zmq.RECONNECT_IVL, -1),
    ):
        made.setsockopt(option, value)
    made.setsockopt(zmq.CURVE_SERVERKEY, curve_text(key))
    made.setsockopt(zmq.CURVE_PUBLICKEY, device.public)
    made.setsockopt(zmq.CURVE_SECRETKEY, device.secret)
    shown = f"[{host}]" if ":" in host else host
    made.connect(f"tcp://{shown}:{port}")
    return made
