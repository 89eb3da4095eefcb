"""IS_HOST, REGISTER, LOGIN, LOGOUT."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.broker.answers import answering, done, misnamed, refuse, refused
from hubbub.broker.effects import Context, Effects, HashPassword, Pending, Store, Then, VerifyPassword
from hubbub.broker.limiter import SECOND, network_of
from hubbub.broker.sessions import token_hash
from hubbub.schemas import limits, names, records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core

_WRONG: Final = "There is no account with this name and password."
_POOL_FULL: Final = "Too many are logging in at once; try again in a moment."
_DAY: Final = 24 * 3600 * SECOND


def is_host(core: Core, context: Context, request: requests.IsHost) -> Effects:
    identity = core.identity
    reply = replies.Host(
        id=request.id,
        protocol=limits.PROTOCOL_VERSION,
        server=identity.server,
        version=identity.version,
        epoch=core.epoch,
    )
    return [context.answer(reply)]


def register(core: Core, context: Context, request: requests.Register) -> Effects:
    if core.policy.registration == "closed":
        return refuse(context, "registration_closed", "Ask this server's administrator for an account.")
    return create_account(core, context, request)


def create_account(
    core: Core, context: Context, request: requests.Register | requests.AdminAddUser
) -> Effects:
    """The part of REGISTER and ADMIN_ADD_USER that is the same."""
    try:
        name = names.canonical(request.name)
    except names.BadName as error:
        return misnamed(context, "a name", error)

    bot = isinstance(request, requests.AdminAddUser) and request.bot

    def create(password_hash: str) -> records.CreateUser:
        return records.CreateUser(name, password_hash, context.now, bot)

    return store_hash(context, request.password, create, _created)


@answering
def _created(core: Core, context: Context, result: records.UserCreated) -> replies.Registered:
    user = replies.User(user=result.user, name=result.name, bot=result.bot)
    return replies.Registered(id=context.request.id, user=user)


def login(core: Core, context: Context, request: requests.Login) -> Effects:
    """Wait where wrong passwords came before, find the account, check, open the session."""
    wait = core.address_failures.wait(network_of(context.peer.address), context.now)
    if wait:
        return wait_out(context, wait)
    command = records.FindAccount(names.folded(request.name), context.peer.key.encode())
    return [Store(command, Pending(context, partial(_found, request=request)))]


def _found(
    core: Core, context: Context, result: records.Account | records.Refused, *, request: requests.Login
) -> Effects:
    if isinstance(result, records.Refused) and result.code != "not_found":
        return refused(context, result)
    account = result if isinstance(result, records.Account) else None
    if account is None or not account.known_device:
        # Only for devices that the account never used: else anyone could lock anyone out.
        wait = core.account_failures.wait(names.folded(request.name), context.now)
        if wait:
            return wait_out(context, wait)
    # An unknown name takes the time of a wrong password: None is checked against the hash of nobody.
    stored = account.password_hash if account else None
    then = partial(_verified, request=request, account=account)
    return [VerifyPassword(stored, request.password, Pending(context, then))]


def _verified(
    core: Core,
    context: Context,
    good: bool | None,
    *,
    request: requests.Login,
    account: records.Account | None,
) -> Effects:
    if good is None:
        return pool_full(context)
    if account is None or not good:
        core.address_failures.failed(network_of(context.peer.address), context.now)
        if account is None or not account.known_device:
            core.account_failures.failed(names.folded(request.name), context.now)
        return refuse(context, "wrong_credentials", _WRONG)
    if account.disabled:
        return refuse(context, "account_disabled", "An administrator has disabled this account.")
    core.account_failures.succeeded(names.folded(request.name))
    token = core.entropy(limits.TOKEN_BYTES)
    command = records.CreateSession(
        user=account.user,
        password_hash=account.password_hash,
        token_hash=token_hash(token),
        device_key=context.peer.key.encode(),
        device=request.device,
        now=context.now,
        expires_at=context.now + core.policy.session_days * _DAY,
    )
    return [Store(command, Pending(context, partial(_opened, token=token)))]


def _opened(
    core: Core, context: Context, result: records.SessionCreated | records.Refused, *, token: bytes
) -> Effects:
    if isinstance(result, records.Refused):
        return refused(context, result)
    session = result.session
    reply = replies.LoggedIn(
        id=context.request.id,
        token=token,
        session=session.session,
        expires_at=session.expires_at,
        user=replies.User(user=session.user, name=session.name, bot=session.bot),
        epoch=core.epoch,
    )
    return [context.answer(reply)]


def logout(core: Core, context: Context, request: requests.Logout) -> Effects:
    return [Store(records.EndSession(context.live.session), Pending(context, done))]


def wait_out(context: Context, wait: float) -> Effects:
    """The refusal of a try that comes too soon after wrong ones; in seconds."""
    message = f"Too many wrong passwords; wait {max(1, round(wait))} seconds."
    return refuse(context, "rate_limited", message, wait)


def pool_full(context: Context) -> Effects:
    """The refusal where no thread was free to hash or to check a password."""
    return refuse(context, "busy", _POOL_FULL, 1.0)


def store_hash(
    context: Context, password: bytes, command: Callable[[str], records.Write], then: Then
) -> Effects:
    """Hash a new password, give the store the command that is made of the hash, go on with its result."""

    def hashed(core: Core, context: Context, password_hash: str | None) -> Effects:
        if password_hash is None:
            return pool_full(context)
        return [Store(command(password_hash), Pending(context, then))]

    return [HashPassword(password, Pending(context, hashed))]
