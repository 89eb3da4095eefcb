"""Bad frames at the request socket: answered with a clear code or dropped; nothing changed, nothing lost, memory flat."""

import hashlib
import itertools
from collections.abc import Iterator
from typing import Any

import msgpack
import psutil
import pytest
import zmq

from hubbub.schemas.errors import ERRORS
from tests.helpers.brokers import PASSWORD, BrokerProcess, serving
from tests.helpers.mutations import bad_frames
from tests.helpers.raw import Raw, new_key
from tests.wire.samples import REQUESTS

MIB = 1 << 20
AT_ONCE = 16
CANNOT: dict[str, dict[str, Any]] = {
    "REGISTER": {"password": b"xyz"},
    "CREATE_GROUP": {"name": "\0 \0 \0 \0"},
    "JOIN_GROUP": {"group": "\0 \0 \0 \0"},
    "MARK_READ": {"conversation": 2**40},
    "MUTE": {"conversation": 2**40},
    "REVOKE_SESSION": {"session": 2**40},
    "CHANGE_PASSWORD": {"old": b"x" * 1025},
    "DELETE_ACCOUNT": {"password": b"x" * 1025},
}
"""How the seeds of modes that would change something are made such that what gets through is refused."""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    with serving(tmp_path_factory.mktemp("bad") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def honest(process: BrokerProcess) -> Iterator[Raw]:
    with Raw(process.place) as raw:
        raw.login("honest", PASSWORD, register=True)
        own = raw.start("honest")
        for number in range(10):
            raw.send_text(own, f"message {number}")
        yield raw


def seeds(attacker: Raw, own: int) -> list[dict[str, Any]]:
    """One good request of every mode, with the attacker's token. Those that would change something can't."""
    made = []
    for sample in REQUESTS:
        mode = str(sample.__struct_config__.tag)
        fields = {name: getattr(sample, name) for name in sample.__struct_fields__ if name != "before"}
        fields |= {"mode": mode, "token": attacker.token}
        if mode == "LOGOUT":
            continue
        if "conversation" in fields:
            fields["conversation"] = 2**40 if "key" in fields else own
        if "user" in fields:
            fields["user"] = attacker.name
        made.append(fields | CANNOT.get(mode, {}))
    return made


def rain(attacker: Raw, frames: Iterator[tuple[str, bytes]]) -> dict[str, int]:
    """Send them, some at a time, each time followed by a question whose answer shows that the rest was dealt with."""
    codes: dict[str, int] = {}
    while batch := list(itertools.islice(frames, AT_ONCE)):
        for _, frame in batch:
            attacker.requests.send(frame)
        attacker.requests.send(msgpack.packb({"mode": "IS_HOST", "id": 4_000_000_000}))
        answered = 0
        attacker.wait(lambda: attacker.requests.poll(20_000), what="any answer")
        while attacker.requests.poll(20_000):
            said = msgpack.unpackb(attacker.requests.recv())
            if said["id"] == 4_000_000_000:
                break
            code = said.get("error", "")
            assert code != "internal", [frame.hex()[:400] for _, frame in batch]
            assert code in ERRORS or code == ""
            codes[code] = codes.get(code, 0) + 1
            answered += 1
        else:
            pytest.fail(f"not answered: {[(how, frame[:200]) for how, frame in batch]}")
        attacker.answers.clear()
    return codes


def counts(process: BrokerProcess) -> dict[str, Any]:
    return process.verify()


def storm(process: BrokerProcess, honest: Raw, count: int, seed: int) -> None:
    worker = psutil.Process(process.ready().worker)
    with Raw(process.place) as attacker:
        # A name that no slip turns into another's: START_CONVERSATION with it is among the seeds.
        attacker.login(hashlib.sha256(bytes([seed])).hexdigest()[:30], PASSWORD, register=True)
        own = attacker.start(attacker.name)
        good = seeds(attacker, own)
        rain(attacker, bad_frames(good, 200, seed + 1))  # whatever is made once is made by now
        before, memory, files = counts(process), worker.memory_info().rss, worker.num_fds()
        codes = rain(attacker, bad_frames(good, count, seed))
        assert counts(process) == before
        assert worker.memory_info().rss - memory < 24 * MIB
        assert worker.num_fds() <= files + 8  # a reader opens what it needs when it is first asked for it
        assert codes["bad_request"] > count / 4 and codes["unknown_mode"] > 0
        assert attacker.ask("HOME")["conversations"][-1]["conversation"] == own
        assert attacker.entries(own) == []
    assert len(honest.entries(honest.start("honest"))) == 10
    assert process.ready().worker == worker.pid
    assert "Traceback" not in process.log
    print(f"\n{count} bad frames: {codes}")


def test_bad_frames_are_answered_or_dropped_and_change_nothing(process: BrokerProcess, honest: Raw) -> None:
    storm(process, honest, 1_000, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ten_thousand_bad_frames(process: BrokerProcess, honest: Raw) -> None:
    storm(process, honest, 10_000, seed=2)


def test_frames_of_several_parts_are_dropped(process: BrokerProcess, honest: Raw) -> None:
    """A REQ socket's empty delimiter, and parts without end."""
    ping = msgpack.packb({"mode": "PING", "id": 1, "token": honest.token})
    for parts in ([b"", ping], [ping, ping], [ping] * 500, [b""] * 2):
        honest.requests.send_multipart(parts)
    assert honest.ask("PING")["id"] > 1


def test_an_oversized_frame_costs_its_sender_the_connection(process: BrokerProcess) -> None:
    with Raw(process.place) as attacker:
        attacker.ask("IS_HOST")
        for size in (256 * 1024 + 1, 1 << 20, 1 << 26):
            dropped = attacker.watch(attacker.requests, zmq.EVENT_DISCONNECTED)
            attacker.requests.send(b"\0" * size)
            assert dropped.poll(20_000), f"{size} bytes were taken"
            attacker.requests.disable_monitor()
            attacker.reconnect()
            assert attacker.ask("IS_HOST")


def test_the_largest_frame_and_text_are_taken(process: BrokerProcess, honest: Raw) -> None:
    own = honest.start("honest")
    for text in ("x" * 16_384, "\U0001f600" * 4096, "é" * 8192):
        key = new_key()
        padding = b"\0" * (250_000 - len(text.encode()))
        seq = honest.ask("SEND_MESSAGE", conversation=own, key=key, text=text, padding=padding)["seq"]
        assert honest.entries(own, seq - 1)[0]["text"] == text


@pytest.mark.parametrize("text", ["x" * 16_385, "\U0001f600" * 4097, "é" * 8193, ""])
def test_text_over_the_limit_is_refused(process: BrokerProcess, honest: Raw, text: str) -> None:
    own = honest.start("honest")
    before = len(honest.entries(own))
    assert honest.code("SEND_MESSAGE", conversation=own, key=new_key(), text=text) == "bad_request"
    assert len(honest.entries(own)) == before


def test_foreign_ids_and_ids_that_do_not_exist_get_one_answer(process: BrokerProcess, honest: Raw) -> None:
    """Whoever asks can't tell a conversation that he may not see from one that is not there."""
    foreign = honest.start("honest")
    with Raw(process.place) as attacker:
        attacker.login("prober", PASSWORD, register=True)
        before = honest.entries(foreign)
        for mode, fields in (
            ("SYNC", {"after": 0}),
            ("SYNC", {"after": 10**6}),
            ("HISTORY", {}),
            ("HISTORY", {"around": 3}),
            ("HISTORY", {"before": 3}),
            ("SEND_MESSAGE", {"key": b"k" * 16, "text": "let me in"}),
            ("SEND_MESSAGE", {"key": b"k" * 16, "text": "let me in", "reply_to": 3}),
            ("SEARCH", {"words": "message"}),
            ("EDIT_MESSAGE", {"key": b"k" * 16, "seq": 3, "text": "mine"}),
            ("DELETE_MESSAGE", {"key": b"k" * 16, "seq": 3}),
            ("REACT", {"key": b"k" * 16, "seq": 3, "emoji": "\U0001f44d"}),
            ("PIN_MESSAGE", {"key": b"k" * 16, "seq": 3}),
            ("EDITS", {"seq": 3}),
            ("PINS", {}),
            ("MEMBERS", {}),
            ("MUTE", {"until": 0}),
            ("TYPING", {}),
            ("LEAVE_GROUP", {"key": b"k" * 16}),
            ("ADD_MEMBER", {"key": b"k" * 16, "user": "prober"}),
            ("REMOVE_MEMBER", {"key": b"k" * 16, "user": "honest"}),
            ("SET_ROLE", {"key": b"k" * 16, "user": "honest", "role": "owner"}),
            ("RENAME_GROUP", {"key": b"k" * 16, "name": "mine"}),
            ("SET_TOPIC", {"key": b"k" * 16, "topic": "mine"}),
            ("SET_VISIBILITY", {"key": b"k" * 16, "public": True, "history": "all"}),
            ("MARK_READ", {"seq": 1}),
            ("MARK_READ", {"seq": 2**53 - 1}),
        ):
            answers = [
                attacker.try_ask(mode, conversation=conversation, **fields)
                for conversation in (foreign, 2**53 - 1, 0, foreign + 10**6)
            ]
            assert {answer.pop("error") for answer in answers} == {"not_found"}, mode
            assert len({answer["message"] for answer in answers}) == 1, mode
        assert attacker.ask("HOME", conversations=[foreign, 2**53 - 1])["conversations"] == []
        assert attacker.ask("SEARCH", words="message")["hits"] == []
        assert honest.entries(foreign) == before
        # The key is still the prober's to use: a refused message leaves nothing behind.
        assert attacker.send_text(attacker.start("prober"), "mine", b"k" * 16)["seq"] == 1


def test_a_replayed_frame_gets_the_same_answer_and_one_message(process: BrokerProcess, honest: Raw) -> None:
    own = honest.start("honest")
    frame = msgpack.packb(
        {
            "mode": "SEND_MESSAGE",
            "id": 77,
            "token": honest.token,
            "conversation": own,
            "key": new_key(),
            "text": "once",
        }
    )
    before = len(honest.entries(own))
    answers = []
    for _ in range(20):
        honest.requests.send(frame)
        answers.append(honest.answer(77))
    assert all(answer == answers[0] for answer in answers)
    assert len(honest.entries(own)) == before + 1
    with Raw(process.place) as thief:
        thief.requests.send(frame)
        assert thief.answer(77)["error"] == "session_expired"
    assert len(honest.entries(own)) == before + 1
