"""A process that writes and says so, until it is killed: what it said must be in the file. Run by test_faults.py."""

import sys

from hubbub.schemas.records import Appended, AppendMessage, CreateUser
from hubbub.store import open_store


def main() -> None:
    store = open_store(sys.argv[1])
    store.write([CreateUser("alice", "hash", 1)])
    number = 0
    while True:
        batch = [
            AppendMessage(1, 1, "alice", (number + n).to_bytes(16, "big"), f"text {number + n}", 1)
            for n in range(1 + number % 7)
        ]
        results = store.write(batch)
        number += len(batch)
        for result in results:
            if isinstance(result, Appended):
                sys.stdout.write(f"{result.message.seq} {result.message.text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
