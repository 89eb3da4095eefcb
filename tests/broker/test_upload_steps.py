"""The steps of an upload, in every order in which they can end. With results made by hand: no store, no files."""

from typing import Any

import pytest

from hubbub.broker import effects as fx
from hubbub.broker.files import amount
from hubbub.broker.policy import Files, Policy
from hubbub.schemas import codec, events, limits, records, replies, requests
from tests.helpers.pure import FREE, NOW, SECOND, PureBroker, PureClient

HASH = b"h" * 32
OTHER = b"o" * 32
FULL = records.Refused("storage_full", "full")
GONE = records.Refused("not_found", "gone")


class Uploading:
    """A client whose requests go to a core without a store: the test gives the results."""

    def __init__(self) -> None:
        self.broker = PureBroker()
        self.client = PureClient(self.broker, "alice", 1).enter()
        self.core = self.broker.core

    @property
    def outstanding(self) -> int:
        session = self.core.sessions.get(self.client.session)
        assert session is not None
        return session.outstanding

    def ask(self, request: requests.Request) -> fx.Effects:
        request.token = self.client.token
        return self.core.receive(self.client.peer, codec.encode(request), NOW)

    def begin(self, size: int = 5) -> fx.Effects:
        return self.ask(requests.BeginUpload(id=7, sha256=HASH, size=size))

    def chunk(self) -> fx.Effects:
        return self.ask(requests.UploadChunk(id=8, sha256=HASH, offset=0, data=b"bytes"))

    def then(self, effects: fx.Effects, result: records.Result) -> fx.Effects:
        """The only effect's result came."""
        (effect,) = effects
        assert isinstance(effect, fx.Store)
        return self.core.stored(effect.pending, result, NOW)


@pytest.fixture
def up() -> Uploading:
    return Uploading()


def commands(effects: fx.Effects) -> list[Any]:
    return [effect.command for effect in effects if isinstance(effect, fx.Store)]


def bodies(effects: fx.Effects) -> list[Any]:
    return [effect.body for effect in effects if isinstance(effect, fx.Reply)]


def test_it_begins_in_the_database_and_then_on_the_disk(up: Uploading) -> None:
    begun = up.begin()
    quota = 2048 * 1024**2
    assert commands(begun) == [records.BeginUpload(up.client.user, HASH, 5, NOW, quota)]
    opening = up.then(begun, records.UploadBegun(False))
    assert (commands(opening), up.outstanding) == ([records.OpenUpload(up.client.user, HASH, 5)], 1)
    assert bodies(up.then(opening, records.UploadOpened(3))) == [
        replies.Upload(id=7, received=3, complete=False)
    ]
    assert up.outstanding == 0
    done = up.then(up.begin(), records.UploadBegun(True))
    assert bodies(done) == [replies.Upload(id=7, received=5, complete=True)]
    assert (commands(done), up.outstanding) == ([], 0)


def test_the_last_chunk_is_answered_once_it_is_committed(up: Uploading) -> None:
    writing = up.chunk()
    assert commands(writing) == [records.WriteChunk(up.client.user, HASH, 0, b"bytes")]
    part = up.then(writing, records.ChunkWritten(5, False))
    assert (bodies(part), commands(part)) == ([replies.Upload(id=8, received=5, complete=False)], [])
    completing = up.then(up.chunk(), records.ChunkWritten(5, True))
    assert (bodies(completing), up.outstanding) == ([], 1)
    assert commands(completing) == [records.CompleteUpload(up.client.user, HASH, NOW, 5)]
    done = up.then(completing, records.UploadCompleted())
    assert bodies(done) == [replies.Upload(id=8, received=5, complete=True)]
    begun_anew = records.Drop(uploads=[(up.client.user, HASH)])
    assert (commands(done), up.outstanding) == ([begun_anew], 0)


