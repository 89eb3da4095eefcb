"""What a consumer makes of what it is told: messages with all that came to them, and what its conversations are called.
Uses the client's own folding and directory, and checks that nothing goes back."""

from msgspec.structs import replace

from hubbub.client.directory import Directory
from hubbub.client.folding import Change, changed
from hubbub.schemas import events, replies

Messages = dict[int, events.Message]
"""By seq."""


def same_form(message: events.Message) -> events.Message:
    """Without what order says nothing about."""
    reactions = sorted(
        (replace(row, users=sorted(row.users, key=lambda who: who.user)) for row in message.reactions),
        key=lambda row: row.emoji,
    )
    mentions = sorted(message.mentions, key=lambda who: who.user)
    return replace(message, reactions=reactions, mentions=mentions)


class View:
    """One program's, of one user; gone when the program dies."""

    def __init__(self, me: int) -> None:
        self._me = me
        self.directory = Directory()
        self._kept: dict[int, dict[int, tuple[int, events.Message]]] = {}
        """By conversation and seq, with the seq as of which it was read."""

    def forget(self, conversation: int, up_to: int | None = None) -> None:
        """What is before may have been changed unseen."""
        kept = self._kept.pop(conversation, {})
        if up_to is not None:
            self._kept[conversation] = {seq: pair for seq, pair in kept.items() if pair[0] >= up_to}

    def hide(self, conversation: int, visible: int) -> None:
        """The user may not see these any more."""
        kept = self._kept.get(conversation, {})
        self._kept[conversation] = {seq: pair for seq, pair in kept.items() if seq > visible}

    def entry(self, entry: events.AnyEntry) -> None:
        """One that was handed to the consumer."""
        self.directory.apply(entry, self._me)
        kept = self._kept.setdefault(entry.conversation, {})
        if isinstance(entry, events.Message):
            kept[entry.seq] = (entry.seq, entry)
        elif isinstance(entry, Change) and entry.target in kept:
            as_of, before = kept[entry.target]
            if as_of < entry.seq:
                now = changed(before, entry, self._me)
                self._check(before, now)
                kept[entry.target] = (as_of, now)

    def _check(self, before: events.Message, now: events.Message) -> None:
        assert now.text or now.deleted_at, "a text went, and the message is not deleted"
        assert now.deleted_at or not before.deleted_at, "deleted, and there again"
        assert now.deleted_at or now.edited_at >= before.edited_at, "an older text came back"

    def page(self, page: replies.HistoryPage, last: int) -> None:
        """A page of history; `last`: the entry that was handed out last."""
        if page.as_of >= last:
            kept = self._kept.setdefault(page.conversation, {})
            for message in page.messages:
                if kept.get(message.seq, (0, message))[0] <= page.as_of:
                    kept[message.seq] = (page.as_of, message)

    def messages(self, conversation: int) -> Messages:
        """Everything that it has of a conversation."""
        kept = self._kept.get(conversation, {})
        return {seq: same_form(message) for seq, (_, message) in sorted(kept.items())}

    def clear(self) -> None:
        """The store is another one."""
        self._kept.clear()
        self.directory.clear()
