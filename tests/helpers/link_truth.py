"""What the store says, read past broker and clients: logs, who was in them when, markers. The oracle of the lossy link.

An entry that was read is kept. What came to it since (another text, reactions, that its files were deleted) is left out of
all comparisons but those at rest."""

from collections.abc import Iterator

from msgspec.structs import replace

from hubbub.schemas import events, records, replies
from tests.helpers.link import LinkedBroker
from tests.helpers.link_view import same_form

ROOT = "root"
"""Owns the group, never leaves a group, and has no device."""
USERS = {ROOT: 1, "alice": 2, "bob": 3}
PAGE = 200
GENERAL, TEAM, LATE, TWIN = 1, 2, 3, 4
LABELS = {GENERAL: "#general", TEAM: "#team", LATE: "#late", TWIN: "#twin"}
"""What groups are called here, whatever their names are just now."""


def edited_text(target: int, key: bytes) -> str:
    """A text that says which message it is of."""
    return f"edited {target} {key.hex()}" + (" @bob" if key[-1] % 2 else "")


def agree(one: events.AnyEntry, other: events.AnyEntry) -> bool:
    """The same entry, whatever came to it since; and its text is its own."""
    return _has_own_text(one) and _bare(one) == _bare(other)


def _bare(entry: events.AnyEntry) -> events.AnyEntry:
    if isinstance(entry, events.Edited):
        return replace(entry, text="", mentions=[], everyone=False)
    if isinstance(entry, events.Message):
        state = {"edited_at": 0, "deleted_at": 0, "deleted_by": "", "pinned": False, "reactions": []}
        return replace(entry, text="", mentions=[], everyone=False, attachments=[], forwarded=None, **state)
    return entry


def _has_own_text(entry: events.AnyEntry) -> bool:
    if isinstance(entry, events.Edited):
        return not entry.text or entry.text.startswith(f"edited {entry.target} ")
    if not isinstance(entry, events.Message):
        return True
    if not entry.text:
        return bool(entry.deleted_at)
    own = entry.text.startswith(f"edited {entry.seq} ") or entry.key.hex() in entry.text
    return own or entry.forwarded is not None


class Truth:
    """One store, under one epoch; of use also when the store is gone."""

    def __init__(self, broker: LinkedBroker) -> None:
        self._broker = broker
        self._logs: dict[int, list[events.AnyEntry]] = {}
        self._readers: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._read_at: dict[int, int] = {}
        self._homes: dict[str, tuple[int, records.HomeRead]] = {}

    def home(self, user: str) -> records.HomeRead:
        """As HOME would show it to the user."""
        if user not in self._homes or self._homes[user][0] != self._broker.writes:
            self._homes[user] = (self._broker.writes, self._home(user))
        return self._homes[user][1]

    def _home(self, user: str) -> records.HomeRead:
        read = self._broker.look(records.ReadHome(USERS[user], 0, PAGE, None))
        assert isinstance(read, records.HomeRead) and read.next is None
        return read

    def rows(self, user: str) -> dict[int, replies.Conversation]:
        return {row.conversation: row for row in self.home(user).conversations}

    def _find(self, conversation: int) -> int:
        """Someone who is in it for ever."""
        if conversation not in self._readers:
            for user in USERS:
                for row in self.home(user).conversations:
                    if row.kind == "direct" or user == ROOT:
                        self._readers[row.conversation] = USERS[user]
                        pair = "@" + "+".join(sorted({user, row.name}))
                        self._names[row.conversation] = LABELS.get(row.conversation, pair)
        assert conversation in self._readers, f"there is no conversation {conversation}"
        return self._readers[conversation]

    def name(self, conversation: int) -> str:
        """ "#team", or "@" and who is in it."""
        self._find(conversation)
        return self._names[conversation]

    def log(self, conversation: int) -> list[events.AnyEntry]:
        """All entries; that of seq n is the n-th."""
        log = self._logs.setdefault(conversation, [])
        if log and self._read_at[conversation] == self._broker.writes:
            return log
        reader = self._find(conversation)
        self._read_at[conversation] = self._broker.writes
        while True:
            page = self._broker.look(records.ReadSync(reader, conversation, len(log), PAGE))
            assert isinstance(page, records.SyncRead)
            for entry in page.entries:
                assert entry.seq == len(log) + 1, "the log has a gap"
                log.append(entry)
            if len(log) >= page.head:
                return log

    def entry(self, conversation: int, seq: int) -> events.AnyEntry:
        """Fails where there is none."""
        log = self._logs.get(conversation, [])
        if seq > len(log):
            log = self.log(conversation)
        assert seq <= len(log), f"entry {seq} of conversation {conversation} is not in the store"
        return log[seq - 1]

    def history(self, user: str, conversation: int) -> dict[int, events.Message]:
        """All messages that the user may see, as they are now."""
        found: dict[int, events.Message] = {}
        before: int | None = None
        while True:
            read = self._broker.look(records.ReadHistory(USERS[user], conversation, before, None, None, PAGE))
            assert isinstance(read, records.HistoryRead)
            found |= {message.seq: same_form(message) for message in read.messages}
            if not read.older:
                return found
            before = read.messages[-1].seq

    def freeze(self) -> None:
        """Read everything: the store is about to be replaced."""
        for conversation in self.conversations():
            self.log(conversation)

    def conversations(self) -> list[int]:
        return sorted({row.conversation for user in USERS for row in self.home(user).conversations})

    def messages(self) -> Iterator[tuple[bytes, events.Message]]:
        """Every message by its key."""
        for conversation in self.conversations():
            for entry in self.log(conversation):
                if isinstance(entry, events.Message):
                    yield entry.key, entry

    # ---------------------------------------------------------------------------------------------- who was in it

    def changes(self, user: str, conversation: int) -> list[events.Member]:
        """The user's comings and goings."""
        return [
            entry
            for entry in self.log(conversation)
            if isinstance(entry, events.Member) and entry.user == USERS[user]
        ]

    def was_in(self, user: str, conversation: int, seq: int) -> bool:
        """Whether the user was in it when this entry was made. His own going is nothing that he is told."""
        if self.name(conversation).startswith("@"):
            return user in self.name(conversation)[1:].split("+")
        before = [change for change in self.changes(user, conversation) if change.seq <= seq]
        return bool(before) and before[-1].change == "joined"

    def may_know(self, user: str, conversation: int, seq: int) -> bool:
        """Whether he was in it then or came later, at a time when the group showed more than what was said since one came."""
        return self.was_in(user, conversation, seq) or any(
            change.change == "joined" and change.seq >= seq and self._shows_all(conversation, change.seq)
            for change in self.changes(user, conversation)
        )

    def _shows_all(self, conversation: int, seq: int) -> bool:
        """Whether who comes by this entry sees what was said before."""
        told = [
            entry.history
            for entry in self.log(conversation)[:seq]
            if isinstance(entry, events.VisibilitySet) and entry.history
        ]
        return told[-1] == "all" if told else conversation != LATE

    def hidden(self, user: str, conversation: int, seq: int) -> bool:
        """Whether what he may see could begin behind this entry."""
        return any(
            change.change == "joined"
            and change.seq == seq + 1
            and not self._shows_all(conversation, change.seq)
            for change in self.changes(user, conversation)
        )

    def left_since(self, user: str, conversation: int, seq: int) -> bool:
        """Whether he went after this entry."""
        return any(
            change.change != "joined" and change.seq > seq for change in self.changes(user, conversation)
        )
