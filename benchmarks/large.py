"""A large data folder, made through the store: accounts, groups, direct conversations and what was said in them.

One user is in 1,000 conversations and has never read any; one is in 200 and has read what people read. Some conversations are far busier than others, as where people talk. Texts
come from a corpus of chat, over and over, or are made up of words that are as unequally frequent as those of a language.
"""

import gzip
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from benchmarks import common, stores
from hubbub.schemas import records
from hubbub.schemas.limits import TEXT_MAX_BYTES
from hubbub.store import Backend

MANY: Final = 1000
"""Conversations of the busiest user."""
SOME: Final = 200
"""Conversations of a busy user."""
_SEED: Final = 20261122
_GROUPS: Final = 0.1
"""Of the conversations of most people; the two busy users are in more of them."""
_VOCABULARY: Final = 30_000
_WORD: Final = re.compile(r"[a-z]{3,}")
_RARE: Final = 5
"""Messages that a rare word is wanted to be in."""
MANIFEST: Final = "world.json"


class Place(NamedTuple):
    """A conversation: its title as the client library takes it, and its members' account numbers."""

    title: str
    members: tuple[int, ...]


class User(msgspec.Struct):
    """One of the busy users."""

    name: str
    conversations: list[tuple[str, int, int]]
    """Title as this user sees it, id, and head."""
    common: str
    """A word that is in very many of the messages that he may read."""
    rare: str
    """A word that is in a few of them."""


class World(msgspec.Struct):
    """What is in a folder that is kept."""

    messages: int
    conversations: int
    texts: str
    many: User
    some: User


def plan(conversations: int) -> tuple[int, list[Place]]:
    """How many accounts there are, and all conversations; #general is the first. Account 0 is in MANY, account 1 in SOME
    (less, where there are few)."""
    dice = random.Random(_SEED)
    many, some = min(MANY, max(conversations // 2, 3)), min(SOME, max(conversations // 5, 2))
    accounts = max(many, 8) + 2
    others = range(2, accounts)
    places = [Place("#general", tuple(range(accounts)))]
    for account, count in ((0, many), (1, some)):
        direct = count * 7 // 10
        places += [_direct(account, other) for other in dice.sample(others, direct)]
        places += [_group(dice, (account,), others, len(places) + n) for n in range(count - 1 - direct)]
    rest = max(conversations - len(places), 0)
    groups = round(rest * _GROUPS)
    pairs = list(itertools.combinations(others, 2))
    places += [_direct(low, high) for low, high in dice.sample(pairs, min(rest - groups, len(pairs)))]
    places += [_group(dice, (), others, len(places) + n) for n in range(groups)]
    return accounts, places


def _direct(low: int, high: int) -> Place:
    return Place(f"@{stores.name_of(high)}", (low, high))


def _group(dice: random.Random, first: tuple[int, ...], others: range, number: int) -> Place:
    members = (*first, *dice.sample(others, dice.randint(4, min(20, len(others)))))
    return Place(f"#group{number}", members)


def read_texts(corpus: Path | None) -> Iterator[str]:
    """Texts without end."""
    if corpus is None:
        return _made_up()
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    usable = [text for text in texts if text and len(text.encode()) <= TEXT_MAX_BYTES]
    if not usable:
        raise ValueError(f"{corpus} has no texts")
    return itertools.cycle(usable)


def _made_up() -> Iterator[str]:
    dice = random.Random(_SEED)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "is")]
    words = list({"".join(dice.choices(syllables, k=dice.randint(2, 4))): None for _ in range(_VOCABULARY)})
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    while True:
        drawn = dice.choices(words, cum_weights=weights, k=12_000)
        start = 0
        while start < len(drawn):
            length = dice.randint(3, 20)
            yield " ".join(drawn[start : start + length])
            start += length


