"""The read commands, each on one snapshot: a table from command to function. Those on one conversation's log stand in
logs.py, the statements in sql/reads.sql."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from hubbub.schemas import limits, records, replies
from hubbub.schemas.events import Message, Person
from hubbub.schemas.names import folded
from hubbub.store import entries, states
from hubbub.store.access import NOT_FOUND, Refusal, visible
from hubbub.store.database import Connection
from hubbub.store.logs import read_edits, read_history, read_pins, read_sync
from hubbub.store.pages import Page, Row, T, fill, size
from hubbub.store.queries import SQL

_LAST: Final = chr(0x10FFFF)
"""Behind every character that a name can hold."""
_HOME_COLUMNS: Final = 18
"""What follows in a row is the last message, if there is one."""


def find_account(db: Connection, command: records.FindAccount) -> records.Account:
    row = db.execute(SQL["account"], (folded(command.name), command.device_key)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return records.Account(row[0], row[1], row[2], bool(row[3]), bool(row[4]))


def read_place(db: Connection, command: records.ReadPlace) -> records.PlaceRead:
    return records.PlaceRead(not entries.place(db, command.user, command.conversation).closed)


def read_home(db: Connection, command: records.ReadHome) -> records.HomeRead:
    snapshot = db.execute(SQL["home_snapshot"], (command.user,)).fetchone()
    if snapshot is None:
        raise Refusal(NOT_FOUND)
    blocked = [Person(*row) for row in db.execute(SQL["blocked"], (command.user,))]
    wanted = None if command.conversations is None else json.dumps(command.conversations)
    budget = limits.PAGE_MAX_BYTES - sum(map(size, blocked))
    rows, more = home_rows(db, command.user, command.after, command.limit, wanted, budget)
    position, version = snapshot
    return records.HomeRead(position, version, rows, blocked, rows[-1].conversation if more else None)


def home_rows(
    db: Connection,
    user: int,
    after: int,
    limit: int,
    wanted: str | None,
    budget: int = limits.PAGE_MAX_BYTES,
) -> tuple[list[replies.Conversation], bool]:
    """Conversations behind `after`, of those `wanted` (a JSON list of ids; None: all), and whether there are more."""
    rows = db.execute(SQL["home"], (user, after, wanted, limit + 1, limits.PREVIEW_MAX_CHARACTERS)).fetchall()
    heads = [row[_HOME_COLUMNS:] for row in rows if row[_HOME_COLUMNS] is not None]
    previews = {message.conversation: message for message in states.messages(db, heads, user)}
    for message in previews.values():
        message.text = message.text[: limits.PREVIEW_MAX_CHARACTERS]
    return fill(Page(limit, budget), (_home_row(row, previews.get(row[0])) for row in rows))


def _home_row(row: Row, last: Message | None) -> replies.Conversation:
    group = row[1] == "group"
    return replies.Conversation(
        conversation=row[0],
        kind=row[1],
        name=row[2],
        partner=row[3],
        joined=row[4],
        since=row[5],
        read=row[6],
        visible=row[7],
        muted_until=row[8],
        role=row[9],
        topic=row[10],
        public=bool(row[11]),
        history=row[12],
        members=row[13] if group else 0,
        bot=bool(row[14]),
        head=row[15] or 0,
        unread=row[16],
        mentions=row[17],
        last_message=last,
    )


def read_users(db: Connection, command: records.ReadUsers) -> records.UsersRead:
    rows = db.execute(SQL["users"], _named(command)).fetchall()
    return records.UsersRead(*_page(rows, [_user(row) for row in rows], command.limit))


def _named(command: records.ReadUsers | records.ReadGroups) -> tuple[str, str, str, int]:
    """Of names that begin with the query, those behind `after`, and one more than asked for: folded forms are compared."""
    prefix = folded(command.query)
    return prefix, prefix + _LAST, folded(command.after), command.limit + 1


def _page(rows: Sequence[Row], items: Sequence[T], limit: int) -> tuple[list[T], Any]:
    """What is on the page, and its `next`: the last column of the last row that is."""
    page, more = fill(Page(limit), items)
    return page, rows[len(page) - 1][-1] if more else None


def _user(row: Row) -> replies.User:
    return replies.User(
        user=row[0],
        name=row[1],
        display_name=row[2],
        colour=row[3],
        status=row[4],
        status_text=row[5],
        last_seen=row[6],
        picture=row[7],
        bot=bool(row[8]),
    )


def read_profile(db: Connection, command: records.ReadProfile) -> records.ProfileRead:
    row = db.execute(SQL["profile"], (folded(command.other), command.user)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return records.ProfileRead(_user(row), bool(row[9]), bool(row[10]))


def read_groups(db: Connection, command: records.ReadGroups) -> records.GroupsRead:
    rows = db.execute(SQL["groups"], (*_named(command), command.user)).fetchall()
    groups = [
        replies.Group(name=name, topic=topic, members=members, joined=bool(joined))
        for name, topic, members, joined, _ in rows
    ]
    return records.GroupsRead(*_page(rows, groups, command.limit))


def read_members(db: Connection, command: records.ReadMembers) -> records.MembersRead:
    visible(db, command.user, command.conversation)
    values = (command.conversation, folded(command.after), command.limit + 1, command.user)
    rows = db.execute(SQL["members"], values).fetchall()
    members = [
        replies.MemberRow(user=user, name=name, role=role, read=read, bot=bool(bot))
        for user, name, role, read, bot, _ in rows
    ]
    return records.MembersRead(*_page(rows, members, command.limit))


def read_sessions(db: Connection, command: records.ReadSessions) -> records.SessionsRead:
    values = (command.user, command.after, command.now, command.limit + 1)
    rows = db.execute(SQL["sessions"], values).fetchall()
    sessions = [
        replies.SessionRow(
            session=session, device=device, created_at=created_at, expires_at=expires_at, current=False
        )
        for device, created_at, expires_at, session in rows
    ]
    return records.SessionsRead(*_page(rows, sessions, command.limit))


def read_accounts(db: Connection, command: records.ReadAccounts) -> records.AccountsRead:
    rows = db.execute(SQL["accounts"], (folded(command.after), command.limit + 1)).fetchall()
    users = [
        replies.AdminUser(
            user=row[0],
            name=row[1],
            admin=bool(row[2]),
            disabled=bool(row[3]),
            created_at=row[4],
            sessions=row[5],
            bot=bool(row[6]),
        )
        for row in rows
    ]
    return records.AccountsRead(*_page(rows, users, command.limit))


READS: Final[dict[type[records.Read], Callable[[Connection, Any], records.Result]]] = {
    records.FindAccount: find_account,
    records.ReadPlace: read_place,
    records.ReadHome: read_home,
    records.ReadSync: read_sync,
    records.ReadHistory: read_history,
    records.ReadEdits: read_edits,
    records.ReadPins: read_pins,
    records.ReadUsers: read_users,
    records.ReadProfile: read_profile,
    records.ReadGroups: read_groups,
    records.ReadMembers: read_members,
    records.ReadSessions: read_sessions,
    records.ReadAccounts: read_accounts,
}
