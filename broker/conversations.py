"""HOME, SYNC, HISTORY, START_CONVERSATION, MARK_READ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubbub.broker.answers import done, refused
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def home(core: Core, context: Context, request: requests.Home) -> Effects:
    command = records.ReadHome(context.user, request.after, request.limit, request.conversations)
    return [Store(command, Pending(context, _home))]


def _home(core: Core, context: Context, result: records.HomeRead | records.Refused) -> Effects:
    if isinstance(result, records.Refused):
        return refused(context, result)
    reply = replies.HomePage(
        id=context.request.id,
        epoch=core.epoch,
        position=result.position,
        home_version=result.home_version,
        conversations=result.conversations,
        next=result.next,
    )
    return [context.answer(reply)]


def sync(core: Core, context: Context, request: requests.Sync) -> Effects:
    conversation = request.conversation

    def read(core: Core, context: Context, result: records.SyncRead | records.Refused) -> Effects:
        if isinstance(result, records.Refused):
            return refused(context, result)
        reply = replies.Synced(
            id=context.request.id,
            epoch=core.epoch,
            conversation=conversation,
            entries=result.entries,
            head=result.head,
        )
        return [context.answer(reply)]

    command = records.ReadSync(context.user, conversation, request.after, request.limit)
    return [Store(command, Pending(context, read))]


def history(core: Core, context: Context, request: requests.History) -> Effects:
    conversation = request.conversation

    def read(core: Core, context: Context, result: records.HistoryRead | records.Refused) -> Effects:
        if isinstance(result, records.Refused):
            return refused(context, result)
        reply = replies.HistoryPage(
            id=context.request.id,
            epoch=core.epoch,
            conversation=conversation,
            as_of=result.as_of,
            messages=result.messages,
            older=result.older,
            newer=result.newer,
        )
        return [context.answer(reply)]

    command = records.ReadHistory(
        context.user, conversation, request.before, request.after, request.around, request.limit
    )
    return [Store(command, Pending(context, read))]


def start_conversation(core: Core, context: Context, request: requests.StartConversation) -> Effects:
    command = records.StartConversation(context.user, request.user, context.now)
    return [Store(command, Pending(context, _started))]


def _started(core: Core, context: Context, result: records.ConversationStarted | records.Refused) -> Effects:
    if isinstance(result, records.Refused):
        return refused(context, result)
    reply = replies.Started(id=context.request.id, conversation=result.conversation, created=result.created)
    return [context.answer(reply)]


def mark_read(core: Core, context: Context, request: requests.MarkRead) -> Effects:
    command = records.MarkRead(request.conversation, context.user, request.seq)
    return [Store(command, Pending(context, done))]
