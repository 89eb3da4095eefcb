"""HOME, SYNC, HISTORY, START_CONVERSATION, MEMBERS, MARK_READ, MUTE, TYPING."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hubbub.broker.answers import answering, done, not_found
from hubbub.broker.effects import Context, Effects, Pending, Publish, Store
from hubbub.schemas import events, names, records, replies, requests

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
        blocked=result.blocked,
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
            after=result.after,
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


def members(core: Core, context: Context, request: requests.Members) -> Effects:
    command = records.ReadMembers(
        context.user, request.conversation, names.folded(request.after), request.limit
    )
    return [Store(command, Pending(context, _members))]


@answering
def _members(core: Core, context: Context, result: records.MembersRead) -> replies.MembersPage:
    for member in result.members:
        member.online = core.presence.shown(member.user) is not None
    return replies.MembersPage(id=context.request.id, members=result.members, next=result.next)


def mark_read(core: Core, context: Context, request: requests.MarkRead) -> Effects:
    command = records.MarkRead(request.conversation, context.user, request.seq)
    return [Store(command, Pending(context, done))]


def mute(core: Core, context: Context, request: requests.Mute) -> Effects:
    command = records.Mute(request.conversation, context.user, request.until)
    return [Store(command, Pending(context, done))]


def typing(core: Core, context: Context, request: requests.Typing) -> Effects:
    """Answered from memory where nobody is told, and never stored. Whether a block keeps him from writing only the store
    knows."""
    user, conversation = context.live.user, request.conversation
    if conversation not in user.conversations:
        return not_found(context)
    told = user.status != "invisible" and core.typists.tells(user.user, conversation, context.now)
    if not told:
        return [context.answer(replies.Done(id=request.id))]
    command = records.ReadPlace(user.user, conversation)
    return [Store(command, Pending(context, partial(_types, conversation=conversation)))]


def _types(
    core: Core, context: Context, result: records.PlaceRead | records.Refused, *, conversation: int
) -> Effects:
    out = done(core, context, result)
    user = context.live.user
    if isinstance(result, records.PlaceRead) and result.open and conversation in user.conversations:
        event = events.Typing(conversation=conversation, user=user.user, user_name=user.name)
        out.append(Publish(events.conversation_topic(conversation), event))
    return out
