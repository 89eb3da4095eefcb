"""What the core wants done. Small Structs; whoever runs them (loop.py, or a test) knows no rule of chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hubbub.schemas.events import AnyEvent
from hubbub.schemas.records import Read, Transfer, Write
from hubbub.schemas.replies import Reply as ReplyBody
from hubbub.schemas.requests import AnyRequest

if TYPE_CHECKING:
    from hubbub.broker.core import Core
    from hubbub.broker.sessions import LiveSession


class Peer(Struct, frozen=True, gc=False):
    """Who is at the other end of a request socket's connection, as the sockets know it."""

    route: bytes
    """The ROUTER's name for the connection. Never shown, never logged: who knows another's can abort libzmq."""
    key: str
    """The connection's public CURVE key in Z85, proven by the handshake (ZAP's User-Id)."""
    address: str
    """The network address, without a port."""


class Context(Struct):
    """One request on its way: who asked what, when, and in which session."""

    peer: Peer
    request: AnyRequest
    now: int
    """When it came, microseconds since 1970, UTC."""
    session: LiveSession | None = None
    """Set, and checked, wherever the mode needs a session."""

    @property
    def live(self) -> LiveSession:
        """The session, in a mode that needs one."""
        if self.session is None:
            raise RuntimeError("a mode that needs no session asked for one: modes.py is wrong")
        return self.session

    @property
    def user(self) -> int:
        """The id of the session's user."""
        return self.live.user.user

    def answer(self, body: ReplyBody) -> Reply:
        """The reply, given exactly once for each request."""
        if self.session is None:
            return Reply(self.peer.route, body)
        self.session.outstanding -= 1
        return Reply(self.peer.route, body, self.session.session)


Then = Callable[["Core", Context, Any], "Effects"]
"""What goes on when an effect has its result: (core, context, result) -> effects."""


class Effect(Struct, gc=False):
    """Something for the loop to do. Effects are run in the order in which they are returned."""


class Reply(Effect):
    """The answer to a request; dropped where the client went away."""

    route: bytes
    body: ReplyBody
    session: int = 0
    """Whose it is; 0: it was asked without a session."""


class Publish(Effect):
    """An event for all feeds that have the topic."""

    topic: bytes
    event: AnyEvent


class Pending(Struct):
    """A request that waits for a result, and how it goes on. The store and the password pool carry it as a ticket."""

    context: Context
    then: Then


class Store(Effect):
    """Give the command to the store; its result comes back to Core.stored with `pending` (None: only for its facts)."""

    command: Write | Read | Transfer
    pending: Pending | None


class HashPassword(Effect):
    """Result: the argon2id hash as text; None where the pool is full."""

    password: bytes
    pending: Pending


class VerifyPassword(Effect):
    """Result: bool; None where the pool is full. `password_hash` None: take the same time and say no."""

    password_hash: str | None
    password: bytes
    pending: Pending


class Cut(Effect):
    """Shut down the feed connections of a session, before anything else is published."""

    session: int


class Note(Effect):
    """A line for the log. Loops drop lines of one event from one address that come too often, and count them."""

    event: str
    address: str
    detail: str


Effects = list[Effect]

__all__ = [
    "Context",
    "Cut",
    "Effect",
    "Effects",
    "HashPassword",
    "Note",
    "Peer",
    "Pending",
    "Publish",
    "Reply",
    "Store",
    "Then",
    "VerifyPassword",
]
