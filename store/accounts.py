"""Accounts and their sessions: made, changed, ended. What users say of themselves stands in people.py."""

from typing import Final

from hubbub.schemas import records
from hubbub.schemas.events import Person
from hubbub.schemas.limits import SESSIONS_MAX
from hubbub.schemas.names import folded
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.members import (
    GENERAL,
    first_column,
    inserted,
    join,
    named,
    raise_home_version,
    role_of_newcomer,
)
from hubbub.store.memory import Memory
from hubbub.store.queries import SQL

DEVICES_MAX: Final = 2 * SESSIONS_MAX
"""Device keys that are remembered of a user: a program that keeps nothing has another one each time."""


def create_user(db: Connection, memory: Memory, command: records.CreateUser) -> records.UserCreated:
    unique = folded(command.name)
    if db.execute(SQL["user_by_folded"], (unique,)).fetchone():  # or by a deleted account
        raise Refusal("name_taken")
    admin = not command.bot and db.execute(SQL["any_person"]).fetchone() is None
    row = (command.name, unique, command.password_hash, admin, command.bot, command.now)
    user = Person(inserted(db, "insert_user", row), command.name)
    role = "member" if command.bot else role_of_newcomer(db, GENERAL)
    joined = join(db, memory, GENERAL, user, user, role, command.now)
    raise_home_version(db, user.user)
    return records.UserCreated(user.user, command.name, admin, joined, command.bot)


def check_password(checked: str | None, now: str) -> None:
    """The password is the one that was checked a while ago: whoever knew the one before must not undo its change."""
    if checked not in (None, now):
        raise Refusal("wrong_credentials", "The password was changed a moment ago.")


def set_password(db: Connection, _: Memory, command: records.SetPassword) -> records.AccountChanged:
    user = named(db, command.name).user
    row = db.execute(SQL["user_by_id"], (user,)).fetchone()
    _check_kind(command.name, bot=bool(row[4]), wanted=command.bot)
    check_password(command.was, row[1])
    db.execute(SQL["set_password"], (command.password_hash, user))
    return records.AccountChanged(user, end_sessions(db, user, command.keep))


def _check_kind(name: str, *, bot: bool, wanted: bool) -> None:
    if bot and not wanted:
        raise Refusal(
            "not_allowed", f"{name} is a bot: hubbub-broker user token {name} gives it a new token."
        )
    if wanted and not bot:
        raise Refusal(
            "not_allowed", f"{name} is no bot: hubbub-broker user passwd {name} gives it a new password."
        )


def set_disabled(db: Connection, _: Memory, command: records.SetDisabled) -> records.AccountChanged:
    user = named(db, command.name).user
    db.execute(SQL["set_disabled"], (command.disabled, user))
    return records.AccountChanged(user, end_sessions(db, user) if command.disabled else [])


def end_sessions(db: Connection, user: int, keep: int = 0) -> list[int]:
    """All of the user's but one."""
    ended = first_column(db, "sessions_of_user", user, keep)
    db.execute(SQL["end_sessions_of_user"], (user, keep))
    return ended


def create_session(db: Connection, _: Memory, command: records.CreateSession) -> records.SessionCreated:
    row = db.execute(SQL["user_by_id"], (command.user,)).fetchone()
    if row is None or row[1] != command.password_hash:
        raise Refusal("session_expired", "The password was changed a moment ago. Log in again.")
    if row[3]:
        raise Refusal("account_disabled")
    values = (
        command.user,
        command.token_hash,
        command.device_key,
        command.device,
        command.now,
        command.expires_at,
    )
    session = inserted(db, "insert_session", values)
    db.execute(SQL["remember_device"], (command.user, command.device_key, command.now))
    db.execute(SQL["forget_devices"], (command.user, DEVICES_MAX))
    ended = first_column(db, "oldest_sessions", command.user, SESSIONS_MAX)
    for old in ended:
        db.execute(SQL["end_session"], (old,))
    return records.SessionCreated(
        records.Session(
            session,
            command.user,
            row[0],
            command.token_hash,
            command.device_key,
            command.expires_at,
            bool(row[4]),
        ),
        entitlement(db, command.user),
        ended,
    )


def entitlement(db: Connection, user: int) -> records.Entitlement:
    """What the user may follow now."""
    version, status, text = db.execute(SQL["status"], (user,)).fetchone()
    conversations = first_column(db, "conversations_of_user", user)
    return records.Entitlement(user, version, conversations, status, text)


def end_session(db: Connection, _: Memory, command: records.EndSession) -> records.SessionsEnded:
    ended = first_column(db, "session_by_id", command.session)
    db.execute(SQL["end_session"], (command.session,))
    return records.SessionsEnded(ended)


def revoke_session(db: Connection, _: Memory, command: records.RevokeSession) -> records.SessionsEnded:
    ended = first_column(db, "session_of_user", command.session, command.user)
    if not ended:
        raise Refusal(NOT_FOUND, "You have no such session.")
    db.execute(SQL["end_session"], (command.session,))
    return records.SessionsEnded(ended)


def expire_sessions(db: Connection, _: Memory, command: records.ExpireSessions) -> records.SessionsEnded:
    ended = first_column(db, "expired_sessions", command.now)
    db.execute(SQL["end_expired_sessions"], (command.now,))
    return records.SessionsEnded(ended)
