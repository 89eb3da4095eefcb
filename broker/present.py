"""PING, ONLINE, OFFLINE, ONLINE_USERS: all answered from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubbub.broker.effects import Context, Effects
from hubbub.schemas import limits, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def ping(core: Core, context: Context, request: requests.Ping) -> Effects:
    session = context.live
    changed = core.changes.since(request.position, session.user.conversations, limits.CHANGED_MAX)
    reply = replies.Pong(
        id=request.id,
        epoch=core.epoch,
        position=core.changes.position,
        home_version=session.user.home_version,
        presence_version=core.presence.version,
        online=core.presence.renew(session.session, context.now),
        changed=changed or [],
        reset=changed is None,
    )
    return [context.answer(reply)]


def online(core: Core, context: Context, request: requests.Online) -> Effects:
    session = context.live
    core.presence.online(session.session, session.user.person(), context.now)
    return [context.answer(replies.Done(id=request.id))]


def offline(core: Core, context: Context, request: requests.Offline) -> Effects:
    core.presence.offline(context.live.session)
    return [context.answer(replies.Done(id=request.id))]


def online_users(core: Core, context: Context, request: requests.OnlineUsers) -> Effects:
    users, following = core.presence.page(request.after, request.limit)
    version = core.presence.version
    return [
        context.answer(
            replies.OnlinePage(id=request.id, presence_version=version, users=users, next=following)
        )
    ]
