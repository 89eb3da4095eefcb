"""The rules of the client, without a socket: gaps, doubles, epochs, refusals, lost links."""

import pytest

from hubbub.client import actions as act
from hubbub.client import errors
from hubbub.client.session import Identity
from hubbub.schemas import events, limits, replies, requests
from tests.client.driver import EPOCH, PASSWORD, TOKEN, Driver, hello, message, row


def test_it_logs_in_subscribes_reads_home_and_is_ready() -> None:
    driver = Driver()
    driver.connect()
    assert driver.asked[0].password == PASSWORD  # type: ignore[union-attr]
    driver.log_in()
    assert driver.all(act.Present)[0].frame == b"\x01" + TOKEN
    assert not driver.wants(requests.Home), (
        "HOME before the subscription is in force would lose what lies between"
    )
    driver.confirm()
    assert not driver.all(act.Ready)
    driver.home(row(7, 3))
    assert driver.all(act.Ready)
    assert driver.all(act.SaveCursors)[0].cursors == [(7, 3)]


def test_a_gap_is_filled_by_sync_and_doubles_are_dropped() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(message(7, 4))
    driver.publish(message(7, 4))
    driver.publish(message(7, 7))
    assert driver.delivered == [(7, 4)]
    asked = driver.sync(message(7, 5), message(7, 6), message(7, 7), head=7)
    assert asked.after == 4
    driver.publish(message(7, 6))
    driver.publish(message(7, 8))
    assert driver.delivered == [(7, 4), (7, 5), (7, 6), (7, 7), (7, 8)]


def test_what_came_while_sync_was_under_way_is_not_forgotten() -> None:
    driver = Driver()
    driver.live(row(7, 0))
    driver.publish(message(7, 2))
    driver.publish(message(7, 3))
    driver.sync(message(7, 1), message(7, 2), head=2)
    assert driver.sync(message(7, 3), head=3).after == 2
    assert driver.delivered == [(7, 1), (7, 2), (7, 3)]


def test_the_cursor_moves_only_when_the_consumer_is_done() -> None:
    driver = Driver()
    driver.live(row(7, 0))
    driver.publish(message(7, 1))
    saved = len(driver.all(act.SaveCursors))
    driver.publish(message(7, 2))
    assert len(driver.all(act.SaveCursors)) == saved
    driver.do(driver.session.handled(driver.now, 0, [(7, 1)]))
    assert driver.all(act.SaveCursors)[-1] == act.SaveCursors(EPOCH, [(7, 1)])


def test_a_consumer_goes_on_at_its_cursor_and_finds_what_is_new_from_its_beginning() -> None:
    driver = Driver(identity=Identity(name="alice", password=PASSWORD, epoch=EPOCH), cursors={7: 2})
    driver.live(row(7, 3), row(8, 2), row(9, 40, read=38, kind="group"))
    wanted = {driver.take(requests.Sync).conversation: None for _ in range(3)}
    assert wanted.keys() == {7, 8, 9}
    assert driver.all(act.HomeRead)[0].added == [8, 9]


def test_replay_starts_at_the_beginning() -> None:
    driver = Driver(replay=True)
    driver.live(row(7, 3))
    assert driver.take(requests.Sync).after == 0


def test_a_conversation_that_begins_later_is_delivered_whole() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(events.HomeChanged(home_version=2, conversations=[8]))
    assert len(driver.all(act.Present)) == 2
    driver.publish(message(8, 1))
    assert driver.delivered == []
    driver.confirm(version=2)
    assert driver.asked[-1].conversations == [8]  # type: ignore[union-attr]
    driver.home(row(8, 1), version=2)
    driver.sync(message(8, 1), head=1)
    assert driver.delivered == [(8, 1)]


def test_a_missed_home_version_reads_all() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(events.HomeChanged(home_version=4, conversations=[8]))
    driver.confirm(version=4)
    assert driver.take(requests.Home).conversations is None


