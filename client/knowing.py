"""What a link knows of its conversations and shows of them: names, blocks, messages as callers see them; and what of it is
kept. Knows no socket and no session."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Final

from hubbub.client.directory import Directory
from hubbub.client.keeping import Keeping
from hubbub.client.models import Conversation, Hit, Message, User, conversation_of, hit_of, message_of
from hubbub.schemas import events as wire
from hubbub.schemas import replies


class Knowing:
    """The part of Link that remembers."""

    def __init__(self, consumer: str | None, *, live: bool) -> None:
        self.directory = Directory()
        self._keeping = Keeping(consumer)
        self._live = live
        self._changed: set[int] = set()
        """Conversations whose rows are yet to be kept."""

    # ------------------------------------------------------------------------------------------------ as callers see it

    def message(self, entry: wire.Message) -> Message:
        """A message of a log."""
        return message_of(entry, self.directory.name(entry.conversation), self.directory.blocked)

    def hit(self, found: replies.Hit) -> Hit:
        """A message that was found."""
        return hit_of(found, self.directory.name(found.message.conversation), self.directory.blocked)

    def conversation(self, row: replies.Conversation) -> Conversation:
        """A row of HOME. It is in the directory before."""
        return conversation_of(row, self.directory.name(row.conversation), self.directory.blocked)

    # ------------------------------------------------------------------------------------------------------ what is new

    def home_was_read(self, rows: Sequence[replies.Conversation]) -> None:
        """A caller read HOME to its end. A session with a feed reads it by itself, in its time: only without one are these rows
        taken for all that there are."""
        if not self._live:
            self._know(rows, None, complete=True)

    def keeps_copies(self, copies: bool) -> None:
        """Whether the profile gets what is seen, for the time when there is no server. Before start()."""
        self._keeping.copies = copies

    def keep_message(self, message: wire.Message) -> None:
        """What was sent, for the time when there is no server."""
        self._keeping.messages([message])
        if self.directory.sent(message):
            self._changed.add(message.conversation)
            self._keep_changed()

    def keep_people(self, people: Sequence[User], *, complete: bool = False) -> None:
        """How people are shown now. `complete`: there are no others."""
        self._keeping.people(people, complete=complete)

    def _know(
        self, rows: Sequence[replies.Conversation], version: int | None, *, complete: bool = False
    ) -> list[int]:
        """Rows of HOME, read with this home_version; those that are not in it any more are returned."""
        gone = self.directory.put(rows, version, complete=complete)
        known = [copy(self.directory.row(row.conversation)) for row in rows]
        self._keeping.home(known, complete=complete)
        return gone

    def _block(self, people: Sequence[wire.Person], version: int) -> None:
        self.directory.put_blocked(people, version)
        self._keep_blocked()

    def _answered(self, reply: replies.Reply) -> None:
        """What an answer to a caller tells of conversations and messages, taken in where it stands among the events: by the time
        that the caller sees it, later ones may have come."""
        if (learn := _LEARN.get(type(reply))) is not None:
            learn(self, reply)

    def _learn_home(self, page: replies.HomePage) -> None:
        rows = page.conversations
        if page.home_version < self.directory.version:  # overtaken: I left what is not known by now
            rows = [row for row in rows if row.conversation in self.directory]
        self._know(rows, page.home_version)
        self._block(page.blocked, page.home_version)

    def _learn_started(self, reply: replies.Started) -> None:
        self._know([reply.conversation], None)

    def _learn_history(self, page: replies.HistoryPage) -> None:
        self._keeping.messages(page.messages, page.as_of)
        for message in page.messages:
            if message.deleted_at and self.directory.seen_deleted(message):
                self._changed.add(message.conversation)
        self._keep_changed()

    def _learn_pins(self, page: replies.PinsPage) -> None:
        self._keeping.messages(page.messages)

    def _learn_found(self, page: replies.Found) -> None:
        self._keeping.messages([hit.message for hit in page.hits])

    def _bury(self, event: wire.AccountDeleted) -> None:
        """What HOME will say at the next time too."""
        self._keeping.gone(event.name)
        if (conversation := self.directory.bury(event.user)) is not None:
            self._changed.add(conversation)

    def _apply(self, event: wire.AnyEntry | wire.Read | wire.Muted | wire.Blocked, me: int) -> None:
        """What changed a row, which is yet to be kept, or the blocks."""
        if isinstance(event, wire.Blocked):
            if self.directory.block(event):
                self._keep_blocked()
            return
        if isinstance(event, wire.Muted):
            changed = self.directory.mute(event)
        elif isinstance(event, wire.Read):
            changed = self.directory.read(event)
        else:
            changed = self.directory.apply(event, me)
        if changed:
            self._changed.add(event.conversation)

    def _keep_changed(self) -> None:
        """The rows that changed, once for a run of events."""
        if self._changed:
            self._keeping.home([copy(self.directory.row(number)) for number in self._changed])
            self._changed.clear()

    def _keep_blocked(self) -> None:
        self._keeping.blocked(dict(self.directory.blocked))


_LEARN: Final[dict[type[replies.Reply], Callable[[Knowing, Any], None]]] = {
    replies.HomePage: Knowing._learn_home,
    replies.Started: Knowing._learn_started,
    replies.HistoryPage: Knowing._learn_history,
    replies.PinsPage: Knowing._learn_pins,
    replies.Found: Knowing._learn_found,
}
