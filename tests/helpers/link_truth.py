"""What the store says, read past broker and clients: logs, who was in them when, markers. The oracle of the lossy link."""

from collections.abc import Iterator

from hubbub.schemas import events, records, replies
from tests.helpers.link import LinkedBroker

ROOT = "root"
"""Owns the group, never leaves a group, and has no device."""
USERS = {ROOT: 1, "alice": 2, "bob": 3}
PAGE = 200


class Truth:
    """One store, under one epoch. Entries never change, so what was read once is kept (also when the store is gone)."""

    def __init__(self, broker: LinkedBroker) -> None:
        self._broker = broker
        self._logs: dict[int, list[events.AnyEntry]] = {}
        self._readers: dict[int, int] = {}
        self._names: dict[int, str] = {}

    def home(self, user: str) -> records.HomeRead:
        """As HOME would show it to the user."""
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
                        pair = "+".join(sorted({user, row.name}))
                        self._names[row.conversation] = f"#{row.name}" if row.kind == "group" else f"@{pair}"
        assert conversation in self._readers, f"there is no conversation {conversation}"
        return self._readers[conversation]

    def name(self, conversation: int) -> str:
        """ "#team", or "@" and who is in it."""
        self._find(conversation)
        return self._names[conversation]

    def log(self, conversation: int) -> list[events.AnyEntry]:
        """All entries; that of seq n is the n-th."""
        log = self._logs.setdefault(conversation, [])
        reader = self._find(conversation)
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
        """Whether he was in it then or later: who is in a group may read what was said before."""
        return self.was_in(user, conversation, seq) or any(
            change.change == "joined" and change.seq >= seq for change in self.changes(user, conversation)
        )

    def left_since(self, user: str, conversation: int, seq: int) -> bool:
        """Whether he went after this entry."""
        return any(
            change.change != "joined" and change.seq > seq for change in self.changes(user, conversation)
        )