def test_a_lost_last_message_is_found_by_ping() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.tick(limits.PING_INTERVAL_S)
    driver.pong((7, 4))
    assert driver.sync(message(7, 4), head=4).after == 3
    assert driver.delivered == [(7, 4)]
    driver.tick(limits.PING_INTERVAL_S)
    assert driver.take(requests.Ping).position == 60


@pytest.mark.parametrize("how", ["reset", "version", "unknown"])
def test_a_pong_that_tells_of_more_reads_home_anew(how: str) -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.tick(limits.PING_INTERVAL_S)
    if how == "reset":
        driver.pong(reset=True)
    elif how == "version":
        driver.pong(version=2)
    else:
        driver.pong((99, 1))
    driver.confirm()
    assert driver.take(requests.Home).conversations is None


def test_a_lost_event_makes_the_next_ping_early() -> None:
    driver = Driver()
    driver.live(row(7, 0))
    driver.publish(message(7, 1))
    driver.tick(2.0)
    assert not driver.wants(requests.Ping)
    driver.publish(message(7, 3))
    driver.sync(message(7, 2), message(7, 3), head=3)
    driver.tick(0.9)
    assert not driver.wants(requests.Ping)
    driver.tick(0.2)
    assert driver.wants(requests.Ping)


def test_a_request_that_was_lost_on_a_living_link_is_asked_again() -> None:
    driver = Driver()
    driver.live(row(7, 0))
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "mine"))
    driver.take(requests.GetUsers)
    for _ in range(6):
        assert not driver.all(act.Lost)
        driver.tick(5.1)
        driver.pong()
    assert driver.all(act.Lost)
    driver.tick(0.5)
    driver.connect()
    assert driver.wants(requests.GetUsers)


def test_a_silent_server_gets_new_sockets() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    driver.tick(limits.PING_INTERVAL_S)
    driver.tick(4.9)
    assert not driver.all(act.Lost)
    driver.tick(0.2)
    assert driver.all(act.Lost)
    assert isinstance(driver.actions[-1], act.CloseAll)
    driver.tick(0.5)
    assert isinstance(driver.actions[-1], act.FetchHello)


def test_an_unconfirmed_feed_is_made_anew() -> None:
    driver = Driver()
    driver.connect()
    driver.log_in()
    driver.tick(limits.CONFIRMATION_TIMEOUT_S)
    assert driver.all(act.CloseFeed)
    assert driver.wants(requests.Ping), "the session may have ended: the request socket tells"
    driver.tick(1.0)
    assert len(driver.all(act.OpenFeed)) == 2


def test_calls_survive_a_lost_link_with_the_same_key() -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    send = requests.SendMessage(id=0, conversation=7, key=b"k" * 16, text="hi")
    driver.do(driver.session.call(driver.now, send, "mine"))
    first = driver.take(requests.SendMessage)
    driver.do(driver.session.lost(driver.now, errors.NoServer("gone")))
    driver.tick(1.0)
    driver.connect()
    again = driver.take(requests.SendMessage)
    assert again.key == first.key
    assert again.token == TOKEN
    driver.answer(replies.Sent(id=first.id, conversation=7, seq=1, position=1, ordinal=1, at=1))
    assert not driver.all(act.Resolve), "an answer to the earlier sending is nobody's"
    driver.answer(replies.Sent(id=again.id, conversation=7, seq=1, position=1, ordinal=1, at=1))
    assert [done.call for done in driver.all(act.Resolve)] == ["mine"]


def test_at_most_32_are_outstanding_and_the_rest_follows_in_order() -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    for number in range(40):
        driver.do(driver.session.call(driver.now, requests.GetUsers(id=0, query=str(number)), number))
    assert len(driver.asked) == 32
    driver.answer(replies.UsersPage(id=driver.take(requests.GetUsers).id, users=[]))
    assert [request.query for request in driver.asked] == [str(n) for n in range(1, 33)]  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["rate_limited", "busy", "shutting_down"])
