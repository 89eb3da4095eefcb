"""What an attacker with an account tries with files: to get what is another's, to learn what there is, to take more room than
is his."""

from hashlib import sha256
from typing import Any

import msgspec
import pytest

from hubbub.broker import effects as fx
from hubbub.broker.policy import Files, Policy
from hubbub.schemas import codec, limits, records, requests
from hubbub.schemas.limits import CHUNK_BYTES, UPLOADS_MAX
from tests.helpers.pure import FREE, PureBroker, PureClient, attachment

GENERAL = 1
NOWHERE = 2**53 - 1
FILE = bytes(range(256)) * 300
"""A chunk and a part."""
HASH = sha256(FILE).digest()
UNKNOWN = sha256(b"nobody has this").digest()
MIB = 1024**2


def same(*answers: Any) -> str:
    """The code of answers that are one, to the letter."""
    frames = {msgspec.msgpack.encode(answer) for answer in answers}
    assert len(frames) == 1, answers
    return str(answers[0].error)


# -------------------------------------------------------------------------------------------------- another's file


def test_a_hash_opens_nothing(alice: PureClient, mallory: PureClient) -> None:
    """Of what is in a private group, of what was uploaded, of a picture, and of nothing at all: one and the same."""
    private = alice.group("team")
    alice.post(private, FILE)
    uploaded, picture = alice.upload(b"uploaded"), alice.upload(b"a picture")
    alice.do(requests.SetProfile, picture=picture)
    hashes = (HASH, uploaded, picture, UNKNOWN)
    before = mallory.broker.tables()
    answers: dict[str, list[Any]] = {"post": [], "picture": [], "chunk": []}
    for one in hashes:
        for attached in (attachment(one), attachment(mallory.upload(b""), thumbnail=one)):
            fields: dict[str, Any] = {"conversation": GENERAL, "text": "", "attachments": [attached]}
            answers["post"].append(mallory.do(requests.SendMessage, **fields))
        answers["picture"].append(mallory.do(requests.SetProfile, picture=one))
        answers["chunk"].append(mallory.do(requests.UploadChunk, sha256=one, offset=0, data=b""))
    assert [same(*some) for some in answers.values()] == ["not_found"] * 3
    mallory.do(requests.CancelUpload, sha256=sha256(b"").digest())
    assert mallory.broker.tables() == before


def test_uploading_what_is_there_tells_nobody_that_it_is(alice: PureClient, mallory: PureClient) -> None:
    seq = alice.post(alice.group("team"), FILE).seq
    other = FILE[::-1]
    for data in (FILE, other):
        begun = mallory.begin(data)
        assert (begun.received, begun.complete) == (0, False)
        half = mallory.chunk(sha256(data).digest(), 0, data[:CHUNK_BYTES])
        assert (half.received, half.complete) == (CHUNK_BYTES, False)
    guessed = b"x" * (len(FILE) - CHUNK_BYTES)
    assert same(*[mallory.chunk(one, CHUNK_BYTES, guessed) for one in (HASH, sha256(other).digest())]) == (
        "wrong_content"
    )
    assert mallory.begin(FILE).received == 0
    assert seq


def test_another_users_upload_is_not_there(alice: PureClient, mallory: PureClient) -> None:
    alice.begin(FILE)
    alice.chunk(HASH, 0, FILE[:100])
    answers = [mallory.chunk(one, 100, b"mine") for one in (HASH, UNKNOWN)]
    assert same(*answers) == "not_found"
    assert mallory.code(requests.CancelUpload, sha256=HASH) == ""
    assert alice.begin(FILE).received == 100
    assert mallory.begin(FILE).received == 0
    assert mallory.code(requests.CancelUpload, sha256=HASH) == ""
    assert alice.chunk(HASH, 100, FILE[100 : 100 + CHUNK_BYTES]).received == 100 + CHUNK_BYTES


def test_who_was_removed_fetches_no_further_chunk(alice: PureClient, mallory: PureClient) -> None:
    private = alice.group("team", "mallory")
    seq = alice.post(private, FILE).seq
    assert len(mallory.fetch(private, seq).data) == CHUNK_BYTES
    alice.do(requests.RemoveMember, conversation=private, user="mallory")
    answers = [
        mallory.fetch(conversation, number, index, offset=CHUNK_BYTES)
        for conversation, number, index in (
            (private, seq, 0),
            (private, seq, 9),
            (private, 99, 0),
            (NOWHERE, 1, 0),
        )
    ]
    assert same(*answers) == "not_found"


