"""GET_USERS, PROFILE, SET_PROFILE, SET_STATUS, BLOCK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubbub.broker.answers import answering, done, misnamed
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import names, records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def get_users(core: Core, context: Context, request: requests.GetUsers) -> Effects:
    command = records.ReadUsers(names.folded(request.query), names.folded(request.after), request.limit)
    return [Store(command, Pending(context, _users))]


@answering
def _users(core: Core, context: Context, result: records.UsersRead) -> replies.UsersPage:
    users = [core.presence.fill(user) for user in result.users]
    return replies.UsersPage(id=context.request.id, users=users, next=result.next)


def profile(core: Core, context: Context, request: requests.Profile) -> Effects:
    return [Store(records.ReadProfile(context.user, request.user), Pending(context, _profile))]


@answering
def _profile(core: Core, context: Context, result: records.ProfileRead) -> replies.ProfileFound:
    own = result.user.user == context.user
    invisible = own and result.user.status == "invisible"
    return replies.ProfileFound(
        id=context.request.id,
        user=core.presence.fill(result.user),
        receipts=result.receipts if own else None,
        blocked=result.blocked,
        invisible=invisible,
    )


def set_profile(core: Core, context: Context, request: requests.SetProfile) -> Effects:
    display_name = request.display_name
    if display_name is not None:
        try:
            display_name = names.line(display_name)
        except names.BadName as error:
            return misnamed(context, "a name to be shown by", error)
    command = records.SetProfile(
        context.user, display_name, request.colour, request.receipts, request.picture
    )
    return [Store(command, Pending(context, _hidden if request.receipts is False else done))]


def _hidden(core: Core, context: Context, result: records.Result) -> Effects:
    """Once it is so, and not before: until then the store's markers are shown."""
    core.receipts.forget(context.user)
    return done(core, context, result)


def set_status(core: Core, context: Context, request: requests.SetStatus) -> Effects:
    try:
        text = names.line(request.text)
    except names.BadName as error:
        return misnamed(context, "a status", error)
    return [Store(records.SetStatus(context.user, request.status, text), Pending(context, done))]


def block(core: Core, context: Context, request: requests.Block) -> Effects:
    return [Store(records.Block(context.user, request.user, request.on), Pending(context, done))]
