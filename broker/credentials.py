"""CHANGE_PASSWORD, DELETE_ACCOUNT, SESSIONS, REVOKE_SESSION: what a user does with what lets him in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from hubbub.broker.accounts import pool_full, store_hash, wait_out
from hubbub.broker.answers import answering, done, refuse, refused
from hubbub.broker.effects import Context, Effects, Pending, Store, VerifyPassword
from hubbub.broker.limiter import network_of
from hubbub.schemas import names, records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core

_NO_PASSWORD: Final = "A bot has a token and no password: the server's administrator gives it another one."  # noqa: S105
_NOT_BY_ITSELF: Final = "A bot does not delete its account: the server's administrator disables it."
Proven = Callable[["Core", Context, str], Effects]
"""What goes on when the password was right, with the hash that it was checked against."""


def change_password(core: Core, context: Context, request: requests.ChangePassword) -> Effects:
    """Where the new password holds already it is done: the answer to the first request got lost. Never a bot's: who found its token
    must not keep its owner out."""
    if context.live.user.bot:
        return refuse(context, "not_allowed", _NO_PASSWORD)
    return _prove(core, context, request.old, partial(_hash_new, new=request.new), done_if=request.new)


def _hash_new(core: Core, context: Context, was: str, *, new: bytes) -> Effects:
    def change(password_hash: str) -> records.SetPassword:
        live = context.live
        return records.SetPassword(names.folded(live.user.name), password_hash, live.session, was)

    return store_hash(context, new, change, done)


def delete_account(core: Core, context: Context, request: requests.DeleteAccount) -> Effects:
    """Never a bot's, for the same reason."""
    if context.live.user.bot:
        return refuse(context, "not_allowed", _NOT_BY_ITSELF)
    return _prove(core, context, request.password, partial(_delete, messages=request.messages))


def _delete(core: Core, context: Context, was: str, *, messages: Literal["keep", "delete"]) -> Effects:
    command = records.DeleteAccount(context.user, messages, context.now, was)
    return [Store(command, Pending(context, done))]


def _prove(
    core: Core, context: Context, password: bytes, proven: Proven, done_if: bytes | None = None
) -> Effects:
    """A session alone is not enough: whoever found a device open must not take the account with it. `done_if`: where this is
    the password there is nothing to do."""
    command = records.FindAccount(names.folded(context.live.user.name), context.peer.key.encode())
    then = partial(_found, password=password, proven=proven, done_if=done_if)
    return [Store(command, Pending(context, then))]


def _nothing_to_do(core: Core, context: Context, was: str) -> Effects:
    return [context.answer(replies.Done(id=context.request.id))]


def _found(
    core: Core,
    context: Context,
    result: records.Account | records.Refused,
    *,
    password: bytes,
    proven: Proven,
    done_if: bytes | None,
) -> Effects:
    if isinstance(result, records.Refused):
        return refused(context, result)
    wait = _wait(core, context)
    if wait:
        return wait_out(context, wait)
    otherwise = None
    if done_if is not None:
        known = partial(_checked, was=result.password_hash, proven=_nothing_to_do, otherwise=None)
        otherwise = VerifyPassword(result.password_hash, done_if, Pending(context, known))
    then = partial(_checked, was=result.password_hash, proven=proven, otherwise=otherwise)
    return [VerifyPassword(result.password_hash, password, Pending(context, then))]


def _checked(
    core: Core,
    context: Context,
    good: bool | None,
    *,
    was: str,
    proven: Proven,
    otherwise: VerifyPassword | None,
) -> Effects:
    if good is None:
        return pool_full(context)
    if not good and otherwise is not None:
        return [otherwise]
    if not good:
        core.address_failures.failed(network_of(context.peer.address), context.now)
        core.account_failures.failed(_guesser(context), context.now)
        return refuse(context, "wrong_credentials", "This is not your password.")
    core.account_failures.succeeded(_guesser(context))
    return proven(core, context, was)


def _wait(core: Core, context: Context) -> float:
    address = core.address_failures.wait(network_of(context.peer.address), context.now)
    return max(address, core.account_failures.wait(_guesser(context), context.now))


def _guesser(context: Context) -> str:
    """As the session, and not by its account's name, or its user could be locked out by those who try to log in as him. No
    name has a space in it."""
    return f"session {context.live.session}"


def list_sessions(core: Core, context: Context, request: requests.ListSessions) -> Effects:
    command = records.ReadSessions(context.user, request.after, request.limit, context.now)
    return [Store(command, Pending(context, _sessions))]


@answering
def _sessions(core: Core, context: Context, result: records.SessionsRead) -> replies.SessionsPage:
    for row in result.sessions:
        row.current = row.session == context.live.session
    return replies.SessionsPage(id=context.request.id, sessions=result.sessions, next=result.next)


def revoke_session(core: Core, context: Context, request: requests.RevokeSession) -> Effects:
    return [Store(records.RevokeSession(context.user, request.session), Pending(context, done))]
