"""Over real sockets: once its message is deleted, no answer and no event names a file, whatever is asked, and whoever asks."""

from typing import Any

from hubbub.schemas.limits import CHUNK_BYTES
from tests.helpers import files
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.files import attachment, content, sha256
from tests.helpers.raw import Raw, new_key

NAME = "merger-of-nobodys-business.pdf"


def everything(raw: Raw, group: int, seq: int, sendings: list[dict[str, Any]]) -> str:
    """What this user is told when he asks for all that has to do with the message."""
    asked: list[tuple[str, dict[str, Any]]] = [
        ("HOME", {}),
        ("HISTORY", {"conversation": group}),
        ("HISTORY", {"conversation": group, "around": seq}),
        ("SYNC", {"conversation": group, "after": 0}),
        ("PINS", {"conversation": group}),
        ("EDITS", {"conversation": group, "seq": seq}),
        ("SEARCH", {"words": "look"}),
        ("SEARCH", {"words": "merger"}),
        ("FETCH_CHUNK", {"conversation": group, "seq": seq, "index": 0}),
        ("FETCH_CHUNK", {"conversation": group, "seq": seq, "index": 0, "thumbnail": True}),
        ("FORWARD_MESSAGE", {"conversation": group, "source": group, "seq": seq, "key": new_key()}),
        ("REACT", {"conversation": group, "seq": seq, "emoji": "👍", "on": True, "key": new_key()}),
        ("PIN_MESSAGE", {"conversation": group, "seq": seq, "on": True, "key": new_key()}),
        ("DELETE_MESSAGE", {"conversation": group, "seq": seq, "key": new_key()}),
        *(("SEND_MESSAGE", fields) for fields in sendings),
    ]
    answers = [raw.try_ask(mode, **fields) for mode, fields in asked]
    return repr(answers)


def test_no_answer_names_a_file_of_a_deleted_message(server: Served) -> None:
    data, small = content(CHUNK_BYTES + 9, "deleted"), content(99, "small")
    with (
        Raw(server.place).login("owner", PASSWORD, register=True) as owner,
        Raw(server.place).login("member", PASSWORD, register=True) as member,
    ):
        group = owner.group("deleted-files", "member")
        for one in (data, small):
            files.upload(owner, one)
        attached = [attachment(data, NAME, thumbnail=sha256(small))]
        sending = {"conversation": group, "key": new_key(), "text": "look", "attachments": attached}
        seq = owner.ask("SEND_MESSAGE", **sending)["seq"]
        owner.act("PIN_MESSAGE", group, seq=seq, on=True)
        owner.act("EDIT_MESSAGE", group, seq=seq, text="look here")
        owner.act("SEND_MESSAGE", group, text="an answer", reply_to=seq)
        told = repr(member.ask("HOME")) + repr(member.ask("PINS", conversation=group))
        told += repr(member.ask("HISTORY", conversation=group))
        assert NAME in told and repr(sha256(small)) in told
        deletion = {"conversation": group, "key": new_key(), "seq": seq}
        owner.ask("DELETE_MESSAGE", **deletion)
        for raw in (owner, member):
            raw.subscribe()
            raw.events.clear()
        again = owner.try_ask("DELETE_MESSAGE", **deletion)
        for raw, sent_again in ((owner, [sending, {**sending, "attachments": []}]), (member, [])):
            told = everything(raw, group, seq, sent_again) + repr(raw.events) + repr(again)
            for secret in (NAME, repr(sha256(data))[2:-1], repr(sha256(small))[2:-1]):
                assert secret not in told, secret
        begun = owner.ask("BEGIN_UPLOAD", sha256=sha256(data), size=len(data))
        assert (begun["received"], begun["complete"]) == (0, False)
