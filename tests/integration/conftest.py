"""One broker in this process for all tests of a file that only need one, a busy feed on it, and somebody who attacks."""

import itertools
from collections.abc import Iterator

import pytest

from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.busy import BusyFeed
from tests.helpers.raw import Raw

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("broker") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def busy(server: Served) -> Iterator[BusyFeed]:
    with BusyFeed(server.place) as feed:
        yield feed


@pytest.fixture
def attacker(server: Served, busy: BusyFeed) -> Iterator[Raw]:
    """Somebody with an account and a session of his own."""
    with Raw(server.place) as raw:
        yield raw.login(f"mallory-{next(_numbers)}", PASSWORD, register=True)
