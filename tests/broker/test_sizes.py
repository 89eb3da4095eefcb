"""Replies keep within their size, whatever people put into what is listed. PureBroker looks at every one of them."""

from typing import Any

import pytest

from hubbub.schemas import limits, requests
from tests.helpers.pure import PureBroker, PureClient

WIDE = "\U00020000"
"""A letter of four bytes."""
PAGE = limits.PAGE_MAX_ENTRIES


def pages(
    client: PureClient, kind: type[requests.Request], rows: str, cursor: str = "after", **fields: Any
) -> list[Any]:
    """Every row of every page."""
    found: list[Any] = []
    for _ in range(1000):
        page = client.do(kind, limit=PAGE, **fields)
        found += getattr(page, rows)
        if page.next is None:
            return found
        fields[cursor] = page.next
    raise AssertionError("the pages do not end")


def name(number: int) -> str:
    return f"{number:04}" + WIDE * (limits.NAME_MAX_CHARACTERS - 4)


def files(client: PureClient) -> list[requests.NewAttachment]:
    """As many as there can be, with all that can be said of them."""
    one = requests.NewAttachment(
        sha256=client.upload(b"a file"),
        name=WIDE * limits.FILE_NAME_MAX_CHARACTERS,
        type=f"image/{'x' * (limits.FILE_TYPE_MAX_CHARACTERS - 6)}",
        width=limits.FILE_SIDE_MAX,
        height=limits.FILE_SIDE_MAX,
        thumbnail=client.upload(b"small"),
    )
    return [one] * limits.ATTACHMENTS_MAX


@pytest.fixture(scope="module")
def crowd() -> list[PureClient]:
    """Everyone with the longest of all that they can say of themselves, and present."""
    broker = PureBroker()
    people = [PureClient(broker, name(number), number % 250).enter() for number in range(220)]
    for one in people:
        one.do(requests.SetProfile, display_name=WIDE * limits.DISPLAY_NAME_MAX_CHARACTERS, colour="#aabbcc")
        one.do(requests.SetProfile, picture=one.upload(b"a picture"))
        one.do(requests.SetStatus, status="busy", text=WIDE * limits.STATUS_TEXT_MAX_CHARACTERS)
        one.do(requests.Online)
    broker.advance(1)
    return people


def test_users_members_and_who_is_online(crowd: list[PureClient]) -> None:
    assert len(pages(crowd[0], requests.GetUsers, "users")) == len(crowd)
    assert len(pages(crowd[0], requests.Members, "members", conversation=1)) == len(crowd)
    assert len(pages(crowd[0], requests.OnlineUsers, "users")) == len(crowd)


def test_groups_and_a_home_with_blocks(crowd: list[PureClient]) -> None:
    one = crowd[1]
    topic = WIDE * limits.TOPIC_MAX_CHARACTERS
    for number in range(210):
        group = one.group(name(number), public=True, topic=topic)
        crowd[2].do(requests.JoinGroup, group=name(number))
        crowd[2].do(
            requests.SendMessage,
            conversation=group,
            text=f"@{one.name} " + WIDE * (limits.TEXT_MAX_BYTES // 4 - 40),
        )
    for other in crowd[2 : limits.BLOCKS_MAX + 2]:
        assert one.code(requests.Block, user=other.name) == ""
    assert one.code(requests.Block, user=crowd[-1].name) == "too_many"
    assert len(one.do(requests.Home).blocked) == limits.BLOCKS_MAX
    assert len(pages(one, requests.ListGroups, "groups")) == 211
    assert len(pages(one, requests.Home, "conversations")) == 211
    assert len(pages(crowd[2], requests.Home, "conversations")) == 211


def test_messages_with_all_that_can_come_to_them(crowd: list[PureClient]) -> None:
    """Long names in mentions and reactions are more than the texts."""
    one = crowd[3]
    group = one.group("busy", *[other.name for other in crowd[4:60]])
    mentions = " ".join(f"@{other.name}" for other in crowd[4:54])
    texts = [f"word {number} {mentions}" for number in range(12)]
    seqs = [one.post(group, text=text, attachments=files(one)).seq for text in texts]
    for seq in seqs:
        one.do(requests.PinMessage, conversation=group, seq=seq)
        for emoji in range(limits.REACTIONS_MAX):
            for other in crowd[4:15]:
                other.do(requests.React, conversation=group, seq=seq, emoji=chr(0x1F600 + emoji))
    assert len(pages(one, requests.Pins, "messages", "before", conversation=group)) == len(seqs)
    told: list[int] = []
    before = None
    while True:
        page = one.do(requests.History, conversation=group, limit=PAGE, before=before)
        told += [message.seq for message in page.messages]
        if not page.older:
            break
        before = told[-1]
    assert told == seqs[::-1]
    assert len(page.messages[-1].reactions) == limits.REACTIONS_MAX
    assert len(page.messages[-1].mentions) == limits.MENTIONS_MAX
    assert len(page.messages[-1].attachments) == limits.ATTACHMENTS_MAX
    for around in (seqs[0], seqs[6], seqs[-1]):
        found = one.do(requests.History, conversation=group, limit=PAGE, around=around).messages
        assert around in [message.seq for message in found]
    after, count = 0, 0
    while True:
        page = one.do(requests.Sync, conversation=group, after=after)
        count += len(page.entries)
        after = page.entries[-1].seq
        if after >= page.head:
            break
    assert count == page.head


def test_messages_that_are_all_files(crowd: list[PureClient]) -> None:
    """HISTORY, SYNC, PINS, SEARCH and HOME: each page keeps to its size, and all of them come."""
    one = crowd[5]
    group = one.group("files")
    seqs = [one.post(group, text="word", attachments=files(one)).seq for _ in range(60)]
    for seq in seqs:
        one.do(requests.PinMessage, conversation=group, seq=seq)
    assert len(pages(one, requests.Pins, "messages", "before", conversation=group)) == len(seqs)
    indexer = one.broker.store.indexer()
    while indexer.step():
        pass
    assert len(pages(one, requests.Search, "hits", "cursor", words="word", conversation=group)) == len(seqs)
    found, before = 0, None
    while True:
        page = one.do(requests.History, conversation=group, limit=PAGE, before=before)
        found, before = found + len(page.messages), page.messages[-1].seq
        if not page.older:
            break
    assert found == len(seqs)
    after, page = 0, None
    while page is None or after < page.head:
        page = one.do(requests.Sync, conversation=group, after=after)
        after = page.entries[-1].seq
    for number in range(70):
        other = one.group(f"files-{number}")
        one.post(other, attachments=files(one))
    assert len(pages(one, requests.Home, "conversations")) >= 70


def test_earlier_texts(crowd: list[PureClient]) -> None:
    one = crowd[3]
    own = one.with_user(one.name)
    seq = one.do(requests.SendMessage, conversation=own, text="0").seq
    for number in range(1, 30):
        one.do(requests.EditMessage, conversation=own, seq=seq, text=f"{number} " + WIDE * 4000)
    texts = pages(one, requests.Edits, "texts", conversation=own, seq=seq)
    assert [text.text.split(" ")[0] for text in texts] == [str(number) for number in range(29)]
