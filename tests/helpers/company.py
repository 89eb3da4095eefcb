"""A few people of one server for tests of a model."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.reader import Reader


class Company(NamedTuple):
    """alice at a model; bob and carol, who only use the library."""

    alice: Reader
    bob: Client
    carol: Client


@contextmanager
def gathered(broker: Served, folder: Path) -> Iterator[Company]:
    """They are new there. folder: alice's profile."""
    with ExitStack() as stack:
        bob, carol = (
            stack.enter_context(
                Client(broker.place.address, user=name, password=PASSWORD.decode(), register=True)
            )
            for name in ("bob", "carol")
        )
        alice = Reader(broker, "alice", folder)
        stack.callback(alice.close)
        yield Company(alice, bob, carol)
