"""The write commands other than AppendMessage: a table from command to function. The statements stand in sql/writes.sql.

A function checks first and changes then; what it raises undoes what it changed. The transaction is its caller's.
"""

from collections.abc import Callable
from typing import Any, Final

from hubbub.schemas import records
from hubbub.schemas.events import Member
from hubbub.schemas.names import folded
from hubbub.store.database import Connection
from hubbub.store.memory import Memory
from hubbub.store.pages import JOINED, LEFT, REMOVED, entry
from hubbub.store.queries import SQL
from hubbub.store.reads import NOT_FOUND, Refusal, home_rows


def create_user(db: Connection, memory: Memory, command: records.CreateUser) -> records.UserCreated:
    unique = folded(command.name)
    if db.execute(SQL["user_by_folded"], (unique,)).fetchone():
        raise Refusal("name_taken")
    admin = db.execute(SQL["any_user"]).fetchone() is None
    row = (command.name, unique, command.password_hash, admin, command.now)
    user = _inserted(db, "insert_user", row)
    (general,) = db.execute(SQL["general"]).fetchone()
    joined = _join(db, memory, general, user, user, "member", command.now)
    _raise_home_version(db, user)
    return records.UserCreated(user, command.name, admin, joined)


def _inserted(db: Connection, query: str, values: tuple[Any, ...]) -> int:
    rowid = db.execute(SQL[query], values).lastrowid
    assert rowid is not None  # noqa: S101  # an INSERT of one row always has it
    return rowid


def _raise_home_version(db: Connection, user: int) -> int:
    db.execute(SQL["raise_home_version"], (user,))
    return int(db.execute(SQL["home_version"], (user,)).fetchone()[0])


def _join(
    db: Connection, memory: Memory, conversation: int, user: int, actor: int, role: str, now: int
) -> Member:
    """He has read up to his own coming: what was said before is history to him, not unread."""
    joined = _log_change(db, memory, conversation, JOINED, actor, user, now)
    db.execute(SQL["insert_member"], (user, conversation, role, joined.seq))
    return joined


def _log_change(
    db: Connection, memory: Memory, conversation: int, kind: int, actor: int, user: int, now: int
) -> Member:
    log = memory.log(conversation)
    log.seq += 1
    memory.position += 1
    memory.at = max(memory.at, now)
    position, seq = memory.position, log.seq
    row = (position, conversation, seq, kind, actor, memory.at, log.ordinal, user)
    db.execute(SQL["append_member"], row)
    names = [db.execute(SQL["user_by_id"], (who,)).fetchone()[0] for who in (actor, user)]
    item = entry(
        (conversation, seq, position, memory.at, actor, names[0], None, 0, None, kind, user, names[1])
    )
    assert isinstance(item, Member)  # noqa: S101  # its kind says so
    return item


def set_password(db: Connection, _: Memory, command: records.SetPassword) -> records.AccountChanged:
    user = _user_named(db, command.name)
    db.execute(SQL["set_password"], (command.password_hash, user))
    return records.AccountChanged(user, _end_sessions(db, user))


def set_disabled(db: Connection, _: Memory, command: records.SetDisabled) -> records.AccountChanged:
    user = _user_named(db, command.name)
    db.execute(SQL["set_disabled"], (command.disabled, user))
    return records.AccountChanged(user, _end_sessions(db, user) if command.disabled else [])


