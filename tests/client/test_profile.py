"""The profile folder and its cache: pins, sessions, permissions, damage, epochs, the outbox."""

import contextlib
import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.client import errors
from hubbub.client.cache import Account, Cache
from hubbub.client.models import User
from hubbub.client.offline import Offline
from hubbub.client.pins import plain
from hubbub.client.profile import Profile, SavedSession
from hubbub.schemas.hello import Address, Hello, fingerprint, key_text
from tests.client.driver import hello, message, row

HERE = Address("127.0.0.1", 2000)
THERE = Address("chat.example", 2000)
KEY = b"k" * 32

FORMAT_1 = """
CREATE TABLE account (id INTEGER PRIMARY KEY, server BLOB NOT NULL, user TEXT NOT NULL, epoch BLOB NOT NULL,
    UNIQUE (server, user)) STRICT;
CREATE TABLE conversation (account INTEGER NOT NULL REFERENCES account (id), conversation INTEGER NOT NULL,
    name TEXT NOT NULL, row BLOB NOT NULL, PRIMARY KEY (account, conversation)) STRICT, WITHOUT ROWID;
CREATE TABLE message (account INTEGER NOT NULL REFERENCES account (id), conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL, position INTEGER NOT NULL, folded TEXT NOT NULL, entry BLOB NOT NULL,
    PRIMARY KEY (account, conversation, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE cursor (account INTEGER NOT NULL REFERENCES account (id), consumer TEXT NOT NULL, epoch BLOB NOT NULL,
    conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (account, consumer, epoch, conversation)) STRICT, WITHOUT ROWID;
CREATE TABLE person (account INTEGER NOT NULL REFERENCES account (id), folded TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (account, folded)) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account (id),
    recipient TEXT NOT NULL, text TEXT NOT NULL, key BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'claimed', 'sent', 'failed')),
    claimed_until REAL NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX outbox_waiting ON outbox (account, state, id);
INSERT INTO account VALUES (1, cast('kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk' AS BLOB), 'alice', cast('eeeeeeeeeeeeeeee' AS BLOB));
INSERT INTO conversation VALUES (1, 7, '@bob', x'80');
INSERT INTO message VALUES (1, 7, 5, 5, 'text', x'80');
INSERT INTO cursor VALUES (1, 'tail', cast('eeeeeeeeeeeeeeee' AS BLOB), 7, 5);
INSERT INTO outbox (account, recipient, text, key) VALUES (1, '@bob', 'hi', x'00');
PRAGMA user_version = 1;
"""

FORMAT_2 = f"{FORMAT_1} CREATE TABLE blocked (user); CREATE TABLE log (applied); PRAGMA user_version = 2;"

FORMAT_3 = f"""{FORMAT_2} ALTER TABLE outbox ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0;
INSERT INTO outbox (account, recipient, text, key, conversation) VALUES (1, '@bob', 'later', x'01', 7);
PRAGMA user_version = 3;
"""

FORMAT_4 = f"""{FORMAT_3} ALTER TABLE outbox ADD COLUMN files BLOB NOT NULL DEFAULT x'';
INSERT INTO person VALUES (1, 'bob', 'Bob');
PRAGMA user_version = 4;
"""


def other_key() -> Hello:
    changed = hello()
    changed.key = b"x" * 32
    return changed


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


@pytest.fixture
def account(profile: Profile) -> Iterator[Account]:
    with Cache(profile.cache_path) as cache:
        made = cache.account(KEY, "Alice")
        made.belong(b"e" * 16)
        yield made


def saved(name: str = "Alice", token: bytes = b"t" * 32) -> SavedSession:
    return SavedSession(name=name, user=1, token=token, epoch=b"e" * 16, expires_at=1)


def test_a_key_is_known_wherever_its_server_is(profile: Profile) -> None:
    assert profile.meet(HERE, hello())
    assert not profile.meet(HERE, hello())
    assert not profile.meet(THERE, hello()), "a new address of a known key is no first use"
    assert profile.key_at(THERE) == KEY


def test_a_known_address_with_another_key_is_a_loud_error(profile: Profile) -> None:
    profile.meet(HERE, hello())
    with pytest.raises(errors.KeyChanged) as caught:
        profile.meet(HERE, other_key())
    assert fingerprint(KEY) in str(caught.value)
    assert fingerprint(b"x" * 32) in str(caught.value)
    assert f"hubbub forget {plain(HERE)}" in str(caught.value)
    profile.save_session(KEY, saved())
    assert profile.forget(plain(HERE)) == [key_text(KEY)]
    assert profile.session(KEY, "alice") is None
    assert profile.meet(HERE, other_key())


def test_a_pinned_address_wants_its_key(profile: Profile) -> None:
    with pytest.raises(errors.KeyChanged):
        profile.meet(HERE._replace(key=KEY), other_key())
    assert not profile.meet(HERE._replace(key=KEY), hello()), "the address vouched for it"


