"""Who is logged in and what he is entitled to, in memory. Pure; the store's results keep it true."""

import hashlib
from array import array
from collections.abc import Iterable

from msgspec import Struct

from hubbub.broker.limiter import Bucket
from hubbub.broker.policy import Limits
from hubbub.schemas.events import (
    PRESENCE_TOPIC,
    OnlineUser,
    Status,
    conversation_topic,
    session_topic,
    user_topic,
)
from hubbub.schemas.records import Entitlement, Session


class LiveUser(Struct):
    """A user with at least one session."""

    user: int
    name: str
    home_version: int
    conversations: "array[int]"
    """Ids, 8 bytes each: with a set a thousand idle clients would cost ten times as much here."""
    sessions: set[int]
    status: Status = "online"
    """How he wants to be shown while he is present."""
    status_text: str = ""
    bot: bool = False

    def person(self) -> OnlineUser:
        """Him, as he wants to be shown: "invisible" too."""
        return OnlineUser(self.user, self.name, self.status, self.status_text, self.bot)


class LiveSession(Struct):
    """A session that can make requests."""

    session: int
    user: LiveUser
    token_hash: bytes
    device_key: str
    expires_at: int
    bucket: Bucket
    outstanding: int = 0
    token: bytes = b""
    """Once it was shown: what `Sessions` has to forget when the session ends."""

    def topics(self) -> list[bytes]:
        """All that this session may hear, and nothing else."""
        return [
            session_topic(self.session),
            user_topic(self.user.user),
            PRESENCE_TOPIC,
            *map(conversation_topic, self.user.conversations),
        ]


def token_hash(token: bytes) -> bytes:
    """The form in which a token is kept: whoever reads the database can log in with none of them."""
    return hashlib.sha256(token).digest()


class Sessions:
    """The live sessions, by token, id, user and device key."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_hash: dict[bytes, LiveSession] = {}
        self._by_token: dict[bytes, LiveSession] = {}
        """Of tokens that were shown since they are live: spares a hash a request."""
        self._by_id: dict[int, LiveSession] = {}
        self._users: dict[int, LiveUser] = {}
        self._keys: dict[str, int] = {}
        """Live sessions of each device key. Read by ZAP's thread too: one dict lookup, which is atomic."""

    def add(self, session: Session, entitlement: Entitlement, now: int) -> LiveSession:
        """A session that was opened. What the user was entitled to is replaced by what the store just read."""
        user = self._users.get(session.user)
        if user is None:
            user = LiveUser(session.user, session.name, 0, array("q"), set(), bot=session.bot)
            self._users[session.user] = user
        user.home_version = entitlement.home_version
        user.conversations = array("q", entitlement.conversations)
        user.status, user.status_text = entitlement.status, entitlement.status_text
        user.sessions.add(session.session)
        key = session.device_key.decode("ascii")
        bucket = Bucket(*self._limits.of_session(bot=session.bot), now)
        live = LiveSession(session.session, user, session.token_hash, key, session.expires_at, bucket)
        self._by_hash[session.token_hash] = self._by_id[session.session] = live
        self._keys[key] = self._keys.get(key, 0) + 1
        return live

    def end(self, session: int) -> LiveSession | None:
        """Forget a session; None where it was not live."""
        live = self._by_id.pop(session, None)
        if live is None:
            return None
        del self._by_hash[live.token_hash]
        self._by_token.pop(live.token, None)
        live.user.sessions.discard(session)
        if not live.user.sessions:
            del self._users[live.user.user]
        self._keys[live.device_key] -= 1
        if not self._keys[live.device_key]:
            del self._keys[live.device_key]
        return live

    def authenticate(self, token: bytes, key: str, now: int) -> LiveSession | None:
        """The session that this token opens from this device key, if there is one."""
        live = self._by_token.get(token)
        if live is None:
            live = self._by_hash.get(token_hash(token))
            if live is None:
                return None
            live.token = token
            self._by_token[token] = live
        if live.device_key != key or live.expires_at <= now:
            return None
        return live

    def get(self, session: int) -> LiveSession | None:
        """The live session with this id."""
        return self._by_id.get(session)

    def user(self, user: int) -> LiveUser | None:
        """The user, if he has a live session."""
        return self._users.get(user)

    def is_device(self, key: str) -> bool:
        """Whether the key belongs to a live session: only such a key may connect to the publish socket."""
        return key in self._keys

    def of_device(self, key: str) -> list[int]:
        """The sessions of a device key."""
        return [live.session for live in self._by_id.values() if live.device_key == key]

    def expired(self, now: int) -> Iterable[int]:
        """Sessions whose time has come."""
        return [live.session for live in self._by_id.values() if live.expires_at <= now]