def test_what_was_dropped_meanwhile_leaves_no_bytes(up: Uploading) -> None:
    completing = up.then(up.chunk(), records.ChunkWritten(5, True))
    lost = up.then(completing, GONE)
    assert [body.error for body in bodies(lost)] == ["not_found"]
    assert (commands(lost), up.outstanding) == ([records.Drop([HASH], [])], 0)


def test_what_could_not_be_committed_keeps_its_bytes(up: Uploading) -> None:
    full = up.then(up.then(up.chunk(), records.ChunkWritten(5, True)), FULL)
    assert [(body.error, body.retry_after) for body in bodies(full)] == [("storage_full", 1.0)]
    assert (commands(full), up.outstanding) == ([], 0)


def test_what_another_device_ended_meanwhile_is_to_be_begun_again(up: Uploading) -> None:
    ended = up.then(up.then(up.begin(), records.UploadBegun(False)), GONE)
    assert [(body.error, body.retry_after) for body in bodies(ended)] == [("busy", 0.1)]
    assert (commands(ended), up.outstanding) == ([], 0)


@pytest.mark.parametrize("step", range(4))
def test_a_refusal_or_a_full_queue_at_any_step_ends_it_once(up: Uploading, step: int) -> None:
    def effects() -> fx.Effects:
        if step < 2:
            return up.begin() if step == 0 else up.then(up.begin(), records.UploadBegun(False))
        return up.chunk() if step == 2 else up.then(up.chunk(), records.ChunkWritten(5, True))

    assert [body.error for body in bodies(up.then(effects(), FULL))] == ["storage_full"]
    assert up.outstanding == 0
    (effect,) = effects()
    assert isinstance(effect, fx.Store)
    assert [body.error for body in bodies(up.core.untaken(effect))] == ["busy"]
    assert up.outstanding == 0


@pytest.mark.parametrize("ends", ["logout", "account"])
def test_an_upload_goes_on_when_its_session_ends_between_two_steps(up: Uploading, ends: str) -> None:
    """Its reply is sent to whoever is there still; the bytes are the user's, or, without the account, nobody's."""
    user = up.client.user
    completing = up.then(up.chunk(), records.ChunkWritten(5, True))
    if ends == "logout":
        up.core.stored(None, records.SessionsEnded([up.client.session]), NOW)
        begun_anew = records.Drop(uploads=[(user, HASH)])
        assert commands(up.then(completing, records.UploadCompleted())) == [begun_anew]
    else:
        gone = records.AccountDeleted(
            user, [up.client.session], [], purging=False, blobs=[OTHER], uploads=[(user, HASH)]
        )
        dropped = commands(up.core.stored(None, gone, NOW))
        assert dropped == [records.Drop([OTHER], [(user, HASH)])]
        assert commands(up.then(completing, GONE)) == [records.Drop([HASH], [])]


# --------------------------------------------------------------------------------------------------- what goes


BASE: dict[str, Any] = {"conversation": 1, "position": 10, "at": NOW, "sender": 1, "sender_name": "alice"}
DELETED = events.Deleted(seq=2, target=1, **BASE)


@pytest.mark.parametrize(
    ("result", "drop"),
    [
        (records.Acted(1, DELETED, duplicate=False, blobs=[HASH]), records.Drop([HASH], [])),
        (records.Purged(1, [DELETED], more=False, blobs=[HASH, OTHER]), records.Drop([HASH, OTHER], [])),
        (records.ProfileSet(1, "alice", "", "", changed=True, blobs=[HASH]), records.Drop([HASH], [])),
        (
            records.UploadsDropped([(1, HASH), (2, OTHER)]),
            records.Drop([], [(1, HASH), (2, OTHER)]),
        ),
    ],
)
def test_files_that_lost_an_owner_are_dropped_after_all_is_told(
    up: Uploading, result: records.Result, drop: records.Drop
) -> None:
    out = up.core.stored(None, result, NOW)
    assert out[-1] == fx.Store(drop, None)
    assert commands(out) == [drop]


