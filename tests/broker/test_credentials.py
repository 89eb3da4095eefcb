"""CHANGE_PASSWORD, DELETE_ACCOUNT, SESSIONS, REVOKE_SESSION, without sockets."""

from typing import Any

import pytest

from hubbub.schemas import events, names, requests
from tests.helpers.pure import PureBroker, PureClient

GENERAL = 1
RIGHT = b"password-of-alice"


@pytest.fixture
def bob(broker: PureBroker) -> PureClient:
    """The administrator: the first account."""
    return PureClient(broker, "bob", 9).enter()


@pytest.fixture
def alice(bob: PureClient) -> PureClient:
    return PureClient(bob.broker, "alice", 1).enter()


@pytest.fixture
def phone(alice: PureClient) -> PureClient:
    """Another device of Alice's."""
    return PureClient(alice.broker, "alice", 2).enter(register=False)


def test_a_new_password_ends_all_other_sessions(alice: PureClient, phone: PureClient) -> None:
    assert alice.code(requests.ChangePassword, old=RIGHT, new=b"new password") == ""
    assert alice.broker.cut == [phone.session]
    assert phone.code(requests.Home) == "session_expired"
    assert alice.code(requests.Home) == ""
    stranger = PureClient(alice.broker, "x", 5)
    assert stranger.code(requests.Login, name="alice", password=RIGHT) == "wrong_credentials"
    assert stranger.code(requests.Login, name="alice", password=b"new password") == ""
    alice.broker.start()
    assert alice.code(requests.Home) == ""


def test_a_change_whose_answer_was_lost_is_done(alice: PureClient) -> None:
    for _ in range(3):
        assert alice.code(requests.ChangePassword, old=RIGHT, new=b"new password") == ""
    assert alice.code(requests.ChangePassword, old=RIGHT, new=b"a newer one") == "wrong_credentials"


def test_without_the_old_password_nothing_changes(alice: PureClient, phone: PureClient) -> None:
    before = alice.broker.tables()
    assert alice.code(requests.ChangePassword, old=b"guess", new=b"new password") == "wrong_credentials"
    assert alice.code(requests.DeleteAccount, password=b"guess", messages="delete") == "wrong_credentials"
    assert alice.broker.tables() == before
    assert alice.broker.cut == []


@pytest.mark.parametrize("kind", ["change", "delete"])
def test_an_open_session_cannot_guess_the_password(alice: PureClient, phone: PureClient, kind: str) -> None:
    """From any number of addresses; and who tries to log in as her does not keep her from it."""

    def attempt(client: PureClient, password: bytes) -> Any:
        if kind == "change":
            return client.do(requests.ChangePassword, old=password, new=b"new password")
        return client.do(requests.DeleteAccount, password=password, messages="keep")

    answers = []
    for number in range(10):
        phone.peer = type(phone.peer)(phone.peer.route, phone.peer.key, f"198.51.100.{number}")
        answers.append(attempt(phone, b"guess"))
    assert [answer.error for answer in answers] == ["wrong_credentials"] * 5 + ["rate_limited"] * 5
    assert answers[-1].retry_after > 0
    for number in range(10):
        guesser = PureClient(alice.broker, "x", 50 + number, address=f"203.0.113.{number}")
        guesser.do(requests.Login, name="alice", password=b"guess")
    alice.peer = type(alice.peer)(alice.peer.route, alice.peer.key, "192.0.2.77")
    assert not hasattr(attempt(alice, RIGHT), "error")


def test_a_full_pool_says_busy(alice: PureClient) -> None:
    alice.broker.passwords_full = True
    assert alice.code(requests.ChangePassword, old=RIGHT, new=b"new password") == "busy"
    assert alice.code(requests.DeleteAccount, password=RIGHT, messages="keep") == "busy"
    alice.broker.passwords_full = False
    assert alice.broker.core.sessions.get(alice.session).outstanding == 0  # type: ignore[union-attr]


