"""Who may ask what: guards, limits, and answers that give nothing away."""

from typing import Any, get_args

import pytest

from hubbub.broker.limiter import Backoff, Bucket, network_of
from hubbub.broker.modes import MODES, Need
from hubbub.broker.policy import Limits, Policy
from hubbub.schemas import codec, limits, requests
from tests.helpers.pure import ADMIN_KEY, FREE, PureBroker, PureClient

EXAMPLES: dict[type[requests.Request], dict[str, Any]] = {
    requests.Register: {"name": "eve", "password": b"12345678"},
    requests.Login: {"name": "eve", "password": b"12345678"},
    requests.Sync: {"conversation": 1, "after": 0},
    requests.History: {"conversation": 1},
    requests.StartConversation: {"user": "bob"},
    requests.SendMessage: {"conversation": 1, "key": b"k" * 16, "text": "x"},
    requests.ForwardMessage: {"conversation": 1, "key": b"k" * 16, "source": 1, "seq": 1},
    requests.BeginUpload: {"sha256": b"h" * 32, "size": 1},
    requests.UploadChunk: {"sha256": b"h" * 32, "offset": 0, "data": b"x"},
    requests.CancelUpload: {"sha256": b"h" * 32},
    requests.FetchChunk: {"conversation": 1, "seq": 1, "index": 0},
    requests.Picture: {"user": "bob"},
    requests.MarkRead: {"conversation": 1, "seq": 1},
    requests.Search: {"words": "x"},
    requests.EditMessage: {"conversation": 1, "key": b"k" * 16, "seq": 1, "text": "x"},
    requests.DeleteMessage: {"conversation": 1, "key": b"k" * 16, "seq": 1},
    requests.React: {"conversation": 1, "key": b"k" * 16, "seq": 1, "emoji": "\U0001f44d"},
    requests.PinMessage: {"conversation": 1, "key": b"k" * 16, "seq": 1},
    requests.Edits: {"conversation": 1, "seq": 1},
    requests.Pins: {"conversation": 1},
    requests.CreateGroup: {"key": b"k" * 16, "name": "team"},
    requests.JoinGroup: {"key": b"k" * 16, "group": "team"},
    requests.LeaveGroup: {"conversation": 1, "key": b"k" * 16},
    requests.AddMember: {"conversation": 1, "key": b"k" * 16, "user": "bob"},
    requests.RemoveMember: {"conversation": 1, "key": b"k" * 16, "user": "bob"},
    requests.SetRole: {"conversation": 1, "key": b"k" * 16, "user": "bob", "role": "admin"},
    requests.RenameGroup: {"conversation": 1, "key": b"k" * 16, "name": "team"},
    requests.SetTopic: {"conversation": 1, "key": b"k" * 16, "topic": "x"},
    requests.SetVisibility: {"conversation": 1, "key": b"k" * 16, "public": False},
    requests.Members: {"conversation": 1},
    requests.Mute: {"conversation": 1, "until": 0},
    requests.Typing: {"conversation": 1},
    requests.SetStatus: {"status": "away"},
    requests.Profile: {"user": "bob"},
    requests.Block: {"user": "bob"},
    requests.ChangePassword: {"old": b"12345678", "new": b"12345678"},
    requests.RevokeSession: {"session": 1},
    requests.DeleteAccount: {"password": b"12345678", "messages": "keep"},
    requests.AdminAddUser: {"name": "eve", "password": b"12345678"},
    requests.AdminSetPassword: {"name": "alice", "password": b"12345678"},
    requests.AdminSetDisabled: {"name": "alice", "disabled": True},
}


def example(kind: type[requests.Request], token: bytes = b"") -> requests.Request:
    return kind(id=7, token=token, **EXAMPLES.get(kind, {}))


@pytest.mark.parametrize("kind", [kind for kind, mode in MODES.items() if mode.need is Need.SESSION])
def test_a_session_is_needed_and_it_must_be_of_this_device(broker: PureBroker, kind: Any) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    thief = PureClient(broker, "thief", 2)
    for token in (b"", b"x" * 32, alice.token[:31], alice.token):
        assert thief.ask(example(kind, token)).error == "session_expired"
    assert getattr(alice.ask(example(kind, alice.token)), "error", None) != "session_expired"


@pytest.mark.parametrize("kind", [kind for kind, mode in MODES.items() if mode.need is Need.ADMIN])
def test_administration_needs_the_key_and_no_token_helps(broker: PureBroker, kind: Any) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    assert alice.ask(example(kind, alice.token)).error == "not_allowed"
    admin = PureClient(broker, "admin", 3)
    admin.peer = type(admin.peer)(b"admin", ADMIN_KEY, "192.0.2.9")
    assert getattr(admin.ask(example(kind)), "error", None) is None


def test_every_mode_has_an_example_and_a_row() -> None:
    assert set(get_args(requests.AnyRequest)) == set(MODES)


