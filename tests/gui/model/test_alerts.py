"""What the desktop is told of: by rules, at a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hubbub.client import Conversation, Message, User, events
from hubbub.client.gui.model.alerts import Alerts
from hubbub.client.gui.model.conversations import Conversations
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.people import People
from hubbub.client.models import FOR_EVER

ME = "alice"
START = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
Tells = list[tuple[str, str, str]]


class Desk:
    """An account's alerts among the parts of the model that they ask."""

    def __init__(self) -> None:
        self.now = START
        self.watched = False
        self.settings = SimpleNamespace(notify="all", notify_text=True, quiet_until="")
        self.mine = SimpleNamespace(presence="online")
        self.conversations = Conversations(ME)
        self.people = People(ME)
        self.link = Link()
        self.chat = SimpleNamespace(
            me=ME, now=lambda: self.now, settings=self.settings, mine=self.mine, timeline=None,
            conversations=self.conversations, people=self.people, link=self.link,
        )  # fmt: skip
        self.alerts = Alerts(cast("Any", self.chat))
        self.alerts.watched = lambda: self.watched
        self.link.up()
        self.knows(row("@bob"), row("#team"), row("#ops"))

    def knows(self, *rows: Conversation) -> None:
        self.conversations.know(rows)
        self.alerts.knows(rows)

    def hears(self, *happened: events.Event) -> None:
        """As the model passes it on: first to what it is about."""
        for event in happened:
            if isinstance(event, events.MessageReceived):
                self.conversations.on_message(event.message)
            elif isinstance(event, events.ReadMarked):
                self.conversations.on_read(event)
            elif isinstance(event, events.MuteChanged):
                self.conversations.on_mute(event)
            elif isinstance(event, events.GroupRenamed):
                self.conversations.on_renamed(event)
            elif isinstance(event, events.ConversationRemoved):
                self.conversations.on_removed(event)
            elif isinstance(event, events.BlockChanged):
                self.people.on_block(event)
            self.alerts.on_event(event)

    def opens(self, name: str, *, following: bool = True) -> None:
        self.chat.timeline = SimpleNamespace(name=name, history=SimpleNamespace(following=following))

    def tells(self, seconds: float = 10.0) -> Tells:
        """All that is told until so many seconds passed."""
        end, told = self.now + timedelta(seconds=seconds), []
        while (due := self.alerts.due) is not None and due <= end:
            self.now = max(self.now, due)
            told += self.alerts.take()
        self.now = end
        return [(one.conversation, one.title, one.text) for one in told]


def row(name: str, head: int = 0, read: int | None = None) -> Conversation:
    kind: Any = "direct" if name.startswith("@") else "group"
    read = head if read is None else read
    return Conversation(name=name, kind=kind, unread=head - read, read=read, head=head)


def said(
    name: str, seq: int, text: str = "hello", sender: str = "bob", **more: Any
) -> events.MessageReceived:
    message = Message(
        conversation=name, seq=seq, sender=sender, text=text, sent_at=START, key=seq.to_bytes(16), **more
    )
    return events.MessageReceived(message=message)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_one_message_is_told_after_a_moment_with_who_where_and_what(desk: Desk) -> None:
    desk.hears(said("@bob", 1, "are you\nthere?"), said("#team", 1, "hello all", "carol"))
    assert desk.tells(0.9) == []
    assert desk.tells(0.2) == [("@bob", "bob", "are you there?"), ("#team", "carol in #team", "hello all")]
    assert desk.alerts.due is None and desk.alerts.take() == []


def test_mine_is_never_told_from_whatever_device(desk: Desk) -> None:
    desk.hears(said("#team", 1, sender=ME), said("@bob", 1, sender=ME))
    assert desk.alerts.due is None and desk.tells() == []


def test_what_is_read_meanwhile_is_not_told(desk: Desk) -> None:
    desk.hears(said("#team", 1, "one"), said("#team", 2, "two"), said("@bob", 1))
    desk.hears(events.ReadMarked(conversation="@bob", seq=1), events.ReadMarked(conversation="#team", seq=1))
    assert desk.tells() == [("#team", "bob in #team", "two")]


def test_what_is_deleted_or_edited_meanwhile_is_not_told_as_it_was(desk: Desk) -> None:
    about: dict[str, Any] = {"conversation": "#team", "by": "bob", "at": START}
    desk.hears(said("#team", 1, "secret"), said("#team", 2, "helo"))
    desk.hears(events.MessageDeleted(seq=3, target=1, **about))
    desk.hears(events.MessageEdited(seq=4, target=2, text="hello", **about))
    assert desk.tells() == [("#team", "bob in #team", "hello")]


def test_what_is_looked_at_is_not_told(desk: Desk) -> None:
    desk.watched = True
    desk.opens("#team")
    desk.hears(said("#team", 1), said("@bob", 1))
    assert [name for name, *_ in desk.tells()] == ["@bob"]
    desk.opens("#team", following=False)
    desk.hears(said("#team", 2))
    assert [name for name, *_ in desk.tells()] == ["#team"], "the end is not seen"
    desk.opens("#team")
    desk.watched = False
    desk.hears(said("#team", 3))
    assert [name for name, *_ in desk.tells()] == ["#team"], "nobody is there"


def test_a_burst_is_one_each_two_seconds_a_conversation(desk: Desk) -> None:
    for seq in range(1, 6):
        desk.hears(said("#team", seq, f"text {seq}"))
    desk.hears(said("@bob", 1))
    assert desk.tells(1) == [("#team", "5 messages in #team", "bob: text 5"), ("@bob", "bob", "hello")]
    desk.hears(said("#team", 6), said("@bob", 2, "one"), said("@bob", 3, "two"))
    assert desk.tells(1.9) == []
    assert desk.tells(0.2) == [("#team", "bob in #team", "hello"), ("@bob", "2 messages from bob", "two")]
    desk.tells(30)
    desk.hears(said("#team", 7))
    assert len(desk.tells(1)) == 1, "it was quiet for long: nothing to wait for"


