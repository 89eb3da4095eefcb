"""A store to try things on, and the few words in which the tests talk to it."""

import secrets
from collections.abc import Sequence
from typing import TypeVar

from hubbub.schemas import records
from hubbub.schemas.events import Message
from hubbub.schemas.records import Result
from hubbub.store import Backend

GENERAL = 1
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

    def group(self, name: str, *members: int) -> int:
        return self.do(records.CreateGroup(name, list(members), self.now), records.GroupCreated).conversation

    def message(
        self, conversation: int, sender: int, text: str, key: bytes | None = None
    ) -> records.AppendMessage:
        self.now += 1
        name = self.names[sender]
        return records.AppendMessage(
            conversation, sender, name, key or secrets.token_bytes(16), text, self.now
        )

    def say(self, conversation: int, sender: int, *texts: str) -> list[Message]:
        results = self.run(*(self.message(conversation, sender, text) for text in texts))
        return [accepted(result).message for result in results]

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
        before: int = 0,
        limit: int = 50,
    ) -> records.SearchRead:
        command = records.ReadSearch(user, words, conversation, before, limit)
        return self.read(command, records.SearchRead)

    def verify(self) -> records.VerifyRead:
        return self.read(records.Verify(), records.VerifyRead)


def accepted(result: Result) -> records.Appended:
    assert isinstance(result, records.Appended), result
    return result


def code(result: Result) -> str:
    assert isinstance(result, records.Refused), result
    return result.code


def seqs(messages: Sequence[Message]) -> list[int]:
    return [message.seq for message in messages]
