"""What a client does to messages: sends, changes and deletes them, reacts, pins. Knows no socket."""

from hubbub.client import errors
from hubbub.client.calling import Calling, Which
from hubbub.client.keys import message_key
from hubbub.client.models import Message, Recipient, message_text, recipient
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
        answered = await self._answered(who, reply_to)
        request = requests.SendMessage(
            id=0,
            conversation=0,
            key=message_key() if key is None else key,
            text=message_text(text),
            reply_to=answered,
        )
        absent = f"There is no message {answered} in {who} to answer." if answered else ""
        return self._sent(
            request, await self._ask_in(who, request, replies.Sent, again=not answered, absent=absent)
        )

    def _sent(self, request: requests.SendMessage, reply: replies.Sent) -> Message:
        """What the server has now. It is kept for the time when there is no server."""
        message = wire.Message(
            conversation=reply.conversation,
            seq=reply.seq,
            position=reply.position,
            at=reply.at,
            sender=self._link.user_id,
            sender_name=self._link.user,
            key=request.key,
            ordinal=reply.ordinal,
            text=request.text,
            reply_to=request.reply_to,
        )
        self._link.keep_message(message)
        return self._link.message(message)

    async def _answered(self, who: Recipient, message: Message | int | None) -> int:
        if not isinstance(message, Message):
            return message or 0
        conversation, seq = await self._place(message)
        if conversation != await self._conversation(who):
            raise errors.BadRequest(
                f"A reply stays in its conversation: message {seq} is in {message.conversation}, not in {who}."
            )
        return seq

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
            why = f": {error}" if emoji.strip() else "; this one is empty"
            raise errors.BadRequest(f"A reaction is an emoji{why}.") from None
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
