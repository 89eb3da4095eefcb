"""What a message costs the store: microseconds a row by size of the batch, on an empty store and on a full one, alone and
beside a thread that never rests (as the broker's loop under load). Run: python -m benchmarks.store_rows [FOLDER]"""

import argparse
import random
import tempfile
import threading
import time
from pathlib import Path

from hubbub.schemas.records import AppendMessage, CreateUser, StartConversation, Write
from hubbub.store import Backend, open_store

USERS = 101
CONVERSATIONS = 5_000
FULL = 300_000
BATCHES = (1, 16, 64, 256)
ROWS = 20_000
TEXT = "x" * 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", help="where to make the store (default: a temporary folder)")
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as folder:
        store = open_store(Path(folder) / "data")
        conversations = prepare(store)
        report(store, conversations[:100], "empty")
        fill(store, conversations)
        report(store, conversations, f"{FULL:,} messages in {CONVERSATIONS:,} conversations")
        store.close()


def prepare(store: Backend) -> list[tuple[int, int]]:
    """Users and their direct conversations: conversation and one who is in it."""
    names = [f"user{number}" for number in range(USERS)]
    store.write([CreateUser(name, "hash", 1) for name in names])
    pairs = [(low, high) for low in range(1, USERS) for high in range(low + 1, USERS + 1)][:CONVERSATIONS]
    commands: list[Write] = [StartConversation(low, names[high - 1], 1) for low, high in pairs]
    return [
        (result.conversation.conversation, pair[0])  # type: ignore[attr-defined]  # all are ConversationStarted
        for result, pair in zip(store.write(commands), pairs, strict=True)
    ]


def messages(conversations: list[tuple[int, int]], count: int) -> list[Write]:
    return [
        AppendMessage(conversation, sender, "user", key(), TEXT, time.time_ns() // 1000)
        for conversation, sender in random.choices(conversations, k=count)
    ]


def key() -> bytes:
    """As a UUIDv7: milliseconds, then chance."""
    return (time.time_ns() // 1_000_000).to_bytes(6, "big") + random.randbytes(10)


def fill(store: Backend, conversations: list[tuple[int, int]]) -> None:
    for _ in range(FULL // 1000):
        store.write(messages(conversations, 1000))


def report(store: Backend, conversations: list[tuple[int, int]], title: str) -> None:
    print(f"{title}:")
    store.write(messages(conversations, 5000))  # the steady state: logs are in memory
    for size in BATCHES:
        alone = measure(store, conversations, size)
        rest = threading.Event()
        busy = threading.Thread(target=spin, args=(rest,))
        busy.start()
        beside = measure(store, conversations, size, ROWS // 4 if size > 1 else 200)
        rest.set()
        busy.join()
        print(f"  batch of {size:4}: {alone} alone, {beside} beside a busy thread")


def measure(store: Backend, conversations: list[tuple[int, int]], size: int, rows: int = ROWS) -> str:
    rows = min(rows, size * 400)
    batches = [messages(conversations, size) for _ in range(max(rows // size, 1))]
    began, processor = time.perf_counter(), time.thread_time()
    for batch in batches:
        store.write(batch)
    count = len(batches) * size
    wall, used = time.perf_counter() - began, time.thread_time() - processor
    return f"{wall / count * 1e6:8.1f} us a row ({used / count * 1e6:5.1f} us of processor)"


def spin(rest: threading.Event) -> None:
    while not rest.is_set():
        pass


if __name__ == "__main__":
    main()