def test_patience_is_had_with_a_server_that_asks_for_it(code: str) -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "mine"))
    driver.refuse(driver.take(requests.GetUsers), code, 3.0)
    assert driver.session.deadline == driver.now + 3.0
    driver.tick(2.9)
    assert not driver.asked
    driver.tick(0.2)
    assert driver.wants(requests.GetUsers)
    assert not driver.all(act.Reject)


@pytest.mark.parametrize(
    ("give_up", "wait", "stops"), [(True, 30.0, True), (True, 4.0, False), (False, 30.0, False)]
)
def test_a_person_is_told_of_a_long_wait_for_the_login(give_up: bool, wait: float, stops: bool) -> None:
    driver = Driver(live=False, give_up=give_up)
    driver.connect()
    driver.refuse(driver.take(requests.Login), "rate_limited", wait)
    assert [isinstance(stop.error, errors.RateLimited) for stop in driver.all(act.Stop)] == [True] * stops


def test_a_full_disk_is_the_callers_to_know() -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "mine"))
    driver.refuse(driver.take(requests.GetUsers), "storage_full")
    assert isinstance(driver.all(act.Reject)[0].error, errors.StorageFull)


def test_an_ended_session_is_opened_again_and_the_call_repeated() -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "mine"))
    driver.refuse(driver.take(requests.GetUsers), "session_expired")
    assert driver.all(act.ForgetSession)
    driver.log_in(token=b"n" * 32)
    assert driver.take(requests.GetUsers).token == b"n" * 32


def test_without_a_password_an_ended_session_is_the_end() -> None:
    driver = Driver(identity=Identity(name="alice", token=TOKEN, epoch=EPOCH), live=False)
    driver.connect()
    driver.refuse(driver.take(requests.Ping), "session_expired")
    assert isinstance(driver.all(act.Stop)[0].error, errors.SessionExpired)
    assert driver.session.deadline is None


@pytest.mark.parametrize(
    ("code", "error"),
    [("wrong_credentials", errors.WrongCredentials), ("account_disabled", errors.AccountDisabled)],
)
def test_a_refused_login_stops(code: str, error: type[errors.HubbubError]) -> None:
    driver = Driver()
    driver.connect()
    driver.refuse(driver.take(requests.Login), code)
    assert isinstance(driver.all(act.Stop)[0].error, error)


@pytest.mark.parametrize(("register", "stops"), [(True, False), ("new", True)])
def test_an_account_that_exists(register: bool, stops: bool) -> None:
    driver = Driver(identity=Identity(name="alice", password=PASSWORD, register=register))
    driver.connect()
    driver.refuse(driver.take(requests.Register), "name_taken")
    assert bool(driver.all(act.Stop)) is stops
    assert driver.wants(requests.Login) is not stops


def test_another_protocol_and_another_key_stop() -> None:
    driver = Driver()
    driver.do(driver.session.start(driver.now))
    driver.do(driver.session.greeted(driver.now, hello(protocol=99)))
    assert isinstance(driver.all(act.Stop)[0].error, errors.VersionMismatch)
    other = Driver(patient=True)
    other.do(other.session.start(other.now))
    other.do(other.session.lost(other.now, errors.KeyChanged("another")))
    assert isinstance(other.all(act.Stop)[0].error, errors.KeyChanged)


def test_another_epoch_drops_everything_that_had_numbers() -> None:
    driver = Driver()
    driver.live(row(7, 3))
    send = requests.SendMessage(id=0, conversation=7, key=b"k" * 16, text="hi")
    driver.do(driver.session.call(driver.now, send, "bound"))
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "free"))
    driver.do(driver.session.lost(driver.now, errors.NoServer("gone")))
    driver.tick(1.0)
    driver.asked.clear()
    driver.connect(epoch=b"n" * 16)
    assert [type(a) for a in driver.actions if isinstance(a, act.Reset | act.ForgetSession)] == [
        act.ForgetSession,
        act.Reset,
    ]
    (rejected,) = driver.all(act.Reject)
    assert rejected.call == "bound"
    assert isinstance(rejected.error, errors.Restored)
    late = driver.session.call(driver.now, requests.Mute(id=0, conversation=7, until=0), "late", 0)
    assert [type(action) for action in late] == [act.Reject], "its number is of the store before"
    new = driver.session.call(driver.now, requests.Mute(id=0, conversation=7, until=0), "new", 1)
    assert act.Reject not in map(type, new)
    driver.session.cancel(driver.now, "new")
    driver.log_in(epoch=b"n" * 16)
    assert driver.wants(requests.GetUsers)
    assert not driver.wants(requests.SendMessage), "7 may be another conversation now"
    driver.confirm(epoch=b"n" * 16)
    driver.home(row(7, 1), epoch=b"n" * 16)
    assert not driver.wants(requests.Sync)


