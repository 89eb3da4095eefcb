"""ADMIN_ADD_USER, ADMIN_SET_PASSWORD, ADMIN_SET_DISABLED, ADMIN_LIST_USERS, ADMIN_VERIFY: for the key in the data folder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hubbub.broker.accounts import create_account, store_hash
from hubbub.broker.answers import answering, done
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import names, records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def admin_add_user(core: Core, context: Context, request: requests.AdminAddUser) -> Effects:
    return create_account(core, context, request)


def admin_set_password(core: Core, context: Context, request: requests.AdminSetPassword) -> Effects:
    command = partial(records.SetPassword, request.name, bot=request.bot)
    return store_hash(context, request.password, command, done)


def admin_set_disabled(core: Core, context: Context, request: requests.AdminSetDisabled) -> Effects:
    command = records.SetDisabled(names.folded(request.name), request.disabled)
    return [Store(command, Pending(context, done))]


def admin_list_users(core: Core, context: Context, request: requests.AdminListUsers) -> Effects:
    command = records.ReadAccounts(names.folded(request.after), request.limit)
    return [Store(command, Pending(context, _accounts))]


@answering
def _accounts(core: Core, context: Context, result: records.AccountsRead) -> replies.AdminUsers:
    return replies.AdminUsers(id=context.request.id, users=result.users, next=result.next)


def admin_verify(core: Core, context: Context, request: requests.AdminVerify) -> Effects:
    return [Store(records.Verify(), Pending(context, _verified))]


@answering
def _verified(core: Core, context: Context, result: records.VerifyRead) -> replies.Verified:
    return replies.Verified(
        id=context.request.id,
        problems=result.problems,
        users=result.users,
        conversations=result.conversations,
        entries=result.entries,
        files=result.files,
    )
