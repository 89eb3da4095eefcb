"""CREATE_GROUP, LIST_GROUPS, JOIN_GROUP, LEAVE_GROUP, ADD_MEMBER, REMOVE_MEMBER, SET_ROLE, RENAME_GROUP, SET_TOPIC,
SET_VISIBILITY.

Who may do what is decided by the store, inside its transaction: here a member may have ceased to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubbub.broker.answers import acted, answering, misnamed
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import names, records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core

_NAME: Final = "a group's name"
_TOPIC: Final = "a topic"


def create_group(core: Core, context: Context, request: requests.CreateGroup) -> Effects:
    try:
        name = names.canonical(request.name)
    except names.BadName as error:
        return misnamed(context, _NAME, error)
    try:
        topic = names.line(request.topic)
    except names.BadName as error:
        return misnamed(context, _TOPIC, error)
    context.live.bucket.charge(len(request.members))
    command = records.CreateGroup(
        owner=context.user,
        key=request.key,
        name=name,
        members=request.members,
        public=request.public,
        topic=topic,
        history=request.history,
        now=context.now,
    )
    return [Store(command, Pending(context, _created))]


@answering
def _created(core: Core, context: Context, result: records.GroupCreated) -> replies.Started:
    return replies.Started(
        id=context.request.id, conversation=result.conversation, created=bool(result.entries)
    )


def list_groups(core: Core, context: Context, request: requests.ListGroups) -> Effects:
    command = records.ReadGroups(
        context.user, names.folded(request.query), names.folded(request.after), request.limit
    )
    return [Store(command, Pending(context, _groups))]


@answering
def _groups(core: Core, context: Context, result: records.GroupsRead) -> replies.GroupsPage:
    return replies.GroupsPage(id=context.request.id, groups=result.groups, next=result.next)


def join_group(core: Core, context: Context, request: requests.JoinGroup) -> Effects:
    command = records.JoinGroup(context.user, request.key, request.group, context.now)
    return [Store(command, Pending(context, _joined))]


@answering
def _joined(core: Core, context: Context, result: records.GroupJoined) -> replies.Started:
    return replies.Started(
        id=context.request.id, conversation=result.conversation, created=result.entry is not None
    )


def leave_group(core: Core, context: Context, request: requests.LeaveGroup) -> Effects:
    command = records.LeaveGroup(request.conversation, context.user, request.key, context.now)
    return [Store(command, Pending(context, acted))]


def add_member(core: Core, context: Context, request: requests.AddMember) -> Effects:
    command = records.AddMember(request.conversation, context.user, request.key, context.now, request.user)
    return [Store(command, Pending(context, acted))]


def remove_member(core: Core, context: Context, request: requests.RemoveMember) -> Effects:
    command = records.RemoveMember(request.conversation, context.user, request.key, context.now, request.user)
    return [Store(command, Pending(context, acted))]


def set_role(core: Core, context: Context, request: requests.SetRole) -> Effects:
    command = records.SetRole(
        request.conversation, context.user, request.key, context.now, request.user, request.role
    )
    return [Store(command, Pending(context, acted))]


def rename_group(core: Core, context: Context, request: requests.RenameGroup) -> Effects:
    try:
        name = names.canonical(request.name)
    except names.BadName as error:
        return misnamed(context, _NAME, error)
    command = records.RenameGroup(request.conversation, context.user, request.key, context.now, name)
    return [Store(command, Pending(context, acted))]


def set_topic(core: Core, context: Context, request: requests.SetTopic) -> Effects:
    try:
        topic = names.line(request.topic)
    except names.BadName as error:
        return misnamed(context, _TOPIC, error)
    command = records.SetTopic(request.conversation, context.user, request.key, context.now, topic)
    return [Store(command, Pending(context, acted))]


def set_visibility(core: Core, context: Context, request: requests.SetVisibility) -> Effects:
    command = records.SetVisibility(
        request.conversation, context.user, request.key, context.now, request.public, request.history
    )
    return [Store(command, Pending(context, acted))]
