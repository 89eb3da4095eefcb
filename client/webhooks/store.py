"""The webhooks that a profile keeps: what opens each, and where it leads. Knows no HTTP and no chat.

They are in webhooks.json (0600), which has the SHA-256 of each secret and never the secret itself: who reads the file can post
nowhere with it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from hubbub.client.errors import NameTaken, NotFound, ProfileError, TooMany
from hubbub.client.keys import derived_key
from hubbub.client.locking import locked
from hubbub.client.profile import Profile, replace_file

T = TypeVar("T")

WEBHOOKS_MAX: Final = 200
"""Of one profile: all of them are compared with each secret that comes."""
_SECRET_BYTES: Final = 32
_FILE: Final = "webhooks.json"


class Webhook(Struct, frozen=True, kw_only=True):
    """A URL that posts into a conversation, as one user of one server."""

    name: str
    """Unique in the profile."""
    digest: bytes
    """SHA-256 of its secret."""
    server: str
    """The server's key, as people see it."""
    user: str
    conversation: str
    """Where it posts, as one writes TO."""
    created_at: datetime
    any_channel: bool = False
    """A body may say another conversation of the user."""
    everyone: bool = False
    """A body may call @all."""

    def key(self, *parts: str | bytes) -> bytes:
        """A message key that is the same for the same parts, and no other webhook's. Keys of one webhook stand together in the store,
        at the time at which it was made."""
        return derived_key(self.digest, *parts, at=self.created_at)


class _Kept(Struct):
    webhooks: list[Webhook] = []


class WebhookStore:
    """The webhooks of a profile. Several programs may use it at a time; a change counts for all of them from the next look on."""

    def __init__(self, profile: Profile) -> None:
        self._path = profile.folder / _FILE
        self._lock = profile.folder / "profile.lock"
        self._seen: object = None
        self._webhooks: list[Webhook] = []

    def all(self) -> list[Webhook]:
        """In the order in which they were made; from the disk only where the file is another one than last time. Raises ProfileError."""
        try:
            state = self._path.stat()
            mark = (state.st_mtime_ns, state.st_ino, state.st_size)
            if mark != self._seen:
                self._webhooks = _read(self._path)
                self._seen = mark
        except FileNotFoundError:
            self._seen, self._webhooks = None, []
        except OSError as error:
            raise ProfileError(f"{self._path} cannot be read: {error.strerror}.") from None
        return self._webhooks

    def find(self, secret: str, server: str, user: str) -> Webhook | None:
        """The webhook of this user of this server that the secret opens. Takes the same time whichever it is, and if it is none."""
        digest = _digest(secret)
        found = None
        for webhook in self.all():
            same = hmac.compare_digest(webhook.digest, digest)
            if same & (webhook.server == server) & (webhook.user == user):
                found = webhook
        return found

    def add(
        self,
        conversation: str,
        *,
        server: str,
        user: str,
        name: str = "",
        any_channel: bool = False,
        everyone: bool = False,
    ) -> tuple[Webhook, str]:
        """A new one, and its secret, which is said this once. name: without one it is numbered. Raises NameTaken, TooMany, ProfileError."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)

        def add(webhooks: list[Webhook]) -> Webhook:
            if len(webhooks) >= WEBHOOKS_MAX:
                raise TooMany(f"There are {WEBHOOKS_MAX} webhooks already; remove one first.")
            names = {one.name for one in webhooks}
            if name in names:
                raise NameTaken(f"There is a webhook {name} already.")
            free = (f"webhook-{number}" for number in range(1, WEBHOOKS_MAX + 1))
            made = Webhook(
                name=name or next(one for one in free if one not in names),
                digest=_digest(secret),
                server=server,
                user=user,
                conversation=conversation,
                created_at=datetime.now(UTC),
                any_channel=any_channel,
                everyone=everyone,
            )
            webhooks.append(made)
            return made

        return self._change(add), secret

    def remove(self, name: str) -> Webhook:
        """Its URL opens nothing from now on. Raises NotFound, ProfileError."""

        def remove(webhooks: list[Webhook]) -> Webhook:
            for place, one in enumerate(webhooks):
                if one.name == name:
                    return webhooks.pop(place)
            raise NotFound(f"There is no webhook {name}.")

        return self._change(remove)

    def _change(self, change: Callable[[list[Webhook]], T]) -> T:
        try:
            with locked(self._lock):
                webhooks = _read(self._path)
                result = change(webhooks)
                replace_file(self._path, msgspec.json.format(msgspec.json.encode(_Kept(webhooks))))
        except OSError as error:
            raise ProfileError(f"{self._path} cannot be written: {error.strerror}.") from None
        return result


def _digest(secret: str) -> bytes:
    """The secret is 256 random bits: there is nothing to guess, and so nothing that a slow hash would spare."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def _read(path: Path) -> list[Webhook]:
    """Raises ProfileError; a damaged file is never taken for an empty one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept).webhooks
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, ValueError) as error:
        text = f"{path} cannot be read ({error}). Restore it, or move it away: then there are no webhooks."
        raise ProfileError(text) from None