class Builder:
    """Fills a store. What it says next is the same for the same folder, however it is cut into batches."""

    def __init__(self, store: Backend, conversations: int, corpus: Path | None) -> None:
        """Makes accounts and conversations; nothing is said yet."""
        self.store = store
        self.said = 0
        self._texts = read_texts(corpus)
        self._dice = random.Random(_SEED)
        accounts, self.places = plan(conversations)
        self.password, self._users = stores.add_accounts(store, accounts)
        self.ids = self._make()
        self.heads = dict.fromkeys(self.ids, 0)
        self._busy = list(itertools.accumulate((1 + rank) ** -0.7 for rank in range(len(self.places))))
        self._words: dict[int, Counter[str]] = {0: Counter(), 1: Counter()}

    def _make(self) -> list[int]:
        commands = [self._founding(place) for place in self.places[1:]]
        made: list[int] = []
        for start in range(0, len(commands), 200):
            for result in self.store.write(commands[start : start + 200]):
                if not isinstance(result, records.ConversationStarted | records.GroupCreated):
                    raise TypeError(f"the store answered {result!r}")
                made.append(result.conversation.conversation)
        return [1, *made]

    def _founding(self, place: Place) -> records.Write:
        first, *others = place.members
        owner, names = self._users[first], [stores.name_of(other) for other in others]
        if place.title.startswith("@"):
            return records.StartConversation(owner, names[0], stores.now())
        name = place.title[1:]
        return records.CreateGroup(
            owner, common.message_key(), name, names, False, "made for a benchmark", "all", stores.now()
        )

    def once_each(self) -> list[int]:
        """Every conversation, once, in no order: numbers for `messages`."""
        return self._dice.sample(range(len(self.places)), len(self.places))

    def anywhere(self, count: int) -> list[int]:
        """Conversations, busy or not."""
        return self._dice.choices(range(len(self.places)), k=count)

    def as_people_talk(self, count: int) -> list[int]:
        """Conversations, the busy ones more often."""
        return self._dice.choices(range(len(self.places)), cum_weights=self._busy, k=count)

    def messages(self, numbers: Sequence[int]) -> list[records.Write]:
        """A message in each of these conversations."""
        return [self._message(number) for number in numbers]

    def _message(self, number: int) -> records.AppendMessage:
        members = self.places[number].members
        sender, text = self._dice.choice(members), next(self._texts)
        for account in members[:2] if number else (0, 1):
            if account in self._words:
                self._words[account].update(set(_WORD.findall(text.lower())))
        return records.AppendMessage(
            self.ids[number],
            self._users[sender],
            stores.name_of(sender),
            common.message_key(),
            text,
            stores.now(),
        )

    def write(self, batch: Sequence[records.Write]) -> None:
        """In one transaction. Raises TypeError unless all are stored."""
        for result in self.store.write(batch):
            if not isinstance(result, records.Appended):
                raise TypeError(f"the store answered {result!r}")
            self.heads[result.message.conversation] = result.message.seq
        self.said += len(batch)

    def say(self, numbers: Sequence[int]) -> None:
        """A message in each of these conversations, a thousand a transaction."""
        for start in range(0, len(numbers), 1000):
            self.write(self.messages(numbers[start : start + 1000]))

    def read(self) -> None:
        """Account 1 has read three of four conversations to their end, and is up to 50 messages behind in the others."""
        commands = [
            records.MarkRead(conversation, self._users[1], max(self.heads[conversation] - behind, 0))
            for place, conversation in zip(self.places, self.ids, strict=True)
            if 1 in place.members
            for behind in [self._dice.choice((0, 0, 0, self._dice.randint(1, 50)))]
        ]
        stores.written(self.store, commands, records.Marked)

    def world(self, corpus: Path | None) -> World:
        """What was made."""
        texts = "made-up" if corpus is None else corpus.name
        return World(self.said, len(self.places), texts, self._user(0), self._user(1))

    def _user(self, account: int) -> User:
        own = [
            (place.title, conversation, self.heads[conversation])
            for place, conversation in zip(self.places, self.ids, strict=True)
            if account in place.members
        ]
        counted = self._words[account].most_common()
        rare = min(counted, key=lambda item: abs(item[1] - _RARE))
        return User(stores.name_of(account), own, counted[0][0], rare[0])


def keep(folder: Path, world: World) -> None:
    """Write down what a folder has."""
    (folder / MANIFEST).write_bytes(msgspec.json.encode(world))


def kept(folder: Path) -> World | None:
    """What a folder has, if a store is kept there."""
    manifest = folder / MANIFEST
    return msgspec.json.decode(manifest.read_bytes(), type=World) if manifest.exists() else None
