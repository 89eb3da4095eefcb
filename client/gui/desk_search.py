"""Searching messages: at the server, or in what this device remembers. All coroutines here run in the library's thread."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from hubbub.client import Client, Group, Hit
from hubbub.client.errors import NotFound

PAGE: Final = 30
"""Messages that are asked for at a time."""


class Question(Struct, frozen=True, kw_only=True):
    """What is looked for."""

    words: str
    """As somebody types them: the last one may not be whole yet."""
    conversation: str | None = None
    """None: in all of them."""
    until: datetime | None = None
    """Only what was said then or before."""
    cached: bool = False
    """In what this device remembers."""


class Found(Struct, frozen=True, kw_only=True):
    """An answer."""

    hits: tuple[Hit, ...]
    """Newest first."""
    more: bool
    """There may be older ones."""
    cached: bool
    """From this device's memory: only what was seen here."""


async def search(client: Client, question: Question, wait_s: float = 0.0) -> Found:
    """wait_s: so long nothing is asked; who is cancelled meanwhile never asks. Raises what Client.search raises."""
    await asyncio.sleep(wait_s)
    before, limit = None, PAGE
    if question.until is not None:  # others may have been said in the same moment: it is found once more
        before, limit = question.until + timedelta(microseconds=1), PAGE + 1
    ask = client.cached.search if question.cached else client.search
    words = plain(question.words) if question.cached else begun(question.words)
    try:
        hits = await ask(words, conversation=question.conversation, before=before, limit=limit)
    except NotFound:  # nothing was ever said there, or nothing is remembered of it
        hits = []
    return Found(hits=tuple(hits), more=len(hits) == limit, cached=question.cached)


async def groups(client: Client, query: str, wait_s: float, limit: int = 20) -> tuple[Group, ...]:
    """Public groups whose names begin so, asked for after so many seconds. Raises what Client.groups raises."""
    await asyncio.sleep(wait_s)
    return tuple(await client.groups(query, limit=limit))


def begun(words: str) -> str:
    """For the server, that finds whole words: the last one stands for all that begin so."""
    last = words.rsplit(maxsplit=1)[-1] if words.strip() else ""
    whole = words[-1:].isspace() or len(last) < 2 or words.count('"') % 2 or not last[-1].isalnum()
    return words if whole else f"{words}*"


def plain(words: str) -> str:
    """For the memory, that finds parts of words and knows no signs."""
    return words.replace('"', " ").replace("*", " ")
