"""SEND_MESSAGE and SEARCH."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubbub.broker.answers import answering
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def send_message(core: Core, context: Context, request: requests.SendMessage) -> Effects:
    user = context.live.user
    command = records.AppendMessage(
        request.conversation, user.user, user.name, request.key, request.text, context.now
    )
    return [Store(command, Pending(context, _appended))]


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


def search(core: Core, context: Context, request: requests.Search) -> Effects:
    command = records.ReadSearch(
        context.user, request.words, request.conversation, request.before, request.limit
    )
    return [Store(command, Pending(context, _found))]


@answering
def _found(core: Core, context: Context, result: records.SearchRead) -> replies.Found:
    return replies.Found(id=context.request.id, epoch=core.epoch, messages=result.messages, next=result.next)
