"""Accounts of bots: what sets them apart, wherever they are shown, and in what they said."""

from hubbub.schemas import records
from hubbub.schemas.events import Message
from tests.store.stores import GENERAL, Trial, accepted, code


def made(trial: Trial, name: str = "clock") -> int:
    created = trial.do(records.CreateUser(name, "hash", trial.now, bot=True), records.UserCreated)
    assert created.bot and not created.admin
    trial.names[created.user] = name
    return created.user


def role(trial: Trial, user: int, conversation: int = GENERAL) -> str:
    (row,) = trial.home(user, only=[conversation]).conversations
    return row.role


def said(trial: Trial, sender: int, *, bot: bool, text: str = "words", **more: object) -> Message:
    command = trial.message(GENERAL, sender, text, **more)  # type: ignore[arg-type]  # fields of AppendMessage
    command.bot = bot
    return accepted(trial.run(command)[0]).message


def test_the_first_person_is_the_administrator_whatever_bots_came_before(trial: Trial) -> None:
    clock = made(trial)
    assert trial.problems() == []
    alice = trial.do(records.CreateUser("alice", "hash", 1), records.UserCreated)
    assert (alice.admin, alice.bot) == (True, False)
    assert not trial.do(records.CreateUser("bob", "hash", 1), records.UserCreated).admin
    assert (role(trial, clock), role(trial, alice.user)) == ("member", "owner")
    assert trial.problems() == []


def test_every_list_says_which_are_bots(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    clock = made(trial)
    trial.direct(alice, "clock")
    trial.direct(clock, "clock")
    users = trial.read(records.ReadUsers("", "", 10), records.UsersRead).users
    assert [(user.name, user.bot) for user in users] == [("alice", False), ("clock", True)]
    accounts = trial.read(records.ReadAccounts("", 10), records.AccountsRead).users
    assert [(user.name, user.bot) for user in accounts] == [("alice", False), ("clock", True)]
    members = trial.read(records.ReadMembers(alice, GENERAL, "", 10), records.MembersRead).members
    assert [(member.name, member.bot) for member in members] == [("alice", False), ("clock", True)]
    profile = trial.read(records.ReadProfile(alice, "CLOCK"), records.ProfileRead)
    assert (profile.user.bot, profile.receipts, profile.blocked) == (True, True, False)
    rows = trial.home(alice).conversations
    assert [(row.name, row.bot) for row in rows] == [("general", False), ("clock", True)]
    rows = trial.home(clock).conversations
    assert [(row.name, row.bot) for row in rows] == [("general", False), ("alice", False), ("clock", True)]


def test_sessions_of_bots_are_known_as_such_after_a_restart_too(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    clock = made(trial)
    for user, token in ((alice, b"1"), (clock, b"2")):
        opened = trial.session(user, token)
        assert isinstance(opened, records.SessionCreated)
        assert opened.session.bot == (user == clock)
    assert [session.bot for session in trial.backend.startup(0).sessions] == [False, True]


def test_what_a_bot_said_says_so_live_and_later(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    clock = made(trial)
    key = trial.key()
    live = [
        said(trial, clock, bot=True, key=key),
        said(trial, clock, bot=True, text="@alice", mentions=["alice"]),
        said(trial, alice, bot=False),
        trial.forward(GENERAL, clock, GENERAL, 3),
        trial.forward(GENERAL, alice, GENERAL, 3),
    ]
    assert [message.bot for message in live] == [True, True, False, True, False]
    again = trial.message(GENERAL, clock, "words", key)
    assert accepted(trial.run(again)[0]).message.bot, "from the store, whatever the command says"
    trial.act(trial.deletion(GENERAL, clock, live[1].seq))
    trial.act(trial.pin(GENERAL, alice, live[0].seq))
    trial.index()
    read = trial.history(alice, GENERAL).messages[::-1]
    assert [message.bot for message in read] == [True, True, False, True, False]
    synced = [entry for entry in trial.sync(alice, GENERAL).entries if isinstance(entry, Message)]
    assert [message.bot for message in synced] == [True, True, False, True, False]
    found = trial.search(alice, "words", sender="clock").hits
    assert [hit.message.bot for hit in found] == [True, True]
    (pinned,) = trial.read(records.ReadPins(alice, GENERAL, None, 10), records.PinsRead).messages
    assert pinned.bot
    said(trial, clock, bot=True)
    last = trial.home(alice).conversations[0].last_message
    assert last is not None and last.bot


def test_messages_of_a_deleted_bot_stay_a_bots(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    clock = made(trial)
    said(trial, clock, bot=True)
    trial.delete_account(clock)
    (message,) = trial.history(alice, GENERAL).messages
    assert (message.sender_name, message.bot) == ("deleted user", True)


def test_a_group_goes_to_a_bot_only_where_nobody_else_is_left(trial: Trial) -> None:
    _, bob, carol = trial.users("alice", "bob", "carol")
    clock = made(trial)
    team = trial.group("team", bob, clock, carol)
    trial.run(trial.role(team, bob, "clock", "admin"))
    trial.delete_account(bob)
    assert (role(trial, carol, team), role(trial, clock, team)) == ("owner", "admin")
    trial.delete_account(carol)
    assert role(trial, clock, team) == "owner"
    assert trial.problems() == []


def test_tokens_are_for_bots_and_passwords_for_people(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    clock = made(trial)
    trial.session(alice, b"1")
    trial.session(clock, b"2")
    as_person, as_bot = trial.run(
        records.SetPassword("CLOCK", "new"), records.SetPassword("alice", "new", bot=True)
    )
    assert isinstance(as_person, records.Refused) and isinstance(as_bot, records.Refused)
    assert (code(as_person), code(as_bot)) == ("not_allowed", "not_allowed")
    assert "user token CLOCK" in as_person.message and "user passwd alice" in as_bot.message
    assert len(trial.backend.startup(0).sessions) == 2
    changed = trial.do(records.SetPassword("Clock", "new", bot=True), records.AccountChanged)
    assert changed == records.AccountChanged(clock, [2])
    assert code(trial.session(clock, b"3")) == "session_expired"
