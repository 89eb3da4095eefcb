"""What was seen, where the consumers stand, and what is yet to be sent: one SQLite file, used by several programs at a time.

Everything but the outbox can be fetched again. A file that is damaged is set aside and begun anew; `damaged` then says where
it went. The cache of one account belongs to one epoch: another one empties it, but never the outbox.

A message that is kept is as the server has it, as far as the entries of its log were seen: an entry that concerns it changes
it. Where entries were passed over, what they may have changed is dropped.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from hubbub.client.cachefile import CacheFile
from hubbub.client.folding import Change, changed
from hubbub.client.knownpeople import KnownPeople
from hubbub.client.models import User
from hubbub.client.outbox import Outbox
from hubbub.client.queries import integer, octets
from hubbub.schemas import replies
from hubbub.schemas.events import AnyEntry, Deleted, Message, Unknown
from hubbub.schemas.names import folded

_LARGEST: Final = 2**63 - 1
_OF_ONE_STORE: Final = (
    "drop_conversations",
    "drop_messages",
    "drop_logs",
    "drop_blocked",
    "drop_cursors",
    "outbox_forget_numbers",
)
_decode_row: Final = msgspec.msgpack.Decoder(replies.Conversation).decode
_decode_message: Final = msgspec.msgpack.Decoder(Message).decode
_encode: Final = msgspec.msgpack.Encoder().encode


class Cache(CacheFile):
    """The cache of a profile. One thread at a time; other processes as they like."""

    def account(self, server: bytes, user: str) -> "Account":
        """The part of one account with the server of this key, made if need be."""
        with self.transaction():
            self.run("add_account", server, folded(user), b"")
            ((number, known),) = self.run("find_account", server, folded(user))
        return Account(self, integer(number), octets(known))

    # -------------------------------------------------------------------------------------------------- forgetting

    def count_waiting(self, server: bytes, user: str) -> int:
        """Messages of an account, or (user empty) of all accounts of a server, that wait to be sent, or failed."""
        return sum(len(outbox.list()) for outbox in self._outboxes(server, user).values())

    def forget(self, server: bytes, user: str) -> list[str]:
        """Drop the part of an account, or of all accounts of a server; the files of messages that waited. Its number is never
        given again: another program may still write under it, and that goes with the next one that is forgotten."""
        files: list[str] = []
        with self.transaction():
            for number, outbox in self._outboxes(server, user).items():
                files += [path for one in outbox.list() for path in one.attachments]
                self.run("bury_account", number)
            for (number_,) in self.run("buried"):
                for name in (*_OF_ONE_STORE, "drop_people", "outbox_drop"):
                    self.run(name, number_)
        self._copies = True
        return files

    def shown(self) -> frozenset[bytes]:
        """The SHA-256 of all files and pictures of people that what is kept shows."""
        found = {octets(picture) for (picture,) in self.run("shown_pictures")}
        with self.rows("shown_messages") as rows:
            for (entry,) in rows:
                found.update(one.sha256 for one in _decode_message(octets(entry)).attachments)
        for (row,) in self.run("shown_rows"):
            if (last := _decode_row(octets(row)).last_message) is not None:
                found.update(one.sha256 for one in last.attachments)
        return frozenset(found)

    def _outboxes(self, server: bytes, user: str) -> dict[int, Outbox]:
        numbers = [integer(number) for (number,) in self.run("accounts_of", server, folded(user))]
        return {number: Outbox(self.run, number) for number in numbers}


class Account:
    """One account's part of the cache."""

    def __init__(self, cache: Cache, number: int, epoch: bytes) -> None:
        self._cache = cache
        self._run = cache.run
        self._number = number
        self.epoch = epoch
        """The store that all of it is of; empty: none yet."""

    def belong(self, epoch: bytes) -> None:
        """The store has this epoch: another one than before empties the part."""
        if epoch != self.epoch:
            self.reset(epoch)

    def reset(self, epoch: bytes) -> None:
        """The store is another one: drop everything but the outbox, whose recipients are but names from now on."""
        with self._cache.transaction():
            for name in _OF_ONE_STORE:
                self._run(name, self._number)
            self._run("set_epoch", self._number, epoch)
        self.epoch = epoch

    # ------------------------------------------------------------------------------------------------------- home

    def put_home(self, rows: Sequence[replies.Conversation], complete: bool) -> None:
        """Rows of HOME; `complete`: there are no others. What the user may not see any more goes."""
        blanked = False
        with self._cache.transaction():
            if complete:
                known = {integer(number) for (number,) in self._run("known_conversations", self._number)}
                for number in known - {row.conversation for row in rows}:
                    self._forget(number)
            for row in rows:
                blanked |= self._last_was_deleted(row)
                self._run("put_conversation", self._number, row.conversation, _encode(row))
                if row.visible:
                    self._run("forget_messages", self._number, row.conversation, row.visible)
        if blanked:
            self._cache.blank_behind()

    def _last_was_deleted(self, row: replies.Conversation) -> bool:
        """Since the row of before, which shows what it said."""
        if row.last_message is None or not row.last_message.deleted_at:
            return False
        kept = self._run("conversation", self._number, row.conversation)
        shown = [_decode_row(octets(before)).last_message for (before,) in kept]
        return any(message is not None and not message.deleted_at for message in shown)

    def _forget(self, conversation: int) -> None:
        self._run("forget_conversation", self._number, conversation)
        self._run("forget_messages", self._number, conversation, _LARGEST)
        self._run("forget_log", self._number, conversation)

    def home(self) -> list[replies.Conversation]:
        """The conversations as HOME showed them last."""
        return [_decode_row(octets(row)) for (row,) in self._run("conversations", self._number)]

    def put_blocked(self, people: Mapping[int, str]) -> None:
        """All whom the user has blocked."""
        with self._cache.transaction():
            self._run("drop_blocked", self._number)
            for user, name in people.items():
                self._run("put_blocked", self._number, user, name)

    def blocked(self) -> dict[int, str]:
        """Names of those whom the user has blocked, by id."""
        return {integer(user): str(name) for user, name in self._run("blocked", self._number)}

    # --------------------------------------------------------------------------------------------------- messages

    def put_messages(self, messages: Iterable[Message], as_of: int = 0) -> None:
        """Messages with their whole text, as they were when `as_of` was the last entry (0: as they were said). One that may
        be older than what is kept is left out."""
        blanked = False
        with self._cache.transaction():
            for message in messages:
                known = as_of or message.seq
                if known >= self._applied(message.conversation):
                    blanked |= self._put(message, known)
        if blanked:
            self._cache.blank_behind()

    def put_entries(self, entries: Iterable[AnyEntry], me: int) -> None:
        """Entries as the session delivers them: those of a conversation in the order of their seqs. `me`: the user's number."""
        blanked = False
        with self._cache.transaction():
            applied: dict[int, int] = {}
            for entry in entries:
                number = entry.conversation
                if number not in applied:
                    applied[number] = self._applied(number)
                if entry.seq > applied[number]:
                    if entry.seq > applied[number] + 1:
                        self._run("forget_outdated", self._number, number, entry.seq - 1)
                    blanked |= self._apply(entry, me)
                    applied[number] = entry.seq
            for number, seq in applied.items():
                self._run("set_applied", self._number, number, seq)
        if blanked:
            self._cache.blank_behind()

    def _apply(self, entry: AnyEntry, me: int) -> bool:
        """True: a text was taken away, here or just before in a row of HOME."""
        if isinstance(entry, Message):
            return self._put(entry, entry.seq)
        if isinstance(entry, Change):
            place = (self._number, entry.conversation, entry.target)
            for (kept,) in self._run("message_before", *place, entry.seq):
                now = changed(_decode_message(octets(kept)), entry, me)
                self._run("change_message", *place, now.text.casefold(), _encode(now))
        elif isinstance(entry, Unknown):  # whatever it may have changed
            self._run("forget_outdated", self._number, entry.conversation, entry.seq)
        return isinstance(entry, Deleted)

    def pass_over(self, epoch: bytes, cursors: Iterable[tuple[int, int]]) -> None:
        """A consumer goes on behind these: what was kept before may have been changed by entries that nobody saw."""
        with self._cache.transaction():
            for conversation, seq in cursors:
                if epoch == self.epoch and seq > self._applied(conversation):
                    self._run("forget_outdated", self._number, conversation, seq)
                    self._run("set_applied", self._number, conversation, seq)

    def _applied(self, conversation: int) -> int:
        return next((integer(seq) for (seq,) in self._run("applied", self._number, conversation)), 0)

    def _put(self, message: Message, as_of: int) -> bool:
        """True: it is deleted, and was not known to be. It may be of a row of HOME that there are copies, or, where it is without a
        text, of its files' names."""
        place = (self._number, message.conversation, message.seq)
        before = self._run("message_before", *place, as_of + 1) if message.deleted_at else []
        folded_text = message.text.casefold()
        self._run("put_message", *place, message.position, as_of, folded_text, _encode(message))
        known = any(_decode_message(octets(kept)).deleted_at for (kept,) in before)
        return bool(message.deleted_at) and not known

    def history(
        self,
        conversation: int,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[Message]:
        """Messages of a conversation that were seen, newest first; there may be gaps between them."""
        bounds = (after if after is not None else 0, before if before is not None else _LARGEST)
        rows = self._run("history", self._number, conversation, *bounds, -1 if limit is None else limit)
        return [_decode_message(octets(entry)) for (entry,) in rows]

    def history_after(self, conversation: int, after: int, limit: int) -> list[Message]:
        """Those that follow `after` most closely of what was seen, newest first."""
        rows = self._run("history_after", self._number, conversation, after, limit)
        return [_decode_message(octets(entry)) for (entry,) in reversed(rows)]

    def search(
        self,
        words: str,
        *,
        conversation: int | None = None,
        limit: int | None = None,
        wanted: Callable[[Message], bool] = lambda _: True,
    ) -> list[Message]:
        """Messages that hold all the words (anywhere, so that scripts without spaces are found too) and are `wanted`, newest first."""
        parts = sorted(words.casefold().split(), key=len, reverse=True)
        found: list[Message] = []
        if not parts:
            return found
        with self._cache.rows("search", self._number, parts[0], conversation) as rows:
            for (entry,) in rows:
                message = _decode_message(octets(entry))
                text = message.text.casefold()
                if all(part in text for part in parts) and wanted(message):
                    found.append(message)
                    if len(found) == limit:
                        break
        return found

    def state(self) -> tuple[int, int]:
        """Another one after each change, whoever made it."""
        return self._cache.state()

    # ---------------------------------------------------------------------------------------- cursors and people

    def cursors(self, consumer: str) -> dict[int, int]:
        """Where the consumer stands in the present store; empty: it was never here."""
        rows = self._run("cursors", self._number, consumer, self.epoch)
        return {integer(conversation): integer(seq) for conversation, seq in rows}

    def put_cursors(self, consumer: str, epoch: bytes, cursors: Iterable[tuple[int, int]]) -> None:
        """Cursors never go back."""
        with self._cache.transaction():
            for conversation, seq in cursors:
                self._run("put_cursor", self._number, consumer, epoch, conversation, seq)

    def put_people(self, people: Iterable[User], *, complete: bool = False) -> None:
        """How they are shown now. `complete`: there are no others."""
        with self._cache.transaction():
            self.people.put(people, complete=complete)

    @property
    def people(self) -> KnownPeople:
        """Who was seen."""
        return KnownPeople(self._run, self._number)

    @property
    def outbox(self) -> Outbox:
        """What is yet to be sent."""
        return Outbox(self._run, self._number)
