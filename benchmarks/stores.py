"""Data folders to begin a benchmark with: the same accounts, sessions and messages for the product and the bare pipeline."""

import hashlib
import itertools
import random
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import argon2
import zmq

from benchmarks import bare
from benchmarks.common import Keys, message_key
from benchmarks.load import Seat
from hubbub.schemas import records
from hubbub.schemas.events import conversation_topic
from hubbub.store import Backend, open_store

PASSWORD: Final = b"correct horse battery staple"
TEXT: Final = "The quick brown fox chats with the lazy dog, and both are acknowledged. ".ljust(200, ".")
YEAR_US: Final = 365 * 86_400 * 1_000_000
R = TypeVar("R", bound=records.Result)


class Start(NamedTuple):
    """Folders to copy before a server starts on one, and who is in it."""

    short: str
    name: str
    messages: int
    heads: dict[int, int]
    """The logs' heads in the product's store."""
    product: Path
    product_seats: tuple[Seat, ...]
    bare: Path
    bare_seats: tuple[Seat, ...]
    topics: tuple[tuple[bytes, ...], ...]
    """What each seat's feed on the bare pipeline subscribes to."""


def name_of(number: int) -> str:
    """An account's name; accounts have numbers from 0."""
    return f"user{number}"


def hash_of_all() -> str:
    """The hash of PASSWORD, computed once: with the product's own parameters a thousand would take a minute."""
    return argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def written(store: Backend, commands: Sequence[records.Write], kind: type[R]) -> list[R]:
    """The results, which must all be of that kind."""
    results: list[R] = []
    for start in range(0, len(commands), 1000):
        for result in store.write(commands[start : start + 1000]):
            if not isinstance(result, kind):
                raise TypeError(f"the store answered {result!r}")
            results.append(result)
    return results


def add_accounts(store: Backend, count: int) -> tuple[str, list[int]]:
    """Accounts with the password PASSWORD: its hash, and their ids."""
    password = hash_of_all()
    commands = [records.CreateUser(name_of(number), password, now()) for number in range(count)]
    return password, [made.user for made in written(store, commands, records.UserCreated)]


def add_conversations(store: Backend, users: Sequence[int], pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Direct conversations of pairs (account numbers), and their ids."""
    commands = [records.StartConversation(users[low], name_of(high), now()) for low, high in pairs]
    made = written(store, commands, records.ConversationStarted)
    return [result.conversation.conversation for result in made]


def add_session(user: int, password: str, keys: Keys, token: bytes) -> records.CreateSession:
    """The session that a LOGIN from a device would have opened."""
    digest = hashlib.sha256(token).digest()
    return records.CreateSession(user, password, digest, keys.public, "benchmark", now(), now() + YEAR_US)


def in_pairs(folder: Path, clients: int) -> Start:
    """Every two clients have one conversation, and nothing was said."""
    return _make(
        "empty", "empty store", folder, clients, [(first, first + 1) for first in range(0, clients - 1, 2)], 0
    )


def filled(folder: Path, clients: int, conversations: int, messages: int) -> Start:
    """All clients talk with one another, and strangers with strangers for as many conversations as are wanted."""
    among = list(itertools.combinations(range(clients), 2))[:conversations]
    strangers = next(m for m in itertools.count(2) if m * (m - 1) // 2 >= conversations - len(among))
    rest = itertools.combinations(range(clients, clients + strangers), 2)
    pairs = among + list(itertools.islice(rest, conversations - len(among)))
    name = f"{messages:,} messages in {len(pairs):,} conversations"
    return _make("filled", name, folder, clients, pairs, messages)


def _make(
    short: str, name: str, folder: Path, clients: int, pairs: Sequence[tuple[int, int]], messages: int
) -> Start:
    product, other = folder / "product", folder / "bare"
    product.mkdir(parents=True)
    other.mkdir()
    places = random.choices(range(len(pairs)), k=messages)
    product_seats, heads = _make_product(product, clients, pairs, places)
    own = _own(clients, pairs, range(1, len(pairs) + 1))
    members = [(place + 1, user) for place, pair in enumerate(pairs) for user in pair]
    bare.create(other, members, ((place + 1, pairs[place][0], message_key(), TEXT) for place in places))
    bare_seats = tuple(
        Seat(*zmq.curve_keypair(), number.to_bytes(8, "big") + secrets.token_bytes(24), own[number])
        for number in range(clients)
    )
    topics = tuple(
        tuple(conversation_topic(item) for item in sorted(seat.conversations)) for seat in bare_seats
    )
    return Start(short, name, messages, heads, product, product_seats, other, bare_seats, topics)


def _make_product(
    folder: Path, clients: int, pairs: Sequence[tuple[int, int]], places: Sequence[int]
) -> tuple[tuple[Seat, ...], dict[int, int]]:
    store = open_store(folder)
    password, users = add_accounts(store, 1 + max(itertools.chain.from_iterable(pairs)))
    conversations = add_conversations(store, users, pairs)
    seats = [
        Seat(*zmq.curve_keypair(), secrets.token_bytes(32), own)
        for own in _own(clients, pairs, conversations)
    ]

    def said(place: int) -> records.AppendMessage:
        sender = pairs[place][0]
        return records.AppendMessage(
            conversations[place], users[sender], name_of(sender), message_key(), TEXT, now()
        )

    sessions = [
        add_session(users[number], password, Keys(seat.public, seat.secret), seat.token)
        for number, seat in enumerate(seats)
    ]
    written(store, sessions, records.SessionCreated)
    heads = dict.fromkeys(conversations, 0)
    for chunk in _chunks(places, 1000):
        for appended in written(store, [said(place) for place in chunk], records.Appended):
            heads[appended.message.conversation] = appended.message.seq
    indexer = store.indexer()
    while indexer.step():
        pass
    indexer.close()
    store.close()
    return tuple(seats), heads


def _own(
    clients: int, pairs: Sequence[tuple[int, int]], conversations: Iterable[int]
) -> list[tuple[int, ...]]:
    """The conversations of each client, in a random order."""
    own: list[list[int]] = [[] for _ in range(clients)]
    for pair, conversation in zip(pairs, conversations, strict=True):
        for number in pair:
            if number < clients:
                own[number].append(conversation)
    for items in own:
        random.shuffle(items)
    return [tuple(items) for items in own]


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
