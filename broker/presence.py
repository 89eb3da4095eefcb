"""Who is present, and how: a set of sessions for each user, never a counter. Pure.

The PING lease is the truth; the end of a feed connection is a hint that shortens the lease to a grace period. What was
published is kept beside what is, so that a delta a second at most tells the whole difference. Whoever is invisible looks
like one who is not there.
"""

from itertools import islice
from typing import Final

from hubbub.broker.limiter import SECOND
from hubbub.schemas import events, limits, replies

LEASE: Final = int(limits.PRESENCE_LEASE_S * SECOND)
GRACE: Final = int(limits.PRESENCE_GRACE_S * SECOND)
DELTA_MAX: Final = 1000
"""Users that one delta tells of; the next, a second later, has more."""
_FIELDS_BYTES: Final = 32
"""Of a user in a page, at most, beside his name and text."""


class Presence:
    """Leases of sessions, and from them who is online."""

    def __init__(self, now: int) -> None:
        self._leases: dict[int, tuple[int, int]] = {}
        """Session -> (user, when the lease ends)."""
        self._users: dict[int, set[int]] = {}
        self._people: dict[int, events.OnlineUser] = {}
        """How each of the users wants to be shown, "invisible" too."""
        self._published: dict[int, events.OnlineUser] = {}
        self._changed: dict[int, None] = {}
        """Users who may look otherwise than was published, in the order of their changes."""
        self._published_at = 0
        self.version = now
        """Starts at the time of the start, so that no version of an earlier life is mistaken for one of this."""

    def online(self, session: int, person: events.OnlineUser, now: int) -> None:
        """The session counts as present from now on."""
        self._leases[session] = (person.user, now + LEASE)
        self._users.setdefault(person.user, set()).add(session)
        self._people[person.user] = person
        self._changed[person.user] = None

    def status(self, person: events.OnlineUser) -> None:
        """If he is present, he is so in this way from now on."""
        if person.user in self._users:
            self._people[person.user] = person
            self._changed[person.user] = None

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
        user = lease[0]
        sessions = self._users[user]
        sessions.discard(session)
        if not sessions:
            del self._users[user], self._people[user]
            self._changed[user] = None

    def shown(self, user: int) -> events.OnlineUser | None:
        """How others see him; None: as one who is not there."""
        person = self._people.get(user)
        return person if person is not None and person.status != "invisible" else None

    def fill(self, user: replies.User) -> replies.User:
        """The same user, with what is to be said of his presence. Of one who is not there no status is told: who is
        invisible could be found out by it."""
        person = self.shown(user.user)
        if person is None:
            user.online, user.status, user.status_text = False, "online", ""
        else:
            user.online, user.status, user.status_text, user.last_seen = True, person.status, person.text, 0
        return user

    def everyone(self) -> list[int]:
        """Who was published as present."""
        return list(self._published)

    def page(self, after: int, limit: int) -> tuple[list[events.OnlineUser], int | None]:
        """As of the published version: users with a larger id, by id, and the id to go on from."""
        ids = sorted(user for user in self._published if user > after)
        users: list[events.OnlineUser] = []
        size = 0
        for user in ids[:limit]:
            person = self._published[user]
            size += _FIELDS_BYTES + len(person.name.encode()) + len(person.text.encode())
            if users and size > limits.PAGE_MAX_BYTES:
                break
            users.append(person)
        return users, (users[-1].user if len(users) < len(ids) else None)

    def tick(self, now: int) -> events.Presence | None:
        """The delta to publish, if there is one and the last is a second old."""
        if 0 <= now - self._published_at < SECOND:
            return None
        for session in [session for session, lease in self._leases.items() if lease[1] <= now]:
            self.offline(session)
        delta = events.Presence(version=self.version + 1, online=[], offline=[])
        for user in list(islice(self._changed, DELTA_MAX)):
            del self._changed[user]
            self._compare(user, delta)
        if not delta.online and not delta.offline:
            return None
        self._published_at = now
        self.version = delta.version
        return delta

    def _compare(self, user: int, delta: events.Presence) -> None:
        """Into the delta with him, if it has anything to tell of him."""
        shown, published = self.shown(user), self._published.get(user)
        if shown == published:
            return
        if shown is None:
            del self._published[user]
            delta.offline.append(user)
        else:
            self._published[user] = shown
            delta.online.append(shown)