def test_nothing_is_dropped_where_there_is_nothing(up: Uploading) -> None:
    for result in (records.Acted(1, DELETED, duplicate=False), records.UploadsDropped([])):
        assert commands(up.core.stored(None, result, NOW)) == []


def test_what_could_not_be_dropped_is_dropped_later(up: Uploading) -> None:
    for sha256 in (HASH, OTHER):
        drop = fx.Store(records.Drop([sha256], [(1, sha256)]), None)
        assert up.core.untaken(drop) == []
    both = records.Drop([HASH, OTHER], [(1, HASH), (1, OTHER)])
    assert commands(up.core.tick(NOW)) == [both]
    assert commands(up.core.tick(NOW)) == []


def test_old_uploads_are_swept_soon_after_the_start_and_every_hour(up: Uploading) -> None:
    def swept(now: int) -> list[int]:
        return [one.before for one in commands(up.core.tick(now)) if isinstance(one, records.SweepUploads)]

    day = limits.UPLOAD_KEPT_S * SECOND
    assert swept(NOW) == []
    first = NOW + 60 * SECOND
    assert swept(first) == [first - day]
    assert swept(first + 3599 * SECOND) == []
    assert swept(first + 3600 * SECOND) == [first + 3600 * SECOND - day]


def test_a_new_picture_is_told(up: Uploading) -> None:
    (told,) = up.core.stored(None, records.ProfileSet(1, "alice", "A", "", changed=True, picture=HASH), NOW)
    assert isinstance(told, fx.Publish) and isinstance(told.event, events.ProfileChanged)
    assert (told.event.picture, told.event.display_name) == (HASH, "A")


# ---------------------------------------------------------------------------------------------------- what is taken


def test_what_is_too_large_gets_no_further(up: Uploading) -> None:
    limit = 64 * 1024**2
    for size, said in ((70 * 1024**2, "70 MiB"), (limit + 1, "64.1 MiB"), (2**53 - 1, "8388608 GiB")):
        (reply,) = up.begin(size)
        (body,) = bodies([reply])
        assert (body.error, up.outstanding) == ("too_large", 0)
        assert body.message == f"The file has {said}; this server takes 64 MiB at most."
    assert len(commands(up.begin(limit))) == 1


@pytest.mark.parametrize("files", [Files(max_mib=0), Files(user_mib=0)])
def test_a_server_that_takes_none_says_so(files: Files) -> None:
    up = Uploading()
    up.core.policy = Policy(FREE.limits, files=files)
    for size in (0, 1):
        assert [(body.error, body.message) for body in bodies(up.begin(size))] == [
            ("too_large", "This server takes no files.")
        ]


@pytest.mark.parametrize(
    ("size", "said"),
    [
        *((0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KiB"), (1025, "1.1 KiB")),
        *((64 * 1024**2, "64 MiB"), (3 * 1024**3 // 2, "1.5 GiB"), (2 * 1024**3, "2 GiB")),
    ],
)
def test_amounts(size: int, said: str) -> None:
    assert amount(size) == said


def test_a_file_at_full_speed_leaves_the_session_room_to_chat(up: Uploading) -> None:
    """10 MB a second of chunks, and the default limits: a message after each second's chunks still passes."""
    up.core.policy = Policy()
    chunks = 10_000_000 // limits.CHUNK_BYTES
    for second in range(60):
        now = NOW + second * SECOND
        for _ in range(chunks):
            request = requests.UploadChunk(id=1, token=up.client.token, sha256=HASH, offset=0, data=b"")
            out = up.core.receive(up.client.peer, codec.encode(request), now)
            (written,) = bodies(up.then(out, records.ChunkWritten(1, False)))
            assert isinstance(written, replies.Upload)
        ping = requests.Ping(id=2, token=up.client.token)
        (reply,) = up.core.receive(up.client.peer, codec.encode(ping), now)
        assert isinstance(reply, fx.Reply) and isinstance(reply.body, replies.Pong)
