"""What a handler of a bot gets: the context of one event, and a message that can be answered. Knows no socket and no disk."""

import re
from collections import Counter
from collections.abc import Iterable, MutableMapping
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hubbub.client import events
from hubbub.client.bots.delivering import DeliveringClient, Delivery
from hubbub.client.bots.handling import Place, answer_key
from hubbub.client.errors import HubbubError
from hubbub.client.keys import message_key
from hubbub.client.models import Message, microseconds
from hubbub.schemas.names import folded

if TYPE_CHECKING:
    from hubbub.client.bot import Bot

Paths = Iterable[str | PathLike[str]]


class BotError(HubbubError):
    """Raised in a handler: its text is said in the chat as an answer, and the event is done. What the handler did to the store
    is taken back."""

    code: ClassVar[str] = "bot"


class BotMessage(Message, frozen=True, kw_only=True, eq=False):
    """A message that a handler gets. What is sent with it bears a key made of the message and the handler: handled again after
    a crash, it is said once."""

    context: "Context"

    async def reply(self, text: str = "", *, attachments: Paths = ()) -> Message:
        """Answer it in its conversation. Raises what Client.send raises."""
        return await self.context.reply(text, attachments=attachments)

    async def react(self, emoji: str) -> None:
        """Put an emoji on it. Raises what Client.react raises."""
        await self.context.react(emoji)


_FIELDS: Final = Message.__struct_fields__


class Context:
    """One event for one handler. Its sends are waited out: a lost link and rate limits only delay them."""

    def __init__(
        self,
        bot: "Bot",
        handler: str,
        delivery: Delivery | None = None,
        match: re.Match[str] | None = None,
    ) -> None:
        """Made by the bot."""
        self.bot = bot
        self.event = delivery.event if delivery is not None else None
        """What happened; None in on_start, on_connect and every()."""
        self.match = match
        """What the handler's regular expression found."""
        self.message: BotMessage | None = None
        """What was said, where somebody said something."""
        if isinstance(self.event, events.MessageReceived):
            said: dict[str, Any] = {name: getattr(self.event.message, name) for name in _FIELDS}
            self.message = BotMessage(**said, context=self)
        self._handler, self._delivery = handler, delivery
        self._said: Counter[str] = Counter()

    @property
    def author(self) -> str:
        """Who did it; empty where nobody did."""
        return author_of(self.event)

    @property
    def conversation(self) -> str:
        """Where, as one writes to it: "@bob" or "#team"; empty where it was nowhere."""
        return conversation_of(self.event)

    @property
    def client(self) -> DeliveringClient:
        """The bot's connection. What is sent by it directly is said again when the event comes again."""
        return self.bot.client

    @property
    def store(self) -> MutableMapping[str, Any]:
        """bot.store."""
        return self.bot.store

    async def send(
        self, text: str = "", to: str | None = None, *, attachments: Paths = (), key: bytes | None = None
    ) -> Message:
        """Say something where it happened, or to another user ("bob") or group ("#team"). Handled again after a crash, the same
        number of sends to them is made once; on_start, on_connect and every() handle nothing, and what they say once needs a
        `key` (derived_key). Raises what Client.send raises."""
        where = to or self._here()
        if key is None:
            key = self._key(folded(to or ""))
        return await self.client.send(where, text, key=key, attachments=attachments)

    async def reply(self, text: str = "", *, attachments: Paths = ()) -> Message:
        """The same, as an answer to the message; to what is no message, it is send()."""
        here, message = self._here(), self.message
        return await self.client.send(
            here, text, key=self._key(""), reply_to=message, attachments=attachments
        )

    async def react(self, emoji: str) -> None:
        """Put an emoji on the message."""
        if self.message is None:
            raise RuntimeError("there is no message here to react to")
        await self.client.react(self.message, emoji)

    async def typing(self) -> None:
        """Tell the others that an answer is being made; it shows for 6 s, or until it comes."""
        await self.client.typing(self._here())

    def _here(self) -> str:
        """The conversation as it is called now. Raises Restored where it is of a store that is gone."""
        if not self.conversation:
            raise RuntimeError('this did not happen in a conversation: say where, ctx.send(text, to="#team")')
        return (
            self.conversation
            if self._delivery is None
            else self.client.where(self._delivery, self.conversation)
        )

    def _key(self, to: str) -> bytes:
        if self._delivery is None or (place := place_of(self._delivery)) is None:
            return message_key()
        self._said[to] += 1
        return answer_key(self.bot.user, place, self._handler, to, self._said[to])


def author_of(event: events.Event | None) -> str:
    """Who did what happened; empty where nobody in particular did."""
    if isinstance(event, events.MessageReceived):
        return event.message.sender
    return str(getattr(event, "by", ""))


def conversation_of(event: events.Event | None) -> str:
    """Where it happened; empty: nowhere in particular."""
    if isinstance(event, events.MessageReceived):
        return event.message.conversation
    if isinstance(event, events.ConversationAdded):
        return event.conversation.name
    return str(getattr(event, "conversation", ""))


def place_of(delivery: Delivery) -> Place | None:
    """The event's place in a log; None: it is in none, and does not come again."""
    if delivery.mark is None:
        return None
    event = delivery.event
    at = event.message.sent_at if isinstance(event, events.MessageReceived) else getattr(event, "at", None)
    return Place(delivery.mark[1], delivery.mark[2], microseconds(at) if at is not None else 0)