def test_many_conversations_at_once_are_told_as_one(desk: Desk) -> None:
    desk.hears(*(said(f"#g{number}", 1) for number in range(5)), said("#g0", 2))
    assert desk.tells() == [("", "6 messages in 5 conversations", "#g0, #g1, #g2 and 2 more")]


@pytest.mark.parametrize(
    ("level", "told"), [("all", ["#team", "#ops", "@bob"]), ("mentions", ["#ops", "@bob"]), ("none", [])]
)
def test_the_level_that_was_chosen(desk: Desk, level: str, told: list[str]) -> None:
    desk.settings.notify = level
    desk.hears(said("#team", 1), said("#ops", 1, "@all look", everyone=True), said("@bob", 1))
    assert [name for name, *_ in desk.tells()] == told


def test_through_a_mute_comes_only_what_names_me(desk: Desk) -> None:
    desk.hears(*(events.MuteChanged(conversation=name, until=FOR_EVER) for name in ("#team", "@bob")))
    desk.hears(said("#team", 1), said("#team", 2, "@all", everyone=True), said("@bob", 1))
    assert desk.tells() == []
    desk.hears(said("#team", 3, "@alice look", mentions=(ME,)))
    assert desk.tells() == [("#team", "bob in #team", "@alice look")]
    desk.hears(events.MuteChanged(conversation="#team", until=desk.now + timedelta(hours=1)))
    desk.tells(3601)
    desk.hears(said("#team", 4))
    assert len(desk.tells()) == 1, "the mute is over"


def test_do_not_disturb_for_a_while_or_by_my_status(desk: Desk) -> None:
    desk.settings.quiet_until = (desk.now + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    desk.hears(said("@bob", 1, mentions=(ME,)))
    assert desk.tells(301) == []
    desk.hears(said("@bob", 2))
    assert len(desk.tells()) == 1, "and nothing of what came meanwhile"
    desk.mine.presence = "busy"
    desk.hears(said("@bob", 3))
    assert desk.tells() == []
    desk.mine.presence = "online"
    desk.settings.quiet_until = "nonsense"
    desk.hears(said("@bob", 4))
    assert len(desk.tells()) == 1


def test_blocked_people_are_never_told_also_when_blocked_meanwhile(desk: Desk) -> None:
    desk.hears(said("#team", 1, blocked=True), said("#team", 2, sender="mallory"))
    desk.hears(events.BlockChanged(user="mallory", on=True))
    assert desk.tells() == []


def test_without_the_text_only_who_is_told(desk: Desk) -> None:
    desk.settings.notify_text = False
    desk.hears(said("@bob", 1, "a secret"), said("#team", 1, "a secret"), said("#team", 2, "a secret"))
    assert desk.tells() == [("@bob", "bob", "New message"), ("#team", "2 messages in #team", "")]


def test_what_was_missed_is_told_as_one_once_to_whoever_does_not_see_the_list(desk: Desk) -> None:
    desk.hears(events.Disconnected(reason="gone"), events.Connected())
    desk.hears(said("#team", 1), said("#team", 2), said("@bob", 1))
    assert desk.tells(60) == [], "there may be more"
    desk.knows(row("@bob", 1), row("#team", 3, read=0), row("#ops"))
    desk.hears(said("@bob", 2, "live"))
    assert desk.tells() == [("@bob", "bob", "live"), ("#team", "2 messages in #team", "bob: hello")]
    desk.hears(said("#team", 3))
    assert desk.tells() == [], "it was told"
    desk.hears(events.Disconnected(reason="gone"), events.Connected(), said("@bob", 3), said("#ops", 1))
    desk.knows(row("@bob", 3), row("#ops", 1))
    desk.watched = True
    assert desk.tells() == [], "somebody sees the list"


def test_names_that_change_and_groups_that_are_left(desk: Desk) -> None:
    desk.hears(said("#team", 1), said("#ops", 1))
    renamed = events.GroupRenamed(
        conversation="#crew", seq=2, name="#crew", before="#team", by="bob", at=START
    )
    desk.hears(renamed, events.ConversationRemoved(conversation="#ops"))
    assert desk.tells() == [("#crew", "bob in #crew", "hello")]


def test_words_of_others_are_one_harmless_line_of_bounded_length(desk: Desk) -> None:
    desk.people.know([User(name="bob", display_name="\u202eBob\x1b[31m")])
    desk.hears(said("@bob", 1, "a\u2066b\x00c\n" + "x" * 5000))
    ((_, title, text),) = desk.tells()
    assert title == "Bob [31m"
    assert text.startswith("a b c xxx") and len(text) == 240 and text.endswith("…")
    desk.hears(said("@bob", 2, "👩\u200d👧"))
    assert desk.tells()[0][2] == "👩\u200d👧", "emoji stay joined"


def test_a_clock_that_is_set_back_keeps_nothing_back(desk: Desk) -> None:
    desk.hears(said("@bob", 1))
    desk.now -= timedelta(hours=2)
    assert len(desk.alerts.take()) == 1


def test_it_is_said_when_something_is_due(desk: Desk) -> None:
    moments: list[datetime | None] = []
    desk.alerts.changed.connect(lambda: moments.append(desk.alerts.due))
    desk.hears(said("@bob", 1), said("@bob", 2))
    assert moments == [START + timedelta(seconds=1)]


def test_another_store_forgets_all(desk: Desk) -> None:
    desk.hears(said("@bob", 1), events.HistoryReset())
    assert desk.alerts.due is None and desk.alerts.take() == []
