"""Signing in without Tk: the model, the library's thread and a real broker."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from zmq.utils import z85

from hubbub.client import errors
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk_sign_in import Account, SignInDesk
from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.gui.model.app import App
from hubbub.client.gui.model.sign_in import SignIn
from hubbub.client.pins import Pin
from hubbub.client.profile import Profile, State
from hubbub.schemas.hello import fingerprint, parse_address
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.signing_in import OTHER_KEY, Around, HangingServer, swap_key
from tests.helpers.waiting import until

T = TypeVar("T")
SECRET = PASSWORD.decode()


class Seat:
    """An App that is kept going, with a clock that the test moves."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.late = timedelta()
        self.faults: list[Exception] = []
        self.bridge = Bridge()
        self.bridge.on_fault = self.faults.append
        self.app = App(self.bridge, profile, lambda: datetime.now(UTC) + self.late)

    @property
    def sign_in(self) -> SignIn:
        return self.app.sign_in

    def wait(self, condition: Callable[[], T], what: str = "") -> T:
        def look() -> T:
            self.bridge.drain()
            return condition()

        try:
            return until(look, 10.0, what)
        except AssertionError as error:
            there = self.sign_in
            raise AssertionError(
                f"{error}: {there.page}, {there.problems}, {there.notice!r}, {there.busy}, {self.faults}"
            ) from None

    def starts(self) -> SignIn:
        self.app.start()
        return self.page("start")

    def page(self, name: str) -> SignIn:
        self.wait(lambda: self.sign_in.page == name and self.sign_in.busy is None, f"the page {name}")
        return self.sign_in

    def problem(self, where: words.Field) -> str:
        return self.wait(lambda: self.sign_in.problems.get(where), f"a problem at {where}") or ""

    def goes_to(self, address: str) -> SignIn:
        self.sign_in.choose_address(address)
        self.wait(lambda: self.sign_in.busy is None)
        if self.sign_in.page == "trust":
            self.sign_in.trust()
        return self.page("form")

    def chats(self) -> None:
        self.wait(lambda: self.app.chat is not None and self.app.chat.link.connected, "a chat")

    def registers(self, address: str, user: str) -> None:
        self.starts()
        self.goes_to(address).set_mode("register")
        self.sign_in.submit(user, SECRET)
        self.chats()

    def leaves(self) -> None:
        self.app.close()
        self.bridge.close()


@pytest.fixture(autouse=True)
def around(monkeypatch: pytest.MonkeyPatch) -> Around:
    made = Around()
    monkeypatch.setattr(SignInDesk, "nearby", lambda desk: made.nearby(desk))
    return made


@pytest.fixture
def sits(tmp_path: Path) -> Iterator[Callable[..., Seat]]:
    seats: list[Seat] = []

    def sit(profile: str = "profile") -> Seat:
        seats.append(Seat(tmp_path / profile))
        return seats[-1]

    yield sit
    for seat in seats:
        seat.leaves()
    assert [fault for seat in seats for fault in seat.faults] == []


Sits = Callable[..., Seat]


def here(broker: Served) -> str:
    return f"127.0.0.1:{broker.port}"


