"""What the connection's state means: for the banner, and for acts that only a server can do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hubbub.client import HubbubError
from hubbub.client.errors import NoServer, NotAllowed
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.model.acting import LOST, NO_SERVER, Acting
from hubbub.client.gui.model.link import Link

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_a_link_that_breaks_is_away_only_when_a_try_has_failed() -> None:
    link, states = Link(), list[tuple[str, bool]]()
    link.changed.connect(lambda: states.append((link.state, link.away)))
    link.up()
    link.down("it broke", NOW + timedelta(seconds=0.5))
    link.trying()
    link.up()
    link.down("it broke")
    link.trying()
    link.down("it does not answer")
    link.down("it does not answer")
    link.trying()
    link.up()
    assert states == [
        *(("up", False), ("down", False), ("connecting", False), ("up", False), ("down", False)),
        *(("connecting", False), ("down", True), ("connecting", True), ("up", False)),
    ]


def test_a_clock_that_is_set_back_makes_no_wait_longer() -> None:
    link = Link()
    link.down("it does not answer", NOW + timedelta(seconds=20))
    assert link.seconds(NOW + timedelta(seconds=5)) == 15
    assert link.seconds(NOW - timedelta(hours=1)) == 15
    assert link.seconds(NOW + timedelta(hours=1)) == 0
    link.down("it does not answer", NOW - timedelta(minutes=59))
    assert link.seconds(NOW - timedelta(hours=1)) == 60


def test_a_server_that_was_never_there_is_away_after_the_first_try() -> None:
    link = Link()
    assert not link.connected and not link.away
    link.down("there is none")
    assert link.away


def test_the_next_try_is_counted_down_to_zero_and_only_while_it_is_waited_for() -> None:
    link = Link()
    link.down("away", NOW + timedelta(seconds=2.4))
    ahead = [link.seconds(NOW + timedelta(seconds=passed)) for passed in (0, 1, 2, 2.4, 9)]
    assert ahead == [3, 2, 1, 0, 0]
    link.trying()
    assert link.seconds(NOW) is None
    link.stopped("another key")
    assert link.seconds(NOW) is None and link.away and link.reason == "another key"


class StillChat:
    """Acts are done when the test says so."""

    def __init__(self) -> None:
        self.link, self.bridge = Link(), self
        self.complaints: list[str] = []
        self.under_way: list[tuple[Call, Callable[[Any], None], Callable[[HubbubError], None]]] = []

    def complain(self, error: HubbubError) -> None:
        self.complaints.append(str(error))

    def run(self, _: Any, done: Callable[[Any], None], failed: Callable[[HubbubError], None]) -> Call:
        self.under_way.append((Call(), done, failed))
        return self.under_way[-1][0]


async def _nothing() -> None: ...


@pytest.fixture
def chat() -> StillChat:
    return StillChat()


@pytest.fixture
def acting(chat: StillChat) -> Acting:
    acting = Acting(chat)  # type: ignore[arg-type]  # what it asks of a chat
    chat.link.changed.connect(acting.link_changed)
    return acting


def test_an_act_is_refused_at_once_where_no_server_is(chat: StillChat, acting: Acting) -> None:
    chat.link.down("there is none")
    failed = list[HubbubError]()
    acting.run(_nothing)
    acting.run(_nothing, failed=failed.append)
    assert chat.complaints == [NO_SERVER] and not chat.under_way
    assert isinstance(failed[0], NoServer)


def test_an_act_outlives_a_short_break_and_ends_with_a_long_one(chat: StillChat, acting: Acting) -> None:
    chat.link.up()
    acting.run(_nothing)
    chat.link.down("it broke")
    chat.link.trying()
    assert chat.under_way[0][0].active and not chat.complaints
    chat.link.down("it does not answer")
    assert not chat.under_way[0][0].active
    assert chat.complaints == [LOST]
    chat.link.trying()
    chat.link.down("it does not answer still")
    assert chat.complaints == [LOST], "said once"


def test_what_an_act_answers_is_told_once(chat: StillChat, acting: Acting) -> None:
    chat.link.up()
    done = list[Any]()
    acting.run(_nothing, done.append)
    acting.run(_nothing)
    chat.under_way[0][1]("an answer")
    chat.under_way[1][2](NotAllowed("You may not."))
    chat.link.down("gone")
    chat.link.trying()
    chat.link.down("gone")
    assert (done, chat.complaints) == (["an answer"], ["You may not."])
