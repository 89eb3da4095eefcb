"""What the broker makes of a bot's account, without sockets."""

import pytest

from hubbub.broker.policy import Limits, Policy
from hubbub.schemas import events, requests
from tests.helpers.pure import PureBroker, PureClient

GENERAL = 1
SECRET = b"password-of-clock"
FEW = Policy(Limits(rate=1, burst=5, bot_rate=10, bot_burst=50, address_rate=1e9, address_burst=1e9))


def administrator(broker: PureBroker) -> PureClient:
    one = PureClient(broker, "root", 99)
    one.peer = type(one.peer)(b"admin", broker.core.identity.admin_key, "192.0.2.9")
    return one


def entered(broker: PureBroker) -> tuple[PureClient, PureClient]:
    """A person, and a bot."""
    alice = PureClient(broker, "alice", 1).enter()
    made = administrator(broker).do(requests.AdminAddUser, name="clock", password=SECRET, bot=True)
    assert made.user.bot
    return alice, PureClient(broker, "clock", 2).enter(register=False)


@pytest.fixture
def pair() -> tuple[PureClient, PureClient]:
    return entered(PureBroker())


def test_it_is_told_by_login_presence_and_every_message(pair: tuple[PureClient, PureClient]) -> None:
    alice, _ = pair
    users = [
        PureClient(alice.broker, name, 7)
        .do(requests.Login, name=name, password=f"password-of-{name}".encode())
        .user
        for name in ("alice", "clock")
    ]
    assert [user.bot for user in users] == [False, True]
    for one in pair:
        one.do(requests.Online)
        one.send(GENERAL, one.key())
        one.send(GENERAL, one.key(), "@alice")
        one.do(requests.SetStatus, status="busy")
    alice.broker.advance(2)
    published = [event for _, event in alice.broker.events()]
    assert [event.bot for event in published if isinstance(event, events.Message)] == [
        False,
        False,
        True,
        True,
    ]
    (presence,) = [event for event in published if isinstance(event, events.Presence)]
    assert {who.name: who.bot for who in presence.online} == {"alice": False, "clock": True}
    assert {who.name: who.bot for who in alice.do(requests.OnlineUsers).users} == {
        "alice": False,
        "clock": True,
    }
    assert {who.name: who.bot for who in alice.do(requests.GetUsers).users} == {"alice": False, "clock": True}


def test_nobody_makes_himself_a_bot_or_takes_its_name(pair: tuple[PureClient, PureClient]) -> None:
    alice, _ = pair
    refused = alice.code(requests.AdminAddUser, name="other", password=SECRET, bot=True)
    assert refused == "not_allowed"
    stranger = PureClient(alice.broker, "x", 5)
    assert stranger.code(requests.Register, name="CLOCK", password=b"12345678") == "name_taken"
    assert not stranger.do(requests.Register, name="other", password=b"12345678").user.bot


def test_a_session_of_a_bot_changes_no_password_and_deletes_no_account(
    pair: tuple[PureClient, PureClient],
) -> None:
    _, clock = pair
    before = clock.broker.tables()
    assert clock.code(requests.ChangePassword, old=SECRET, new=b"new password") == "not_allowed"
    assert clock.code(requests.ChangePassword, old=b"guess", new=b"new password") == "not_allowed"
    assert clock.code(requests.DeleteAccount, password=SECRET, messages="delete") == "not_allowed"
    assert clock.broker.tables() == before


def test_another_token_voids_the_one_before_and_cuts_what_it_opened(
    pair: tuple[PureClient, PureClient],
) -> None:
    alice, clock = pair
    admin = administrator(alice.broker)
    assert admin.code(requests.AdminSetPassword, name="clock", password=b"a password") == "not_allowed"
    assert (
        admin.code(requests.AdminSetPassword, name="alice", password=b"a secret", bot=True) == "not_allowed"
    )
    assert clock.code(requests.Home) == "" and clock.broker.cut == []
    assert admin.code(requests.AdminSetPassword, name="clock", password=b"another secret", bot=True) == ""
    assert clock.broker.cut == [clock.session]
    assert clock.code(requests.Home) == "session_expired"
    assert clock.code(requests.Login, name="clock", password=SECRET) == "wrong_credentials"
    assert clock.code(requests.Login, name="clock", password=b"another secret") == ""
    assert alice.code(requests.Home) == ""


def test_a_bot_has_a_bucket_of_its_own_over_a_restart_too() -> None:
    broker = PureBroker(FEW)
    alice, clock = entered(broker)

    def asked(one: PureClient) -> int:
        """Requests until it has to wait."""
        count = 0
        while one.code(requests.Offline) == "":
            count += 1
        return count

    assert (asked(alice), asked(clock)) == (5, 50)
    broker.advance(1)
    assert (asked(alice), asked(clock)) == (1, 10)
    broker.start()
    assert (asked(alice), asked(clock)) == (5, 50)
    assert broker.subscribe(clock.token, clock.peer.key) is None
    broker.advance(1)
    assert broker.subscribe(clock.token, clock.peer.key) is not None
    assert asked(clock) == 8, "it cost 1, and a little for its topics"
