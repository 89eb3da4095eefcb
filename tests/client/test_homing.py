"""Which conversations HOME is asked for, when the token is presented again, and what pages of different moments say."""

from hubbub.client import actions as act
from hubbub.client import errors
from hubbub.client.homing import Found, Homing
from hubbub.schemas import events, limits, replies, requests
from tests.client.driver import EPOCH, Driver, message, row


def page(version: int) -> replies.HomePage:
    return replies.HomePage(
        id=0, epoch=b"e", position=7, home_version=version, conversations=[], blocked=[], next=None
    )


def changed(version: int, conversation: int) -> events.HomeChanged:
    return events.HomeChanged(home_version=version, conversations=[conversation])


def read(homing: Homing, version: int) -> list[str]:
    """HOME was read whole; what becomes of what came meanwhile."""
    assert isinstance(homing.page(page(version)), Found)
    return [homing.event(event) for event in homing.late()]


def wanted(request: requests.Home | None) -> list[int] | None:
    assert request is not None
    return request.conversations


def test_what_is_new_is_subscribed_to_and_then_read() -> None:
    homing = Homing()
    assert wanted(homing.confirmed(4)) is None
    assert read(homing, 4) == []
    assert homing.event(changed(5, 50)) == "new" and homing.next() is None
    assert wanted(homing.confirmed(5)) == [50]
    read(homing, 5)
    assert homing.event(changed(5, 50)) == "old"
    assert homing.event(changed(7, 70)) == "stale"


def test_a_conversation_that_home_shows_before_its_topic_is_there() -> None:
    """It came after the subscription, and before HOME was read: its event must not be taken for known."""
    homing = Homing()
    homing.confirmed(4)
    assert homing.event(changed(5, 50)) == "later"
    assert read(homing, 5) == ["new"]
    assert wanted(homing.confirmed(5)) == [50]


def test_the_same_where_home_overtakes_the_event() -> None:
    homing = Homing()
    homing.confirmed(4)
    assert read(homing, 5) == []
    assert homing.event(changed(5, 50)) == "new" and homing.version == 5
    assert wanted(homing.confirmed(5)) == [50]


def test_read_markers_need_no_subscription() -> None:
    homing = Homing()
    homing.confirmed(4)
    assert read(homing, 6) == []
    assert homing.event(events.Read(home_version=5, conversation=1, seq=3)) == "old"


def test_a_page_is_not_held_against_what_was_said_after_it() -> None:
    """The first page is older than the last one: what came between the two is no sign of an older copy of the store."""
    driver = Driver()
    driver.live(row(7, 3), row(8, 0))
    driver.tick(limits.PING_INTERVAL_S)
    driver.pong(reset=True)
    driver.confirm()
    first = driver.take(requests.Home)
    fields = {"epoch": EPOCH, "home_version": 1, "blocked": []}
    driver.answer(replies.HomePage(id=first.id, position=60, conversations=[row(7, 3)], next=7, **fields))
    driver.publish(message(7, 4, position=61))
    driver.home(row(8, 0), position=62)
    assert driver.delivered == [(7, 4)]
    assert not driver.all(act.Reset) and not driver.all(act.Lost)


def test_a_home_of_before_what_was_seen_is_of_an_older_copy_of_the_store() -> None:
    """Also where its heads are not below ours: the files were put back, and others wrote on."""
    driver = Driver()
    driver.live(row(7, 3))
    driver.publish(message(7, 4, position=61))
    driver.do(driver.session.lost(driver.now, errors.NoServer("gone")))
    driver.tick(60.0)
    driver.connect()
    driver.confirm()
    driver.home(row(7, 4), position=60)
    assert len(driver.all(act.Reset)) == 1
    driver.tick(60.0)
    driver.connect()
    driver.confirm()
    driver.home(row(7, 4), position=60)
    assert len(driver.all(act.Reset)) == 1, "once"