def test_files_of_before_one_came_are_not_there(alice: PureClient, mallory: PureClient) -> None:
    private = alice.group("team", history="joined")
    seq = alice.post(private, FILE).seq
    alice.do(requests.AddMember, conversation=private, user="mallory")
    assert same(mallory.fetch(private, seq), mallory.fetch(private, 99)) == "not_found"
    forwards = [
        mallory.do(requests.ForwardMessage, conversation=GENERAL, source=private, seq=one)
        for one in (seq, 99)
    ]
    assert same(*forwards) == "not_found"


def test_nothing_is_forwarded_out_of_a_private_group_by_a_stranger(
    alice: PureClient, mallory: PureClient
) -> None:
    private = alice.group("team")
    seq = alice.post(private, FILE).seq
    before = mallory.broker.tables()
    answers = [
        mallory.do(requests.ForwardMessage, conversation=GENERAL, source=source, seq=seq)
        for source in (private, NOWHERE)
    ]
    into = [
        mallory.do(requests.ForwardMessage, conversation=target, source=GENERAL, seq=1)
        for target in (private, NOWHERE)
    ]
    assert same(*answers, *into) == "not_found"
    assert mallory.broker.tables() == before


def test_a_deleted_file_is_fetched_and_forwarded_by_nobody(alice: PureClient, mallory: PureClient) -> None:
    seq = alice.post(GENERAL, FILE).seq
    alice.do(requests.DeleteMessage, conversation=GENERAL, seq=seq)
    for client in (alice, mallory):
        assert same(client.fetch(GENERAL, seq), client.fetch(GENERAL, 99)) == "not_found"
        assert (
            client.code(requests.ForwardMessage, conversation=GENERAL, source=GENERAL, seq=seq)
            == "not_allowed"
        )
    (message,) = alice.do(requests.History, conversation=GENERAL).messages
    assert (message.attachments, message.text) == ([], "")
    assert (alice.begin(FILE).received, alice.begin(FILE).complete) == (0, False)


def test_words_are_not_put_into_anothers_mouth(alice: PureClient, mallory: PureClient) -> None:
    """Who forwards a message cannot change what the first sender is said to have said."""
    seq = alice.send(GENERAL, alice.key(), "yes").seq
    forwarded = mallory.do(requests.ForwardMessage, conversation=GENERAL, source=GENERAL, seq=seq).seq
    assert mallory.code(requests.EditMessage, conversation=GENERAL, seq=forwarded, text="no") == "not_allowed"


# ----------------------------------------------------------------------------------------------------------- room


@pytest.fixture
def small() -> PureClient:
    """On a server with a MiB for each user."""
    broker = PureBroker(Policy(FREE.limits, files=Files(max_mib=1, user_mib=1)))
    PureClient(broker, "root", 9).enter()
    return PureClient(broker, "alice", 1).enter()


