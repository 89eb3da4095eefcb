"""Forgetting an account leaves nothing of it on the disk, nothing at the server, and all of the others."""

from pathlib import Path

import pytest

from hubbub.client import Client, errors, forgetting
from hubbub.client.cache import Cache
from hubbub.client.offline import Offline
from hubbub.client.profile import Profile, SavedSession
from hubbub.schemas.hello import Address
from tests.client.driver import hello
from tests.helpers.brokers import PASSWORD, Served

NONCE, KEPT = "the-word-that-goes", "the-word-that-stays"


async def uses(broker: Served, profile: Path, name: str, text: str, files: Path) -> bytes:
    """Somebody logs in, says something with a file, and writes something that waits; the server's key."""
    options = {"password": PASSWORD.decode(), "profile": profile, "register": True}
    async with Client(broker.place.address, user=name, **options) as chat:
        (files / f"{name}.txt").write_text(text)
        await chat.send(name, text, attachments=[files / f"{name}.txt"])
        await chat.home()
        assert [one async for one in chat.history(name)]
        assert chat.server is not None
    with Offline(profile, broker.place.address, name) as there:
        there.queue(name, f"{text} waits")
    return chat.server.key


def raw(profile: Path) -> bytes:
    return b"".join(path.read_bytes() for path in profile.rglob("*") if path.is_file())


async def test_an_account_goes_and_the_others_stay(broker: Served, tmp_path: Path) -> None:
    folder, files = tmp_path / "profile", tmp_path
    key = await uses(broker, folder, "ann", NONCE, files)
    await uses(broker, folder, "ben", KEPT, files)
    profile = Profile(folder)
    session = profile.session(key, "ann")
    assert session is not None and forgetting.waiting(profile, key, "Ann") == 1
    assert forgetting.waiting(profile, key) == 2
    await forgetting.say_goodbye(profile, key, "ann")
    told: list[forgetting.Forgotten] = []
    forgetting.forget(profile, key, "ann", told.append)
    (left,) = told
    assert [one.user for one in profile.accounts()] == ["ben"]
    assert NONCE.encode() not in raw(folder) and KEPT.encode() in raw(folder)
    assert len(left.needed) == 1, "the file of the other one"
    with Offline(folder, broker.place.address, "ben") as there:
        assert [message.text for message in there.history("ben")] == [KEPT]
        assert [one.text for one in there.waiting()] == [f"{KEPT} waits"]
    profile.save_session(key, session)
    with pytest.raises(errors.NotLetIn):
        async with Client(broker.place.address, user="ann", profile=folder, give_up=True):
            pass


async def test_a_server_goes_with_all_its_accounts_where_it_does_not_answer_too(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    here, there = bytes(32), bytes(range(32))
    with Cache(profile.cache_path) as cache:
        for server, user in ((here, "ann"), (here, "ben"), (there, "ann")):
            cache.account(server, user).outbox.add(
                "@eve", f"of {user}", f"{server[1]}{user}".ljust(16).encode()
            )
    forgetting.forget(profile, here)
    assert (forgetting.waiting(profile, here), forgetting.waiting(profile, there)) == (0, 1)


def test_the_number_of_a_forgotten_account_is_nobody_elses(tmp_path: Path) -> None:
    """Another program may have it open, and still write under it."""
    with Cache(tmp_path / "cache.sqlite") as cache:
        before = cache.account(bytes(32), "ann")
        assert cache.forget(bytes(32), "ann") == []
        before.outbox.add("@eve", "too late", bytes(16))
        assert cache.account(bytes(32), "ben").outbox.list() == []
        assert cache.account(bytes(32), "ann").outbox.list() == []


def test_what_breaks_off_can_be_done_again(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.meet(Address("127.0.0.1", 1), hello())
    key = hello().key
    profile.save_session(
        key, SavedSession(name="ann", user=1, token=bytes(32), epoch=bytes(16), expires_at=2**60)
    )

    def crash(_: forgetting.Forgotten) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forgetting.forget(profile, key, "ann", crash)
    assert [one.user for one in profile.accounts()] == ["ann"]
    forgetting.forget(profile, key, "ann")
    assert profile.accounts() == []


def test_what_another_program_writes_too_late_goes_with_the_next(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite") as cache:
        before = cache.account(bytes(32), "ann")
        cache.account(bytes(32), "ben").outbox.add("@eve", KEPT, b"k" * 16)
        cache.forget(bytes(32), "ann")
        before.outbox.add("@eve", NONCE, bytes(16))
        cache.forget(bytes(32), "cid")
        assert before.outbox.list() == []
        assert [one.text for one in cache.account(bytes(32), "ben").outbox.list()] == [KEPT]
