"""What a profile knows without its server: the cache's home, history, search and people, and the outbox. Knows no socket."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from hubbub.client.cache import Cache
from hubbub.client.errors import BadRequest, NoServer
from hubbub.client.files.sources import checked_paths, examine
from hubbub.client.keys import message_key
from hubbub.client.models import Message, answered, message_text, recipient
from hubbub.client.outbox import Waiting
from hubbub.client.profile import Profile
from hubbub.client.remembered import Remembered
from hubbub.schemas.hello import Address, BadAddress, parse_address


class Offline(Remembered):
    """One account of a profile, as it was when its server was last reached. Everything blocks, on a file.

    It may be open beside a Client of the same profile, in this program or another, and sees what that writes. It is used by
    one thread at a time, whichever it was made in."""

    def __init__(self, profile: Profile | Path | str, server: Address | str, user: str) -> None:
        """Raises NoServer where the profile was never at this address, ProfileError, BadRequest."""
        try:
            address = parse_address(server) if isinstance(server, str) else server
        except BadAddress as error:
            raise BadRequest(str(error)) from None
        profile = profile if isinstance(profile, Profile) else Profile(profile)
        if (key := profile.key_at(address)) is None:
            raise NoServer(f"There is no server at {address}, and this profile was never there")
        self._cache = Cache(profile.cache_path)  # closed by `with`
        super().__init__(self._cache.account(key, user))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._cache.close()

    @property
    def damaged(self) -> Path | None:
        """Where a damaged cache was set aside just now."""
        return self._cache.damaged

    # ----------------------------------------------------------------------------------------------------- outbox

    def queue(
        self,
        to: str,
        text: str = "",
        *,
        reply_to: Message | int | None = None,
        attachments: Iterable[str | os.PathLike[str]] = (),
        keep_location: bool = False,
    ) -> bytes:
        """Keep a message until the server has it; its key. As of Client.queue. Raises BadRequest, FileProblem."""
        who, paths, key = recipient(to), checked_paths(attachments), message_key()
        for path in paths:
            examine(path)
        said = message_text(text, alone=not paths)
        seq, conversation = answered(who, self.find(who) or 0, reply_to)
        self._account.outbox.add(str(who), said, key, conversation, paths, keep_location, seq)
        return key

    def waiting(self) -> list[Waiting]:
        """What the server does not have, oldest first. A group bears the name that it had last."""
        return [self.called(one) for one in self._account.outbox.list()]

    def retry(self, key: bytes) -> None:
        """Let whoever reaches the server next send a message that failed once more. Raises NotFound."""
        self._account.outbox.retry(key)

    def discard(self, key: bytes) -> None:
        """Drop a message that waits or has failed. Raises NotFound, NotAllowed (a program is sending it)."""
        self._account.outbox.discard(key, time.time())