def test_the_quota_counts_each_file_once_and_uploads_from_their_beginning(small: PureClient) -> None:
    half, other = b"1" * (MIB // 2), b"2" * (MIB // 2 + 1)
    seqs = [small.post(GENERAL, half, half).seq, small.post(GENERAL, half).seq]
    refused = small.begin(other)
    assert refused.error == "quota_exceeded"
    assert refused.message.startswith(
        "You have 1 MiB for files on this server, and less than 512.1 KiB of it is left"
    )
    assert small.code(requests.BeginUpload, sha256=UNKNOWN, size=MIB // 2) == ""
    assert small.begin(b"x").error == "quota_exceeded"
    assert small.begin(half).complete
    small.do(requests.CancelUpload, sha256=UNKNOWN)
    small.do(requests.DeleteMessage, conversation=GENERAL, seq=seqs[0])
    assert small.begin(other).error == "quota_exceeded"
    small.do(requests.DeleteMessage, conversation=GENERAL, seq=seqs[1])
    assert small.post(GENERAL, other).seq


def test_forwarding_does_not_get_round_the_quota(small: PureClient) -> None:
    other = PureClient(small.broker, "bob", 2).enter()
    seq = other.post(GENERAL, b"1" * MIB).seq
    small.post(GENERAL, b"mine")
    before = small.broker.tables()
    assert (
        small.code(requests.ForwardMessage, conversation=GENERAL, source=GENERAL, seq=seq) == "quota_exceeded"
    )
    assert small.broker.tables() == before


def test_ten_thousand_uploads_that_were_only_begun(mallory: PureClient) -> None:
    answers = []
    for number in range(10_000):
        sha256 = number.to_bytes(32, "big")
        answers.append(mallory.do(requests.BeginUpload, sha256=sha256, size=1))
    refused = [answer for answer in answers if hasattr(answer, "error")]
    assert len(refused) == 10_000 - UPLOADS_MAX
    assert same(*refused) == "too_many"
    assert len(mallory.broker.tables()["uploads"]) == UPLOADS_MAX
    mallory.broker.advance(limits.UPLOAD_KEPT_S + 1)
    assert mallory.broker.tables()["uploads"] == []
    assert mallory.chunk((0).to_bytes(32, "big"), 0, b"x").error == "not_found"
    assert mallory.begin(FILE).received == 0


def test_an_upload_that_goes_on_is_not_swept(alice: PureClient) -> None:
    alice.begin(FILE)
    alice.upload(b"whole")
    alice.broker.advance(limits.UPLOAD_KEPT_S - 7200)
    alice.begin(FILE)
    alice.broker.advance(7200 + 1)
    assert [row[1] for row in alice.broker.tables()["uploads"]] == [HASH]


# -------------------------------------------------------------------------------------------- in between two steps


class LastChunk:
    """The last chunk was written, and its completion is still to be committed."""

    def __init__(self, client: PureClient, data: bytes) -> None:
        self.broker = client.broker
        client.begin(data)
        request = requests.UploadChunk(
            id=9, token=client.token, sha256=sha256(data).digest(), offset=0, data=data
        )
        (writing,) = self.broker.core.receive(client.peer, codec.encode(request), self.broker.now)
        assert isinstance(writing, fx.Store) and isinstance(writing.command, records.Transfer)
        result = self.broker.transfer(writing.command)
        assert isinstance(result, records.ChunkWritten) and result.whole
        self._completing = self.broker.core.stored(writing.pending, result, self.broker.now)

    def commit(self) -> str | None:
        """The error's code."""
        self.broker.run(self._completing)
        _, frame = self.broker.replies.pop()
        return codec.decode_outcome(frame).error


@pytest.mark.parametrize("meanwhile", ["cancelled", "deleted"])
def test_what_is_dropped_while_its_last_bytes_come_is_gone(mallory: PureClient, meanwhile: str) -> None:
    last = LastChunk(mallory, b"last")
    if meanwhile == "cancelled":
        mallory.do(requests.CancelUpload, sha256=sha256(b"last").digest())
    else:
        mallory.do(requests.DeleteAccount, password=b"password-of-mallory", messages="keep")
    assert last.commit() == "not_found"
    tables = mallory.broker.tables()
    assert tables["uploads"] == [] == tables["holdings"]
    assert meanwhile == "deleted" or mallory.begin(b"last").complete is False


def test_a_file_has_the_size_that_it_has(small: PureClient) -> None:
    """Whatever it was said to have while its last bytes came: else more would be stored than is counted."""
    data = b"1" * CHUNK_BYTES
    last = LastChunk(small, data)
    small.do(requests.BeginUpload, sha256=sha256(data).digest(), size=0)
    assert last.commit() is None
    seq = small.post(GENERAL, data).seq
    (message,) = small.do(requests.History, conversation=GENERAL, limit=1).messages
    assert message.attachments[0].size == len(data) == small.fetch(GENERAL, seq).size
    assert small.code(requests.BeginUpload, sha256=UNKNOWN, size=MIB - CHUNK_BYTES) == ""
    small.do(requests.CancelUpload, sha256=UNKNOWN)
    assert small.code(requests.BeginUpload, sha256=UNKNOWN, size=MIB - CHUNK_BYTES + 1) == "quota_exceeded"
