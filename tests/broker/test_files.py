"""Files: up, in a message, down; and what of them is not taken."""

from hashlib import sha256
from typing import Any

import pytest

from hubbub.schemas import events, limits, requests
from hubbub.schemas.limits import CHUNK_BYTES
from hubbub.schemas.names import file_name
from tests.helpers.pure import PureBroker, PureClient, attachment

GENERAL = 1
NOWHERE = 2**53 - 1
FILE = bytes(range(256)) * 300
"""A chunk and a part."""
HASH = sha256(FILE).digest()


# --------------------------------------------------------------------------------------------------- an honest one


def test_a_file_goes_up_and_comes_down_whole(alice: PureClient, mallory: PureClient) -> None:
    broker = alice.broker
    private = alice.group("team", "mallory")
    alice.broker.published.clear()
    named = [attachment(alice.upload(FILE), name="../../etc/passwd", type="image/png", width=3, height=2)]
    named.append(attachment(alice.upload(b""), name="CON", thumbnail=alice.upload(b"small")))
    seq = alice.post(private, attachments=named).seq
    ((_, message),) = broker.events(events.Message)
    assert message.text == ""
    first, second = message.attachments
    assert (first.name, first.type, first.size, first.width, first.height) == (
        "passwd",
        "image/png",
        len(FILE),
        3,
        2,
    )
    assert (second.name, second.size, second.thumbnail) == ("_CON", 0, sha256(b"small").digest())
    assert mallory.do(requests.History, conversation=private).messages[0] == message
    for client in (alice, mallory):
        assert client.whole(private, seq) == FILE
        assert client.whole(private, seq, index=1) == b""
        assert client.whole(private, seq, index=1, thumbnail=True) == b"small"
    behind = mallory.fetch(private, seq, offset=NOWHERE)
    assert (behind.data, behind.size) == (b"", len(FILE))


def test_an_upload_goes_on_from_another_device_and_after_a_restart(alice: PureClient) -> None:
    assert alice.begin(FILE).received == 0
    assert alice.chunk(HASH, 0, FILE[:100]).received == 100
    phone = PureClient(alice.broker, "alice", 3).enter(register=False)
    alice.do(requests.Logout)
    alice.broker.start()
    begun = phone.begin(FILE)
    assert (begun.received, begun.complete) == (100, False)
    assert phone.chunk(HASH, 0, FILE[:200]).received == 200
    assert phone.upload(FILE) == HASH
    assert (phone.begin(FILE).received, phone.begin(FILE).complete) == (len(FILE), True)


def test_what_was_sent_twice_is_one_message(alice: PureClient) -> None:
    key = alice.key()
    first = alice.post(GENERAL, FILE, key=key)
    again = alice.do(
        requests.SendMessage, conversation=GENERAL, key=key, text="", attachments=[attachment(HASH)]
    )
    assert again == first


def test_a_forwarded_message_is_by_whoever_said_it_and_is_no_longer_than_its_first(
    alice: PureClient, mallory: PureClient
) -> None:
    private = alice.group("team", "mallory")
    seq = alice.post(private, FILE, text="@mallory look").seq
    own = mallory.with_user("mallory")
    key = mallory.key()
    sent = mallory.do(requests.ForwardMessage, conversation=own, key=key, source=private, seq=seq)
    assert mallory.do(requests.ForwardMessage, conversation=own, key=key, source=private, seq=seq) == sent
    further = mallory.do(requests.ForwardMessage, conversation=GENERAL, source=own, seq=sent.seq)
    message = alice.do(requests.History, conversation=GENERAL, around=further.seq, limit=1).messages[0]
    assert (message.sender_name, message.forwarded.name, message.text) == (
        "mallory",
        "alice",
        "@mallory look",
    )
    assert message.mentions == []
    alice.do(requests.DeleteMessage, conversation=private, seq=seq)
    assert alice.code(requests.FetchChunk, conversation=private, seq=seq, index=0) == "not_found"
    assert alice.whole(GENERAL, further.seq) == FILE


# -------------------------------------------------------------------------------------------- what does not fit


def test_gaps_and_what_is_beyond_the_size(alice: PureClient) -> None:
    alice.begin(FILE)
    assert alice.chunk(HASH, 0, FILE[:100]).received == 100
    for offset, data in ((101, b"x"), (len(FILE), b"x"), (NOWHERE, b""), (100, FILE + b"x")):
        if len(data) <= CHUNK_BYTES:
            assert alice.chunk(HASH, offset, data).error == "bad_request", offset
    alice.begin(b"short")
    assert alice.chunk(sha256(b"short").digest(), 0, b"short and more").error == "bad_request"
    assert alice.begin(FILE).received == 100


def test_a_chunk_has_its_size(alice: PureClient) -> None:
    alice.begin(FILE * 4)
    assert alice.chunk(sha256(FILE * 4).digest(), 0, b"x" * (CHUNK_BYTES + 1)).error == "bad_request"


