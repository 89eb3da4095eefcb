"""Reading HOME: pages, versions, and which conversations are asked for. Pure.

HOME is read whole after each subscription, and for single conversations when an event names them. Versions that arrive
while pages are under way are kept and looked at behind them: the pages may or may not have them in.
"""

from typing import Literal, NamedTuple

from hubbub.schemas import events, limits, replies, requests

VersionEvent = events.HomeChanged | events.Read | events.Muted | events.Blocked | events.OwnStatus


class Found(NamedTuple):
    """A HOME that was read to its end."""

    rows: list[replies.Conversation]
    complete: bool
    """All conversations; else those that were asked for."""
    position: int
    """Of the first page: every head is known at least up to here."""
    blocked: list[events.Person]
    """As the last page has them."""
    version: int
    """Of the first page."""


class Homing:
    """One HOME at a time, and what is to be asked next."""

    def __init__(self) -> None:
        self.version = -1
        """The user's home_version as far as it is known; -1: not at all."""
        self.refreshing = False
        """The token was presented again because of new conversations; the confirmation is awaited."""
        self._subscribed = -1
        """The home_version whose topics are subscribed to; HOME can be ahead of it."""
        self._running = False
        self._only: list[int] | None = None
        self._pages: list[replies.HomePage] = []
        self._late: list[VersionEvent] = []
        self._wanted: set[int] = set()
        self._full_wanted = False

    def confirmed(self, home_version: int) -> requests.Home | None:
        """The subscription is in force, with the topics of this version: what to ask now. A confirmation that was not asked for
        comes after a reconnect, or because another program with the same session asked: all is read."""
        self._subscribed = home_version
        if self.refreshing and self.version >= 0:
            self.refreshing = False
            return self.next()
        return self.full()

    def full(self) -> requests.Home | None:
        """Everything is to be read, now or after the HOME under way."""
        self._full_wanted = True
        return self.next()

    def next(self) -> requests.Home | None:
        """The next HOME to begin, if one is wanted and none is under way."""
        if self._running or not (self._full_wanted or (self._wanted and not self.refreshing)):
            return None
        self._running = True
        self._pages = []
        whole = self._full_wanted or len(self._wanted) > limits.PAGE_MAX_ENTRIES
        self._only = None if whole else sorted(self._wanted)
        self._full_wanted = False
        self._wanted.clear()
        return self._request(0)

    def _request(self, after: int) -> requests.Home:
        return requests.Home(id=0, after=after, limit=limits.PAGE_MAX_ENTRIES, conversations=self._only)

    def page(self, page: replies.HomePage) -> requests.Home | Found:
        """A page: the request for the next one, or all of it."""
        self._pages.append(page)
        if page.next is not None:
            return self._request(page.next)
        self._running = False
        rows = [row for one in self._pages for row in one.conversations]
        complete = self._only is None
        if complete:
            self.version = self._pages[0].home_version
        first = self._pages[0]
        return Found(rows, complete, first.position, page.blocked, first.home_version)

    def late(self) -> list[VersionEvent]:
        """Events that arrived while the pages were under way."""
        late, self._late = self._late, []
        return late

    def event(self, event: VersionEvent) -> Literal["old", "known", "new", "stale", "later"]:
        """A version was announced. "old": HOME has it already, and so has the subscription; "known": it is the next one, and says all; "new": present the
        token, then HOME for these; "stale": one was missed, read all; "later": it comes again behind the HOME under way."""
        if self._running or self.version < 0:
            self._late.append(event)
            return "later"
        seen = event.home_version <= self.version
        if seen and not (isinstance(event, events.HomeChanged) and event.home_version > self._subscribed):
            return "old"  # else HOME shows the conversations, but what is said there does not come
        if event.home_version > self.version + 1:
            return "stale"
        self.version = max(self.version, event.home_version)
        if not isinstance(event, events.HomeChanged):
            return "known"
        self._wanted.update(event.conversations)
        self.refreshing = True
        return "new"

    def relink(self) -> None:
        """The link is gone, and every answer with it; all is read again after the next confirmation."""
        self._running = self.refreshing = self._full_wanted = False
        self._wanted.clear()
        self._late.clear()
        self.version = -1
