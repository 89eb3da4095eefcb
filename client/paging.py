"""Everything that comes in pages, asked for page by page. Knows no socket."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

from hubbub.schemas import limits, replies, requests
from hubbub.schemas.events import Message, OnlineUser

T = TypeVar("T")

Ask = Callable[[Any, Any], Awaitable[Any]]
"""(request, type of reply) -> reply."""


def page_size(limit: int | None, have: int = 0) -> int:
    """How many to ask for next."""
    return limits.PAGE_MAX_ENTRIES if limit is None else max(1, min(limits.PAGE_MAX_ENTRIES, limit - have))


async def rows(
    ask: Ask,
    kind: type[replies.Reply],
    request: Callable[[Any, int], requests.Request],
    listed: Callable[[Any], list[T]],
    *,
    first: int | str,
    limit: int | None = None,
) -> list[T]:
    """What a mode lists, page by page. `request` is made of a place and a size, beginning at the place `first`; `listed` takes
    the rows out of a page. limit=None: all."""
    found: list[T] = []
    place: int | str | None = first
    while place is not None and (limit is None or len(found) < limit):
        page = await ask(request(place, page_size(limit, len(found))), kind)
        found += listed(page)
        place = page.next
    return found


async def history(
    ask: Ask, conversation: int, *, limit: int | None, before: int | None, after: int | None
) -> AsyncGenerator[list[Message], None]:
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


async def home(ask: Ask, only: list[int] | None = None) -> list[replies.Conversation]:
    """All conversations, or only these, by id."""
    return await rows(
        ask,
        replies.HomePage,
        lambda place, size: requests.Home(id=0, after=place, limit=size, conversations=only),
        lambda page: page.conversations,
        first=0,
    )


async def users(ask: Ask, query: str, limit: int | None) -> list[replies.User]:
    """Accounts whose names begin with the query, by folded name."""
    return await rows(
        ask,
        replies.UsersPage,
        lambda place, size: requests.GetUsers(id=0, query=query, after=place, limit=size),
        lambda page: page.users,
        first="",
        limit=limit,
    )


async def online(ask: Ask) -> list[OnlineUser]:
    """Who is present, by id."""
    return await rows(
        ask,
        replies.OnlinePage,
        lambda place, size: requests.OnlineUsers(id=0, after=place, limit=size),
        lambda page: page.users,
        first=0,
    )


async def groups(ask: Ask, query: str, limit: int | None) -> list[replies.Group]:
    """Public groups whose names begin with the query, by folded name."""
    return await rows(
        ask,
        replies.GroupsPage,
        lambda place, size: requests.ListGroups(id=0, query=query, after=place, limit=size),
        lambda page: page.groups,
        first="",
        limit=limit,
    )


async def members(ask: Ask, conversation: int) -> list[replies.MemberRow]:
    """Who is in a conversation, by folded name."""
    return await rows(
        ask,
        replies.MembersPage,
        lambda place, size: requests.Members(id=0, conversation=conversation, after=place, limit=size),
        lambda page: page.members,
        first="",
    )


async def pins(ask: Ask, conversation: int) -> list[Message]:
    """The pinned messages, newest first."""
    return await rows(
        ask,
        replies.PinsPage,
        lambda place, size: requests.Pins(id=0, conversation=conversation, before=place, limit=size),
        lambda page: page.messages,
        first=limits.INTEGER_MAX,
    )


async def edits(ask: Ask, conversation: int, seq: int) -> list[replies.Earlier]:
    """The texts that a message had, the first one first."""
    return await rows(
        ask,
        replies.EditsPage,
        lambda place, size: requests.Edits(id=0, conversation=conversation, seq=seq, after=place, limit=size),
        lambda page: page.texts,
        first=0,
    )


async def sessions(ask: Ask) -> list[replies.SessionRow]:
    """The user's sessions, by id."""
    return await rows(
        ask,
        replies.SessionsPage,
        lambda place, size: requests.ListSessions(id=0, after=place, limit=size),
        lambda page: page.sessions,
        first=0,
    )


async def search(
    ask: Ask, wanted: Callable[[int, int], requests.Search], limit: int | None
) -> list[replies.Hit]:
    """Messages that were found. `wanted`: the request, made of cursor and size."""
    return await rows(ask, replies.Found, wanted, lambda page: page.hits, first=0, limit=limit)
