"""A store to try things on, and the few words in which the tests talk to it."""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Literal, TypeVar

from hubbub.schemas import records
from hubbub.schemas.events import Message, Role
from hubbub.schemas.records import Result
from hubbub.schemas.requests import NewAttachment
from hubbub.store import Backend

GENERAL = 1
QUOTA = 10_000
ONE, TWO, SMALL = b"one" * 100, b"two" * 200, b"small"
"""Contents of files."""
R = TypeVar("R", bound=Result)


class Trial:
    """A backend with a reader and an indexer, in one thread."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.reader = backend.reader()
        self.now = 1_000
        self.names: dict[int, str] = {}

    def close(self) -> None:
        self.reader.close()
        self.backend.close()

    def run(self, *commands: records.Write) -> list[Result]:
        return self.backend.write(commands)

    def do(self, command: records.Write, kind: type[R]) -> R:
        (result,) = self.backend.write([command])
        assert isinstance(result, kind), result
        return result

    def read(self, command: records.Read, kind: type[R]) -> R:
        result = self.reader.read(command)
        assert isinstance(result, kind), result
        return result

    def users(self, *names: str) -> list[int]:
        created = [self.do(records.CreateUser(name, "hash", self.now), records.UserCreated) for name in names]
        self.names.update((user.user, user.name) for user in created)
        return [user.user for user in created]

    def direct(self, user: int, partner: str) -> int:
        command = records.StartConversation(user, partner, self.now)
        return self.do(command, records.ConversationStarted).conversation.conversation

    def key(self) -> bytes:
        self.now += 1
        return secrets.token_bytes(16)

    def creation(
        self,
        name: str,
        *members: int,
        public: bool = False,
        topic: str = "",
        history: Literal["all", "joined"] = "all",
        key: bytes | None = None,
    ) -> records.CreateGroup:
        """The first of the members is its owner."""
        names = [self.names[member] for member in members]
        return records.CreateGroup(
            members[0], key or self.key(), name, names, public, topic, history, self.now
        )

    def group(
        self,
        name: str,
        *members: int,
        public: bool = False,
        topic: str = "",
        history: Literal["all", "joined"] = "all",
    ) -> int:
        command = self.creation(name, *members, public=public, topic=topic, history=history)
        return self.do(command, records.GroupCreated).conversation.conversation

    def joining(self, user: int, group: str, key: bytes | None = None) -> records.JoinGroup:
        return records.JoinGroup(user, key or self.key(), group, self.now)

    def join(self, user: int, group: str) -> records.GroupJoined:
        return self.do(self.joining(user, group), records.GroupJoined)

    def addition(
        self, group: int, actor: int, user: int | str, key: bytes | None = None
    ) -> records.AddMember:
        return records.AddMember(group, actor, key or self.key(), self.now, self.name(user))

    def add(self, group: int, actor: int, user: int) -> records.MemberChanged:
        return self.do(self.addition(group, actor, user), records.MemberChanged)

    def removal(
        self, group: int, actor: int, user: int | str, key: bytes | None = None
    ) -> records.RemoveMember:
        return records.RemoveMember(group, actor, key or self.key(), self.now, self.name(user))

    def remove(self, group: int, actor: int, user: int) -> records.MemberChanged:
        return self.do(self.removal(group, actor, user), records.MemberChanged)

    def leaving(self, group: int, user: int, key: bytes | None = None) -> records.LeaveGroup:
        return records.LeaveGroup(group, user, key or self.key(), self.now)

    def leave(self, group: int, user: int) -> records.MemberChanged:
        return self.do(self.leaving(group, user), records.MemberChanged)

    def name(self, user: int | str) -> str:
        return user if isinstance(user, str) else self.names[user]

    def act(self, command: records.Act) -> records.Acted:
        return self.do(command, records.Acted)

    def role(
        self, group: int, actor: int, user: int | str, role: Role, key: bytes | None = None
    ) -> records.SetRole:
        return records.SetRole(group, actor, key or self.key(), self.now, self.name(user), role)

    def renaming(self, group: int, actor: int, name: str, key: bytes | None = None) -> records.RenameGroup:
        return records.RenameGroup(group, actor, key or self.key(), self.now, name)

    def topic(self, group: int, actor: int, topic: str, key: bytes | None = None) -> records.SetTopic:
        return records.SetTopic(group, actor, key or self.key(), self.now, topic)

    def visibility(
        self,
        group: int,
        actor: int,
        public: bool | None = None,
        history: Literal["all", "joined"] | None = None,
        key: bytes | None = None,
    ) -> records.SetVisibility:
        return records.SetVisibility(group, actor, key or self.key(), self.now, public, history)

    def edit(
        self,
        conversation: int,
        actor: int,
        seq: int,
        text: str,
        *mentions: str,
        everyone: bool = False,
        key: bytes | None = None,
    ) -> records.EditMessage:
        place = (conversation, actor, key or self.key(), self.now)
        return records.EditMessage(*place, seq, text, list(mentions), everyone)

    def deletion(
        self, conversation: int, actor: int, seq: int, key: bytes | None = None
    ) -> records.DeleteMessage:
        return records.DeleteMessage(conversation, actor, key or self.key(), self.now, seq)

    def reaction(
        self,
        conversation: int,
        actor: int,
        seq: int,
        emoji: str = "👍",
        on: bool = True,
        key: bytes | None = None,
    ) -> records.React:
        return records.React(conversation, actor, key or self.key(), self.now, seq, emoji, on)

    def pin(
        self, conversation: int, actor: int, seq: int, on: bool = True, key: bytes | None = None
    ) -> records.PinMessage:
        return records.PinMessage(conversation, actor, key or self.key(), self.now, seq, on)

    def block(self, user: int, other: int | str, on: bool = True) -> records.BlockSet:
        return self.do(records.Block(user, self.name(other), on), records.BlockSet)

    def read_up_to(self, conversation: int, user: int, seq: int) -> records.Marked:
        return self.do(records.MarkRead(conversation, user, seq), records.Marked)

    def profile(
        self,
        user: int,
        display_name: str | None = None,
        colour: str | None = None,
        receipts: bool | None = None,
    ) -> records.ProfileSet:
        return self.do(records.SetProfile(user, display_name, colour, receipts), records.ProfileSet)

    def delete_account(
        self, user: int, messages: Literal["keep", "delete"] = "keep"
    ) -> records.AccountDeleted:
        self.now += 1
        return self.do(records.DeleteAccount(user, messages, self.now), records.AccountDeleted)

    def purge(self, user: int) -> int:
        """Until nothing is left to do: how many messages went."""
        count, more = 0, True
        while more:
            purged = self.do(records.PurgeMessages(user, self.now), records.Purged)
            count, more = count + len(purged.entries), purged.more
        return count

    def message(
        self,
        conversation: int,
        sender: int,
        text: str,
        key: bytes | None = None,
        *,
        reply_to: int = 0,
        mentions: Sequence[str] = (),
        everyone: bool = False,
        files: Sequence[NewAttachment] = (),
    ) -> records.AppendMessage:
        place, name = (conversation, sender), self.names[sender]
        rest = (reply_to, list(mentions), everyone, list(files))
        return records.AppendMessage(*place, name, key or self.key(), text, self.now, *rest)

    def say(self, conversation: int, sender: int, *texts: str) -> list[Message]:
        results = self.run(*(self.message(conversation, sender, text) for text in texts))
        return [accepted(result).message for result in results]

    def beginning(self, user: int, data: bytes, quota: int = QUOTA) -> records.BeginUpload:
        return records.BeginUpload(user, digest(data), len(data), self.now, quota)

    def upload(self, user: int, *contents: bytes) -> None:
        """As far as the database is concerned."""
        results = self.run(*(self.beginning(user, data) for data in contents))
        new = [data for data, begun in zip(contents, results, strict=True) if not is_complete(begun)]
        self.run(*(records.CompleteUpload(user, digest(data), self.now, len(data)) for data in new))

    def post(
        self, conversation: int, sender: int, *contents: bytes, text: str = "", thumbnail: bytes = b""
    ) -> Message:
        """A message with these files, each with the thumbnail, which were uploaded for it."""
        self.upload(sender, *contents, *([thumbnail] if thumbnail else []))
        files = [attachment(data, thumbnail) for data in contents]
        return accepted(self.run(self.message(conversation, sender, text, files=files))[0]).message

    def forwarding(
        self,
        conversation: int,
        sender: int,
        source: int,
        seq: int,
        key: bytes | None = None,
        quota: int = QUOTA,
    ) -> records.ForwardMessage:
        place = (conversation, sender, self.names[sender], key or self.key())
        return records.ForwardMessage(*place, source, seq, self.now, quota)

    def forward(self, conversation: int, sender: int, source: int, seq: int) -> Message:
        return accepted(self.run(self.forwarding(conversation, sender, source, seq))[0]).message

    def room(self, user: int) -> int:
        """How much of a quota the user's files leave: the largest file that he may begin."""
        low, high = 0, QUOTA
        while low < high:
            middle = (low + high + 1) // 2
            new = records.BeginUpload(user, digest(b"room"), middle, self.now, QUOTA)
            begun = isinstance(self.run(new)[0], records.UploadBegun)
            self.run(records.CancelUpload(user, digest(b"room")))
            low, high = (middle, high) if begun else (low, middle - 1)
        return low

    def session(self, user: int, token: bytes = b"t", expires_at: int = 10**9) -> Result:
        command = records.CreateSession(user, "hash", token, b"device key", "laptop", self.now, expires_at)
        return self.run(command)[0]

    def home(
        self, user: int, after: int = 0, limit: int = 200, only: list[int] | None = None
    ) -> records.HomeRead:
        return self.read(records.ReadHome(user, after, limit, only), records.HomeRead)

    def unread(self, user: int, conversation: int) -> int:
        (row,) = self.home(user, only=[conversation]).conversations
        return row.unread

    def history(
        self,
        user: int,
        conversation: int,
        limit: int = 50,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> records.HistoryRead:
        command = records.ReadHistory(user, conversation, before, after, around, limit)
        return self.read(command, records.HistoryRead)

    def sync(self, user: int, conversation: int, after: int = 0, limit: int = 200) -> records.SyncRead:
        return self.read(records.ReadSync(user, conversation, after, limit), records.SyncRead)

    def index(self) -> None:
        indexer = self.backend.indexer()
        while indexer.step():
            pass
        indexer.close()

    def search(
        self,
        user: int,
        words: str,
        conversation: int | None = None,
        *,
        sender: str | None = None,
        before: int | None = None,
        after: int | None = None,
        order: Literal["newest", "relevance"] = "newest",
        cursor: int = 0,
        limit: int = 50,
    ) -> records.SearchRead:
        place = (user, words, conversation, sender, before, after, order, cursor, limit)
        return self.read(records.ReadSearch(*place), records.SearchRead)

    def found(self, user: int, words: str, conversation: int | None = None) -> list[str]:
        """The texts of the hits, newest first."""
        return [hit.message.text for hit in self.search(user, words, conversation).hits]

    def verify(self) -> records.VerifyRead:
        return self.read(records.Verify(), records.VerifyRead)

    def problems(self) -> list[str]:
        """Of the database: `upload` brings no bytes to the disk."""
        self.index()
        return [text for text in self.verify().problems if not text.endswith("is missing")]


def accepted(result: Result) -> records.Appended:
    assert isinstance(result, records.Appended), result
    return result


def is_complete(result: Result) -> bool:
    assert isinstance(result, records.UploadBegun), result
    return result.complete


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


def attachment(data: bytes, thumbnail: bytes = b"", name: str = "photo.png") -> NewAttachment:
    small = digest(thumbnail) if thumbnail else b""
    return NewAttachment(sha256=digest(data), name=name, type="image/png", width=4, height=3, thumbnail=small)


def code(result: Result) -> str:
    assert isinstance(result, records.Refused), result
    return result.code


def seqs(messages: Sequence[Message]) -> list[int]:
    return [message.seq for message in messages]
