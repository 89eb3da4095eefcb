"""What comes next in a transfer, how often it may be begun, who is told; and files of this device, which are sent and fetched."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from hubbub.client import Progress, errors
from hubbub.client.files.parts import Part
from hubbub.client.files.sources import FileChanged, Source, checked_paths, examine, pick
from hubbub.client.files.transfers import BEGINS_MAX, Meter, Upload, is_over, numbered, part_name
from hubbub.schemas.limits import CHUNK_BYTES
from hubbub.schemas.replies import Upload as Reply

CONTENT = os.urandom(3 * CHUNK_BYTES + 17)
SHA256 = hashlib.sha256(CONTENT).digest()


def at(received: int, complete: bool = False) -> Reply:
    return Reply(id=0, received=received, complete=complete)


# ------------------------------------------------------------------------------------------------------------- pure


def test_an_upload_goes_on_where_the_server_is() -> None:
    upload = Upload(100)
    assert not upload.begun
    upload.on_begun(at(40))
    assert (upload.begun, upload.received) == (True, 40)
    upload.on_written(at(90))
    upload.on_written(at(100, complete=True))
    assert (upload.complete, upload.received) == (True, 100)


def test_an_upload_that_was_forgotten_is_begun_again() -> None:
    upload = Upload(100)
    upload.on_begun(at(40))
    upload.on_refused(errors.NotFound("no such upload"))
    assert not upload.begun
    upload.on_begun(at(0))
    assert (upload.begun, upload.received) == (True, 0)


def test_an_upload_that_comes_no_further_is_given_up() -> None:
    upload = Upload(100)
    upload.on_begun(at(10))
    upload.on_refused(errors.NotFound("no such upload"))
    upload.on_begun(at(0))
    upload.on_written(at(20))  # further than ever: counted anew
    for _ in range(BEGINS_MAX - 1):
        upload.on_refused(errors.NotFound("no such upload"))
        upload.on_begun(at(0))
        upload.on_written(at(10))
    upload.on_refused(errors.NotFound("no such upload"))
    with pytest.raises(errors.ServerFault, match="no such upload"):
        upload.on_begun(at(0))


def test_a_server_that_takes_chunks_and_keeps_none_is_given_up() -> None:
    upload = Upload(100)
    upload.on_begun(at(10))
    for _ in range(BEGINS_MAX - 1):
        upload.on_written(at(10))
        assert not upload.begun
        upload.on_begun(at(10))
    upload.on_written(at(10))
    with pytest.raises(errors.ServerFault):
        upload.on_begun(at(10))


def test_a_meter_tells_what_is_new() -> None:
    told: list[Progress] = []
    meter = Meter(told.append, "a.txt", 20)
    for done in (0, 0, 10, 20, 20):
        meter.at(done)
    assert [(one.name, one.done, one.size) for one in told] == [
        ("a.txt", 0, 20),
        ("a.txt", 10, 20),
        ("a.txt", 20, 20),
    ]


def test_a_meter_knows_who_wants_no_more() -> None:
    def refuse(_: Progress) -> None:
        raise errors.NoServer("as if it were the server's")

    meter = Meter(refuse, "a.txt", 20)
    with pytest.raises(errors.NoServer):
        meter.at(0)
    assert meter.stopped


@pytest.mark.parametrize(
    ("error", "over"),
    [
        (errors.NoServer(""), False),
        (errors.Closed(""), False),
        (errors.StorageFull(""), False),
        (errors.SessionExpired(""), False),
        (errors.QuotaExceeded(""), True),
        (errors.FileProblem(""), True),
        (KeyboardInterrupt(), True),
        (ValueError(), True),
    ],
)
def test_what_ends_a_transfer_for_good(error: BaseException, over: bool) -> None:
    assert is_over(error, stopped=False) is over
    assert is_over(error, stopped=True)


def test_names_of_files() -> None:
    assert [numbered("a.tar.gz", number) for number in (1, 2)] == ["a.tar.gz", "a.tar (2).gz"]
    assert [numbered(name, 3) for name in ("README", "x.")] == ["README (3)", "x (3)."]
    assert part_name("a.jpg", b"\xab" * 32) == ".a.jpg.abababababababab.part"
    assert part_name("a.jpg", b"\xab" * 32, 2) == ".a.jpg.abababababababab.2.part"
    assert len(part_name("é" * 127, b"\xab" * 32, 999).encode()) <= 255


# ---------------------------------------------------------------------------------------------------- what is sent


def test_a_source_gives_its_bytes_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    for source in (Source(path), Source(path, CONTENT)):
        assert (source.sha256, source.size) == (SHA256, len(CONTENT))
        pieces = [source.chunk(offset) for offset in range(0, len(CONTENT), CHUNK_BYTES)]
        assert b"".join(pieces) == CONTENT
        assert source.chunk(len(CONTENT)) == b""
        source.check()


def test_a_source_that_changes_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    source = Source(path)
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(FileChanged, match="changes while it is sent"):
        source.check()
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(FileChanged):
        source.chunk(3 * CHUNK_BYTES)
    path.unlink()
    with pytest.raises(errors.FileProblem, match="cannot be read: it is not there"):
        source.chunk(0)


def test_what_is_no_file_can_not_be_sent(tmp_path: Path) -> None:
    with pytest.raises(errors.FileProblem, match="nowhere cannot be read: it is not there"):
        examine(tmp_path / "nowhere")
    with pytest.raises(errors.FileProblem, match="it is a folder"):
        examine(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(errors.FileProblem, match="no plain file"):
            pick(tmp_path / "pipe", keep_location=False)


def test_paths_are_checked(tmp_path: Path) -> None:
    assert checked_paths([str(tmp_path), tmp_path]) == [tmp_path, tmp_path]
    with pytest.raises(errors.BadRequest, match="list of paths"):
        checked_paths("photo.jpg")
    with pytest.raises(errors.BadRequest, match="list of paths"):
        checked_paths(tmp_path)  # type: ignore[arg-type]
    with pytest.raises(errors.BadRequest, match="at most 10 attachments; these are 11"):
        checked_paths(["a"] * 11)
    for wrong in ("", "a\0b", b"a", 3):
        with pytest.raises(errors.BadRequest, match="no path"):
            checked_paths([wrong])  # type: ignore[list-item]


# -------------------------------------------------------------------------------------------------- what is fetched


def part(target: Path, name: str = "a.bin", size: int = len(CONTENT)) -> Part:
    return Part(target, name, SHA256, size)


def parts_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".part"))


def test_a_part_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "target.bin"
    target.write_bytes(b"before")
    growing = part(target)
    assert growing.open() == 0
    assert growing.append(CONTENT[:10]) == 10
    assert not growing.right()
    assert target.read_bytes() == b"before"
    growing.append(CONTENT[10:])
    assert growing.right()
    assert growing.finish() == target
    growing.leave(keep=False)
    assert target.read_bytes() == CONTENT
    assert parts_in(tmp_path) == []


def test_a_part_is_gone_on_with(tmp_path: Path) -> None:
    first = part(tmp_path / "t")
    first.open()
    first.append(CONTENT[:1000])
    first.leave(keep=True)
    assert parts_in(tmp_path) == [part_name("t", SHA256)]
    second = part(tmp_path / "t")
    assert second.open() == 1000
    second.append(CONTENT[1000:])
    assert second.right()
    second.leave(keep=False)
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_can_not_be_right_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / part_name("t", SHA256)).write_bytes(b"x" * (len(CONTENT) + 1))
    longer = part(tmp_path / "t")
    assert longer.open() == 0
    longer.leave(keep=True)
    assert parts_in(tmp_path) == [], "nothing came: there is nothing to keep"
    (tmp_path / part_name("t", SHA256)).write_bytes(b"x" * 10)
    wrong = part(tmp_path / "t")
    assert wrong.open() == 10
    wrong.append(CONTENT[10:])
    assert not wrong.right()
    assert wrong.anew() == 0
    wrong.append(CONTENT)
    assert wrong.right()
    wrong.leave(keep=False)


def test_two_of_one_file_have_a_part_and_a_name_each(tmp_path: Path) -> None:
    both = [part(tmp_path), part(tmp_path)]
    for one in both:
        one.open()
    assert len(parts_in(tmp_path)) == 2
    for one in both:
        one.append(CONTENT)
    assert [one.finish().name for one in both] == ["a.bin", "a (2).bin"]
    assert all((tmp_path / name).read_bytes() == CONTENT for name in ("a.bin", "a (2).bin"))
    assert parts_in(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("kind", ["symbolic", "hard", "pipe"])
def test_a_part_is_never_written_to_elsewhere(tmp_path: Path, kind: str) -> None:
    victim, trap = tmp_path / "victim", tmp_path / part_name("t", SHA256)
    victim.write_bytes(b"mine")
    if kind == "symbolic":
        trap.symlink_to(victim)
    elif kind == "hard":
        trap.hardlink_to(victim)
    else:
        os.mkfifo(trap)
    growing = part(tmp_path / "t")
    assert growing.open() == 0
    growing.append(CONTENT)
    assert growing.finish().read_bytes() == CONTENT
    assert victim.read_bytes() == b"mine"


def test_what_is_in_the_way_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.FileProblem, match="There is no folder"):
        part(tmp_path / "nowhere" / "t").open()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(errors.FileProblem, match="no plain file"):
            part(tmp_path / "pipe").open()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_said_and_what_came_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = part(tmp_path / "t")
    growing.open()
    growing.append(CONTENT[:10])
    write, full = os.write, os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr("hubbub.client.files.parts.os.write", lambda _, data: write(full, data))
    with pytest.raises(errors.FileProblem, match=r"the disk is full\. What came so far is kept"):
        growing.append(CONTENT[10:])
    monkeypatch.undo()
    os.close(full)
    growing.leave(keep=True)
    assert part(tmp_path / "t").open() == 10


def test_a_part_that_was_left_is_not_opened_any_more(tmp_path: Path) -> None:
    """Who is cancelled does not wait for the thread in which it is to be opened."""
    growing = part(tmp_path / "t")
    growing.leave(keep=False)
    opener = threading.Thread(target=growing.open)
    opener.start()
    opener.join()
    assert list(tmp_path.iterdir()) == []
