"""HOME, SYNC, HISTORY, START_CONVERSATION, MARK_READ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubbub.broker.answers import answering, done
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def home(core: Core, context: Context, request: requests.Home) -> Effects:
    command = records.ReadHome(context.user, request.after, request.limit, request.conversations)
    return [Store(command, Pending(context, _home))]


@answering
def _home(core: Core, context: Context, result: records.HomeRead) -> replies.HomePage:
    return replies.HomePage(
        id=context.request.id,
        epoch=core.epoch,
        position=result.position,
        home_version=result.home_version,
        conversations=result.conversations,
        next=result.next,
    )


def sync(core: Core, context: Context, request: requests.Sync) -> Effects:
    conversation = request.conversation

    @answering
    def read(core: Core, context: Context, result: records.SyncRead) -> replies.Synced:
        return replies.Synced(
            id=context.request.id,
            epoch=core.epoch,
            conversation=conversation,
            entries=result.entries,
            head=result.head,
        )

    command = records.ReadSync(context.user, conversation, request.after, request.limit)
    return [Store(command, Pending(context, read))]


def history(core: Core, context: Context, request: requests.History) -> Effects:
    conversation = request.conversation

    @answering
    def read(core: Core, context: Context, result: records.HistoryRead) -> replies.HistoryPage:
        return replies.HistoryPage(
            id=context.request.id,
            epoch=core.epoch,
            conversation=conversation,
            as_of=result.as_of,
            messages=result.messages,
            older=result.older,
            newer=result.newer,
        )

    command = records.ReadHistory(
        context.user, conversation, request.before, request.after, request.around, request.limit
    )
    return [Store(command, Pending(context, read))]


def start_conversation(core: Core, context: Context, request: requests.StartConversation) -> Effects:
    command = records.StartConversation(context.user, request.user, context.now)
    return [Store(command, Pending(context, _started))]


@answering
def _started(core: Core, context: Context, result: records.ConversationStarted) -> replies.Started:
    return replies.Started(id=context.request.id, conversation=result.conversation, created=result.created)


def mark_read(core: Core, context: Context, request: requests.MarkRead) -> Effects:
    command = records.MarkRead(request.conversation, context.user, request.seq)
    return [Store(command, Pending(context, done))]
