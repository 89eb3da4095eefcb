"""What a conversation's log holds, for one of its members: SYNC, HISTORY, EDITS, PINS. The statements stand in sql/reads.sql."""

from typing import Final

from hubbub.schemas import limits, records, replies
from hubbub.schemas.events import Message
from hubbub.store import holdings, states
from hubbub.store.access import NOT_FOUND, Refusal, visible
from hubbub.store.database import Connection
from hubbub.store.pages import DELETED_MESSAGE, Page, fill, within
from hubbub.store.queries import SQL

_END: Final = 2**62
"""Behind every seq."""


def read_sync(db: Connection, command: records.ReadSync) -> records.SyncRead:
    conversation = command.conversation
    after = max(command.after, visible(db, command.user, conversation))
    page = Page(command.limit)
    rows = within(page, db.execute(SQL["entries_after"], (conversation, after, command.limit)))
    entries, _ = fill(page, states.entries(db, rows, command.user))
    return records.SyncRead(after, entries, _head(db, conversation))


def _head(db: Connection, conversation: int) -> int:
    row = db.execute(SQL["head"], (conversation,)).fetchone()
    return int(row[0]) if row else 0


class _Log:
    """The messages of a conversation that one user sees."""

    def __init__(self, db: Connection, user: int, conversation: int) -> None:
        self._db = db
        self._user = user
        self._conversation = conversation
        self._visible = visible(db, user, conversation)

    def before(self, seq: int, page: Page) -> list[Message]:
        """Newest first."""
        return self._page("messages_before", self._visible, seq, page)

    def after(self, seq: int, page: Page) -> list[Message]:
        """Oldest first."""
        return self._page("messages_after", max(seq, self._visible), _END, page)

    def _page(self, query: str, behind: int, before: int, page: Page) -> list[Message]:
        rows = within(page, self._db.execute(SQL[query], (self._conversation, behind, before, page.room)))
        return fill(page, states.messages(self._db, rows, self._user))[0]

    def pinned(self, before: int, page: Page) -> tuple[list[Message], bool]:
        """Newest first, and whether there are more."""
        values = (self._conversation, self._visible, before, page.room + 1)
        rows = within(page, self._db.execute(SQL["pins"], values))
        return fill(page, states.messages(self._db, rows, self._user))

    def any_between(self, behind: int, before: int) -> bool:
        """Whether there is a message."""
        values = (self._conversation, max(behind, self._visible), before)
        found: object = self._db.execute(SQL["message_between"], values).fetchone()
        return found is not None


def read_history(db: Connection, command: records.ReadHistory) -> records.HistoryRead:
    log = _Log(db, command.user, command.conversation)
    older: list[Message] = []
    newer: list[Message] = []
    if command.around is not None:
        page = Page((command.limit + 1) // 2, limits.PAGE_MAX_BYTES // 2)
        older = log.before(command.around + 1, page)
        page = Page(command.limit - len(older), limits.PAGE_MAX_BYTES // 2)
        page.empty = not older
        newer = log.after(command.around, page)
    elif command.after is not None:
        newer = log.after(command.after, Page(command.limit))
    else:
        older = log.before(_END if command.before is None else command.before, Page(command.limit))
    return _history(db, log, command, newer[::-1] + older)


def _history(
    db: Connection, log: _Log, command: records.ReadHistory, page: list[Message]
) -> records.HistoryRead:
    """Whether there is more on either side of the page; where the page is empty, of the place that was asked for."""
    if page:
        oldest, newest = page[-1].seq, page[0].seq
    elif command.before is not None:
        oldest, newest = command.before, command.before - 1
    else:
        newest = command.after if command.after is not None else command.around or 0
        oldest = newest + 1
    return records.HistoryRead(
        as_of=_head(db, command.conversation),
        messages=page,
        older=log.any_between(0, oldest),
        newer=log.any_between(newest, _END),
    )


def read_edits(db: Connection, command: records.ReadEdits) -> records.EditsRead:
    conversation = command.conversation
    row = db.execute(SQL["message_at"], (conversation, command.seq)).fetchone()
    if command.seq <= visible(db, command.user, conversation) or row is None:
        raise Refusal(NOT_FOUND)
    position, kind = row[:2]
    if kind == DELETED_MESSAGE:
        return records.EditsRead([], None)
    rows = db.execute(SQL["earlier_texts"], (position, command.limit + 1, command.after))
    has_files = position in holdings.attached(db, [position])
    texts = (replies.Earlier(holdings.shown(text, has_files), at) for text, at in rows)
    page, more = fill(Page(command.limit), texts)
    return records.EditsRead(page, command.after + len(page) if more else None)


def read_pins(db: Connection, command: records.ReadPins) -> records.PinsRead:
    log = _Log(db, command.user, command.conversation)
    before = _END if command.before is None else command.before
    page, more = log.pinned(before, Page(command.limit))
    return records.PinsRead(page, page[-1].seq if more else None)
