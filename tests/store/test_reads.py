"""HOME, EDITS, PINS, MEMBERS and the lists of users, groups, sessions: what each asker sees."""

import pytest

from hubbub.schemas import codec, limits, records, replies
from hubbub.schemas.events import Person
from hubbub.schemas.names import DELETED
from tests.store.stores import GENERAL, Trial, code

WIDE = "\U00020000"
"""A letter of four bytes."""


def row(trial: Trial, user: int, conversation: int) -> replies.Conversation:
    (found,) = trial.home(user, only=[conversation]).conversations
    return found


def test_home_tells_of_a_group(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, carol, topic="work", history="joined")
    trial.say(group, alice, "before")
    trial.add(group, alice, bob)
    seen = row(trial, bob, group)
    assert (seen.name, seen.topic, seen.public, seen.history, seen.members) == (
        "team",
        "work",
        False,
        "joined",
        3,
    )
    assert (seen.role, seen.joined, seen.visible, seen.last_message, seen.unread) == ("member", 4, 3, None, 0)
    assert row(trial, alice, group).role == "owner"
    last = row(trial, carol, group).last_message
    assert last is not None
    assert last.text == "before"
    direct = row(trial, alice, trial.direct(alice, "bob"))
    assert (direct.members, direct.partner, direct.name, direct.topic) == (0, bob, "bob", "")


