"""The list, people and groups against a real broker: what others do shows up, what one does arrives."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client import Conversation, HubbubError, errors
from hubbub.client.gui.model.conversations import muted
from hubbub.client.gui.model.listing import Listing
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.reader import Reader


def row(alice: Reader, name: str) -> Conversation:
    found = alice.chat.conversations.get(name)
    assert found is not None
    return found


def counts(alice: Reader, name: str) -> tuple[int, int]:
    return row(alice, name).unread, row(alice, name).mentions


def failing(into: list[HubbubError]) -> Callable[[HubbubError], None]:
    return into.append


def test_what_is_said_is_unread_until_it_was_seen_here_or_elsewhere(
    broker: Served, alice: Reader, bob: Client, team: str
) -> None:
    sent = [bob.send(team, text) for text in ("one", "two @alice", "three")]
    alice.until(lambda: counts(alice, team) == (3, 1))
    alice.chat.read(team, sent[1].seq)
    assert counts(alice, team) == (1, 0)
    alice.until(lambda: bob.members(team)[0].read == sent[1].seq)
    alice.chat.read(team, sent[0].seq)
    assert counts(alice, team) == (1, 0), "a marker never moves back"
    with Client(broker.place.address, user="alice", password=PASSWORD.decode()) as elsewhere:
        elsewhere.mark_read(team, sent[2].seq)
    alice.until(lambda: counts(alice, team) == (0, 0))


def test_what_was_read_in_part_elsewhere_is_asked_of_the_server(
    broker: Served, tmp_path: Path, alice: Reader, bob: Client, team: str
) -> None:
    sent = [bob.send(team, f"text {number}") for number in range(5)]
    late = Reader(broker, "alice", tmp_path, register=False)
    assert counts(late, team) == (5, 0)
    with Client(broker.place.address, user="alice", password=PASSWORD.decode()) as elsewhere:
        elsewhere.mark_read(team, sent[1].seq)
    late.until(lambda: counts(late, team) == (3, 0))
    late.close()


def test_who_comes_new_is_found_though_never_online(broker: Served, alice: Reader) -> None:
    with Client(broker.place.address, user="zora", password=PASSWORD.decode(), register=True, live=False):
        alice.until(lambda: alice.chat.people.find("zo"))
    assert [user.name for user in alice.chat.people.find("zo")] == ["zora"]


def test_the_list_says_who_wrote_what_and_who_is_writing(alice: Reader, bob: Client, team: str) -> None:
    listing = Listing(alice.chat)
    bob.send(team, "good\nmorning")
    bob.typing(team)
    alice.until(lambda: listing.conversation(row(alice, team)).kind == "typing")
    line = listing.conversation(row(alice, team))
    assert (line.title, line.prefix, line.text, line.unread) == (team, "", "bob is typing…", 1)
    sent = bob.send(team, "done")
    alice.until(lambda: listing.conversation(row(alice, team)).prefix)
    line = listing.conversation(row(alice, team))
    assert (line.prefix, line.text, line.kind) == ("bob", "done", "text")
    bob.delete(sent)
    alice.until(lambda: listing.conversation(row(alice, team)).text == "Message deleted")
    alice.chat.drafts[team] = "not\nyet"
    line = listing.conversation(row(alice, team))
    assert (line.prefix, line.text, line.kind) == ("Draft", "not yet", "draft")


def test_files_are_named_in_the_list(alice: Reader, bob: Client, tmp_path: Path) -> None:
    picture, notes = tmp_path / "p.png", tmp_path / "notes.txt"
    Image.new("RGB", (4, 4)).save(picture)
    notes.write_text("n")
    listing = Listing(alice.chat)

    def says() -> str:
        found = alice.chat.conversations.get("@bob")
        return listing.conversation(found).text if found else ""

    bob.send("alice", attachments=[picture])
    alice.until(lambda: says() == "Photo")
    bob.send("alice", attachments=[notes])
    alice.until(lambda: says() == "📎 notes.txt")
    bob.send("alice", attachments=[notes, picture])
    alice.until(lambda: says() == "📎 notes.txt and 1 more")
    bob.send("alice", "with words", attachments=[picture])
    alice.until(lambda: says() == "with words")


def test_people_are_shown_as_they_wish_with_their_pictures(
    alice: Reader, bob: Client, tmp_path: Path
) -> None:
    picture = tmp_path / "p.png"
    Image.new("RGB", (300, 300), "#3366cc").save(picture)
    bob.set_profile(display_name="Bob M.", picture=picture)
    alice.until(lambda: alice.chat.people.user("bob").picture)
    assert alice.chat.people.shown("bob") == "Bob M."
    digest = alice.chat.people.user("bob").picture
    alice.until(lambda: alice.chat.media.person("bob", digest))
    bob.set_status("busy", "in a meeting")
    alice.until(lambda: alice.chat.people.user("bob").status == "busy")
    assert Listing(alice.chat).state("@bob") == "busy · in a meeting"
    bob.set_status("invisible")
    alice.until(lambda: not alice.chat.people.user("bob").online)
    assert Listing(alice.chat).state("@bob").startswith("last seen just now")
    bob.set_status("online")
    bob.set_profile(display_name="", picture="")
    alice.until(lambda: alice.chat.people.user("bob").online and alice.chat.people.shown("bob") == "bob")


def test_a_group_of_mine_is_made_opened_changed_and_left(alice: Reader, bob: Client) -> None:
    chat, refused = alice.chat, list[HubbubError]()
    chat.groups.create("no good", [], public=False, topic="", history="all", failed=failing(refused))
    alice.until(lambda: refused)
    assert isinstance(refused[0], errors.BadRequest)
    chat.groups.create("crew", ["bob"], public=False, topic="", history="joined", failed=failing(refused))
    alice.until(lambda: chat.timeline is not None and chat.timeline.name == "#crew")
    assert (row(alice, "#crew").role, row(alice, "#crew").history) == ("owner", "joined")
    room = chat.room
    assert room is not None
    alice.until(lambda: len(room.members) == 2)
    assert [member.name for member in room.members] == ["alice", "bob"]
    assert Listing(chat).state("#crew") == "2 members, 2 online"
    done: list[str] = []
    room.rename("sailors", lambda: done.append("renamed"), failing(refused))
    alice.until(lambda: done and room.name == "#sailors")
    assert chat.timeline is not None and chat.timeline.name == "#sailors", "what is open follows"
    room.invite("nobody", lambda: done.append("invited"), failing(refused))
    alice.until(lambda: len(refused) == 2)
    room.invite("carol", lambda: done.append("invited"), failing(refused))
    alice.until(lambda: "invited" in done and len(room.members) == 3 and row(alice, "#sailors").members == 3)
    assert room.is_last_owner
    room.set_role("bob", "admin")
    alice.until(
        lambda: [(one.name, one.role) for one in room.members[:2]] == [("alice", "owner"), ("bob", "admin")]
    )
    room.set_topic("wind", lambda: done.append("topic"), failing(refused))
    alice.until(lambda: row(alice, "#sailors").topic == "wind")
    room.remove("carol")
    alice.until(lambda: len(room.members) == 2 and row(alice, "#sailors").members == 2)
    chat.groups.leave("#sailors")
    alice.until(lambda: alice.complaints)
    assert chat.timeline is not None, "its last owner has to stay"
    room.set_role("bob", "owner")
    alice.until(lambda: not room.is_last_owner)
    chat.groups.leave("#sailors")
    alice.until(lambda: chat.timeline is None and chat.conversations.get("#sailors") is None)


def test_what_may_be_done_in_a_group_goes_by_ones_role(alice: Reader, bob: Client, team: str) -> None:
    alice.chat.open(team)
    room = alice.chat.room
    assert room is not None
    alice.until(lambda: room.members)
    boss, me = room.members
    assert (boss.name, me.name) == ("bob", "alice")
    assert not (room.may_invite or room.may_change or room.may_remove(boss) or room.may_set_role(me))
    bob.set_role(team, "alice", "admin")
    alice.until(lambda: room.role == "admin")
    assert room.may_invite and room.may_change and not room.may_remove(boss) and not room.may_set_role(boss)
    bob.set_role(team, "alice", "owner")
    alice.until(lambda: room.role == "owner")
    assert room.may_remove(boss) and room.may_set_role(boss) and not room.may_remove(me)
    bob.remove(team, "alice")
    alice.until(lambda: alice.chat.timeline is None)
    assert alice.complaints[-1] == f"You are not in {team} any more."


def test_the_filter_finds_conversations_and_beneath_them_people_and_groups(
    alice: Reader, bob: Client, carol: Client
) -> None:
    bob.send("alice", "hello")
    carol.create_group("bobsleigh", public=True)
    alice.until(lambda: alice.chat.conversations.get("@bob"))
    finding = alice.chat.finding
    finding.set("BOB")
    alice.until(finding.groups)
    assert [found.name for found in finding.conversations()] == ["@bob"]
    assert finding.people() == []
    assert [group.name for group in finding.groups()] == ["#bobsleigh"]
    finding.set("car")
    assert [user.name for user in finding.people()] == ["carol"]
    finding.set("#bobs")
    assert (finding.people(), [group.name for group in finding.groups()]) == ([], ["#bobsleigh"])
    alice.chat.groups.join("#bobsleigh")
    alice.until(lambda: alice.chat.timeline is not None and alice.chat.timeline.name == "#bobsleigh")
    assert finding.groups() == []
    assert [found.name for found in finding.conversations()] == ["#bobsleigh"]
    finding.set("")
    assert len(finding.conversations()) == len(alice.chat.conversations.all())


def test_what_is_muted_or_blocked_here_is_so_at_the_server(alice: Reader, bob: Client, team: str) -> None:
    chat = alice.chat
    chat.mute(team, timedelta(hours=1))
    alice.until(lambda: muted(row(alice, team), chat.now()))
    assert not muted(row(alice, team), chat.now() + timedelta(hours=2))
    chat.mute(team, None)
    alice.until(lambda: muted(row(alice, team), chat.now() + timedelta(days=9999)))
    chat.unmute(team)
    alice.until(lambda: not muted(row(alice, team), chat.now()))
    chat.block("bob", on=True)
    alice.until(lambda: "bob" in chat.people.blocked)
    assert Listing(chat).state("@bob") == "blocked"
    with pytest.raises(errors.NotAllowed):
        bob.send("alice", "hello")
    chat.block("bob", on=False)
    alice.until(lambda: "bob" not in chat.people.blocked)
    bob.send("alice", "hello")


def test_my_own_profile_is_changed_and_says_what_is_wrong(alice: Reader, bob: Client, tmp_path: Path) -> None:
    mine, done, refused = alice.chat.mine, list[str](), list[HubbubError]()

    def save(name: str, picture: Path | None = None, *, receipts: bool = False) -> None:
        mine.set_profile(
            display_name=name,
            colour="#3d5bdb",
            receipts=receipts,
            picture=picture,
            done=lambda: done.append(name),
            failed=refused.append,
        )

    save("Alice B.")
    alice.until(lambda: done)
    seen = bob.profile("alice")
    assert (seen.display_name, seen.colour) == ("Alice B.", "#3d5bdb")
    assert (mine.profile.display_name, mine.profile.receipts) == ("Alice B.", False)
    save("A", tmp_path / "none.png")
    alice.until(lambda: refused)
    assert mine.profile.display_name == "Alice B."
    mine.set_presence("busy", "working")
    alice.until(lambda: mine.presence == "busy")
    assert bob.profile("alice").status_text == "working"
    mine.set_presence("invisible")
    alice.until(lambda: mine.presence == "invisible" and not bob.profile("alice").online)
    mine.set_presence("online", "")
    save("", receipts=True)
    alice.until(lambda: mine.presence == "online" and len(done) == 2)
