"""What a client does to messages: sends, changes and deletes them, reacts, pins. Knows no socket."""

from hubbub.client import errors
from hubbub.client.calling import Calling, Which
from hubbub.client.keys import message_key
from hubbub.client.models import Message, Recipient, message_text, recipient, same_conversation
from hubbub.schemas import events as wire
from hubbub.schemas import replies, requests
from hubbub.schemas.names import BadName
from hubbub.schemas.names import emoji as checked_emoji


class Writing(Calling):
    """The part of Client that writes. A message that is acted on is a Message, or a conversation and a seq: ("#team", 17)."""

    async def send(
        self, to: str, text: str, *, key: bytes | None = None, reply_to: Message | int | None = None
    ) -> Message:
        """Returns once the server has stored it. While the link is down it waits, and sends again with the same key.

        text: 1 byte to 16 KiB of UTF-8. key: a UUIDv7 of one's own; the same key again gives the same message, stored once.
        reply_to: the message of this conversation that it answers, or its seq. Whom it mentions is found by the server:
        history() and events() say it. Raises NotFound (no such user, group, or message to answer), NotAllowed, StorageFull,
        KeyConflict, BadRequest.
        """
        who = recipient(to)
        answered = _answered(who, reply_to)
        return await self._store(who, message_text(text), key if key is not None else message_key(), answered)

    async def _store(self, who: Recipient, text: str, key: bytes, reply_to: int = 0) -> Message:
        request = requests.SendMessage(id=0, conversation=0, key=key, text=text, reply_to=reply_to)
        absent = f"There is no message {reply_to} in {who} to answer." if reply_to else ""
        sent = await self._ask_in(who, request, replies.Sent, again=not reply_to, absent=absent)
        message = wire.Message(
            conversation=sent.conversation,
            seq=sent.seq,
            position=sent.position,
            at=sent.at,
            sender=self._link.user_id,
            sender_name=self._link.user,
            key=key,
            ordinal=sent.ordinal,
            text=text,
            reply_to=reply_to,
        )
        return self._seen([message])[0]

    async def edit(self, message: Which, text: str, *, key: bytes | None = None) -> Message:
        """Give a message of mine another text; the message as it is then. The texts before are kept, and shown to members.
        Raises NotFound, NotAllowed (another's, or deleted), BadRequest, StorageFull, KeyConflict."""
        key = key if key is not None else message_key()
        request = requests.EditMessage(id=0, conversation=0, seq=0, key=key, text=message_text(text))
        await self._act_on(message, request)
        return await self._one(message)

    async def delete(self, message: Which) -> None:
        """Take away the text of a message of mine, or, as owner or admin of the group, of anyone's; its earlier texts and
        reactions go too. Who did it and when stays. Raises NotFound, NotAllowed."""
        await self._act_on(message, requests.DeleteMessage(id=0, conversation=0, seq=0, key=message_key()))
        if self._disk is not None:
            await self._one(message)  # so that the text leaves this device too

    async def react(self, message: Which, emoji: str) -> None:
        """Put an emoji on a message. Raises NotFound, NotAllowed, BadRequest (no emoji), TooMany (20 different ones are on it)."""
        await self._react(message, emoji, on=True)

    async def unreact(self, message: Which, emoji: str) -> None:
        """Take my emoji off a message. Raises NotFound, NotAllowed, BadRequest."""
        await self._react(message, emoji, on=False)

    async def _react(self, message: Which, emoji: str, *, on: bool) -> None:
        try:
            checked_emoji(emoji)
        except BadName as error:
            raise errors.BadRequest(f"A reaction is an emoji: {error}.") from None
        key = message_key()
        await self._act_on(message, requests.React(id=0, conversation=0, seq=0, key=key, emoji=emoji, on=on))

    async def pin(self, message: Which) -> None:
        """Pin a message: anyone in a direct conversation, owner and admins in a group. Raises NotFound, NotAllowed, TooMany."""
        await self._pin(message, on=True)

    async def unpin(self, message: Which) -> None:
        """Unpin a message: who may pin may do that too. Raises NotFound, NotAllowed."""
        await self._pin(message, on=False)

    async def _pin(self, message: Which, *, on: bool) -> None:
        request = requests.PinMessage(id=0, conversation=0, seq=0, key=message_key(), on=on)
        await self._act_on(message, request)

    async def typing(self, to: str) -> None:
        """Tell the others that I am writing: they see it for 6 s, or until my message comes. Sooner than 3 s after the last
        time it does nothing."""
        if (conversation := await self._known(recipient(to))) is not None:
            await self._link.ask(requests.Typing(id=0, conversation=conversation), replies.Done)


def _answered(who: Recipient, message: Message | int | None) -> int:
    if isinstance(message, Message):
        if not same_conversation(message.conversation, str(who)):
            raise errors.BadRequest(
                f"A reply stays in its conversation: message {message.seq} is in {message.conversation}, not in {who}."
            )
        return message.seq
    return message or 0