def test_home_counts_each_message_once(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    trial.run(
        trial.message(GENERAL, alice, "@bob", mentions=["bob"]),
        trial.message(GENERAL, alice, "@bob @all", mentions=["bob"], everyone=True),
        trial.message(GENERAL, bob, "@all", everyone=True),
        trial.message(GENERAL, alice, "nobody"),
    )
    assert [
        (row(trial, user, GENERAL).unread, row(trial, user, GENERAL).mentions) for user in (alice, bob, carol)
    ] == [
        (1, 1),
        (3, 2),
        (4, 2),
    ]
    trial.read_up_to(GENERAL, bob, 4)
    assert (row(trial, bob, GENERAL).unread, row(trial, bob, GENERAL).mentions) == (2, 1)
    trial.act(trial.deletion(GENERAL, alice, 5))
    assert (row(trial, bob, GENERAL).unread, row(trial, bob, GENERAL).mentions) == (1, 0)


def test_last_message_is_as_it_is_now(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.say(GENERAL, alice, "first")
    trial.act(trial.edit(GENERAL, alice, 3, WIDE * 400))
    last = row(trial, bob, GENERAL).last_message
    assert last is not None
    assert (last.text, last.edited_at > 0) == (WIDE * limits.PREVIEW_MAX_CHARACTERS, True)
    trial.act(trial.deletion(GENERAL, alice, 3))
    last = row(trial, bob, GENERAL).last_message
    assert last is not None
    assert (last.text, last.deleted_by) == ("", "alice")


def test_home_tells_whom_one_has_blocked(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    trial.block(alice, bob)
    assert trial.home(alice).blocked == [Person(bob, "bob")]
    assert trial.home(bob).blocked == []
    profile = records.ReadProfile(alice, "BOB")
    assert trial.read(profile, records.ProfileRead).blocked
    assert not trial.read(records.ReadProfile(bob, "alice"), records.ProfileRead).blocked
    trial.delete_account(carol)
    trial.block(alice, bob, on=False)
    assert trial.home(alice).blocked == []


def test_partner_who_is_gone_has_no_name(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.say(direct, bob, "bye")
    trial.delete_account(bob)
    assert row(trial, alice, direct).name == DELETED
    assert [message.sender_name for message in trial.history(alice, direct).messages] == [DELETED]
    for command in (records.ReadProfile(alice, "bob"), records.FindAccount("bob", b"")):
        assert code(trial.reader.read(command)) == "not_found"
    users = trial.read(records.ReadUsers("", "", 10), records.UsersRead).users
    accounts = trial.read(records.ReadAccounts("", 10), records.AccountsRead).users
    assert [user.name for user in users] == [account.name for account in accounts] == ["alice"]


def edits(trial: Trial, user: int, seq: int, after: int = 0, limit: int = 50) -> records.EditsRead:
    return trial.read(records.ReadEdits(user, GENERAL, seq, after, limit), records.EditsRead)


def test_earlier_texts_in_pages(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    trial.say(GENERAL, alice, "v0", "other")
    assert edits(trial, bob, 4).texts == []
    for version in range(1, 6):
        trial.act(trial.edit(GENERAL, alice, 4, f"v{version}"))
    whole = edits(trial, bob, 4)
    assert [text.text for text in whole.texts] == [f"v{number}" for number in range(5)]
    assert [text.at for text in whole.texts] == sorted({text.at for text in whole.texts})
    first = edits(trial, bob, 4, limit=2)
    assert (first.texts, first.next) == (whole.texts[:2], 2)
    assert edits(trial, bob, 4, after=2, limit=3) == records.EditsRead(whole.texts[2:], None)
    assert edits(trial, bob, 5).texts == []
    trial.act(trial.deletion(GENERAL, alice, 4))
    assert edits(trial, bob, 4).texts == []
    for user, conversation, seq in ((bob, GENERAL, 1), (bob, GENERAL, 99), (bob, 99, 4)):
        assert code(trial.reader.read(records.ReadEdits(user, conversation, seq, 0, 5))) == "not_found"
    group = trial.group("late", alice, history="joined")
    trial.say(group, alice, "early")
    trial.act(trial.edit(group, alice, 2, "early too"))
    trial.add(group, alice, carol)
    assert code(trial.reader.read(records.ReadEdits(carol, group, 2, 0, 5))) == "not_found"


def test_long_earlier_texts_fit_into_a_reply(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, "0" * limits.TEXT_MAX_BYTES)
    for version in range(1, 20):
        trial.act(trial.edit(GENERAL, alice, 2, str(version % 10) * limits.TEXT_MAX_BYTES))
    after: int | None = 0
    seen = 0
    while after is not None:
        page = edits(trial, alice, 2, after)
        assert (
            len(codec.encode(replies.EditsPage(id=1, texts=page.texts, next=page.next)))
            < limits.REPLY_MAX_BYTES
        )
        seen, after = seen + len(page.texts), page.next
    assert seen == 19


def test_pins_newest_message_first_and_only_visible_ones(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, history="joined")
    trial.say(group, alice, "one", "two")
    trial.add(group, alice, bob)
    trial.say(group, alice, "three", "four")
    for seq in (6, 2, 5, 3):
        trial.act(trial.pin(group, alice, seq))

    def pins(user: int, before: int | None = None, limit: int = 50) -> tuple[list[str], int | None]:
        page = trial.read(records.ReadPins(user, group, before, limit), records.PinsRead)
        assert all(message.pinned for message in page.messages)
        return [message.text for message in page.messages], page.next

    assert pins(alice) == (["four", "three", "two", "one"], None)
    assert pins(alice, limit=3) == (["four", "three", "two"], 3)
    assert pins(alice, before=3) == (["one"], None)
    assert pins(bob) == (["four", "three"], None)
    trial.act(trial.deletion(group, alice, 6))
    assert pins(bob) == (["three"], None)


def test_members_by_name_with_what_each_lets_others_see(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "Bob", "carol")
    trial.profile(bob, receipts=False)

    def members(user: int, after: str = "", limit: int = 50) -> records.MembersRead:
        return trial.read(records.ReadMembers(user, GENERAL, after, limit), records.MembersRead)

    assert [(member.name, member.role, member.read) for member in members(alice).members] == [
        ("alice", "owner", 1),
        ("Bob", "member", None),
        ("carol", "member", 3),
    ]
    assert [member.read for member in members(bob).members] == [1, 2, 3]
    first = members(alice, limit=2)
    assert first.next == "bob"
    assert [member.user for member in members(alice, first.next).members] == [carol]
    assert code(trial.reader.read(records.ReadMembers(alice, 99, "", 5))) == "not_found"


def test_public_groups_are_listed_for_everyone(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.group("Team-a", alice, bob, public=True, topic="A")
    trial.group("team-b", alice, public=True)
    trial.group("team-secret", alice)

    def groups(query: str = "", after: str = "", limit: int = 50) -> records.GroupsRead:
        return trial.read(records.ReadGroups(bob, query, after, limit), records.GroupsRead)

    listed = [(group.name, group.topic, group.members, group.joined) for group in groups("TEAM").groups]
    assert listed == [("Team-a", "A", 2, True), ("team-b", "", 1, False)]
    assert [group.name for group in groups().groups] == ["general", "Team-a", "team-b"]
    assert [group.name for group in groups("team-_").groups] == [], "no pattern"
    page = groups(limit=2)
    assert page.next == "team-a"
    assert [group.name for group in groups(after=page.next).groups] == ["team-b"]


def test_users_with_their_profiles(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.profile(bob, display_name="Bobby", colour="#00ff00", receipts=False)
    trial.run(records.SetStatus(bob, "busy", "at work"), records.MarkSeen([bob], 7_000))
    found = trial.read(records.ReadProfile(alice, "bob"), records.ProfileRead)
    assert found.user == replies.User(
        user=bob,
        name="bob",
        display_name="Bobby",
        colour="#00ff00",
        status="busy",
        status_text="at work",
        last_seen=7_000,
    )
    assert not found.receipts
    assert trial.read(records.ReadUsers("BO", "", 5), records.UsersRead).users == [found.user]
    trial.run(records.SetDisabled("bob", True))
    assert trial.read(records.ReadUsers("bo", "", 5), records.UsersRead).users == []


def test_own_sessions_that_are_alive(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.session(alice, b"1", expires_at=5_000)
    for number in range(2, 5):
        trial.session(alice, bytes([number]), expires_at=9_000)
    trial.session(bob, b"9")

    def sessions(after: int = 0, limit: int = 50) -> records.SessionsRead:
        return trial.read(records.ReadSessions(alice, after, limit, 5_000), records.SessionsRead)

    assert [session.session for session in sessions().sessions] == [2, 3, 4]
    assert {(session.device, session.expires_at) for session in sessions().sessions} == {("laptop", 9_000)}
    page = sessions(limit=2)
    assert (page.next, [session.session for session in sessions(3).sessions]) == (3, [4])


@pytest.mark.parametrize("kind", ["users", "groups"])
def test_longest_lists_fit_into_a_reply(trial: Trial, kind: str) -> None:
    users = trial.users(*((f"{number:03}" + WIDE * 32)[:32] for number in range(130)))
    for user in users:
        trial.profile(user, display_name=WIDE * limits.DISPLAY_NAME_MAX_CHARACTERS, colour="#000000")
    trial.run(
        *(records.SetStatus(user, "invisible", WIDE * limits.STATUS_TEXT_MAX_CHARACTERS) for user in users)
    )
    topic = WIDE * limits.TOPIC_MAX_CHARACTERS
    names = [(f"{number:03}-" + WIDE * 32)[:32] for number in range(130)]
    trial.run(*(trial.creation(name, users[0], public=True, topic=topic) for name in names))
    seen, after = 0, ""
    while True:
        reply, next_ = listed(trial, kind, users[0], after)
        assert len(codec.encode(reply)) < limits.REPLY_MAX_BYTES
        seen += len(reply.users if isinstance(reply, replies.UsersPage) else reply.groups)
        if next_ is None:
            break
        after = next_
    assert seen == (130 if kind == "users" else 131)


def listed(
    trial: Trial, kind: str, user: int, after: str
) -> tuple[replies.UsersPage | replies.GroupsPage, str | None]:
    if kind == "users":
        users = trial.read(records.ReadUsers("", after, 200), records.UsersRead)
        return replies.UsersPage(id=1, users=users.users, next=users.next), users.next
    groups = trial.read(records.ReadGroups(user, "", after, 200), records.GroupsRead)
    return replies.GroupsPage(id=1, groups=groups.groups, next=groups.next), groups.next