@pytest.mark.parametrize("end", ["logout", "password", "disabled", "expired", "hostile", "deaf"])
def test_a_session_that_ended_is_cut_and_opens_nothing(broker: PureBroker, end: str) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    admin = PureClient(broker, "admin", 3)
    admin.peer = type(admin.peer)(b"admin", ADMIN_KEY, "192.0.2.9")
    if end == "logout":
        alice.ask(requests.Logout(id=1, token=alice.token))
    elif end == "password":
        admin.ask(requests.AdminSetPassword(id=1, name="ALICE", password=b"12345678"))
    elif end == "disabled":
        admin.ask(requests.AdminSetDisabled(id=1, name="alice", disabled=True))
    elif end == "hostile":
        broker.run(broker.core.hostile(alice.peer.key))
    elif end == "deaf":
        alice.broker.receive(alice.peer, codec.encode(requests.Online(id=1, token=alice.token)))
        broker.run(broker.core.deaf(_reply_of(broker, alice)))
    else:
        broker.advance(91 * 24 * 3600)
    assert broker.cut == [alice.session]
    assert broker.subscribe(alice.token, alice.peer.key) is None
    assert not broker.core.sessions.is_device(alice.peer.key)
    assert alice.ask(requests.Home(id=1, token=alice.token)).error == "session_expired"
    broker.start()
    assert alice.ask(requests.Home(id=1, token=alice.token)).error == "session_expired"


def _reply_of(broker: PureBroker, client: PureClient) -> Any:
    request = codec.encode(requests.Online(id=1, token=client.token))
    (reply,) = broker.core.receive(client.peer, request, broker.now)
    return reply


