"""Models that are kept going, and servers around them that announce themselves when told to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubbub.client.gui.desk_sign_in import SignInDesk
from tests.helpers.seat import Seat
from tests.helpers.signing_in import Around


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