def test_sessions_say_which_one_asks_and_can_be_revoked(
    alice: PureClient, phone: PureClient, bob: PureClient
) -> None:
    for asker in (alice, phone):
        rows = asker.do(requests.ListSessions).sessions
        assert {row.session: row.current for row in rows} == {
            alice.session: asker is alice,
            phone.session: asker is phone,
        }
    first = alice.do(requests.ListSessions, limit=1)
    second = alice.do(requests.ListSessions, limit=1, after=first.next)
    assert [row.session for row in first.sessions + second.sessions] == [alice.session, phone.session]
    foreign = alice.do(requests.RevokeSession, session=bob.session)
    unknown = alice.do(requests.RevokeSession, session=999)
    assert foreign == unknown
    assert foreign.error == "not_found"
    assert alice.code(requests.RevokeSession, session=phone.session) == ""
    assert alice.broker.cut == [phone.session]
    assert phone.code(requests.Home) == "session_expired"
    assert alice.broker.subscribe(phone.token, phone.peer.key) is None
    assert alice.code(requests.RevokeSession, session=alice.session) == ""
    assert alice.code(requests.Home) == "session_expired"


@pytest.mark.parametrize("messages", ["keep", "delete"])
def test_a_deleted_account_is_nobody_any_more(alice: PureClient, bob: PureClient, messages: str) -> None:
    broker = alice.broker
    direct = alice.with_user("bob")
    said = [alice.do(requests.SendMessage, conversation=GENERAL, text=f"word {n}").seq for n in range(450)]
    alice.do(requests.Online)
    broker.advance(1)
    broker.published.clear()
    broker.cut.clear()
    assert alice.code(requests.DeleteAccount, password=RIGHT, messages=messages) == ""
    assert broker.cut == [alice.session]
    left, *gone = broker.events()
    assert (left[1].user, left[1].change) == (alice.user, "left")
    deleted = [event.target for _, event in gone if isinstance(event, events.Deleted)]
    assert sorted(deleted) == (said if messages == "delete" else [])
    broker.advance(2)
    assert [event.offline for _, event in broker.events(events.Presence)] == [[alice.user]]

    assert alice.code(requests.Home) == "session_expired"
    for request, fields in (
        (requests.Profile, {"user": "alice"}),
        (requests.StartConversation, {"user": "alice"}),
        (requests.Block, {"user": "alice"}),
        (requests.Profile, {"user": names.DELETED}),
    ):
        assert bob.code(request, **fields) == "not_found", request
    assert [user.name for user in bob.do(requests.GetUsers).users] == ["bob"]
    assert alice.code(requests.Login, name="alice", password=RIGHT) == "wrong_credentials"
    assert alice.code(requests.Register, name="Alice", password=RIGHT) == "name_taken"
    assert bob.code(requests.SendMessage, conversation=direct, text="?") == "not_allowed"
    (message,) = bob.do(requests.History, conversation=GENERAL, limit=1).messages
    assert message.sender_name == names.DELETED
    assert message.text == ("word 449" if messages == "keep" else "")
    admin = PureClient(broker, "admin", 77)
    admin.peer = type(admin.peer)(b"admin", broker.core.identity.admin_key, "192.0.2.9")
    assert admin.code(requests.AdminSetPassword, name="alice", password=RIGHT) == "not_found"
    assert admin.code(requests.AdminSetDisabled, name="alice", disabled=False) == "not_found"


def test_purging_goes_on_after_a_crash(alice: PureClient, bob: PureClient) -> None:
    broker = alice.broker
    for number in range(450):
        alice.do(requests.SendMessage, conversation=GENERAL, text=f"word {number}")
    stopped = False
    run = broker.run

    def crashes(effects: Any) -> None:
        nonlocal stopped
        for effect in effects:
            if type(getattr(effect, "command", None)).__name__ == "PurgeMessages" and not stopped:
                stopped = True  # the process died before it
                return
            run([effect])

    broker.run = crashes  # type: ignore[method-assign]
    assert alice.code(requests.DeleteAccount, password=RIGHT, messages="delete") == ""
    assert stopped
    broker.run = run  # type: ignore[method-assign]
    broker.published.clear()
    broker.start()
    broker.advance(1)
    assert len(broker.events(events.Deleted)) == 450
    page = bob.do(requests.History, conversation=GENERAL, limit=200)
    assert {message.text for message in page.messages} == {""}


def test_the_administrator_cannot_delete_his_account(bob: PureClient) -> None:
    before = bob.broker.tables()
    assert bob.code(requests.DeleteAccount, password=b"password-of-bob", messages="keep") == "not_allowed"
    assert bob.broker.tables() == before
