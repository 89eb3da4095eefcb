"""What a profile tells whoever chooses a server and an account, the last used first, and what forgetting takes away."""

from pathlib import Path

import msgspec
import pytest

from hubbub.client.profile import KnownServer, Profile, RememberedAccount, SavedSession, State
from hubbub.schemas.hello import Address, Hello, key_text
from tests.client.driver import hello

LAB, HOME = b"L" * 32, b"H" * 32
AT_LAB, NEW_AT_LAB, AT_HOME = (Address(host, 2000) for host in ("lab.example", "10.0.0.9", "home.example"))


def of(key: bytes, name: str) -> Hello:
    made = hello()
    made.key, made.server = key, name
    return made


def session(name: str, bot: bool = False) -> SavedSession:
    return SavedSession(name=name, user=1, token=b"t" * 32, epoch=b"e" * 16, expires_at=1, bot=bot)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile(tmp_path)
    made.meet(AT_LAB, of(LAB, "Lab\n\u202e"))
    made.meet(AT_HOME, of(HOME, "Home"))
    return made


def accounts(profile: Profile) -> list[tuple[str, str, bool]]:
    return [(one.user, one.server.name, one.logged_in) for one in profile.accounts()]


def test_the_last_used_is_first(profile: Profile) -> None:
    assert [server.name for server in profile.known_servers()] == ["Home", "Lab"], "none was used: by name"
    profile.save_session(LAB, session("Alice"))
    profile.save_session(HOME, session("alice"))
    assert accounts(profile) == [("alice", "Home", True), ("Alice", "Lab", True)]
    profile.choose(str(AT_LAB), "Alice")
    assert accounts(profile) == [("Alice", "Lab", True), ("alice", "Home", True)]
    profile.save_session(LAB, session("bob"))
    assert accounts(profile)[0] == ("bob", "Lab", True)
    assert [server.name for server in profile.known_servers()] == ["Lab", "Home"]


def test_an_account_outlives_its_session(profile: Profile) -> None:
    profile.save_session(LAB, session("Alice"))
    profile.forget_session(LAB, "alice", b"t" * 32)
    server = KnownServer(name="Lab", key=LAB, addresses=(str(AT_LAB),))
    assert profile.accounts() == [RememberedAccount(user="Alice", server=server, logged_in=False, bot=False)]
    profile.save_session(LAB, session("ALICE"))
    assert accounts(profile) == [("ALICE", "Lab", True)]


def test_a_server_that_moved_is_reached_where_it_was_last(profile: Profile) -> None:
    profile.meet(NEW_AT_LAB, of(LAB, "Lab"))
    (lab,) = [one for one in profile.known_servers() if one.key == LAB]
    assert lab.addresses == (str(NEW_AT_LAB), str(AT_LAB))
    profile.meet(AT_LAB, of(LAB, "Lab"))
    (lab,) = [one for one in profile.known_servers() if one.key == LAB]
    assert lab.addresses == (str(AT_LAB), str(NEW_AT_LAB))


def test_forgetting_an_account_leaves_the_others(profile: Profile) -> None:
    for key, name in ((LAB, "alice"), (LAB, "bob"), (HOME, "alice")):
        profile.save_session(key, session(name))
    profile.choose(str(AT_LAB), "alice")
    assert profile.forget_account(LAB, "ALICE")
    assert not profile.forget_account(LAB, "alice")
    assert accounts(profile) == [("alice", "Home", True), ("bob", "Lab", True)]
    assert profile.session(LAB, "alice") is None and profile.session(LAB, "bob") is not None
    state = profile.read()
    assert (state.server, state.user) == (str(AT_LAB), ""), "commands ask who you are"


def test_forgetting_a_server_takes_its_accounts(profile: Profile) -> None:
    profile.save_session(LAB, session("alice"))
    profile.save_session(HOME, session("alice"))
    assert profile.forget(str(AT_LAB)) == [key_text(LAB)]
    assert accounts(profile) == [("alice", "Home", True)]
    assert [server.name for server in profile.known_servers()] == ["Home"]
    profile.meet(AT_LAB, of(LAB, "Lab"))
    assert accounts(profile) == [("alice", "Home", True)]


def test_accounts_of_a_profile_from_before_are_remembered(profile: Profile) -> None:
    old = msgspec.to_builtins(profile.read())
    old["sessions"] = {key_text(LAB): {"alice": msgspec.to_builtins(session("Alice", bot=True))}}
    del old["accounts"]
    (profile.folder / "profile.json").write_bytes(msgspec.json.encode(old))
    assert accounts(profile) == [("Alice", "Lab", True)] and profile.accounts()[0].bot
    profile.save_session(HOME, session("bob"))
    assert accounts(profile) == [("bob", "Home", True), ("Alice", "Lab", True)]
    assert profile.forget_account(LAB, "alice")
    assert accounts(profile) == [("bob", "Home", True)]
    assert msgspec.json.decode((profile.folder / "profile.json").read_bytes(), type=State)
