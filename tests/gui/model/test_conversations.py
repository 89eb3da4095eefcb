"""The list of conversations: what events make of what home() said."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hubbub.client import Conversation, Message, events
from hubbub.client.gui.model.conversations import Conversations
from hubbub.client.models import FOR_EVER

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)


def said(seq: int, sender: str = "bob", conversation: str = "#team", **more: Any) -> Message:
    fields: dict[str, Any] = {
        "text": f"text {seq}",
        "sent_at": NOW + timedelta(seconds=seq),
        "conversation_id": 7,
    }
    return Message(conversation=conversation, seq=seq, sender=sender, key=bytes(16), **{**fields, **more})


def row(name: str = "#team", head: int = 10, unread: int = 0, read: int = 10, **more: Any) -> Conversation:
    fields: dict[str, Any] = {"last_message": said(head, conversation=name)} if head else {}
    kind = "group" if name.startswith("#") else "direct"
    return Conversation(name=name, kind=kind, head=head, unread=unread, read=read, **{**fields, **more})  # type: ignore[arg-type]  # one of the two


class Seen:
    """A list, and what it told."""

    def __init__(self, *rows: Conversation) -> None:
        self.list = Conversations("alice")
        self.told: list[str] = []
        self.list.doubtful.connect(lambda: self.told.append("doubtful"))
        self.list.removed.connect(lambda name: self.told.append(f"removed {name}"))
        self.list.renamed.connect(lambda before, name: self.told.append(f"renamed {before} {name}"))
        self.list.know(rows)

    def team(self) -> Conversation:
        found = self.list.get("#team")
        assert found is not None
        return found

    def counts(self) -> tuple[int, int]:
        return self.team().unread, self.team().mentions


def at(seq: int, **more: Any) -> dict[str, Any]:
    return {"conversation": "#team", "seq": seq, "by": "bob", "at": NOW, **more}


def test_messages_of_others_are_unread_and_name_me() -> None:
    seen = Seen(row())
    for message in (said(11), said(12, mentions=("alice",)), said(13, everyone=True), said(14, "alice")):
        seen.list.on_message(message)
    assert seen.counts() == (3, 2)
    assert (seen.team().head, seen.team().last_message) == (14, said(14, "alice"))


def test_an_entry_that_home_had_already_changes_nothing() -> None:
    seen = Seen(row(head=12, unread=2))
    seen.list.on_message(said(12))
    seen.list.on_entry(events.TopicChanged(**at(11), topic="old"))
    assert seen.counts() == (2, 0)
    assert seen.team().topic == ""


def test_reading_a_part_leaves_the_rest_unread() -> None:
    seen = Seen(row())
    for message in (said(11), said(12, mentions=("alice",)), said(13)):
        seen.list.on_message(message)
    seen.list.read("#team", 12)
    assert (seen.counts(), seen.told) == ((1, 0), [])
    seen.list.on_read(events.ReadMarked(conversation="#team", seq=11))
    assert seen.counts() == (1, 0), "a marker never moves back"
    seen.list.on_entry(events.ReactionChanged(**at(14), target=13, emoji="+", on=True))
    seen.list.read("#team", 13)
    assert seen.counts() == (0, 0), "what is no message can't be unread"


def test_what_another_device_read_in_part_is_asked_of_the_server_unless_the_messages_are_at_hand() -> None:
    seen = Seen(row(head=14, read=10, unread=4))
    seen.list.on_read(events.ReadMarked(conversation="#team", seq=11))
    assert (seen.team().read, seen.told) == (11, ["doubtful"])
    seen = Seen(row(head=14, read=10, unread=4))
    here = [said(10), said(11), said(12, "alice"), said(13, mentions=("alice",)), said(14)]
    seen.list.read("#team", 11, here)
    assert (seen.counts(), seen.told) == ((2, 1), [])


def test_home_that_was_asked_a_moment_ago_takes_nothing_back() -> None:
    seen = Seen(row())
    for seq in (11, 12):
        seen.list.on_message(said(seq))
    seen.list.know([row(head=11, unread=1)])
    assert (seen.team().head, seen.counts()) == (12, (2, 0))
    seen.list.read("#team", 12)
    seen.list.know([row(head=12, unread=2)])
    assert seen.counts() == (0, 0), "the marker is on its way"
    seen.list.know([row(head=12, read=12, muted_until=FOR_EVER)])
    assert seen.team().muted_until == FOR_EVER


def test_another_store_takes_everything_back() -> None:
    seen = Seen(row())
    seen.list.on_message(said(11))
    seen.list.reset()
    seen.list.know([row(head=3, read=3)])
    assert (seen.team().head, seen.counts()) == (3, (0, 0))


def test_an_unread_message_that_is_deleted_does_not_count() -> None:
    seen = Seen(row())
    seen.list.on_message(said(11, mentions=("alice",)))
    seen.list.on_entry(events.MessageDeleted(**at(12), target=11))
    last = seen.team().last_message
    assert last is not None and (last.text, last.deleted_at, last.seq) == ("", NOW, 11)
    assert (seen.counts(), seen.told) == ((0, 0), [])
    seen = Seen(row(head=14, unread=4))
    seen.list.on_entry(events.MessageDeleted(**at(15), target=12))
    assert seen.told == ["doubtful"]


def test_an_edit_of_the_last_message_is_its_preview() -> None:
    seen = Seen(row())
    seen.list.on_entry(events.MessageEdited(**at(11), target=9, text="another"))
    assert (seen.team().last_message, seen.team().head) == (said(10), 11)
    seen.list.on_entry(events.MessageEdited(**at(12), target=10, text="better"))
    last = seen.team().last_message
    assert last is not None and (last.text, last.edited_at) == ("better", NOW)


def test_roles_topics_and_members_follow() -> None:
    seen = Seen(row(members=3))
    seen.list.on_entry(events.RoleChanged(**at(11), user="bob", role="admin"))
    assert seen.team().role == "member"
    seen.list.on_entry(events.RoleChanged(**at(12), user="alice", role="owner"))
    seen.list.on_entry(events.TopicChanged(**at(13), topic="ships"))
    seen.list.on_entry(events.MemberJoined(**at(14), user="carol"))
    seen.list.on_entry(events.MemberChanged(**at(15), user="bob", change="left"))
    seen.list.on_entry(events.MemberChanged(**at(16), user="carol", change="removed"))
    seen.list.on_entry(events.VisibilityChanged(**at(17), public=True, history=None))
    seen.list.on_entry(events.VisibilityChanged(**at(18), public=None, history="joined"))
    assert (seen.team().role, seen.team().topic, seen.team().members) == ("owner", "ships", 2)
    assert (seen.team().public, seen.team().history) == (True, "joined")


def test_a_renamed_group_is_the_same() -> None:
    seen = Seen(row())
    seen.list.on_message(said(11))
    seen.list.on_renamed(
        events.GroupRenamed(**{**at(12), "conversation": "#crew"}, name="#crew", before="#team")
    )
    assert seen.told == ["renamed #team #crew"]
    seen.list.know([row("#crew2", head=12, unread=1), row("@bob", last_message=None)])
    assert seen.told[1:] == ["renamed #crew #crew2"], "told by home() alone, too"
    seen.list.know([])
    assert sorted(seen.told[2:]) == ["removed #crew2", "removed @bob"]


def test_the_liveliest_is_first_and_nothing_but_messages_moves_it() -> None:
    seen = Seen(row("#a", head=1), row("#b", head=2), row("#c", head=3))
    seen.list.on_entry(events.TopicChanged(**{**at(9), "conversation": "#a"}, topic="t"))
    seen.list.read("#b", 2)
    seen.list.on_typing(events.TypingChanged(conversation="#a", user="bob", typing=True))
    assert [one.name for one in seen.list.all()] == ["#c", "#b", "#a"]
    seen.list.on_message(said(10, conversation="#a"))
    seen.list.on_added(
        events.ConversationAdded(conversation=row("#new", head=0, read=0)), NOW + timedelta(hours=1)
    )
    assert [one.name for one in seen.list.all()] == ["#new", "#a", "#c", "#b"]


def test_who_is_writing_is_told_in_order_until_he_is_not() -> None:
    seen = Seen(row())
    for user, typing in (("bob", True), ("carol", True), ("dave", True), ("carol", False)):
        seen.list.on_typing(events.TypingChanged(conversation="#team", user=user, typing=typing))
    assert seen.list.typists("#team") == ("bob", "dave")
    assert seen.list.typists("#other") == ()


def test_what_is_muted_is_not_in_the_sum() -> None:
    seen = Seen(row("#a", unread=2), row("#b", unread=3, muted_until=FOR_EVER))
    assert seen.list.unread(NOW) == 2
    seen.list.on_mute(events.MuteChanged(conversation="#b", until=NOW - timedelta(minutes=1)))
    assert seen.list.unread(NOW) == 5, "the time is over"


def test_a_message_of_a_conversation_that_is_not_known_asks_for_home() -> None:
    seen = Seen()
    seen.list.on_message(said(1))
    assert seen.told == ["doubtful"]


def test_a_conversation_that_comes_stands_where_it_belongs_whatever_this_clock_says() -> None:
    for wrong in (timedelta(hours=1), -timedelta(hours=1)):
        seen = Seen(row())
        for name in ("#zoo", "#art"):
            new = row(name, head=0)
            seen.list.on_added(events.ConversationAdded(conversation=new), NOW + wrong)
        assert [one.name for one in seen.list.all()] == ["#art", "#zoo", "#team"]
        seen.list.on_message(said(11))
        assert [one.name for one in seen.list.all()] == ["#team", "#art", "#zoo"]


def test_of_messages_of_one_moment_the_order_is_the_same_each_time() -> None:
    same = {"sent_at": NOW}
    rows = [row(name, last_message=said(10, conversation=name, **same)) for name in ("#b", "#a", "#c")]
    assert [one.name for one in Seen(*rows).list.all()] == [one.name for one in Seen(*rows[::-1]).list.all()]
