"""The bytes of every request, reply, event, topic and hello are those in golden.json: other programs rely on them.

HUBBUB_GOLDEN=write writes the file anew. Do that only where a change of the protocol is meant; docs/protocol.md, its version
and the changelog change with it.
"""

import json
import os
from pathlib import Path
from typing import Any, get_args

import msgpack
import msgspec
import pytest

from hubbub.schemas import codec, events, replies, requests
from tests.wire.samples import EVENTS, REPLIES, REQUESTS, SAMPLES, TOPICS

GOLDEN = Path(__file__).with_name("golden.json")


def plain(value: Any) -> Any:
    """What msgpack alone makes of a frame, as JSON can hold it: binary is {"hex": ...}."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def rendered() -> dict[str, dict[str, Any]]:
    made = {}
    for name, sample in SAMPLES.items():
        frame = codec.encode(sample)
        made[name] = {"hex": frame.hex(), "says": plain(msgpack.unpackb(frame))}
    return made | {name: {"hex": topic.hex()} for name, topic in TOPICS.items()}


if os.environ.get("HUBBUB_GOLDEN") == "write":
    GOLDEN.write_text(json.dumps(rendered(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

STORED: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_every_kind_has_a_frame() -> None:
    assert {type(one) for one in REQUESTS} == set(get_args(requests.AnyRequest))
    assert {type(one) for one in REPLIES} == set(replies.REPLY_OF.values()) | {replies.Failure}
    assert {type(one) for one in EVENTS} == set(get_args(events.AnyEvent))
    assert STORED.keys() == SAMPLES.keys() | TOPICS.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bytes_are_golden(name: str) -> None:
    assert codec.encode(SAMPLES[name]).hex() == STORED[name]["hex"]


@pytest.mark.parametrize("name", TOPICS)
def test_the_topics_are_golden(name: str) -> None:
    assert TOPICS[name].hex() == STORED[name]["hex"]
    assert len(TOPICS[name]) == 9


@pytest.mark.parametrize("name", SAMPLES)
def test_msgpack_alone_reads_them(name: str) -> None:
    said = msgpack.unpackb(bytes.fromhex(STORED[name]["hex"]))
    assert isinstance(said, dict)
    assert plain(said) == STORED[name]["says"]


@pytest.mark.parametrize("name", SAMPLES)
def test_they_are_read_as_what_they_are(name: str) -> None:
    frame = bytes.fromhex(STORED[name]["hex"])
    sample = SAMPLES[name]
    if isinstance(sample, requests.Request):
        assert codec.decode_request(frame) == sample
    elif isinstance(sample, replies.Reply):
        assert codec.decode_reply(frame, type(sample)) == sample
        failed = isinstance(sample, replies.Failure)
        assert (codec.decode_outcome(frame).error is not None) == failed
    elif name == "hello":
        assert codec.decode_hello(frame) == sample
    else:
        assert codec.decode_event(frame) == sample


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith("request ADMIN")])
def test_a_field_more_is_passed_over(name: str) -> None:
    """A later version may say more: both sides ignore what they do not know."""
    said = msgpack.unpackb(bytes.fromhex(STORED[name]["hex"])) | {"of_a_later_version": [1, {"deep": b"er"}]}
    frame = msgpack.packb(said)
    sample = SAMPLES[name]
    if isinstance(sample, requests.Request):
        assert codec.decode_request(frame) == sample
    elif not isinstance(sample, replies.Reply):
        assert msgspec.msgpack.decode(frame, type=type(sample)) == sample
    else:
        assert codec.decode_reply(frame, type(sample)) == sample
