"""What is wrong, beside which field: signing in without Tk, with the library's thread and a real broker."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hubbub.client import errors
from hubbub.client.gui.desk_sign_in import Account, SignInDesk
from hubbub.client.gui.model import sign_in_words as words
from tests.helpers.brokers import Served
from tests.helpers.seat import SECRET, Seat, Sits, here
from tests.helpers.signing_in import HangingServer


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the address of a server."),
        ("what ever:port", words.NO_ADDRESS),
        ("host.invalid", words.NOBODY),
        ("127.0.0.1:1", words.NOBODY),
        ("hubbub://127.0.0.1/?key=short", words.NO_ADDRESS),
    ],
)
def test_a_bad_address_is_told_beside_its_field(sits: Sits, typed: str, said: str) -> None:
    seat = sits()
    seat.starts().choose_address(typed)
    assert seat.problem("address") == said
    assert seat.sign_in.page == "start"


def test_a_server_of_another_protocol_says_who_is_to_be_updated(sits: Sits) -> None:
    new = HangingServer(protocol=99)
    seat = sits()
    seat.starts().choose_address(new.address)
    assert "update this program" in seat.problem("address")
    new.close()


@pytest.mark.parametrize(
    ("mode", "user", "password", "where", "said"),
    [
        ("log in", "", SECRET, "user", "Type your name."),
        ("log in", "nobody", SECRET, "password", "Name or password is wrong"),
        ("log in", "Grete", "", "password", "Type your password."),
        ("register", "Grete", SECRET, "user", "Somebody has the name Grete already."),
        ("register", "all", SECRET, "user", "has a meaning of its own"),
        ("register", "two words", SECRET, "user", "no spaces"),
        ("register", "grace", "1234567", "password", "1 more character, at least"),
    ],
)
def test_what_is_wrong_with_name_or_password_is_told_beside_it(
    broker: Served,
    sits: Sits,
    grete: None,
    mode: str,
    user: str,
    password: str,
    where: words.Field,
    said: str,
) -> None:
    seat = sits()
    seat.starts()
    there = seat.goes_to(here(broker))
    there.set_mode("register" if mode == "register" else "log in")
    there.submit(user, password)
    assert said in seat.problem(where)
    assert there.page == "form"


@pytest.fixture(scope="module")
def grete(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An account of that name."""
    seat = Seat(tmp_path_factory.mktemp("grete"))
    registered: list[Account] = []
    desk = SignInDesk(seat.profile)

    async def register() -> Account:
        met = await desk.meet(here(broker))
        return await desk.log_in(met.server, "Grete", SECRET, register=True)

    seat.bridge.run(register, registered.append)
    seat.wait(lambda: registered)
    yield
    seat.leaves()


@pytest.mark.parametrize(
    ("error", "where", "said"),
    [
        (errors.AccountDisabled("no"), "user", "switched off"),
        (errors.RegistrationClosed("no"), "form", "made by whoever runs this server"),
        (errors.StorageFull("no"), "form", "disk is full"),
        (errors.Busy("no"), "form", "too much to do"),
        (errors.NoServer("no"), "form", words.AWAY),
    ],
)
def test_refusals_are_told_in_words_that_help(error: errors.HubbubError, where: str, said: str) -> None:
    assert words.of_entering(error, "anna")[0] == where
    assert said in words.of_entering(error, "anna")[1]


def test_too_many_tries_count_the_seconds_down(
    broker: Served, sits: Sits, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> Account:
        raise errors.RateLimited("no", retry_after=7.5)

    monkeypatch.setattr(SignInDesk, "log_in", refuse)
    seat = sits()
    seat.starts()
    there = seat.goes_to(here(broker))
    there.submit("anna", SECRET)
    seat.wait(lambda: there.wait_s)
    assert there.problem_of_password.endswith("again in 8 seconds.")
    there.submit("anna", SECRET)
    assert there.busy is None, "it is not asked before"
    seat.late -= timedelta(hours=1)
    assert not there.wait_s, "a clock that is set back keeps nobody out for an hour"
    seat.late += timedelta(hours=1, seconds=4)
    told: list[str] = []
    there.state_changed.connect(lambda: told.append(there.problem_of_password))
    there.tick()
    seat.late += timedelta(seconds=4)
    there.tick()
    assert told == ["Too many tries. You can try again in 4 seconds.", ""]
    there.submit("anna", SECRET)
    assert there.busy is not None


def test_what_is_cancelled_ends_and_is_told_no_more(
    broker: Served, sits: Sits, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def hang(*_: object, **__: object) -> Account:
        told.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            told.append("ended")
        raise AssertionError

    monkeypatch.setattr(SignInDesk, "log_in", hang)
    seat = sits()
    seat.starts()
    there = seat.goes_to(here(broker))
    there.submit("anna", SECRET)
    seat.wait(lambda: told == ["begun"], "its begin")
    there.cancel()
    seat.wait(lambda: told == ["begun", "ended"], "the end of what was cancelled")
    assert (there.page, there.problems, seat.app.chat) == ("form", {}, None)


def test_a_wrong_password_is_wrong_with_a_saved_session_too(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.registers(here(broker), "Jana")
    seat.app.switch()
    seat.page("start")
    seat.goes_to(here(broker)).submit("Jana", "not the password")
    assert seat.problem("password")
    assert seat.app.chat is None


def test_a_login_that_hangs_says_so_and_can_be_cancelled(sits: Sits) -> None:
    slow = HangingServer()
    seat = sits()
    seat.starts()
    there = seat.goes_to(slow.address)
    there.submit("anna", SECRET)
    assert there.busy is not None and not there.slow
    told: list[bool] = []
    there.state_changed.connect(lambda: told.append(there.slow))
    seat.late += timedelta(seconds=6)
    there.tick()
    assert told == [True]
    there.cancel()
    assert (there.busy, there.page, told) == (None, "form", [True, False])
    slow.close()


@pytest.mark.parametrize(
    ("password", "level"),
    [
        ("", 0),
        ("short", 0),
        ("aaaaaaaaaa", 1),
        ("password1", 1),
        ("kx7 vq2m", 1),
        ("correct horse", 2),
        ("correct horse battery", 3),
    ],
)
def test_length_makes_a_password_strong(password: str, level: int) -> None:
    assert words.strength(password)[0] == level
