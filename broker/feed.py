"""The XPUB: who gets which topics, and how he is cut off. Knows tokens and topics, and no rule of chat.

XPUB_MANUAL applies setsockopt(SUBSCRIBE) to the pipe of the frame that was received last. A frame that is no
subscription (any XSUB can send one) shifts that pairing by one, so that the next topic lands on another client. Hence
three rules: a subscription is applied at once, with no send, poll or read of EVENTS in between; after a frame that is no
subscription, all are ignored until the queue is empty (clients repeat theirs until confirmed); whoever sent it is cut.
"""

import socket
from typing import Any, Final

import zmq

from hubbub.broker.core import Core
from hubbub.broker.effects import Effects, Note, Publish
from hubbub.schemas.limits import TOKEN_BYTES

FRAMES_A_WAKE: Final = 512
STRIKES_MAX: Final = 3
"""Frames of a device that no client sends, before its sessions end."""

Link = tuple[int, Any]
"""A connection's descriptor, and its peer's name: descriptors are reused, so the two are compared before a shutdown."""


class Feed:
    """The publish socket's subscriptions."""

    def __init__(self, xpub: zmq.Socket[bytes], core: Core) -> None:
        self._xpub = xpub
        self._core = core
        self._skip = False
        """Pairings are shifted: ignore subscriptions until the queue has been empty."""
        self._links: dict[int, list[Link]] = {}
        self._tokens: dict[bytes, int] = {}
        """Token -> session of those that have a link: the death of a pipe is told by the token alone."""
        self._token_of: dict[int, bytes] = {}
        """The same from the other side."""
        self._strikes: dict[str, int] = {}

    def drain(self, now: int) -> Effects:
        """Take what clients sent, up to FRAMES_A_WAKE frames; gives the confirmations to publish."""
        out: Effects = []
        for _ in range(FRAMES_A_WAKE):
            try:
                frame = self._xpub.recv(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                self._skip = False
                break
            body = frame.bytes
            if not body or body[0] > 1:
                self._skip = True
                out += self._hostile(frame, "a frame on the publish socket that is no subscription")
            elif body[0] == 0:
                out += self._unsubscribed(frame, body[1:], now)
            elif not self._skip:
                out += self._subscribed(frame, body[1:], now)
        return out

    def _subscribed(self, frame: zmq.Frame, token: bytes, now: int) -> Effects:
        key = _metadata(frame, "User-Id")
        grant = self._core.subscribed(token, key, now) if len(token) == TOKEN_BYTES and key else None
        if grant is None:
            # libzmq keeps every topic that a peer asks for: one that asks for what it can't have could ask for millions.
            return self._hostile(frame, "a subscription with no valid token of this device", strike=False)
        if not self._link(grant.session, frame):
            return []  # it died meanwhile: its pipe's place in memory may belong to another connection by now
        xpub = self._xpub
        for topic in grant.topics:
            xpub.setsockopt(zmq.SUBSCRIBE, topic)
        self._tokens[token] = grant.session
        self._token_of[grant.session] = token
        return [Publish(grant.topic, grant.confirmed)]

    def _unsubscribed(self, frame: zmq.Frame, token: bytes, now: int) -> Effects:
        session = self._tokens.get(token)
        if _metadata(frame, "User-Id"):
            # From the peer itself, and not from the end of its pipe: its topics would stay, and its death be silent.
            _shutdown(frame)
        if session is None:
            return []
        self._core.feed_lost(session, now)
        self._prune(session)
        return []

    def cut(self, session: int) -> None:
        """Shut down the session's connections. Nothing that is published from here on reaches them."""
        for descriptor, peer in self._links.pop(session, []):
            _shutdown_link(descriptor, peer)
        self._forget(session)

    def _forget(self, session: int) -> None:
        token = self._token_of.pop(session, None)
        if token is not None:
            del self._tokens[token]

    def _link(self, session: int, frame: zmq.Frame) -> bool:
        """Remember the connection that the frame came by; False: it is closed already."""
        descriptor = frame.get(zmq.SRCFD)
        peer = _peer_of(descriptor)
        if peer is None:
            return False
        links = self._links.setdefault(session, [])
        if (descriptor, peer) not in links:
            links[:] = [link for link in links if _peer_of(link[0]) == link[1]]
            links.append((descriptor, peer))
        return True

    def _prune(self, session: int) -> None:
        links = [link for link in self._links.get(session, []) if _peer_of(link[0]) == link[1]]
        if links:
            self._links[session] = links
        else:
            self._links.pop(session, None)
            self._forget(session)

    def _hostile(self, frame: zmq.Frame, what: str, *, strike: bool = True) -> Effects:
        _shutdown(frame)
        key = _metadata(frame, "User-Id")
        out: Effects = [Note("hostile_feed", _metadata(frame, "Peer-Address"), what)]
        if strike and key:
            strikes = self._strikes.pop(key, 0) + 1
            self._strikes[key] = strikes
            if len(self._strikes) > 10_000:
                del self._strikes[next(iter(self._strikes))]
            if strikes >= STRIKES_MAX:
                del self._strikes[key]
                out += self._core.hostile(key)
        return out


def _metadata(frame: zmq.Frame, name: str) -> str:
    """A property of the connection that the frame came by; "" where libzmq made the frame itself."""
    try:
        value = frame.get(name)
    except zmq.ZMQError:
        return ""
    return value if isinstance(value, str) else ""


def _peer_of(descriptor: int) -> Any:
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        return None
    try:
        return connection.getpeername()
    except OSError:
        return None
    finally:
        connection.detach()


def _shutdown(frame: zmq.Frame) -> None:
    """Shut down the connection that the frame came by, if it still is the same."""
    try:
        descriptor = frame.get(zmq.SRCFD)
    except zmq.ZMQError:
        return
    peer = _peer_of(descriptor)
    # libzmq names a link-local address with its interface (fe80::1%eth0), Python without.
    if peer is not None and peer[0] == _metadata(frame, "Peer-Address").partition("%")[0]:
        _shutdown_link(descriptor, peer)


def _shutdown_link(descriptor: int, peer: Any) -> None:
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        return  # closed already
    try:
        if connection.getpeername() == peer:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already
    finally:
        connection.detach()
