"""SEND_MESSAGE, FORWARD_MESSAGE, EDIT_MESSAGE, DELETE_MESSAGE, REACT, PIN_MESSAGE, EDITS, PINS, SEARCH."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from hubbub.broker.answers import acted, answering, misnamed
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.broker.files import refused_room
from hubbub.broker.mentions import mentioned
from hubbub.schemas import names, records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


_SHORT: Final = 2048
"""Characters of a text that cost nothing more."""
_NAMES_FOR_ONE: Final = 10
"""Names to look up that cost 1 more."""


def _charge(context: Context, text: str, mentions: list[str]) -> None:
    """Long texts take longer to store, to index and to mark; names are looked up one by one."""
    context.live.bucket.charge(len(text) // _SHORT + len(mentions) // _NAMES_FOR_ONE)


def send_message(core: Core, context: Context, request: requests.SendMessage) -> Effects:
    user = context.live.user
    command = records.AppendMessage(
        request.conversation,
        user.user,
        user.name,
        request.key,
        request.text,
        context.now,
        request.reply_to,
    )
    if "@" in request.text:  # asked here: most texts have none, and a call costs as much as the answer
        command.mentions, command.everyone = mentioned(request.text)
    if user.bot:
        command.bot = True
    if request.attachments:
        command.attachments = [_harmless(one) for one in request.attachments]
        context.live.bucket.charge(len(command.attachments))
    if len(request.text) > _SHORT or command.mentions:
        _charge(context, request.text, command.mentions)
    return [Store(command, Pending(context, _appended))]


def _harmless(attachment: requests.NewAttachment) -> requests.NewAttachment:
    return structs.replace(attachment, name=names.file_name(attachment.name))


@answering
def _appended(core: Core, context: Context, result: records.Appended) -> replies.Sent:
    message = result.message
    return replies.Sent(
        id=context.request.id,
        conversation=message.conversation,
        seq=message.seq,
        position=message.position,
        ordinal=message.ordinal,
        at=message.at,
    )


def forward_message(core: Core, context: Context, request: requests.ForwardMessage) -> Effects:
    user = context.live.user
    command = records.ForwardMessage(
        conversation=request.conversation,
        sender=user.user,
        sender_name=user.name,
        key=request.key,
        source=request.source,
        seq=request.seq,
        now=context.now,
        quota=core.policy.files.quota,
    )
    return [Store(command, Pending(context, _forwarded))]


def _forwarded(core: Core, context: Context, result: records.Appended | records.Refused) -> Effects:
    if isinstance(result, records.Refused):
        return refused_room(core, context, result, "its files take")
    _charge(context, result.message.text, [])  # what it was is known only now
    context.live.bucket.charge(len(result.message.attachments))
    return _appended(core, context, result)


def edit_message(core: Core, context: Context, request: requests.EditMessage) -> Effects:
    mentions, everyone = mentioned(request.text)
    _charge(context, request.text, mentions)
    command = records.EditMessage(
        request.conversation,
        context.user,
        request.key,
        context.now,
        request.seq,
        request.text,
        mentions,
        everyone,
    )
    return [Store(command, Pending(context, acted))]


def delete_message(core: Core, context: Context, request: requests.DeleteMessage) -> Effects:
    command = records.DeleteMessage(request.conversation, context.user, request.key, context.now, request.seq)
    return [Store(command, Pending(context, acted))]


def react(core: Core, context: Context, request: requests.React) -> Effects:
    try:
        emoji = names.emoji(request.emoji)
    except names.BadName as error:
        return misnamed(context, "a reaction", error)
    command = records.React(
        request.conversation, context.user, request.key, context.now, request.seq, emoji, request.on
    )
    return [Store(command, Pending(context, acted))]


def pin_message(core: Core, context: Context, request: requests.PinMessage) -> Effects:
    command = records.PinMessage(
        request.conversation, context.user, request.key, context.now, request.seq, request.on
    )
    return [Store(command, Pending(context, acted))]


def edits(core: Core, context: Context, request: requests.Edits) -> Effects:
    command = records.ReadEdits(context.user, request.conversation, request.seq, request.after, request.limit)
    return [Store(command, Pending(context, _edits))]


@answering
def _edits(core: Core, context: Context, result: records.EditsRead) -> replies.EditsPage:
    return replies.EditsPage(id=context.request.id, texts=result.texts, next=result.next)


def pins(core: Core, context: Context, request: requests.Pins) -> Effects:
    conversation = request.conversation

    @answering
    def read(core: Core, context: Context, result: records.PinsRead) -> replies.PinsPage:
        return replies.PinsPage(
            id=context.request.id,
            epoch=core.epoch,
            conversation=conversation,
            messages=result.messages,
            next=result.next,
        )

    command = records.ReadPins(context.user, conversation, request.before, request.limit)
    return [Store(command, Pending(context, read))]


def search(core: Core, context: Context, request: requests.Search) -> Effects:
    command = records.ReadSearch(
        user=context.user,
        words=request.words,
        conversation=request.conversation,
        sender=request.sender,
        before=request.before,
        after=request.after,
        order=request.order,
        cursor=request.cursor,
        limit=request.limit,
    )
    return [Store(command, Pending(context, _found))]


@answering
def _found(core: Core, context: Context, result: records.SearchRead) -> replies.Found:
    # To mark the words in a long text takes the interpreter milliseconds, and it has to be asked for to be known.
    context.live.bucket.charge(sum(len(hit.message.text.encode()) for hit in result.hits) / 1024)
    return replies.Found(id=context.request.id, epoch=core.epoch, hits=result.hits, next=result.next)
