"""What a link knows of its conversations and shows of them: names, blocks, messages as callers see them; and what of it is
kept. Knows no socket and no session."""

from collections.abc import Sequence
from copy import copy

from hubbub.client.directory import Directory
from hubbub.client.keeping import Keeping
from hubbub.client.models import Conversation, Hit, Message, conversation_of, hit_of, message_of
from hubbub.schemas import events as wire
from hubbub.schemas import replies


class Knowing:
    """The part of Link that remembers."""

    def __init__(self, consumer: str | None, *, live: bool) -> None:
        self.directory = Directory()
        self._keeping = Keeping(consumer)
        self._live = live

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

    def put_home(self, rows: Sequence[replies.Conversation], complete: bool) -> None:
        """Rows that a caller asked for. A session with a feed reads all of HOME itself, in its time: then these are not
        taken for all that there are."""
        self._know(rows, None, complete=complete and not self._live)

    def keep_messages(self, messages: Sequence[wire.Message]) -> None:
        """Messages with their whole text, for the time when there is no server. Those of HISTORY are kept already."""
        self._keeping.messages(messages)

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
        """What an answer to a caller says beside what it was asked for."""
        if isinstance(reply, replies.HomePage):
            self._know(reply.conversations, reply.home_version)
            self._block(reply.blocked, reply.home_version)
        elif isinstance(reply, replies.HistoryPage):
            self._keeping.messages(reply.messages, reply.as_of)

    def _apply(self, event: wire.AnyEntry | wire.Muted | wire.Blocked, me: int) -> None:
        """What changed a row, or the blocks."""
        if isinstance(event, wire.Blocked):
            if self.directory.block(event):
                self._keep_blocked()
            return
        if isinstance(event, wire.Muted):
            changed = self.directory.mute(event)
        else:
            changed = self.directory.apply(event, me)
        if changed:
            self._keeping.home([copy(self.directory.row(event.conversation))])

    def _keep_blocked(self) -> None:
        self._keeping.blocked(dict(self.directory.blocked))
