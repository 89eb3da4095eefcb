"""Tokens of bots, as programs are given them."""

import pytest

from hubbub.client import Client, errors
from hubbub.client.bots.settings import settings_of
from hubbub.client.sync import Client as Blocking
from hubbub.client.tokens import parse_token

NOTHING = dict.fromkeys(("SERVER", "USER", "PASSWORD", "TOKEN", "PROFILE"))


def test_a_token_is_name_and_secret() -> None:
    assert parse_token(" clock:a-b_c\r\n") == ("clock", "a-b_c")
    assert parse_token("clock:a:b") == ("clock", "a:b")
    for wrong in ("", ":", "clock", "clock:", ":hush", "hush"):
        with pytest.raises(errors.BadRequest) as refused:
            parse_token(wrong)
        assert "hush" not in str(refused.value)


@pytest.mark.parametrize("kind", [Client, Blocking])
def test_it_stands_for_user_and_password(kind: type[Client] | type[Blocking]) -> None:
    made = kind("127.0.0.1", token="clock:secret")
    if isinstance(made, Blocking):
        made.close()
    for more in ({"user": "clock"}, {"password": "secret"}, {"register": True}):
        with pytest.raises(errors.BadRequest, match="A token stands for"):
            kind("127.0.0.1", token="clock:secret", **more)
    with pytest.raises(errors.BadRequest, match="Who is it"):
        kind("127.0.0.1", password="secret")


def test_a_bot_goes_by_its_token_unless_it_was_told_who_it_is() -> None:
    environment = {"HUBBUB_SERVER": "chat", "HUBBUB_TOKEN": "clock:secret", "HUBBUB_USER": "alice"}
    found = settings_of(NOTHING, environment)
    assert (found.user, found.password, found.has_token) == ("clock", "secret", True)
    found = settings_of(NOTHING | {"USER": "bob", "PASSWORD": "x"}, environment)
    assert (found.user, found.password, found.has_token) == ("bob", "x", False)
    found = settings_of(NOTHING | {"TOKEN": "bell:other"}, environment)
    assert (found.user, found.password, found.has_token) == ("bell", "other", True)
