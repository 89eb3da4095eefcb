"""Users and their sessions."""

from hubbub.schemas import records
from tests.store.stores import GENERAL, Trial, code


def test_first_user_is_admin_and_joins_general(trial: Trial) -> None:
    first = trial.do(records.CreateUser("Alice", "hash", 50), records.UserCreated)
    second = trial.do(records.CreateUser("bob", "hash", 40), records.UserCreated)
    assert (first.admin, second.admin) == (True, False)
    assert (first.joined.conversation, first.joined.seq, first.joined.change) == (GENERAL, 1, "joined")
    assert (second.joined.seq, second.joined.user_name, second.joined.sender) == (2, "bob", second.user)
    assert second.joined.at == 50, "the clock of the log never goes back"
    assert trial.sync(first.user, GENERAL).entries == [first.joined, second.joined]
    rows = [trial.home(user).conversations[0] for user in (first.user, second.user)]
    assert [(row.role, row.members) for row in rows] == [("owner", 2), ("member", 2)]


def test_names_that_fold_to_the_same_are_the_same(trial: Trial) -> None:
    trial.users("Straße")
    assert code(trial.run(records.CreateUser("STRASSE", "hash", 1))[0]) == "name_taken"
    assert trial.read(records.FindAccount("STRASSE", b""), records.Account).name == "Straße"


def test_account_is_found_with_the_devices_it_used(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    assert not trial.read(records.FindAccount("ALICE", b"device key"), records.Account).known_device
    trial.session(alice)
    assert trial.read(records.FindAccount("alice", b"device key"), records.Account).known_device
    assert not trial.read(records.FindAccount("alice", b"another key"), records.Account).known_device
    assert code(trial.reader.read(records.FindAccount("nobody", b""))) == "not_found"


def test_session_bears_what_the_broker_keeps(trial: Trial) -> None:
    alice, _ = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    created = trial.session(alice)
    assert isinstance(created, records.SessionCreated)
    assert created.session == records.Session(
        created.session.session, alice, "alice", b"t", b"device key", 10**9
    )
    assert created.entitlement == records.Entitlement(alice, 2, [GENERAL, direct])
    trial.do(records.SetStatus(alice, "busy", "writing"), records.StatusSet)
    again = trial.session(alice, b"u")
    assert isinstance(again, records.SessionCreated)
    assert again.entitlement == records.Entitlement(alice, 3, [GENERAL, direct], "busy", "writing")


def test_startup_has_live_sessions_and_the_last_entries(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.session(alice, b"old", expires_at=100)
    live = trial.session(alice, b"new", expires_at=101)
    assert isinstance(live, records.SessionCreated)
    (said,) = trial.say(GENERAL, bob, "hello")
    startup = trial.backend.startup(100)
    assert startup.sessions == [live.session]
    assert startup.entitlements == [live.entitlement]
    assert (startup.general, startup.position, len(startup.epoch)) == (GENERAL, said.position, 16)
    assert startup.recent == [(1, GENERAL, 1), (2, GENERAL, 2), (3, GENERAL, 3)]


def test_password_change_ends_sessions_and_late_logins(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.session(alice)
    changed = trial.do(records.SetPassword("ALICE", "new hash"), records.AccountChanged)
    assert changed == records.AccountChanged(alice, [1])
    assert code(trial.session(alice)) == "session_expired"
    assert trial.backend.startup(0).sessions == []
    assert code(trial.run(records.SetPassword("nobody", "hash"))[0]) == "not_found"


def test_who_changes_the_password_himself_keeps_his_session(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    for token in (b"1", b"2", b"3"):
        trial.session(alice, token)
    assert trial.do(records.SetPassword("alice", "new", 2), records.AccountChanged).ended == [1, 3]
    assert [session.session for session in trial.backend.startup(0).sessions] == [2]


def test_sessions_of_ones_own_are_revoked(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.session(alice)
    foreign, nothing = trial.run(records.RevokeSession(bob, 1), records.RevokeSession(bob, 99))
    assert foreign == nothing
    assert code(foreign) == "not_found"
    assert trial.do(records.RevokeSession(alice, 1), records.SessionsEnded).ended == [1]
    assert code(trial.run(records.RevokeSession(alice, 1))[0]) == "not_found"


def test_disabled_account_has_no_session(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.session(bob)
    assert trial.do(records.SetDisabled("bob", True), records.AccountChanged).ended == [1]
    assert code(trial.session(bob)) == "account_disabled"
    listed = trial.read(records.ReadUsers("", "", 10), records.UsersRead).users
    assert [(user.user, user.name) for user in listed] == [(alice, "alice")]
    assert trial.do(records.SetDisabled("bob", False), records.AccountChanged).ended == []
    assert isinstance(trial.session(bob, b"u"), records.SessionCreated)


def test_sessions_end_and_their_ids_do_not_come_back(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.session(alice, b"1")
    trial.session(alice, b"2", expires_at=500)
    trial.session(alice, b"3", expires_at=501)
    assert trial.do(records.EndSession(1), records.SessionsEnded).ended == [1]
    assert trial.do(records.EndSession(1), records.SessionsEnded).ended == []
    assert trial.do(records.ExpireSessions(500), records.SessionsEnded).ended == [2]
    assert trial.do(records.EndSession(3), records.SessionsEnded).ended == [3]
    again = trial.session(alice, b"4")
    assert isinstance(again, records.SessionCreated)
    assert again.session.session == 4


def test_users_are_listed_by_prefix_and_page(trial: Trial) -> None:
    trial.users("anna", "Andy", "bob", "an_", "Ärger", "Anü")
    page = trial.read(records.ReadUsers("AN", "", 2), records.UsersRead)
    assert [user.name for user in page.users] == ["an_", "Andy"]
    assert page.next is not None
    rest = trial.read(records.ReadUsers("an", page.next, 2), records.UsersRead)
    assert ([user.name for user in rest.users], rest.next) == (["anna", "Anü"], None)
    literal = trial.read(records.ReadUsers("an_", "", 9), records.UsersRead)
    assert [user.name for user in literal.users] == ["an_"], "no character is a wildcard"
    assert trial.read(records.ReadUsers("%", "", 9), records.UsersRead).users == []


def test_accounts_are_listed_with_their_sessions(trial: Trial) -> None:
    (alice, _) = trial.users("alice", "Bob")
    trial.session(alice)
    trial.run(records.SetDisabled("bob", True))
    first = trial.read(records.ReadAccounts("", 1), records.AccountsRead)
    assert first.next == "alice"
    assert (first.users[0].admin, first.users[0].sessions, first.users[0].created_at) == (True, 1, 1000)
    rest = trial.read(records.ReadAccounts(first.next, 5), records.AccountsRead)
    assert [(user.name, user.disabled) for user in rest.users] == [("Bob", True)]
    assert rest.next is None
