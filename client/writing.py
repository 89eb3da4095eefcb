"""What a client does to messages: sends, changes and deletes them, reacts, pins. Knows no socket."""

import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from hubbub.client import errors
from hubbub.client.calling import Which, missing, no_message
from hubbub.client.files.sources import Picked, checked_paths, pick
from hubbub.client.files.transfers import Tell
from hubbub.client.files.uploading import Uploading
from hubbub.client.keys import message_key
from hubbub.client.models import Message, Recipient, message_text, recipient
from hubbub.schemas import events as wire
from hubbub.schemas import replies, requests
from hubbub.schemas.names import BadName
from hubbub.schemas.names import emoji as checked_emoji


class Writing(Uploading):
    """The part of Client that writes. A message that is acted on is a Message, or a conversation and a seq: ("#team", 17)."""

    async def send(
        self,
        to: str,
        text: str = "",
        *,
        key: bytes | None = None,
        reply_to: Message | int | None = None,
        attachments: Iterable[str | os.PathLike[str]] = (),
        keep_location: bool = False,
        progress: Tell | None = None,
    ) -> Message:
        """Returns once the server has stored it. While the link is down it waits, and sends again with the same key.

        text: 1 byte to 16 KiB of UTF-8; may be empty with attachments. key: a UUIDv7 of one's own; the same key again gives the
        same message, stored once. reply_to: the message of this conversation that it answers, or its seq. Whom it mentions is
        found by the server: history() and events() say it. Raises NotFound (no such user, group, or message to answer),
        NotAllowed, StorageFull, KeyConflict, BadRequest.

        attachments: paths of at most 10 files, which are uploaded before, one after the other. keep_location: leave in pictures
        where they were taken. progress: called in the event loop with a Progress, for each file at the beginning and after each
        chunk; an exception that it raises ends the call and comes out of it. Then, and when it is cancelled, the server drops
        what it has of them; after a lost link it goes on by itself, and after an error or the end of the program the next call
        with the same files does. Raises FileProblem, TooLarge, QuotaExceeded, TooMany too.
        """
        who, paths = recipient(to), checked_paths(attachments)
        request = requests.SendMessage(
            id=0,
            conversation=0,
            key=message_key() if key is None else key,
            text=message_text(text, alone=not paths) or wire.NO_TEXT,  # said before the files are named
            reply_to=await self._answered(who, reply_to),
        )

        async def post() -> replies.Sent:
            answered = request.reply_to
            absent = f"There is no message {answered} in {who} to answer." if answered else ""
            return await self._ask_in(who, request, replies.Sent, again=not answered, absent=absent)

        if paths:
            await self._conversation(who)  # nothing is uploaded for somebody who is not there
        return await self._posted(request, post, paths, keep_location, progress)

    async def _posted(
        self,
        request: requests.SendMessage,
        post: Callable[[], Awaitable[replies.Sent]],
        paths: Sequence[Path],
        keep_location: bool = False,
        progress: Tell | None = None,
    ) -> Message:
        """The message, after `post` has asked for the request, which names the files by then."""
        if not paths:
            return self._sent(request, await post(), [])
        attachments: list[wire.Attachment] = []

        async def post_files(picked: list[Picked]) -> replies.Sent:
            request.attachments = [one.new for one in picked]
            attachments[:] = [one.attachment() for one in picked]
            return await post()

        def pick_all() -> list[Picked]:
            return [pick(path, keep_location) for path in paths]

        reply, uploaded = await self._with_files(pick_all, progress, post_files)
        try:
            stored = await self._entry(reply.conversation, reply.seq)
        except errors.NotFound:  # cut off from the conversation just now
            return self._sent(request, reply, attachments)
        # A key that was used before: the message needs what it had, not what came now.
        self._drop(uploaded - {held for one in stored.attachments for held in (one.sha256, one.thumbnail)})
        return self._link.message(stored)

    def _sent(
        self, request: requests.SendMessage, reply: replies.Sent, attachments: list[wire.Attachment]
    ) -> Message:
        """What the server has now. It is kept for the time when there is no server."""
        message = wire.Message(
            conversation=reply.conversation,
            seq=reply.seq,
            position=reply.position,
            at=reply.at,
            sender=self._link.user_id,
            sender_name=self._link.user,
            bot=self._link.bot,
            key=request.key,
            ordinal=reply.ordinal,
            text="" if attachments and request.text == wire.NO_TEXT else request.text,
            reply_to=request.reply_to,
            attachments=attachments,
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

    async def forward(self, message: Which, to: str, *, key: bytes | None = None) -> Message:
        """Say again elsewhere what a message said: its text as it stands and its attachments, of which no byte is moved. The new
        message bears the name of whoever said it first. Raises NotFound, NotAllowed (it was deleted, or I may not write there),
        QuotaExceeded, StorageFull, KeyConflict, BadRequest."""
        source, seq = await self._place(message)
        request = requests.ForwardMessage(
            id=0, conversation=0, key=message_key() if key is None else key, source=source, seq=seq
        )
        who = recipient(to)
        absent = no_message(message)
        reply = await self._ask_in(who, request, replies.Sent, again=False, absent=absent)
        with missing(f"It was forwarded, but {who} can't be seen any more."):
            return self._link.message(await self._entry(reply.conversation, reply.seq))

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