def _user_named(db: Connection, name: str) -> int:
    row = db.execute(SQL["user_by_folded"], (folded(name),)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return int(row[0])


def _end_sessions(db: Connection, user: int) -> list[int]:
    ended = _first_column(db, "sessions_of_user", user)
    db.execute(SQL["end_sessions_of_user"], (user,))
    return ended


def _first_column(db: Connection, query: str, value: int) -> list[int]:
    return [row[0] for row in db.execute(SQL[query], (value,))]


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
    session = _inserted(db, "insert_session", values)
    db.execute(SQL["remember_device"], (command.user, command.device_key, command.now))
    return records.SessionCreated(
        records.Session(
            session, command.user, row[0], command.token_hash, command.device_key, command.expires_at
        ),
        entitlement(db, command.user),
    )


def entitlement(db: Connection, user: int) -> records.Entitlement:
    """What the user may follow now."""
    (version,) = db.execute(SQL["home_version"], (user,)).fetchone()
    return records.Entitlement(user, version, _first_column(db, "conversations_of_user", user))


def end_session(db: Connection, _: Memory, command: records.EndSession) -> records.SessionsEnded:
    ended = _first_column(db, "session_by_id", command.session)
    db.execute(SQL["end_session"], (command.session,))
    return records.SessionsEnded(ended)


def expire_sessions(db: Connection, _: Memory, command: records.ExpireSessions) -> records.SessionsEnded:
    ended = _first_column(db, "expired_sessions", command.now)
    db.execute(SQL["end_expired_sessions"], (command.now,))
    return records.SessionsEnded(ended)


def start_conversation(
    db: Connection, _: Memory, command: records.StartConversation
) -> records.ConversationStarted:
    _check_user(db, command.user)
    partner = _user_named(db, command.partner)
    pair = (min(command.user, partner), max(command.user, partner))
    row = db.execute(SQL["direct_conversation"], pair).fetchone()
    entered: list[tuple[int, int]] = []
    if row is None:
        conversation = _inserted(db, "insert_direct", (*pair, command.now))
        for user in dict.fromkeys((command.user, partner)):
            db.execute(SQL["insert_member"], (user, conversation, "member", 0))
            entered.append((user, _raise_home_version(db, user)))
    else:
        conversation = row[0]
    rows, _more = home_rows(db, command.user, conversation - 1, 1, None)
    return records.ConversationStarted(rows[0], row is None, entered)


def _check_user(db: Connection, user: int) -> None:
    if db.execute(SQL["user_by_id"], (user,)).fetchone() is None:
        raise Refusal(NOT_FOUND)


def create_group(db: Connection, memory: Memory, command: records.CreateGroup) -> records.GroupCreated:
    unique = folded(command.name)
    members = list(dict.fromkeys(command.members))
    if not members:
        raise Refusal(NOT_FOUND)
    for user in members:
        _check_user(db, user)
    if db.execute(SQL["group_by_folded"], (unique,)).fetchone():
        raise Refusal("name_taken", "Another group has this name (upper and lower case are the same).")
    conversation = _inserted(db, "insert_group", (command.name, unique, command.now))
    result = records.GroupCreated(conversation, [], [])
    for user in members:
        role = "owner" if user == members[0] else "member"
        result.entries.append(_join(db, memory, conversation, user, members[0], role, command.now))
        result.entered.append((user, _raise_home_version(db, user)))
    return result


def add_member(db: Connection, memory: Memory, command: records.AddMember) -> records.MemberChanged:
    _role(db, command.actor, command.conversation)
    if db.execute(SQL["conversation_kind"], (command.conversation,)).fetchone() != ("group",):
        raise Refusal(NOT_FOUND)
    _check_user(db, command.user)
    if db.execute(SQL["membership"], (command.user, command.conversation)).fetchone():
        raise Refusal("name_taken", "This user is in the group already.")
    joined = _join(db, memory, command.conversation, command.user, command.actor, "member", command.now)
    return records.MemberChanged(joined, _raise_home_version(db, command.user))


def remove_member(db: Connection, memory: Memory, command: records.RemoveMember) -> records.MemberChanged:
    role = _role(db, command.actor, command.conversation)
    if db.execute(SQL["conversation_kind"], (command.conversation,)).fetchone() != ("group",):
        raise Refusal(NOT_FOUND)
    _role(db, command.user, command.conversation)
    leaves = command.actor == command.user
    if not leaves and role != "owner" and not _is_admin(db, command.actor):
        raise Refusal("not_allowed", "Only the group's owner may remove others.")
    kind = LEFT if leaves else REMOVED
    change = _log_change(db, memory, command.conversation, kind, command.actor, command.user, command.now)
    db.execute(SQL["delete_member"], (command.user, command.conversation))
    memory.log(command.conversation).members.discard(command.user)
    return records.MemberChanged(change, _raise_home_version(db, command.user))


def _role(db: Connection, user: int, conversation: int) -> str:
    row = db.execute(SQL["membership"], (user, conversation)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return str(row[0])


def _is_admin(db: Connection, user: int) -> bool:
    return bool(db.execute(SQL["user_by_id"], (user,)).fetchone()[2])


def mark_read(db: Connection, memory: Memory, command: records.MarkRead) -> records.Marked:
    row = db.execute(SQL["membership"], (command.user, command.conversation)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    seq = max(row[1], min(command.seq, memory.log(command.conversation).seq))
    moved = seq > row[1]
    if moved:
        db.execute(SQL["set_read"], (seq, command.user, command.conversation))
        version = _raise_home_version(db, command.user)
    else:
        (version,) = db.execute(SQL["home_version"], (command.user,)).fetchone()
    return records.Marked(command.conversation, command.user, seq, version, moved)


WRITES: Final[dict[type[records.Write], Callable[[Connection, Memory, Any], records.Result]]] = {
    records.CreateUser: create_user,
    records.SetPassword: set_password,
    records.SetDisabled: set_disabled,
    records.CreateSession: create_session,
    records.EndSession: end_session,
    records.ExpireSessions: expire_sessions,
    records.StartConversation: start_conversation,
    records.CreateGroup: create_group,
    records.AddMember: add_member,
    records.RemoveMember: remove_member,
    records.MarkRead: mark_read,
}
