"""A broker in this process, for the tests of one file."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hubbub.client import Bot, Client
from hubbub.client.testing.clock import Clock
from tests.helpers.bots import NUMBERS, bot_of
from tests.helpers.brokers import Served, served
from tests.helpers.chatting import chatting


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVER", "USER", "PASSWORD", "TOKEN", "PROFILE"):
        monkeypatch.delenv(f"HUBBUB_{name}", raising=False)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("broker")) as made:
        yield made


@pytest.fixture
def bot(broker: Served, tmp_path: Path) -> Bot:
    made = bot_of(broker, f"bot{next(NUMBERS)}", tmp_path / "bot")
    made.clock = Clock()
    return made


@pytest.fixture
async def alice(broker: Served) -> AsyncIterator[Client]:
    async with chatting(broker, f"alice{next(NUMBERS)}") as (chat,):
        yield chat