def test_other_bytes_than_the_hash_says_begin_anew(alice: PureClient) -> None:
    wrong = b"y" * 100
    for size in (100, 0):
        alice.do(requests.BeginUpload, sha256=HASH, size=size)
        assert alice.chunk(HASH, 0, wrong[:size]).error == "wrong_content"
        assert alice.code(
            requests.SendMessage, conversation=GENERAL, text="", attachments=[attachment(HASH)]
        ) == "not_found"  # fmt: skip
        alice.do(requests.CancelUpload, sha256=HASH)
    assert alice.upload(FILE) == HASH
    assert alice.post(GENERAL, FILE).seq


def test_what_was_not_uploaded_whole_is_not_posted(alice: PureClient) -> None:
    alice.begin(FILE)
    alice.chunk(HASH, 0, FILE[:CHUNK_BYTES])
    attached = [attachment(HASH)]
    before = alice.broker.tables()
    assert (
        alice.code(requests.SendMessage, conversation=GENERAL, text="x", attachments=attached) == "not_found"
    )
    assert alice.code(requests.SetProfile, picture=HASH) == "not_found"
    assert alice.broker.tables() == before


@pytest.mark.parametrize("what", ["thumbnail", "picture"])
def test_a_small_picture_is_small(alice: PureClient, what: str) -> None:
    large, small = alice.upload(b"x" * (CHUNK_BYTES + 1)), alice.upload(b"x" * CHUNK_BYTES)
    before = alice.broker.tables()

    def code(digest: bytes) -> str:
        if what == "picture":
            return alice.code(requests.SetProfile, picture=digest)
        attached = [attachment(alice.upload(b"a file"), thumbnail=digest)]
        return alice.code(requests.SendMessage, conversation=GENERAL, text="", attachments=attached)

    assert code(large) == "too_large"
    assert what == "thumbnail" or alice.broker.tables() == before
    assert code(small) == ""


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../../etc/passwd",
            "..\\..\\boot.ini",
            "/",
            "C:\\CON.txt",
            ".bashrc",
            "",
            " ",
            "a\0b\n\x1b[2J.txt",
        ),
        *("photo\u202egpj.exe", "x" * 4096, "\u0301" * 4096, "NUL", "a" * 300 + ".tar.gz", "\ud7ff\uffff"),
    ],
)
def test_a_name_is_no_path(alice: PureClient, name: str) -> None:
    attached = [attachment(alice.upload(FILE), name=name)]
    assert alice.post(GENERAL, attachments=attached).seq
    ((_, message),) = alice.broker.events(events.Message)
    (shown,) = message.attachments
    assert shown.name == file_name(name) == file_name(shown.name)
    assert not set(shown.name) & set("/\\\0\n\x1b\u202e") and shown.name.strip(". ") == shown.name
    assert 0 < len(shown.name.encode()) <= limits.FILE_NAME_MAX_BYTES


@pytest.mark.parametrize(
    "kind", ["", "text", "text/", "Text/plain", "text/plain; charset=x", "a/b\n", "a/" + "b" * 130]
)
def test_a_type_is_a_media_type(alice: PureClient, kind: str) -> None:
    attached = [attachment(alice.upload(FILE), type=kind)]
    assert (
        alice.code(requests.SendMessage, conversation=GENERAL, text="", attachments=attached) == "bad_request"
    )


def test_a_message_has_words_or_files_and_not_too_many(alice: PureClient) -> None:
    one = attachment(alice.upload(FILE))
    send = {"conversation": GENERAL, "text": ""}
    with pytest.raises(ValueError, match="a text or attachments"):
        alice.do(requests.SendMessage, **send)
    assert alice.code(requests.SendMessage, **send, attachments=[one] * 11) == "bad_request"
    assert alice.code(requests.SendMessage, **send, attachments=[one] * 10) == ""


def test_files_are_charged_for() -> None:
    broker = PureBroker()
    alice = PureClient(broker, "alice", 1).enter()
    live = broker.core.sessions.get(alice.session)
    assert live is not None
    attached = [attachment(alice.upload(FILE)) for _ in range(10)]

    def cost(kind: type[requests.Request], **fields: Any) -> float:
        before = live.bucket.level
        assert alice.code(kind, **fields) == ""
        return before - live.bucket.level

    live.bucket.level = 1000.0
    assert cost(requests.SendMessage, conversation=GENERAL, text="", attachments=attached) == 11.0
    (message,) = alice.do(requests.History, conversation=GENERAL).messages
    live.bucket.level = 1000.0
    assert cost(requests.ForwardMessage, conversation=GENERAL, source=GENERAL, seq=message.seq) == 11.0
    assert cost(requests.FetchChunk, conversation=GENERAL, seq=message.seq, index=0) == 0.5
