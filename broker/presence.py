"""Who is present: a set of sessions for each user, never a counter. Pure.

The PING lease is the truth; the end of a feed connection is a hint that shortens the lease to a grace period. What was
published is kept beside what is, so that a delta a second at most tells the whole difference.
"""

from collections.abc import Iterator
from typing import Final

from hubbub.broker.limiter import SECOND
from hubbub.schemas import events, limits

LEASE: Final = int(limits.PRESENCE_LEASE_S * SECOND)
GRACE: Final = int(limits.PRESENCE_GRACE_S * SECOND)


class Presence:
    """Leases of sessions, and from them who is online."""

    def __init__(self, now: int) -> None:
        self._leases: dict[int, tuple[int, int]] = {}
        """Session -> (user, when the lease ends)."""
        self._users: dict[int, set[int]] = {}
        self._names: dict[int, str] = {}
        self._published: dict[int, str] = {}
        self._published_at = 0
        self.version = now
        """Starts at the time of the start, so that no version of an earlier life is mistaken for one of this."""

    def online(self, session: int, user: int, name: str, now: int) -> None:
        """The session counts as present from now on."""
        self._leases[session] = (user, now + LEASE)
        self._users.setdefault(user, set()).add(session)
        self._names[user] = name

    def renew(self, session: int, now: int) -> bool:
        """A PING came. False: the session does not count as present."""
        lease = self._leases.get(session)
        if lease is None:
            return False
        self._leases[session] = (lease[0], now + LEASE)
        return True

    def feed_lost(self, session: int, now: int) -> None:
        """Its feed connection ended: unless something is heard of it within the grace period, it is gone."""
        lease = self._leases.get(session)
        if lease is not None:
            self._leases[session] = (lease[0], min(lease[1], now + GRACE))

    def offline(self, session: int) -> None:
        """The session does not count any more."""
        lease = self._leases.pop(session, None)
        if lease is None:
            return
        sessions = self._users[lease[0]]
        sessions.discard(session)
        if not sessions:
            del self._users[lease[0]]

    def is_online(self, user: int) -> bool:
        """Whether any of his sessions counts as present."""
        return user in self._users

    def page(self, after: int, limit: int) -> tuple[list[events.OnlineUser], int | None]:
        """As of the published version: users with a larger id, by id, and the id to go on from."""
        ids = sorted(user for user in self._published if user > after)
        users = [events.OnlineUser(user, self._published[user]) for user in ids[:limit]]
        return users, (ids[limit - 1] if len(ids) > limit else None)

    def tick(self, now: int) -> events.Presence | None:
        """The delta to publish, if there is one and the last is a second old."""
        if 0 <= now - self._published_at < SECOND:
            return None
        for session in [session for session, lease in self._leases.items() if lease[1] <= now]:
            self.offline(session)
        came = list(self._came())
        went = [user for user in self._published if user not in self._users]
        if not came and not went:
            return None
        self._published_at = now
        self.version += 1
        self._published.update((user.user, user.name) for user in came)
        for user in went:
            del self._published[user]
            self._names.pop(user, None)
        return events.Presence(version=self.version, online=came, offline=went)

    def _came(self) -> Iterator[events.OnlineUser]:
        for user in self._users:
            if user not in self._published:
                yield events.OnlineUser(user, self._names[user])
