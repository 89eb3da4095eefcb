"""Models that are kept going, servers around them that announce themselves when told to, and a company for each module."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from hubbub.client.gui.desk_sign_in import SignInDesk
from hubbub.client.sync import Client
from tests.helpers.brokers import Served
from tests.helpers.company import Company, gathered
from tests.helpers.reader import Reader
from tests.helpers.seat import Seat
from tests.helpers.signing_in import Around

NUMBERS = count(1)


@pytest.fixture(scope="module")
def company(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with gathered(broker, tmp_path_factory.mktemp("alice")) as there:
        yield there


@pytest.fixture
def alice(company: Company) -> Iterator[Reader]:
    """With nothing open, sought, written or complained of, whatever was before."""
    yield company.alice
    chat = company.alice.chat
    chat.leave_open()
    chat.finding.set("")
    chat.drafts.clear()
    chat.asides.clear()
    company.alice.complaints.clear()


@pytest.fixture
def bob(company: Company) -> Client:
    return company.bob


@pytest.fixture
def carol(company: Company) -> Client:
    return company.carol


@pytest.fixture
def team(alice: Reader, bob: Client) -> str:
    """A group of bob's with alice in it, as she sees it."""
    name = bob.create_group(f"team{next(NUMBERS)}", ["alice"], topic="ships").name
    alice.until(lambda: alice.chat.conversations.get(name))
    return name


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Around:
    made = Around()
    monkeypatch.setattr(SignInDesk, "nearby", lambda desk: made.nearby(desk))
    return made


@pytest.fixture
def sits(tmp_path: Path, around: Around) -> Iterator[Callable[..., Seat]]:
    seats: list[Seat] = []

    def sit(profile: str = "profile") -> Seat:
        seats.append(Seat(tmp_path / profile))
        return seats[-1]

    yield sit
    for seat in seats:
        seat.leaves()
    assert [fault for seat in seats for fault in seat.faults] == []