def test_first_contact_shows_the_words_before_anything_is_typed(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.starts().choose_address(here(broker))
    there = seat.page("trust")
    assert there.server is not None
    assert there.server.words == fingerprint(there.server.key)
    assert (there.server.name, there.server.place, len(there.server.words.split())) == (
        "Hubbub",
        here(broker),
        10,
    )
    there.back()
    seat.sign_in.choose_address(here(broker))
    seat.page("trust").trust()  # who was not trusted is asked about again
    seat.page("form")
    seat.sign_in.back()
    seat.sign_in.choose_address(here(broker))
    assert seat.page("form").server == there.server


def test_somebody_registers_and_logs_out_and_in_again(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.registers(here(broker), "Anna")
    assert seat.app.chat is not None and seat.app.chat.me == "Anna"
    seat.app.log_out()
    assert seat.app.chat is None
    seat.page("start")
    (row,) = seat.sign_in.choices.accounts
    assert (row.account.user, row.account.logged_in) == ("Anna", False)
    seat.sign_in.resume(row)
    assert (seat.page("form").user, seat.sign_in.mode) == ("Anna", "log in")
    seat.sign_in.submit("Anna", SECRET)
    seat.chats()


def test_the_account_of_last_time_opens_by_itself_without_a_server_too(
    broker: Served, sits: Sits, tmp_path: Path
) -> None:
    seat = sits()
    seat.registers(here(broker), "Berta")
    seat.leaves()
    again = sits()
    again.app.start()
    again.chats()
    again.leaves()
    nowhere = "tcp://127.0.0.1:1"

    def move(state: State) -> None:
        for pin in state.servers.values():
            pin.addresses = [nowhere]

    Profile(tmp_path / "profile").change(move)
    away = sits()
    away.app.start()
    away.wait(lambda: away.app.chat is not None, "a chat without a server")
    assert away.app.chat is not None and not away.app.chat.link.connected


def test_of_several_accounts_each_resumes_its_own_session(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.registers(here(broker), "Carla")
    seat.app.switch()
    seat.page("start")
    seat.goes_to(here(broker)).set_mode("register")
    seat.sign_in.submit("Dora", SECRET)
    seat.chats()
    other = sits()
    other.app.start()
    other.chats()
    assert other.app.chat is not None and other.app.chat.me == "Dora", "the last used one"
    other.app.switch()
    other.page("start")
    assert [row.account.user for row in other.sign_in.choices.accounts] == ["Dora", "Carla"]
    other.sign_in.resume(other.sign_in.choices.accounts[1])
    other.chats()
    assert other.app.chat.me == "Carla"
    assert seat.app.chat is not None and seat.app.chat.me == "Dora"


def test_a_forgotten_account_is_gone_from_the_list_and_its_session_from_the_server(
    broker: Served, sits: Sits
) -> None:
    seat = sits()
    seat.registers(here(broker), "Emma")
    other = sits("elsewhere")
    other.starts()
    other.goes_to(here(broker))
    other.sign_in.submit("Emma", SECRET)
    other.chats()
    seat.app.switch()
    seat.page("start")
    (row,) = seat.sign_in.choices.accounts
    seat.sign_in.forget_account(row.account)
    seat.wait(lambda: not seat.sign_in.choices.accounts, "an empty list")
    assert other.app.chat is not None
    left: list[int] = []
    other.bridge.run(other.app.chat.desk.client.sessions, lambda found: left.append(len(found)))
    other.wait(lambda: left)
    assert left == [1]


def test_a_session_that_was_ended_elsewhere_leads_back_with_the_name_and_the_reason(
    broker: Served, sits: Sits
) -> None:
    seat = sits()
    seat.registers(here(broker), "Frida")
    assert seat.app.chat is not None
    client = seat.app.chat.desk.client

    async def end() -> None:
        for session in await client.sessions():
            await client.revoke(session)

    seat.bridge.run(end)
    seat.wait(lambda: seat.app.chat is None, "the end of the chat")
    there = seat.page("form")
    assert (there.user, there.mode, there.notice) == ("Frida", "log in", words.EXPIRED)
    there.submit("Frida", SECRET)
    seat.chats()


def test_servers_nearby_appear_and_go_and_are_only_connected_to_when_chosen(
    broker: Served, sits: Sits, around: Around
) -> None:
    seat = sits()
    there = seat.starts()
    assert there.choices.looking
    key = hello_key(broker)
    around.announce("Lab", here(broker), key)
    around.announce("Attic", "127.0.0.1:1", OTHER_KEY)
    seat.wait(lambda: len(there.choices.nearby) == 2)
    assert [row.server.name for row in there.choices.nearby] == ["Attic", "Lab"]
    assert (there.page, there.busy, there.choices.looking) == ("start", None, False)
    there.choose(there.choices.nearby[1])
    seat.page("trust").trust()
    seat.page("form").back()
    seat.wait(
        lambda: [row.known for row in there.choices.nearby] == [False, True], "known, once it was trusted"
    )
    there.choose(there.choices.nearby[0])
    assert seat.problem("form") == words.AWAY
    around.announce("Attic", "127.0.0.1:1", OTHER_KEY, gone=True)
    seat.wait(lambda: len(there.choices.nearby) == 1)
    around.fail()
    seat.wait(lambda: "can't be looked for" in there.choices.problem)


def test_who_announces_a_key_that_is_not_his_is_met_under_his_own(
    broker: Served, sits: Sits, around: Around
) -> None:
    seat = sits()
    there = seat.starts()
    around.announce("Bank", here(broker), OTHER_KEY)
    seat.wait(lambda: there.choices.nearby)
    there.choose(there.choices.nearby[0])
    found = seat.page("trust").server
    assert found is not None and (found.key, found.name) == (hello_key(broker), "Hubbub")


def test_recent_servers_say_whether_they_are_there(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.starts()
    seat.goes_to(here(broker)).back()
    seat.sign_in.look_again()
    seat.wait(lambda: [row.there for row in seat.sign_in.choices.recent] == [True])
    assert seat.sign_in.address == here(broker)


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
    seat.late += timedelta(seconds=4)
    told: list[str] = []
    there.state_changed.connect(lambda: told.append(there.problem_of_password))
    there.tick()
    seat.late += timedelta(seconds=4)
    there.tick()
    assert told == ["Too many tries. You can try again in 4 seconds.", ""]
    there.submit("anna", SECRET)
    assert there.busy is not None


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


def test_a_changed_key_stops_and_shows_both_sets_of_words(broker: Served, sits: Sits, tmp_path: Path) -> None:
    seat = sits()
    seat.starts()
    seat.goes_to(here(broker))
    swap_key(tmp_path / "profile")
    seat.sign_in.back()
    seat.sign_in.look_again()
    seat.wait(lambda: [row.server.key for row in seat.sign_in.choices.recent] == [OTHER_KEY])
    seat.sign_in.choose_address(here(broker))
    there = seat.page("changed")
    assert there.server is not None and there.expected is not None
    assert there.server.words == fingerprint(hello_key(broker))
    assert (there.expected.words, there.expected.name) == (fingerprint(OTHER_KEY), "Hubbub")
    there.forget_server(there.expected)
    seat.page("start")
    seat.wait(lambda: not there.choices.recent)
    there.choose_address(here(broker))
    seat.page("trust")


def test_an_account_whose_server_has_another_key_is_shown_why(
    broker: Served, sits: Sits, tmp_path: Path
) -> None:
    seat = sits()
    seat.registers(here(broker), "Hanna")
    seat.leaves()
    swap_key(tmp_path / "profile")
    again = sits()
    again.app.start()
    there = again.page("changed")
    assert there.expected is not None and there.expected.key == OTHER_KEY
    there.back()
    assert [row.account.user for row in there.choices.accounts] == ["Hanna"]


def test_an_address_with_a_key_needs_no_words_and_takes_no_other_key(broker: Served, sits: Sits) -> None:
    address = parse_address(here(broker))
    seat = sits()
    seat.starts().choose_address(str(address._replace(key=hello_key(broker))))
    seat.page("form").back()
    seat.sign_in.choose_address(str(address._replace(key=OTHER_KEY)))
    there = seat.page("changed")
    assert there.expected is not None and there.expected.words == fingerprint(OTHER_KEY)


def test_a_damaged_profile_says_which_file_and_begins_anew_when_told_to(sits: Sits, tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "profile.json").write_text("{ nothing of")
    (tmp_path / "profile" / "device.key").write_text("nor a key")
    seat = sits()
    seat.app.start()
    there = seat.page("broken")
    assert there.damaged and "profile.json" in there.notice and "device.key" in there.notice
    there.set_aside()
    seat.page("start")
    assert (tmp_path / "profile" / "profile.json.damaged").read_text() == "{ nothing of"


def test_a_key_in_the_profile_that_is_none_is_damage_too(sits: Sits, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    profile.change(
        lambda state: state.servers.update({"no key": Pin(name="x", addresses=["tcp://127.0.0.1:1"])})
    )
    seat = sits()
    seat.app.start()
    assert seat.page("broken").damaged


def test_a_folder_that_cannot_be_used_is_told_and_tried_again(sits: Sits, tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file where the folder should be")
    seat = sits()
    seat.app.start()
    there = seat.page("broken")
    assert not there.damaged and str(tmp_path / "profile") in there.notice
    (tmp_path / "profile").unlink()
    there.look_again()
    seat.page("start")


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


def hello_key(broker: Served) -> bytes:
    return bytes(z85.decode(broker.place.key))
