"""Everything that comes in pages, asked for page by page. Knows no socket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from hubbub.schemas import limits, replies, requests
from hubbub.schemas.events import Message, OnlineUser

Ask = Callable[[Any, Any], Awaitable[Any]]
"""(request, type of reply) -> reply."""


def page_size(limit: int | None, have: int = 0) -> int:
    """How many to ask for next."""
    return limits.PAGE_MAX_ENTRIES if limit is None else max(1, min(limits.PAGE_MAX_ENTRIES, limit - have))


async def history(
    ask: Ask, conversation: int, *, limit: int | None, before: int | None, after: int | None
) -> AsyncIterator[list[Message]]:
    """Pages of history from `before` (None: the newest) back to `after`, newest first, `limit` messages in all."""
    have, place = 0, before
    while limit is None or have < limit:
        request = requests.History(
            id=0, conversation=conversation, before=place, limit=page_size(limit, have)
        )
        page: replies.HistoryPage = await ask(request, replies.HistoryPage)
        messages = [one for one in page.messages if after is None or one.seq > after]
        have += len(messages)
        if messages:
            yield messages
        if not page.older or not page.messages or len(messages) < len(page.messages):
            return
        place = page.messages[-1].seq


async def history_after(ask: Ask, conversation: int, after: int, limit: int) -> list[Message]:
    """The `limit` messages that follow `after` most closely, newest first."""
    found: list[Message] = []
    while len(found) < limit:
        request = requests.History(
            id=0, conversation=conversation, after=after, limit=page_size(limit, len(found))
        )
        page: replies.HistoryPage = await ask(request, replies.HistoryPage)
        found = page.messages + found
        if not page.newer or not page.messages:
            break
        after = page.messages[0].seq
    return found


async def home(ask: Ask) -> list[replies.Conversation]:
    """All conversations, by id."""
    rows: list[replies.Conversation] = []
    after: int | None = 0
    while after is not None:
        page: replies.HomePage = await ask(
            requests.Home(id=0, after=after, limit=limits.PAGE_MAX_ENTRIES), replies.HomePage
        )
        rows += page.conversations
        after = page.next
    return rows


async def users(ask: Ask, query: str, limit: int | None) -> list[replies.User]:
    """Accounts whose names begin with the query, by folded name."""
    found: list[replies.User] = []
    after: str | None = ""
    while after is not None and (limit is None or len(found) < limit):
        request = requests.GetUsers(id=0, query=query, after=after, limit=page_size(limit, len(found)))
        page: replies.UsersPage = await ask(request, replies.UsersPage)
        found += page.users
        after = page.next
    return found


async def online(ask: Ask) -> list[OnlineUser]:
    """Who is present, by id."""
    found: list[OnlineUser] = []
    after: int | None = 0
    while after is not None:
        page: replies.OnlinePage = await ask(requests.OnlineUsers(id=0, after=after), replies.OnlinePage)
        found += page.users
        after = page.next
    return found


async def search(ask: Ask, words: str, conversation: int | None, limit: int | None) -> list[Message]:
    """Messages that hold all the words, newest first."""
    found: list[Message] = []
    before: int | None = 0
    while before is not None and (limit is None or len(found) < limit):
        request = requests.Search(
            id=0, words=words, conversation=conversation, before=before, limit=page_size(limit, len(found))
        )
        page: replies.Found = await ask(request, replies.Found)
        found += page.messages
        before = page.next
    return found
