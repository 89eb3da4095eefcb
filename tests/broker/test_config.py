"""The config file: what a wrong one is told, and that the right one arrives."""

from pathlib import Path

import pytest

from hubbub.broker.config import Config, ConfigError, load, parse
from hubbub.broker.keys import BadKeyFile, load_or_make
from hubbub.broker.places import banner, reachable
from hubbub.broker.ready import Ready
from hubbub.schemas.hello import fingerprint, key_text, parse_address


def test_an_empty_file_is_the_defaults() -> None:
    assert parse("") == Config()


def test_values_arrive() -> None:
    config = parse(
        '[server]\nname = "Lab"\nport = 0\n[limits]\nrate = 5\n[accounts]\nregistration = "closed"\n'
    )
    assert (config.server.name, config.server.port, config.policy().limits.rate) == ("Lab", 0, 5.0)
    assert config.policy().registration == "closed"


def test_what_of_files_is_taken() -> None:
    usual, some = parse("").policy().files, parse("[files]\nmax_mib = 3\nuser_mib = 5\n").policy().files
    assert (usual.largest, usual.quota, usual.taken) == (64 * 1024**2, 2 * 1024**3, True)
    assert (some.largest, some.quota) == (3 * 1024**2, 5 * 1024**2)
    for nothing in ("max_mib", "user_mib"):
        assert not parse(f"[files]\n{nothing} = 0\n").policy().files.taken


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[server]\n\nprot = 1\n", ["line 3", "prot", "[server]", "port", "publish_port"]),
        ("[servers]\nport = 1\n", ["line 1", "servers", "server, accounts, limits, files"]),
        ("port = 1\n", ["line 1", "port", "server"]),
        ("[server]\nname='x'\nport = 70000\n", ["line 3", "server.port", "65535"]),
        ("[server]\nport = 'x'\n", ["line 2", "server.port", "int"]),
        ("server.port = -1\n", ["line 1", "server.port", ">= 0"]),
        ("[limits]\nrate = 0\n", ["line 2", "limits.rate", "> 0"]),
        ("[files]\nmax_mib = -1\n", ["line 2", "files.max_mib", ">= 0"]),
        ("[files]\nmax_mib = 64\nuser_mib = 1048577\n", ["line 3", "files.user_mib", "<= 1048576"]),
        ("[files]\nuser_mib = 1.5\n", ["line 2", "files.user_mib", "int"]),
        ("[files]\nmax = 1\n", ["line 2", "max", "[files]", "max_mib, user_mib"]),
        ('[accounts]\nregistration = "no"\n', ["line 2", "registration", '"open"', '"closed"']),
        ("[server]\nport = 2000\npublish_port = 2002\n", ["line 3", "publish_port", "hello"]),
        ("[server\n", ["line 1", "not TOML"]),
    ],
)
def test_a_wrong_file_is_told_where_what_and_what_is_allowed(
    tmp_path: Path, text: str, says: list[str]
) -> None:
    file = tmp_path / "hubbub.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(file)
    for part in (str(file), *says):
        assert part in str(error.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    pair = load_or_make(tmp_path / "server.key")
    assert load_or_make(tmp_path / "server.key") == pair
    assert (tmp_path / "server.key").stat().st_mode & 0o777 == 0o600
    assert len(pair.public_bytes) == 32
    (tmp_path / "server.key").write_text("nonsense", encoding="utf-8")
    with pytest.raises(BadKeyFile, match=r"server\.key is no key file"):
        load_or_make(tmp_path / "server.key")


def test_the_banner_says_everything_that_is_needed(tmp_path: Path) -> None:
    key = bytes(range(32))
    ready = Ready(1, "tcp://127.0.0.1:2345", "tcp://127.0.0.1:2346", key_text(key), "Lab", 2)
    text = banner(ready, "*", tmp_path, "1.2")
    for address, _ in reachable("*"):
        assert address in text
    pinned = next(line.strip() for line in text.splitlines() if "hubbub://" in line)
    assert parse_address(pinned).key == key
    assert fingerprint(key) in text
    assert str(tmp_path) in text
    assert "127.0.0.1:2345" in text
