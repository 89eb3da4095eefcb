"""Which conversation is called what, whom I have blocked, what is muted: as far as HOME and the entries since then told. Pure.

HOME is asked by the session and by callers, and its answers may overtake one another and the entries of logs: a row is as
old as its head, mutes and blocks are as old as the home_version that they were read with, and the older one yields.
"""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy

from hubbub.client.folding import Change, changed
from hubbub.client.models import Recipient, conversation_name
from hubbub.schemas import events
from hubbub.schemas.limits import PREVIEW_MAX_CHARACTERS
from hubbub.schemas.names import DELETED, folded
from hubbub.schemas.replies import Conversation


class Directory:
    """The user's conversations by id and by name.

    Several groups of one user can have one name: then the one that he has been in for longest is "#team", and the others are
    "#team~17", by their ids: so it is on all his devices, and nobody takes a name over by bringing him into another group.
    Deleted partners are told apart in the same way."""

    def __init__(self) -> None:
        self._rows: dict[int, Conversation] = {}
        self._names: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        self._renamed: dict[int, str] = {}
        """By id, what those that have another name now were called when that was asked for last."""
        self.version = 0
        """The home_version that mutes, blocks and the list of conversations are of."""
        self.blocked: dict[int, str] = {}
        """Names of those whom I have blocked, by id."""

    def put(
        self, rows: Iterable[Conversation], version: int | None = None, *, complete: bool = False
    ) -> list[int]:
        """Rows of HOME. `version`: the home_version that they were read with; None: unknown. `complete`: there are no
        others; those that are not in it any more are returned, and forgotten."""
        rows = list(rows)
        for row in rows:
            self._place(copy(row), version is not None and version >= self.version)
        gone: list[int] = []
        if complete:
            gone = sorted(self._rows.keys() - {row.conversation for row in rows})
            for conversation in gone:
                del self._rows[conversation]
        self.version = max(self.version, version or 0)
        self._call_names()
        return gone

    def _place(self, row: Conversation, fresh: bool) -> None:
        known = self._rows.get(row.conversation)
        if known is not None:
            if not fresh:
                row.muted_until = known.muted_until
            if row.head < known.head:
                known.muted_until = row.muted_until
                return
        self._rows[row.conversation] = row

    def put_blocked(self, people: Iterable[events.Person], version: int) -> None:
        """All whom I have blocked."""
        if version >= self.version:
            self.version = version
            self.blocked = {who.user: who.name for who in people}

    def clear(self) -> None:
        """The store is another one."""
        self._rows.clear()
        self._names.clear()
        self._ids.clear()
        self._renamed.clear()
        self.blocked = {}
        self.version = 0

    # ----------------------------------------------------------------------------------------------------- changes

    def apply(self, entry: events.AnyEntry, me: int) -> bool:
        """An entry was handed out. True: it changed what a row says beside its head."""
        row = self._rows.get(entry.conversation)
        if row is None or entry.seq <= row.head:
            return False
        row.head = entry.seq
        if isinstance(entry, events.Message):
            _said(row, entry, me)
        elif isinstance(entry, events.Renamed):
            row.name = entry.name
            self._call_names()
        elif isinstance(entry, events.TopicSet):
            row.topic = entry.topic
        elif isinstance(entry, events.VisibilitySet):
            row.public = row.public if entry.public is None else entry.public
            row.history = entry.history or row.history
        elif isinstance(entry, events.RoleSet) and entry.user == me:
            row.role = entry.role
        elif isinstance(entry, events.Member):
            row.members += 1 if entry.change == "joined" else -1
        else:
            return isinstance(entry, Change) and _preview(row, entry, me)
        return True

    def sent(self, message: events.Message) -> bool:
        """I said something; its entry is yet to come, or came. True: home shows it."""
        row = self._rows.get(message.conversation)
        if row is None or (row.last_message is not None and row.last_message.seq >= message.seq):
            return False
        row.last_message = _cut(message)
        return True

    def seen_deleted(self, message: events.Message) -> bool:
        """An answer shows a message that is deleted. True: home showed it, and does not show what it said any more."""
        row = self._rows.get(message.conversation)
        if row is None or row.last_message is None or row.last_message.seq != message.seq:
            return False
        row.last_message = _cut(message)
        return True

    def read(self, event: events.Read) -> bool:
        """One of my devices has read a conversation. True: that was news. What is unread behind it is not counted anew, unless it is
        nothing."""
        row = self._rows.get(event.conversation)
        if row is None or event.seq <= row.read:
            return False
        row.read = event.seq
        if event.seq >= (row.last_message.seq if row.last_message is not None else row.head):
            row.unread = row.mentions = 0
        return True

    def mute(self, event: events.Muted) -> bool:
        """One of my devices muted a conversation, or unmuted it. True: that was news."""
        row = self._rows.get(event.conversation)
        if row is None or event.home_version < self.version:
            return False
        self.version = event.home_version
        row.muted_until = event.until
        return True

    def block(self, event: events.Blocked) -> bool:
        """One of my devices blocked a user, or unblocked him. True: that was news."""
        if event.home_version < self.version:
            return False
        self.version = event.home_version
        self.blocked.pop(event.user, None)
        if event.on:
            self.blocked[event.user] = event.user_name
        return True

    def bury(self, user: int) -> int | None:
        """An account is no more. My direct conversation with it, which is called otherwise now."""
        for row in self._rows.values():
            if row.kind == "direct" and row.partner == user:
                row.name = DELETED
                self._call_names()
                return row.conversation
        return None

    def _call_names(self) -> None:
        namesakes: defaultdict[str, list[Conversation]] = defaultdict(list)
        for row in self._rows.values():
            namesakes[folded(conversation_name(row))].append(row)
        before, self._names = self._names, {}
        for rows in namesakes.values():
            first, *others = sorted(rows, key=lambda row: (row.since, row.conversation))
            self._names[first.conversation] = conversation_name(first)
            for row in others:
                self._names[row.conversation] = _numbered(row)
        self._ids = {folded(name): conversation for conversation, name in self._names.items()}
        for number, name in before.items():
            if self._names.get(number, name) != name:
                self._renamed.setdefault(number, name)

    def take_renamed(self) -> dict[int, str]:
        """Conversations that are called otherwise since this was asked last: what each was called then."""
        taken, self._renamed = self._renamed, {}
        return {number: name for number, name in taken.items() if self._names.get(number, name) != name}

    # ----------------------------------------------------------------------------------------------------- questions

    def find(self, who: Recipient) -> int | None:
        """The conversation with a user, or the group. "#team~17" is that group also while it is plain "#team"."""
        wanted = folded(str(who))
        if (found := self._ids.get(wanted)) is not None:
            return found
        _, _, number = wanted.rpartition("~")
        row = self._rows.get(int(number)) if number.isdigit() else None
        return row.conversation if row is not None and folded(_numbered(row)) == wanted else None

    def name(self, conversation: int) -> str:
        """How one writes to it. A conversation that was never shown has a number only."""
        return self._names.get(conversation, f"?{conversation}")

    def row(self, conversation: int) -> Conversation:
        """As HOME showed it last, and what came since. Raises KeyError."""
        return self._rows[conversation]

    def __contains__(self, conversation: int) -> bool:
        return conversation in self._rows

    def numbers(self) -> list[int]:
        """All that are known."""
        return list(self._rows)

    def unknown(self, conversations: Iterable[int]) -> list[int]:
        """Those that HOME has yet to be asked about."""
        return sorted({conversation for conversation in conversations if conversation not in self._rows})


def _said(row: Conversation, message: events.Message, me: int) -> None:
    row.last_message = _cut(message)
    if message.sender != me and message.seq > row.read and not message.deleted_at:
        row.unread += 1
        row.mentions += message.everyone or any(who.user == me for who in message.mentions)


def _cut(message: events.Message) -> events.Message:
    shown = copy(message)
    shown.text = message.text[:PREVIEW_MAX_CHARACTERS]
    return shown


def _preview(row: Conversation, entry: Change, me: int) -> bool:
    """The message that HOME showed is another one now: what was deleted must not stay in it."""
    last = row.last_message
    if last is None or last.seq != entry.target:
        return False
    row.last_message = now = changed(last, entry, me)
    now.text = now.text[:PREVIEW_MAX_CHARACTERS]
    return True


def _numbered(row: Conversation) -> str:
    return f"{conversation_name(row)}~{row.conversation}"