@pytest.mark.parametrize("where", ["home", "sync"])
def test_a_cursor_above_the_head_is_another_log(where: str) -> None:
    driver = Driver(
        identity=Identity(name="alice", password=PASSWORD, epoch=EPOCH), cursors={7: 9}, patient=True
    )
    if where == "home":
        driver.live(row(7, 4))
    else:
        driver.live(row(7, 10))
        driver.sync(head=4)
    assert driver.all(act.Reset) == [act.Reset(EPOCH)]
    assert isinstance(driver.actions[-1], act.CloseAll)


def test_a_slow_consumer_costs_no_more_than_its_window() -> None:
    driver = Driver(window=4)
    driver.live(row(7, 0))
    for seq in range(1, 11):
        driver.publish(message(7, seq))
    assert driver.delivered[-1] == (7, 4)
    assert not driver.wants(requests.Sync)
    driver.do(driver.session.handled(driver.now, 0, [(7, 1)]))
    assert not driver.wants(requests.Sync), "half of the window has to be free"
    driver.do(driver.session.handled(driver.now, 0, [(7, 2)]))
    assert driver.take(requests.Sync).after == 4


def test_the_hook_jumps_and_says_so() -> None:
    driver = Driver(
        identity=Identity(name="alice", password=PASSWORD, epoch=EPOCH),
        cursors={7: 2},
        skip=lambda _conversation, _last, head: head - 3,
    )
    driver.live(row(7, 100))
    assert driver.all(act.Skip) == [act.Skip(7, 2, 98)]
    assert driver.take(requests.Sync).after == 97


def test_close_rejects_what_is_open() -> None:
    driver = Driver(live=False)
    driver.connect()
    driver.log_in()
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "mine"))
    driver.do(driver.session.close(driver.now))
    assert isinstance(driver.all(act.Reject)[0].error, errors.Closed)
    driver.do(driver.session.call(driver.now, requests.GetUsers(id=0), "late"))
    assert driver.all(act.Reject)[1].call == "late"


def test_no_server_at_first_stops_unless_patient() -> None:
    hasty, patient = Driver(), Driver(patient=True)
    for driver in (hasty, patient):
        driver.do(driver.session.start(driver.now))
        driver.do(driver.session.lost(driver.now, errors.NoServer("nobody")))
    assert hasty.all(act.Stop)
    assert not patient.all(act.Stop)
    assert patient.session.deadline is not None
    assert 0.5 <= patient.session.deadline - patient.now <= 30.0


def test_presence_is_told_as_differences() -> None:
    driver = Driver()
    driver.live()
    asked = driver.take(requests.OnlineUsers)
    bob, eve = events.OnlineUser(9, "bob"), events.OnlineUser(8, "eve")
    driver.publish(events.Presence(version=6, online=[eve], offline=[]))
    driver.answer(replies.OnlinePage(id=asked.id, presence_version=5, users=[bob]))
    assert driver.all(act.PresenceSeen) == [act.PresenceSeen([bob, eve], [])]
    driver.publish(events.Presence(version=7, online=[], offline=[9]))
    assert driver.all(act.PresenceSeen)[1] == act.PresenceSeen([], [bob])
    driver.publish(events.Presence(version=9, online=[bob], offline=[]))
    assert driver.wants(requests.OnlineUsers), "a version was missed"
