"""What a session leaves on the disk, so that there is something to see without its server. Without a profile: nothing.
Knows no session."""

from collections.abc import Mapping, Sequence

from hubbub.client.disk import Disk
from hubbub.client.models import User
from hubbub.schemas import events, replies


class Keeping:
    """Everything is done soon, in the order in which it was asked for. `consumer`: whose cursors they are; None: nobody's."""

    def __init__(self, consumer: str | None) -> None:
        self.consumer = consumer
        self.disk: Disk | None = None
        self.copies = True
        """False: what is seen is kept by nobody, only of which store the profile is."""

    @property
    def _cache(self) -> Disk | None:
        return self.disk if self.copies else None

    def home(self, rows: Sequence[replies.Conversation], *, complete: bool = False) -> None:
        """Rows of HOME; `complete`: there are no others."""
        if (cache := self._cache) is not None:
            cache.keep(lambda account: account.put_home(rows, complete))

    def blocked(self, people: Mapping[int, str]) -> None:
        """All whom the user has blocked."""
        if (cache := self._cache) is not None:
            cache.keep(lambda account: account.put_blocked(people))

    def messages(self, messages: Sequence[events.Message], as_of: int = 0) -> None:
        """Messages with their whole text, as they were when `as_of` was the last entry; 0: as they were said."""
        if (cache := self._cache) is not None and messages:
            cache.keep(lambda account: account.put_messages(messages, as_of))

    def entries(self, entries: Sequence[events.AnyEntry], me: int) -> None:
        """Entries that were delivered to `me`, in order."""
        if (cache := self._cache) is not None and entries:
            cache.keep(lambda account: account.put_entries(entries, me))

    def people(self, people: Sequence[User], *, complete: bool = False) -> None:
        """How they are shown now. `complete`: there are no others."""
        if (cache := self._cache) is not None:
            cache.keep(lambda account: account.put_people(people, complete=complete))

    def shown(self, event: events.ProfileChanged) -> None:
        """Somebody wants to be shown in another way."""
        if (cache := self._cache) is not None:
            look = (event.name, event.display_name, event.colour, event.picture)
            cache.keep(lambda account: account.people.show(*look))

    def gone(self, name: str) -> None:
        """An account is no more."""
        if (cache := self._cache) is not None:
            cache.keep(lambda account: account.people.drop(name))

    def cursors(self, epoch: bytes, cursors: Sequence[tuple[int, int]]) -> None:
        """The consumer is done up to these, or passes over what is before them."""
        if (cache := self._cache) is None:
            return
        cache.keep(lambda account: account.pass_over(epoch, cursors))
        if consumer := self.consumer:
            cache.keep(lambda account: account.put_cursors(consumer, epoch, cursors))

    def epoch(self, epoch: bytes) -> None:
        """The store is this one: what was kept of another one goes."""
        if self.disk is not None:
            self.disk.keep(lambda account: account.belong(epoch))

    def reset(self, epoch: bytes) -> None:
        """Whatever was kept is void."""
        if self.disk is not None:
            self.disk.keep(lambda account: account.reset(epoch))
