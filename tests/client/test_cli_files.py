"""Files on the command line: sent, fetched, forwarded, with a line that says how far it is."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client.cli.progress import SHOWN_AFTER_S, ProgressLine
from hubbub.client.files.attachments import Progress
from tests.helpers.brokers import Served, served
from tests.helpers.shell import registered


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def at(done: int, size: int = 10_000_000, name: str = "film.mp4") -> Progress:
    return Progress(name=name, done=done, size=size)


# ------------------------------------------------------------------------------------------------------- progress


def test_a_line_says_how_far_it_is_and_goes_away() -> None:
    terminal, clock = Terminal(), Clock()
    with ProgressLine(as_json=False, stream=terminal, clock=clock) as line:
        line(at(4_000_000))
        assert not terminal.getvalue(), "nothing is said of what is done at once"
        clock.now += 2.0
        line(at(6_000_000))
        assert terminal.getvalue() == "\rfilm.mp4   60%  6.0 MB of 10 MB  1.0 MB/s"
        clock.now += 0.01
        line(at(6_100_000))
        assert "6.1 MB" not in terminal.getvalue(), "it is drawn ten times a second at most"
        line(at(10_000_000))
        assert "film.mp4  100%  10 MB of 10 MB  3.0 MB/s" in terminal.getvalue()
        assert line.whole == 1
    assert terminal.getvalue().endswith("\r" + " " * 40 + "\r")


def test_small_quick_files_make_no_noise() -> None:
    terminal, clock = Terminal(), Clock()
    with ProgressLine(as_json=False, stream=terminal, clock=clock) as line:
        for number in range(10):
            clock.now += SHOWN_AFTER_S - 0.1
            line(at(0, 9, f"{number}"))
            line(at(9, 9, f"{number}"))
    assert line.whole == 10
    assert not terminal.getvalue()


def test_a_name_steers_no_terminal_and_a_line_has_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    terminal, clock = Terminal(), Clock()
    line = ProgressLine(as_json=False, stream=terminal, clock=clock)
    for done in (0, 5):
        line(at(done, name="\x1b[31m" + "x" * 50))
        clock.now += 1
    assert "\x1b" not in terminal.getvalue()
    assert len(terminal.getvalue()) <= 30


@pytest.mark.parametrize(("stream", "as_json"), [(io.StringIO(), False), (Terminal(), True)])
def test_only_a_terminal_shows_it(stream: io.StringIO, as_json: bool) -> None:
    clock = Clock()
    with ProgressLine(as_json=as_json, stream=stream, clock=clock) as line:
        for done in (0, 5, 9):
            line(at(done, 9))
            clock.now += 1
    assert line.whole == 1
    assert not stream.getvalue()


# ------------------------------------------------------------------------------------------------------- commands


def test_a_file_goes_and_comes(broker: Served, tmp_path: Path) -> None:
    ada, bea = registered(broker, tmp_path, "ada"), registered(broker, tmp_path, "bea")
    report = tmp_path / "report.txt"
    report.write_bytes(b"all is well\n" * 20_000)
    assert ada("send", "bea", "here it is", "--attach", str(report)).output == ""
    assert "ada: here it is  [report.txt, 240 kB]" in bea("history", "ada", "--keep-unread").stdout
    assert "here it is  [report.txt, 240 kB]" in bea("home").stdout
    assert "[here] it is  [report.txt, 240 kB]" in bea("search", "here").stdout

    there = tmp_path / "there"
    there.mkdir()
    assert bea("download", "ada", "1", str(there)).stdout == f"{there / 'report.txt'}  (240 kB)\n"
    assert (there / "report.txt").read_bytes() == report.read_bytes()
    again = json.loads(bea("download", "ada", "1", str(there), "--json").stdout)
    assert Path(again["path"]) == there / "report (2).txt", "nothing is replaced"
    assert again["size"] == 240_000
    bea("download", "ada", "1", str(there / "other"))
    assert (there / "other").read_bytes() == report.read_bytes()
    assert sorted(path.name for path in there.iterdir()) == ["other", "report (2).txt", "report.txt"]


def test_several_files_and_no_text(broker: Served, tmp_path: Path) -> None:
    cleo = registered(broker, tmp_path, "cleo")
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    both = ("--attach", str(tmp_path / "one"), "--attach", str(tmp_path / "two"))
    sent = json.loads(cleo("send", "cleo", *both, "--json").stdout)
    assert [(file["index"], file["name"]) for file in sent["attachments"]] == [(0, "one"), (1, "two")]
    assert sent["text"] == ""
    assert json.loads(cleo("history", "cleo", "--json").stdout) == sent
    assert "cleo: [1: one, 3 bytes]  [2: two, 3 bytes]" in cleo("history", "cleo").stdout
    there = tmp_path / "there"
    there.mkdir()
    cleo("download", "cleo", "1", str(there), "--number", "2")
    assert [path.name for path in there.iterdir()] == ["two"]
    assert "has 2 files" in cleo("download", "cleo", "1", str(there / "two"), code=2).stderr
    assert len(cleo("download", "cleo", "1", str(there)).stdout.splitlines()) == 2


def test_a_message_is_forwarded_with_its_files(broker: Served, tmp_path: Path) -> None:
    dan, eva = registered(broker, tmp_path, "dan"), registered(broker, tmp_path, "eva")
    picture = tmp_path / "picture.png"
    Image.new("RGB", (640, 480), "red").save(picture)
    dan("send", "eva", "look", "--attach", str(picture))
    assert eva("forward", "dan", "1", "#general").output == ""
    said = dan("history", "#general").stdout
    assert "eva (forwarded from dan): look  [picture.png, " in said
    moved = json.loads(eva("forward", "dan", "1", "eva", "--json").stdout)
    assert moved["forwarded"] == "dan"
    assert (moved["attachments"][0]["width"], moved["attachments"][0]["type"]) == (640, "image/png")
    eva("download", "eva", str(moved["seq"]), str(tmp_path / "same.png"))
    assert (tmp_path / "same.png").read_bytes() == picture.read_bytes()


def test_a_location_is_left_in_only_where_one_says_so(broker: Served, tmp_path: Path) -> None:
    finn = registered(broker, tmp_path, "finn")
    photo = tmp_path / "photo.jpg"
    told = Image.Exif()
    told.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (64, 64), "blue").save(photo, exif=told)
    finn("send", "finn", "--attach", str(photo))
    finn("send", "finn", "--attach", str(photo), "--keep-location")
    for seq, there in (("1", False), ("2", True)):
        got = tmp_path / f"{seq}.jpg"
        finn("download", "finn", seq, str(got))
        with Image.open(got) as image:
            assert bool(image.getexif().get_ifd(0x8825)) == there


def test_a_profile_has_a_picture(broker: Served, tmp_path: Path) -> None:
    gina = registered(broker, tmp_path, "gina")
    picture, words = tmp_path / "me.png", tmp_path / "words.png"
    Image.new("RGB", (300, 600), "green").save(picture)
    words.write_text("no picture")
    assert "picture    there is one" in gina("set-profile", "--picture", str(picture)).stdout
    assert len(bytes.fromhex(json.loads(gina("profile", "--json").stdout)["picture"])) == 32
    assert "is no picture" in gina("set-profile", "--picture", str(words), code=5).stderr
    assert "picture" in gina("profile").stdout
    assert "picture" not in gina("set-profile", "--no-picture").stdout
    gina("set-profile", "--no-picture", "--picture", str(picture), code=2)


def test_files_wait_in_the_outbox(tmp_path: Path) -> None:
    here, gone = tmp_path / "here", tmp_path / "gone"
    for path in (here, gone):
        path.write_text(path.name)
    with served(tmp_path / "data") as first:
        ivy = registered(first, tmp_path, "ivy")
        ivy("send", "ivy", "--attach", str(here), "--queue")
    assert "outbox" in ivy("send", "ivy", "later", "--attach", str(here), "--queue").stdout
    ivy("send", "ivy", "--attach", str(gone), "--queue")
    gone.unlink()
    with served(tmp_path / "data") as second:
        result = ivy("history", "ivy", "--server", second.place.address, "--user", "ivy")
    assert "Delivered to @ivy, from the outbox: message 2." in result.stderr
    assert f"[{gone}]" in result.stderr, "it cannot be delivered, and one sees what it was"
    lines = [line.split("ivy: ")[1] for line in result.stdout.splitlines()]
    assert lines == ["[here, 4 bytes]", "later  [here, 4 bytes]"]


def test_files_are_found_without_their_numbers(broker: Served, tmp_path: Path) -> None:
    jon, kay = registered(broker, tmp_path, "jon"), registered(broker, tmp_path, "kay")
    for name in ("first", "second"):
        (tmp_path / name).write_text(name)
        jon("send", "kay", "words")
        jon("send", "kay", "--attach", str(tmp_path / name))
    jon("send", "kay", "more words")
    found = [
        json.loads(line)["seq"] for line in kay("history", "jon", "--files", "--json").stdout.splitlines()
    ]
    assert found == [2, 4]
    assert kay("history", "jon", "--files", "--limit", "1").stdout.count("[second, 6 bytes]") == 1
    assert "5 unread" in kay("home").stdout, "who looks for files has not read the rest"
    kay("history", "jon", "--files", "--around", "2", code=2)

    there = tmp_path / "there"
    there.mkdir()
    assert kay("download", "jon", str(there)).stdout == f"{there / 'second'}  (6 bytes)\n"
    kay("download", "jon", "2", str(there) + "/")
    assert sorted(path.name for path in there.iterdir()) == ["first", "second"]
    assert "no number" in kay("download", "jon", "thre", code=2).stderr, "a slip is no file to write"
    assert "no folder" in kay("download", "jon", str(tmp_path / "none") + "/", code=5).stderr
    kay("download", "jon", "2", "", code=2)
    assert "too long" in kay("download", "jon", "2", "x" * 300, code=5).stderr

    jon("delete", "kay", "4")
    assert "Message 4 in @jon was deleted." in kay("download", "jon", "4", code=5).stderr
    kay("download", "jon", str(there / "newest"))
    assert (there / "newest").read_text() == "first", "what was deleted has no files"
    assert "Nobody has sent files in @kay." in kay("download", "kay", code=5).stderr
    kay("block", "jon")
    assert kay("history", "jon", "--files").stderr == "There are no files.\n"


def test_files_that_were_seen_are_listed_without_a_server(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    with served(tmp_path / "data") as broker:
        lou = registered(broker, tmp_path, "lou")
        lou("send", "lou", "--attach", str(tmp_path / "file"))
        lou("send", "lou", "words")
    assert [line.split("lou: ")[1] for line in lou("history", "lou", "--files").stdout.splitlines()] == [
        "[file, 5 bytes]"
    ]
    kept = lou("send", "lou", "--attach", str(tmp_path / "file"), "--queue", "--json")
    assert json.loads(kept.stdout)["attachments"] == [{"name": "file"}]


def test_a_picture_is_fetched(broker: Served, tmp_path: Path) -> None:
    max_, mia = registered(broker, tmp_path, "max"), registered(broker, tmp_path, "mia")
    photo, there = tmp_path / "photo.png", tmp_path / "there"
    Image.new("RGB", (300, 300), "red").save(photo)
    there.mkdir()
    assert "max has no picture." in mia("picture", "max", str(there), code=5).stderr
    max_("set-profile", "--picture", str(photo))
    assert mia("picture", "max", str(there)).stdout.startswith(f"{there / 'max.jpg'}  (")
    again = json.loads(mia("picture", "@max", str(there), "--json").stdout)
    assert Path(again["path"]) == there / "max (2).jpg"
    mia("picture", "max", str(there / "him"))
    assert len({path.read_bytes() for path in there.iterdir()}) == 1
    with Image.open(there / "him") as shown:
        assert (shown.size, shown.format) == ((256, 256), "JPEG")
    assert "There is no user nobody." in mia("picture", "nobody", code=5).stderr
    assert "no folder" in mia("picture", "max", str(tmp_path / "none") + "/", code=5).stderr


def test_what_cannot_be_sent_or_fetched(broker: Served, tmp_path: Path) -> None:
    hal = registered(broker, tmp_path, "hal")
    hal("send", "hal", "no file here")
    file = tmp_path / "file"
    file.write_text("words")
    hal("send", "hal", code=2)
    hal("send", "hal", "-", "--attach", str(file), code=2)
    hal("send", "hal", "--attach", str(tmp_path / "none"), code=2)
    hal("send", "hal", "--attach", str(tmp_path), code=2)
    spread = hal("send", "hal", "--attach", str(file), "one.jpg", "two.jpg", code=2).stderr
    assert "--attach stands before each file" in spread
    hal("send", "nobody", "--attach", str(file), code=5)
    hal("send", "hal", *("--attach", str(file)) * 11, code=5)
    with (tmp_path / "large").open("wb") as large:
        large.truncate(64 * 1024 * 1024 + 1)
    refused = json.loads(hal("send", "hal", "--attach", large.name, "--json", code=5).stderr)
    assert refused["error"] == "too_large"
    assert "has no files" in hal("download", "hal", "1", code=5).stderr
    assert "no message 99" in hal("download", "hal", "99", code=5).stderr
    hal("forward", "hal", "99", "hal", code=5)
    hal("send", "hal", "--attach", str(file))
    assert "none with number 2" in hal("download", "hal", "2", "--number", "2", code=5).stderr
    assert hal("download", "hal", "2", str(tmp_path / "no folder" / "file"), code=5).stderr
    assert hal("history", "hal").stdout.count("hal: ") == 2, "what was refused is not there"
