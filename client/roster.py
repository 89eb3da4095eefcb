"""Who is present, as far as a session was told. Pure.

Deltas that arrive while the pages of ONLINE_USERS are being fetched are kept and applied behind them: they name users, not
counts, so that one which a page had in it already does no harm.
"""

from typing import NamedTuple

from hubbub.schemas.events import OnlineUser, Presence
from hubbub.schemas.replies import OnlinePage


class Change(NamedTuple):
    """Who came or is present in another way than before, and who went."""

    online: list[OnlineUser]
    offline: list[OnlineUser]


class Roster:
    """The set of those present, and the version of it."""

    def __init__(self) -> None:
        self.version = -1
        """-1: nothing is known."""
        self.fetching = False
        self._online: dict[int, OnlineUser] = {}
        self._pages: list[OnlinePage] = []
        self._late: list[Presence] = []

    def fetch(self) -> bool:
        """The pages are asked for from now on: True if they were not already."""
        started = not self.fetching
        if started:
            self.fetching = True
            self._pages, self._late = [], []
        return started

    def page(self, page: OnlinePage) -> Change | None:
        """One page; with the last one, what changed."""
        self._pages.append(page)
        if page.next is not None:
            return None
        self.fetching = False
        before, self._online = self._online, {who.user: who for one in self._pages for who in one.users}
        self.version = self._pages[0].presence_version
        for delta in self._late:
            if delta.version == self.version + 1:
                self._apply(delta)
        return self._difference(before)

    def delta(self, delta: Presence) -> Change | None:
        """One delta: what changed, or None where the version does not follow (ask ONLINE_USERS) or pages are awaited."""
        if self.fetching:
            self._late.append(delta)
            return None
        if delta.version != self.version + 1:
            return None
        before = dict(self._online)
        self._apply(delta)
        return self._difference(before)

    def relink(self) -> None:
        """The link is gone: what is known may be old."""
        self.version = -1
        self.fetching = False

    def _apply(self, delta: Presence) -> None:
        self.version = delta.version
        for who in delta.online:
            self._online[who.user] = who
        for user in delta.offline:
            self._online.pop(user, None)

    def _difference(self, before: dict[int, OnlineUser]) -> Change:
        came = [who for user, who in self._online.items() if before.get(user) != who]
        went = [who for user, who in before.items() if user not in self._online]
        return Change(came, went)
