"""The read commands, each on one snapshot: a table from command to function. The statements stand in sql/reads.sql."""

import json
from collections.abc import Callable
from typing import Any, Final

from hubbub.schemas import limits, records, replies
from hubbub.schemas.errors import ERRORS
from hubbub.schemas.events import Message
from hubbub.schemas.names import folded
from hubbub.store.database import Connection
from hubbub.store.pages import Page, Row, entry, message, size, utf8_length
from hubbub.store.queries import SQL

_ROW_OVERHEAD: Final = 400
"""More bytes than a row of HOME takes in msgpack beside its names and its last message's text."""
_END: Final = 2**62
"""Behind every seq."""
_LAST: Final = chr(0x10FFFF)
"""Behind every character that a name can hold."""


class Refusal(Exception):
    """A command cannot be done; becomes its Refused."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.result = records.Refused(code, message or ERRORS[code].meaning)


NOT_FOUND: Final = "not_found"


def find_account(db: Connection, command: records.FindAccount) -> records.Account:
    row = db.execute(SQL["account"], (folded(command.name), command.device_key)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return records.Account(row[0], row[1], row[2], bool(row[3]), bool(row[4]))


def read_home(db: Connection, command: records.ReadHome) -> records.HomeRead:
    (position,) = db.execute(SQL["position"]).fetchone()
    version = db.execute(SQL["home_version"], (command.user,)).fetchone()
    if version is None:
        raise Refusal(NOT_FOUND)
    wanted = None if command.conversations is None else json.dumps(command.conversations)
    rows, more = home_rows(db, command.user, command.after, command.limit, wanted)
    return records.HomeRead(position, version[0], rows, rows[-1].conversation if more else None)


def home_rows(
    db: Connection, user: int, after: int, limit: int, wanted: str | None
) -> tuple[list[replies.Conversation], bool]:
    """Conversations behind `after`, of those `wanted` (a JSON list of ids; None: all), and whether there are more."""
    page = Page(limit)
    taken: list[replies.Conversation] = []
    for row in db.execute(SQL["home"], (user, after, wanted, limit + 1, limits.PREVIEW_MAX_CHARACTERS)):
        if not page.takes(_home_size(row)):
            return taken, True
        taken.append(_home_row(row))
    return taken, False


def _home_row(row: Row) -> replies.Conversation:
    last = message((row[0], *row[8:])) if row[8] is not None else None
    return replies.Conversation(
        conversation=row[0],
        kind=row[1],
        name=row[2],
        partner=row[3],
        joined=row[4],
        read=row[5],
        head=row[6] or 0,
        unread=row[7],
        last_message=last,
    )


def _home_size(row: Row) -> int:
    return _ROW_OVERHEAD + sum(utf8_length(text) for text in (row[2], row[12], row[15]) if text is not None)


def read_sync(db: Connection, command: records.ReadSync) -> records.SyncRead:
    _check_member(db, command.user, command.conversation)
    page = Page(command.limit)
    entries = []
    for row in db.execute(SQL["entries_after"], (command.conversation, command.after, command.limit)):
        item = entry(row)
        if not page.takes(size(item)):
            break
        entries.append(item)
    return records.SyncRead(entries, _head(db, command.conversation))


def is_member(db: Connection, user: int, conversation: int) -> bool:
    """Now."""
    found: object = db.execute(SQL["is_member"], (user, conversation)).fetchone()
    return found is not None


def _check_member(db: Connection, user: int, conversation: int) -> None:
    if not is_member(db, user, conversation):
        raise Refusal(NOT_FOUND)


def _head(db: Connection, conversation: int) -> int:
    row = db.execute(SQL["head"], (conversation,)).fetchone()
    return int(row[0]) if row else 0


def read_history(db: Connection, command: records.ReadHistory) -> records.HistoryRead:
    conversation, limit = command.conversation, command.limit
    _check_member(db, command.user, conversation)
    if command.around is not None:
        page = Page((limit + 1) // 2, limits.PAGE_MAX_BYTES // 2)
        older = _messages(db, "messages_before", conversation, command.around + 1, page)
        page = Page(limit - len(older), limits.PAGE_MAX_BYTES // 2)
        page.empty = not older
        newer = _messages(db, "messages_after", conversation, command.around, page)
    elif command.after is not None:
        older, newer = [], _messages(db, "messages_after", conversation, command.after, Page(limit))
    else:
        before = _END if command.before is None else command.before
        older, newer = _messages(db, "messages_before", conversation, before, Page(limit)), []
    return _history(db, command, newer[::-1] + older)


def _messages(db: Connection, query: str, conversation: int, place: int, page: Page) -> list[Message]:
    taken: list[Message] = []
    for row in db.execute(SQL[query], (conversation, place, page.room)):
        item = message(row)
        if not page.takes(size(item)):
            break
        taken.append(item)
    return taken


def _history(db: Connection, command: records.ReadHistory, page: list[Message]) -> records.HistoryRead:
    """Whether there is more on either side of the page; where the page is empty, of the place that was asked for."""
    if page:
        oldest, newest = page[-1].seq, page[0].seq
    elif command.before is not None:
        oldest, newest = command.before, command.before - 1
    else:
        newest = command.after if command.after is not None else command.around or 0
        oldest = newest + 1
    older = db.execute(SQL["message_before"], (command.conversation, oldest)).fetchone()
    newer = db.execute(SQL["message_after"], (command.conversation, newest)).fetchone()
    return records.HistoryRead(_head(db, command.conversation), page, older is not None, newer is not None)


def read_users(db: Connection, command: records.ReadUsers) -> records.UsersRead:
    prefix = folded(command.query)
    rows = db.execute(
        SQL["users"], (prefix, prefix + _LAST, folded(command.after), command.limit + 1)
    ).fetchall()
    return records.UsersRead([row[:2] for row in rows[: command.limit]], _next(rows, command.limit))


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
        )
        for row in rows[: command.limit]
    ]
    return records.AccountsRead(users, _next(rows, command.limit))


def _next(rows: list[Any], limit: int) -> str | None:
    """The folded name, last column, of the page's last row, if there are more behind it."""
    return str(rows[limit - 1][-1]) if len(rows) > limit else None


READS: Final[dict[type[records.Read], Callable[[Connection, Any], records.Result]]] = {
    records.FindAccount: find_account,
    records.ReadHome: read_home,
    records.ReadSync: read_sync,
    records.ReadHistory: read_history,
    records.ReadUsers: read_users,
    records.ReadAccounts: read_accounts,
}
