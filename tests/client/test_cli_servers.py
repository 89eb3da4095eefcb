"""`hubbub discover`: what it prints of whatever is announced. `hubbub forget`: what it asks before."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from hubbub.client import Nearby, discovery, forgetting
from hubbub.client.cache import Cache
from hubbub.client.cli import main
from hubbub.client.errors import NoServer
from hubbub.client.gui import settings
from hubbub.client.profile import Profile, SavedSession
from hubbub.schemas.hello import Address, fingerprint, key_text
from tests.client.driver import hello

LAB = Nearby(
    name="Lab",
    address="192.0.2.7:2000",
    addresses=("192.0.2.7:2000", "[fd00::7]:2000"),
    key=b"L" * 32,
    publish_port=2001,
    version=1,
)
GONE = Nearby(
    name="Gone", address="192.0.2.8:2000", addresses=(), key=b"G" * 32, publish_port=2001, version=1
)
ATTIC = Nearby(name="attic", address="192.0.2.9:1", addresses=(), key=b"k" * 32, publish_port=2001, version=1)


def hearing(monkeypatch: pytest.MonkeyPatch, *servers: Nearby) -> list[float | None]:
    """What discover is asked."""
    asked: list[float | None] = []

    async def heard(timeout: float | None) -> AsyncIterator[Nearby]:
        asked.append(timeout)
        for server in servers:
            yield server

    monkeypatch.setattr(discovery, "discover", heard)
    return asked


def discover(profile: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["discover", "--profile", str(profile), *options])


def test_servers_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Profile(tmp_path).meet(Address("192.0.2.9", 1), hello())
    departed = Nearby(**{name: getattr(GONE, name) for name in GONE.__struct_fields__} | {"gone": True})
    asked = hearing(monkeypatch, LAB, GONE, ATTIC, departed, LAB)
    shown = discover(tmp_path, "--timeout", "0.5")
    assert (shown.exit_code, asked) == (0, [0.5])
    assert shown.stdout.splitlines() == [
        f"attic  192.0.2.9:1     known  {fingerprint(b'k' * 32)}",
        f"Lab    192.0.2.7:2000  new    {fingerprint(b'L' * 32)}",
    ]
    rows = [json.loads(line) for line in discover(tmp_path, "--json").stdout.splitlines()]
    assert rows[1] == {
        "name": "Lab",
        "address": "192.0.2.7:2000",
        "addresses": ["192.0.2.7:2000", "[fd00::7]:2000"],
        "publish_port": 2001,
        "key": key_text(b"L" * 32),
        "words": fingerprint(b"L" * 32),
        "version": 1,
        "known": False,
    }
    assert asked == [0.5, 2.0]


def test_nothing_found_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hearing(monkeypatch)
    shown = discover(tmp_path)
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert "hubbub login --server ADDRESS" in shown.stderr
    assert discover(tmp_path, "--json").output == ""


def test_where_nothing_can_be_heard_it_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def deaf(timeout: float | None) -> AsyncIterator[Nearby]:
        raise NoServer("Nearby servers can't be looked for here.")
        yield LAB

    monkeypatch.setattr(discovery, "discover", deaf)
    shown = discover(tmp_path)
    assert (shown.exit_code, shown.stderr) == (3, "Nearby servers can't be looked for here.\n")


def forget(profile: Profile, *arguments: str, says: str | None = None) -> Result:
    return CliRunner().invoke(main, ["forget", *arguments, "--profile", str(profile.folder)], input=says)


def test_forgetting_asks_where_something_waits(tmp_path: Path) -> None:
    profile, key = Profile(tmp_path), hello().key
    profile.meet(Address("127.0.0.1", 1), hello())
    for name in ("ann", "ben"):
        profile.save_session(
            key, SavedSession(name=name, user=1, token=bytes(32), epoch=bytes(16), expires_at=2**60)
        )
        with Cache(profile.cache_path) as cache:
            cache.account(key, name).outbox.add("@eve", "hello", name.encode().ljust(16))
    assert forget(profile, "127.0.0.1:1", "--account", "eve").exit_code == 5
    assert "1 message that was not sent is lost." in forget(profile, "127.0.0.1:1", "--account", "ann").stderr
    assert forget(profile, "127.0.0.1:1", "--account", "ann", says="n\n").exit_code != 0
    assert len(profile.accounts()) == 2
    assert forget(profile, "127.0.0.1:1", "--account", "Ann", says="y\n").exit_code == 0
    assert [one.user for one in profile.accounts()] == ["ben"]
    assert forgetting.waiting(profile, key) == 1
    assert forget(profile, key_text(key), "--yes").stdout.startswith("Forgotten: ")
    assert not profile.known_servers() and forgetting.waiting(profile, key) == 0


def test_a_name_that_two_servers_took_forgets_neither(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    for port, key in ((1, b"k" * 32), (2, b"l" * 32)):
        profile.meet(Address("127.0.0.1", port), replace(hello(), key=key))
    refused = forget(profile, hello().server)
    assert refused.exit_code == 2 and key_text(b"l" * 32) in refused.stderr
    assert len(profile.known_servers()) == 2
    assert forget(profile, key_text(b"l" * 32)).exit_code == 0
    assert forget(profile, hello().server).exit_code == 0
    assert not profile.known_servers()


def test_an_empty_name_is_not_all_accounts(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.meet(Address("127.0.0.1", 1), hello())
    assert forget(profile, "127.0.0.1:1", "--account", "", "--yes").exit_code == 5
    assert profile.known_servers()


def test_what_windows_kept_goes_too(tmp_path: Path) -> None:
    profile, key = Profile(tmp_path), hello().key
    profile.meet(Address("127.0.0.1", 1), hello())
    for name in ("ann", "anna"):
        profile.save_session(
            key, SavedSession(name=name, user=1, token=bytes(32), epoch=bytes(16), expires_at=2**60)
        )
    drafts = {settings.account_name(key, name): {"@eve": f"to {name}"} for name in ("ann", "anna")}
    (tmp_path / settings.FILE).write_text(json.dumps({"drafts": drafts, "theme": "dark"}))
    picture, other = tmp_path / "media" / f"{'ab' * 32}.small", tmp_path / "media" / "holiday.jpg"
    picture.parent.mkdir()
    picture.write_bytes(b"seen")
    other.write_bytes(b"not ours")
    assert forget(profile, "127.0.0.1:1", "--account", "ann").exit_code == 0
    kept = settings.read(tmp_path)
    assert kept.drafts == {settings.account_name(key, "anna"): {"@eve": "to anna"}} and kept.theme == "dark"
    assert not picture.exists() and other.exists()
