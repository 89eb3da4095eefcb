"""What was deleted is in no file any more: the server's database, its log, its search index, a client's cache."""

import secrets
import signal
from pathlib import Path

import pytest

from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, BrokerProcess, serving
from tests.helpers.waiting import until

PROMISE_S = 10.0
NEIGHBOURS = 150


def nonce() -> str:
    """A word that is nowhere else, and that the search index takes for one word."""
    return "q" + secrets.token_hex(12)


def holding(folder: Path, word: str) -> list[str]:
    """Names of the files that hold the word, in any case."""
    wanted = word.encode()
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and wanted in path.read_bytes().lower()
    )


def client(process: BrokerProcess, name: str, profile: Path | None = None, *, live: bool = False) -> Client:
    port = int(process.place.address.rsplit(":", 1)[1])
    return Client(
        f"127.0.0.1:{port}", user=name, password=PASSWORD.decode(), register=True, profile=profile, live=live
    )


def test_no_live_file_holds_a_deleted_text(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Texts, earlier texts and what the index had of them, names of files and what is in them, between neighbours that stay; long ones
    have pages of their own."""
    data, profile = tmp_path / "data", tmp_path / "profile"
    gone = [nonce() for _ in range(7)]
    file = tmp_path_factory.mktemp("mine") / f"plan of {gone[6]}.txt"
    file.write_text(content := nonce())
    kept = nonce()
    with serving(data) as process, client(process, "alice", profile) as alice, client(process, "bob") as bob:
        group = alice.create_group("#team", members=["bob"]).name
        texts = [f"{gone[0]} short", f"{gone[1]} " + "long " * 3000, f"first {gone[2]}"]
        for place in range(NEIGHBOURS):
            alice.send(group, f"neighbour {place} " + "x" * (place * 7 % 400))
        messages = [alice.send(group, text) for text in texts]
        messages.append(alice.send(group, attachments=[file]))
        copy = alice.forward(messages[3], "alice")
        stays = bob.send(group, f"kept {kept}")
        for place in range(NEIGHBOURS):
            alice.send(group, f"neighbour {place} " + "y" * (place * 11 % 400))
        messages[2] = alice.edit(messages[2], f"second {gone[3]} " + "much longer than before " * 40)
        messages[2] = alice.edit(messages[2], f"third {gone[4]}")
        theirs = bob.send(group, f"{gone[5]} by a member")
        bob.react(messages[0], "👍")
        assert [hit.seq for hit in alice.search(gone[4])] == [messages[2].seq]
        assert len(list(alice.history(group, limit=None))) == 2 * NEIGHBOURS + 6
        for word in gone:
            assert "hubbub.db" in " ".join(holding(data, word))
        assert len(holding(data, content)) == 1

        for message in (*messages, copy, theirs):
            alice.delete(message)
        gone.append(content)
        try:
            until(lambda: not any(holding(tmp_path, word) for word in gone), PROMISE_S)
        except AssertionError:
            raise AssertionError([holding(tmp_path, word) for word in gone]) from None

        assert all(not bob.search(word) for word in gone)
        assert [hit.text for hit in bob.search(kept)] == [stays.text]
        tombstones = [message for message in bob.history(group, limit=None) if message.deleted_at]
        assert [(one.text, one.deleted_by, one.sender) for one in tombstones] == [
            ("", "alice", "bob"),
            *[("", "alice", "alice")] * 4,
        ]
        assert bob.earlier_texts(messages[2]) == []
    assert not any(holding(tmp_path, word) for word in gone)
    assert process.verify()["problems"] == []


def test_a_kill_right_after_a_deletion_leaves_nothing(tmp_path: Path) -> None:
    """The deletion is acknowledged, so it is true; the worker that comes up makes it true of the files."""
    data, word = tmp_path / "data", nonce()
    with serving(data) as process, client(process, "alice") as alice:
        message = alice.send("#general", f"{word} to be deleted")
        assert alice.search(word)
        alice.delete(message)
        process.kill_worker()
        until(lambda: alice.users("alice"), what="the new worker")
        until(lambda: not holding(data, word), PROMISE_S, "the text to be gone")
        assert process.stop(signal.SIGTERM) == 0