def test_sessions_outlive_the_worker(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    broker.start()
    assert broker.core.sessions.is_device(alice.peer.key)
    assert alice.ask(requests.Home(id=1, token=alice.token)).conversations[0].name == "general"


def test_wrong_password_and_unknown_name_answer_the_same(broker: PureBroker) -> None:
    PureClient(broker, "alice", 1).enter()
    stranger = PureClient(broker, "x", 2)
    wrong = stranger.ask(requests.Login(id=1, name="alice", password=b"no"))
    unknown = stranger.ask(requests.Login(id=1, name="nobody", password=b"no"))
    assert wrong == unknown
    assert wrong.error == "wrong_credentials"


def test_disabled_is_told_only_to_who_knows_the_password(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    admin = PureClient(broker, "admin", 3)
    admin.peer = type(admin.peer)(b"admin", ADMIN_KEY, "192.0.2.9")
    admin.ask(requests.AdminSetDisabled(id=1, name="alice", disabled=True))
    right = alice.ask(requests.Login(id=1, name="alice", password=b"password-of-alice"))
    wrong = alice.ask(requests.Login(id=1, name="alice", password=b"guess"))
    assert (right.error, wrong.error) == ("account_disabled", "wrong_credentials")


def test_guessing_waits_but_locks_nobody_out(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    answers = []
    for number in range(10):
        guesser = PureClient(broker, "x", 50 + number, address=f"198.51.100.{number}")
        answers.append(guesser.ask(requests.Login(id=1, name="Alice", password=b"guess")).error)
    assert answers[:5] == ["wrong_credentials"] * 5
    assert answers[5:] == ["rate_limited"] * 5
    assert not hasattr(alice.ask(requests.Login(id=1, name="alice", password=b"password-of-alice")), "error")
    broker.advance(3)
    fresh = PureClient(broker, "alice", 99, address="203.0.113.1")
    assert not hasattr(fresh.ask(requests.Login(id=1, name="alice", password=b"password-of-alice")), "error")


def test_one_address_cannot_guess_over_many_names(broker: PureBroker) -> None:
    guesser = PureClient(broker, "x", 2)
    answers = [guesser.ask(requests.Login(id=1, name=f"n{n}", password=b"guess")).error for n in range(25)]
    assert answers[:20] == ["wrong_credentials"] * 20
    assert answers[20:] == ["rate_limited"] * 5


def test_limits_of_a_session_say_when_to_come_back() -> None:
    broker = PureBroker(Policy(Limits(rate=10.0, burst=20.0, address_rate=1e9, address_burst=1e9)))
    alice = PureClient(broker, "alice", 1).enter()
    answers = [alice.ask(requests.Ping(id=1, token=alice.token)) for _ in range(25)]
    refused = [answer for answer in answers if hasattr(answer, "error")]
    assert len(refused) == 5
    assert {answer.error for answer in refused} == {"rate_limited"}
    broker.advance(refused[0].retry_after)
    assert not hasattr(alice.ask(requests.Ping(id=1, token=alice.token)), "error")


def test_strangers_are_limited_by_address() -> None:
    broker = PureBroker(Policy(Limits(address_rate=1.0, address_burst=3.0)))
    one, other = PureClient(broker, "a", 1), PureClient(broker, "b", 2, address="198.51.100.7")
    assert [getattr(one.ask(requests.IsHost(id=1)), "error", "") for _ in range(4)] == [
        "",
        "",
        "",
        "rate_limited",
    ]
    assert not hasattr(other.ask(requests.IsHost(id=1)), "error")


def test_a_session_has_32_requests_outstanding_at_most(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    frame = codec.encode(requests.Home(id=1, token=alice.token))
    waiting = [
        broker.core.receive(alice.peer, frame, broker.now) for _ in range(limits.REQUESTS_OUTSTANDING_MAX)
    ]
    assert alice.ask(requests.Home(id=2, token=alice.token)).error == "busy"
    broker.run(waiting.pop())
    assert not hasattr(alice.ask(requests.Home(id=2, token=alice.token)), "error")


def test_full_queues_say_busy_and_change_nothing(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    broker.store_full = True
    assert alice.send(1, b"k" * 16).error == "busy"
    broker.store_full = False
    broker.passwords_full = True
    assert alice.ask(requests.Login(id=1, name="alice", password=b"x")).error == "busy"
    assert alice.ask(requests.Register(id=1, name="bob", password=b"12345678")).error == "busy"
    assert alice.ask(requests.Home(id=1, token=alice.token)).conversations[0].head == 1
    assert broker.core.sessions.get(alice.session).outstanding == 0  # type: ignore[union-attr]  # it is live


@pytest.mark.parametrize(
    "name", ["", "a" * 33, "a b", "a#b", "@a", "a\n", "\u0301a", "all", "ALL", "a\u202eb", "😀"]
)
def test_bad_names(broker: PureBroker, name: str) -> None:
    client = PureClient(broker, "x", 1)
    assert client.ask(requests.Register(id=1, name=name, password=b"12345678")).error == "bad_request"


@pytest.mark.parametrize(
    ("first", "second"),
    [("Zoë", "zoe\u0308"), ("STRASSE", "straße"), ("ﬁx", "FIX"), ("שלום", "שלום"), ("Ａ", "a")],
)
def test_names_that_are_the_same(broker: PureBroker, first: str, second: str) -> None:
    client = PureClient(broker, "x", 1)
    assert not hasattr(client.ask(requests.Register(id=1, name=first, password=b"12345678")), "error")
    assert client.ask(requests.Register(id=1, name=second, password=b"12345678")).error == "name_taken"
    assert not hasattr(client.ask(requests.Login(id=1, name=second, password=b"12345678")), "error")


def test_closed_registration() -> None:
    broker = PureBroker(Policy(FREE.limits, registration="closed"))
    client = PureClient(broker, "x", 1)
    assert client.ask(requests.Register(id=1, name="a", password=b"12345678")).error == "registration_closed"


def test_a_handler_that_fails_tells_nothing_of_how(broker: PureBroker) -> None:
    alice = PureClient(broker, "alice", 1).enter()
    (reply,) = broker.core.failed(alice.peer, codec.encode(requests.Home(id=9, token=alice.token)))
    assert (reply.body.id, reply.body.error) == (9, "internal")  # type: ignore[attr-defined]  # a Reply


def test_requests_whose_handler_failed_do_not_count_as_outstanding(
    broker: PureBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = PureClient(broker, "alice", 1).enter()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setitem(MODES, requests.Online, MODES[requests.Online]._replace(handler=fails))
        for _ in range(limits.REQUESTS_OUTSTANDING_MAX + 1):
            with pytest.raises(ZeroDivisionError):
                alice.ask(requests.Online(id=1, token=alice.token))
    assert not hasattr(alice.ask(requests.Online(id=1, token=alice.token)), "error")


def test_bucket_and_clock_that_runs_backwards() -> None:
    bucket = Bucket(1.0, 2.0, 1_000_000)
    assert [bucket.take(1.0, 1_000_000) for _ in range(3)] == [0.0, 0.0, 1.0]
    assert bucket.take(1.0, 500_000) == 1.0
    assert bucket.take(1.0, 1_500_000) == 0.0


def test_backoff_doubles_and_forgets() -> None:
    backoff = Backoff(free=1, longest_s=4.0, memory_s=100.0)
    waits = []
    for _ in range(5):
        backoff.failed("a", 0)
        waits.append(backoff.wait("a", 0))
    assert waits == [1.0, 2.0, 4.0, 4.0, 4.0]
    assert backoff.wait("b", 0) == 0.0
    assert backoff.wait("a", 105_000_000) == 0.0
    backoff.failed("a", 106_000_000)
    assert backoff.wait("a", 106_000_000) == 1.0


def test_networks() -> None:
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8::1") == network_of("2001:db8::2:0:0:1") != network_of("2001:db8:0:1::1")
    assert network_of("nonsense") == "nonsense"
