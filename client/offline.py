"""What a profile knows without its server: the cache's home, history and search, and the outbox. Knows no socket."""

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from hubbub.client.cache import Cache
from hubbub.client.directory import Directory
from hubbub.client.errors import NoServer, NotFound
from hubbub.client.keys import message_key
from hubbub.client.models import (
    Conversation,
    Message,
    conversation_of,
    message_of,
    message_text,
    recipient,
)
from hubbub.client.outbox import Waiting
from hubbub.client.profile import Profile
from hubbub.client.sources import checked_paths, examine
from hubbub.schemas import events as wire
from hubbub.schemas.hello import Address


class Offline:
    """One account of a profile, as it was when its server was last reached."""

    def __init__(self, profile: Profile, address: Address, user: str) -> None:
        """Raises NoServer where the profile was never at this address, ProfileError."""
        if (key := profile.key_at(address)) is None:
            raise NoServer(f"There is no server at {address}, and this profile was never there")
        self._cache = Cache(profile.cache_path)  # closed by `with`
        self._account = self._cache.account(key, user)
        self._rows = self._account.home()
        self._directory = Directory()
        self._directory.put(self._rows)
        self._blocked = self._account.blocked()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cache.close()

    @property
    def damaged(self) -> Path | None:
        """Where a damaged cache was set aside just now."""
        return self._cache.damaged

    def home(self) -> list[Conversation]:
        """As it was, the liveliest conversation first."""
        rows = sorted(self._rows, key=lambda row: -(row.last_message.position if row.last_message else 0))
        return [conversation_of(row, self._directory.name(row.conversation), self._blocked) for row in rows]

    def history(self, to: str, *, limit: int | None = 50, before: int | None = None) -> list[Message]:
        """Messages that were seen, newest first; there may be gaps. Raises NotFound."""
        conversation = self._conversation(to)
        found = self._account.history(conversation, before=before, limit=limit)
        return [self._shown(message) for message in found]

    def search(self, words: str, *, conversation: str | None = None, limit: int | None = 50) -> list[Message]:
        """Messages that were seen and hold all the words, newest first. Raises NotFound."""
        where = self._conversation(conversation) if conversation is not None else None
        found = self._account.search(words, conversation=where, limit=limit)
        return [self._shown(message) for message in found]

    def queue(
        self,
        to: str,
        text: str = "",
        *,
        attachments: Iterable[str | os.PathLike[str]] = (),
        keep_location: bool = False,
    ) -> bytes:
        """Keep a message until the server has it; its key. Files, as of Client.queue. Raises BadRequest, FileProblem."""
        who, paths, key = recipient(to), checked_paths(attachments), message_key()
        for path in paths:
            examine(path)
        said, conversation = message_text(text, alone=not paths), self._directory.find(who) or 0
        self._account.outbox.add(str(who), said, key, conversation, paths, keep_location)
        return key

    def waiting(self) -> list[Waiting]:
        """What the server does not have."""
        return self._account.outbox.list()

    def _conversation(self, to: str) -> int:
        if (found := self._directory.find(recipient(to))) is None:
            raise NotFound(f"Nothing of {to} was seen here.")
        return found

    def _shown(self, message: wire.Message) -> Message:
        return message_of(message, self._directory.name(message.conversation), self._blocked)