def test_sessions_belong_to_key_and_user(profile: Profile) -> None:
    profile.save_session(KEY, saved())
    assert Profile(profile.folder).session(KEY, "aLICE") == saved()
    assert profile.session(b"x" * 32, "alice") is None
    profile.forget_session(KEY, "alice", b"another token")
    assert profile.session(KEY, "alice") is not None
    profile.forget_session(KEY, "alice", b"t" * 32)
    assert profile.session(KEY, "alice") is None


def test_the_device_keeps_its_key(profile: Profile) -> None:
    assert profile.device_key() == Profile(profile.folder).device_key()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_reads_it(profile: Profile, account: Account) -> None:
    profile.device_key()
    profile.save_session(KEY, saved())
    account.put_messages([message(7, 1)])
    assert stat.S_IMODE(profile.folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in profile.folder.iterdir()}
    assert len(modes) >= 5
    assert set(modes.values()) == {0o600}, modes


def test_a_damaged_profile_is_no_empty_one(profile: Profile) -> None:
    (profile.folder / "profile.json").write_text("{")
    with pytest.raises(errors.ProfileError):
        profile.meet(HERE, hello())


def test_programs_that_write_together_lose_nothing(profile: Profile) -> None:
    def save(number: int) -> None:
        Profile(profile.folder).save_session(KEY, saved(f"user{number}"))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(profile.read().sessions[key_text(KEY)]) == 8


# --------------------------------------------------------------------------------------------------------- cache


def test_another_epoch_empties_all_but_the_outbox(account: Account) -> None:
    account.put_messages([message(7, 1)])
    account.put_home([row(7, 1)], complete=True)
    account.put_blocked({9: "bob"})
    account.put_cursors("tail", account.epoch, [(7, 1)])
    account.outbox.add("@bob", "hi", b"k" * 16, 7, reply_to=3)
    account.belong(b"n" * 16)
    assert account.history(7) == []
    assert account.home() == []
    assert account.blocked() == {}
    assert account.cursors("tail") == {}
    (waiting,) = account.outbox.list()
    assert (waiting.text, waiting.conversation, waiting.reply_to) == ("hi", 0, None), (
        "numbers mean nothing there"
    )


def test_a_message_of_the_outbox_keeps_its_files(profile: Profile, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"no text \xff.bin")
    with Cache(profile.cache_path) as cache:
        outbox = cache.account(KEY, "alice").outbox
        outbox.add("@bob", "", b"k" * 16, paths=[odd, Path("here.txt")], keep_location=True)
    with Cache(profile.cache_path) as cache:
        outbox = cache.account(KEY, "alice").outbox
        waiting = outbox.claim(now=100.0, lease_s=30.0)
        assert waiting is not None
        assert waiting.attachments == (str(odd), str(Path("here.txt").absolute()))
        assert waiting.keep_location
        outbox.renew(waiting.key, until=200.0)
        assert outbox.claim(now=150.0, lease_s=30.0) is None, "whoever claimed it is still at it"
        assert outbox.claim(now=201.0, lease_s=30.0) == waiting


@pytest.mark.parametrize(
    "before",
    [FORMAT_1, FORMAT_2, FORMAT_3, FORMAT_4],
    ids=["format 1", "format 2", "format 3", "format 4"],
)
def test_the_cache_of_an_older_hubbub_keeps_its_outbox_and_its_cursors(profile: Profile, before: str) -> None:
    with contextlib.closing(sqlite3.connect(profile.cache_path)) as db:
        db.executescript(before)
    with Cache(profile.cache_path) as cache:
        kept = cache.account(KEY, "alice")
        assert kept.epoch == b"e" * 16
        assert kept.cursors("tail") == {7: 5}
        later = [("later", 7, (), None)] if before in (FORMAT_3, FORMAT_4) else []
        found = [(one.text, one.conversation, one.attachments, one.reply_to) for one in kept.outbox.list()]
        assert found == [("hi", 0, (), None), *later]
        assert kept.people.find() == ([User(name="Bob")] if before is FORMAT_4 else [])
        assert kept.home() == []
        assert kept.blocked() == {}
        kept.put_messages([message(7, 6)])
        assert [one.seq for one in kept.history(7)] == [6]


def test_people_are_kept_as_they_were_shown_last(account: Account) -> None:
    account.put_people([User(name="Bob", display_name="B.", picture=b"p" * 32), User(name="echo", bot=True)])
    account.people.show("Bob", "Bobby", "#3366cc", b"")
    account.people.show("eve", "", "", b"")
    assert account.people.find() == [
        User(name="Bob", display_name="Bobby", colour="#3366cc"),
        User(name="echo", bot=True),
        User(name="eve"),
    ]
    assert [one.name for one in account.people.find("B", limit=1)] == ["Bob"]
    account.put_people([User(name="eve")], complete=True)
    assert [one.name for one in account.people.find()] == ["eve"]


