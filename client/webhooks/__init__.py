"""Webhooks: what is posted over HTTP is said in a conversation. Knows no socket; hubbub.client.webhooks.http does.

200 is answered once the server has stored the message. Nothing is kept here that was not stored: while the server is away the
answer is 503, and whoever posts tries again, as such tools do. So no message is acknowledged that could still be refused, and none
comes hours after its alarm.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from hubbub.client import errors
from hubbub.client.client import Client
from hubbub.client.keys import message_key
from hubbub.client.models import recipient
from hubbub.client.webhooks import forms
from hubbub.client.webhooks.http import Answer, Head
from hubbub.client.webhooks.store import Webhook, WebhookStore
from hubbub.schemas.hello import key_text

PATH: Final = "/hooks/"
PATIENCE_S: Final = 8.0
"""How long a post waits for the server. Tools wait for ten seconds and more."""
WAITING_MAX: Final = 16
"""Posts of one webhook that wait for those before them, so that one that floods keeps no other waiting."""
REMEMBERED_S: Final = 120.0
"""How long the outcome of a post that got no answer is open: the same body again within this is the same message."""
_REMEMBERED_MAX: Final = 1000
_RETRY_S: Final = 10
_FULL_RETRY_S: Final = 60

_NO_SERVICE: Final = Answer(404, "no_service")
_AWAY: Final = Answer(503, "service_unavailable", retry_after=_RETRY_S)
_STOPS: Final = (
    errors.NotLetIn,
    errors.KeyChanged,
    errors.VersionMismatch,
    errors.ProfileError,
    errors.Closed,
)
"""No post will ever get through after these."""
_REFUSALS: Final[dict[type[errors.HubbubError], Answer]] = {
    errors.BadRequest: Answer(400, "invalid_payload"),
    errors.NotFound: Answer(404, "channel_not_found"),
    errors.KeyConflict: Answer(409, "idempotency_key_conflict"),
    errors.RateLimited: Answer(429, "rate_limited", retry_after=_RETRY_S),
    errors.StorageFull: Answer(503, "storage_full", retry_after=_FULL_RETRY_S),
}


class Unanswered:
    """The keys of posts whose outcome nobody knows, so that the next try of the same is no second message. Pure: time is given."""

    def __init__(self) -> None:
        self._keys: OrderedDict[bytes, tuple[bytes, float]] = OrderedDict()

    def keep(self, post: bytes, key: bytes, now: float) -> None:
        """This post, which goes by this key, got no answer."""
        self._keys[post] = key, now
        self._keys.move_to_end(post)
        if len(self._keys) > _REMEMBERED_MAX:
            self._keys.popitem(last=False)

    def take(self, post: bytes, now: float) -> bytes | None:
        """The key of the try before, if it got no answer lately."""
        key, kept_at = self._keys.pop(post, (b"", now))
        return key if key and now - kept_at <= REMEMBERED_S else None


class _Turn:
    """The posts of one webhook: one after the other, in the order in which they came."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class Webhooks:
    """Answers what is posted to the webhooks of one user of one server."""

    def __init__(
        self,
        chat: Client,
        store: WebhookStore,
        note: Callable[[str], object],
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """chat: open. note: is told in a line of each post that was not said, and why; the secret is never in it."""
        if chat.server is None:
            raise RuntimeError("the client is not open: use it within 'async with'")
        self._chat, self._store, self._note = chat, store, note
        self._patience_s = patience_s
        self._server = key_text(chat.server.key)
        self._turns: dict[str, _Turn] = {}
        self._unanswered = Unanswered()
        self.stopped: asyncio.Future[errors.HubbubError] = asyncio.get_running_loop().create_future()
        """Why nothing can be posted any more."""

    def admit(self, head: Head) -> Answer | Callable[[bytes], Awaitable[Answer]]:
        """What takes the body, or, before any of it is read, the answer to whoever does not know a secret."""
        if head.method != "POST":
            return Answer(405, "method_not_allowed", allow="POST")
        secret = head.path.removeprefix(PATH) if head.path.startswith(PATH) else ""
        webhook = self._store.find(secret, self._server, self._chat.user)
        if webhook is None:
            return _NO_SERVICE
        return lambda body: self._post(webhook, body, head.headers.get("idempotency-key", ""))

    async def _post(self, webhook: Webhook, body: bytes, idempotency_key: str) -> Answer:
        turn = self._turns.setdefault(webhook.name, _Turn())
        if turn.waiting >= WAITING_MAX:
            return self._refused(webhook, Answer(429, "rate_limited", retry_after=_RETRY_S))
        turn.waiting += 1
        try:
            said = forms.read(body, everyone=webhook.everyone)
            return await self._say(
                webhook, turn, said, _Keys(self._unanswered, webhook, body, idempotency_key)
            )
        except forms.BadPayload as error:
            return self._refused(webhook, Answer(400, str(error)))
        finally:
            turn.waiting -= 1

    async def _say(self, webhook: Webhook, turn: _Turn, said: forms.Said, keys: "_Keys") -> Answer:
        done = False
        try:
            async with asyncio.timeout(self._patience_s), turn.lock:
                to = _place(said.channel) if webhook.any_channel and said.channel else webhook.conversation
                for number, text in enumerate(forms.messages(said.text, everyone=webhook.everyone)):
                    await self._chat.send(to, text, key=keys.of(number))
                done = True
        except TimeoutError:
            return self._refused(webhook, _AWAY)
        except errors.HubbubError as error:
            done = isinstance(error, errors.Refused)
            return self._refused(webhook, self._answer_to(error), error)
        finally:
            if not done:
                keys.keep()
        return Answer(200, "ok")

    def _answer_to(self, error: errors.HubbubError) -> Answer:
        if isinstance(error, _STOPS) and not self.stopped.done():
            self.stopped.set_result(error)
        for kind, answer in _REFUSALS.items():
            if isinstance(error, kind):
                return answer
        return Answer(403, "action_prohibited") if isinstance(error, errors.Refused) else _AWAY

    def _refused(self, webhook: Webhook, answer: Answer, why: object = "") -> Answer:
        self._note(f"{webhook.name}: {answer.status} {answer.text}" + (f": {why}" if why else ""))
        return answer


class _Keys:
    """The message keys of one post: those of an earlier try of it, where there was one."""

    def __init__(self, unanswered: Unanswered, webhook: Webhook, body: bytes, idempotency_key: str) -> None:
        self._unanswered, self._webhook = unanswered, webhook
        self._post = hashlib.sha256(webhook.digest + body).digest()
        self._own = idempotency_key
        self._base = (
            b"" if idempotency_key else unanswered.take(self._post, time.monotonic()) or message_key()
        )

    def of(self, number: int) -> bytes:
        """The key of the message of this number, from 0."""
        return self._webhook.key(self._own or self._base, str(number))

    def keep(self) -> None:
        """There was no answer: a next try goes by the same keys."""
        if self._base:
            self._unanswered.keep(self._post, self._base, time.monotonic())


def _place(channel: str) -> str:
    """A channel as such bodies name it ("#ops", "ops", "@bob") as TO. Raises NotFound."""
    try:
        return str(recipient(channel if channel[:1] in "#@" else f"#{channel}"))
    except errors.BadRequest as error:
        raise errors.NotFound(str(error)) from None
