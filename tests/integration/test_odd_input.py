"""Requests that are well-formed and odd: any text, any id within its limits. Never `internal`, never a broken broker."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.schemas.errors import ERRORS
from hubbub.schemas.requests import AnyRequest
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.raw import Raw

ids = st.sampled_from([0, 1, 2, 3, 255, 256, 2**31, 2**32, 2**53 - 1])
odd = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "*", '"', '""', "a OR", "NOT", "NEAR(", "a:b", "text : x", "^", "-x", "(", "\0", "%", "_", "'", "';--",
         "\U0010ffff", "\U0010ffff" * 30, "ß", "İ", "ﬃ", "ſ", "\u0301", "\ud7ff", "{0.__class__}", "%s", "あ*", "a*b*"]
    ),
)  # fmt: skip
limit = st.sampled_from([1, 2, 200])
keys = st.one_of(
    st.sampled_from([b"1" * 16, b"2" * 16, b"1" * 15, b"1" * 17]), st.binary(min_size=16, max_size=16)
)
emoji = st.one_of(odd, st.sampled_from(["\U0001f44d", "\u2764\ufe0f", "1\ufe0f\u20e3", "\ufe0f", "\u20e3"]))
wrong = st.binary(max_size=8)
hashes = st.one_of(st.sampled_from([b"", b"3" * 32, b"4" * 31]), st.binary(min_size=32, max_size=32))
FIELDS: dict[str, Any] = {
    "SEARCH": st.fixed_dictionaries(
        {"words": odd, "limit": limit, "cursor": ids, "order": st.sampled_from(["newest", "relevance"])},
        optional={"conversation": ids, "before": ids, "after": ids, "sender": odd},
    ),
    "GET_USERS": st.fixed_dictionaries({"query": odd, "after": odd, "limit": limit}),
    "START_CONVERSATION": st.fixed_dictionaries({"user": odd}),
    "LOGIN": st.fixed_dictionaries({"name": odd, "password": st.just(b"x"), "device": odd}),
    "REGISTER": st.fixed_dictionaries({"name": odd, "password": st.just(b"1234567")}),
    "HOME": st.fixed_dictionaries({"after": ids, "limit": limit, "conversations": st.none() | st.lists(ids, max_size=200)}),
    "SYNC": st.fixed_dictionaries({"conversation": ids, "after": ids, "limit": limit}),
    "HISTORY": st.fixed_dictionaries({"conversation": ids, "limit": limit}, optional={"before": ids, "after": ids, "around": ids}),
    "MARK_READ": st.fixed_dictionaries({"conversation": ids, "seq": ids}),
    "PING": st.fixed_dictionaries({"position": ids}),
    "ONLINE_USERS": st.fixed_dictionaries({"after": ids, "limit": limit}),
    "SEND_MESSAGE": st.fixed_dictionaries({"conversation": ids, "key": keys, "text": odd}, optional={"reply_to": ids, "attachments": st.lists(st.fixed_dictionaries({"sha256": hashes, "name": odd}, optional={"type": odd, "thumbnail": hashes, "width": ids}), max_size=3)}),
    "BEGIN_UPLOAD": st.fixed_dictionaries({"sha256": hashes, "size": ids}),
    "UPLOAD_CHUNK": st.fixed_dictionaries({"sha256": hashes, "offset": ids, "data": st.binary(max_size=9)}),
    "CANCEL_UPLOAD": st.fixed_dictionaries({"sha256": hashes}),
    "FETCH_CHUNK": st.fixed_dictionaries({"conversation": ids, "seq": ids, "index": ids, "offset": ids, "thumbnail": st.booleans()}),
    "PICTURE": st.fixed_dictionaries({"user": odd}),
    **{
        mode: st.fixed_dictionaries({"conversation": ids, "key": keys, **fields})
        for mode, fields in {
            "FORWARD_MESSAGE": {"source": ids, "seq": ids},
            "EDIT_MESSAGE": {"seq": ids, "text": odd.map("@curious ".__add__)},
            "DELETE_MESSAGE": {"seq": ids},
            "REACT": {"seq": ids, "emoji": emoji, "on": st.booleans()},
            "PIN_MESSAGE": {"seq": ids, "on": st.booleans()},
            "LEAVE_GROUP": {},
            "ADD_MEMBER": {"user": odd},
            "REMOVE_MEMBER": {"user": odd},
            "SET_ROLE": {"user": odd, "role": st.sampled_from(["owner", "admin", "member", "king"])},
            "RENAME_GROUP": {"name": odd},
            "SET_TOPIC": {"topic": odd},
            "SET_VISIBILITY": {"public": st.none() | st.booleans() | odd, "history": st.sampled_from([None, "all", "joined", "none"])},
        }.items()
    },
    "CREATE_GROUP": st.fixed_dictionaries({"key": keys, "name": odd, "members": st.lists(odd, max_size=3), "public": st.booleans(), "topic": odd}, optional={"history": st.sampled_from(["all", "joined", "none"])}),
    "JOIN_GROUP": st.fixed_dictionaries({"key": keys, "group": odd}),
    "LIST_GROUPS": st.fixed_dictionaries({"query": odd, "after": odd, "limit": limit}),
    "MEMBERS": st.fixed_dictionaries({"conversation": ids, "after": odd, "limit": limit}),
    "EDITS": st.fixed_dictionaries({"conversation": ids, "seq": ids, "after": ids, "limit": limit}),
    "PINS": st.fixed_dictionaries({"conversation": ids, "limit": limit}, optional={"before": ids}),
    "MUTE": st.fixed_dictionaries({"conversation": ids, "until": ids}),
    "TYPING": st.fixed_dictionaries({"conversation": ids}),
    "SET_STATUS": st.fixed_dictionaries({"status": st.sampled_from(["busy", "invisible", "dead"]), "text": odd}),
    "SET_PROFILE": st.fixed_dictionaries({}, optional={"display_name": odd, "colour": odd, "receipts": st.booleans(), "picture": hashes}),
    "PROFILE": st.fixed_dictionaries({"user": odd}),
    "BLOCK": st.fixed_dictionaries({"user": odd, "on": st.booleans()}),
    "SESSIONS": st.fixed_dictionaries({"after": ids, "limit": limit}),
    "REVOKE_SESSION": st.fixed_dictionaries({"session": st.sampled_from([0, 2**32, 2**53 - 1])}),
    "CHANGE_PASSWORD": st.fixed_dictionaries({"old": wrong, "new": wrong}),
    "DELETE_ACCOUNT": st.fixed_dictionaries({"password": wrong, "messages": st.sampled_from(["keep", "delete", "burn"])}),
    **{mode: st.just({}) for mode in ("IS_HOST", "ONLINE", "OFFLINE")},
}  # fmt: skip
questions = st.sampled_from(sorted(FIELDS)).flatmap(lambda mode: st.tuples(st.just(mode), FIELDS[mode]))


def test_all_are_asked() -> None:
    """LOGOUT would be the last question, and an administrator has a key."""
    modes = {str(kind.__struct_config__.tag) for kind in get_args(AnyRequest)}
    assert set(FIELDS) == {mode for mode in modes if not mode.startswith("ADMIN_")} - {"LOGOUT"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    made: Served
    with served(tmp_path_factory.mktemp("odd") / "data") as made, Raw(made.place) as raw:
        raw.login("curious", PASSWORD, register=True)
        yield raw


def ask_all(client: Raw, asked: list[tuple[str, dict[str, Any]]]) -> None:
    for mode, fields in asked:
        code = client.code(mode, **fields)
        assert code == "" or (code in ERRORS and code != "internal"), (mode, fields, code)


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.lists(questions, min_size=5, max_size=15))
def test_odd_questions_are_answered(client: Raw, asked: list[tuple[str, dict[str, Any]]]) -> None:
    ask_all(client, asked)


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(quick, max_examples=1000)
@given(st.lists(questions, min_size=5, max_size=15))
def test_many_odd_questions_are_answered(client: Raw, asked: list[tuple[str, dict[str, Any]]]) -> None:
    ask_all(client, asked)


@settings(quick, max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_comes_back_as_it_was(client: Raw, text: str) -> None:
    own = client.start("curious")
    sent = client.send_text(own, text)
    (entry,) = client.entries(own, sent["seq"] - 1)
    assert entry["text"] == text
