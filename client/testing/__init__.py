"""The pytest plugin: fixtures `broker` and `run_bot`, for tests of bots. Comes with the package; needs pytest-asyncio.

async def test_ping(broker, run_bot):
    await run_bot(bot)
    alice = await broker.user("alice", group="#general")
    assert (await alice.ask("!ping")).text == "pong"

An error that is logged during a test that uses them fails it. Every run of pytest imports this file, so it loads next to
nothing: what it stands on is imported by the fixtures.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Generator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from hubbub.client.bot import Bot
    from hubbub.client.testing.bots import RunningBot
    from hubbub.client.testing.errors import Errors
    from hubbub.client.testing.local_broker import LocalBroker

_ERRORS = pytest.StashKey["Errors"]()
_MISSING = "The fixtures of Hubbub need pytest-asyncio: pip install pytest-asyncio"


class RunBot(Protocol):
    """The type of `run_bot`; that of `broker` is hubbub.client.testing.local_broker.LocalBroker."""

    def __call__(self, bot: Bot, name: str = "bot", group: str | None = None) -> Awaitable[RunningBot]:
        """As LocalBroker.run_bot."""
        ...


@pytest.fixture
def broker_config() -> str:
    """What the broker's config file says, TOML. Override it: `return "[limits]\\nrate = 5"`."""
    return ""


async def _broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, broker_config: str
) -> AsyncIterator[LocalBroker]:
    """A broker of this test's own; see LocalBroker."""
    from hubbub.client.testing.errors import Errors
    from hubbub.client.testing.local_broker import LocalBroker

    errors = request.node.stash[_ERRORS] = Errors()
    with errors.collecting():
        made = LocalBroker(tmp_path_factory.mktemp("hubbub"), errors, broker_config)
        try:
            await made.open()
            yield made
        finally:
            await made.close()
    _fail_on(errors)


try:
    from pytest_asyncio import fixture
except ImportError:

    @pytest.fixture(name="broker")
    def _no_broker() -> None:
        """Says what is missing."""
        pytest.fail(_MISSING, pytrace=False)
else:
    broker = fixture(_broker, name="broker")


@pytest.fixture
def run_bot(broker: LocalBroker) -> RunBot:
    """A function that runs a bot on the broker of this test until its end: `running = await run_bot(bot)`."""
    return broker.run_bot


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A logged error is a failure of the test; where it has failed already, it is told beside."""
    try:
        result = yield
    except BaseException:
        for text in _taken(item):
            item.add_report_section("call", "hubbub", text)
        raise
    if item.stash.get(_ERRORS, None) is not None:
        _fail_on(item.stash[_ERRORS])
    return result


def _taken(item: pytest.Item) -> list[str]:
    errors = item.stash.get(_ERRORS, None)
    return errors.take() if errors is not None else []


def _fail_on(errors: Errors) -> None:
    found = errors.take()
    if found:
        said = "An error was" if len(found) == 1 else f"{len(found)} errors were"
        pytest.fail("\n".join([f"{said} logged:", *found]), pytrace=False)