def test_one_message_is_dropped_and_sent_again_by_its_key(account: Account) -> None:
    first, second = b"1" * 16, b"2" * 16
    for key in (first, second):
        account.outbox.add("@bob", "hi", key)
    account.outbox.claim(now=100.0, lease_s=30.0)
    with pytest.raises(errors.NotAllowed):
        account.outbox.discard(first, now=129.0)
    account.outbox.failed(first, "no")
    account.outbox.retry(first)
    assert [(one.state, one.problem) for one in account.outbox.list()] == [("pending", "")] * 2
    again = account.outbox.claim(now=130.0, lease_s=30.0)
    assert again is not None and again.key == first, "in its old place"
    account.outbox.discard(first, now=161.0)
    account.outbox.discard(second, now=161.0)
    for act in (account.outbox.retry, lambda key: account.outbox.discard(key, now=161.0)):
        with pytest.raises(errors.NotFound):
            act(first)


def test_cursors_are_a_consumers_own_and_never_go_back(account: Account) -> None:
    account.put_cursors("tail", account.epoch, [(7, 5)])
    account.put_cursors("tail", account.epoch, [(7, 3)])
    account.put_cursors("gui", account.epoch, [(7, 1)])
    assert account.cursors("tail") == {7: 5}
    assert account.cursors("gui") == {7: 1}


def test_a_claim_of_before_the_clock_was_set_back_is_none(account: Account) -> None:
    account.outbox.add("@bob", "hello", bytes(16))
    assert account.outbox.claim(now=5000.0, lease_s=30.0) is not None
    assert account.outbox.claim(now=5029.0, lease_s=30.0) is None
    assert account.outbox.claim(now=1400.0, lease_s=30.0) is not None


def test_a_message_is_claimed_by_one_program_until_its_lease_ends(profile: Profile, account: Account) -> None:
    for number in (1, 2):
        account.outbox.add("@bob", f"text {number}", bytes([number]) * 16)
    elsewhere = Cache(profile.cache_path)
    other = elsewhere.account(KEY, "alice").outbox
    first = account.outbox.claim(now=100.0, lease_s=30.0)
    assert first is not None
    assert first.text == "text 1"
    assert other.claim(now=110.0, lease_s=30.0) is None, "the order would be lost"
    again = other.claim(now=131.0, lease_s=30.0)
    assert again is not None
    assert again.key == first.key, "whoever claimed it died: the same key on every try"
    other.sent(again.key)
    elsewhere.close()
    second = account.outbox.claim(now=132.0, lease_s=30.0)
    assert second is not None
    account.outbox.failed(second.key, "no such user")
    assert account.outbox.claim(now=133.0, lease_s=30.0) is None
    assert [(one.state, one.problem) for one in account.outbox.list()] == [("failed", "no such user")]


def test_a_damaged_cache_is_set_aside(profile: Profile) -> None:
    profile.cache_path.write_bytes(b"this is no database" * 1000)
    with Cache(profile.cache_path) as cache:
        assert cache.damaged is not None
        assert cache.damaged.read_bytes().startswith(b"this is no database")
        assert cache.account(KEY, "alice").home() == []
    with Cache(profile.cache_path) as cache:
        assert cache.damaged is None


def test_the_cache_of_a_newer_hubbub_is_left_alone(profile: Profile, account: Account) -> None:
    with contextlib.closing(sqlite3.connect(profile.cache_path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(errors.ProfileError, match="newer"):
        Cache(profile.cache_path)


def test_offline_names_and_folds_as_the_server_would(profile: Profile, account: Account) -> None:
    profile.meet(HERE, hello())
    rows = [row(number, 1, kind="group", name="team", muted_until=99) for number in (7, 8)]
    account.put_home(rows, complete=True)
    account.put_messages([message(8, 1)])
    account.put_blocked({9: "bob"})
    with Offline(profile, HERE, "alice") as cache:
        assert [one.name for one in cache.home()] == ["#team", "#team~8"]
        assert cache.home()[0].muted_until is not None
        assert [one.blocked for one in cache.history("#team~8")] == [True]
        assert cache.history("#team") == []


def test_offline_has_what_the_cache_has(profile: Profile, account: Account) -> None:
    with pytest.raises(errors.NoServer):
        Offline(profile, HERE, "alice")
    profile.meet(HERE, hello())
    account.put_home([row(7, 1)], complete=True)
    account.put_messages([message(7, 1)])
    with pytest.raises(errors.BadRequest):
        Offline(profile.folder, "host:port", "alice")
    with Offline(str(profile.folder), str(HERE), "ALICE") as cache:
        assert [one.text for one in cache.history("name7")] == ["text 1"]
        assert cache.search("text")[0].conversation == "@name7"
        assert cache.home()[0].name == "@name7"
        with pytest.raises(errors.NotFound):
            cache.history("stranger")
        cache.queue("name7", "later")
        assert [(one.recipient, one.conversation) for one in cache.waiting()] == [("@name7", 7)]
